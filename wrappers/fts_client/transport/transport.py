"""The one way to the server: every request of every client goes through `FTSTransport`, which adds the credential and repeats.

Error statuses are raised here, before generated code sees them: it cannot represent 419.
"""

from __future__ import annotations

import time
import weakref
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import httpx

from fts_client._fork import LockOwner
from fts_client.errors import FTSUsageError
from fts_client.errors.redaction import InHand, in_hand
from fts_client.exchanges import NotSentError, rehearsal
from fts_client.procedures.arguments import expect
from fts_client.retry import Failed, Repeats, RetryPolicy
from fts_client.transport.attempts import Attempt, exchange_of
from fts_client.transport.http_proxy import find_http_proxy
from fts_client.transport.pools import ConnectionPool
from fts_client.transport.route import MAX_ANSWER_BYTES, Route

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from fts_client.transport.async_pool import AsyncConnectionPool
    from fts_client.transport.credential_source import CredentialSnapshot, CredentialSource
    from fts_client.transport.http_proxy import HTTPProxy, ProxyChoice

# By measurement at 20 ms (docs/benchmarks.md): with fewer the network is the limit, with more the processor is.
_MAX_CONNECTIONS: Final = 24


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
        self._held = InHand((http_proxy.address,) if http_proxy else ())
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
                    return attempt.answered(pool.exchange(request, repeatable=repeats.repeatable))
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
                        await pool.exchange(request, repeatable=repeats.repeatable)
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
        in_hand.set(InHand((request.headers, weakref.ref(request), *self._held)))
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
        self._max_bytes = max_bytes
        self._closed = False
        # A pool goes when its snapshot does: when the credential was renewed and the last procedure pinned to it has ended.
        self._blocking: WeakKeyDictionary[CredentialSnapshot, ConnectionPool] = WeakKeyDictionary()
        self._async: WeakKeyDictionary[CredentialSnapshot, AsyncConnectionPool] = (
            WeakKeyDictionary()
        )
        self._own_lock()

    def refuse_closed(self) -> None:
        """Raise FTSUsageError after `close`."""
        if self._closed:
            raise FTSUsageError(f"The client of {self._endpoint} is closed.")

    def blocking(self, snapshot: CredentialSnapshot) -> ConnectionPool:
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
                pool = self._blocking[snapshot] = ConnectionPool(
                    self._route(snapshot), max_connections=_MAX_CONNECTIONS
                )
            return pool

    async def of_this_loop(self, snapshot: CredentialSnapshot) -> AsyncConnectionPool:
        """Return the pool for requests of the running event loop.

        Raises:
            CredentialError: The credential cannot be used.
        """
        loop = _running_loop()
        pool = self._async.get(snapshot)
        if pool is None or pool.loop is not loop:
            from fts_client.transport.async_pool import AsyncConnectionPool  # noqa: PLC0415 - see Clock

            pool = self._async[snapshot] = AsyncConnectionPool(
                self._route(snapshot), max_connections=_MAX_CONNECTIONS
            )
            await pool.open()
        return pool

    def _route(self, snapshot: CredentialSnapshot) -> Route:
        proxy = self._http_proxy
        return Route(
            context=snapshot.tls_context(),
            http_proxy=proxy,
            proxy_context=snapshot.trust.context(None) if proxy and proxy.is_secure else None,
            max_bytes=self._max_bytes,
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
                await pool.aclose()

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
