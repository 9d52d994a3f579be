"""Compare two schemas of JSON Schema 2020-12, keyword by keyword."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs

from fts_contract.harness.contract.pointers import escape_token, follow
from fts_contract.spec_diff.change import Change, Side, looser, stricter

__all__ = ["SchemaComparison"]

Schema = Mapping[str, Any]

_TYPES: Final = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_SCHEMAS: Final = "/components/schemas/"
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
# Two values of one of these cannot be compared: it is unknown which allows more.
_OPAQUE: Final = (
    *("pattern", "format", "multipleOf", "uniqueItems", "contains", "propertyNames", "not"),
    *("if", "then", "else", "patternProperties", "dependentRequired", "dependentSchemas"),
    *("contentEncoding", "contentMediaType", "unevaluatedProperties"),
)
_OPENNESS: Final = ("closed", "described", "open")
_TOLD: Final = ("deprecated", "x-fts-since", "x-fts-until", "x-fts-known-values", "x-fts-lenient")


@attrs.define
class SchemaComparison:
    """Compares the schemas of two documents; each pair is compared once.

    Attributes:
        old: The old document.
        new: The new document.
    """

    old: Schema
    new: Schema
    _known: dict[tuple[str, str, Side], list[Change]] = attrs.field(factory=dict, init=False)

    def compare(self, old: str, new: str, side: Side, place: str) -> list[Change]:
        """Compare two schemas.

        Args:
            old: JSON pointer of the schema in the old document.
            new: The same in the new document.
            side: Whether requests or answers are made by it.
            place: Its name for people; a named schema has its own.

        Raises:
            SpecError: A reference leads nowhere.
        """
        old_pointer, old_schema = _schema(self.old, old)
        new_pointer, new_schema = _schema(self.new, new)
        name = new_pointer.removeprefix(_SCHEMAS)
        if name != new_pointer and "/" not in name:
            place = name
        key = (old_pointer, new_pointer, side)
        if key not in self._known:
            # For a schema that contains itself: the inner comparison finds this empty list and ends.
            self._known[key] = []
            self._known[key] = [
                *_values(old_schema, new_schema, side, place),
                *_others(old_schema, new_schema, side, place),
                *self._objects(old_schema, new_schema, key, place),
                *self._parts(old_schema, new_schema, key, place),
            ]
        return self._known[key]

    def _objects(
        self, old: Schema, new: Schema, key: tuple[str, str, Side], place: str
    ) -> Iterator[Change]:
        old_pointer, new_pointer, side = key
        before, after = old.get("properties", {}), new.get("properties", {})
        required = set(old.get("required", ())), set(new.get("required", ()))
        for name in before.keys() - after.keys():
            yield Change(f"{place}.{name}", "removed", breaking=True, side=side)
        for name in after.keys() - before.keys():
            must = " (required)" if name in required[1] else ""
            breaking = bool(must) and side == "request"
            yield Change(f"{place}.{name}", f"added{must}", breaking, side)
        for name in sorted(before.keys() & after.keys()):
            part = f"/properties/{escape_token(name)}"
            yield from self.compare(
                old_pointer + part, new_pointer + part, side, f"{place}.{name}"
            )
        added = after.keys() - before.keys()
        for name in required[1] - required[0] - added:
            yield stricter(f"{place}.{name}", "was optional, is required", side)
        for name in required[0] - required[1]:
            if name not in before or name in after:
                yield looser(f"{place}.{name}", "was required, is optional", side)

    def _parts(
        self, old: Schema, new: Schema, key: tuple[str, str, Side], place: str
    ) -> Iterator[Change]:
        old_pointer, new_pointer, side = key
        for keyword, suffix in (
            ("items", "[]"),
            ("additionalProperties", ".*"),
            ("contentSchema", ""),
        ):
            if keyword in old or keyword in new:
                before, after = old.get(keyword, True), new.get(keyword, True)
                if isinstance(before, Mapping) and isinstance(after, Mapping):
                    part = f"/{keyword}"
                    yield from self.compare(
                        old_pointer + part, new_pointer + part, side, place + suffix
                    )
                elif _openness(before) != _openness(after):
                    was, now = _openness(before), _openness(after)
                    message = f"was {_OPENNESS[was]}, is {_OPENNESS[now]}"
                    yield (stricter if now < was else looser)(place + suffix, message, side)
        # A further part of a union allows more, of an intersection less.
        for keyword, added, removed in (
            ("anyOf", looser, stricter),
            ("oneOf", looser, stricter),
            ("allOf", stricter, looser),
            ("prefixItems", stricter, looser),
        ):
            yield from self._list(old, new, key, (keyword, place), (added, removed))

    def _list(
        self,
        old: Schema,
        new: Schema,
        key: tuple[str, str, Side],
        where: tuple[str, str],
        tell: tuple[Callable[..., Change], Callable[..., Change]],
    ) -> Iterator[Change]:
        """Compare equal parts with each other, and the remaining ones in their order."""
        (keyword, place), (old_pointer, new_pointer, side) = where, key
        before, after = list(old.get(keyword, ())), list(new.get(keyword, ()))
        ours, theirs = list(range(len(before))), list(range(len(after)))
        pairs = []
        if keyword != "prefixItems":
            for index in list(ours):
                twin = next((j for j in theirs if after[j] == before[index]), None)
                if twin is not None:
                    pairs.append((index, twin))
                    ours.remove(index)
                    theirs.remove(twin)
        pairs += zip(ours, theirs, strict=False)
        for one, other in pairs:
            yield from self.compare(
                f"{old_pointer}/{keyword}/{one}",
                f"{new_pointer}/{keyword}/{other}",
                side,
                f"{place} ({keyword} {other + 1})",
            )
        matched = min(len(ours), len(theirs))
        for index in theirs[matched:]:
            yield tell[0](place, f"{keyword} has a further part {_brief(after[index])}", side)
        for index in ours[matched:]:
            yield tell[1](place, f"{keyword} lost its part {_brief(before[index])}", side)


def _schema(document: Schema, pointer: str) -> tuple[str, Schema]:
    """Find a schema behind references; `true` becomes one that allows every value, `false` one that allows none."""
    pointer, schema = follow(document, pointer)
    return pointer, schema if isinstance(schema, Mapping) else {"not": {}} if not schema else {}


def _values(old: Schema, new: Schema, side: Side, place: str) -> Iterator[Change]:
    before, after = _types(old), _types(new)
    if before != after:
        message = f"type was {_words(old)}, is {_words(new)}"
        if not _within(before, after):
            yield stricter(place, message, side)
        if not _within(after, before):
            yield looser(place, message, side)
    yield from _enums(old, new, side, place)
    for keyword in (*_UPPER, *_LOWER):
        was, now = old.get(keyword), new.get(keyword)
        if was != now:
            lower = was is None or (now is not None and now < was)
            less = lower if keyword in _UPPER else was is None or (now is not None and now > was)
            yield (stricter if less else looser)(place, _changed(keyword, old, new), side)


def _others(old: Schema, new: Schema, side: Side, place: str) -> Iterator[Change]:
    for keyword in _OPAQUE:
        was, now = old.get(keyword), new.get(keyword)
        if was != now:
            message = _changed(keyword, old, new)
            if was is None or now is None:
                yield (looser if now is None else stricter)(place, message, side)
            else:
                yield Change(place, message, breaking=True, side=side)
    for keyword in _TOLD:
        if old.get(keyword) != new.get(keyword):
            yield Change(place, _changed(keyword, old, new), breaking=False, side=side)


def _enums(old: Schema, new: Schema, side: Side, place: str) -> Iterator[Change]:
    before, after = _allowed(old), _allowed(new)
    if before == after:
        return
    if after is not None and (before is None or before - after):
        gone = "every value" if before is None else ", ".join(sorted(before - after))
        kept = f"; allowed are {', '.join(sorted(after))}" if before is None else ""
        yield stricter(place, f"no longer allowed: {gone}{kept}", side)
    if before is not None and (after is None or after - before):
        more = "any value" if after is None else ", ".join(sorted(after - before))
        yield looser(place, f"now allowed: {more}", side)


def _changed(keyword: str, old: Schema, new: Schema) -> str:
    return f"{keyword} was {_brief(old.get(keyword))}, is {_brief(new.get(keyword))}"


def _allowed(schema: Schema) -> set[str] | None:
    if "const" in schema:
        return {json.dumps(schema["const"])}
    return {json.dumps(value) for value in schema["enum"]} if "enum" in schema else None


def _types(schema: Schema) -> frozenset[str]:
    declared = schema.get("type")
    if declared is None:
        return _TYPES
    return frozenset([declared] if isinstance(declared, str) else declared)


def _within(inner: frozenset[str], outer: frozenset[str]) -> bool:
    return inner <= (outer | {"integer"} if "number" in outer else outer)


def _words(schema: Schema) -> str:
    return "any" if "type" not in schema else " or ".join(sorted(_types(schema)))


def _openness(schema: Any) -> int:
    if schema is True or schema == {}:
        return 2
    return 0 if schema is False else 1


def _brief(value: Any) -> str:
    if value is None:
        return "absent"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}..."  # noqa: PLR2004 - a line for people
