"""The caller's credential: found as grid tools find it, looked at before anything is sent."""

from __future__ import annotations

import os
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import attrs
from cryptography import x509

from fts_contract.harness.sending.errors import CannotRunError

if TYPE_CHECKING:
    from collections.abc import Mapping


__all__ = ["Credential", "find_credential", "find_trust"]

_GRID_CA_DIR = Path("/etc/grid-security/certificates")
_NEW_PROXY = "make a new one, for example with voms-proxy-init"


@attrs.frozen(kw_only=True)
class Credential:
    """What the run presents to the server.

    Attributes:
        kind: A certificate (usually a proxy) or a bearer token.
        path: Where it was found.
        key_path: The private key when it is not in `path`.
        token: The bearer token; never shown.
        not_after: End of the earliest-ending certificate of the chain; None for tokens.
    """

    kind: Literal["certificate", "token"]
    path: Path
    key_path: Path | None = None
    token: str | None = attrs.field(default=None, repr=False)
    not_after: datetime | None = None

    def time_left(self, now: datetime) -> timedelta | None:
        """Time until the credential ends, None when that is not known."""
        return None if self.not_after is None else self.not_after - now

    @property
    def requests_cert(self) -> str | tuple[str, str] | None:
        """In the form that `requests` takes."""
        if self.kind != "certificate":
            return None
        return (str(self.path), str(self.key_path)) if self.key_path else str(self.path)


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
        CannotRunError: None was found, or the one found is unreadable, expired or without its key.

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
        A path of a CA file or hashed CA directory; True for the system's CAs; False for `--insecure`.

    Raises:
        CannotRunError: The file or directory that was asked for does not exist, or is no file of certificates.
    """
    env = os.environ if environ is None else environ
    if insecure:
        return False
    if ca_file:
        if not ca_file.is_file():
            raise CannotRunError(
                f"CA file {ca_file} does not exist", remedy="give a PEM file of CAs"
            )
        try:
            ssl.create_default_context(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise CannotRunError(
                f"CA file {ca_file} holds no readable certificates ({error})",
                remedy="give a PEM file of CAs",
            ) from error
        return str(ca_file)
    asked = ca_dir or (Path(env["X509_CERT_DIR"]) if env.get("X509_CERT_DIR") else None)
    if asked:
        if not asked.is_dir():
            raise CannotRunError(
                f"CA directory {asked} does not exist",
                remedy="check --ca-dir or the environment variable X509_CERT_DIR",
            )
        return str(asked)
    return str(_GRID_CA_DIR) if _GRID_CA_DIR.is_dir() else True


def _locate(cert: Path | None, env: Mapping[str, str]) -> tuple[Path, Path | None]:
    if cert:
        return cert, None
    if env.get("X509_USER_PROXY"):
        return Path(env["X509_USER_PROXY"]), None
    default = Path(f"/tmp/x509up_u{os.geteuid()}")  # noqa: S108 - where grid tools put it
    if default.is_file():
        return default, None
    if env.get("X509_USER_CERT"):
        path = Path(env["X509_USER_CERT"])
        return path, Path(env.get("X509_USER_KEY") or path)
    raise CannotRunError(
        f"no credential: --cert, X509_USER_PROXY, {default} and X509_USER_CERT were tried",
        remedy="give --cert PEM or --token-file FILE",
    )


def _read_token(path: Path) -> Credential:
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRunError(
            f"cannot read token file {path} ({error})", remedy="check the path"
        ) from error
    if not token or len(token.split()) != 1:
        raise CannotRunError(
            f"token file {path} does not hold one token", remedy="put only the token into it"
        )
    return Credential(kind="token", path=path, token=token)


def _read_certificate(path: Path, key_path: Path | None, now: datetime) -> Credential:
    content = _read_pem(path)
    key = _read_pem(key_path) if key_path else content
    try:
        chain = x509.load_pem_x509_certificates(content)
    except ValueError as error:
        raise CannotRunError(
            f"{path} holds no readable certificate ({error})", remedy=_NEW_PROXY
        ) from error
    where = key_path or path
    if b"PRIVATE KEY-----" not in key:
        raise CannotRunError(
            f"{where} holds no private key",
            remedy="give a PEM file with certificate, key and chain, such as a proxy",
        )
    if b"ENCRYPTED" in key:
        raise CannotRunError(
            f"the private key in {where} is encrypted",
            remedy="use a proxy (voms-proxy-init makes one)",
        )
    for certificate in chain:
        if certificate.not_valid_after_utc <= now:
            raise CannotRunError(
                f"the certificate of {certificate.subject.rfc4514_string()} in {path} ended at "
                f"{certificate.not_valid_after_utc:%Y-%m-%d %H:%M:%S} UTC",
                remedy=_NEW_PROXY,
            )
    return Credential(
        kind="certificate",
        path=path,
        key_path=None if key_path == path else key_path,
        not_after=min(certificate.not_valid_after_utc for certificate in chain),
    )


def _read_pem(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotRunError(
            f"cannot read {path} ({error.strerror})", remedy="check --cert or X509_USER_PROXY"
        ) from error
