"""The caller's credential: found as grid tools find it, and checked before anything is sent."""

from __future__ import annotations

import os
import shlex
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import attrs

from fts_contract.harness.sending.certificates import read_certificates
from fts_contract.harness.sending.errors import CannotRunError, NoCredentialError

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["Credential", "curl_options", "find_credential", "find_trust"]

_GRID_CA_DIR = Path("/etc/grid-security/certificates")
_NEW_PROXY = "make a new one, for example with voms-proxy-init"


@attrs.frozen(kw_only=True)
class Credential:
    """The credential that the run presents to the server.

    Attributes:
        kind: A certificate (usually a proxy) or a bearer token.
        path: Its file.
        key_path: The file of the private key; None when it is in `path`.
        token: The bearer token; never shown.
        not_after: When the first certificate of the chain expires; None for tokens.
        subject: Subject of the end-entity certificate, proxies left out; None for tokens.
    """

    kind: Literal["certificate", "token"]
    path: Path
    key_path: Path | None = None
    token: str | None = attrs.field(default=None, repr=False)
    not_after: datetime | None = None
    subject: str | None = None

    def time_left(self, now: datetime) -> timedelta | None:
        """Time until the credential expires; None when that is unknown."""
        return None if self.not_after is None else self.not_after - now

    @property
    def requests_cert(self) -> str | tuple[str, str] | None:
        """The certificate in the form that `requests` takes; None for a token."""
        if self.kind != "certificate":
            return None
        return (str(self.path), str(self.key_path)) if self.key_path else str(self.path)


def curl_options(credential: Credential | None, verify: bool | str) -> str:  # noqa: FBT001 - as `requests` takes it
    """Write the options with which curl presents a credential and verifies the server.

    Args:
        credential: None for an anonymous caller.
        verify: As of `find_trust`.
    """
    words = []
    if credential is not None and credential.kind == "token":
        words.append(f'-H "Authorization: Bearer $(cat {shlex.quote(str(credential.path))})"')
    elif credential is not None:
        words.append(f"--cert {_named(credential.path, 'X509_USER_PROXY')}")
        if credential.key_path:
            words.append(f"--key {shlex.quote(str(credential.key_path))}")
    if isinstance(verify, str):
        option = "--capath" if Path(verify).is_dir() else "--cacert"
        words.append(f"{option} {_named(verify, 'X509_CERT_DIR')}")
    elif not verify:
        words.append("--insecure")
    return " ".join(words)


def _named(path: Path | str, variable: str) -> str:
    """Write a path by the variable of the environment that holds it, if one does."""
    return f'"${variable}"' if os.environ.get(variable) == str(path) else shlex.quote(str(path))


def find_credential(
    cert: Path | None = None,
    token_file: Path | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    now: datetime | None = None,
) -> Credential:
    """Find and check the credential of a run.

    Order: the token file; the certificate; `X509_USER_PROXY`; `/tmp/x509up_u<uid>`; `X509_USER_CERT` with `X509_USER_KEY`.

    Raises:
        NoCredentialError: None was found, or it is unreadable, expired or without its key.

    Source: the order of the official FTS client 3.14.
    """
    env = os.environ if environ is None else environ
    if token_file:
        return _read_token(token_file)
    path, key_path = _locate(cert, env)
    return _read_certificate(path, key_path, now or datetime.now(UTC))


def find_trust(
    *,
    ca_dir: Path | None = None,
    ca_file: Path | None = None,
    insecure: bool = False,
    environ: Mapping[str, str] | None = None,
) -> bool | str:
    """Say what the server's certificate is verified against, in the form that `requests` takes.

    Returns:
        The path of a CA file or hashed CA directory; True for the system's CAs; False when `insecure`.

    Raises:
        CannotRunError: The file or directory does not exist, or holds no certificates.
    """
    env = os.environ if environ is None else environ
    if insecure:
        return False
    if ca_file:
        try:
            ssl.create_default_context(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            problem = "holds no readable certificates" if ca_file.is_file() else "does not exist"
            raise CannotRunError(
                f"CA file {ca_file} {problem} ({error})", remedy="give a PEM file of CAs"
            ) from error
        return str(ca_file)
    asked = ca_dir or (Path(env["X509_CERT_DIR"]) if env.get("X509_CERT_DIR") else None)
    if asked and not asked.is_dir():
        raise CannotRunError(
            f"CA directory {asked} does not exist",
            remedy="check --ca-dir or the environment variable X509_CERT_DIR",
        )
    return str(asked) if asked else str(_GRID_CA_DIR) if _GRID_CA_DIR.is_dir() else True


def _locate(cert: Path | None, env: Mapping[str, str]) -> tuple[Path, Path | None]:
    if cert:
        return cert, None
    if env.get("X509_USER_PROXY"):
        return Path(env["X509_USER_PROXY"]), None
    default = Path(f"/tmp/x509up_u{os.geteuid()}")  # noqa: S108 - where grid tools put it
    if default.is_file():
        return default, None
    if env.get("X509_USER_CERT"):
        key = env.get("X509_USER_KEY")
        return Path(env["X509_USER_CERT"]), Path(key) if key else None
    raise NoCredentialError(
        f"no credential: --cert, X509_USER_PROXY, {default} and X509_USER_CERT were tried",
        remedy="give --cert PEM or --token-file FILE",
    )


def _read_token(path: Path) -> Credential:
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NoCredentialError(
            f"cannot read token file {path} ({error})", remedy="check the path"
        ) from error
    if not token or len(token.split()) != 1:
        raise NoCredentialError(
            f"token file {path} does not hold one token", remedy="put only the token into it"
        )
    return Credential(kind="token", path=path, token=token)


def _read_certificate(path: Path, key_path: Path | None, now: datetime) -> Credential:
    content = _read_pem(path)
    key = _read_pem(key_path) if key_path else content
    where = key_path or path
    try:
        chain = read_certificates(content)
    except ValueError as error:
        raise NoCredentialError(
            f"{path} holds no readable certificate ({error})", remedy=_NEW_PROXY
        ) from error
    if b"PRIVATE KEY-----" not in key:
        raise NoCredentialError(
            f"{where} holds no private key",
            remedy="give a PEM file with certificate, key and chain, such as a proxy",
        )
    if b"ENCRYPTED" in key:
        raise NoCredentialError(
            f"the private key in {where} is encrypted",
            remedy="use a proxy (voms-proxy-init makes one)",
        )
    first = min(chain, key=lambda certificate: certificate.ends)
    ends = first.ends
    if ends <= now:
        raise NoCredentialError(
            f"the certificate of {first.name()} in {path} ended at {ends:%Y-%m-%d %H:%M:%S} UTC",
            remedy=_NEW_PROXY,
        )
    holder = next((one for one in chain if not one.is_proxy), chain[-1])
    return Credential(
        kind="certificate",
        path=path,
        key_path=key_path,
        not_after=ends,
        subject=holder.name(),
    )


def _read_pem(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NoCredentialError(
            f"cannot read {path} ({error.strerror})", remedy="check --cert or X509_USER_PROXY"
        ) from error
