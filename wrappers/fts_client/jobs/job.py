"""What is submitted: `Job`, `Transfer` and `JobParams`.

A request holds exactly what was given: a field left `UNSET` is not sent, None is sent as null.

`JobParams` and `Transfer` are also the one list of the parameters of jobs and files. Their annotations say type, unit and
limits, their docstrings say what a parameter means; `fts_client.jobs.parameters` reads both for `easy`, for the options of
`fts submit` and for the table in the documentation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Self, TypeAlias, TypeVar

import attrs

from fts_client.errors import FTSUsageError
from fts_client.jobs.as_given import Extensible, SentAsGiven
from fts_client.jobs.parameters import UNSET, Limits, Unset, parameters_of
from fts_client.jobs.stored import as_submitted, params_as_submitted

if TYPE_CHECKING:
    from fts_api.models import JobRecord, JobStatus
    from fts_api.types import Model

T = TypeVar("T")

Bytes: TypeAlias = Annotated[int, Limits("bytes")]
Seconds: TypeAlias = Annotated[int, Limits("seconds", minimum=0)]
# Here FTS takes 0 and negative numbers for "off".
SecondsOrOff: TypeAlias = Annotated[int, Limits("seconds")]
Priority: TypeAlias = Annotated[int, Limits(minimum=1, maximum=5)]
Scitag: TypeAlias = Annotated[int, Limits(minimum=65, maximum=65535)]
Metadata: TypeAlias = Mapping[str, Any] | str
ChecksumMode: TypeAlias = Annotated[str, Limits(choices=("source", "target", "both", "none"))]
IdGenerator: TypeAlias = Annotated[str, Limits(choices=("deterministic", "standard"))]
_STRATEGIES: Final = (
    *("auto", "orderly", "queue", "success", "throughput", "file-throughput", "pending-data"),
    *("waiting-time", "waiting-time-with-error", "duration"),
)
SelectionStrategy: TypeAlias = Annotated[str, Limits(choices=_STRATEGIES)]
_LONGEST_SURL: Final = 1_100
_LONGEST_STORAGE: Final = 255
_LONGEST_CHECKSUM: Final = 100
_HOST: Final = r"(?:\[[^\]/?#]+\]|[^\[\]/?#@:\s]+)(?=[:/?#]|$)"
_SURL: Final = re.compile(rf"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?:[^/?#]*@)?(?P<host>{_HOST})")
# An algorithm alone is what the official client sends for a file whose checksum is not known.
_CHECKSUM: Final = re.compile(r"[A-Za-z][\w-]*:.+|adler32|crc32c?|md5|sha-?\d+", re.IGNORECASE)


def _surls(value: str | Iterable[str]) -> tuple[str, ...]:
    surls: tuple[Any, ...] = _one_or_more(value, "a SURL or several")
    for surl in surls:
        if not isinstance(surl, str) or not surl:
            raise FTSUsageError(f"A SURL must be a non-empty string, got {surl!r}")
        if why := _why_not(surl.strip()):
            # Passwords stand before the @, tokens behind the question mark.
            shown = re.sub(r"//.*@", "//", surl.partition("?")[0])[:_LONGEST_CHECKSUM]
            raise FTSUsageError(f"A SURL {why}, got {shown!r}")
    return surls


def _why_not(surl: str) -> str:
    """Say why no server takes a SURL; "" if there is no reason.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs): 400 without a host, 500 for text outside its character set and for
        more characters than its tables hold.
    """
    if not surl.isascii():
        return "must be ASCII, with all other characters percent-encoded"
    if len(surl) > _LONGEST_SURL:
        return f"must not be longer than {_LONGEST_SURL:,} characters"
    found = _SURL.match(surl)
    if found is None:
        return "must be like davs://host/path"
    if len(found["scheme"] + found["host"]) > _LONGEST_STORAGE:
        return f"must not have more than {_LONGEST_STORAGE} characters before its port and path"
    return ""


def _tokens(value: str | Iterable[str] | Unset) -> tuple[str, ...] | Unset:
    return value if isinstance(value, Unset) else _one_or_more(value, "a token or several")


def _one_or_more(value: str | Iterable[str], expected: str) -> tuple[str, ...]:
    return (value,) if isinstance(value, str | bytes) else _tuple(value, expected)


def _transfers(value: Iterable[Transfer]) -> tuple[Transfer, ...]:
    return _tuple(value, "a list of Transfers")


def _tuple(value: Iterable[T], expected: str) -> tuple[T, ...]:
    if not isinstance(value, Iterable):
        raise FTSUsageError(f"Expected {expected}, got {type(value).__name__}")
    return tuple(value)


@attrs.frozen(repr=False)
class Transfer(SentAsGiven):
    """One file to transfer: its source and its destination.

    Several sources are replicas to choose from: a multi-replica job, which may hold this transfer only.

    Attributes:
        sources: Source SURLs; a single one may be given as a string.
        destinations: Destination SURLs; a single one may be given as a string.
        checksum: Checksum as `ALGORITHM:value`, for instance "ADLER32:1a2b3c4d". At most 100 characters. Server default: "ADLER32".
        filesize: Expected size of the source in bytes.
        activity: Activity whose share is used. Server default: "default".
        scitag: Flow label for packet marking. 65 to 65535.
        metadata: Metadata of the file: a JSON object or text. Returned as `file_metadata`; the server limits the size.
        staging_metadata: JSON object for the tape system when staging.
        archive_metadata: JSON object for the tape system when archiving.
        selection_strategy: How one of several sources is chosen: "auto", "orderly", "queue", "success", "throughput",
            "file-throughput", "pending-data", "waiting-time", "waiting-time-with-error" or "duration". Server default:
            "auto".
        source_tokens: One bearer token per source; with token authentication only. Never shown by repr.
        destination_tokens: One bearer token per destination; with token authentication only. Never shown by repr.
        extra: Fields of the file that this class does not have, sent as they stand; see `JobParams.extra`.
        metadata_encoder: Function that turns what JSON cannot hold in a metadata, such as a datetime, into something that it can,
            as `default` of `json.dumps` does; None: only tuples, mappings and numbers of other libraries are converted. Used
            once, when the object is made.

    Raises:
        FTSUsageError: No source or no destination; a SURL without a host, with raw non-ASCII characters or longer than 1,100
            characters; a value of another type or out of range; metadata that cannot be written as JSON.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs).
    """

    sources: tuple[str, ...] = attrs.field(converter=_surls)
    destinations: tuple[str, ...] = attrs.field(converter=_surls)
    checksum: str | Unset | None = attrs.field(default=UNSET, kw_only=True)
    filesize: Bytes | Unset | None = attrs.field(default=UNSET, kw_only=True)
    activity: str | Unset | None = attrs.field(default=UNSET, kw_only=True)
    scitag: Scitag | Unset | None = attrs.field(default=UNSET, kw_only=True)
    metadata: Metadata | Unset | None = attrs.field(default=UNSET, kw_only=True)
    staging_metadata: Mapping[str, Any] | Unset | None = attrs.field(default=UNSET, kw_only=True)
    archive_metadata: Mapping[str, Any] | Unset | None = attrs.field(default=UNSET, kw_only=True)
    selection_strategy: SelectionStrategy | Unset | None = attrs.field(default=UNSET, kw_only=True)
    source_tokens: tuple[str, ...] | Unset = attrs.field(
        default=UNSET, kw_only=True, converter=_tokens, repr=False
    )
    destination_tokens: tuple[str, ...] | Unset = attrs.field(
        default=UNSET, kw_only=True, converter=_tokens, repr=False
    )

    def __attrs_post_init__(self) -> None:
        """Refuse what no server accepts."""
        super().__attrs_post_init__()
        if not self.sources or not self.destinations:
            raise FTSUsageError("A Transfer needs at least one source and one destination")
        checksum = self.checksum
        if checksum and not (_CHECKSUM.fullmatch(checksum) and len(checksum) <= _LONGEST_CHECKSUM):
            raise FTSUsageError(
                f"checksum must be ALGORITHM:value with at most {_LONGEST_CHECKSUM} characters, got {checksum!r}"
            )

    @classmethod
    def like(cls, file: Model | Mapping[str, Any]) -> Self:
        """Build the transfer that a file of a job was submitted as; `to_transfer()` of the files that clients return does the same.

            again = Transfer.like(json.loads(stored_answer)[0])

        Args:
            file: What the server tells of it, as a dict or as a model. Of several sources, it is one.

        Returns:
            Source, destination, checksum, size, activity, scitag and metadata as they were. Tokens are not known any more.

        Raises:
            FTSUsageError: Source or destination is missing.
        """
        return cls(**as_submitted(file))


@attrs.frozen(kw_only=True, repr=False)
class JobParams(SentAsGiven):
    """Parameters of a job.

    Attributes:
        verify_checksum: Where checksums are compared. "source", "target", "both" or "none"; True means both, False means the
            target when a checksum was given. Server default: False.
        reuse: Transfer all files of the job in one process, over one session.
        multihop: The files are the hops of one path, in order.
        overwrite: Overwrite files at the destination.
        overwrite_on_retry: Overwrite from the first retry on.
        overwrite_hop: Overwrite at all hops but the last; with `multihop` only.
        overwrite_when_only_on_disk: Overwrite files that are not on tape; with `archive_timeout` only.
        bring_online: Seconds that staging from tape may take; makes a staging job. Server default: -1, no staging.
        copy_pin_lifetime: Seconds that a staged copy stays on disk; more than 0 makes a staging job. Server default: -1, not
            set.
        archive_timeout: Seconds to wait for the file to reach tape at the destination. Server default: -1, no waiting.
        job_metadata: Metadata of the job: a JSON object or text. The server adds `auth_method`.
        retry: Retries per file; 0: as the server is configured, negative: none. Server default: 0.
        retry_delay: Seconds between retries (not minutes); 0: as the server is configured. Server default: 0.
        priority: 1 (low) to 5 (high). Server default: 3.
        max_time_in_queue: Give up a job that has not started by then: whole hours, or text such as "30m", "2h" or "1d".
            Server default: 0, no limit.
        nostreams: Parallel streams per transfer.
        timeout: Seconds that one transfer may take.
        buffer_size: TCP buffer size in bytes.
        strict_copy: Only copy: no checks, no directories created.
        disable_cleanup: Leave the destination as it is when a transfer fails.
        ipv4: Use IPv4 only.
        ipv6: Use IPv6 only. The server ignores it when `ipv4` is set.
        s3alternate: Use path-style S3 URLs, with the bucket name in the path.
        dst_file_report: Report on a file that already exists at the destination.
        source_spacetoken: Space token at the source; FTS 3.13 ignores it.
        destination_spacetoken: Space token at the destination; FTS 3.13 ignores it.
        target_qos: Quality of service to move the file to.
        unmanaged_tokens: The server does not refresh the tokens (FTS 3.14 or newer).
        id_generator: "deterministic": the job id follows from `sid`; "standard": the server chooses it, so that a repeated
            submission makes a second job. `FTSClient.submit` and `fts submit` send "deterministic". Server default:
            "standard".
        sid: Text from which the deterministic job id is computed; the same text in the same VO is the same job.
        extra: Parameters that this class does not have, by name, for instance those of a newer FTS. They are sent as they stand
            and only checked to be JSON; FTS ignores names that it does not know. Never shown by repr.
        metadata_encoder: As that of `Transfer`, for `job_metadata`.

    Raises:
        FTSUsageError: A value of another type or out of range, or metadata that cannot be written as JSON.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs).
    """

    verify_checksum: bool | ChecksumMode | Unset | None = UNSET
    reuse: bool | Unset | None = UNSET
    multihop: bool | Unset | None = UNSET
    overwrite: bool | Unset | None = UNSET
    overwrite_on_retry: bool | Unset | None = UNSET
    overwrite_hop: bool | Unset | None = UNSET
    overwrite_when_only_on_disk: bool | Unset | None = UNSET
    bring_online: SecondsOrOff | Unset | None = UNSET
    copy_pin_lifetime: SecondsOrOff | Unset | None = UNSET
    archive_timeout: SecondsOrOff | Unset | None = UNSET
    job_metadata: Metadata | Unset | None = UNSET
    retry: int | Unset | None = UNSET
    retry_delay: Seconds | Unset | None = UNSET
    priority: Priority | Unset | None = UNSET
    max_time_in_queue: int | str | Unset | None = UNSET
    nostreams: int | Unset | None = UNSET
    timeout: Seconds | Unset | None = UNSET
    buffer_size: Bytes | Unset | None = UNSET
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
    id_generator: IdGenerator | Unset | None = UNSET
    sid: str | Unset | None = UNSET

    @classmethod
    def like(cls, job: JobRecord | JobStatus | Mapping[str, Any]) -> Self:
        """Build the parameters that a job was submitted with, for instance to submit its failed files again.

            params = JobParams.like(fts.get_job(job_id))

        Args:
            job: What the server tells of it.

        Returns:
            Parameters as they were, as far as the server shows them. `sid` and `id_generator` are left out: they name that job.

        Raises:
            FTSUsageError: A value is not one that FTS gives.
        """
        known = parameters_of(JobParams)
        given = params_as_submitted(job)
        return cls(**{name: value for name, value in given.items() if name in known})


@attrs.frozen(repr=False)
class Job(Extensible):
    """A job to submit: its transfers and its parameters.

    Attributes:
        transfers: At least one.
        params: Parameters of the job as a whole.
        extra: What stands beside `files` and `params` in the request; see `JobParams.extra`.

    Raises:
        FTSUsageError: No transfer, or an argument of another type, such as a dict.
    """

    transfers: tuple[Transfer, ...] = attrs.field(converter=_transfers)
    params: JobParams = attrs.field(factory=JobParams, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what no server accepts."""
        super().__attrs_post_init__()
        if not self.transfers:
            raise FTSUsageError("A Job needs at least one Transfer")
        for transfer in self.transfers:
            if not isinstance(transfer, Transfer):
                raise FTSUsageError(f"Expected a Transfer, got {type(transfer).__name__}")
        if not isinstance(self.params, JobParams):
            raise FTSUsageError(f"Expected JobParams as params, got {type(self.params).__name__}")

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build a job from the body of a request: `files`, `params`, and anything else as `extra`. Raises as in `Transfer.from_dict`."""
        files = values.get("files") if hasattr(values, "get") else None
        if not isinstance(files, list | tuple):
            raise FTSUsageError('Expected {"files": [...], "params": {...}}')
        rest = {name: value for name, value in values.items() if name not in {"files", "params"}}
        return cls(
            [Transfer.from_dict(file) for file in files],
            params=JobParams.from_dict(values.get("params") or {}),
            **({"extra": rest} if rest else {}),
        )

    def to_dict(self) -> dict[str, Any]:
        """Build the body of the request.

        Returns:
            JSON values: `files` and, always (token authentication needs it), `params`.
        """
        return {
            "files": [transfer.to_dict() for transfer in self.transfers],
            "params": self.params.to_dict(),
            **({} if isinstance(self.extra, Unset) else self.extra),
        }
