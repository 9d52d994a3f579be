"""Clients of the HTTP library without what FTS never needs: cookies, redirects and authentication by challenge.

They would be paid for at every call (docs/benchmarks.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from fts_api import Client
from fts_api.errors import UnexpectedStatus
from fts_client.errors import FTSError, FTSResponseError, FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_client.transport.transport import FTSTransport

__all__ = ["PlainAsyncClient", "PlainClient", "PlainGeneratedClient"]

T = TypeVar("T")

# What the HTTP library raises for an address that is too long and for a body that JSON cannot hold.
_UNWRITABLE = (httpx.InvalidURL, TypeError, ValueError)
# What generated code lets escape when an answer has not the promised shape.
_MISFITS = (KeyError, ValueError, TypeError, AttributeError, UnexpectedStatus)


def _unwritable(error: Exception) -> FTSUsageError:
    return FTSUsageError(f"This cannot be written as a request: {error}")


class PlainClient(httpx.Client):
    """Builds requests as the HTTP library does and gives them straight to a transport.

    Args:
        transport: Sends them.
        settings: Further arguments of `httpx.Client`.
    """

    def __init__(self, transport: FTSTransport, **settings: Any) -> None:
        super().__init__(transport=transport, **settings)
        self._straight = transport

    def build_request(self, *args: Any, **kwargs: Any) -> httpx.Request:
        """Write a request as the HTTP library does.

        Raises:
            FTSUsageError: Its address is too long, or its body cannot be JSON.
        """
        try:
            return super().build_request(*args, **kwargs)
        except _UNWRITABLE as error:
            raise _unwritable(error) from error

    def send(self, request: httpx.Request, **_options: Any) -> httpx.Response:
        """Send a request; the answer is complete.

        Args:
            request: The request.

        Returns:
            The answer.

        Raises:
            FTSError: Everything that can go wrong.
        """
        return self._straight.handle_request(request)


class PlainAsyncClient(httpx.AsyncClient):
    """The same for asynchronous use.

    Args:
        transport: Sends the requests.
        settings: Further arguments of `httpx.AsyncClient`.
    """

    def __init__(self, transport: FTSTransport, **settings: Any) -> None:
        super().__init__(transport=transport, **settings)
        self._straight = transport

    def build_request(self, *args: Any, **kwargs: Any) -> httpx.Request:
        """Write a request as the HTTP library does.

        Raises:
            FTSUsageError: Its address is too long, or its body cannot be JSON.
        """
        try:
            return super().build_request(*args, **kwargs)
        except _UNWRITABLE as error:
            raise _unwritable(error) from error

    async def send(self, request: httpx.Request, **_options: Any) -> httpx.Response:
        """Send a request; the answer is complete.

        Args:
            request: The request.

        Returns:
            The answer.

        Raises:
            FTSError: Everything that can go wrong.
        """
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
            return read(client=self, response=response)
        except FTSError:
            raise
        except _MISFITS as error:
            raise FTSResponseError(
                f"The answer does not have the shape that FTS promises: {_misfit(error)}",
                status_code=response.status_code,
                method=response.request.method,
                url=str(response.url),
                body=response.content,
            ) from error

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


def _misfit(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"no '{error.args[0]}' in it"
    if isinstance(error, UnexpectedStatus):
        return f"status {error.status_code}, which this operation never has"
    return str(error) or "a value of another type"
