"""What is handed in: `Job`, `Transfer` and `JobParams`.

A builder sends exactly what it was given: a field left `UNSET` does not appear in the request, None is sent as null.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

import attrs

from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["UNSET", "Job", "JobParams", "Transfer", "Unset"]

T = TypeVar("T")


class Unset(enum.Enum):
    """Type of `UNSET`."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        """Be false, so that `if value` treats a field that was not given like an empty one."""
        return False

    def __repr__(self) -> str:
        """Show the name under which it is imported."""
        return "UNSET"


UNSET: Final = Unset.UNSET
"""The value of a field that was not given: it is not sent, and the server applies its default."""

_SCITAG_MIN, _SCITAG_MAX = 65, 65535


def _urls(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str | bytes) else _tuple(value)


def _check_surl(value: object) -> None:
    if not isinstance(value, str) or not value:
        raise FTSUsageError(f"a SURL is a text that is not empty, got {value!r}")


def _transfers(value: Iterable[Transfer]) -> tuple[Transfer, ...]:
    return _tuple(value)


def _tuple(value: Iterable[T]) -> tuple[T, ...]:
    if not isinstance(value, Iterable):
        raise FTSUsageError(f"several are needed here, as a list, got {type(value).__name__}")
    return tuple(value)


def _tokens(value: str | Iterable[str] | Unset) -> tuple[str, ...] | Unset:
    return value if isinstance(value, Unset) else _urls(value)


def _given(instance: Any, *, without: Sequence[str] = ()) -> dict[str, Any]:
    """Collect the fields of a builder that were given, in the order of their declaration."""
    return {
        name: value
        for field in attrs.fields(type(instance))
        if (name := field.name) not in without
        and not isinstance(value := getattr(instance, name), Unset)
    }


@attrs.frozen
class Transfer:
    """One file to transfer: where from, where to.

    Several sources are replicas to choose from (a multi-replica job, which may hold this transfer only).

    Attributes:
        sources: Source SURLs; one may be given as plain text.
        destinations: Destination SURLs; one may be given as plain text.
        checksum: `ALGORITHM:value`, for instance "ADLER32:1a2b3c4d"; at most 100 characters.
        filesize: Bytes, as expected at the source.
        activity: Name of the activity whose share is used; the server takes "default".
        scitag: Flow label for packet marking, 65 to 65535.
        metadata: Any JSON object or text, returned as `file_metadata`; the server limits its size.
        staging_metadata: JSON object handed to the tape system when staging.
        archive_metadata: JSON object handed to the tape system when archiving.
        selection_strategy: How a replica is chosen: "auto", "orderly", "queue", "success", "throughput",
            "file-throughput", "pending-data", "waiting-time", "waiting-time-with-error" or "duration".
        source_tokens: One bearer token per source; with token authentication only. Never shown by repr.
        destination_tokens: One bearer token per destination; with token authentication only. Never shown by repr.

    Raises:
        FTSUsageError: No source or no destination, one that is empty or no text, or a scitag outside its range.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs).
    """

    sources: tuple[str, ...] = attrs.field(converter=_urls)
    destinations: tuple[str, ...] = attrs.field(converter=_urls)
    checksum: str | Unset | None = attrs.field(default=UNSET, kw_only=True)
    filesize: int | Unset | None = attrs.field(default=UNSET, kw_only=True)
    activity: str | Unset | None = attrs.field(default=UNSET, kw_only=True)
    scitag: int | Unset | None = attrs.field(default=UNSET, kw_only=True)
    metadata: Mapping[str, Any] | str | Unset | None = attrs.field(default=UNSET, kw_only=True)
    staging_metadata: Mapping[str, Any] | Unset | None = attrs.field(default=UNSET, kw_only=True)
    archive_metadata: Mapping[str, Any] | Unset | None = attrs.field(default=UNSET, kw_only=True)
    selection_strategy: str | Unset | None = attrs.field(default=UNSET, kw_only=True)
    source_tokens: tuple[str, ...] | Unset = attrs.field(
        default=UNSET, kw_only=True, converter=_tokens, repr=False
    )
    destination_tokens: tuple[str, ...] | Unset = attrs.field(
        default=UNSET, kw_only=True, converter=_tokens, repr=False
    )

    def __attrs_post_init__(self) -> None:
        """Refuse what no server can accept."""
        if not self.sources or not self.destinations:
            raise FTSUsageError("a Transfer needs at least one source and one destination")
        for surl in (*self.sources, *self.destinations):
            _check_surl(surl)
        if self.scitag and not _SCITAG_MIN <= self.scitag <= _SCITAG_MAX:
            raise FTSUsageError(f"scitag {self.scitag} is outside {_SCITAG_MIN} to {_SCITAG_MAX}")

    def to_dict(self) -> dict[str, Any]:
        """Build the entry of `files` in the request.

        Returns:
            JSON values; the fields that were not given are absent.
        """
        entry = _given(self)
        for key in ("sources", "destinations", "source_tokens", "destination_tokens"):
            if key in entry:
                entry[key] = list(entry[key])
        return entry


@attrs.frozen(kw_only=True)
class JobParams:
    """Parameters of a job.

    Attributes:
        verify_checksum: "source", "target", "both" or "none"; True means both, False means the target when a
            checksum was given.
        reuse: True: one process transfers all files of the job over one session.
        multihop: True: the files are the hops of one path, in order.
        overwrite: True: overwrite files at the destination.
        overwrite_on_retry: True: overwrite from the first retry on.
        overwrite_hop: True: overwrite at all hops but the last; with `multihop` only.
        overwrite_when_only_on_disk: True: overwrite what is not on tape; with `archive_timeout` only.
        bring_online: Seconds that staging from tape may take; makes a staging job. -1: no staging.
        copy_pin_lifetime: Seconds that a staged copy stays on disk; more than 0 makes a staging job too. -1: unset.
        archive_timeout: Seconds to wait for the destination to reach tape. -1: do not wait.
        job_metadata: JSON object or text; the server adds `auth_method`.
        retry: Retries per file; 0: the server's default, negative: none.
        retry_delay: Seconds between retries (not minutes); 0: the server's default.
        priority: 1 (low) to 5 (high); the server takes 3.
        max_time_in_queue: Whole hours, or text such as "30m", "36000s", "2h", "1d". 0: no limit.
        nostreams: Parallel streams per transfer.
        timeout: Seconds that one transfer may take.
        buffer_size: TCP buffer, bytes.
        strict_copy: True: copy only; no checks, no directories made.
        disable_cleanup: True: leave the destination as it is when a transfer failed.
        ipv4: True: use IPv4 only.
        ipv6: True: use IPv6 only.
        s3alternate: True: bucket name in the path of S3 addresses.
        dst_file_report: True: report on a file that is already at the destination.
        source_spacetoken: Space token at the source (3.13.4 loses it).
        destination_spacetoken: Space token at the destination (3.13.4 loses it).
        target_qos: Quality of service to move the file to.
        unmanaged_tokens: True: the server does not refresh the tokens (servers from 3.14).
        id_generator: "deterministic" (the default of `FTSClient.submit`) or "standard".
        sid: Text from which a deterministic job id is computed; the same text in the same VO is the same job.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs).
    """

    verify_checksum: bool | str | Unset | None = UNSET
    reuse: bool | Unset | None = UNSET
    multihop: bool | Unset | None = UNSET
    overwrite: bool | Unset | None = UNSET
    overwrite_on_retry: bool | Unset | None = UNSET
    overwrite_hop: bool | Unset | None = UNSET
    overwrite_when_only_on_disk: bool | Unset | None = UNSET
    bring_online: int | Unset | None = UNSET
    copy_pin_lifetime: int | Unset | None = UNSET
    archive_timeout: int | Unset | None = UNSET
    job_metadata: Mapping[str, Any] | str | Unset | None = UNSET
    retry: int | Unset | None = UNSET
    retry_delay: int | Unset | None = UNSET
    priority: int | Unset | None = UNSET
    max_time_in_queue: int | str | Unset | None = UNSET
    nostreams: int | Unset | None = UNSET
    timeout: int | Unset | None = UNSET
    buffer_size: int | Unset | None = UNSET
    strict_copy: bool | Unset | None = UNSET
    disable_cleanup: bool | Unset | None = UNSET
    ipv4: bool | Unset | None = UNSET
    ipv6: bool | Unset | None = UNSET
    s3alternate: bool | Unset | None = UNSET
    dst_file_report: bool | Unset | None = UNSET
    source_spacetoken: str | Unset | None = UNSET
    destination_spacetoken: str | Unset | None = UNSET
    target_qos: str | Unset | None = UNSET
    unmanaged_tokens: bool | Unset | None = UNSET
    id_generator: str | Unset | None = UNSET
    sid: str | Unset | None = UNSET

    def to_dict(self) -> dict[str, Any]:
        """Build `params` of the request.

        Returns:
            JSON values; the fields that were not given are absent.
        """
        return _given(self)


@attrs.frozen
class Job:
    """A job to submit: its transfers and its parameters.

    Attributes:
        transfers: At least one.
        params: Parameters of the job as a whole.

    Raises:
        FTSUsageError: No transfer, or what is none, such as a dict.
    """

    transfers: tuple[Transfer, ...] = attrs.field(converter=_transfers)
    params: JobParams = attrs.field(factory=JobParams, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what no server can accept."""
        if not self.transfers:
            raise FTSUsageError("a Job needs at least one Transfer")
        for transfer in self.transfers:
            if not isinstance(transfer, Transfer):
                raise FTSUsageError(f"a Job is made of Transfers, got {type(transfer).__name__}")
        if not isinstance(self.params, JobParams):
            raise FTSUsageError(f"params are JobParams, got {type(self.params).__name__}")

    def to_dict(self) -> dict[str, Any]:
        """Build the body of the request.

        Returns:
            JSON values: `files` and, always (token authentication needs it), `params`.
        """
        return {
            "files": [transfer.to_dict() for transfer in self.transfers],
            "params": self.params.to_dict(),
        }
