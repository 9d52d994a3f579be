"""Who is there, and who are we to it: `GET /` and `GET /whoami`, before anything else."""

from __future__ import annotations

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


@attrs.frozen(kw_only=True)
class Identity:
    """The caller as the server sees it.

    Attributes:
        user_dn: DN of the end-entity certificate.
        vos: VOs, the first one counts; without VOMS the delegation id.
        delegation_id: 16 hexadecimal digits.
        level: Operation group to `all`, `vo` or empty.
        is_root: The server's own host certificate.
        base_id: Namespace of the deterministic job ids; None when the server does not tell it.
    """

    user_dn: str
    vos: tuple[str, ...]
    delegation_id: str
    level: dict[str, str]
    is_root: bool
    base_id: str | None = None

    def as_caller(self) -> Caller:
        """Give what judging needs of it."""
        return Caller(
            user_dn=self.user_dn,
            delegation_id=self.delegation_id,
            vo=self.vos[0] if self.vos else None,
            transfer_level=self.level.get("transfer"),
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
        The server, and the exchanges, which are part of the evidence.

    Raises:
        CannotRunError: It cannot be reached, is no FTS, or refuses the credential.
    """
    root = _ask(session, "/")
    version = _version(root, session.base_url)
    whoami = _ask(session, "/whoami")
    identity = _identity(whoami, session)
    server = Server(url=session.base_url, version=version, identity=identity)
    return server, [root, whoami]


def _ask(session: GuardedSession, path: str) -> Exchange:
    host = urlsplit(session.base_url).netloc
    try:
        exchange = session.ask("GET", path, phase="preflight")
    except requests.exceptions.SSLError as error:
        raise _tls_trouble(host, str(error), session.verify) from error
    except requests.exceptions.Timeout as error:
        raise CannotRunError(
            f"{host} did not answer GET {path} within {session.timeout_s:g} s",
            remedy="check the address, or give a longer --timeout",
        ) from error
    except requests.exceptions.ConnectionError as error:
        # An expired or unknown client certificate is refused after the handshake (TLS 1.3).
        if "alert" in str(error).lower():
            raise _tls_trouble(host, str(error), session.verify) from error
        if "without response" in str(error) or "reset by peer" in str(error):
            remedy = (
                "give its https:// address: an FTS speaks TLS"
                if session.base_url.startswith("http:")
                else "check the address, and that the server knows the CA of the credential"
            )
            raise CannotRunError(
                f"{host} closed the connection without an answer ({_innermost(error)})",
                remedy=remedy,
            ) from error
        raise CannotRunError(
            f"{host} cannot be reached ({_innermost(error)})",
            remedy="check the address; FTS usually listens on port 8446",
        ) from error
    except (requests.RequestException, OSError, ValueError) as error:
        raise CannotRunError(
            f"{host} gave no readable answer to GET {path} ({_innermost(error)})",
            remedy="check the address; FTS usually listens on port 8446",
        ) from error
    return exchange


def _tls_trouble(host: str, text: str, verify: Any) -> CannotRunError:
    # The alerts of the server speak of our certificate, all else of the server's.
    if "alert" in text.lower():
        return CannotRunError(
            f"{host} refused the credential in the TLS handshake ({_telling(text)})",
            remedy="check that it has not ended and that its CA is known to the server",
        )
    if "CERTIFICATE_VERIFY_FAILED" in text or "certificate verify failed" in text:
        trusted = "the system's CAs" if verify is True else str(verify)
        return CannotRunError(
            f"the certificate of {host} is not trusted by {trusted} ({_telling(text)})",
            remedy="give --ca-dir or --ca-file with the CA of the server",
        )
    if "mismatch" in text or "Hostname" in text:
        return CannotRunError(
            f"the certificate is not for {host} ({_telling(text)})",
            remedy="use the host name that is in the certificate",
        )
    return CannotRunError(
        f"TLS with {host} failed ({_telling(text)})",
        remedy="check that the address speaks TLS, and the credential file",
    )


def _version(root: Exchange, base_url: str) -> str:
    data = root.json
    api = data.get("api") if isinstance(data, dict) else None
    parts = [api.get(key) for key in ("major", "minor", "patch")] if isinstance(api, dict) else []
    if root.status != requests.codes.ok or not parts or not all(type(n) is int for n in parts):
        raise CannotRunError(
            f"{base_url} is no FTS REST service: GET / answered {root.status} "
            f"{root.shown_body[:_SHOWN]!r}",
            remedy="check the address; FTS usually listens on port 8446",
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
            remedy="check that its CA is known to the server, and that no TLS-terminating proxy is between",
        )
    level, vos = data.get("level"), data.get("vos")
    return Identity(
        user_dn=user_dn,
        vos=tuple(str(vo) for vo in vos) if isinstance(vos, list) else (),
        delegation_id=delegation_id,
        level=level if isinstance(level, dict) else {},
        is_root=data.get("is_root") is True,
        base_id=_uuid(data.get("base_id")),
    )


def _uuid(value: Any) -> str | None:
    try:
        return str(UUID(value))
    except (AttributeError, TypeError, ValueError):
        # The answer is judged like every other.
        return None


def _innermost(error: BaseException) -> str:
    """Give the text of the first cause: the outer ones only repeat it with object addresses."""
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
    return _telling(str(error)) or type(error).__name__


def _telling(text: str) -> str:
    tail = text.rsplit(">: ", 1)[-1].rsplit("SSLError(", 1)[-1]
    return " ".join(tail.strip("()' ").split())[:_SHOWN]
