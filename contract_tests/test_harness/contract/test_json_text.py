"""Reading JSON text: strict, and never at the cost of the stack."""

from __future__ import annotations

import json

import pytest

from fts_contract.harness.contract.json_text import is_deep, parse_json


@pytest.mark.parametrize(
    "text",
    [b"[" * 101 + b"]" * 101, b'{"a":' * 101 + b"1" + b"}" * 101, b"[" * 100_000],
    ids=["lists", "objects", "unclosed"],
)
def test_text_nested_beyond_the_limit_is_deep(text: bytes) -> None:
    assert is_deep(text)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"null",
        b"[" * 100 + b"]" * 100,
        json.dumps([{"files": [{"n": number}]} for number in range(2000)]).encode(),
        json.dumps({"reason": "[" * 500 + '"{\\', "\\": '\\"'}).encode(),
    ],
    ids=["empty", "null", "limit", "long", "brackets in strings"],
)
def test_ordinary_text_is_not_deep(text: bytes) -> None:
    assert not is_deep(text)


@pytest.mark.parametrize("text", [b"[" * 100_000, b"NaN", b"[1", b"\xff", b""])
def test_reader_raises_value_error_on_what_is_not_json(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"nested|NaN|delimiter|decode|Expecting"):
        parse_json(text)
