"""The connections of the synchronous client: how many there are, when they are used again, what happens when all are busy."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import attrs
import httpx
import pytest

from fts_client import FTSClient, FTSTimeoutError, RetryPolicy, Timeouts
from fts_client.transport.pools import ConnectionPool, IdleConnections
from fts_client.transport.route import NoAnswer, Route
from fts_client.trust import client_context
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.mock import MockFTS

# The servers of most tests speak plain http.
PLAIN = Route(context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Accepts connections and gives each to a function, in a thread of its own."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.connections = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/whoami"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._handle, args=[connection], daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self._serve(connection)

    def close(self) -> None:
        # Only shutdown() wakes a thread in accept().
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[Server]:
    server = Server(serve)
    try:
        yield server
    finally:
        server.close()


def answering(connection: socket.socket) -> None:
    while connection.recv(65536):
        time.sleep(0.005)
        connection.sendall(_ANSWER)


def _ask(pool: ConnectionPool, url: str, *, pool_s: float | None = None) -> bytes:
    request = httpx.Request("GET", url, extensions={"timeout": {"pool": pool_s}})
    return pool.exchange(request).content


def test_pool_with_many_threads_opens_no_more_connections_than_allowed() -> None:
    pool = ConnectionPool(PLAIN, max_connections=3)
    with listening(answering) as server, ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(lambda _: _ask(pool, server.url), range(60)))
        pool.close()
    assert answers == [b"{}"] * 60
    assert server.connections == 3


def test_pool_with_one_request_after_the_other_uses_one_connection() -> None:
    pool = ConnectionPool(PLAIN, max_connections=3)
    with listening(answering) as server:
        for _ in range(5):
            _ask(pool, server.url)
        pool.close()
    assert server.connections == 1


def test_pool_with_an_idle_connection_that_has_expired_opens_another() -> None:
    pool = ConnectionPool(attrs.evolve(PLAIN, expiry_s=0), max_connections=3)
    with listening(answering) as server:
        for _ in range(3):
            _ask(pool, server.url)
            time.sleep(0.01)
        pool.close()
    assert server.connections == 3


def test_pool_with_an_idle_connection_that_the_server_closed_opens_another() -> None:
    closed = threading.Event()

    def once(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(_ANSWER)
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()
        closed.set()

    pool = ConnectionPool(PLAIN, max_connections=3)
    with listening(once) as server:
        for _ in range(2):
            assert _ask(pool, server.url) == b"{}"
            assert closed.wait(10)
            closed.clear()
        pool.close()
    assert server.connections == 2


def test_pool_that_needs_one_connection_only_closes_the_others_when_they_expire() -> None:
    together, ended = threading.Barrier(3), threading.Semaphore(0)

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        together.wait(10)
        connection.sendall(_ANSWER)
        while connection.recv(65536):
            connection.sendall(_ANSWER)
        ended.release()

    pool = ConnectionPool(attrs.evolve(PLAIN, expiry_s=0.2), max_connections=3)
    with listening(serve) as server, ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: _ask(pool, server.url), range(3)))
        for _ in range(8):
            time.sleep(0.05)
            _ask(pool, server.url)
        assert ended.acquire(timeout=5)
        assert ended.acquire(timeout=5)
        pool.close()


def test_pool_after_an_answer_cut_off_opens_another_connection() -> None:
    answers = iter([_ANSWER[:-1], _ANSWER])

    def cut(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(next(answers))

    pool = ConnectionPool(PLAIN, max_connections=1)
    with listening(cut) as server:
        with pytest.raises(NoAnswer, match="without sending complete message body"):
            _ask(pool, server.url)
        assert _ask(pool, server.url, pool_s=0.1) == b"{}"
        pool.close()


def test_pool_when_no_connection_becomes_free_says_so() -> None:
    over = threading.Event()

    def wait(connection: socket.socket) -> None:
        connection.recv(65536)
        over.wait(10)
        connection.sendall(_ANSWER)

    pool = ConnectionPool(PLAIN, max_connections=1)
    with listening(wait) as server, ThreadPoolExecutor(1) as threads:
        first = threads.submit(_ask, pool, server.url)
        while not server.connections:
            time.sleep(0.001)
        with pytest.raises(NoAnswer) as caught:
            _ask(pool, server.url, pool_s=0.05)
        assert (caught.value.late, caught.value.sent) == ("pool", False)
        late = httpx.Request("GET", server.url, extensions={"deadline": time.monotonic() - 1})
        with pytest.raises(NoAnswer) as caught:
            pool.exchange(late)
        assert (caught.value.late, caught.value.sent) == ("total", False)
        over.set()
        assert first.result() == b"{}"
        pool.close()


def test_pool_closed_during_a_request_closes_its_connection_too() -> None:
    asked, over, ended = threading.Event(), threading.Event(), threading.Event()

    def wait(connection: socket.socket) -> None:
        connection.recv(65536)
        asked.set()
        over.wait(10)
        connection.sendall(_ANSWER)
        if not connection.recv(65536):
            ended.set()

    pool = ConnectionPool(PLAIN, max_connections=1)
    with listening(wait) as server, ThreadPoolExecutor(1) as threads:
        request = threads.submit(_ask, pool, server.url)
        assert asked.wait(10)
        pool.close()
        over.set()
        assert request.result() == b"{}"
        assert ended.wait(10)


def test_pool_with_an_answer_before_the_body_is_sent_returns_the_answer() -> None:
    def refuse(connection: socket.socket) -> None:
        connection.recv(1024)
        connection.sendall(
            b"HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )

    pool = ConnectionPool(PLAIN, max_connections=1)
    with listening(refuse) as server:
        request = httpx.Request("POST", server.url, content=bytes(1 << 24))
        assert pool.exchange(request).status == 413
        pool.close()


def test_pool_sends_head_and_body_in_one_tls_record(mock_fts: MockFTS) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(mock_fts.pki.host_file, mock_fts.pki.directory / "keys" / "host.pem")
    records: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as channel:
            records.append(channel.recv(65536))
            channel.sendall(_ANSWER)

    pool = ConnectionPool(
        Route(context=client_context(ca_file=mock_fts.ca_file)), max_connections=1
    )
    with listening(serve) as server:
        url = server.url.replace("http://127.0.0.1", "https://localhost")
        pool.exchange(httpx.Request("POST", url, content=b"the whole body"))
        pool.close()
    assert records[0].endswith(b"\r\n\r\nthe whole body")


def test_client_when_all_connections_are_busy_times_out_in_the_phase_pool(
    mock_fts: MockFTS,
) -> None:
    mock_fts.faults.add(Fault("delay", "GET /whoami", count=24, delay_s=3.0))
    with (
        FTSClient(
            mock_fts.endpoint,
            credential=mock_fts.credential("alice"),
            ca_dir=mock_fts.ca_dir,
            timeouts=Timeouts(pool_s=0.05),
            retry=RetryPolicy(max_retries=0),
        ) as fts,
        ThreadPoolExecutor(25) as threads,
    ):
        asked = [threads.submit(fts.whoami) for _ in range(25)]
        late = [one.exception() for one in asked if one.exception() is not None]
    assert [
        (error.phase, error.request_sent) for error in late if isinstance(error, FTSTimeoutError)
    ] == [("pool", False)]


def test_pool_with_a_server_that_does_not_take_the_body_times_out_in_writing() -> None:
    over = threading.Event()

    def wait(_: socket.socket) -> None:
        over.wait(30)

    pool = ConnectionPool(PLAIN, max_connections=1)
    with listening(wait) as server:
        request = httpx.Request(
            "POST", server.url, content=bytes(1 << 24), extensions={"timeout": {"write": 0.1}}
        )
        with pytest.raises(NoAnswer) as caught:
            pool.exchange(request)
        over.set()
        assert (caught.value.late, caught.value.sent) == ("write", True)
    pool.close()


def test_pool_sends_nothing_after_the_deadline_of_the_procedure() -> None:
    pool = ConnectionPool(PLAIN, max_connections=1)
    with listening(answering) as server:
        late = httpx.Request("GET", server.url, extensions={"deadline": time.monotonic() - 1})
        with pytest.raises(NoAnswer) as caught:
            pool.exchange(late)
        assert caught.value.late
        assert not caught.value.sent
    pool.close()


@attrs.define
class Idle:
    """A connection that stays open."""

    asked_s: float
    idle_since_s: float
    answers: int = 1
    allowed_s: float = 4.0
    announced_s: float | None = None
    hung_up: bool = False
    reusable: bool = True

    def is_open(self) -> bool:
        return True

    def close(self) -> None:
        self.reusable = False


@pytest.mark.parametrize(("asked_s", "used"), [(0.35, True), (0.9, False)])
def test_connection_whose_answer_was_read_late_may_be_idle_for_longer(
    asked_s: float, *, used: bool
) -> None:
    now_s = time.monotonic()
    idle: IdleConnections[Any] = IdleConnections(4)
    proof, late = Idle(now_s - 1, now_s - 1), Idle(now_s - asked_s, now_s - 0.3)
    idle.give_back(proof)
    assert idle.take(repeatable=False) is None
    idle.give_back(late)
    assert (idle.take(repeatable=False) is late) is used
