"""Find credentials where grid tools keep them: the environment, then the usual files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from fts_client.credentials.token import TokenCredential
from fts_client.credentials.x509 import X509Credential
from fts_client.errors import (
    CredentialError,
    CredentialNotFoundError,
    CredentialPermissionError,
    SearchedPlace,
)
from fts_client.errors.logs import safe_logger
from fts_client.errors.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

_log = safe_logger(__name__)
_ROOT = Path("/")
_REMEDY = "Create a proxy (voms-proxy-init, fts proxy init), set X509_USER_PROXY or BEARER_TOKEN_FILE, or pass a credential to the client."


def default_proxy_path(*, euid: int | None = None, root: Path = _ROOT) -> Path:
    """Say where grid tools put the proxy of a user: /tmp/x509up_u<euid>. None means the user of the process."""
    return root / "tmp" / f"x509up_u{os.geteuid() if euid is None else euid}"


def proxy_path(*, environ: Mapping[str, str] | None = None, euid: int | None = None) -> Path:
    """Say where the proxy of this user is, or will be put: X509_USER_PROXY, else `default_proxy_path`."""
    named = _Places(environ).variable("X509_USER_PROXY")
    return Path(named) if named else default_proxy_path(euid=euid)


@attrs.frozen
class UserCertificate:
    """A certificate file of a user, PEM or PKCS#12, and the file of its key; None when the key is in the same file."""

    certificate: Path
    key: Path | None

    @property
    def is_pkcs12(self) -> bool:
        """Whether the file is PKCS#12, by its name."""
        return self.certificate.suffix.lower() in {".p12", ".pfx"}


def find_user_certificate(
    *, environ: Mapping[str, str] | None = None, home: Path | None = None
) -> UserCertificate:
    """Find the certificate that a proxy is made from; None means the environment and the home directory of the user.

    Returns:
        X509_USER_CERT with X509_USER_KEY; else ~/.globus/usercert.pem with userkey.pem; else ~/.globus/usercred.p12.

    Raises:
        CredentialNotFoundError: Nothing was found; lists every place.

    Source: order of `grid-proxy-init` 6.
    """
    places = _Places(environ)
    if named := places.variable("X509_USER_CERT"):
        key = places.variable("X509_USER_KEY")
        return UserCertificate(Path(named), Path(key) if key else None)
    # A user without a home keeps the "~"; Path.home() would raise.
    globus = Path(os.path.expanduser("~") if home is None else home) / ".globus"  # noqa: PTH111
    certificate, key_file = globus / "usercert.pem", globus / "userkey.pem"
    if certificate.exists() and key_file.exists():
        return UserCertificate(certificate, key_file)
    places.note(f"{certificate} with {key_file}", "one or both missing")
    pkcs12 = globus / "usercred.p12"
    if pkcs12.exists():
        return UserCertificate(pkcs12, None)
    places.note(str(pkcs12), "no such file")
    raise places.not_found(
        "No certificate to make a proxy from was found",
        remedy="Name it with --cert and --key, or put it into ~/.globus.",
    )


class _Places:
    """The places of one search, and why those that were searched did not serve."""

    def __init__(self, environ: Mapping[str, str] | None) -> None:
        self._environ = os.environ if environ is None else environ
        self._searched: list[SearchedPlace] = []

    def note(self, place: str, reason: str) -> None:
        # A variable that holds a token instead of a path must not show it here.
        self._searched.append(SearchedPlace(place=redact(place), reason=redact(reason)))

    def variable(self, name: str) -> str | None:
        """Value of a variable; an empty one counts as not set."""
        value = self._environ.get(name, "").strip()
        if not value:
            self.note(name, "not set")
            return None
        return value

    def exists(self, path: Path) -> bool:
        """Whether there is a file or a link of this name."""
        if os.path.lexists(path):
            return True
        self.note(str(path), "no such file")
        return False

    def not_found(
        self, message: str, *, remedy: str, path: Path | None = None
    ) -> CredentialNotFoundError:
        """Make the error that lists every place."""
        return CredentialNotFoundError(
            message, searched=tuple(self._searched), path=path, remedy=remedy
        )


def _read_x509(
    places: _Places, place: str, path: Path, key_path: Path | None = None, *, euid: int
) -> X509Credential:
    """Read a credential that a variable names or that exists; a missing file ends the search."""
    try:
        credential = X509Credential.from_file(path, key_path=key_path, euid=euid)
    except CredentialNotFoundError as error:
        places.note(place, error.message)
        raise places.not_found(
            "No credential was found", remedy=_REMEDY, path=error.path
        ) from error
    credential.check()
    return credential


def _find_x509(places: _Places, *, euid: int, root: Path) -> X509Credential | None:
    if named := places.variable("X509_USER_PROXY"):
        return _read_x509(places, "X509_USER_PROXY", Path(named), euid=euid)
    proxy = default_proxy_path(euid=euid, root=root)
    if places.exists(proxy):
        return _read_x509(places, str(proxy), proxy, euid=euid)
    if named := places.variable("X509_USER_CERT"):
        key = places.variable("X509_USER_KEY")
        key_path = Path(key) if key else None
        return _read_x509(places, "X509_USER_CERT", Path(named), key_path, euid=euid)
    folder = root / "etc" / "grid-security"
    certificate, key_path = folder / "hostcert.pem", folder / "hostkey.pem"
    place = f"{certificate} with {key_path}"
    if not (os.path.lexists(certificate) and os.path.lexists(key_path)):
        places.note(place, "one or both missing")
        return None
    try:
        return _read_x509(places, place, certificate, key_path, euid=euid)
    except CredentialPermissionError as error:
        if euid == 0:
            raise
        # The host certificate is not for users: what they lack is a proxy.
        places.note(place, f"not yours: {error.message}")
        return None


def _find_token(places: _Places, *, euid: int, root: Path) -> TokenCredential | None:
    if token := places.variable("BEARER_TOKEN"):
        return TokenCredential(token)
    if named := places.variable("BEARER_TOKEN_FILE"):
        return TokenCredential.from_file(named, euid=euid)
    runtime = places.variable("XDG_RUNTIME_DIR")
    for folder in ([Path(runtime)] if runtime else []) + [root / "tmp"]:
        path = folder / f"bt_u{euid}"
        if places.exists(path):
            return TokenCredential.from_file(path, euid=euid)
    return None


def find_credential(
    *,
    environ: Mapping[str, str] | None = None,
    euid: int | None = None,
    root: Path = _ROOT,
) -> X509Credential | TokenCredential:
    """Find the credential of this user.

    Searched in this order; the first place that holds something decides:
    X509_USER_PROXY; /tmp/x509up_u<euid>; X509_USER_CERT with X509_USER_KEY (the key defaults to the certificate's file); the host certificate
    and key in /etc/grid-security; then bearer tokens: BEARER_TOKEN; BEARER_TOKEN_FILE; $XDG_RUNTIME_DIR/bt_u<euid>; /tmp/bt_u<euid>.

    A host certificate counts as missing for users who may not read its key.

    When a place holds an X.509 credential that cannot be used, the search does not go on to another X.509 identity: a token is used if
    there is one, otherwise the reason is raised.

    Args:
        environ: Environment variables; None for those of the process.
        euid: Effective user id; None for that of the process.
        root: Directory that stands for `/` in the usual places (not in variables).

    Returns:
        A credential that has not expired.

    Raises:
        CredentialNotFoundError: Nothing was found; lists every place and why it did not serve. Also when a variable names a missing file.
        CredentialExpiredError: What was found has expired.
        CredentialPermissionError: What was found is open to others or belongs to another user.
        CredentialFormatError: What was found is not a credential.

    Source: order of `fts3.rest.client.context` 3.14.2; WLCG Bearer Token Discovery 1.0.
    """
    places = _Places(environ)
    euid = os.geteuid() if euid is None else euid
    unusable: CredentialError | None = None
    try:
        if x509 := _find_x509(places, euid=euid, root=root):
            return x509
    except CredentialError as error:
        unusable = error
    token = _find_token(places, euid=euid, root=root)
    if token is not None:
        if unusable is not None:
            _log.warning("using a bearer token, because: %s", unusable)
        token.check()
        return token
    raise unusable or places.not_found("No credential was found", remedy=_REMEDY)
