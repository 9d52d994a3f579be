"""Rules between the fields of a submission: what FTS refuses although each single field is valid.

Source: POST /jobs as observed on FTS 3.13.4.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["broken_rules"]

_JSON_LIMIT = 1024
"""Servers may refuse metadata longer than this, in characters: the default of a configurable limit."""
_MIN_WITH_TAPE_API = {"https", "davs"}


def broken_rules(body: Any) -> list[str]:
    """Name the rules that a submission breaks, one line each.

    Args:
        body: The decoded JSON body; it fits the schema.
    """
    if not isinstance(body, dict) or not isinstance(body.get("files"), list):
        return ["the body is not a submission"]
    sent = body.get("params")
    params = sent if isinstance(sent, dict) else {}
    files = [entry for entry in body["files"] if isinstance(entry, dict)]
    return [*_of_files(files), *_of_overwrite(params, files), *_of_params(params, files, body)]


def _of_files(files: list[dict[str, Any]]) -> Iterator[str]:
    if not any(entry.get("sources") and entry.get("destinations") for entry in files):
        yield "no pair of source and destination"
    for entry in files:
        for surl in (*_list(entry, "sources"), *_list(entry, "destinations")):
            if reason := _surl_trouble(surl):
                yield f"{reason}: {surl!r}"
        if any(entry.get(key) for key in ("source_tokens", "destination_tokens")):
            yield "tokens beside a certificate"
        for key in ("metadata", "staging_metadata", "archive_metadata"):
            if _too_long(entry.get(key)):
                yield f"long {key}"


def _of_overwrite(params: dict[str, Any], files: list[dict[str, Any]]) -> Iterator[str]:
    flags = {
        name
        for name in (
            "overwrite",
            "overwrite_on_retry",
            "overwrite_hop",
            "overwrite_when_only_on_disk",
        )
        if params.get(name)
    }
    if len(flags) > 1 and flags != {"overwrite_hop", "overwrite_when_only_on_disk"}:
        yield "several overwrite flags"
    if "overwrite_hop" in flags and not params.get("multihop"):
        yield "overwrite_hop without multihop"
    if "overwrite_when_only_on_disk" in flags:
        if not _positive(params.get("archive_timeout")):
            yield "overwrite_when_only_on_disk without archive_timeout"
        judged = files[-1:] if params.get("multihop") else files
        for entry in judged:
            for surl in _list(entry, "destinations"):
                if urlsplit(str(surl)).scheme not in _MIN_WITH_TAPE_API:
                    yield "overwrite_when_only_on_disk on a destination without tape API"


def _of_params(
    params: dict[str, Any], files: list[dict[str, Any]], body: dict[str, Any]
) -> Iterator[str]:
    if body.get("delete") is not None:
        yield "delete jobs are not served"
    replicas = any(
        len(_list(entry, "sources")) * len(_list(entry, "destinations")) > 1 for entry in files
    )
    if replicas and (params.get("reuse") or params.get("multihop")):
        yield "replicas together with reuse or multihop"
    if replicas and len(files) > 1:
        yield "replicas and several files"
    if replicas and any("selection_strategy" in entry for entry in files):
        yield "selection strategies may be unknown to the server"
    if params.get("reuse") and not params.get("multihop") and _several_links(files):
        yield "reuse over several storages"
    if params.get("id_generator") == "deterministic" and not isinstance(params.get("sid"), str):
        yield "deterministic without sid"
    if _too_long(params.get("job_metadata")):
        yield "long job_metadata"


def _several_links(files: list[dict[str, Any]]) -> bool:
    links = {
        (_storage(source), _storage(destination))
        for entry in files
        for source in _list(entry, "sources")
        for destination in _list(entry, "destinations")
    }
    return len(links) > 1


def _surl_trouble(surl: Any) -> str | None:
    if not isinstance(surl, str):
        return "not a text"
    try:
        parts = urlsplit(surl.strip())
        host = parts.hostname
    except ValueError:
        return "broken URL"
    if not parts.scheme or not host:
        return "no scheme or host"
    if parts.scheme == "file":
        return "local file"
    if parts.path in {"", "/"}:
        return "no path"
    return None


def _storage(surl: Any) -> str:
    try:
        parts = urlsplit(str(surl).strip())
    except ValueError:
        return str(surl)
    return f"{parts.scheme}://{parts.hostname}"


def _list(entry: dict[str, Any], key: str) -> list[Any]:
    value = entry.get(key)
    return value if isinstance(value, list) else []


def _positive(value: Any) -> bool:
    return isinstance(value, int | float) and value > 0


def _too_long(value: Any) -> bool:
    return value is not None and len(json.dumps(value)) > _JSON_LIMIT
