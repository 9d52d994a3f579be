"""The one way to the server: every request of every client goes through `FTSTransport`, which adds the credential and repeats.

Error statuses are raised here, before generated code sees them: it cannot represent 419.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from weakref import ref

import httpx

from fts_client.errors import FTSUsageError
from fts_client.errors.redaction import InHand, in_hand
from fts_client.exchanges import NotSentError, rehearsal
from fts_client.procedures.arguments import expect
from fts_client.retry import Failed, Repeats, RetryPolicy
from fts_client.transport.attempts import Attempt, exchange_of
from fts_client.transport.connection import MAX_ANSWER_BYTES
from fts_client.transport.pools import Pools
from fts_client.transport.route import find_http_proxy

if TYPE_CHECKING:
    from fts_client.transport.credential_source import CredentialSnapshot, CredentialSource
    from fts_client.transport.route import ProxyChoice

__all__ = ["FTSTransport"]


class FTSTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Transport of one client, for synchronous and asynchronous use, by any number of threads.

    Args:
        source: The server, and as whom to talk to it.
        policy: How often failed requests are repeated.
        proxy: The HTTP proxy to go through; None: what the environment says.
        max_answer_bytes: Size of the largest body that is read.

    Raises:
        FTSUsageError: An argument is of another type, or not the address of an HTTP proxy.
    """

    def __init__(
        self,
        source: CredentialSource,
        *,
        policy: RetryPolicy,
        proxy: ProxyChoice = None,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        expect(policy, RetryPolicy, "A RetryPolicy")
        self.source = source
        self._clock = source.clock
        self._origin = _origin(httpx.URL(source.endpoint))
        self._policy = policy
        expect(max_answer_bytes, int, "A whole number as max_answer_bytes")
        if max_answer_bytes <= 0:
            raise FTSUsageError(f"max_answer_bytes must be above 0, got {max_answer_bytes}")
        self._max_bytes = max_answer_bytes
        http_proxy = find_http_proxy(source.endpoint, proxy)
        self._held = (http_proxy.address,) if http_proxy else ()
        self._pools = Pools(source.endpoint, http_proxy=http_proxy, max_bytes=max_answer_bytes)

    def handle_request(
        self, request: httpx.Request, snapshot: CredentialSnapshot | None = None
    ) -> httpx.Response:
        """Send a request, repeating it as the policy allows.

        Args:
            request: The request.
            snapshot: The credential of the procedure that it is part of; None for a single request, which takes its own.

        Returns:
            The complete answer, with a status below 300.

        Raises:
            FTSError: There is no such answer.
            NotSentError: This is a rehearsal.
        """
        request.read()
        snapshot = snapshot or self.source.snapshot()
        repeats = Repeats(
            self._policy,
            request.method,
            request.url.path,
            request.content,
            request.extensions.get("deadline"),
        )
        while True:
            try:
                self._authorize(request, snapshot)
                pool = self._pools.blocking(snapshot)
                attempt = Attempt(request, snapshot, max_bytes=self._max_bytes)
                try:
                    return attempt.answered(
                        pool.connections.exchange(request, repeatable=repeats.repeatable)
                    )
                except Failed:
                    raise
                except Exception as error:
                    raise attempt.failed(error) from error
            except Exception as failure:  # noqa: BLE001 - raised by pause_after
                pause_s = repeats.pause_after(failure)
            if pause_s:
                self._clock.sleep(pause_s)

    async def handle_async_request(
        self, request: httpx.Request, snapshot: CredentialSnapshot | None = None
    ) -> httpx.Response:
        """Send a request like `handle_request`, letting other tasks run meanwhile."""
        await request.aread()
        snapshot = snapshot or self.source.snapshot()
        repeats = Repeats(
            self._policy,
            request.method,
            request.url.path,
            request.content,
            request.extensions.get("deadline"),
        )
        while True:
            try:
                self._authorize(request, snapshot)
                pool = await self._pools.of_this_loop(snapshot)
                attempt = Attempt(request, snapshot, max_bytes=self._max_bytes)
                try:
                    return attempt.answered(
                        await pool.connections.exchange(request, repeatable=repeats.repeatable)
                    )
                except Failed:
                    raise
                except Exception as error:
                    raise attempt.failed(error) from error
            except Exception as failure:  # noqa: BLE001 - raised by pause_after
                pause_s = repeats.pause_after(failure)
            if pause_s:
                await self._clock.async_sleep(pause_s)

    def close(self) -> None:
        """Close the connections; those in use close when their request ends."""
        self._pools.close()

    async def aclose(self) -> None:
        """Close the connections; those in use close when their request ends."""
        await self._pools.aclose()

    def _authorize(self, request: httpx.Request, snapshot: CredentialSnapshot) -> None:
        """Check that the request may be sent now, and add the newest token.

        Raises:
            FTSUsageError: The client is closed, or the request is for another host, which must not see the token.
            CredentialError: The credential has ended.
            NotSentError: This is a rehearsal.
        """
        in_hand.set(InHand((request.headers, ref(request), *self._held)))
        self._pools.refuse_closed()
        if _origin(request.url) != self._origin:
            raise FTSUsageError(
                f"This client talks to {self.source.endpoint} only, not to {request.url.host}; "
                "its credential is for no other host."
            )
        snapshot.check()
        request.headers.setdefault("Accept", "application/json")
        if authorization := snapshot.authorization():
            request.headers["Authorization"] = authorization
        if rehearsal.get():
            raise NotSentError(exchange_of(snapshot, request, time.monotonic()))


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"https": 443, "http": 80}.get(url.scheme)
