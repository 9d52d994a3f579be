"""What the transport is told about server and credential."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Hashable

    from fts_client.credentials import TokenCredential, X509Credential

    Credential = X509Credential | TokenCredential

__all__ = ["Wire"]


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Wire:
    """What the transport needs to know about whom it talks to and as whom.

    Attributes:
        endpoint: Scheme, host and port of the server; requests to any other place are refused.
        identity: Changes when the credential has changed, for instance because its file was renewed.
        make_context: Builds the TLS context with the credential as it is now; None for plain http.
        bearer: Returns the token to send now; None without a token.
        credential: Returns the credential as it was last seen, for messages; None for an anonymous client.
        curl_options: Returns the options by which curl would trust the server and show the same credential.
    """

    endpoint: str
    identity: Callable[[], Hashable]
    make_context: Callable[[], ssl.SSLContext] | None
    bearer: Callable[[], str] | None
    credential: Callable[[], Credential | None]
    curl_options: Callable[[], tuple[str, ...]] = tuple
