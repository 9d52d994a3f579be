"""A uvicorn server that stops at once when it is told to.

uvicorn checks ten times a second whether to stop, and then waits another tenth of a second. A suite that starts a mock for each of
its modules, or for each test, would spend more time on stopping mocks than on testing.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import socket

    from fts_contract.mock.asgi import ASGIApp, Receive, Scope, Send

__all__ = ["PromptServer", "cancelled_quietly"]

_SETTLE_S = 0.01
_GRACE_S = 1.0
_LOOK_S = 0.005


def cancelled_quietly(app: ASGIApp) -> ASGIApp:
    """Let an application be cancelled at the end without a traceback in the log.

    Args:
        app: The application.

    Returns:
        The one to serve.
    """

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(asyncio.CancelledError):
            await app(scope, receive, send)

    return serve


class PromptServer(uvicorn.Server):
    """Serves until `end` is called.

    Args:
        config: What and how to serve. Its protocol must close every connection soon after `shutdown`.

    Attributes:
        is_up: Set when it listens, or has failed to.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()
        self._ending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def serve_on(self, listener: socket.socket) -> None:
        """Serve the connections of a socket until the end."""
        try:
            self.run(sockets=[listener])
        finally:
            self.is_up.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets=sockets)
        self.is_up.set()

    async def main_loop(self) -> None:
        """Serve until the end."""
        await self._ending.wait()

    def end(self) -> None:
        """Stop; returns at once. May be called from any thread, and more than once."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._ending.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close everything, and cancel the handlers and handshakes that still run."""
        loop = asyncio.get_running_loop()
        # If its server closed now, a connection that is accepted but not set up yet would stay open for ever.
        for server in self.servers:
            for listener in server.sockets:
                loop.remove_reader(listener.fileno())
        await asyncio.sleep(_SETTLE_S)
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        told: set[object] = set()
        latest = loop.time() + _GRACE_S
        while self.server_state.connections and loop.time() < latest:
            # A connection whose handshake was still running appears later than the others.
            for connection in self.server_state.connections - told:
                connection.shutdown()
                told.add(connection)
            await asyncio.sleep(_LOOK_S)
        running = asyncio.all_tasks() - {asyncio.current_task()}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        # Their handshakes ended in the meantime.
        for connection in self.server_state.connections - told:
            connection.shutdown()
        await asyncio.sleep(0)
