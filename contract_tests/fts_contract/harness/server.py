"""Identify the server and the caller, with `GET /` and `GET /whoami`, before anything else is sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

import attrs
import requests

from fts_contract.harness.exchange_checks.model import Caller
from fts_contract.harness.sending.errors import CannotRunError

if TYPE_CHECKING:
    from fts_contract.harness.sending.exchange import Exchange
    from fts_contract.harness.sending.session import GuardedSession

__all__ = ["Identity", "Server", "meet_server"]

_SHOWN = 120
_CHECK_PORT = "check the address; FTS usually listens on port 8446"


@attrs.frozen(kw_only=True)
class Identity:
    """The caller as the server sees it.

    Attributes:
        user_dn: DN of the end-entity certificate.
        vos: VOs; the first one counts. The delegation id for a caller without VOMS attributes.
        delegation_id: 16 hexadecimal digits.
        level: For each operation group `all`, `vo` or an empty text.
        is_root: The caller presented the server's own host certificate.
        base_id: Namespace of the deterministic job ids; None when the server does not tell it.
        method: How the caller was recognised, such as `certificate`; None when the server does not tell it.
    """

    user_dn: str
    vos: tuple[str, ...]
    delegation_id: str
    level: dict[str, str]
    is_root: bool
    base_id: str | None = None
    method: str | None = None

    def as_caller(self) -> Caller:
        """Give the part of the identity that the checks need."""
        return Caller(
            user_dn=self.user_dn,
            delegation_id=self.delegation_id,
            vo=self.vos[0] if self.vos else None,
            # What a token may is not reported. Source: "Identity" of token users, FTS 3.13.4.
            transfer_level=None if self.method == "oauth2" else self.level.get("transfer"),
            base_id=self.base_id,
        )


@attrs.frozen(kw_only=True)
class Server:
    """The server under test.

    Attributes:
        url: The endpoint.
        version: Version of the REST service, such as `3.13.4`.
        identity: The caller as the server sees it.
    """

    url: str
    version: str
    identity: Identity

    @property
    def name(self) -> str:
        """Host and port."""
        return urlsplit(self.url).netloc


def meet_server(session: GuardedSession) -> tuple[Server, list[Exchange]]:
    """Ask the server for its version and for the caller's identity.

    Returns:
        The server, and the two exchanges, which are judged like all others.

    Raises:
        CannotRunError: It cannot be reached, is not an FTS, or refuses the credential.
    """
    root = _ask(session, "/")
    version = _version(root, session.base_url)
    whoami = _ask(session, "/whoami")
    identity = _identity(whoami, session)
    server = Server(url=session.base_url, version=version, identity=identity)
    return server, [root, whoami]


def _ask(session: GuardedSession, path: str) -> Exchange:
    try:
        return session.ask("GET", path, phase="preflight")
    except (requests.RequestException, OSError, ValueError) as error:
        host = urlsplit(session.base_url).netloc
        problem, remedy = _explain(error, host, session)
        raise CannotRunError(problem, remedy=remedy) from error


def _explain(error: Exception, host: str, session: GuardedSession) -> tuple[str, str]:
    """Say why no answer came, and what to do."""
    text, cause = str(error), _innermost(error)
    # A server refuses a client certificate by an alert, with TLS 1.3 only after the handshake.
    if isinstance(error, requests.ConnectionError) and "alert" in text.lower():
        return (
            f"{host} refused the credential in the TLS handshake ({_last_part(text)})",
            "check that it has not expired and that the server knows its CA",
        )
    if isinstance(error, requests.exceptions.SSLError):
        return _explain_tls(_last_part(text), host, session.verify)
    if isinstance(error, requests.Timeout):
        return (
            f"{host} did not answer within {session.timeout_s:g} s",
            "check the address, or give a longer --timeout",
        )
    if "without response" in text or "reset by peer" in text:
        return (
            f"{host} closed the connection without an answer ({cause})",
            "give its https:// address: FTS requires TLS"
            if session.base_url.startswith("http:")
            else "check the address, and that the server knows the CA of the credential",
        )
    if isinstance(error, requests.exceptions.ProxyError | requests.exceptions.InvalidProxyURL):
        # Its words may repeat what it was sent.
        status = re.match(r"Tunnel connection failed: \d+", cause)
        return (
            f"the HTTP proxy does not connect to {host} ({status[0] if status else cause})",
            "check --http-proxy, HTTPS_PROXY and NO_PROXY; --http-proxy '' goes without one",
        )
    unreachable = isinstance(error, requests.ConnectionError)
    return (
        f"{host} {'cannot be reached' if unreachable else 'sent no readable answer'} ({cause})",
        _CHECK_PORT,
    )


def _explain_tls(cause: str, host: str, verify: Any) -> tuple[str, str]:
    if "certificate verify failed" in cause.lower().replace("_", " "):
        trusted = "the system's CAs" if verify is True else str(verify)
        return (
            f"the certificate of {host} is not trusted by {trusted} ({cause})",
            "give --ca-dir or --ca-file with the CA of the server",
        )
    if "mismatch" in cause or "Hostname" in cause:
        return (
            f"the certificate is not for {host} ({cause})",
            "use a host name that the certificate names",
        )
    return (
        f"TLS with {host} failed ({cause})",
        "check that the port speaks TLS, and the credential file",
    )


def _version(root: Exchange, base_url: str) -> str:
    data = root.json
    api = data.get("api") if isinstance(data, dict) else None
    parts = [api.get(key) for key in ("major", "minor", "patch")] if isinstance(api, dict) else []
    if root.status != requests.codes.ok or not parts or not all(type(n) is int for n in parts):
        raise CannotRunError(
            f"{base_url} is not an FTS REST service: GET / answered {root.status} "
            f"{root.shown_body[:_SHOWN]!r}",
            remedy=_CHECK_PORT,
        )
    return ".".join(str(part) for part in parts)


def _identity(whoami: Exchange, session: GuardedSession) -> Identity:
    data = whoami.json
    host = urlsplit(session.base_url).netloc
    if whoami.status != requests.codes.ok or not isinstance(data, dict):
        raise CannotRunError(
            f"{host} refused the credential: GET /whoami answered {whoami.status} "
            f"{whoami.shown_body[:_SHOWN]!r}",
            remedy="check that the server accepts this kind of credential and has not banned it",
        )
    delegation_id, user_dn = data.get("delegation_id"), data.get("user_dn")
    if not isinstance(delegation_id, str) or not isinstance(user_dn, str):
        raise CannotRunError(
            f"{host} did not see the credential: GET /whoami says {str(user_dn)[:_SHOWN]!r}",
            remedy="check that the server knows its CA, and that nothing in between terminates TLS",
        )
    level, vos = data.get("level"), data.get("vos")
    return Identity(
        user_dn=user_dn,
        vos=tuple(str(vo) for vo in vos) if isinstance(vos, list) else (),
        delegation_id=delegation_id,
        level=level if isinstance(level, dict) else {},
        is_root=data.get("is_root") is True,
        base_id=_uuid(data.get("base_id")),
        method=str(data.get("method")),
    )


def _uuid(value: Any) -> str | None:
    try:
        return str(UUID(value))
    except (AttributeError, TypeError, ValueError):
        # That the answer is wrong is found when it is judged.
        return None


def _innermost(error: BaseException) -> str:
    """Give the text of the innermost cause: the outer errors repeat it with object addresses."""
    seen: set[int] = set()
    while id(error) not in seen:
        seen.add(id(error))
        reason = getattr(error, "reason", None)
        inner = reason if isinstance(reason, BaseException) else None
        nested = [arg for arg in error.args if isinstance(arg, BaseException)]
        following = inner or (nested[0] if nested else None) or error.__cause__
        if following is None:
            break
        error = following
    return _last_part(str(error)) or type(error).__name__


def _last_part(text: str) -> str:
    tail = text.rsplit(">: ", 1)[-1].rsplit("SSLError(", 1)[-1]
    return " ".join(tail.strip("()' ").split())[:_SHOWN]
