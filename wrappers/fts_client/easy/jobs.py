"""Build transfers and jobs, as dicts, the way the official client does."""

# ruff: noqa: FBT001, FBT002, PLR0917
# These are the official signatures.
from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from fts_client.easy.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "JobIdGenerator",
    "add_alternative_source",
    "new_delete_job",
    "new_job",
    "new_staging_job",
    "new_transfer",
]

_SCITAG_MIN, _SCITAG_MAX = 65, 65535
_CHECKSUM_MODES = ("source", "target", "both", "none")


class JobIdGenerator:
    """How the server makes the id of a job.

    Attributes:
        standard: A new id at each submission.
        deterministic: Computed from the VO and the `sid` given.
    """

    standard = "standard"
    deterministic = "deterministic"


def new_transfer(
    source: str,
    destination: str,
    checksum: str | None = "ADLER32",
    filesize: int | None = None,
    activity: str | None = None,
    scitag: int | None = None,
    metadata: Any = None,
    staging_metadata: Any = None,
    archive_metadata: Any = None,
    selection_strategy: str | None = "auto",
    **kwargs: Any,
) -> dict[str, Any]:
    """Build one transfer.

    Args:
        source: Source SURL.
        destination: Destination SURL.
        checksum: `ALGORITHM` or `ALGORITHM:value`.
        filesize: Bytes.
        activity: Activity whose share is used.
        scitag: Flow label, 65 to 65535.
        metadata: Metadata of the file.
        staging_metadata: Metadata for staging.
        archive_metadata: Metadata for archiving.
        selection_strategy: How one of several replicas is chosen.
        **kwargs: `source_token` and `destination_token`, both or none; other names are ignored.

    Returns:
        A dict for `new_job`; what is empty is left out.

    Raises:
        ClientError: A scitag outside its range, or only one of the two tokens.

    Source: fts3 3.14.2, `easy.new_transfer`.
    """
    if scitag and not _SCITAG_MIN <= scitag <= _SCITAG_MAX:
        raise ClientError(
            f"Invalid SciTag value: {scitag} (not in [{_SCITAG_MIN}, {_SCITAG_MAX}] range)"
        )
    optional = {
        "checksum": checksum,
        "filesize": filesize,
        "activity": activity,
        "scitag": scitag,
        "metadata": metadata,
        "staging_metadata": staging_metadata,
        "archive_metadata": archive_metadata,
        "selection_strategy": selection_strategy,
    }
    transfer: dict[str, Any] = {"sources": [source], "destinations": [destination]}
    transfer.update({key: value for key, value in optional.items() if value})
    tokens = kwargs.get("source_token"), kwargs.get("destination_token")
    if any(tokens):
        if not all(tokens):
            raise ClientError("Both source and destination tokens should be given")
        transfer["source_tokens"], transfer["destination_tokens"] = [tokens[0]], [tokens[1]]
    return transfer


def add_alternative_source(transfer: dict[str, Any], alt_source: str) -> dict[str, Any]:
    """Add a replica to a transfer.

    Args:
        transfer: From `new_transfer`; it is changed.
        alt_source: Another source SURL.

    Returns:
        The same transfer.
    """
    transfer["sources"].append(alt_source)
    return transfer


def new_job(
    transfers: list[dict[str, Any]] | None = None,
    deletion: Any = None,
    verify_checksum: bool | str = False,
    reuse: bool | None = None,
    overwrite: bool = False,
    overwrite_on_retry: bool = False,
    overwrite_when_only_on_disk: bool = False,
    overwrite_hop: bool = False,
    multihop: bool = False,
    source_spacetoken: str | None = None,
    destination_spacetoken: str | None = None,
    bring_online: int | None = None,
    dst_file_report: bool = False,
    archive_timeout: int | None = None,
    copy_pin_lifetime: int | None = None,
    retry: int = -1,
    retry_delay: int = 0,
    priority: int | None = None,
    metadata: Any = None,
    strict_copy: bool = False,
    disable_cleanup: bool = False,
    max_time_in_queue: int | str | None = None,
    timeout: int | None = None,
    id_generator: str = JobIdGenerator.standard,
    sid: str | None = None,
    s3alternate: bool = False,
    nostreams: int | None = 1,
    buffer_size: int | None = None,
    unmanaged_tokens: bool = False,
    **kwargs: Any,
) -> dict[str, Any]:
    """Build a job.

    Args:
        transfers: From `new_transfer`.
        deletion: Files to delete; servers from 3.13 answer 405.
        verify_checksum: "source", "target", "both" or "none", or a boolean.
        reuse: Transfer all files over one session.
        overwrite: Overwrite destinations.
        overwrite_on_retry: Overwrite from the first retry on.
        overwrite_when_only_on_disk: Overwrite what is not on tape; needs `archive_timeout`.
        overwrite_hop: Overwrite at all hops but the last.
        multihop: The transfers are hops of one path.
        source_spacetoken: Space token at the source.
        destination_spacetoken: Space token at the destination.
        bring_online: Seconds that staging may take.
        dst_file_report: Report on a file that is already at the destination.
        archive_timeout: Seconds to wait for the destination to reach tape.
        copy_pin_lifetime: Seconds that a staged copy stays on disk.
        retry: Retries per file; negative: none, 0: the server's default.
        retry_delay: **Seconds** between retries (the official documentation says minutes, wrongly).
        priority: 1 to 5.
        metadata: Metadata of the job.
        strict_copy: Copy only.
        disable_cleanup: Leave the destination as it is after a failure.
        max_time_in_queue: Hours, or text such as "30m".
        timeout: Seconds that one transfer may take.
        id_generator: A value of `JobIdGenerator`.
        sid: Text that fixes a deterministic id.
        s3alternate: Bucket name in the path of S3 addresses.
        nostreams: Parallel streams.
        buffer_size: TCP buffer, bytes.
        unmanaged_tokens: The server does not refresh tokens (from 3.14).
        **kwargs: `spacetoken`, the old name of `destination_spacetoken`; other names are ignored.

    Returns:
        A dict for `submit`.

    Raises:
        ClientError: Neither transfers nor deletion, an unknown `verify_checksum`, or overwrite flags that exclude each
            other.

    Source: fts3 3.14.2, `easy.new_job`.
    """
    if transfers is None and deletion is None:
        raise ClientError("Bad request: No transfers or deletion jobs are provided")
    if isinstance(verify_checksum, str) and verify_checksum not in _CHECKSUM_MODES:
        raise ClientError("Bad request: verify_checksum does not contain a valid value")
    flags = sum((overwrite, overwrite_on_retry, overwrite_when_only_on_disk, overwrite_hop))
    allowed = 2 if overwrite_hop and overwrite_when_only_on_disk else 1
    if flags > allowed:
        raise ClientError("Bad request: Incompatible overwrite flags used at the same time")
    if overwrite_when_only_on_disk and (archive_timeout is None or archive_timeout <= 0):
        raise ClientError(
            "Bad request: 'overwrite_when_only_on_disk' requires 'archive_timeout' to be set"
        )
    destination_spacetoken = _destination_spacetoken(destination_spacetoken, kwargs)
    params = {
        "verify_checksum": verify_checksum,
        "reuse": reuse,
        "destination_spacetoken": destination_spacetoken,
        "bring_online": bring_online,
        "dst_file_report": dst_file_report,
        "archive_timeout": archive_timeout,
        "copy_pin_lifetime": copy_pin_lifetime,
        "job_metadata": metadata,
        "source_spacetoken": source_spacetoken,
        "overwrite": overwrite,
        "overwrite_on_retry": overwrite_on_retry,
        "overwrite_when_only_on_disk": overwrite_when_only_on_disk,
        "overwrite_hop": overwrite_hop,
        "multihop": multihop,
        "retry": retry,
        "retry_delay": retry_delay,
        "priority": priority,
        "strict_copy": strict_copy,
        "disable_cleanup": disable_cleanup,
        "max_time_in_queue": max_time_in_queue,
        "timeout": timeout,
        "id_generator": id_generator,
        "sid": sid,
        "s3alternate": s3alternate,
        "nostreams": nostreams,
        "buffer_size": buffer_size,
        "unmanaged_tokens": unmanaged_tokens,
    }
    return {
        "files": [] if transfers is None else transfers,
        "delete": deletion,
        "params": params,
    }


def new_staging_job(
    files: Iterable[str | dict[str, Any]],
    bring_online: int | None = None,
    copy_pin_lifetime: int | None = None,
    source_spacetoken: str | None = None,
    destination_spacetoken: str | None = None,
    metadata: Any = None,
    priority: int | None = None,
    id_generator: str = JobIdGenerator.standard,
    sid: str | None = None,
    **kwargs: Any,
) -> dict[str, Any]:
    """Build a job that only brings files from tape to disk.

    Args:
        files: SURLs, or dicts with `surl`, `metadata` and `staging_metadata`.
        bring_online: Seconds that staging may take.
        copy_pin_lifetime: Seconds that a staged copy stays on disk.
        source_spacetoken: Space token at the source.
        destination_spacetoken: Space token at the destination.
        metadata: Metadata of the job.
        priority: 1 to 5.
        id_generator: A value of `JobIdGenerator`.
        sid: Text that fixes a deterministic id.
        **kwargs: `spacetoken`, the old name of `destination_spacetoken`; other names are ignored.

    Returns:
        A dict for `submit`.

    Raises:
        ClientError: Neither `bring_online` nor `copy_pin_lifetime` is more than 0.
        AttributeError: An entry of `files` that is neither text nor a dict.

    Source: fts3 3.14.2, `easy.new_staging_job`.
    """
    if not any(value is not None and value > 0 for value in (bring_online, copy_pin_lifetime)):
        raise ClientError(
            "Bad request: both 'bring_online' and 'copy_pin_lifetime' are not positive numbers"
        )
    transfers = []
    for entry in files:
        if isinstance(entry, str):
            transfers.append(new_transfer(entry, entry))
        elif isinstance(entry, dict):
            transfers.append(
                new_transfer(
                    entry["surl"],
                    entry["surl"],
                    metadata=entry["metadata"],
                    staging_metadata=entry["staging_metadata"],
                )
            )
        else:
            raise AttributeError(f"Unexpected input type {type(entry)}")  # noqa: TRY004
    return {
        "files": transfers,
        "params": {
            "source_spacetoken": source_spacetoken,
            "destination_spacetoken": _destination_spacetoken(destination_spacetoken, kwargs),
            "bring_online": bring_online,
            "copy_pin_lifetime": copy_pin_lifetime,
            "job_metadata": metadata,
            "priority": priority,
            "id_generator": id_generator,
            "sid": sid,
        },
    }


def new_delete_job(
    files: Sequence[str | dict[str, Any]],
    spacetoken: str | None = None,
    metadata: Any = None,
    priority: int | None = None,
    id_generator: str = JobIdGenerator.standard,
    sid: str | None = None,
) -> dict[str, Any]:
    """Build a job that deletes files; servers from 3.13 refuse it (405).

    Args:
        files: SURLs, or dicts with `surl` and `metadata`.
        spacetoken: Space token of the files.
        metadata: Metadata of the job.
        priority: 1 to 5.
        id_generator: A value of `JobIdGenerator`.
        sid: Text that fixes a deterministic id.

    Returns:
        A dict for `submit`.

    Source: fts3 3.14.2, `easy.new_delete_job`.
    """
    return {
        "delete": files,
        "params": {
            "source_spacetoken": spacetoken,
            "job_metadata": metadata,
            "priority": priority,
            "id_generator": id_generator,
            "sid": sid,
        },
    }


def _destination_spacetoken(given: str | None, kwargs: dict[str, Any]) -> str | None:
    if "spacetoken" not in kwargs:
        return given
    warnings.warn(
        "'spacetoken' is deprecated, use 'destination_spacetoken'",
        DeprecationWarning,
        stacklevel=3,
    )
    return given or kwargs["spacetoken"] or given
