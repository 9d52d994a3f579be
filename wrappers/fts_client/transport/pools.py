"""The connections of one client: which pool and which connection serve a request, and when they are made and closed.

A server may close an idle connection at the moment in which a request is sent on it. A request that can be repeated is repeated
then. Any other goes out on a new connection, unless this server has proved that it keeps connections like the one at hand.
"""

from __future__ import annotations

import time
import weakref
from operator import attrgetter
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary

from fts_client._fork import LockOwner
from fts_client.errors import FTSUsageError
from fts_client.transport.connection import MAX_ANSWER_BYTES, BlockingConnection, Limits
from fts_client.transport.route import Route

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    import httpx

    from fts_client.transport.async_pool import AsyncPool
    from fts_client.transport.connection import RawAnswer
    from fts_client.transport.credential_source import CredentialSnapshot
    from fts_client.transport.route import HTTPProxy

__all__ = ["ConnectionPool", "IdleConnections", "Pool", "Pools"]

# Apache closes an idle connection after 5 s (its default).
_KEEPALIVE_EXPIRY_S: Final = 4.0
# A server that closes after an answer has done so by then, and the news has arrived.
_SETTLED_S: Final = 0.2
# How much of the idle time that was seen to be safe is used.
_SHARE_OF_PROVED: Final = 0.8
# How long a server that broke its word is not trusted.
_DISTRUST_S: Final = 60.0
# By measurement at 20 ms (docs/benchmarks.md): with fewer the network is the limit, with more the processor is.
_MAX_CONNECTIONS: Final = 24


class _Connection(Protocol):
    """What is asked of a connection; see `HTTP1Connection`."""

    answers: int
    reusable: bool
    announced_s: float | None
    allowed_s: float
    idle_since_s: float
    hung_up: bool

    def is_open(self) -> bool:
        """Say whether the server has neither closed it nor sent anything that nobody asked for."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


C = TypeVar("C", bound=_Connection)


class IdleConnections(Generic[C]):
    """The connections of one pool that wait for a request. Not safe for several threads at once.

    Args:
        max_connections: Connections at most, idle and in use.
    """

    def __init__(self, max_connections: int) -> None:
        self._max_connections = max_connections
        self._idle: list[C] = []
        self._in_use = 0
        self._closed = False
        self._distrust_until_s = 0.0
        # The most answers after which, and the longest time for which, a connection was seen to stay open.
        self._proved_answers = 0
        self._proved_s = 0.0

    def take(self, *, repeatable: bool) -> C | None:
        """Take a connection for a request.

        Args:
            repeatable: Whether the request can be repeated if the connection breaks.

        Returns:
            An open connection; None when a new one must be made.
        """
        self._in_use += 1
        now_s = time.monotonic()
        if self._idle and self._idle[0].idle_since_s + self._idle[0].allowed_s < now_s:
            self._close_expired(now_s)
        found = self._find(now_s, repeatable=repeatable)
        if found is None and not repeatable and self._idle:
            self._observe(now_s)
            found = self._find(now_s, repeatable=repeatable)
        if found is None and self._in_use + len(self._idle) > self._max_connections:
            # The others have more to prove.
            least = min(reversed(self._idle), key=attrgetter("answers"))
            self._idle.remove(least)
            least.close()
        return found

    def give_back(self, connection: C) -> None:
        """Take back a connection after a request; close it if it cannot be used again."""
        self._in_use -= 1
        now_s = time.monotonic()
        if connection.hung_up and connection.answers:
            self._distrust(now_s)
        if self._closed or not connection.reusable or now_s < self._distrust_until_s:
            connection.close()
        else:
            self._idle.append(connection)
            # As long as one connection is enough, the others are not taken: they would stay half closed.
            if self._idle[0].idle_since_s + self._idle[0].allowed_s < now_s:
                self._close_expired(now_s)

    def close(self) -> None:
        """Close all; those in use are closed when they are given back."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def _find(self, now_s: float, *, repeatable: bool) -> C | None:
        # The one used last is most probably still open.
        for connection in self._idle[::-1]:
            idle_s = now_s - connection.idle_since_s
            if repeatable or self._is_proved(connection, idle_s):
                self._idle.remove(connection)
                if connection.is_open():
                    if idle_s >= _SETTLED_S:
                        self._learn_of_open(connection, idle_s)
                    return connection
                self._learn_of_closed(connection, idle_s, now_s)
                if not self._idle:
                    break
        return None

    def _is_proved(self, connection: C, idle_s: float) -> bool:
        """Say whether connections of as many answers were seen to stay open for longer."""
        settled = idle_s >= _SETTLED_S or connection.answers <= self._proved_answers
        safe_s = self._proved_s * _SHARE_OF_PROVED
        return settled and idle_s <= (
            connection.allowed_s if connection.announced_s else min(safe_s, connection.allowed_s)
        )

    def _observe(self, now_s: float) -> None:
        """Look at all, and learn."""
        for connection in self._idle[:]:
            idle_s = now_s - connection.idle_since_s
            if not connection.is_open():
                self._idle.remove(connection)
                self._learn_of_closed(connection, idle_s, now_s)
                if not self._idle:
                    break
            elif idle_s >= _SETTLED_S:
                self._learn_of_open(connection, idle_s)

    def _learn_of_open(self, connection: C, idle_s: float) -> None:
        self._proved_answers = max(self._proved_answers, connection.answers)
        self._proved_s = max(self._proved_s, idle_s)

    def _learn_of_closed(self, connection: C, idle_s: float, now_s: float) -> None:
        connection.close()
        expected_s = connection.allowed_s if connection.announced_s else self._proved_s
        if idle_s < max(expected_s, _SETTLED_S):
            self._distrust(now_s)

    def _distrust(self, now_s: float) -> None:
        """Use no connection twice for a while, and begin to learn anew."""
        self._distrust_until_s = now_s + _DISTRUST_S
        self._proved_answers, self._proved_s = 0, 0.0
        while self._idle:
            self._idle.pop().close()

    def _close_expired(self, now_s: float) -> None:
        for connection in self._idle[:]:
            if now_s - connection.idle_since_s > connection.allowed_s:
                self._idle.remove(connection)
                connection.close()


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
        if not self._slots.acquire(blocking=False) and not self._slots.acquire(
            timeout=limits.left("pool")
        ):
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
            if self._closed:
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
            from fts_client.transport.async_pool import AsyncConnectionPool, AsyncPool  # noqa: PLC0415 - see Clock

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
