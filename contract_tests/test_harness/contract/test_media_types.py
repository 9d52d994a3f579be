"""Which documented content type an answer fits."""

from __future__ import annotations

import pytest

from fts_contract.harness.contract.media_types import MediaType, best_documented


@pytest.mark.parametrize(
    ("documented", "sent", "expected"),
    [
        (["application/json"], "application/json", "application/json"),
        (["application/json"], "APPLICATION/JSON ; charset=utf-8", "application/json"),
        (["application/json"], "text/html", None),
        (["text/*", "text/html"], "text/html", "text/html"),
        (["text/*"], "text/plain", "text/*"),
        (["*/*", "text/*"], "text/plain", "text/*"),
        (["*/*"], "image/png", "*/*"),
        (
            ["text/html", "text/html; charset=utf-8"],
            "text/html; charset=UTF-8",
            "text/html; charset=utf-8",
        ),
        (["text/html; charset=utf-8"], "text/html; charset=iso-8859-1", None),
        (["text/html"], "", None),
        (["text/*"], "textual/plain", None),
        ([], "text/html", None),
    ],
)
def test_best_documented_is_the_most_specific(
    documented: list[str], sent: str, expected: str | None
) -> None:
    assert best_documented(documented, sent) == expected


@pytest.mark.parametrize(
    "text", ["", ";", "a;b;c", 'a/b; x="', "a/b\r\nX-Evil: 1", "ü/ö", "/" * 50]
)
def test_parse_on_malformed_text_is_not_json(text: str) -> None:
    assert not MediaType.parse(text).is_json
    assert best_documented(["application/json"], text) is None


@pytest.mark.parametrize("text", ["application/json", "Application/Problem+JSON; a=b"])
def test_is_json_knows_the_suffix(text: str) -> None:
    assert MediaType.parse(text).is_json
