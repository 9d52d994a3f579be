"""Compare two OpenAPI documents, operation by operation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from fts_contract.harness.contract.operations import (
    Header,
    Operation,
    Parameter,
    RequestBody,
    read_operations,
)
from fts_contract.harness.contract.pointers import resolve
from fts_contract.spec import SpecError
from fts_contract.spec_diff.change import REQUEST, RESPONSE, Change, Side, looser, stricter
from fts_contract.spec_diff.schemas import SchemaComparison

__all__ = ["compare_documents"]

Document = Mapping[str, Any]

_EXPLAINS: Final = ("description", "summary", "title", "$comment")
_TOLD: Final = ("deprecated", "x-fts-since", "x-fts-until", "x-fts-certificate", "x-fts-writes")


def compare_documents(old: Document, new: Document) -> list[Change]:
    """Compare two documents.

    Returns:
        The changes, those that break clients first. One that concerns several operations, because they share a
        schema, is listed once.

    Raises:
        SpecError: A document has no paths, or a reference leads nowhere.
    """
    for name, document in (("old", old), ("new", new)):
        if not isinstance(document.get("paths"), Mapping):
            raise SpecError(f"the {name} document has no paths")
    found: dict[Change, list[str]] = {}
    for operation_id, change in _Comparison(_plain(old), _plain(new)).changes():
        found.setdefault(change, []).append(operation_id)
    changes = [
        attrs.evolve(change, operations=tuple(dict.fromkeys(ids))) for change, ids in found.items()
    ]
    return sorted(changes, key=lambda change: (not change.breaking, change.place, change.message))


class _Comparison:
    def __init__(self, old: Document, new: Document) -> None:
        self.old, self.new = old, new
        self.schemas = SchemaComparison(old, new)

    def changes(self) -> Iterator[tuple[str, Change]]:
        before, after = _by_address(self.old), _by_address(self.new)
        for key, operation in before.items():
            if key not in after:
                yield operation.operation_id, Change(str(operation), "removed", breaking=True)
        for key, operation in after.items():
            if key not in before:
                yield operation.operation_id, Change(str(operation), "added", breaking=False)
            else:
                for change in self._operation(before[key], operation):
                    yield operation.operation_id, change

    def _operation(self, old: Operation, new: Operation) -> Iterator[Change]:
        label = str(new)
        if old.operation_id != new.operation_id:
            message = f"operationId was {old.operation_id}, is {new.operation_id}"
            yield Change(label, message, breaking=True)
        was, now = old.level or "none", new.level or "none"
        if was != now:
            yield Change(label, f"x-fts-level was {was}, is {now}", breaking=now != "none")
        for keyword in _TOLD:
            before, after = old.raw.get(keyword, "absent"), new.raw.get(keyword, "absent")
            if before != after:
                yield Change(label, f"{keyword} was {before}, is {after}", breaking=False)
        yield from self._parameters(old, new)
        yield from self._body(old.request_body, new.request_body, f"{label} request body")
        for status in sorted(old.responses.keys() | new.responses.keys()):
            place = f"{label} {status}"
            if status not in new.responses:
                yield Change(place, "removed", status.startswith("2"), RESPONSE)
            elif status not in old.responses:
                yield Change(place, "added", breaking=False, side=RESPONSE)
            else:
                one, other = old.responses[status], new.responses[status]
                place = _shared(other.pointer, place)
                yield from self._content(one.content, other.content, place, RESPONSE)
                yield from _headers(one.headers, other.headers, place)

    def _parameters(self, old: Operation, new: Operation) -> Iterator[Change]:
        before, after = (
            {(one.place, one.name): one for one in operation.parameters}
            for operation in (old, new)
        )
        for key in before | after:
            was, now = before.get(key), after.get(key)
            place = f"{_owner(now or before[key], new)} {key[0]} parameter {key[1]}"
            if now is None:
                yield Change(place, "removed", breaking=True, side=REQUEST)
            elif was is None:
                yield _added(place, required=now.required)
            else:
                place = _shared(now.pointer, place)
                yield from _required(was.required, now.required, place, REQUEST)
                documents = ((self.old, was), (self.new, now))
                flags = [bool(resolve(d, one.pointer).get("deprecated")) for d, one in documents]
                if flags[0] != flags[1]:
                    message = f"deprecated is {flags[1]}"
                    yield Change(place, message, breaking=False, side=REQUEST)
                if was.schema and now.schema:
                    yield from self.schemas.compare(was.schema, now.schema, REQUEST, place)

    def _body(
        self, old: RequestBody | None, new: RequestBody | None, place: str
    ) -> Iterator[Change]:
        if new is None:
            if old is not None:
                yield Change(place, "removed", breaking=True, side=REQUEST)
        elif old is None:
            yield _added(place, required=new.required)
        else:
            place = _shared(new.pointer, place)
            yield from _required(old.required, new.required, place, REQUEST)
            yield from self._content(old.content, new.content, place, REQUEST)

    def _content(
        self, old: Mapping[str, str], new: Mapping[str, str], place: str, side: Side
    ) -> Iterator[Change]:
        for media in {**old, **new}:
            part = f"{place} {media}"
            if media not in new:
                yield Change(part, "content type removed", breaking=True, side=side)
            elif media not in old:
                yield Change(part, "content type added", breaking=False, side=side)
            elif old[media] and new[media]:
                yield from self.schemas.compare(old[media], new[media], side, part)
            elif old[media]:
                yield looser(part, "schema removed", side)
            elif new[media]:
                yield stricter(part, "schema added", side)


def _by_address(document: Document) -> dict[tuple[str, str], Operation]:
    """Give the operations by method and path, without the names of the path parameters."""
    return {
        (operation.method, re.sub(r"\{[^}]*\}", "{}", operation.path)): operation
        for operation in read_operations(document)
    }


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


def _owner(parameter: Parameter, operation: Operation) -> str:
    """Name the path instead of the operation when the parameter is one of all its operations."""
    of_path = parameter.pointer.startswith("/paths/") and parameter.pointer.count("/") == 4  # noqa: PLR2004
    return operation.path if of_path else str(operation)


def _shared(pointer: str, place: str) -> str:
    """Name what several operations share by its own name."""
    _, section, *names = pointer.split("/")
    return " ".join(names) if section == "components" else place


def _headers(old: tuple[Header, ...], new: tuple[Header, ...], place: str) -> Iterator[Change]:
    before, after = ({header.name: header for header in headers} for headers in (old, new))
    for name in before | after:
        part = f"{place} header {name}"
        if name not in after:
            yield Change(part, "removed", breaking=True, side=RESPONSE)
        elif name not in before:
            yield Change(part, "added", breaking=False, side=RESPONSE)
        else:
            yield from _required(before[name].required, after[name].required, part, RESPONSE)


def _required(was: bool, now: bool, place: str, side: Side) -> Iterator[Change]:  # noqa: FBT001
    if now and not was:
        yield stricter(place, "was optional, is required", side)
    elif was and not now:
        yield looser(place, "was required, is optional", side)


def _added(place: str, *, required: bool) -> Change:
    return Change(place, f"added{' (required)' * required}", breaking=required, side=REQUEST)
