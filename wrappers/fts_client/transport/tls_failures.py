"""Explain a failed TLS handshake: what was wrong with whose certificate, and what to do."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from fts_client.errors import FTSConnectionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fts_client.credentials import TokenCredential, X509Credential

_CA_REMEDY = "Pass the right ca_dir or ca_file, or set X509_CERT_DIR; install the CA certificates of the grid if they are missing."
_CRL_REMEDY = "Run fetch-crl, or turn crl_check off."
_CLOCK_REMEDY = (
    "Check the clock of this machine; if it is right, tell the operators of the server."
)
_OPERATORS = "Tell the operators of the server."
_PORT_REMEDY = "Check scheme and port of the endpoint; FTS REST listens on 8446."
_PROXY_REMEDY = "Create a new proxy (voms-proxy-init, fts proxy init); compare the clocks."

# What our OpenSSL found wrong with the server's certificate; numbers of x509_vfy.h.
_SERVER_FAULTS: Mapping[int, tuple[str, str]] = {
    3: ("there is no CRL of the CA of {host}, and crl_check requires one", _CRL_REMEDY),
    9: ("the certificate of {host} is not valid yet", _CLOCK_REMEDY),
    10: ("the certificate of {host} has expired", _CLOCK_REMEDY),
    11: ("a CRL is not valid yet", _CRL_REMEDY),
    12: ("the CRL of the CA of {host} is out of date", _CRL_REMEDY),
    18: ("{host} shows a self-signed certificate that is not trusted", _CA_REMEDY),
    19: ("the CA of {host} is not trusted here", _CA_REMEDY),
    20: ("the CA of {host} is not known here", _CA_REMEDY),
    21: ("the certificate of {host} cannot be verified: its chain is incomplete", _CA_REMEDY),
    23: (
        "the certificate of {host} has been revoked",
        "Do not use this server; tell its operators.",
    ),
    26: ("the certificate of {host} is not meant for a server", _OPERATORS),
    40: (
        "{host} shows a proxy instead of a host certificate",
        "Check host name and port; a server needs a host certificate.",
    ),
    62: (
        "the certificate that answers for {host} is for another host name",
        "Use the name that stands in the certificate, or check the address.",
    ),
    64: (
        "the certificate that answers for {host} does not name this IP address",
        "Use the host name instead of the address.",
    ),
    66: ("the key of the certificate of {host} is too short", _OPERATORS),
    67: ("the key of the CA of {host} is too short", _OPERATORS),
    68: ("the certificate of {host} is signed with an outdated hash such as SHA-1", _OPERATORS),
}

# What the server told us about our certificate (TLS alerts, as Python spells them).
_CLIENT_FAULTS: Mapping[str, tuple[str, str]] = {
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": (
        "{host} says that the client certificate has expired",
        _PROXY_REMEDY,
    ),
    "TLSV1_ALERT_UNKNOWN_CA": (
        "{host} does not trust the CA of the client certificate",
        "Use a certificate of a CA that the server trusts; a proxy file must hold the whole chain.",
    ),
    "SSLV3_ALERT_CERTIFICATE_REVOKED": (
        "{host} says that the client certificate has been revoked",
        "Get a new certificate.",
    ),
    "SSLV3_ALERT_BAD_CERTIFICATE": ("{host} refuses the client certificate", _PROXY_REMEDY),
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": (
        "{host} refuses the client certificate, perhaps because it does not accept proxies",
        _PROXY_REMEDY,
    ),
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": (
        "{host} refuses the client certificate: its purpose is not that of a client",
        "Use a certificate with the clientAuth purpose.",
    ),
    "SSLV3_ALERT_HANDSHAKE_FAILURE": (
        "{host} refuses the handshake: no common cipher, or it wants a client certificate",
        "Pass a credential; check that the port is that of the REST interface.",
    ),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": (
        "{host} wants a client certificate",
        "Pass a credential.",
    ),
    "TLSV1_ALERT_ACCESS_DENIED": ("{host} denies access", "Use another credential."),
    "TLSV1_ALERT_DECRYPT_ERROR": (
        "{host} could not verify our signature or one in the chain",
        _PROXY_REMEDY,
    ),
    "TLSV1_ALERT_PROTOCOL_VERSION": ("{host} offers no TLS version from 1.2 on", _OPERATORS),
    "UNSUPPORTED_PROTOCOL": ("{host} offers no TLS version from 1.2 on", _OPERATORS),
    "WRONG_VERSION_NUMBER": ("{host} does not speak TLS on this port", _PORT_REMEDY),
    "HTTP_REQUEST": ("{host} does not speak TLS on this port", _PORT_REMEDY),
}
# OpenSSL 3.2 and later spell some alerts without the version.
_CLIENT_FAULTS = {
    **_CLIENT_FAULTS,
    **{
        name.replace("SSLV3_ALERT", "SSL/TLS_ALERT").replace("TLSV1_ALERT", "SSL/TLS_ALERT"): fault
        for name, fault in _CLIENT_FAULTS.items()
    },
}
# With TLS 1.3 a server judges our certificate after our side has finished the handshake, so these may come in place of an
# answer. Everything else that comes then, a damaged record for instance, is the network's fault and may pass.
_LATE_REFUSALS: Final = frozenset(
    name for name in _CLIENT_FAULTS if "_ALERT_" in name and not name.endswith("_PROTOCOL_VERSION")
)

# The server hung up, without a word about TLS.
_CLOSED: Final = (ssl.SSLEOFError, ssl.SSLZeroReturnError)


def causes(error: BaseException, *, handled: BaseException | None) -> Iterator[BaseException]:
    """Walk from an exception down to what the network said.

    Args:
        error: Where to start.
        handled: What the caller was handling when the attempt began: Python chains it below every exception of the
            attempt, but it is about another request. The walk ends before it; None: nothing was handled.

    Yields:
        The exception, then each one below.
    """
    seen = {id(handled)}
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def explain_tls_error(
    error: BaseException,
    *,
    url: str,
    credential: X509Credential | TokenCredential | None = None,
    request_sent: bool = False,
    handled: BaseException | None = None,
) -> FTSConnectionError | None:
    """Turn a failed handshake into an error that a person can act on.

    Args:
        error: What was raised; causes are searched. With TLS 1.3 a server refuses a client certificate only at the first read.
        url: What was asked for.
        credential: What was presented; None for nothing.
        request_sent: Whether the request may have reached the server.
        handled: What the caller was handling when the attempt began, see `causes`.

    Returns:
        The error, to be raised `from` the original; None when no handshake failed: the error is not about TLS, or TLS broke
        after the request was sent, which says nothing against a certificate.

    Source: verification codes and alert names of OpenSSL 3; RFC 8446 section 6.2.
    """
    for found in causes(error, handled=handled):
        if isinstance(found, ssl.SSLError) and not isinstance(found, _CLOSED):
            break
    else:
        return None
    if isinstance(found, ssl.SSLCertVerificationError):
        reason = found.verify_message
        what, remedy = _SERVER_FAULTS.get(
            found.verify_code,
            (f"the certificate of {{host}} cannot be verified: {reason}", _CA_REMEDY),
        )
    else:
        # Not every SSLError comes from OpenSSL; those that libraries make have no reason.
        reason = getattr(found, "reason", None) or str(found)
        if request_sent and reason not in _LATE_REFUSALS:
            return None
        what, remedy = _CLIENT_FAULTS.get(
            reason, (f"the TLS connection to {{host}} failed: {reason}", "")
        )
    what = what.replace("{host}", urlsplit(url).netloc.rpartition("@")[2])
    shown = f"; presented was {credential.describe()}" if credential is not None else ""
    return FTSConnectionError(
        f"No TLS connection: {what} ({reason}){shown}",
        url=url,
        request_sent=request_sent,
        remedy=remedy or None,
    )
