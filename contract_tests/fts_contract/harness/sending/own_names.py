"""The names that a run may touch on a shared server: its own, which begin with `fts-contract`.

What a request touches is read from its path, query and body as FTS reads them. Texts are compared in lower case, because
the database of FTS ignores case.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

__all__ = [
    "MARK",
    "foreign_in_path",
    "foreign_name",
    "interpretations",
    "is_own",
    "own_body",
    "own_text",
    "texts_in",
]

MARK: Final = "fts-contract"
_DN_PREFIX: Final = f"/DC=org/DC=example/CN={MARK} "
# A name; a URL whose host is ours (and not the user before an `@`); a DN whose common name is ours.
_OWN: Final = re.compile(
    rf"{MARK}|[a-z0-9+.-]+://{MARK}[^/?#@\\\s]*(?:[/?#]|\Z)|/[^\n]*/cn={MARK}[^/\n]*\Z"
)
_PATH_NAME: Final = re.compile(r"/config/(?:links|activity_shares|cloud_storage)/([^/]+)(?:/.*)?")
# Such names cannot be addressed in a path, so nobody could remove them. Source: "Links" as observed on FTS 3.13.4.
_UNADDRESSABLE: Final = re.compile(r"[/%\\?#\x00-\x1f]")

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "/config/drain": ("hostname",),
    "/config/global": ("vo_name",),
    "/config/links": ("symbolicname", "source", "destination"),
    "/config/shares": ("source", "destination"),
    "/config/se": ("se",),
    "/config/authorize": ("dn",),
    "/config/activity_shares": ("vo",),
    "/config/cloud_storage": ("storage_name",),
    "/ban/se": ("storage",),
    "/ban/dn": ("user_dn",),
    "/optimizer/current": ("source_se", "dest_se"),
    "/dm/mkdir": ("surl",),
    "/dm/rmdir": ("surl",),
    "/dm/unlink": ("surl",),
    "/dm/rename": ("old", "new"),
}
"""Fields that name what an operation changes, by path."""

_DEFAULTED: Final = {("/config/links", "source"), ("/config/links", "destination")} | {
    ("/config/global", "vo_name")
}
"""Fields that stand for `*` when they are left out. Source: "Links" and "Global" as observed on FTS 3.13.4."""

_EMPTY_ALLOWED: Final = {("/config/global", "vo_name"), ("/config/cloud_storage", "storage_name")}
"""Fields whose empty text names an entry, which no request can remove. Source: the same."""

_ADDRESSED: Final = {"symbolicname", "storage_name"} | {"vo"}


_NUMBER_MATCHES: Final = {("/config/cloud_storage", "storage_name")}
"""Fields in which 0 and false, compared as numbers, stand for every name that does not begin with a digit.

Source: observed on FTS 3.13.4: `{"storage_name": 0}` renames another cloud storage to `0`.
"""


def is_own(text: str) -> bool:
    """Say whether a name, a URL or a DN is one that only runs of these tests use."""
    return _OWN.match(text.lower()) is not None


def own_text(text: str, field: str) -> str:
    """Make a generated text a name of ours; an empty one stays empty."""
    if field in _ADDRESSED:
        text = _UNADDRESSABLE.sub("-", text)
    if not text or is_own(text):
        return text
    return f"{_DN_PREFIX if field in {'dn', 'user_dn'} else f'{MARK}-'}{text}"


def own_body(path: str, body: Any, *, kept: Collection[str] = ()) -> Any:
    """Copy the fields of a generated body or query, with names of ours in place of all but `kept`."""
    if not isinstance(body, dict):
        return body
    if path == "/config/se" and "se" not in body:
        return {own_text(name, "se"): _own_storage(part) for name, part in body.items()}
    names = _NAMES.get(path, ())
    return {
        name: own_text(value, name)
        if name in names and isinstance(value, str) and value.lower() not in kept
        else value
        for name, value in body.items()
    }


def _own_storage(part: Any) -> Any:
    info = part.get("se_info") if isinstance(part, dict) else None
    if not isinstance(info, dict) or not isinstance(info.get("storage"), str):
        return part
    # The entry is renamed to this.
    return {**part, "se_info": {**info, "storage": own_text(info["storage"], "storage")}}


def interpretations(body: bytes | None, query: str) -> Iterator[list[tuple[str, Any]]]:
    """Read the fields of a request in each way a server might: as JSON, and as a form with the query."""
    try:
        value = json.loads(body or b"null", object_pairs_hook=_Pairs)
    except ValueError:
        value = None
    if isinstance(value, _Pairs):
        yield value
    text = (body or b"").decode("latin-1")
    fields = parse_qsl(text, keep_blank_values=True) if "=" in text else []
    fields += parse_qsl(query, keep_blank_values=True)
    if fields:
        yield list(fields)


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with all its fields, also repeated ones."""


def texts_in(value: Any) -> Iterator[str]:
    """Yield all texts in a field, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)


def foreign_in_path(path: str, may: Callable[[str, str], bool]) -> str | None:
    """Find a name in a path (in lower case) that is not ours; None when there is none."""
    found = _PATH_NAME.fullmatch(path)
    return found[1] if found and not is_own(found[1]) and not may("", found[1]) else None


def foreign_name(
    path: str,
    fields: list[tuple[str, Any]],
    *,
    may: Callable[[str, str], bool],
) -> str | None:
    """Find a name that is not ours, or a default that stands for everything, among what a request would change.

    Args:
        path: The path in lower case.
        fields: One interpretation of the fields.
        may: Says whether another name is allowed in a field; it gets `*` for a default.

    Returns:
        The name for people; None when there is none.
    """
    if path == "/config/se" and not any(name == "se" for name, _ in fields):
        return next(
            (name or "an empty storage" for name in _storages(fields) if not is_own(name)), None
        )
    for field in _NAMES.get(path, ()):
        given = [value for name, value in fields if name == field]
        texts = [text for value in given for text in texts_in(value)]
        if (path, field) in _NUMBER_MATCHES:
            texts += [str(value) for value in given if isinstance(value, int | float)]
        if (path, field) in _DEFAULTED and not texts:
            if not may(field, "*"):
                return f"the default of {field}"
            continue
        for text in texts:
            if not text and (path, field) not in _EMPTY_ALLOWED:
                continue
            if not is_own(text) and not may(field, text):
                return text or f"an empty {field}"
            if field in _ADDRESSED and _UNADDRESSABLE.search(text):
                return text
    return None


def _storages(fields: list[tuple[str, Any]]) -> Iterator[str]:
    for name, part in fields:
        # FTS refuses an empty name here, but takes it in `se_info`; no request could remove that entry.
        yield from [name] if name else []
        if not isinstance(part, _Pairs):
            continue
        for key, info in part:
            if key == "se_info" and isinstance(info, _Pairs):
                yield from (
                    text for inner, value in info if inner == "storage" for text in texts_in(value)
                )
