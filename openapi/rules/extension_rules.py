"""Our own extensions: known names, known values, and evidence that exists."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fts_contract.harness.contract.pointers import escape_token
from fts_contract.harness.recordings.check import read_recordings
from openapi.rules.rule import Found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi.rules.document import Document

EXTENSIONS = frozenset(
    {
        "x-enum-varnames",  # of generators: names for the values of an enum
        "x-fts-always",
        "x-fts-certificate",
        "x-fts-evidence",
        "x-fts-known-values",
        "x-fts-leniencies",
        "x-fts-lenient",
        "x-fts-level",
        "x-fts-refusals",
        "x-fts-since",
        "x-fts-trailing-slash",
        "x-fts-until",
        "x-fts-writes",
    }
)
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?")
_RECORDINGS = Path(__file__).parents[2] / "contract_tests" / "fts_contract" / "recordings"


@rule("extension-known")
def extension_known(document: Document) -> Found:
    """An extension is one of the list: a mistyped one would be ignored by everything."""
    for pointer, key, _ in _extensions(document.data, ""):
        if key not in EXTENSIONS:
            yield pointer, f"{key} is not one of the known extensions"


@rule("evidence-known")
def evidence_known(document: Document) -> Found:
    """x-fts-evidence names recordings that exist."""
    known = recording_ids()
    for pointer, key, value in _extensions(document.data, ""):
        if key == "x-fts-evidence":
            for name in value if isinstance(value, list) else [value]:
                if name not in known:
                    yield pointer, f"{name} is not a recording"


@rule("always-known")
def always_known(document: Document) -> Found:
    """x-fts-always lists, by version family, properties of its schema that are not required anyway."""
    for pointer, schema in document.schemas():
        if not isinstance(schema, dict) or "x-fts-always" not in schema:
            continue
        promise = schema["x-fts-always"]
        where = f"{pointer}/x-fts-always"
        if not isinstance(promise, dict):
            yield where, "a mapping of version family to names is wanted"
            continue
        for family, names in promise.items():
            if not _VERSION.fullmatch(str(family)) or not isinstance(names, list):
                yield where, f"{family}: wanted is a version such as '3.13' with a list of names"
                continue
            for name in names:
                if "properties" in schema and name not in schema["properties"]:
                    yield where, f"{name} is not a property"
                if name in schema.get("required", ()):
                    yield where, f"{name} is required anyway"


@rule("lenient-known")
def lenient_known(document: Document) -> Found:
    """x-fts-lenient lists names that x-fts-leniencies, at the top of the document, describes."""
    known = document.data.get("x-fts-leniencies", {})
    for name, leniency in known.items():
        if not leniency.get("description"):
            yield f"/x-fts-leniencies/{escape_token(name)}", f"{name} has no description"
    for pointer, key, value in _extensions(document.data, ""):
        if key == "x-fts-lenient":
            for name in value if isinstance(value, list) else [value]:
                if name not in known:
                    yield pointer, f"{name} is not among x-fts-leniencies"


@rule("refusal-form")
def refusal_form(document: Document) -> Found:
    """x-fts-refusals: documented statuses of 400 or above, a pattern for message or request, and when it happens."""
    owners: list[tuple[str, Any]] = [("", document.data)]
    owners += [(operation.pointer, operation.data) for operation in document.operations()]
    for owner, data in owners:
        for index, entry in enumerate(data.get("x-fts-refusals", ())):
            for trouble in _refusal_troubles(entry, data.get("responses")):
                yield f"{owner}/x-fts-refusals/{index}", trouble


def _refusal_troubles(entry: Any, responses: Any) -> Iterator[str]:
    if not isinstance(entry, dict) or set(entry) - {"status", "message", "request", "description"}:
        yield "a mapping of status, message, request and description is wanted"
        return
    statuses = entry.get("status")
    if not isinstance(statuses, list) or not statuses:
        yield "status is not a list of statuses"
        return
    for status in statuses:
        if not isinstance(status, int) or not 400 <= status <= 599:  # noqa: PLR2004 - errors
            yield f"{status} is not the status of an error"
        elif responses is not None and str(status) not in responses:
            yield f"{status} is not documented"
    if not entry.get("description"):
        yield "description is missing"
    patterns = [entry[key] for key in ("message", "request") if key in entry]
    if not patterns:
        yield "without message or request it would explain everything"
    for pattern in patterns:
        try:
            re.compile(str(pattern))
        except re.error as error:
            yield f"{pattern} is not a regular expression: {error}"


@rule("writes-form")
def writes_form(document: Document) -> Found:
    """x-fts-writes is true, and beside a GET only: the other methods write anyway."""
    for operation in document.operations():
        if "x-fts-writes" not in operation.data:
            continue
        where = f"{operation.pointer}/x-fts-writes"
        if operation.data["x-fts-writes"] is not True:
            yield where, "true is wanted, or nothing"
        if operation.method != "get":
            yield where, f"{operation.method} is not expected to only read"


@rule("version-form")
def version_form(document: Document) -> Found:
    """x-fts-since and x-fts-until are quoted versions such as '3.13' or '3.13.4'."""
    for pointer, key, value in _extensions(document.data, ""):
        if key in {"x-fts-since", "x-fts-until"} and not (
            isinstance(value, str) and _VERSION.fullmatch(value)
        ):
            yield pointer, f"{value!r} is not a version in quotes"


@rule("known-values-form")
def known_values_form(document: Document) -> Found:
    """x-fts-known-values is a list of distinct strings."""
    for pointer, key, value in _extensions(document.data, ""):
        if key == "x-fts-known-values":
            texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
            if not texts or len(set(value)) != len(value):
                yield pointer, "a list of distinct strings is wanted"


@cache
def recording_ids() -> frozenset[str]:
    """Collect the ids of all recordings of the repository."""
    return frozenset(
        recording["id"]
        for path in _RECORDINGS.glob("*.json")
        for recording in read_recordings(path)
    )


def _extensions(node: Any, pointer: str) -> Iterator[tuple[str, str, Any]]:
    """Give pointer, name and value of every `x-` key outside of examples."""
    if isinstance(node, dict):
        for key, value in node.items():
            where = f"{pointer}/{escape_token(str(key))}"
            if str(key).startswith("x-"):
                yield where, key, value
            elif key not in {"example", "examples", "value"} or pointer.endswith("/properties"):
                yield from _extensions(value, where)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _extensions(value, f"{pointer}/{index}")
