"""The one way to the server: credentials on the wire, repeats, and errors of our own kind.

Generated code gets its answers from `FTSTransport`, so error statuses are raised here, before generated code sees them: it
cannot represent 419. Only this module and those named beside it in contract_tests/test_layers.py import the HTTP library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from fts_client.errors import FTSError, FTSUsageError
from fts_client.recorders import exchange_of, note, rehearsal
from fts_client.transport.attempts import Failed, attempts
from fts_client.transport.failures import Failures
from fts_client.transport.pools import Pools
from fts_client.transport.reading import read_answer

if TYPE_CHECKING:
    from collections.abc import Generator

    from fts_client.clock import Clock
    from fts_client.retry import RetryPolicy
    from fts_client.timeouts import Timeouts
    from fts_client.transport.reading import Answer
    from fts_client.transport.target import Wire

__all__ = ["FTSTransport", "http_timeout"]


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
        try:
            self._origin = _origin(httpx.URL(wire.endpoint))
        except httpx.InvalidURL as error:
            raise FTSUsageError(f"{wire.endpoint!r} is no endpoint: {error}") from error
        self._policy = policy
        self._clock = clock
        self._pools = Pools(wire)

    # --- what the HTTP library calls ---

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, repeating it as the policy allows; called by httpx."""
        request.read()
        self._rehearse(request)
        attempts = self._attempts(request)
        wait_s = next(attempts)
        while True:
            if wait_s:
                self._clock.sleep(wait_s)
            try:
                self._authorize(request)
                pool = self._pools.blocking()
                with Failures(request, self._wire) as failures:
                    answer = pool.transport.handle_request(request)
                    answer.read()
                return self._answered(request, answer, failures.started_s)
            except Failed as failed:
                wait_s = attempts.send(failed)
            except FTSError as error:
                wait_s = attempts.throw(error)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, repeating it as the policy allows; called by httpx."""
        await request.aread()
        self._rehearse(request)
        attempts = self._attempts(request)
        wait_s = next(attempts)
        while True:
            if wait_s:
                await self._clock.async_sleep(wait_s)
            try:
                self._authorize(request)
                pool = await self._pools.of_this_loop()
                try:
                    with Failures(request, self._wire) as failures:
                        answer = await pool.transport.handle_async_request(request)
                        await answer.aread()
                finally:
                    await pool.release()
                return self._answered(request, answer, failures.started_s)
            except Failed as failed:
                wait_s = attempts.send(failed)
            except FTSError as error:
                wait_s = attempts.throw(error)

    def close(self) -> None:
        """Close the connections."""
        self._pools.close()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._pools.aclose()

    # --- one attempt ---

    def _rehearse(self, request: httpx.Request) -> None:
        if rehearsal.get():
            from fts_client.exchanges import NotSentError  # noqa: PLC0415 - few programs rehearse

            self._authorize(request)
            raise NotSentError(exchange_of(self._wire, request, 0.0))

    def _authorize(self, request: httpx.Request) -> None:
        """Add the token, freshly asked for at each attempt, and refuse to carry it to anybody else."""
        self._pools.refuse_closed()
        if _origin(request.url) != self._origin:
            raise FTSUsageError(
                f"This client talks to {self._wire.endpoint} only, not to {request.url.host}; "
                "its credential is for no other host."
            )
        request.headers.setdefault("Accept", "application/json")
        if self._wire.bearer is not None:
            request.headers["Authorization"] = f"Bearer {self._wire.bearer()}"

    def _answered(self, request: httpx.Request, answer: Answer, started_s: float) -> Answer:
        note(self._wire, request, started_s, raw=answer)
        return read_answer(request, answer, self._wire)

    def _attempts(self, request: httpx.Request) -> Generator[float, Failed]:
        return attempts(
            self._policy, method=request.method, path=request.url.path, body=request.content
        )


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    default = {"https": 443, "http": 80}.get(url.scheme)
    return url.scheme, url.host, url.port or default
