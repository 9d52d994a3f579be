"""What the two libraries that validate would judge differently is judged as Python and FTS do."""

from __future__ import annotations

from typing import Any

import pytest

from fts_contract.harness.contract.validation import SchemaSet

SCHEMAS: dict[str, Any] = {
    "Digits": {"type": "string", "pattern": r"^\s*[0-9]+\s*$"},
    "Number": {"type": ["integer", "null"], "format": "int64"},
    "Promise": {"type": "object", "x-fts-always": {"3.13": ["size"]}},
    "Text": {"type": "string"},
    "a/b": {"$ref": "#/components/schemas/Text"},
}


@pytest.mark.parametrize(
    ("schema", "value", "fits"),
    [
        ("Digits", "\x1c1", True),
        ("Digits", "\ufeff1", False),
        ("Digits", "1\n", True),
        ("Digits", "\u0661", False),
        ("Number", 2**63 - 1, True),
        ("Number", 2**63, False),
        ("Number", -(2**63) - 1, False),
        ("Number", 10**30, False),
        ("Number", 1.0, True),
        ("Number", float("nan"), False),
        ("Number", True, False),
        ("Promise", {}, False),
        ("Promise", {"size": None}, True),
        ("Promise", {"size": "\ud800"}, True),
        ("Text", "\ud800", True),
        ("Text", ["\ud800"], False),
        ("a~1b", "x", True),
        ("a~1b", 1, False),
    ],
)
def test_value_fits_as_python_reads_it(schema: str, value: object, *, fits: bool) -> None:
    schemas = SchemaSet({"components": {"schemas": SCHEMAS}})
    problems = schemas.check(value, f"/components/schemas/{schema}", version="3.13.4")
    assert (problems == []) is fits


@pytest.mark.parametrize(
    ("value", "place", "said"),
    [
        # Every branch finds it.
        ([{"job_id": "a", "size": "3"}], "[0].size", "expected integer"),
        ([{"dest": {"size": "3"}, "job_id": "a"}], "[0].dest.size", "expected integer"),
        # The branches disagree.
        ([{"size": 3}], "[0]", "fits none of the alternatives"),
        ([{"job_id": "a", "file_id": 1}], "[0]", "or more than one"),
    ],
)
def test_what_is_wrong_for_every_alternative_is_the_reason(
    value: object, place: str, said: str
) -> None:
    nested = {
        "anyOf": [
            {"properties": {"size": {"type": "integer"}}},
            {"required": ["size"], "properties": {"size": {"type": "integer"}}},
        ]
    }
    common = {"size": {"type": "integer"}, "dest": nested}
    items = {
        "oneOf": [{"properties": common, "required": [name]} for name in ("job_id", "file_id")]
    }
    schemas = SchemaSet({"components": {"schemas": {"Rows": {"type": "array", "items": items}}}})
    (problem,) = schemas.check(value, "/components/schemas/Rows", version="3.13.4")
    assert str(problem).startswith(f"at {place}: ")
    assert said in str(problem)
