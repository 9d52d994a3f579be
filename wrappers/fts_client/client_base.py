"""What both clients are made of: the checks of the constructor, the wiring, `raw` and `with_timeouts`."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Self

from fts_client.clock import Clock
from fts_client.retry import RetryPolicy
from fts_client.timeouts import Timeouts
from fts_client.transport.connection import Trust, connect, generated_client

if TYPE_CHECKING:
    from os import PathLike

    from fts_api import Client
    from fts_client.credentials import TokenCredential, X509Credential
    from fts_client.trust.context import CrlCheck

__all__ = ["ClientBase"]


class ClientBase:
    """Constructor, `raw` and `with_timeouts` of `FTSClient` and `AsyncFTSClient`, which document them."""

    def __init__(
        self,
        endpoint: str,
        *,
        credential: X509Credential | TokenCredential | str | PathLike[str] | None = None,
        verify: bool = True,
        ca_dir: str | PathLike[str] | None = None,
        ca_file: str | PathLike[str] | None = None,
        crl_check: CrlCheck = "off",
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
        user_agent: str | None = None,
    ) -> None:
        self._clock = Clock()
        connection = connect(
            endpoint,
            credential=credential,
            trust=Trust(verify=verify, ca_dir=ca_dir, ca_file=ca_file, crl_check=crl_check),
            retry=retry,
            clock=self._clock,
        )
        self._connection = connection
        self._user_agent = user_agent
        self._endpoint = connection.endpoint
        self._transport = connection.transport
        self._session = connection.session
        self._raw = generated_client(connection, timeouts=timeouts, user_agent=user_agent)

    @property
    def endpoint(self) -> str:
        """Address of the server, without a slash at the end."""
        return self._endpoint

    @property
    def raw(self) -> Client:
        """The generated client, for every operation of `fts_api.api`, with the same TLS, credential, repeats and errors."""
        return self._raw

    def with_timeouts(self, timeouts: Timeouts) -> Self:
        """Return the same client with other time limits, for single calls.

            fts.with_timeouts(Timeouts(read_s=5)).get_job(job_id)

        Args:
            timeouts: Limits of each step of a request.

        Returns:
            A client that shares connections and memory with this one; who closes one of them has closed both.
        """
        other = copy(self)
        other._raw = generated_client(  # noqa: SLF001 - of our own kind
            self._connection, timeouts=timeouts, user_agent=self._user_agent
        )
        return other

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._endpoint!r})"
