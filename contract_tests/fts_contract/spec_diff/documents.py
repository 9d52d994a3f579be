"""Compare two OpenAPI documents, operation by operation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from fts_contract.harness.contract.pointers import escape_token, follow
from fts_contract.spec import SpecError
from fts_contract.spec_diff.change import REQUEST, RESPONSE, Change, Side, looser, stricter
from fts_contract.spec_diff.schemas import SchemaComparison

__all__ = ["compare_documents"]

Document = Mapping[str, Any]

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_EXPLAINS: Final = ("description", "summary", "title", "$comment")
_TOLD: Final = ("deprecated", "x-fts-since", "x-fts-until", "x-fts-certificate", "x-fts-writes")


def compare_documents(old: Document, new: Document) -> list[Change]:
    """Compare two documents.

    Returns:
        The changes, those that break clients first. One that concerns several operations, because they share a
        schema, is there once.

    Raises:
        SpecError: A document has no paths, or a reference leads nowhere.
    """
    for name, document in (("old", old), ("new", new)):
        if not isinstance(document.get("paths"), Mapping):
            raise SpecError(f"the {name} document has no paths")
    old, new = _plain(old), _plain(new)
    comparison = _Comparison(old, new, SchemaComparison(old, new))
    found: dict[Change, list[str]] = {}
    for operation_id, change in comparison.changes():
        found.setdefault(change, []).append(operation_id)
    changes = [
        attrs.evolve(change, operations=tuple(dict.fromkeys(ids))) for change, ids in found.items()
    ]
    return sorted(changes, key=lambda change: (not change.breaking, change.place, change.message))


@attrs.frozen
class _Comparison:
    old: Document
    new: Document
    schemas: SchemaComparison

    def changes(self) -> Iterator[tuple[str, Change]]:
        before, after = _operations(self.old), _operations(self.new)
        for key in before.keys() - after.keys():
            method, path = before[key]
            yield (
                _name(self.old, method, path),
                Change(_label(method, path), "removed", breaking=True),
            )
        for key in after.keys() - before.keys():
            method, path = after[key]
            yield (
                _name(self.new, method, path),
                Change(_label(method, path), "added", breaking=False),
            )
        for key in [key for key in after if key in before]:
            method, path = after[key]
            name = _name(self.new, method, path)
            for change in self._operation(before[key], after[key]):
                yield name, change

    def _operation(self, old: tuple[str, str], new: tuple[str, str]) -> Iterator[Change]:
        label = _label(*new)
        before, after = self.old["paths"][old[1]][old[0]], self.new["paths"][new[1]][new[0]]
        names = _name(self.old, *old), _name(self.new, *new)
        if names[0] != names[1]:
            yield Change(label, f"operationId was {names[0]}, is {names[1]}", breaking=True)
        levels = before.get("x-fts-level", "none"), after.get("x-fts-level", "none")
        if levels[0] != levels[1]:
            message = f"x-fts-level was {levels[0]}, is {levels[1]}"
            yield Change(label, message, breaking=levels[1] != "none")
        for keyword in _TOLD:
            was, now = before.get(keyword), after.get(keyword)
            if was != now:
                message = f"{keyword} was {_shown(was)}, is {_shown(now)}"
                yield Change(label, message, breaking=False)
        yield from self._parameters(old, new, label)
        pointers = _pointer(*old), _pointer(*new)
        yield from self._body(before, after, pointers, label)
        yield from self._responses(before, after, pointers, label)

    def _parameters(
        self, old: tuple[str, str], new: tuple[str, str], label: str
    ) -> Iterator[Change]:
        before, after = _parameters(self.old, *old), _parameters(self.new, *new)
        for key in [*before, *(key for key in after if key not in before)]:
            pointer = after.get(key) or before[key]
            owner = label if f"/{new[0]}/" in pointer else new[1]
            place = f"{owner} {key[0]} parameter {key[1]}"
            if key not in after:
                yield Change(place, "removed", breaking=True, side=REQUEST)
                continue
            new_pointer, now = follow(self.new, after[key])
            if key not in before:
                must = bool(now.get("required"))
                yield Change(place, f"added{' (required)' * must}", breaking=must, side=REQUEST)
                continue
            old_pointer, was = follow(self.old, before[key])
            place = _shared(new_pointer, place)
            yield from _required(was, now, place, REQUEST)
            if bool(was.get("deprecated")) != bool(now.get("deprecated")):
                message = f"deprecated is {bool(now.get('deprecated'))}"
                yield Change(place, message, breaking=False, side=REQUEST)
            if "schema" in was and "schema" in now:
                yield from self.schemas.compare(
                    f"{old_pointer}/schema", f"{new_pointer}/schema", REQUEST, place
                )

    def _body(
        self, before: Document, after: Document, pointers: tuple[str, str], label: str
    ) -> Iterator[Change]:
        place = f"{label} request body"
        if "requestBody" not in before and "requestBody" not in after:
            return
        if "requestBody" not in after:
            yield Change(place, "removed", breaking=True, side=REQUEST)
            return
        new_pointer, now = follow(self.new, f"{pointers[1]}/requestBody")
        if "requestBody" not in before:
            must = bool(now.get("required"))
            yield Change(place, f"added{' (required)' * must}", breaking=must, side=REQUEST)
            return
        old_pointer, was = follow(self.old, f"{pointers[0]}/requestBody")
        place = _shared(new_pointer, place)
        yield from _required(was, now, place, REQUEST)
        yield from self._content(was, now, (old_pointer, new_pointer), place, REQUEST)

    def _responses(
        self, before: Document, after: Document, pointers: tuple[str, str], label: str
    ) -> Iterator[Change]:
        was, now = before.get("responses", {}), after.get("responses", {})
        for status in sorted(was.keys() | now.keys()):
            place = f"{label} {status}"
            if status not in now:
                yield Change(place, "removed", status.startswith("2"), RESPONSE)
            elif status not in was:
                yield Change(place, "added", breaking=False, side=RESPONSE)
            else:
                old_pointer, old = follow(self.old, f"{pointers[0]}/responses/{status}")
                new_pointer, new = follow(self.new, f"{pointers[1]}/responses/{status}")
                place = _shared(new_pointer, place)
                yield from self._content(old, new, (old_pointer, new_pointer), place, RESPONSE)
                yield from _headers(old, new, place)

    def _content(
        self, old: Document, new: Document, pointers: tuple[str, str], place: str, side: Side
    ) -> Iterator[Change]:
        before, after = old.get("content", {}), new.get("content", {})
        for media in [*before, *(media for media in after if media not in before)]:
            if media not in after:
                yield Change(f"{place} {media}", "content type removed", breaking=True, side=side)
            elif media not in before:
                yield Change(f"{place} {media}", "content type added", breaking=False, side=side)
            else:
                part = f"/content/{escape_token(media)}/schema"
                was, now = "schema" in before[media], "schema" in after[media]
                if was and now:
                    yield from self.schemas.compare(
                        pointers[0] + part, pointers[1] + part, side, f"{place} {media}"
                    )
                elif was != now:
                    yield (stricter if now else looser)(
                        f"{place} {media}", f"schema {'added' if now else 'removed'}", side
                    )


def _operations(document: Document) -> dict[tuple[str, str], tuple[str, str]]:
    """Give method and path of each operation, by method and path without the names in it."""
    return {
        (method, re.sub(r"\{[^}]*\}", "{}", path)): (method, path)
        for path, item in document["paths"].items()
        for method in _METHODS
        if method in item
    }


def _parameters(document: Document, method: str, path: str) -> dict[tuple[str, str], str]:
    """Give the pointer of each parameter, by place and name; those of the operation replace those of the path."""
    found: dict[tuple[str, str], str] = {}
    item = document["paths"][path]
    base = f"/paths/{escape_token(path)}"
    for owner, pointer in ((item, base), (item[method], f"{base}/{method}")):
        for index in range(len(owner.get("parameters", ()))):
            place = f"{pointer}/parameters/{index}"
            parameter = follow(document, place)[1]
            found[parameter["in"], parameter["name"]] = place
    return found


def _plain(value: Any) -> Any:
    """Leave out what only explains, and make every key a text: YAML reads the status 200 without quotes as a number."""
    if isinstance(value, Mapping):
        return {
            str(key): _plain(item)
            for key, item in value.items()
            # A property of such a name is a schema, not a text.
            if not (key in _EXPLAINS and isinstance(item, str)) and key != "x-fts-evidence"
        }
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _shared(pointer: str, place: str) -> str:
    """Name what several operations share by its own name."""
    parts = pointer.split("/")
    return " ".join(parts[2:]) if parts[1] == "components" and len(parts) == 4 else place  # noqa: PLR2004


def _headers(old: Document, new: Document, place: str) -> Iterator[Change]:
    before, after = old.get("headers", {}), new.get("headers", {})
    for name in before.keys() - after.keys():
        yield Change(f"{place} header {name}", "removed", breaking=True, side=RESPONSE)
    for name in after.keys() - before.keys():
        yield Change(f"{place} header {name}", "added", breaking=False, side=RESPONSE)
    for name in before.keys() & after.keys():
        yield from _required(before[name], after[name], f"{place} header {name}", RESPONSE)


def _required(old: Document, new: Document, place: str, side: Side) -> Iterator[Change]:
    was, now = bool(old.get("required")), bool(new.get("required"))
    if now and not was:
        yield stricter(place, "was optional, is required", side)
    elif was and not now:
        yield looser(place, "was required, is optional", side)


def _pointer(method: str, path: str) -> str:
    return f"/paths/{escape_token(path)}/{method}"


def _label(method: str, path: str) -> str:
    return f"{method.upper()} {path}"


def _name(document: Document, method: str, path: str) -> str:
    return str(document["paths"][path][method].get("operationId", _label(method, path)))


def _shown(value: Any) -> str:
    return "absent" if value is None else str(value)
