"""Connections of the synchronous client, handed out one request at a time, as `_lanes` does for the asynchronous one."""

from __future__ import annotations

from contextlib import suppress
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

import httpcore
import httpx

from fts_client.transport.backends import BlockingOneWrite
from fts_client.transport.conversion import Mapped, answer_of, pool_timeout_s, question_of

if TYPE_CHECKING:
    import ssl

    from fts_client.transport.reading import Answer

__all__ = ["BlockingLanes"]


class BlockingLanes(httpx.BaseTransport):
    """A transport of several connections to one server, for any number of threads.

    Args:
        context: TLS context; None for plain http.
        most: Connections at most.
        expiry_s: Seconds after which an idle connection is not used again.
    """

    def __init__(self, context: ssl.SSLContext | None, *, most: int, expiry_s: float) -> None:
        self._context = context
        self._expiry_s = expiry_s
        self._slots = BoundedSemaphore(most)
        self._idle: list[httpcore.HTTPConnection] = []
        self._closed = False

    def handle_request(self, request: httpx.Request) -> Answer:
        """Send one request and return its complete answer.

        Args:
            request: The request, with a body that has been read.

        Returns:
            The answer, with a body that has been received.

        Raises:
            httpx.TransportError: As the HTTP library does; PoolTimeout when no connection became free in time.
        """
        if not self._slots.acquire(timeout=pool_timeout_s(request)):
            raise httpx.PoolTimeout("No connection became free in time")
        try:
            with Mapped():
                return self._exchange(request)
        finally:
            self._slots.release()

    def _exchange(self, request: httpx.Request) -> Answer:
        question = question_of(request)
        connection = self._take_idle() or httpcore.HTTPConnection(
            question.url.origin,
            ssl_context=self._context,
            keepalive_expiry=self._expiry_s,
            network_backend=BlockingOneWrite(),
        )
        try:
            answer = connection.handle_request(question)
            content = answer.read()
            answer.close()
        finally:
            if connection.is_available():
                self._idle.append(connection)
                self._close_expired()
            else:
                connection.close()
            # Another thread may have closed this meanwhile.
            if self._closed:
                self.close()
        return answer_of(request, answer, content)

    def _take_idle(self) -> httpcore.HTTPConnection | None:
        # The one used last is the one most probably still open.
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if not connection.has_expired():
                return connection
            connection.close()

    def _close_expired(self) -> None:
        # While one connection is enough, nobody takes the others: they would stay half closed.
        with suppress(IndexError):
            while len(self._idle) > 1:
                oldest = self._idle.pop(0)
                if not oldest.has_expired():
                    self._idle.insert(0, oldest)
                    return
                oldest.close()

    def close(self) -> None:
        """Close the connections; those in use close when their request ends."""
        self._closed = True
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return
            connection.close()
