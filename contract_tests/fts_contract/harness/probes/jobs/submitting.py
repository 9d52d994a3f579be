"""Submission: a job is read back as it was sent, and what was left out is filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.exchange_checks.times import parse_time
from fts_contract.harness.probes.answers import keeps, listed, record, rows, same
from fts_contract.harness.probes.fault import Fault
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation

__all__ = ["PROBES"]

_HOURS = 10
_HOUR_S = 3600
_TOLERANCE_S = 120

# Long enough to notice a cut, and below the default limit of 1024 characters.
# Source: "Metadata size" of the submission as observed on FTS 3.13.4.
_LONG = "metadata " * 50

# Name and value as sent, and as read back.
# Source: "params" and "files[]" of the submission as observed on FTS 3.13.4.
_PARAMS: tuple[tuple[str, Any, str, Any], ...] = (
    ("priority", 4, "priority", 4),
    ("retry", 2, "retry", 2),
    ("retry_delay", 30, "retry_delay", 30),
    ("overwrite", True, "overwrite_flag", "Y"),
    ("verify_checksum", "source", "verify_checksum", "s"),
    ("archive_timeout", -1, "archive_timeout", -1),
    ("bring_online", None, "bring_online", -1),
    ("copy_pin_lifetime", -1, "copy_pin_lifetime", -1),
    ("dst_file_report", True, "dst_file_report", True),
)
_INTERNAL = {"nostreams": 4, "timeout": 3600, "buffer_size": 1048576, "strict_copy": True}
_INTERNAL_TEXT = "nostreams:4,timeout:3600,buffersize:1048576,strict"
_FILE: tuple[tuple[str, Any, str, Any], ...] = (
    ("checksum", "ADLER32:1a2b3c4d", "checksum", "ADLER32:1a2b3c4d"),
    # FTS keeps sizes as far as a double holds them.
    ("filesize", 2**53 + 2, "user_filesize", 2**53 + 2),
    ("metadata", {"made-by": "fts-contract", "n": [1, None], "text": _LONG}, "file_metadata", ...),
    ("archive_metadata", {"tape": {"set": 7}, "text": _LONG}, "archive_metadata", ...),
    ("staging_metadata", {"slow": True, "text": _LONG}, "staging_metadata", ...),
    ("activity", "fts-contract", "activity", "fts-contract"),
    ("scitag", 100, "scitag", 100),
)


def _kept(talk: Conversation) -> Iterator[Fault]:
    metadata = {"made-by": "fts-contract", "text": f"é {_LONG}"}
    first = talk.file("kept", **{sent: value for sent, value, _, _ in _FILE})
    second = {
        name: [f"{surl}&n=2" for surl in talk.file("kept")[name]]
        for name in ("sources", "destinations")
    }
    params = {sent: value for sent, value, _, _ in _PARAMS} | _INTERNAL
    method = (
        "PUT"
        if not _selected(talk, "submit_job") and _selected(talk, "submit_job_put")
        else "POST"
    )
    job_id = talk.submit(
        first, second, method=method, **params, job_metadata=metadata, max_time_in_queue=_HOURS
    )
    answer = talk.ask("GET", f"/jobs/{job_id}")
    job = record(answer)
    wanted = {name: value for _, _, name, value in _PARAMS} | {
        "job_id": job_id,
        "job_type": "N",
        "internal_job_params": _INTERNAL_TEXT,
        "job_metadata": {**metadata, "auth_method": _method(talk)},
        "source_se": talk.storage("kept-from"),
        "dest_se": talk.storage("kept-to"),
        "user_dn": talk.identity.user_dn,
        "cred_id": talk.identity.delegation_id,
        "vo_name": talk.vo,
        "cancel_job": False,
        "job_finished": None,
        "reason": None,
        "http_status": "200 Ok",
    }
    yield from keeps(answer, job, wanted)
    submitted, expires = parse_time(job.get("submit_time")), job.get("max_time_in_queue")
    if submitted is not None:
        due = submitted.timestamp() + _HOURS * _HOUR_S
        if not isinstance(expires, int) or abs(expires - due) > _TOLERANCE_S:
            message = f"max_time_in_queue is {expires!r}, expected the Unix time {due:.0f} ({_HOURS} h later)"
            yield Fault(answer, message, "max_time_in_queue")
    yield from _files_kept(talk, job_id, [first, second])


def _files_kept(talk: Conversation, job_id: str, sent: list[dict[str, Any]]) -> Iterator[Fault]:
    answer = talk.ask("GET", f"/jobs/{job_id}/files")
    files = sorted(rows(answer), key=lambda file: str(file.get("file_index")))
    yield from same(answer, "number of files", len(listed(answer)), len(sent))
    if len({str(file.get("file_id")) for file in files}) < len(files):
        yield Fault(answer, "two files have the same file_id", "file_id")
    for index, (file, given) in enumerate(zip(files, sent, strict=False)):
        wanted = {
            "job_id": job_id,
            "file_index": index,
            "source_surl": given["sources"][0],
            "dest_surl": given["destinations"][0],
            "source_se": talk.storage("kept-from"),
            "dest_se": talk.storage("kept-to"),
            "vo_name": talk.vo,
            "priority": 4,
            "file_state_initial": "",
        }
        yield from keeps(answer, file, wanted, where=f"files[{index}].")
    own = {name: given if value is ... else value for _, given, name, value in _FILE}
    plain = {
        "checksum": "ADLER32",
        "user_filesize": 0,
        "file_metadata": None,
        "activity": "default",
        "scitag": None,
    }
    for file, wanted in zip(files, (own, plain), strict=False):
        yield from keeps(answer, file, wanted, where=f"files[{file.get('file_index')}].")


@attrs.frozen(kw_only=True)
class _Kind:
    """A kind of job: what is sent, what is read back, how many of its files wait for others, and whether it begins with staging."""

    files: list[dict[str, Any]]
    params: dict[str, Any]
    job: dict[str, Any]
    waiting: int = 0
    staging: bool = False


def _kinds(talk: Conversation) -> Iterator[_Kind]:
    """Source: "Job type, initial states, what is filled in" as observed on FTS 3.13.4."""
    start, end = talk.storage("hop-from"), talk.storage("hop-end")
    hop = talk.file("hop")
    last = talk.file("hop", sources=hop["destinations"], destinations=[f"{end}/file?time=600"])
    yield _Kind(
        files=[hop, last],
        params={"multihop": True},
        job={"job_type": "H", "source_se": start, "dest_se": end},
        waiting=1,
    )
    yield _Kind(
        files=[talk.file("reuse"), talk.file("reuse")],
        params={"reuse": True},
        job={"job_type": "Y", "source_se": talk.storage("reuse-from")},
    )
    replicas = [f"{talk.storage(word)}/file?size=1024" for word in ("replica-a", "replica-b")]
    yield _Kind(
        files=[talk.file("replica", sources=replicas)],
        params={},
        job={"job_type": "R", "source_se": None, "dest_se": talk.storage("replica-to")},
        waiting=1,
    )
    for checksum, sent, letter in (
        ("MD5:00", True, "b"),
        ("MD5:00", False, "t"),
        (None, None, "n"),
    ):
        yield _Kind(
            files=[talk.file("sums", checksum=checksum)],
            params={"verify_checksum": sent},
            job={
                "job_type": "N",
                "verify_checksum": letter,
                "priority": 3,
                "overwrite_flag": None,
            },
        )
    yield _Kind(
        files=[talk.file("flags")],
        params={"priority": 9, "overwrite_on_retry": True},
        job={"job_type": "N", "priority": 5, "overwrite_flag": "R", "max_time_in_queue": None},
    )
    yield _Kind(
        files=[hop, last],
        params={"multihop": True, "overwrite_hop": True},
        job={"job_type": "H", "overwrite_flag": "M"},
        waiting=1,
    )
    if talk.credential.kind == "token":
        return  # Token users cannot stage from tape. Source: "Submission" of token users, FTS 3.13.4.
    tape = f"{talk.storage('tape')}/file?size=1024&staging_time=600"
    for online, pin, archive in ((7200, 3600, 7200), (7200, -1, -1), (-1, 3600, -1), (0, 0, 7200)):
        times = {"bring_online": online, "copy_pin_lifetime": pin, "archive_timeout": archive}
        yield _Kind(
            files=[talk.file("tape", sources=[tape])],
            # A time that is left out is -1.
            params={name: value for name, value in times.items() if value >= 0},
            job={"job_type": "N", **times},
            staging=max(online, pin) > 0,
        )


def _become(talk: Conversation) -> Iterator[Fault]:
    for kind in _kinds(talk):
        job_id = talk.submit(*kind.files, **kind.params)
        answer = talk.ask("GET", f"/jobs/{job_id}?files=file_state,file_index")
        after = f"a submission with {kind.params or 'two sources'}"
        yield from keeps(answer, record(answer), kind.job, after=after)
        staging = record(answer).get("job_state") == "STAGING"
        yield from same(answer, "the job is staging", staging, kind.staging, after=after)
        got = record(answer).get("files")
        files = [file for file in got if isinstance(file, dict)] if isinstance(got, list) else []
        pairs = sum(len(file["sources"]) for file in kind.files)
        yield from same(answer, "number of files", len(files), pairs, after=after)
        # The first hop and the chosen replica may have started; the files that wait for them have not.
        waiting = [file.get("file_state") for file in files].count("NOT_USED")
        yield from same(answer, "files NOT_USED", waiting, kind.waiting, after=after)
        # All source-destination pairs of one transfer share its index.
        got = [str(file.get("file_index")) for file in files]
        indexes = [str(index) for index, file in enumerate(kind.files) for _ in file["sources"]]
        yield from same(answer, "file_index", sorted(got), indexes, after=after)


def _method(talk: Conversation) -> str:
    return "oauth2" if talk.credential.kind == "token" else "certificate"


def _selected(talk: Conversation, operation_id: str) -> bool:
    return any(operation.operation_id == operation_id for operation in talk.selected)


_SUBMIT = ("submit_job", "submit_job_put")

PROBES = (
    Probe(
        check="submission-kept",
        meaning="a submitted job is not read back with what was sent",
        operations=(*_SUBMIT, "get_jobs", "list_job_files"),
        run=_kept,
    ),
    Probe(
        check="submission-kinds",
        meaning="a multihop, reuse, replica or staging job, or a default, is not stored as documented",
        operations=(*_SUBMIT, "get_jobs"),
        run=_become,
    ),
)
