"""The connections of the asynchronous client: how many there are, when they are used again, what a full house means."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import httpx
import pytest

from fts_client import AsyncFTSClient, FTSTimeoutError, RetryPolicy, Timeouts
from fts_client._lanes import Lanes
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fts_contract.mock import MockFTS

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


async def _ask(lanes: Lanes, url: str, *, pool_s: float | None = None) -> int:
    request = httpx.Request("GET", url, extensions={"timeout": {"pool": pool_s}})
    answer = await lanes.handle_async_request(request)
    return len(await answer.aread())


async def test_lanes_with_many_requests_at_once_open_no_more_connections_than_allowed(
    server: tuple[CountingServer, str],
) -> None:
    counting, url = server
    lanes = Lanes(None, most=3, expiry_s=4)
    answers = await asyncio.gather(*(_ask(lanes, url) for _ in range(60)))
    await lanes.aclose()
    assert answers == [2] * 60
    assert (counting.connections, counting.most_open) == (3, 3)


async def test_lanes_with_one_request_after_the_other_use_one_connection(
    server: tuple[CountingServer, str],
) -> None:
    counting, url = server
    lanes = Lanes(None, most=3, expiry_s=4)
    for _ in range(5):
        await _ask(lanes, url)
    await lanes.aclose()
    assert counting.connections == 1


async def test_lanes_with_an_idle_connection_that_has_expired_open_another(
    server: tuple[CountingServer, str],
) -> None:
    counting, url = server
    lanes = Lanes(None, most=3, expiry_s=0)
    for _ in range(3):
        await _ask(lanes, url)
        await asyncio.sleep(0.01)
    await lanes.aclose()
    assert (counting.connections, counting.most_open) == (3, 1)


async def test_lanes_with_an_idle_connection_that_the_server_closed_open_another(
    server: tuple[CountingServer, str],
) -> None:
    counting, url = server
    counting.close_after_answer = True
    lanes = Lanes(None, most=3, expiry_s=4)
    for _ in range(3):
        await _ask(lanes, url)
        await asyncio.sleep(0.02)
    await lanes.aclose()
    assert counting.connections == 3


async def test_lanes_with_a_cancelled_request_give_its_place_to_the_next(
    server: tuple[CountingServer, str],
) -> None:
    counting, url = server
    lanes = Lanes(None, most=1, expiry_s=4)
    cancelled = asyncio.create_task(_ask(lanes, url))
    await asyncio.sleep(0.003)
    cancelled.cancel()
    assert await _ask(lanes, url, pool_s=5) == 2
    await lanes.aclose()
    assert counting.open_now <= 1


async def test_lanes_after_a_connection_that_could_not_be_opened_try_again() -> None:
    lanes = Lanes(None, most=1, expiry_s=4)
    for _ in range(2):
        with pytest.raises(httpx.ConnectError):
            await _ask(lanes, "http://127.0.0.1:1/whoami", pool_s=1)
    await lanes.aclose()


async def test_lanes_with_an_answer_cut_off_raise_as_the_http_library_does() -> None:
    async def cut(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(_WHOAMI[:-1])
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(cut, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    lanes = Lanes(None, most=1, expiry_s=4)
    with pytest.raises(httpx.RemoteProtocolError):
        await _ask(lanes, f"http://127.0.0.1:{port}/")
    await lanes.aclose()
    listening.close()


async def test_lanes_with_a_server_that_is_not_trusted_raise_the_reason_of_tls(
    mock_fts: MockFTS,
) -> None:
    lanes = Lanes(ssl.create_default_context(), most=1, expiry_s=4)
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        await _ask(lanes, f"{mock_fts.endpoint}/whoami")
    await lanes.aclose()


async def test_async_client_when_all_connections_are_busy_times_out_in_the_phase_pool(
    mock_fts: MockFTS,
) -> None:
    mock_fts.faults.add(Fault("delay", "GET /whoami", count=16, delay_s=1.0))
    async with AsyncFTSClient(
        mock_fts.endpoint,
        credential=mock_fts.credential("alice"),
        ca_dir=mock_fts.ca_dir,
        timeouts=Timeouts(pool_s=0.05),
        retry=RetryPolicy(max_retries=0),
    ) as fts:
        results = await asyncio.gather(*(fts.whoami() for _ in range(17)), return_exceptions=True)
    late = [result for result in results if isinstance(result, FTSTimeoutError)]
    assert [(error.phase, error.request_sent) for error in late] == [("pool", False)]
