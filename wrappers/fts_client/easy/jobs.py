"""Build transfers and jobs, as the dicts that the official client builds."""

# ruff: noqa: FBT001, FBT002, PLR0917
# These are the official signatures.
from __future__ import annotations

import inspect
import warnings
from typing import TYPE_CHECKING, Any, TypeVar

from fts_client.easy.exceptions import ClientError
from fts_client.jobs import JobParams, Transfer
from fts_client.jobs.parameters import conflicting_flags, lacks_archive_timeout, parameters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Builder = TypeVar("Builder", bound=Callable[..., dict[str, Any]])


class JobIdGenerator:
    """How the id of a job is made.

    Attributes:
        standard: The server chooses a new id at each submission.
        deterministic: The id is computed from the VO and `sid`.
    """

    standard = "standard"
    deterministic = "deterministic"


def _documented(fields: type) -> Callable[[Builder], Builder]:
    """Add to a docstring what `JobParams` or `Transfer` says about the parameters that a function shares with it."""

    def complete(function: Builder) -> Builder:
        shared = parameters_of(fields)
        lines = [
            f"\n    {name}: {shared[name].meaning}"
            for name in inspect.signature(function).parameters
            if name in shared
        ]
        summary, heading, sections = (inspect.getdoc(function) or "").partition("Args:\n")
        own, blank, rest = sections.partition("\n\n")
        if own:  # Python removes docstrings with -OO.
            function.__doc__ = summary + heading + own + "".join(lines) + blank + rest
        return function

    return complete


@_documented(Transfer)
def new_transfer(  # noqa: D417 - see `_documented`
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
    """Build one transfer, a dict for `new_job`. The optional parameters are the fields of `fts_client.Transfer`.

    Values that are empty are left out. A `checksum` may be an algorithm without a value.

    Args:
        source: Source SURL.
        destination: Destination SURL.
        **kwargs: `source_token` and `destination_token`, both or neither; other names are ignored.

    Raises:
        ClientError: A scitag out of range, or only one of the two tokens.

    Source: fts3 3.14.2, `easy.new_transfer`.
    """
    arguments = locals()
    limits = parameters_of(Transfer)["scitag"].limits
    if scitag and not limits.admit(scitag):
        raise ClientError(
            f"Invalid SciTag value: {scitag} (not in [{limits.minimum}, {limits.maximum}] range)"
        )
    transfer: dict[str, Any] = {"sources": [source], "destinations": [destination]}
    transfer.update(
        {name: arguments[name] for name in parameters_of(Transfer) if arguments.get(name)}
    )
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


@_documented(JobParams)
def new_job(  # noqa: D417 - see `_documented`
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
    """Build a job, a dict for `submit`. The parameters are the fields of `fts_client.JobParams`; all of them are sent.

    `retry_delay` is in seconds, not in minutes as the official documentation says.

    Args:
        transfers: From `new_transfer`.
        deletion: Files to delete; servers from 3.13 on answer 405.
        metadata: Sent as `job_metadata`: a JSON object or text.
        **kwargs: `spacetoken`, the old name of `destination_spacetoken`; other names are ignored.

    Raises:
        ClientError: Neither transfers nor deletion, an unknown `verify_checksum`, overwrite flags that exclude each other, or
            `overwrite_when_only_on_disk` without `archive_timeout`.

    Source: fts3 3.14.2, `easy.new_job`.
    """
    arguments = locals()
    if transfers is None and deletion is None:
        raise ClientError("Bad request: No transfers or deletion jobs are provided")
    modes = parameters_of(JobParams)["verify_checksum"].limits.choices
    if isinstance(verify_checksum, str) and verify_checksum not in modes:
        raise ClientError("Bad request: verify_checksum does not contain a valid value")
    if conflicting_flags(arguments):
        raise ClientError("Bad request: Incompatible overwrite flags used at the same time")
    if lacks_archive_timeout(arguments):
        raise ClientError(
            "Bad request: 'overwrite_when_only_on_disk' requires 'archive_timeout' to be set"
        )
    return {
        "files": [] if transfers is None else transfers,
        "delete": deletion,
        "params": _params_of(arguments),
    }


@_documented(JobParams)
def new_staging_job(  # noqa: D417 - see `_documented`
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
    """Build a job that only brings files from tape to disk, a dict for `submit`.

    The other parameters are fields of `fts_client.JobParams`.

    Args:
        files: SURLs, or dicts with `surl`, `metadata` and `staging_metadata`.
        metadata: Sent as `job_metadata`: a JSON object or text.
        **kwargs: `spacetoken`, the old name of `destination_spacetoken`; other names are ignored.

    Raises:
        ClientError: Neither `bring_online` nor `copy_pin_lifetime` is more than 0.
        AttributeError: An entry of `files` is neither a string nor a dict.

    Source: fts3 3.14.2, `easy.new_staging_job`.
    """
    arguments = locals()
    if not any(value is not None and value > 0 for value in (bring_online, copy_pin_lifetime)):
        raise ClientError(
            "Bad request: both 'bring_online' and 'copy_pin_lifetime' are not positive numbers"
        )
    transfers = []
    for entry in files:
        if isinstance(entry, str):
            transfers.append(new_transfer(entry, entry))
        elif isinstance(entry, dict):
            own = {name: entry[name] for name in ("surl", "metadata", "staging_metadata")}
            surl = own.pop("surl")
            transfers.append(new_transfer(surl, surl, **own))
        else:
            raise AttributeError(f"Unexpected input type {type(entry)}")  # noqa: TRY004
    return {"files": transfers, "params": _params_of(arguments)}


@_documented(JobParams)
def new_delete_job(  # noqa: D417 - see `_documented`
    files: Sequence[str | dict[str, Any]],
    spacetoken: str | None = None,
    metadata: Any = None,
    priority: int | None = None,
    id_generator: str = JobIdGenerator.standard,
    sid: str | None = None,
) -> dict[str, Any]:
    """Build a job that deletes files, a dict for `submit`; servers from 3.13 on refuse it (405).

    The other parameters are fields of `fts_client.JobParams`.

    Args:
        files: SURLs, or dicts with `surl` and `metadata`.
        spacetoken: Sent as `source_spacetoken`.
        metadata: Sent as `job_metadata`: a JSON object or text.

    Source: fts3 3.14.2, `easy.new_delete_job`.
    """
    return {"delete": files, "params": _params_of(locals() | {"source_spacetoken": spacetoken})}


def _params_of(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Take the parameters of a job out of the arguments of a builder."""
    given = {**arguments, "job_metadata": arguments["metadata"]}
    others = arguments.get("kwargs", {})
    if "spacetoken" in others:
        warnings.warn(
            "'spacetoken' is deprecated, use 'destination_spacetoken'",
            DeprecationWarning,
            stacklevel=3,
        )
        if others["spacetoken"] and not given["destination_spacetoken"]:
            given["destination_spacetoken"] = others["spacetoken"]
    return {name: given[name] for name in parameters_of(JobParams) if name in given}
