"""The connections of the synchronous client to one server, and which of them may carry a request.

A server may close an idle connection at the moment in which a request is sent on it. A request that can be repeated is repeated
then. Any other goes out on a new connection, unless this server has proved that it keeps connections like the one at hand.
"""

from __future__ import annotations

import time
import weakref
from operator import attrgetter
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from fts_client.transport.connection import BlockingConnection, Limits

if TYPE_CHECKING:
    import httpx

    from fts_client.transport.async_connection import AsyncConnection
    from fts_client.transport.connection import RawAnswer
    from fts_client.transport.route import Route

# By then, a server that closes after each answer has closed, and we have noticed.
_SETTLED_S: Final = 0.2
# How much of the idle time that was seen to be safe is used.
_SHARE_OF_PROVED: Final = 0.8
# For how long a server that broke its word is not trusted.
_DISTRUST_S: Final = 60.0


C = TypeVar("C", "BlockingConnection", "AsyncConnection")


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
            # Those of more answers prove more about the server.
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
            # While one connection is enough, the others are not taken, and would stay half closed after the server closed them.
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
            if repeatable or self._is_proved(connection, now_s):
                self._idle.remove(connection)
                if connection.is_open():
                    if idle_s >= _SETTLED_S:
                        self._learn_of_open(connection, idle_s)
                    return connection
                self._learn_of_closed(connection, idle_s, now_s)
                if not self._idle:
                    break
        return None

    def _is_proved(self, connection: C, now_s: float) -> bool:
        """Say whether connections of as many answers were seen to stay open for longer."""
        settled = (
            now_s - connection.idle_since_s >= _SETTLED_S
            or connection.answers <= self._proved_answers
        )
        safe_s = self._proved_s * _SHARE_OF_PROVED
        # For the server it may be idle since soon after the request: the answer may have waited for us.
        return settled and now_s - connection.asked_s <= (
            connection.allowed_s if connection.announced_s else min(safe_s, connection.allowed_s)
        )

    def _observe(self, now_s: float) -> None:
        """Check all idle connections, and learn from them."""
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

    Attributes:
        close: Closes the idle connections; those in use close when their request ends. Also called when nothing refers to the
            pool: a client that is never closed (easy.Context usually is) must not leave sockets to the garbage collector.
    """

    def __init__(self, route: Route, *, max_connections: int) -> None:
        self._route = route
        self._slots = Semaphore(max_connections)
        self._idle: IdleConnections[BlockingConnection] = IdleConnections(max_connections)
        self._lock = Lock()
        self.close = weakref.finalize(self, _close, self._idle, self._lock)

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
        if not self._slots.acquire(blocking=False):
            try:
                free = self._slots.acquire(timeout=limits.left("pool"))
            except TimeoutError:
                free = False
            if not free:
                raise limits.late("pool")
        try:
            with self._lock:
                connection = self._idle.take(repeatable=repeatable)
            if connection is None:
                connection = BlockingConnection(self._route)
            try:
                return connection.exchange(request, limits)
            finally:
                with self._lock:
                    self._idle.give_back(connection)
        finally:
            self._slots.release()


def _close(idle: IdleConnections[BlockingConnection], lock: Lock) -> None:
    with lock:
        idle.close()
