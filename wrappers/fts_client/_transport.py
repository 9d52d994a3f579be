"""The one place that speaks HTTP: connections, credentials on the wire, repeats, and errors of our own kind.

Generated code gets its answers from `FTSTransport`, so error statuses are raised here, before generated code sees them: it
cannot represent 419. Beside this module only those named in contract_tests/test_layers.py import the HTTP library.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Self

import httpx

from fts_client import exchanges
from fts_client._attempts import Failed, attempts, read_retry_after
from fts_client._unreachable import explain
from fts_client.errors import (
    FTSConnectionError,
    FTSError,
    FTSResponseError,
    FTSTimeoutError,
    FTSUsageError,
    error_from_answer,
)
from fts_client.tls_errors import explain_tls_error

if TYPE_CHECKING:
    import ssl
    from asyncio import AbstractEventLoop
    from collections.abc import AsyncGenerator, Generator, Hashable, Mapping

    from fts_client._lanes import Lanes
    from fts_client._wire import Wire
    from fts_client.clock import Clock
    from fts_client.retry import RetryPolicy
    from fts_client.timeouts import Timeouts

__all__ = ["FTSTransport", "Session", "http_timeout"]

# Apache closes an idle connection after 5 s (its default): a request must never meet a connection that is just closing.
_KEEPALIVE_EXPIRY_S: Final = 4.0
_CLOSE_AFTER_S: Final = 0.01
# By measurement at 20 ms (docs/benchmarks.md): with fewer the network is the limit, with more the processor is.
_MAX_CONNECTIONS: Final = 24
_UNAVAILABLE: Final = frozenset({502, 503, 504})
_TIMEOUT_PHASES: Final = (
    (httpx.ConnectTimeout, "connect"),
    (httpx.PoolTimeout, "pool"),
    (httpx.WriteTimeout, "write"),
)


def http_timeout(timeouts: Timeouts) -> httpx.Timeout:
    """Convert our time limits into those of the HTTP library.

    Args:
        timeouts: The limits.

    Returns:
        The same limits.
    """
    return httpx.Timeout(
        connect=timeouts.connect_s,
        read=timeouts.read_s,
        write=timeouts.write_s,
        pool=timeouts.pool_s,
    )


class _Answer(httpx.Response):
    """A complete answer below 400 whose JSON is parsed at most once."""

    _value: Any = None
    _parsed: bool = False

    def parse(self) -> None:
        """Parse the body.

        Raises:
            FTSResponseError: It is not JSON.
        """
        try:
            self._value = json.loads(self.content)
        except (ValueError, RecursionError) as error:
            raise FTSResponseError(
                f"The answer of {self.url.host} is not JSON: {error}",
                status_code=self.status_code,
                method=self.request.method,
                url=str(self.url),
                body=self.content,
                remedy="Check that the endpoint is an FTS REST server; if it is, it broke off in the middle.",
            ) from error
        self._parsed = True

    def json(self, **_options: Any) -> Any:
        if not self._parsed:
            self.parse()
        return self._value


class _Pool:
    """Connections made with one state of the credential; closed when nothing uses them any more."""

    def __init__(self, identity: Hashable, transport: httpx.HTTPTransport) -> None:
        self.identity = identity
        self.transport = transport
        # A client that nobody closes (easy.Context usually is) must not leave sockets to the garbage collector.
        self.finalizer = weakref.finalize(self, transport.close)


class _AsyncPool:
    """The same for one event loop; connections of another loop cannot be used."""

    def __init__(
        self,
        identity: Hashable,
        loop: AbstractEventLoop,
        transport: Lanes,
    ) -> None:
        self.identity = identity
        self.loop = loop
        self.transport = transport
        self.users = 0
        self.replaced = False
        # A client that nobody closes: its loop closes what it keeps when it ends, see _kept.
        self._keeper = _kept(transport)
        self.finalizer = weakref.finalize(self, _close_soon, loop, self._keeper)
        self.finalizer.atexit = False

    async def open(self) -> None:
        """Let the loop know what to close."""
        await anext(self._keeper)

    async def close(self) -> None:
        """Close all connections."""
        self.finalizer.detach()
        await self._keeper.aclose()

    async def release(self) -> None:
        """Give up one use, and close when it was the last one of a pool that has been replaced."""
        self.users -= 1
        if self.replaced and not self.users:
            await self.close()


async def _kept(transport: Lanes) -> AsyncGenerator[None]:
    """Close connections when this generator is closed, which a loop does with all generators before it ends."""
    try:
        yield
    finally:
        await transport.aclose()


def _close_soon(loop: AbstractEventLoop, keeper: AsyncGenerator[None]) -> None:
    """Close connections on their own loop, from wherever the garbage collector runs."""
    # A little later: a loop that is about to end does not wait for new tasks, but it closes the generators.
    # One that has ended already cannot close anything.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(
            loop.call_later, _CLOSE_AFTER_S, lambda: loop.create_task(keeper.aclose())
        )


_alive: weakref.WeakSet[FTSTransport] = weakref.WeakSet()
# Pools inherited through fork(): their sockets belong to the parent, so the child neither uses nor closes them.
_inherited: list[object] = []


class FTSTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Transport of one client, for synchronous and asynchronous use, by any number of threads."""

    def __init__(
        self,
        wire: Wire,
        *,
        policy: RetryPolicy,
        clock: Clock,
    ) -> None:
        self._wire = wire
        self._origin = _origin(httpx.URL(wire.endpoint))
        self._policy = policy
        self._clock = clock
        self._closed = False
        self._lock = threading.Lock()
        self._pool: _Pool | None = None
        self._async_pool: _AsyncPool | None = None
        _alive.add(self)

    # --- what the HTTP library calls ---

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self._rehearse(request)
        attempts = self._attempts(request)
        wait_s = next(attempts)
        while True:
            if wait_s:
                self._clock.sleep(wait_s)
            try:
                self._authorize(request)
                pool = self._sync_pool()
                with self._failures(request) as failures:
                    raw = pool.transport.handle_request(request)
                    try:
                        raw.read()
                    finally:
                        raw.close()
                return self._answer(request, raw, failures.started_s)
            except Failed as failed:
                wait_s = attempts.send(failed)
            except FTSError as error:
                wait_s = attempts.throw(error)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self._rehearse(request)
        attempts = self._attempts(request)
        wait_s = next(attempts)
        while True:
            if wait_s:
                await self._clock.async_sleep(wait_s)
            try:
                self._authorize(request)
                pool = await self._current_async_pool()
                try:
                    with self._failures(request) as failures:
                        raw = await pool.transport.handle_async_request(request)
                        try:
                            await raw.aread()
                        finally:
                            await raw.aclose()
                finally:
                    await pool.release()
                return self._answer(request, raw, failures.started_s)
            except Failed as failed:
                wait_s = attempts.send(failed)
            except FTSError as error:
                wait_s = attempts.throw(error)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.finalizer()

    async def aclose(self) -> None:
        self.close()
        pool, self._async_pool = self._async_pool, None
        if pool is not None and pool.loop is _running_loop():
            await pool.close()

    # --- connections ---

    def _sync_pool(self) -> _Pool:
        identity = self._wire.identity()
        with self._lock:
            self._refuse_closed()
            if self._pool is None or self._pool.identity != identity:
                # The old pool closes itself when the last request that uses it is done.
                self._pool = _Pool(
                    identity, httpx.HTTPTransport(verify=self._context(), limits=_limits())
                )
            return self._pool

    async def _current_async_pool(self) -> _AsyncPool:
        identity, loop = self._wire.identity(), _running_loop()
        old = self._async_pool
        if old is None or old.identity != identity or old.loop is not loop:
            context = self._context()
            from fts_client._lanes import Lanes  # noqa: PLC0415 - see Clock

            transport = Lanes(
                None if isinstance(context, bool) else context,
                most=_MAX_CONNECTIONS,
                expiry_s=_KEEPALIVE_EXPIRY_S,
            )
            self._async_pool = pool = _AsyncPool(identity, loop, transport)
            await pool.open()
            pool.users += 1
            if old is not None and old.loop is loop:
                old.replaced = True
                if not old.users:
                    await old.close()
            return pool
        old.users += 1
        return old

    def _context(self) -> ssl.SSLContext | bool:
        # Plain http never reads it; building the default context would cost 20 ms.
        make = self._wire.make_context
        return make() if make else False

    def after_fork(self) -> None:
        """Forget, in a child process, the connections of the parent; new ones are made on demand."""
        self._lock = threading.Lock()
        for pool in (self._pool, self._async_pool):
            if pool is not None:
                pool.finalizer.detach()
        _inherited.extend(pool for pool in (self._pool, self._async_pool) if pool is not None)
        self._pool = self._async_pool = None

    # --- one attempt ---

    def _rehearse(self, request: httpx.Request) -> None:
        if exchanges.rehearsing():
            self._authorize(request)
            raise exchanges.NotSentError(exchanges.Exchange(**_seen(self._wire, request, 0.0)))

    def _authorize(self, request: httpx.Request) -> None:
        """Add the token, freshly asked for at each attempt, and refuse to carry it to anybody else."""
        self._refuse_closed()
        if _origin(request.url) != self._origin:
            raise FTSUsageError(
                f"This client talks to {self._wire.endpoint} only, not to {request.url.host}; "
                "its credential is for no other host."
            )
        request.headers.setdefault("Accept", "application/json")
        if self._wire.bearer is not None:
            request.headers["Authorization"] = f"Bearer {self._wire.bearer()}"

    def _refuse_closed(self) -> None:
        if self._closed:
            raise FTSUsageError(f"The client of {self._wire.endpoint} is closed.")

    def _failures(self, request: httpx.Request) -> _Failures:
        return _Failures(request, self._wire)

    def _answer(
        self, request: httpx.Request, raw: httpx.Response, started_s: float
    ) -> httpx.Response:
        """Turn a complete raw answer into what generated code may see, or raise."""
        if exchanges.wanted():
            _note(self._wire, request, started_s, raw=raw)
        content_type = raw.headers.get("Content-Type")
        if raw.status_code >= httpx.codes.BAD_REQUEST:
            credential = self._wire.credential()
            error = error_from_answer(
                raw.status_code,
                method=request.method,
                url=str(request.url),
                body=raw.content,
                content_type=content_type,
                credential=credential.describe() if credential else None,
            )
            unavailable = raw.status_code in _UNAVAILABLE
            raise Failed(
                error,
                "unavailable" if unavailable else "refused",
                read_retry_after(raw.headers.get("Retry-After")),
            )
        if raw.status_code >= httpx.codes.MULTIPLE_CHOICES:
            raise Failed(_redirected(request, raw), "refused")
        # The body is decoded already: the headers that describe its transport form must go.
        gone = {"content-encoding", "content-length", "transfer-encoding"}
        answer = _Answer(
            raw.status_code,
            headers=[item for item in raw.headers.multi_items() if item[0].lower() not in gone],
            content=raw.content,
            request=request,
            extensions={"http_version": raw.extensions.get("http_version", b"HTTP/1.1")},
        )
        if raw.content and (content_type or "").lower().startswith("application/json"):
            try:
                answer.parse()
            except FTSResponseError as error:
                raise Failed(error, "broken answer") from error.__cause__
        return answer

    def _attempts(self, request: httpx.Request) -> Generator[float, Failed]:
        return attempts(
            self._policy, method=request.method, path=request.url.path, body=request.content
        )


class _Failures:
    """Context manager that turns every error of the HTTP library into one of ours."""

    def __init__(self, request: httpx.Request, wire: Wire) -> None:
        self._request = request
        self._wire = wire
        self._credential = wire.credential()
        # Somebody may ask a second server because the first one failed: that failure must not explain this one.
        self._handled = sys.exc_info()[1]
        self.started_s = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, httpx.HTTPError) and exchanges.wanted():
            _note(self._wire, self._request, self.started_s, error=error)
        if isinstance(error, httpx.DecodingError):
            broken = FTSResponseError(
                f"The answer of {self._request.url.host} cannot be decoded: {error}",
                method=self._request.method,
                url=str(self._request.url),
            )
            raise Failed(broken, "broken answer") from error
        if isinstance(error, httpx.TransportError):
            raise self._connection_failed(error) from error
        if isinstance(error, (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError)):
            raise FTSUsageError(f"Cannot send {self._request.url}: {error}") from error

    def _connection_failed(self, error: httpx.TransportError) -> Failed:
        url = self._request.url
        where = f"{url.host}:{url.port or 443}"
        sent = not isinstance(
            error,
            (
                httpx.ConnectError,
                httpx.ConnectTimeout,
                httpx.PoolTimeout,
                httpx.ProxyError,
                httpx.UnsupportedProtocol,
                httpx.LocalProtocolError,
            ),
        )
        if isinstance(error, httpx.TimeoutException):
            phase: Any = next(
                (name for kind, name in _TIMEOUT_PHASES if isinstance(error, kind)), "read"
            )
            late = FTSTimeoutError(
                f"No progress with {where} within the time limit (phase: {phase})",
                phase=phase,
                url=str(url),
                request_sent=sent,
                remedy="Raise the limit in Timeouts, or check the server and the network.",
            )
            return Failed(late, "maybe sent" if sent else "not sent")
        refused = explain_tls_error(
            error,
            url=str(url),
            credential=self._credential,
            request_sent=sent,
            handled=self._handled,
        )
        if refused is not None:
            return Failed(refused, "refused")
        why = explain(error, where=where, credential=self._credential, handled=self._handled)
        broken = FTSConnectionError(
            why.message, url=str(url), request_sent=sent, remedy=why.remedy
        )
        hopeless = why.hopeless or isinstance(
            error, (httpx.UnsupportedProtocol, httpx.LocalProtocolError)
        )
        if hopeless:
            return Failed(broken, "refused")
        return Failed(broken, "maybe sent" if sent else "not sent")


class Session:
    """Sends single requests over a transport, for those who read JSON and text without models."""

    def __init__(self, transport: FTSTransport, *, timeouts: Timeouts) -> None:
        self._transport = transport
        self._extensions = {"timeout": http_timeout(timeouts).as_dict()}

    def send(
        self,
        method: str,
        url: str,
        *,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        basic_auth: tuple[str, str] | None = None,
    ) -> httpx.Response:
        """Send one request.

        Args:
            method: HTTP method.
            url: Whole address.
            body: Body, sent as it is; None for none.
            headers: Additional headers.
            basic_auth: User name and password; None for none.

        Returns:
            The complete answer, below 400; its `json()` costs nothing when asked twice.

        Raises:
            FTSError: Everything that can go wrong, mapped as for generated code.
        """
        try:
            request = httpx.Request(
                method,
                url,
                content=body,
                headers={"Accept-Encoding": "gzip, deflate", **(headers or {})},
                extensions=self._extensions,
            )
        except httpx.InvalidURL as error:
            raise FTSUsageError(f"Not an address to ask: {url!r} ({error})") from error
        if basic_auth:
            request = next(httpx.BasicAuth(*basic_auth).auth_flow(request))
        return self._transport.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def _note(
    wire: Wire,
    request: httpx.Request,
    started_s: float,
    *,
    raw: httpx.Response | None = None,
    error: Exception | None = None,
) -> None:
    """Tell those who record what was sent and what came back."""
    elapsed_s = time.monotonic() - started_s
    exchanges.note(**_seen(wire, request, elapsed_s, raw=raw, error=error))


def _seen(
    wire: Wire,
    request: httpx.Request,
    elapsed_s: float,
    *,
    raw: httpx.Response | None = None,
    error: Exception | None = None,
) -> dict[str, Any]:
    """Collect the fields of an `Exchange`."""
    return {
        "method": request.method,
        "url": str(request.url),
        "status_code": raw.status_code if raw is not None else None,
        "headers": dict(raw.headers) if raw is not None else {},
        "content": raw.content if raw is not None else b"",
        "elapsed_s": elapsed_s,
        "error": error,
        "request_headers": dict(request.headers),
        "request_body": request.content,
        "curl_options": wire.curl_options(),
    }


def _running_loop() -> AbstractEventLoop:
    import asyncio  # noqa: PLC0415 - see Clock

    return asyncio.get_running_loop()


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    default = {"https": 443, "http": 80}.get(url.scheme)
    return url.scheme, url.host, url.port or default


def _limits() -> httpx.Limits:
    return httpx.Limits(
        max_connections=_MAX_CONNECTIONS,
        max_keepalive_connections=_MAX_CONNECTIONS,
        keepalive_expiry=_KEEPALIVE_EXPIRY_S,
    )


def _redirected(request: httpx.Request, raw: httpx.Response) -> FTSResponseError:
    return FTSResponseError(
        f"{request.url.host} redirects to {raw.headers.get('Location', 'nowhere')}, which FTS never does",
        status_code=raw.status_code,
        method=request.method,
        url=str(request.url),
        body=raw.content,
        remedy="Check the endpoint: it must be the REST address, usually port 8446.",
    )


def _forget_connections_after_fork() -> None:
    for transport in _alive:
        transport.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections_after_fork)
