"""Validate JSON values against the schemas of an OpenAPI 3.1 document (JSON Schema draft 2020-12)."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import attrs
import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from fts_contract.harness.contract.media_types import MediaType
from fts_contract.harness.contract.pointers import follow
from fts_contract.harness.contract.problems import Problem, ProblemKind
from fts_contract.harness.contract.versions import covers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["SchemaSet", "json_path"]

_BASE = "urn:openapi-document"
_SHOWN = 80
"""Longest rendering of a value in a message."""

_FORMATS = FormatChecker(["uuid", "date", "ipv4", "ipv6"])
"""The formats of JSON Schema that can be judged with certainty; those of OpenAPI for integers are added below."""


def _fits(bits: int) -> Any:
    limit = 2 ** (bits - 1)
    return lambda value: not isinstance(value, int) or -limit <= value < limit


_FORMATS.checks("int32")(_fits(32))
_FORMATS.checks("int64")(_fits(64))


def json_path(parts: Sequence[str | int]) -> str:
    """Render a path into a JSON value for people: `[0].files[2].filesize`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")


@attrs.define
class SchemaSet:
    """Validators for the schemas of one document, made on first use and kept.

    `jsonschema_rs` is fast and says whether a value fits; what does not fit is listed by `jsonschema`, in words that do not change.

    Attributes:
        document: The OpenAPI document as plain data; not changed.
    """

    document: Mapping[str, Any]
    _registry: Registry[Any] = attrs.field(init=False)
    _fast_registry: jsonschema_rs.Registry = attrs.field(init=False)
    _classes: dict[str | None, Any] = attrs.field(factory=dict, init=False)
    _validators: dict[tuple[str, str | None], _Validators] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """Make the document known under an address, for references from the validators."""
        resource = DRAFT202012.create_resource(self.document)
        self._registry = Registry().with_resource(_BASE, resource)
        self._fast_registry = jsonschema_rs.Registry([(_BASE, dict(self.document))])

    def check(
        self,
        value: Any,
        pointer: str,
        *,
        kind: ProblemKind = "body-mismatch",
        version: str | None = None,
        brief: bool = False,
    ) -> list[Problem]:
        """List what does not fit in a value, ordered by place.

        Args:
            value: JSON as plain Python data.
            pointer: JSON pointer of the schema in the document, such as `/components/schemas/Job`.
            kind: Kind of the problems; missing `x-fts-always` fields are `always-missing` instead.
            version: Version of the server, such as `3.13.4`, to require the fields that `x-fts-always` promises for
                it. None: only `required` counts.
            brief: Stop at the first problem, for callers who only need to know whether there is one.
        """
        judges = self._validators_of(pointer, version)
        if judges.fits(value):
            return []
        try:
            found = judges.telling.iter_errors(value)
            errors = sorted(
                islice(found, 1 if brief else None),
                key=lambda error: [str(part) for part in error.absolute_path],
            )
        except (RecursionError, OverflowError) as error:
            return [Problem(kind, "", f"cannot be judged: {error}")]
        return [_as_problem(error, kind) for error in errors]

    def embedded_json(self, pointer: str) -> str | None:
        """Find the schema of JSON inside a text (`contentMediaType` with `contentSchema`), by JSON pointer.

        FTS labels some JSON answers `text/html`; the document describes them as text that holds JSON. None for
        plain text.
        """
        pointer, schema = follow(self.document, pointer)
        media_type = schema.get("contentMediaType", "") if isinstance(schema, dict) else ""
        if "contentSchema" in schema and MediaType.parse(media_type).is_json:
            return f"{pointer}/contentSchema"
        return None

    def _validators_of(self, pointer: str, version: str | None) -> _Validators:
        key = (pointer, version)
        if version not in self._classes:
            self._classes[version] = _validator_class(version)
        if key not in self._validators:
            schema = {"$ref": f"{_BASE}#{quote(pointer)}"}
            self._validators[key] = _Validators(
                fast=jsonschema_rs.Draft202012Validator(
                    schema, registry=self._fast_registry, keywords=_keywords(version)
                ),
                telling=self._classes[version](
                    schema, registry=self._registry, format_checker=_FORMATS
                ),
            )
        return self._validators[key]


@attrs.frozen
class _Validators:
    """Two validators for one schema.

    Attributes:
        fast: Says whether a value fits.
        telling: Lists what does not fit.
    """

    fast: jsonschema_rs.Draft202012Validator
    telling: Any

    def fits(self, value: Any) -> bool:
        """Say whether a value surely fits; False also for what JSON cannot express, such as half of a surrogate pair."""
        try:
            return self.fast.is_valid(value)
        except (ValueError, TypeError, OverflowError):
            return False


def _keywords(version: str | None) -> dict[str, Any]:
    r"""Give the fast validators what the two libraries do differently: formats of integers, and patterns, whose `\s` means other characters."""
    keywords: dict[str, Any] = {
        "format": _keyword(lambda name, value: _FORMATS.conforms(value, name)),
        "pattern": _keyword(
            lambda pattern, value: not isinstance(value, str) or bool(re.search(pattern, value))
        ),
    }
    if version is not None:
        keywords["x-fts-always"] = _keyword(
            lambda promise, value: not any(_missing(promise, value, version))
        )
    return keywords


def _keyword(fits: Callable[[Any, Any], bool]) -> Any:
    """Make a keyword of `jsonschema_rs` from a function of what the schema says and of the value."""

    class Keyword:
        def __init__(self, _schema: Any, wanted: Any, _path: Any) -> None:
            self._wanted = wanted

        def validate(self, value: Any) -> None:
            if not fits(self._wanted, value):
                raise ValueError

    return Keyword


def _validator_class(version: str | None) -> Any:
    extend: Any = validators.extend  # carries no types
    keywords = {} if version is None else {"x-fts-always": _promise_to(version)}
    return extend(Draft202012Validator, keywords)


def _promise_to(version: str) -> Any:
    """Make the keyword `x-fts-always` of `jsonschema` for a version of the server."""

    def always(
        _validator: Any, promise: Any, instance: Any, _schema: Any
    ) -> Iterator[ValidationError]:
        return map(ValidationError, _missing(promise, instance, version))

    return always


def _missing(promise: Any, instance: Any, version: str) -> Iterator[str]:
    """Name the fields that a version of the server always sends, and that an object lacks."""
    if not isinstance(instance, dict) or not isinstance(promise, dict):
        return
    for family, names in promise.items():
        if covers(family, version):
            yield from (name for name in names if name not in instance)


def _as_problem(error: ValidationError, kind: ProblemKind) -> Problem:
    telling = _telling(error)
    location = json_path(list(telling.absolute_path))
    if telling.validator == "x-fts-always":
        return Problem("always-missing", location, f"always sent, but missing: {telling.message}")
    return Problem(kind, location, _explain(telling))


def _telling(error: ValidationError) -> ValidationError:
    """Find the reason why an anyOf or oneOf failed: what is wrong for every branch, else the error of the one that came closest."""
    closest = best_match(iter([error])) or error
    branches: dict[object, dict[object, ValidationError]] = {}
    for one in closest.context or ():
        branch = branches.setdefault(one.relative_schema_path[0], {})
        branch[tuple(one.relative_path), one.message] = one
    first, *others = branches.values() or [{}]
    shared = (one for key, one in first.items() if all(key in other for other in others))
    found = next(shared, None)
    return closest if found is None else _telling(found)


def _explain(error: ValidationError) -> str:
    instance: Any = error.instance
    wanted: Any = error.validator_value
    shown = _shorten(instance)
    match error.validator:
        case "type":
            names = wanted if isinstance(wanted, str) else " or ".join(wanted)
            text = f"expected {names}, got {shown}"
        case "required":
            text = "missing: " + ", ".join(name for name in wanted if name not in instance)
        case "enum":
            text = f"expected one of {_shorten(wanted)}, got {shown}"
        case "pattern":
            text = f"does not match {wanted}: {shown}"
        case "format":
            text = f"is not a valid {wanted}: {shown}"
        case "anyOf" | "oneOf":
            text = f"fits none of the alternatives, or more than one: {shown}"
        case _:
            text = f"{error.validator} {_shorten(wanted)} does not hold: {shown}"
    return text


def _shorten(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
