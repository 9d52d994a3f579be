from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fts_contract.mock.cloud_accounts import CloudStorage, CloudUser

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

NOBODY = 'No registered user for the service "DROPBOX" has been found'


def register(mock: MockFTS, *tokens: str) -> None:
    clouds = mock.state.config.clouds
    clouds.put(CloudStorage("DROPBOX"))
    if tokens:
        clouds.put_user(
            "dropbox",
            CloudUser(user_dn=mock.caller("alice").user_dn, **dict.fromkeys(tokens, "x")),
        )


@pytest.mark.parametrize("has_application", [False, True])
def test_user_without_tokens_is_not_registered(
    alice: httpx.Client, mock: MockFTS, *, has_application: bool
) -> None:
    if has_application:
        register(mock)

    assert alice.get("/cs/registered/DropBox").json() is False
    asked = alice.get("/cs/access_request/dropbox/")
    granted = alice.get("/cs/access_grant/dropbox")
    assert (asked.status_code, asked.json()["message"]) == (404, NOBODY)
    assert (granted.status_code, granted.json()["message"]) == (400, NOBODY)


def test_without_application_nothing_can_be_asked_or_read(alice: httpx.Client) -> None:
    paths = ("access_request/dropbox/request", "remote_content/dropbox", "file_urllink/dropbox/f")

    for path in paths:
        answer = alice.get(f"/cs/{path}")
        assert answer.status_code == 403
        assert answer.json()["message"].startswith("No registration information found")


def test_access_that_was_asked_for_is_known_by_name(alice: httpx.Client, mock: MockFTS) -> None:
    register(mock, "request_token")

    assert alice.get("/cs/access_request/dropbox").json() == "DROPBOX"
    assert alice.get("/cs/registered/dropbox").json() is False
    assert alice.get("/cs/access_grant/dropbox").status_code == 503


def test_token_is_removed_once(alice: httpx.Client, mock: MockFTS) -> None:
    register(mock, "access_token")
    assert alice.get("/cs/registered/dropbox").json() is True

    answers = [alice.delete("/cs/access_grant/dropbox") for _ in range(2)]

    assert [a.status_code for a in answers] == [204, 404]
    assert alice.get("/cs/registered/dropbox").json() is False


def test_unknown_service_is_404(alice: httpx.Client) -> None:
    assert alice.get("/cs/registered/nosuchcloud").status_code == 404


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_anonymous_gets_401_even_for_options(
    connect: Callable[..., httpx.Client], method: str
) -> None:
    answer = connect("anonymous").request(method, "/cs/registered/dropbox")

    assert answer.status_code == 401
    assert "www-authenticate" not in answer.headers


def test_wrong_method_is_405_before_the_caller_is_checked(
    connect: Callable[..., httpx.Client],
) -> None:
    assert connect("anonymous").post("/cs/registered/dropbox").status_code == 405
