"""What a server tells of a file and of a job, as they were submitted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from fts_client.errors import FTSUsageError

_CHECKSUM_MODES: Final = {"s": "source", "t": "target", "b": "both", "n": "none"}
_FLAGS: Final = {
    "Y": ("overwrite",),
    "R": ("overwrite_on_retry",),
    "M": ("overwrite_hop",),
    "D": ("overwrite_when_only_on_disk",),
    "Q": ("overwrite_hop", "overwrite_when_only_on_disk"),
}
_KINDS: Final = {"Y": "reuse", "H": "multihop"}
_INTERNAL: Final = {
    "buffersize": "buffer_size",
    "strict": "strict_copy",
    "disable-cleanup": "disable_cleanup",
}
# As they are, unless they have the value that stands for none.
_NONE_IS: Final[Mapping[str, frozenset[Any]]] = {
    **dict.fromkeys(("bring_online", "copy_pin_lifetime", "archive_timeout"), frozenset({-1, 0})),
    **dict.fromkeys(("retry", "retry_delay"), frozenset({0})),
    "dst_file_report": frozenset({False}),
    "target_qos": frozenset({""}),
    "source_spacetoken": frozenset({""}),
    "destination_spacetoken": frozenset({""}),
}
_PRIORITIES: Final = (1, 5)
_METADATA: Final = {
    "metadata": "file_metadata",
    **{name: name for name in ("staging_metadata", "archive_metadata")},
}


def as_submitted(file: Any) -> dict[str, Any]:
    """Find the arguments of `Transfer` in a file.

    Args:
        file: What a server tells of a file; a dict or a model.

    Returns:
        What was given when it was submitted; what the server filled in itself is left out, as far as it can be told.

    Raises:
        FTSUsageError: Source or destination is missing.

    Source: observed on FTS 3.13.4 (recordings of GET /jobs/{id}/files): a size of 0 and the checksum `ADLER32` stand for none, a
        text as metadata comes back as an object with a label, and the activity is appended to the sources of staging jobs.
    """
    source, destination, activity = map(file.get, ("source_surl", "dest_surl", "activity"))
    if not source or not destination:
        raise FTSUsageError(
            "The file has no source_surl or no dest_surl",
            remedy="Ask for both, and for checksum, user_filesize, activity and file_metadata.",
        )
    checksum = file.get("checksum")
    values = {
        "sources": re.sub(rf"[?&]activity={re.escape(activity or '')}$", "", source),
        "destinations": destination,
        "checksum": checksum if checksum and ":" in checksum else None,
        "filesize": file.get("user_filesize") or None,
        "activity": activity,
        "scitag": file.get("scitag"),
        **{field: _metadata(file.get(name)) for field, name in _METADATA.items()},
    }
    return {name: value for name, value in values.items() if value is not None}


def params_as_submitted(job: Any) -> dict[str, Any]:
    """Find the arguments of `JobParams` in a job.

    Args:
        job: What a server tells of it; a dict or a model.

    Returns:
        What was given when it was submitted, as far as the server shows it: not `sid`, `id_generator` and tokens.

    Source: observed on FTS 3.13.4 (recordings of GET /jobs/{id}): flags come back as letters, the end of the wait in the queue as
        a moment, `auth_method` is added to the metadata, and how files are copied is one text.
    """
    metadata = dict(_metadata_of(job))
    metadata.pop("auth_method", None)
    values: dict[str, Any] = {
        "verify_checksum": _CHECKSUM_MODES.get(job.get("verify_checksum")),
        **dict.fromkeys(_FLAGS.get(job.get("overwrite_flag"), ()), True),
        "job_metadata": _metadata(metadata) or None,
        "max_time_in_queue": _time_in_queue(job),
        **_internal(job.get("internal_job_params") or ""),
    }
    if kind := _KINDS.get(job.get("job_type")):
        values[kind] = True
    if (priority := job.get("priority")) is not None:
        # A change may have set any number.
        values["priority"] = min(max(priority, _PRIORITIES[0]), _PRIORITIES[1])
    for name, nothing in _NONE_IS.items():
        if (value := job.get(name)) not in nothing:
            values[name] = value
    return {name: value for name, value in values.items() if value is not None}


def _metadata_of(job: Any) -> Mapping[str, Any]:
    value = job.get("job_metadata")
    value = value.to_dict() if hasattr(value, "to_dict") else value
    return value if isinstance(value, Mapping) else {} if value is None else {"label": value}


def _time_in_queue(job: Any) -> str | None:
    # Imported here because it loads datetime, which programs that only submit do not need.
    from fts_client.timestamps import parse_timestamp  # noqa: PLC0415

    end, start = job.get("max_time_in_queue"), parse_timestamp(job.get("submit_time"))
    if not end or start is None:
        return None
    return f"{max(round(end - start.timestamp()), 1)}s"


def _internal(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in filter(None, text.split(",")):
        name, colon, value = part.partition(":")
        if not colon or value.lstrip("-").isdecimal():
            found[_INTERNAL.get(name, name)] = int(value) if colon else True
    return found


def _metadata(value: Any) -> Any:
    value = value.to_dict() if hasattr(value, "to_dict") else value
    return value["label"] if isinstance(value, dict) and set(value) == {"label"} else value
