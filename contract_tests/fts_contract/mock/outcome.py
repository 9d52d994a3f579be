"""How a transfer ends: derived from its two URLs, so that it is the same on every run."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Final, Literal

import attrs

from fts_contract.mock.mock_url import MockURL

if TYPE_CHECKING:
    from fts_contract.mock.records import File, Job
    from fts_contract.mock.storage_conditions import Storage, Storages

# What a transfer takes whose URLs say nothing: the plugin's configured time in the package, and our choice
# for every other protocol (nothing is really copied).
DEFAULT_DURATION_S: Final = 5.0
_FAILS_AFTER_S: Final = 1.0
# Failures that FTS does not retry, because a retry cannot help.
_PERMANENT: Final = frozenset(
    {
        errno.ENOENT,
        errno.EPERM,
        errno.EACCES,
        errno.EISDIR,
        errno.ENOTDIR,
        errno.EEXIST,
        errno.EINVAL,
        errno.ENAMETOOLONG,
        errno.E2BIG,
        errno.EFBIG,
        errno.EPROTONOSUPPORT,
        errno.ECANCELED,
    }
)


@attrs.frozen
class Outcome:
    """The end of one step of a transfer.

    Attributes:
        after_s: Seconds of the mock's clock that the step takes.
        reason: None for success, else `SCOPE [errno] text` as FTS writes it.
        recoverable: Whether a retry could help.
        filesize: Bytes that the source reports; None when it could not be read.
    """

    after_s: float
    reason: str | None = None
    recoverable: bool = False
    filesize: int | None = None


def _failure(
    scope: str, code: int, *, after_s: float, text: str = "", filesize: int | None = None
) -> Outcome:
    return Outcome(
        after_s=after_s,
        reason=f"{scope} [{code}] {text or os.strerror(code)}",
        recoverable=code not in _PERMANENT,
        filesize=filesize,
    )


def copy_outcome(job: Job, file: File, storages: Storages) -> Outcome:  # noqa: PLR0911 - one per way to end
    """Say how the copy of a file will end, and count the attempt.

    Args:
        job: Its job: overwrite flag and checksum mode count.
        file: The file.
        storages: What tests have arranged of the storages.

    Returns:
        Duration and result. URLs other than `mock://` succeed after a fixed time, unless their storage was arranged to fail.

    Source: observed on FTS 3.13.4. A destination without `size_post` has the size of its source:
    nothing was observed about it.
    """
    ends = storages.find(file.source_se), storages.find(file.dest_se)
    source, dest = MockURL.parse(file.source_surl or ""), MockURL.parse(file.dest_surl or "")
    if source is None or dest is None:
        source = dest = MockURL("", ())
        size = file.user_filesize or 0
    else:
        size = source.size
    early = _ends_early(job, storages, ends, source=source, dest=dest, size=size)
    if early is not None:
        return early
    slowest = [end.slowest_s for end in ends if end.slowest_s is not None]
    duration = max(slowest, default=dest.number("time", default=int(DEFAULT_DURATION_S)))
    mismatch = _checksum_mismatch(job, file, source=source, dest=dest, ends=ends)
    if mismatch:
        return _failure("TRANSFER", errno.EIO, after_s=0.0, text=mismatch, filesize=size)
    if duration < 0:
        return _failure("TRANSFER", errno.ECANCELED, after_s=0.0, filesize=size)
    if duration > 0 and (code := storages.errno_of(dest, "transfer_errno")):
        return _failure("TRANSFER", code, after_s=_FAILS_AFTER_S, filesize=size)
    if code := storages.errno_of(dest, "errno"):
        return _failure("DESTINATION", code, after_s=duration, filesize=size)
    if dest.text("size_post") is not None and dest.number("size_post") % (1 << 64) != size:
        return _failure(
            "DESTINATION",
            errno.EINVAL,
            after_s=duration,
            text="Source and destination file size mismatch",
            filesize=size,
        )
    return Outcome(after_s=float(duration), filesize=size)


def _ends_early(
    job: Job,
    storages: Storages,
    ends: tuple[Storage, Storage],
    *,
    source: MockURL,
    dest: MockURL,
    size: int,
) -> Outcome | None:
    """Give the failure of a transfer whose copy does not begin; None when it does."""
    if code := storages.errno_of(source, "errno"):
        return _failure("SOURCE", code, after_s=0.0)
    if failure := ends[0].take("fail"):
        return _failure("SOURCE", failure.code, after_s=_FAILS_AFTER_S, text=failure.text)
    if failure := ends[1].take("fail", "full"):
        return _failure("DESTINATION", failure.code, after_s=_FAILS_AFTER_S, text=failure.text)
    if dest.number("size_pre") > 0 and job.overwrite_flag != "Y":
        return _failure(
            "DESTINATION",
            errno.EEXIST,
            after_s=0.0,
            text="Destination file exists and overwrite is not enabled",
            filesize=size,
        )
    return None


def _checksum_mismatch(
    job: Job, file: File, *, source: MockURL, dest: MockURL, ends: tuple[Storage, Storage]
) -> str | None:
    mode = job.verify_checksum or "n"
    user = (file.checksum or "").partition(":")[2].lower().lstrip("0")
    at_source = source.checksum.lower().lstrip("0")
    at_dest = dest.checksum.lower().lstrip("0")

    def differ(left: str, right: str) -> bool:
        return bool(left and right and left != right)

    if mode in "sb" and (differ(user, at_source) or ends[0].take("wrong_checksum")):
        return "User and source checksums do not match"
    if mode == "t" and (differ(user, at_dest) or ends[1].take("wrong_checksum")):
        return "User and destination checksums do not match"
    if mode == "b" and (differ(at_source, at_dest) or ends[1].take("wrong_checksum")):
        return "Source and destination checksums do not match"
    return None


def tape_outcome(
    job: Job, file: File, step: Literal["staging", "archiving"], storages: Storages
) -> Outcome:
    """Say how bringing a file online, or the wait for tape, will end, and count the attempt.

    Args:
        job: Its job; `bring_online` or `archive_timeout` is the time allowed, in seconds.
        file: The file. `staging_time` and `staging_errno` of the source count, `archiving_time` and `archiving_errno`
            of the destination.
        step: Which of the two.
        storages: What tests have arranged of the storages.
    """
    if step == "staging":
        surl, limit_s = file.source_surl, job.bring_online or 0
    else:
        surl, limit_s = file.dest_surl, job.archive_timeout or 0
    failure = storages.find(file.source_se).take("offline") if step == "staging" else None
    if failure is not None:
        return _failure("STAGING", failure.code, after_s=_FAILS_AFTER_S, text=failure.text)
    url = MockURL.parse(surl or "")
    if url is None:
        return Outcome(after_s=DEFAULT_DURATION_S)
    after_s = max(url.number(f"{step}_time"), 0)
    if 0 < limit_s < after_s:
        return _failure(step.upper(), errno.ETIMEDOUT, after_s=limit_s)
    if code := storages.errno_of(url, f"{step}_errno"):
        return _failure(step.upper(), code, after_s=after_s)
    return Outcome(after_s=float(after_s))
