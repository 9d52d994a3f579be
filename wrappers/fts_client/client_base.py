"""What both clients are made of: constructor, `raw` and `with_timeouts`."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Self

from fts_client.clock import Clock
from fts_client.retry import RetryPolicy
from fts_client.timeouts import Timeouts
from fts_client.transport.clients import PlainGeneratedClient, generated_client
from fts_client.transport.credential_source import CredentialSource
from fts_client.transport.route import MAX_ANSWER_BYTES
from fts_client.transport.transport import FTSTransport
from fts_client.trust.context import Trust

if TYPE_CHECKING:
    from os import PathLike

    from fts_client.credentials import TokenCredential, X509Credential
    from fts_client.transport.http_proxy import ProxyChoice
    from fts_client.trust.context import CrlCheck


class ClientBase:
    """Constructor, `raw` and `with_timeouts` of `FTSClient` and `AsyncFTSClient`, which document the arguments."""

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
        insecure_http: bool = False,
        proxy: ProxyChoice = None,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        self._clock = Clock()
        trust = Trust(verify=verify, ca_dir=ca_dir, ca_file=ca_file, crl_check=crl_check)
        source = CredentialSource(
            endpoint, credential, trust=trust, clock=self._clock, insecure_http=insecure_http
        )
        self._transport = FTSTransport(
            source, policy=retry, proxy=proxy, max_answer_bytes=max_answer_bytes
        )
        self._user_agent = user_agent
        self._raw = generated_client(self._transport, timeouts=timeouts, user_agent=user_agent)

    @property
    def endpoint(self) -> str:
        """Address of the server, without a slash at the end."""
        return self._transport.source.endpoint

    @property
    def raw(self) -> PlainGeneratedClient:
        """The generated client, for every operation of `fts_api.api`, with the same TLS, credential, repeats and errors."""
        return self._raw

    def with_timeouts(self, timeouts: Timeouts) -> Self:
        """Return the same client with other time limits, for single calls.

            fts.with_timeouts(Timeouts(read_s=5)).get_job(job_id)

        Args:
            timeouts: Limits of each attempt at a request.

        Returns:
            A client that shares connections and memory with this one; closing one of them closes both.
        """
        other = copy(self)
        other._raw = generated_client(  # noqa: SLF001 - of our own kind
            self._transport, timeouts=timeouts, user_agent=self._user_agent
        )
        return other

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.endpoint!r})"
