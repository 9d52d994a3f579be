from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from fts_contract.mock.exchange import HTML
from fts_contract.mock.operations import missing_operations

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx


def test_every_operation_is_imitated() -> None:
    assert missing_operations() == []


def test_delegation_page_names_the_caller(alice: httpx.Client) -> None:
    answer = alice.get("/delegation", headers={"Accept": "application/json"})

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title> FTS3 Delegation</title>" in answer.text
    assert "/DC=org/DC=example/O=Users/CN=alice" in answer.text


def test_delegation_page_needs_a_certificate(connect: Callable[..., httpx.Client]) -> None:
    answer = connect("anonymous").get("/delegation", headers={"Accept": "text/html"})

    assert (answer.status_code, answer.json()["message"]) == (403, "Certificate required")


def test_schema_of_submissions_is_for_anybody(connect: Callable[..., httpx.Client]) -> None:
    schema = connect("anonymous").get("/api-docs/schema/submit").json()

    assert set(schema["properties"]) == {"params", "files", "delete"}
    assert schema["properties"]["files"]["items"]["required"] == ["sources", "destinations"]


@pytest.mark.parametrize(
    "path",
    [
        "/api-docs",
        "/api-docs/jobs",
        "/api-docs/schema",
        "/oauth2/apps",
        "/oauth2/register",
        "/oauth2/token",
        "/oauth2/revoke/x",
    ],
)
def test_what_3_13_does_not_serve_is_404_and_405(alice: httpx.Client, path: str) -> None:
    posted = alice.post(path)

    assert alice.get(path).status_code == 404
    assert posted.status_code == 405
    assert set(posted.headers["allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_docs_are_the_reference_page_for_anybody(connect: Callable[..., httpx.Client]) -> None:
    anybody = connect("anonymous")

    answer = anybody.get("/docs", timeout=60)
    begin_s = time.process_time()
    again = anybody.get("/docs", timeout=60)

    assert (answer.status_code, answer.headers["content-type"]) == (200, HTML)
    assert "The reference page is missing" not in answer.text
    assert "/jobs/{job_ids}" in answer.text
    assert again.content == answer.content
    assert time.process_time() - begin_s < 1  # from memory


def test_docs_cannot_be_changed(alice: httpx.Client) -> None:
    assert alice.post("/docs").status_code == 405
