"""The ways to ask a transport: httpx clients, the generated client, and the pinned client of a procedure.

The httpx clients do without what FTS never needs: cookies, redirects and authentication by challenge, which would cost time
at every call (docs/benchmarks.md).
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from fts_api import Client
from fts_api.errors import UnexpectedStatus
from fts_client.errors import FTSError, FTSResponseError, FTSUsageError
from fts_client.errors.chains import chainable
from fts_client.procedures.arguments import expect
from fts_client.procedures.completion import complete
from fts_client.timeouts import Timeouts
from fts_client.transport.endpoint import checked_user_agent

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_client.delegation.memory import ServerMemory
    from fts_client.transport.transport import FTSTransport

T = TypeVar("T")

# What httpx raises for an address that is too long and for a body that JSON cannot hold.
_UNWRITABLE = (httpx.InvalidURL, TypeError, ValueError)
# What generated code lets escape when an answer does not have the promised shape.
_MISFITS = (KeyError, ValueError, TypeError, AttributeError, UnexpectedStatus)


def http_timeout(timeouts: Timeouts) -> httpx.Timeout:
    """Convert our time limits into those of httpx."""
    return httpx.Timeout(
        connect=timeouts.connect_s,
        read=timeouts.read_s,
        write=timeouts.write_s,
        pool=timeouts.pool_s,
    )


class _Plain:
    """Mixin for clients of httpx: they build requests as httpx does and give them straight to a transport.

    Args:
        transport: Sends the requests.
        total_s: Limit of each attempt in all, seconds.
        settings: Further arguments of the client.
    """

    def __init__(self, transport: FTSTransport, total_s: float, **settings: Any) -> None:
        super().__init__(transport=transport, **settings)  # type: ignore[call-arg]
        self._straight = transport
        self._total_s = total_s

    def build_request(self, *args: Any, **kwargs: Any) -> httpx.Request:
        """Write a request as httpx does.

        Raises:
            FTSUsageError: Its address is too long, or its body cannot be JSON.
        """
        try:
            request: httpx.Request = super().build_request(*args, **kwargs)  # type: ignore[misc]
        except _UNWRITABLE as error:
            unwritable = error
        else:
            steps = request.extensions["timeout"]
            request.extensions["timeout"] = {"total": self._total_s, **steps}
            return request
        # Not while that error is handled: it may hold the whole body.
        raise FTSUsageError(f"This cannot be written as a request: {unwritable}") from chainable(
            unwritable
        )


class PlainClient(_Plain, httpx.Client):
    """The synchronous client of httpx, see `_Plain`."""

    def send(self, request: httpx.Request, **_options: Any) -> httpx.Response:
        """Send a request, see `FTSTransport.handle_request`; the answer is complete."""
        return self._straight.handle_request(request)


class PlainAsyncClient(_Plain, httpx.AsyncClient):
    """The asynchronous client of httpx, see `_Plain`."""

    async def send(self, request: httpx.Request, **_options: Any) -> httpx.Response:
        """Send a request, see `FTSTransport.handle_request`; the answer is complete."""
        return await self._straight.handle_async_request(request)


class PlainGeneratedClient(Client):
    """The generated client on top of these; copies of it, with other headers or limits, too."""

    def read_answer(self, read: Callable[..., T], response: httpx.Response) -> T:
        """Let generated code read an answer.

        Args:
            read: What reads it.
            response: The answer, below 400.

        Returns:
            What it read.

        Raises:
            FTSResponseError: The answer does not have the promised shape or status.
        """
        try:
            submitted = (
                response.request.url.path.endswith("/jobs") and response.request.method != "GET"
            )
            with suppress(FTSResponseError):
                # Text of another kind is left alone, and the id of a submission is complete.
                jobs = response.request.url.path.rpartition("/jobs/")[2]
                if not submitted:
                    complete(
                        response.json(),
                        bulk="," in jobs and "/" not in jobs,
                        failures=response.status_code == httpx.codes.MULTI_STATUS,
                    )
            return _as_promised(read(client=self, response=response), response)
        except FTSError:
            raise
        except _MISFITS as error:
            misfit = error
        raise FTSResponseError(
            f"The answer does not have the shape that FTS promises: {_misfit(misfit)}",
            status_code=response.status_code,
            method=response.request.method,
            url=str(response.url),
            body=response.content,
        ) from chainable(misfit)

    def get_httpx_client(self) -> httpx.Client:
        """Return the synchronous client, made at the first call."""
        if self._client is None:
            self._client = PlainClient(**self._settings())
        return self._client

    def get_async_httpx_client(self) -> httpx.AsyncClient:
        """Return the asynchronous client, made at the first call."""
        if self._async_client is None:
            self._async_client = PlainAsyncClient(**self._settings())
        return self._async_client

    def _settings(self) -> dict[str, Any]:
        return {
            "base_url": self._base_url,
            "headers": self._headers,
            "timeout": self._timeout,
            **self._httpx_args,
        }

    def pin(self, deadline_s: float | None = None) -> PinnedClient:
        """Return this client pinned to the credential as it is now.

        Args:
            deadline_s: When all requests must have ended, by the monotonic clock; None: they have their own limits only.

        Raises:
            CredentialError: The credential cannot be used any more.
        """
        return PinnedClient(self, self._httpx_args["transport"], deadline_s)


def _as_promised(answer: T, response: httpx.Response) -> T:
    # Generated code reads an empty object as an empty list.
    if getattr(answer, "parsed", None) == [] != response.json():
        raise TypeError("an object in place of a list")
    return answer


def _misfit(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"no '{error.args[0]}' in it"
    if isinstance(error, UnexpectedStatus):
        return f"status {error.status_code}, which this operation never has"
    return str(error) or "a value of another type"


def generated_client(
    transport: FTSTransport, *, timeouts: Timeouts, user_agent: str | None
) -> PlainGeneratedClient:
    """Make the generated client that works on a transport.

    Args:
        transport: Sends its requests.
        timeouts: Limits of each attempt.
        user_agent: What to call this program; None: `default_user_agent()`.

    Returns:
        The client.

    Raises:
        FTSUsageError: The name of the program cannot stand in a header.
    """
    expect(timeouts, Timeouts, "A Timeouts")
    return PlainGeneratedClient(
        base_url=transport.source.endpoint,
        headers={"Accept": "application/json", "User-Agent": checked_user_agent(user_agent)},
        timeout=http_timeout(timeouts),
        raise_on_unexpected_status=True,
        httpx_args={"transport": transport, "trust_env": False, "total_s": timeouts.total_s},
    )


class PinnedClient:
    """A generated client as one procedure uses it: all requests go with the same snapshot of the credential.

    Args:
        client: What it stands for.
        transport: What sends its requests.
        deadline_s: See `PlainGeneratedClient.pin`.

    Attributes:
        memory: What is known about the credential at the server.
        read_answer: See `PlainGeneratedClient.read_answer`.
    """

    def __init__(
        self, client: PlainGeneratedClient, transport: FTSTransport, deadline_s: float | None
    ) -> None:
        self._client = client
        self._transport = transport
        self._snapshot = transport.source.snapshot()
        self._deadline_s = deadline_s
        self.memory: ServerMemory = self._snapshot.memory
        self.read_answer = client.read_answer

    def get_httpx_client(self) -> _PinnedRequests:
        """Return what generated code sends synchronous requests with."""
        send = partial(self._transport.handle_request, snapshot=self._snapshot)
        return _PinnedRequests(self._client.get_httpx_client(), send, self._deadline_s)

    def get_async_httpx_client(self) -> _PinnedRequests:
        """Return what generated code sends asynchronous requests with."""
        send = partial(self._transport.handle_async_request, snapshot=self._snapshot)
        return _PinnedRequests(self._client.get_async_httpx_client(), send, self._deadline_s)


class _PinnedRequests:
    """The one method of an httpx client that generated code calls."""

    def __init__(
        self, client: Any, send: Callable[[httpx.Request], Any], deadline_s: float | None
    ) -> None:
        self._build, self._send, self._deadline_s = client.build_request, send, deadline_s

    def request(self, method: str, url: str, **parts: Any) -> Any:
        """Send a request; the asynchronous client returns what is to be awaited."""
        request = self._build(method, url, **parts)
        request.extensions["deadline"] = self._deadline_s
        return self._send(request)
