"""A local end for tools that cannot speak mutual TLS: takes plain HTTP and passes it on with a client certificate."""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import threading
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["Forwarder", "forwarding"]

_CHUNK: Final = 65536
_REQUEST_LINE: Final = re.compile(rb"[A-Z]+ \S+ HTTP/1\.[01]\r\n")


@attrs.define
class Forwarder:
    """A running forwarder.

    Attributes:
        target: Port of the server on this machine.
        context: With the certificate of the client.
        url: Where it listens.
        requests: How many it has passed on.
        stop: Ends it, from any thread.
    """

    target: int
    context: ssl.SSLContext
    url: str = ""
    requests: int = 0
    stop: Callable[[], object] = bool
    _tasks: set[asyncio.Task[Any] | None] = attrs.Factory(set)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The streams forget their task when a side closes, and it could be collected before it has ended.
        self._tasks.add(asyncio.current_task())
        there, to_server = await asyncio.open_connection(
            "localhost", self.target, ssl=self.context
        )
        # When one side closes, or the forwarder stops, both directions end.
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await asyncio.gather(self._pump(reader, to_server), self._pump(there, writer))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(_CHUNK):
                # A client sends each request in a write of its own.
                self.requests += _REQUEST_LINE.match(data) is not None
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()

    async def serve(self, ready: threading.Event) -> None:
        """Listen until `stop`."""
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        self.stop = lambda: loop.call_soon_threadsafe(stopped.set)
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        async with server:
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            ready.set()
            await stopped.wait()


@contextlib.contextmanager
def forwarding(port: int, *, credential: Path, ca_file: Path) -> Iterator[Forwarder]:
    """Pass requests on to a server on this machine, in a thread.

    Args:
        port: Where the server listens.
        credential: PEM file with the certificate to show and its key.
        ca_file: CA of the server.
    """
    context = ssl.create_default_context(cafile=str(ca_file))
    context.load_cert_chain(credential)
    forwarder, ready = Forwarder(port, context), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(forwarder.serve(ready)), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield forwarder
    finally:
        forwarder.stop()
        thread.join()
