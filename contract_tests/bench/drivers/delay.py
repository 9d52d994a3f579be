"""A TCP proxy that simulates distance: it delays every byte by half a round trip."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Final
from urllib.parse import urlsplit

from bench.drivers.command_loop import serve

__all__ = ["DelayProxy"]

_HIGH_WATER: Final = 1 << 24


class _End(asyncio.Protocol):
    """One side of a connection; data that it receives is sent on by the other side later."""

    def __init__(self, delay_s: float, *, first_extra_s: float = 0.0) -> None:
        self._delay_s = delay_s
        self._first_extra_s = first_extra_s
        self._transport: asyncio.Transport | None = None
        self.other: _End | None = None
        self._due = 0.0
        self._early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the data that arrived before the connection was made."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - asyncio passes this type for TCP
        transport.set_write_buffer_limits(_HIGH_WATER)
        self._transport = transport
        for data in self._early:
            transport.write(data)
        self._early.clear()

    def data_received(self, data: bytes) -> None:
        """Send it later, in order."""
        loop = asyncio.get_running_loop()
        # The TCP handshake does not pass this proxy, so its round trip is added to the first bytes.
        self._due = max(self._due, loop.time() + self._delay_s + self._first_extra_s)
        self._first_extra_s = 0.0
        assert self.other is not None  # noqa: S101 - both ends are made together
        loop.call_at(self._due, self.other.send, data)

    def send(self, data: bytes) -> None:
        """Send data on."""
        if self._transport is None:
            self._early.append(data)
        elif not self._transport.is_closing():
            self._transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Close the other side too, after the last data was sent there."""
        del exc
        loop = asyncio.get_running_loop()
        if self.other is not None and not loop.is_closed():
            loop.call_at(max(self._due, loop.time() + self._delay_s), self.other.close)

    def close(self) -> None:
        """Close this side."""
        if self._transport is not None:
            self._transport.close()


class DelayProxy:
    """The proxy, in a thread.

    Args:
        port: Port of the server on this machine.
        round_trip_s: Seconds from a question to the earliest answer.

    Attributes:
        port: Where the proxy listens.
    """

    def __init__(self, port: int, *, round_trip_s: float) -> None:
        self._server_port = port
        self._delay_s = round_trip_s / 2
        self._loop = asyncio.new_event_loop()
        ready: list[int] = []
        started = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(ready, started), name="delay-proxy", daemon=True
        )
        self._thread.start()
        started.wait()
        self.port = ready[0]

    def _run(self, ready: list[int], started: threading.Event) -> None:
        server = self._loop.run_until_complete(
            self._loop.create_server(self._accept, "127.0.0.1", 0)
        )
        ready.append(server.sockets[0].getsockname()[1])
        started.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _accept(self) -> asyncio.Protocol:
        near = _End(self._delay_s, first_extra_s=2 * self._delay_s)
        far = _End(self._delay_s)
        near.other, far.other = far, near
        self._connecting = self._loop.create_task(self._connect(near, far))
        return near

    async def _connect(self, near: _End, far: _End) -> None:
        try:
            await self._loop.create_connection(
                lambda: far, "127.0.0.1", self._server_port, family=socket.AF_INET
            )
        except OSError:
            near.close()

    def stop(self) -> None:
        """Stop, and break open connections."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


_proxies: list[DelayProxy] = []


def open_proxy(endpoint: str, round_trip_s: float) -> str:
    """Start a proxy; returns its endpoint."""
    port = urlsplit(endpoint).port
    assert port is not None  # noqa: S101 - the mock always names it
    proxy = DelayProxy(port, round_trip_s=round_trip_s)
    _proxies.append(proxy)
    return f"https://localhost:{proxy.port}"


if __name__ == "__main__":
    serve({"open": open_proxy})
