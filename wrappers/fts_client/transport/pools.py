"""The connections of one client: which pool serves a request, and when pools are made and closed."""

from __future__ import annotations

import weakref
from contextlib import suppress
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from fts_client._fork import LockOwner
from fts_client.errors import FTSUsageError
from fts_client.transport.blocking import BlockingConnection
from fts_client.transport.http1 import MAX_ANSWER_BYTES, Limits
from fts_client.transport.idle import IdleConnections
from fts_client.transport.route import Route

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import AsyncGenerator

    import httpx

    from fts_client.transport.async_pool import AsyncConnectionPool
    from fts_client.transport.credential_source import CredentialSnapshot
    from fts_client.transport.http1 import RawAnswer
    from fts_client.transport.route import HTTPProxy

__all__ = ["AsyncPool", "ConnectionPool", "Pool", "Pools"]

# Apache closes an idle connection after 5 s (its default).
_KEEPALIVE_EXPIRY_S: Final = 4.0
_CLOSE_AFTER_S: Final = 0.01
# By measurement at 20 ms (docs/benchmarks.md): with fewer the network is the limit, with more the processor is.
_MAX_CONNECTIONS: Final = 24


class ConnectionPool:
    """Several connections of the synchronous client to one server, for any number of threads.

    Args:
        route: How to get to the server.
        max_connections: Connections at most.
        expiry_s: Seconds after which an idle connection is not used again, unless the server says how long it waits.
        max_bytes: Size of the largest body that is read.
    """

    def __init__(
        self,
        route: Route,
        *,
        max_connections: int,
        expiry_s: float,
        max_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        route.context.set_alpn_protocols(["http/1.1"])
        self._route, self._expiry_s, self._max_bytes = route, expiry_s, max_bytes
        self._slots = Semaphore(max_connections)
        self._idle: IdleConnections[BlockingConnection] = IdleConnections(max_connections)
        self._lock = Lock()

    def exchange(self, request: httpx.Request, *, repeatable: bool = True) -> RawAnswer:
        """Send a request and return its answer.

        Args:
            request: The request; its body has been read.
            repeatable: Whether it can be repeated if the connection turns out to be closed.

        Raises:
            NoAnswer: None came.
            TooLarge: Its body is too large.
        """
        limits = Limits(request.extensions)
        if not self._slots.acquire(timeout=limits.left("pool")):
            raise limits.late("pool")
        try:
            with self._lock:
                connection = self._idle.take(repeatable=repeatable)
            if connection is None:
                connection = BlockingConnection(
                    self._route, max_bytes=self._max_bytes, expiry_s=self._expiry_s
                )
            try:
                return connection.exchange(request, limits)
            finally:
                with self._lock:
                    self._idle.give_back(connection)
        finally:
            self._slots.release()

    def close(self) -> None:
        """Close the idle connections; those in use close when their request ends."""
        with self._lock:
            self._idle.close()


class Pool:
    """Connections made with one snapshot of the credential; closed when nothing uses them any more.

    Attributes:
        connections: The connections.
        close: Closes them; also called when nothing refers to the pool: a client that is never closed (easy.Context usually
            is) must not leave sockets to the garbage collector.
    """

    def __init__(self, connections: ConnectionPool) -> None:
        self.connections = connections
        self.close = weakref.finalize(self, connections.close)


class AsyncPool:
    """The same for one event loop; connections of another loop cannot be used."""

    def __init__(self, connections: AsyncConnectionPool, loop: AbstractEventLoop) -> None:
        self.connections = connections
        self.loop = loop
        # For a client that is never closed: a loop closes all generators before it ends.
        self._closer = _closer(connections)
        self.finalizer = weakref.finalize(self, _close_soon, loop, self._closer)
        self.finalizer.atexit = False

    async def open(self) -> None:
        """Let the loop know what to close."""
        await anext(self._closer)

    async def close(self) -> None:
        """Close the connections; those in use close when their request ends."""
        self.finalizer.detach()
        await self._closer.aclose()


async def _closer(connections: AsyncConnectionPool) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        await connections.aclose()


def _close_soon(loop: AbstractEventLoop, closer: AsyncGenerator[None]) -> None:
    """Close connections on their own loop, from whichever thread the garbage collector runs in."""
    # A little later: a loop that is about to end does not wait for new tasks, but it closes the generators.
    # One that has ended already cannot close anything.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(
            loop.call_later, _CLOSE_AFTER_S, lambda: loop.create_task(closer.aclose())
        )


# Pools inherited through fork(): their sockets belong to the parent, so the child neither uses nor closes them.
_inherited: list[object] = []


class Pools(LockOwner):
    """The pools of one client, one for each snapshot of its credential that is in use.

    Args:
        endpoint: Address of the server, for messages.
        http_proxy: What is in between; None for nothing.
        max_bytes: Size of the largest body that is read.
    """

    def __init__(self, endpoint: str, *, http_proxy: HTTPProxy | None, max_bytes: int) -> None:
        self._endpoint = endpoint
        self._http_proxy = http_proxy
        self._limits: dict[str, Any] = {
            "max_connections": _MAX_CONNECTIONS,
            "expiry_s": _KEEPALIVE_EXPIRY_S,
            "max_bytes": max_bytes,
        }
        self._closed = False
        # A pool goes when its snapshot does: when the credential was renewed and the last procedure pinned to it has ended.
        self._blocking: WeakKeyDictionary[CredentialSnapshot, Pool] = WeakKeyDictionary()
        self._async: WeakKeyDictionary[CredentialSnapshot, AsyncPool] = WeakKeyDictionary()
        self._own_lock()

    def refuse_closed(self) -> None:
        """Raise FTSUsageError after `close`."""
        if self._closed:
            raise FTSUsageError(f"The client of {self._endpoint} is closed.")

    def blocking(self, snapshot: CredentialSnapshot) -> Pool:
        """Return the pool for synchronous requests.

        Raises:
            FTSUsageError: The client is closed.
            CredentialError: The credential cannot be used.
        """
        with self._lock:
            self.refuse_closed()
            pool = self._blocking.get(snapshot)
            if pool is None:
                connections = ConnectionPool(self._route(snapshot), **self._limits)
                pool = self._blocking[snapshot] = Pool(connections)
            return pool

    async def of_this_loop(self, snapshot: CredentialSnapshot) -> AsyncPool:
        """Return the pool for requests of the running event loop.

        Raises:
            CredentialError: The credential cannot be used.
        """
        loop = _running_loop()
        pool = self._async.get(snapshot)
        if pool is None or pool.loop is not loop:
            from fts_client.transport.async_pool import AsyncConnectionPool  # noqa: PLC0415 - see Clock

            connections = AsyncConnectionPool(self._route(snapshot), **self._limits)
            pool = self._async[snapshot] = AsyncPool(connections, loop)
            await pool.open()
        return pool

    def _route(self, snapshot: CredentialSnapshot) -> Route:
        proxy = self._http_proxy
        return Route(
            context=snapshot.tls_context(),
            http_proxy=proxy,
            proxy_context=snapshot.trust.context(None) if proxy and proxy.is_secure else None,
        )

    def close(self) -> None:
        """Close the synchronous pools; nothing can be sent any more."""
        with self._lock:
            self._closed = True
            pools = list(self._blocking.values())
            self._blocking.clear()
        for pool in pools:
            pool.close()

    async def aclose(self) -> None:
        """Close all pools, as far as the running event loop can."""
        self.close()
        pools = list(self._async.values())
        self._async.clear()
        for pool in pools:
            if pool.loop is _running_loop():
                await pool.close()

    def _after_fork(self) -> None:
        # New ones are made on demand.
        for pool in self._blocking.values():
            pool.close.detach()
            _inherited.append(pool)
        for async_pool in self._async.values():
            async_pool.finalizer.detach()
            _inherited.append(async_pool)
        self._blocking.clear()
        self._async.clear()


def _running_loop() -> AbstractEventLoop:
    import asyncio  # noqa: PLC0415 - see Clock

    return asyncio.get_running_loop()
