"""Answers read as bytes: what follows them is seen, requests are counted, and tokens are kept out of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fts_contract.harness.sending.errors import LockedRequestError
from fts_contract.harness.sending.raw import ask_raw
from fts_contract.harness.sending.safety import safe_lock
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from fts_contract.mock.asgi import ASGIApp, Message, Receive, Scope, Send

OPAQUE = "opaque-secret-of-any-form"


def _session(mock: MockFTS) -> GuardedSession:
    return GuardedSession(
        mock.endpoint, credential=None, verify=str(mock.ca_file), timeout_s=10, lock=safe_lock
    )


def _echoing(app: ASGIApp) -> ASGIApp:
    """Repeat the token of a request in the header and in the body of the answer."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def echo(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(b"x-token", OPAQUE.encode())]
            elif message["type"] == "http.response.body" and not message.get("more_body"):
                message["body"] = OPAQUE.encode()
            await send(message)

        await app(scope, receive, echo)

    return serve


def test_tokens_that_a_server_repeats_are_removed() -> None:
    with MockFTS(middleware=_echoing) as mock, _session(mock) as session:
        headers = {"Authorization": f"Bearer {OPAQUE}"}
        exchange = next(ask_raw(session, [("GET", "/whoami", headers)], phase="")).exchange
    assert exchange.body == b"[token removed]"
    assert exchange.headers["x-token"] == "[token removed]"


def test_each_request_is_counted_and_sent_as_it_is_written() -> None:
    targets = ["/./whoami", "/whoami?x=%zz", "/nothing"]
    with MockFTS() as mock, _session(mock) as session:
        answers = list(ask_raw(session, [("GET", target, {}) for target in targets], phase=""))
        assert session.sent == len(targets)
    assert [answer.exchange.target for answer in answers] == targets
    assert all(answer.kept and not answer.extra for answer in answers)


def test_request_that_changes_something_is_not_sent() -> None:
    with MockFTS() as mock, _session(mock) as session:
        with pytest.raises(LockedRequestError):
            next(ask_raw(session, [("DELETE", "/jobs/all", {})], phase=""))
        assert session.sent == 0
