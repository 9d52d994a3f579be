"""Put endpoint, credential and trust together: the transport of a client, and the generated client on top of it."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from fts_client.credentials.discovery import find_credential
from fts_client.credentials.x509 import TokenCredential, X509Credential
from fts_client.errors import FTSUsageError
from fts_client.procedures.arguments import expect
from fts_client.retry import RetryPolicy
from fts_client.timeouts import Timeouts
from fts_client.transport.clients import PlainGeneratedClient, http_timeout
from fts_client.transport.credential_source import CredentialSource
from fts_client.transport.endpoint import checked_endpoint, checked_user_agent
from fts_client.transport.transport import FTSTransport

if TYPE_CHECKING:
    from fts_client.clock import Clock
    from fts_client.trust.context import Trust

__all__ = ["connect", "generated_client"]


def connect(
    endpoint: str,
    *,
    credential: X509Credential | TokenCredential | str | PathLike[str] | None,
    trust: Trust,
    retry: RetryPolicy,
    clock: Clock,
    anonymous: bool = False,
) -> FTSTransport:
    """Prepare to talk to a server; nothing is sent yet.

    Args:
        endpoint: Address of the REST interface.
        credential: What to present; a path names a proxy file; None: found as grid tools find it.
        trust: Which servers are trusted.
        retry: How often failed requests are repeated.
        clock: Where time comes from.
        anonymous: True: present no credential at all.

    Returns:
        The transport.

    Raises:
        FTSUsageError: The endpoint is not an https URL, or the credential is of another type.
        CredentialError: No usable credential.
    """
    endpoint = checked_endpoint(endpoint)
    expect(retry, RetryPolicy, "A RetryPolicy")
    source = CredentialSource(
        endpoint, None if anonymous else _found(credential), trust=trust, clock=clock
    )
    return FTSTransport(source, policy=retry)


def _found(
    credential: X509Credential | TokenCredential | str | PathLike[str] | None,
) -> X509Credential | TokenCredential:
    if credential is None:
        return find_credential()
    if isinstance(credential, X509Credential | TokenCredential):
        return credential
    if isinstance(credential, str | PathLike):
        return X509Credential.from_file(credential)
    # Not shown: it may hold the secret itself.
    raise FTSUsageError(
        f"{type(credential).__name__} cannot be used as a credential",
        remedy="Give an X509Credential, a TokenCredential or the path of a proxy file; for a certificate "
        "and a key X509Credential.from_file(certificate, key_path=key).",
    )


def generated_client(
    transport: FTSTransport, *, timeouts: Timeouts, user_agent: str | None
) -> PlainGeneratedClient:
    """Make the generated client that works on a transport.

    Args:
        transport: Sends its requests.
        timeouts: Limits of each step.
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
        httpx_args={"transport": transport, "trust_env": False},
    )
