"""A server that sends a byte now and then holds nothing up: one limit counts for the whole answer."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
import requests

from fts_contract.harness.sending.session import GuardedSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.mock import MockFTS

LIMIT_S = 0.6
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.fixture
def serve() -> Iterator[Callable[[bytes, bytes], str]]:
    """Serve one beginning at once, and the rest byte by byte, each well within the limit."""
    stop = threading.Event()
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(at_once: bytes, dripped: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def work() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(at_once)
                for byte in dripped:
                    if stop.wait(LIMIT_S / 6):
                        return
                    try:
                        connection.sendall(bytes([byte]))
                    except OSError:
                        return

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        threads.append(thread)
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    stop.set()
    for thread in threads:
        thread.join(5)
    for listener in listeners:
        listener.close()


def ask(url: str, verify: bool | str = False, limit_s: float = LIMIT_S) -> requests.Response:  # noqa: FBT001, FBT002
    with GuardedSession(
        url, credential=None, verify=verify, timeout_s=limit_s, lock=lambda *_: None
    ) as session:
        return session.get(f"{url}/whoami")


@pytest.mark.parametrize(
    ("at_once", "dripped"),
    [
        (b"", HEAD + b"X: " + b"x" * 100),
        (HEAD + b"Content-Length: 100\r\n\r\n[", b" " * 99),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n[\r\n" * 30),
        (HEAD + b"Connection: close\r\n\r\n[", b" " * 99),
    ],
    ids=["headers", "body", "chunks", "until-closed"],
)
def test_dripping_answer_ends_at_the_limit(
    at_once: bytes, dripped: bytes, serve: Callable[[bytes, bytes], str]
) -> None:
    started = time.monotonic()
    with pytest.raises(requests.RequestException):
        ask(serve(at_once, dripped))
    assert time.monotonic() - started < LIMIT_S * 10


def test_dripping_answer_within_the_limit_is_read_and_timed_as_a_whole(
    serve: Callable[[bytes, bytes], str],
) -> None:
    answer = ask(serve(HEAD + b"Content-Length: 4\r\n\r\n[", b"  ]"), limit_s=10)
    assert answer.content == b"[  ]"
    assert answer.elapsed.total_seconds() > LIMIT_S / 4


def test_tls_and_kept_connections_work_as_before(mock: MockFTS) -> None:
    with GuardedSession(
        mock.endpoint,
        credential=None,
        verify=str(mock.ca_dir),
        timeout_s=10,
        lock=lambda *_: None,
    ) as session:
        answers = [session.get(f"{mock.endpoint}/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    with pytest.raises(requests.exceptions.SSLError):
        ask(mock.endpoint, verify=True)
