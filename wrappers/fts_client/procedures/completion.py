"""Make answers readable that lack a field which callers can do without.

The generated models demand every field that FTS sends. This module decides which of them an answer must have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_JOB: Final = {"job_id": str, "job_state": str}
_JOB_FIELDS: Final = (
    *("job_type", "source_se", "dest_se", "user_dn", "cred_id", "vo_name", "submit_time"),
    *("job_finished", "submit_host", "reason", "cancel_job", "priority", "retry", "retry_delay"),
    *("max_time_in_queue", "internal_job_params", "overwrite_flag", "verify_checksum"),
    *("copy_pin_lifetime", "bring_online", "job_metadata", "http_status"),
)
_FILE: Final = {"file_id": int, "file_state": str}
_FILE_FIELDS: Final = ("job_id", "file_index", "source_surl", "dest_surl")
_FAILURE_FIELDS: Final = ("http_status", "http_message")
_SERVER: Final = frozenset({"api", "core", "_links"})
_VERSION: Final = ("major", "minor", "patch")
_WHO: Final = ("user_dn", "delegation_id")
_WHO_LISTS: Final = ("dn", "voms_cred", "vos", "vos_id", "roles")
# With most of them missing it is another kind of answer, such as a list of jobs with chosen fields.
_MOST_MISSING: Final = 6


def complete(value: Any, *, bulk: bool = False, failures: bool = True) -> None:
    """Fill in what an answer lacks, with None, as FTS itself writes what is not set.

    Args:
        value: The JSON of the answer; changed in place. A job or file without a usable id or state stays as it is, so that the
            generated models refuse it.
        bulk: The answer has an entry for each job that was asked for: those that cannot be read are left out, as they must not
            hide the others.
        failures: With `bulk`: the answer may have entries of failures besides those of jobs.

    Raises:
        ValueError: The answer cannot be used.
    """
    if isinstance(value, dict):
        _complete(value)
    elif isinstance(value, list):
        readable = [isinstance(entry, dict) and _complete(entry) for entry in value]
        if bulk:
            value[:] = [
                entry
                for entry, fine in zip(value, readable, strict=True)
                if fine and (failures or "job_state" in entry)
            ]


def _complete(entry: dict[str, Any]) -> bool:
    """Fill in what an object lacks; say whether it is a job, a file or a failure that can be read."""
    if "file_id" in entry:
        # First, as an answer may hold many thousand files.
        return _usable(entry, _FILE) and _fill(entry, _FILE_FIELDS)
    if entry.keys() >= {*_WHO}:
        for name in _WHO_LISTS:
            entry[name] = entry.get(name) or []
            if not isinstance(entry[name], list) or not all(
                isinstance(item, str) for item in entry[name]
            ):
                raise ValueError(f"{name} is not a list of texts")
        entry["level"] = entry.get("level") or {}
        _fill(entry, ("base_id", "method", "is_root"))
    elif "termination_time" in entry:
        entry["voms_attrs"] = entry.get("voms_attrs") or []
    elif "job_state" in entry:
        if entry.get("files", ()) is None:
            del entry["files"]
        return _usable(entry, _JOB) and _fill(entry, _JOB_FIELDS)
    elif entry.keys() & _SERVER:
        _complete_server(entry)
    elif "http_message" in entry:
        return _fill(entry, _FAILURE_FIELDS) and "job_id" in entry
    return False


def _complete_server(entry: dict[str, Any]) -> None:
    for name in ("api", "delegation"):
        entry[name] = _object(entry.get(name), _VERSION)
    for name in ("core", "schema"):
        part = entry.get(name)
        entry[name] = _object(part, _VERSION) if isinstance(part, dict) else None
        if name == "core" and isinstance(part, list):
            entry[name] = [_object(one, _VERSION) for one in part]
    links = _object(entry.get("_links"))
    curies = links.pop("curies", None)
    entry["_links"] = {name: _object(link, ("href",)) for name, link in links.items() if link}
    entry["_links"]["curies"] = [
        _object(curie, ("name", "href")) for curie in (curies if isinstance(curies, list) else ())
    ]


def _object(value: Any, names: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an object that has these fields, and no others without a value, whatever stands in its place."""
    given = value.items() if isinstance(value, dict) else ()
    return {**dict.fromkeys(names), **{name: item for name, item in given if item is not None}}


def _usable(entry: dict[str, Any], kinds: Mapping[str, type]) -> bool:
    for name, kind in kinds.items():
        if not isinstance(entry.get(name), kind):
            entry.pop(name, None)
            return False
    return True


def _fill(entry: dict[str, Any], names: tuple[str, ...]) -> bool:
    missing = [name for name in names if name not in entry]
    if len(missing) > _MOST_MISSING:
        return False
    if missing:
        entry.update(dict.fromkeys(missing))
    return True
