"""A minimal client, so that the time measured is that of the mock: hand-written HTTP over mutual TLS."""

from __future__ import annotations

import asyncio
import json
import ssl
import uuid
from time import perf_counter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bench.drivers.command_loop import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

_END: Final = b"\r\n\r\n"
_context: list[ssl.SSLContext] = []


class _Connection(asyncio.Protocol):
    """Sends a request as soon as the answer to the last one is complete."""

    def __init__(self, requests: Iterator[bytes], seconds: list[float]) -> None:
        self._requests = requests
        self._seconds = seconds
        self._buffer = b""
        self._sent = 0.0
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - asyncio passes this type for TCP
        self._transport = transport

    def send_next(self) -> None:
        """Send the next request, or finish."""
        assert self._transport is not None  # noqa: S101 - called when connected
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
            return
        self._sent = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(_END)
        if not found:
            return
        lines = head.lower().split(b"\r\n")
        length = next(int(x[15:]) for x in lines if x.startswith(b"content-length:"))
        if len(body) < length:
            return
        self._seconds.append(perf_counter() - self._sent)
        if not lines[0].startswith(b"http/1.1 200"):
            self.done.set_exception(RuntimeError(self._buffer.decode()))
        self._buffer = b""
        self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            if exc is None and self._buffer == b"":
                self.done.set_result(None)
            else:
                self.done.set_exception(exc or RuntimeError("the connection was cut"))


def open_context(credential: str, ca_file: str) -> None:
    """Prepare the TLS context."""
    context = ssl.create_default_context(cafile=ca_file)
    context.load_cert_chain(credential)
    _context.append(context)


def _request(kind: str, host: str, job_ids: list[str], number: int) -> bytes:
    if kind != "submit":
        path = "/whoami" if kind == "whoami" else f"/jobs/{job_ids[number % len(job_ids)]}"
        return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n\r\n".encode()
    name = uuid.uuid4().hex
    source, dest = f"mock://a.example.org/{name}", f"mock://b.example.org/{name}"
    body = json.dumps({"files": [{"sources": [source], "destinations": [dest]}]})
    head = f"POST /jobs HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\nContent-Type: application/json"
    return f"{head}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()


async def _run(
    endpoint: str, kind: str, job_ids: list[str], count: int, connections: int
) -> tuple[float, list[float]]:
    parts = urlsplit(endpoint)
    assert parts.hostname is not None  # noqa: S101 - the mock names both
    assert parts.port is not None  # noqa: S101
    loop = asyncio.get_running_loop()
    seconds: list[float] = []
    requests = iter([_request(kind, parts.netloc, job_ids, n) for n in range(count)])
    protocols: list[_Connection] = []
    for _ in range(connections):
        _, protocol = await loop.create_connection(
            lambda: _Connection(requests, seconds), parts.hostname, parts.port, ssl=_context[0]
        )
        protocols.append(protocol)
    start = perf_counter()
    for protocol in protocols:
        protocol.send_next()
    await asyncio.gather(*(protocol.done for protocol in protocols))
    return perf_counter() - start, seconds


def rate(endpoint: str, kind: str, count: int, connections: int) -> float:
    """Send many requests of one kind; returns the number per second."""
    elapsed, _ = asyncio.run(_run(endpoint, kind, [], count, connections))
    return count / elapsed


def latencies(endpoint: str, kind: str, job_ids: list[str], count: int) -> list[float]:
    """Send requests one after the other; returns the seconds of each."""
    return asyncio.run(_run(endpoint, kind, job_ids, count, 1))[1]


if __name__ == "__main__":
    serve({"open": open_context, "rate": rate, "latencies": latencies})
