"""HEAD requests are read to the last byte: a body after the header is found, and nothing else is taken for one."""

from __future__ import annotations

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from fts_contract.harness.sending.budget import Budget, OverError
from fts_contract.harness.sending.credential import find_credential
from fts_contract.harness.sending.errors import LockedRequestError
from fts_contract.harness.sending.raw_heads import after_heads
from fts_contract.harness.sending.safety import safe_lock
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.mock.asgi import ASGIApp, Receive, Scope, Send

PATHS = ["/", "/whoami", "/jobs", "/no-such-path"]


def answering_head_like_get(path: str) -> MockFTS:
    """Make a mock that answers HEAD of one path with a body."""

    def front(app: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if scope.get("path") == path and scope.get("method") == "HEAD":
                scope["method"] = "GET"
            await app(scope, receive, send)

        return serve

    return MockFTS(middleware=front)


def session_with(
    mock: MockFTS, *, verify: str | bool | None = None, budget: Budget | None = None
) -> GuardedSession:
    return GuardedSession(
        mock.endpoint,
        credential=find_credential(mock.credential("alice")),
        verify=str(mock.ca_file) if verify is None else verify,
        timeout_s=10,
        lock=safe_lock,
        budget=budget,
    )


@pytest.mark.parametrize("path", ["/whoami", "/jobs"])
def test_body_after_head_is_found(path: str) -> None:
    with answering_head_like_get(path) as mock, session_with(mock) as session:
        found = dict(after_heads(session, PATHS))
    assert list(found) == [path]
    # A list comes in chunks.
    assert found[path].startswith((b"{", b"2\r\n[]\r\n"))


def test_body_after_head_is_found_without_verification() -> None:
    with answering_head_like_get("/jobs") as mock, session_with(mock, verify=False) as session:
        assert list(dict(after_heads(session, PATHS))) == ["/jobs"]


@pytest.mark.parametrize("named", [True, False])
def test_certificates_that_only_the_system_trusts_are_not_trusted(
    *, named: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The other requests of a run, which are sent by requests, do not trust them either.
    with MockFTS() as mock, MockFTS(pki=tmp_path) as other:
        monkeypatch.setenv("SSL_CERT_FILE", str(mock.ca_file))
        with (
            session_with(mock, verify=str(other.ca_file) if named else True) as session,
            pytest.raises(ssl.SSLCertVerificationError),
        ):
            list(after_heads(session, PATHS))


def test_body_after_head_is_found_without_tls() -> None:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"[]" if self.path == "/jobs" else b"")

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        session = GuardedSession(
            f"http://127.0.0.1:{server.server_address[1]}",
            credential=None, verify=True, timeout_s=10, lock=safe_lock,
        )  # fmt: skip
        with session:
            found = dict(after_heads(session, PATHS))
        server.shutdown()
    assert list(found) == ["/jobs"]
    assert found["/jobs"].startswith(b"[]")


def test_used_up_budget_ends_the_run() -> None:
    with MockFTS() as mock, session_with(mock, budget=Budget(max_time_s=0)) as session:
        with pytest.raises(OverError):
            list(after_heads(session, PATHS))
        assert session.sent == 0


def test_answers_without_body_have_none() -> None:
    with MockFTS() as mock, session_with(mock) as session:
        assert list(after_heads(session, PATHS)) == []
        assert session.sent == len(PATHS)


def test_head_that_changes_something_is_not_sent() -> None:
    with MockFTS() as mock, session_with(mock) as session:
        with pytest.raises(LockedRequestError):
            list(after_heads(session, ["/delegation/0/request"]))
        assert session.sent == 0


def test_server_that_is_gone_cannot_be_asked() -> None:
    with MockFTS() as mock:
        session = session_with(mock)
    with session, pytest.raises(ConnectionRefusedError):
        list(after_heads(session, PATHS))
