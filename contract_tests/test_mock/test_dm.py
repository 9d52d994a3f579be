from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

FILE = "mock://se.org/f"
UNSUPPORTED = "[93] Protocol not supported or path/url invalid: "


def stat(client: httpx.Client, surl: str) -> httpx.Response:
    return client.get("/dm/stat", params={"surl": surl})


@pytest.mark.parametrize(
    ("query", "mode", "size"),
    [
        ("", 0o100755, 0),
        ("?size=123456", 0o100755, 123456),
        ("?size=-5", 0o100755, 2**64 - 5),
        ("?list=a:0644:1", 0o040755, 0),
    ],
)
def test_stat_reads_the_url(alice: httpx.Client, query: str, mode: int, size: int) -> None:
    assert stat(alice, FILE + query).json() == {
        "mode": mode,
        "nlink": 0,
        "size": size,
        "atime": 0,
        "mtime": 0,
        "ctime": 0,
    }


@pytest.mark.parametrize("start", ["mock:a", "mock:", "mock:///f"])
def test_mock_url_is_read_with_and_without_slashes_and_host(
    alice: httpx.Client, start: str
) -> None:
    assert stat(alice, f"{start}?size=7").json()["size"] == 7
    assert stat(alice, f"{start}?errno=2").json()["message"] == "[2] No such file or directory"
    assert alice.post("/dm/unlink", json={"surl": start}).json() == 0


def test_list_shows_what_the_url_says(alice: httpx.Client) -> None:
    surl = "mock://se.org/d?list=data:0644:1024,run:40755:0"

    assert alice.get("/dm/list", params={"surl": surl}).json() == {
        "data": {"size": 1024, "mode": 0o100644, "mtime": 0},
        "run/": {"size": 0, "mode": 0o040755, "mtime": 0},
    }
    empty = alice.get("/dm/list", params={"surl": "mock://se.org/d?list=,"})
    assert empty.json() == {}


def test_list_of_a_file_is_400(alice: httpx.Client) -> None:
    answer = alice.get("/dm/list", params={"surl": FILE})

    assert (answer.status_code, answer.json()["message"]) == (400, "[20] Not a directory")


@pytest.mark.parametrize(
    ("errno", "status", "message"),
    [
        (1, 403, "[1] Operation not permitted"),
        (2, 404, "[2] No such file or directory"),
        (5, 500, "[5] Input/output error"),
        (13, 403, "[13] Permission denied"),
        (16, 503, "[16] Device or resource busy"),
        (20, 400, "[20] Not a directory"),
        (110, 503, "[110] Connection timed out"),
        (258, 404, "[2] Unknown error 258"),
    ],
)
def test_errno_of_the_storage_becomes_a_status(
    alice: httpx.Client, errno: int, status: int, message: str
) -> None:
    answer = stat(alice, f"{FILE}?errno={errno}")

    assert (answer.status_code, answer.json()["message"]) == (status, message)


@pytest.mark.parametrize("surl", ["gopher://x/f", "davs://x/f", "MOCK://x/f", "nonsense"])
def test_other_protocols_are_400(alice: httpx.Client, surl: str) -> None:
    answer = stat(alice, surl)

    assert (answer.status_code, answer.json()["message"]) == (400, UNSUPPORTED + surl)


@pytest.mark.parametrize(
    ("params", "message"),
    [({}, "Missing surl parameter"), ({"surl": "FILE:///etc/passwd"}, "Forbiden SURL scheme")],
)
def test_url_is_checked_before_the_credential(
    connect: Callable[..., httpx.Client], params: dict[str, str], message: str
) -> None:
    answer = connect("bob").get("/dm/stat", params=params)

    assert (answer.status_code, answer.json()["message"]) == (400, message)


def test_missing_and_expired_credential_are_419(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    bob = connect("bob")
    missing = stat(bob, FILE)
    mock.state.delegate("bob", lifetime_s=-1)
    expired = bob.post("/dm/unlink", content=b"{")

    assert (missing.status_code, expired.status_code) == (419, 419)
    assert missing.json()["message"] == "No delegated proxy available"
    assert expired.json()["message"] == "Delegated proxy expired (84f910f4139dfcd4)"


def test_credential_with_little_time_left_is_enough(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    mock.state.delegate("bob", lifetime_s=30)

    assert stat(connect("bob"), FILE).status_code == 200


def test_unlink_answers_a_bare_zero_or_the_errno(alice: httpx.Client) -> None:
    done = alice.post("/dm/unlink", json={"surl": FILE, "recursive": True})
    denied = alice.post("/dm/unlink", json={"surl": f"{FILE}?errno=13"})

    assert (done.status_code, done.json()) == (200, 0)
    assert (denied.status_code, denied.json()["message"]) == (403, "[13] Permission denied")


@pytest.mark.parametrize(
    ("operation", "body"),
    [("mkdir", {"surl": FILE}), ("rmdir", {"surl": FILE}), ("rename", {"old": FILE, "new": "x"})],
)
def test_what_the_plugin_cannot_do_is_400(
    alice: httpx.Client, operation: str, body: dict[str, str]
) -> None:
    answer = alice.post(f"/dm/{operation}", json=body)

    assert (answer.status_code, answer.json()["message"]) == (400, UNSUPPORTED + FILE)


@pytest.mark.parametrize("body", [{}, {"surl": ""}, {"surl": 5}, [FILE]])
def test_body_that_the_reference_answers_500_is_400(alice: httpx.Client, body: Any) -> None:
    assert alice.post("/dm/unlink", json=body).status_code == 400


def test_body_must_be_json_of_exactly_this_type(alice: httpx.Client) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    typed = alice.post("/dm/unlink", content=b'{"surl": "mock://x/f"}', headers=headers)
    form = alice.post("/dm/unlink", data={"surl": FILE})
    broken = alice.post("/dm/unlink", content=b"{", headers={"Content-Type": "application/json"})

    for answer in (typed, form):
        message = "Malformed request: a bytes-like object is required, not 'str'"
        assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert broken.json()["message"].startswith("Invalid value within the request: ")


def test_anonymous_stat_and_list_are_403(connect: Callable[..., httpx.Client]) -> None:
    assert stat(connect("anonymous"), FILE).status_code == 403
