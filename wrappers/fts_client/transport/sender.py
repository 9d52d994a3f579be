"""Single requests over a transport, for callers that read JSON and text without models: `fts_client.easy`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from fts_client.errors import FTSUsageError
from fts_client.errors.chains import chainable
from fts_client.transport.clients import http_timeout

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fts_client.timeouts import Timeouts
    from fts_client.transport.transport import FTSTransport


class Sender:
    """Sends single requests.

    Args:
        transport: What to send them over.
        timeouts: Limits of each attempt.
    """

    def __init__(self, transport: FTSTransport, *, timeouts: Timeouts) -> None:
        self._transport = transport
        steps = {**http_timeout(timeouts).as_dict(), "total": timeouts.total_s}
        self._extensions = {"timeout": steps}

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
            The complete answer, below 300; its `json()` costs nothing when called twice.

        Raises:
            FTSError: Everything that can go wrong, mapped as for generated code.
        """
        request = None
        try:
            request = httpx.Request(
                method,
                url,
                content=body,
                headers={"Accept-Encoding": "gzip, deflate", **(headers or {})},
                extensions=self._extensions,
            )
        except httpx.InvalidURL as error:
            raise FTSUsageError(f"{url!r} is not a valid address ({error})") from chainable(error)
        except (UnicodeEncodeError, TypeError):
            pass  # It holds the whole body.
        if request is None:
            raise FTSUsageError(
                "A header of the request, such as the user_agent, is not ASCII text, or its body is neither text nor bytes"
            )
        if basic_auth:
            request = next(httpx.BasicAuth(*basic_auth).auth_flow(request))
        return self._transport.handle_request(request)
