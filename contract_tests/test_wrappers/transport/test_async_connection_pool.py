"""The connections of the asynchronous client: how many there are, when they are used again, what happens when all are busy."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import attrs
import httpx
import pytest

from fts_client import AsyncFTSClient, FTSTimeoutError, RetryPolicy, Timeouts
from fts_client.transport.async_connection import _Bytes
from fts_client.transport.async_pool import AsyncConnectionPool
from fts_client.transport.route import NoAnswer, Route
from fts_client.trust import client_context
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from fts_contract.mock import MockFTS

# The servers of most tests speak plain http.
PLAIN = Route(context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
_WHOAMI = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class CountingServer:
    """Answers every request after a moment, and counts connections."""

    def __init__(self) -> None:
        self.connections = 0
        self.open_now = 0
        self.most_open = 0
        self.close_after_answer = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                await asyncio.sleep(0.005)
                writer.write(_WHOAMI)
                await writer.drain()
                if self.close_after_answer:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open_now -= 1
            writer.close()


@pytest.fixture
async def server() -> AsyncIterator[tuple[CountingServer, str]]:
    counting = CountingServer()
    listening = await asyncio.start_server(counting.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    yield counting, f"http://127.0.0.1:{port}/whoami"
    listening.close()


async def _ask(pool: AsyncConnectionPool, url: str, *, pool_s: float | None = None) -> int:
    request = httpx.Request("GET", url, extensions={"timeout": {"pool": pool_s}})
    return len((await pool.exchange(request)).content)


async def test_async_pool_with_many_requests_at_once_opens_no_more_connections_than_allowed(
    server: tuple[CountingServer, str],
) -> None:
    counting, url = server
    pool = AsyncConnectionPool(PLAIN, max_connections=3)
    answers = await asyncio.gather(*(_ask(pool, url) for _ in range(60)))
    await pool.aclose()
    assert answers == [2] * 60
    assert (counting.connections, counting.most_open) == (3, 3)


async def test_async_pool_with_one_request_after_the_other_uses_one_connection(
    server: tuple[CountingServer, str],
) -> None:
    counting, url = server
    pool = AsyncConnectionPool(PLAIN, max_connections=3)
    for _ in range(5):
        await _ask(pool, url)
    await pool.aclose()
    assert counting.connections == 1


async def test_async_pool_with_an_idle_connection_that_has_expired_opens_another(
    server: tuple[CountingServer, str],
) -> None:
    counting, url = server
    pool = AsyncConnectionPool(attrs.evolve(PLAIN, expiry_s=0), max_connections=3)
    for _ in range(3):
        await _ask(pool, url)
        await asyncio.sleep(0.01)
    await pool.aclose()
    assert (counting.connections, counting.most_open) == (3, 1)


async def test_async_pool_that_needs_one_connection_only_closes_the_others_when_they_expire(
    server: tuple[CountingServer, str],
) -> None:
    counting, url = server
    pool = AsyncConnectionPool(attrs.evolve(PLAIN, expiry_s=0.2), max_connections=3)
    await asyncio.gather(*(_ask(pool, url) for _ in range(3)))
    for _ in range(8):
        await asyncio.sleep(0.05)
        await _ask(pool, url)
    assert (counting.most_open, counting.open_now) == (3, 1)
    await pool.aclose()


async def test_async_pool_with_an_idle_connection_that_the_server_closed_opens_another(
    server: tuple[CountingServer, str],
) -> None:
    counting, url = server
    counting.close_after_answer = True
    pool = AsyncConnectionPool(PLAIN, max_connections=3)
    for _ in range(3):
        await _ask(pool, url)
        await asyncio.sleep(0.02)
    await pool.aclose()
    assert counting.connections == 3


async def test_async_pool_with_a_cancelled_request_gives_its_place_to_the_next(
    server: tuple[CountingServer, str],
) -> None:
    counting, url = server
    pool = AsyncConnectionPool(PLAIN, max_connections=1)
    cancelled = asyncio.create_task(_ask(pool, url))
    await asyncio.sleep(0.003)
    cancelled.cancel()
    assert await _ask(pool, url, pool_s=5) == 2
    await pool.aclose()
    assert counting.open_now <= 1


async def test_async_pool_after_a_connection_that_could_not_be_opened_tries_again() -> None:
    pool = AsyncConnectionPool(PLAIN, max_connections=1)
    for _ in range(2):
        with pytest.raises(NoAnswer, match="Connect call failed") as caught:
            await _ask(pool, "http://127.0.0.1:1/whoami", pool_s=1)
        assert not caught.value.sent
    await pool.aclose()


Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Server) -> AsyncGenerator[str]:
    """A server for one test; gives its address."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/whoami"


async def test_async_pool_with_an_answer_cut_off_says_so() -> None:
    async def cut(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_WHOAMI[:-1])
        await writer.drain()
        writer.close()

    pool = AsyncConnectionPool(PLAIN, max_connections=1)
    async with listening(cut) as url:
        with pytest.raises(NoAnswer, match="without sending complete message body"):
            await _ask(pool, url)
    await pool.aclose()


async def test_async_pool_with_provisional_answers_returns_the_last_one() -> None:
    async def hesitate(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + _WHOAMI)
        writer.close()

    pool = AsyncConnectionPool(PLAIN, max_connections=1)
    async with listening(hesitate) as url:
        assert await _ask(pool, url) == 2
    await pool.aclose()


async def test_async_pool_sends_head_and_body_in_one_tls_record(mock_fts: MockFTS) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(mock_fts.pki.host_file, mock_fts.pki.directory / "keys" / "host.pem")
    listener = socket.create_server(("127.0.0.1", 0))
    records: list[bytes] = []

    def serve() -> None:
        with context.wrap_socket(listener.accept()[0], server_side=True) as connection:
            records.append(connection.recv(65536))
            connection.sendall(_WHOAMI)

    thread = threading.Thread(target=serve)
    thread.start()
    pool = AsyncConnectionPool(
        Route(context=client_context(ca_file=mock_fts.ca_file)), max_connections=1
    )
    url = f"https://localhost:{listener.getsockname()[1]}/jobs"
    await pool.exchange(httpx.Request("POST", url, content=b"the whole body"))
    await pool.aclose()
    thread.join()
    listener.close()
    assert records[0].endswith(b"\r\n\r\nthe whole body")


@asynccontextmanager
async def listening_in_silence() -> AsyncGenerator[str]:
    """A server that neither reads nor writes."""
    over = asyncio.Event()

    async def wait(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.transport.abort()

    async with listening(wait) as url:
        try:
            yield url
        finally:
            over.set()


async def test_async_pool_with_a_server_that_does_not_take_the_body_times_out_in_writing() -> None:
    pool = AsyncConnectionPool(PLAIN, max_connections=1)
    async with listening_in_silence() as url:
        request = httpx.Request(
            "POST",
            url,
            content=bytes(1 << 24),
            extensions={"timeout": {"write": 0.1, "read": 5}},
        )
        with pytest.raises(NoAnswer) as caught:
            await pool.exchange(request)
        assert (caught.value.late, caught.value.sent) == ("write", True)
    await pool.aclose()


async def test_async_pool_with_a_server_that_is_silent_in_the_handshake_times_out_in_connecting() -> (
    None
):
    pool = AsyncConnectionPool(Route(context=ssl.create_default_context()), max_connections=1)
    async with listening_in_silence() as url:
        request = httpx.Request(
            "GET", url.replace("http:", "https:"), extensions={"timeout": {"connect": 0.1}}
        )
        with pytest.raises(NoAnswer) as caught:
            await pool.exchange(request)
        assert (caught.value.late, caught.value.sent) == ("connect", False)
    await pool.aclose()


async def test_async_pool_with_a_connection_closed_while_the_loop_was_busy_opens_another() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    closed = threading.Event()
    accepted: list[object] = []

    def serve() -> None:
        for _ in range(2):
            connection, address = listener.accept()
            accepted.append(address)
            with connection:
                connection.recv(65536)
                connection.sendall(_WHOAMI)
                # Close after the client has read the answer, and while its loop does not run.
                assert go_on.wait(10)
            closed.set()

    go_on = threading.Event()
    thread = threading.Thread(target=serve)
    thread.start()
    pool = AsyncConnectionPool(PLAIN, max_connections=1)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/whoami"
    await _ask(pool, url)
    go_on.set()
    assert closed.wait(10)
    await _ask(pool, url)
    await pool.aclose()
    thread.join()
    listener.close()
    assert len(accepted) == 2


async def test_async_pool_with_a_long_answer_returns_all_of_it() -> None:
    body = bytes(range(256)) * (1 << 17)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        await writer.drain()
        writer.close()

    pool = AsyncConnectionPool(PLAIN, max_connections=1)
    async with listening(serve) as url:
        answer = await pool.exchange(httpx.Request("GET", url))
        assert answer.content == body
    await pool.aclose()


async def test_async_pool_cancelled_at_any_step_leaves_no_socket_open(mock_fts: MockFTS) -> None:
    pool = AsyncConnectionPool(
        Route(context=client_context(ca_file=mock_fts.ca_file)), max_connections=1
    )
    for steps in range(60):
        task = asyncio.create_task(_ask(pool, f"{mock_fts.endpoint}/whoami"))
        for _ in range(steps):
            await asyncio.sleep(0.000_2)
        task.cancel()
        await asyncio.wait([task])
    await pool.aclose()
    # A socket left to the garbage collector gives a ResourceWarning.
    gc.collect()


async def test_async_pool_cancelled_in_the_handshake_closes_the_connection() -> None:
    ended = asyncio.Event()

    async def wait_for_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        ended.set()
        writer.close()

    pool = AsyncConnectionPool(Route(context=ssl.create_default_context()), max_connections=1)
    async with listening(wait_for_the_end) as url:
        task = asyncio.create_task(_ask(pool, url.replace("http:", "https:")))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.wait([task])
        async with asyncio.timeout(5):
            await ended.wait()
    await pool.aclose()


async def test_async_pool_with_a_server_that_is_not_trusted_raises_the_reason_of_tls(
    mock_fts: MockFTS,
) -> None:
    pool = AsyncConnectionPool(Route(context=ssl.create_default_context()), max_connections=1)
    with pytest.raises(NoAnswer, match="CERTIFICATE_VERIFY_FAILED"):
        await _ask(pool, f"{mock_fts.endpoint}/whoami")
    await pool.aclose()


async def test_async_pool_with_a_server_that_refuses_after_the_handshake_raises_the_reason_of_tls(
    mock_fts: MockFTS,
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(mock_fts.pki.host_file, mock_fts.pki.directory / "keys" / "host.pem")
    context.load_verify_locations(mock_fts.ca_file)
    context.verify_mode = ssl.CERT_REQUIRED
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        connection = context.wrap_socket(
            listener.accept()[0], server_side=True, do_handshake_on_connect=False
        )
        with pytest.raises(ssl.SSLError):
            connection.do_handshake()
        # Closing with unread data would send a reset, which can overtake the reason.
        with socket.socket(fileno=connection.detach()) as plain:
            plain.shutdown(socket.SHUT_WR)
            while plain.recv(65536):
                pass

    thread = threading.Thread(target=refuse)
    thread.start()
    pool = AsyncConnectionPool(
        Route(context=client_context(ca_file=mock_fts.ca_file)), max_connections=1
    )
    with pytest.raises(NoAnswer, match="CERTIFICATE_REQUIRED"):
        await _ask(pool, f"https://localhost:{listener.getsockname()[1]}/whoami")
    await pool.aclose()
    thread.join()
    listener.close()


async def test_async_client_when_all_connections_are_busy_times_out_in_the_phase_pool(
    mock_fts: MockFTS,
) -> None:
    mock_fts.faults.add(Fault("delay", "GET /whoami", count=24, delay_s=3.0))
    async with AsyncFTSClient(
        mock_fts.endpoint,
        credential=mock_fts.credential("alice"),
        ca_dir=mock_fts.ca_dir,
        timeouts=Timeouts(pool_s=0.05),
        retry=RetryPolicy(max_retries=0),
    ) as fts:
        results = await asyncio.gather(*(fts.whoami() for _ in range(25)), return_exceptions=True)
    late = [result for result in results if isinstance(result, FTSTimeoutError)]
    assert [(error.phase, error.request_sent) for error in late] == [("pool", False)]


async def test_async_pool_with_a_server_that_takes_a_long_body_slowly_sends_all_of_it() -> None:
    size, taken = 1 << 24, 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.1)
        taken = len(await reader.readexactly(size))
        # Longer than the limit of writing, which no longer counts.
        await asyncio.sleep(3)
        writer.write(_WHOAMI)
        writer.close()

    pool = AsyncConnectionPool(PLAIN, max_connections=1)
    async with listening(serve) as url:
        limits = {"timeout": {"write": 2, "read": 20}}
        await pool.exchange(httpx.Request("POST", url, content=bytes(size), extensions=limits))
    await pool.aclose()
    assert taken == size


async def test_async_pool_does_not_read_what_it_did_not_ask_for() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    most, sent, answered = 1 << 27, 0, threading.Event()

    def serve() -> None:
        nonlocal sent
        connection = listener.accept()[0]
        with connection:
            connection.recv(65536)
            connection.sendall(_WHOAMI)
            assert answered.wait(10)
            connection.settimeout(1)
            with suppress(TimeoutError):
                while sent < most:
                    sent += connection.send(bytes(1 << 16))

    pool = AsyncConnectionPool(PLAIN, max_connections=1)
    flooding = asyncio.create_task(asyncio.to_thread(serve))
    await _ask(pool, f"http://127.0.0.1:{listener.getsockname()[1]}/whoami")
    answered.set()
    await flooding
    await pool.aclose()
    listener.close()
    assert sent < most


async def test_async_pool_with_a_connection_lost_in_the_handshake_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def lost(*_: object, **__: object) -> None:
        """What asyncio returns when the connection is lost at this moment."""

    monkeypatch.setattr(asyncio.get_running_loop(), "start_tls", lost)
    pool = AsyncConnectionPool(PLAIN, max_connections=1)
    async with listening_in_silence() as url:
        with pytest.raises(NoAnswer) as caught:
            await _ask(pool, url.replace("http:", "https:"))
        assert not caught.value.sent
    await pool.aclose()


async def test_async_pool_with_a_connection_lost_right_after_it_was_made_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = _Bytes.connection_made

    def lose(self: _Bytes, transport: asyncio.BaseTransport) -> None:
        made(self, transport)
        transport.get_extra_info("socket")._sock.close()
        self.transport.abort()

    monkeypatch.setattr(_Bytes, "connection_made", lose)
    pool = AsyncConnectionPool(PLAIN, max_connections=1)
    async with listening_in_silence() as url:
        with pytest.raises(NoAnswer, match="closed"):
            await _ask(pool, url)
    await pool.aclose()
