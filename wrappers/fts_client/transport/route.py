"""How connections to one server are made and used, and what is raised in place of an answer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import attrs

from fts_client.transport.http_proxy import HTTPProxyError, port_of

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Generator

    import httpx

    from fts_client.errors import TimeoutPhase
    from fts_client.transport.http_proxy import HTTPProxy

MAX_ANSWER_BYTES: Final = 128 * 2**20
"""Size of the largest body that is read, before and after decompression: the list of some 100,000 jobs."""


class NoAnswer(Exception):  # noqa: N818 - never leaves the transport
    """No answer came.

    Attributes:
        sent: Whether the request may have reached the server.
        late: What took too long; None when it was not a matter of time.
        final: Whether another attempt would fail in the same way.
        http_proxy: Address of the HTTP proxy that failed; None when the server did.
        hung_up: Whether the server closed the connection without a word.
        kept: Whether that connection had brought answers before.
    """

    def __init__(
        self,
        message: str,
        *,
        sent: bool,
        late: TimeoutPhase | None = None,
        final: bool = False,
        http_proxy: str | None = None,
        hung_up: bool = False,
        kept: bool = False,
    ) -> None:
        super().__init__(message)
        self.sent = sent
        self.late = late
        self.final = final
        self.http_proxy = http_proxy
        self.hung_up = hung_up
        self.kept = kept


def said(error: Exception) -> str:
    """Return what the network said; some errors say nothing."""
    return str(error) or type(error).__name__


@attrs.frozen(repr=False, kw_only=True)
class Route:
    """How connections to one server are made and used.

    Attributes:
        context: TLS with the server.
        http_proxy: What is in between; None for nothing.
        proxy_context: TLS with the HTTP proxy; None if it is reached without.
        max_bytes: Size of the largest body that is read.
        expiry_s: Seconds after which an idle connection is not used again, unless the server says how long it waits.
    """

    context: ssl.SSLContext
    http_proxy: HTTPProxy | None = None
    proxy_context: ssl.SSLContext | None = None
    max_bytes: int = MAX_ANSWER_BYTES
    # Apache closes an idle connection after 5 s (its default).
    expiry_s: float = 4.0

    def __attrs_post_init__(self) -> None:
        self.context.set_alpn_protocols(["http/1.1"])

    def first_hop(self, url: httpx.URL) -> tuple[str, int]:
        """Return host and port to connect to."""
        if self.http_proxy:
            return self.http_proxy.host, self.http_proxy.port
        return url.raw_host.decode("ascii"), port_of(url)

    @contextmanager
    def explaining(
        self, late: Callable[[TimeoutPhase], NoAnswer], *, at_server: bool = False
    ) -> Generator[None]:
        """Turn what fails while a connection is made into `NoAnswer`.

        Args:
            late: Says that a step was not done in time.
            at_server: Whether it is the server's doing; else that of the first hop.
        """
        try:
            yield
        except HTTPProxyError as error:
            proxy = str(self.http_proxy)
            raise NoAnswer(
                f"the HTTP proxy {proxy} {error}", sent=False, final=error.final, http_proxy=proxy
            ) from None
        except TimeoutError as error:
            raise late("connect") from error
        # A UnicodeError comes from host names that DNS cannot hold, a ValueError from a host that TLS does not take.
        except (OSError, ValueError) as error:
            through = None if at_server or self.http_proxy is None else str(self.http_proxy)
            raise NoAnswer(
                f"the HTTP proxy {through} cannot be reached: {said(error)}"
                if through
                else said(error),
                sent=False,
                final=not isinstance(error, OSError),
                http_proxy=through,
            ) from error
