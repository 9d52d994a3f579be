"""Find the credential as grid tools do: the environment, then the usual files."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from fts_client.credentials.user_files import default_proxy_path
from fts_client.credentials.x509 import TokenCredential, X509Credential
from fts_client.errors import CredentialError, CredentialNotFoundError, SearchedPlace

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["find_credential"]

_log = logging.getLogger(__name__)
_REMEDY = "Create a proxy (voms-proxy-init, fts proxy init), set X509_USER_PROXY or BEARER_TOKEN_FILE, or pass credential=..."


class _Search:
    """One search: where it looks, and what it has seen."""

    def __init__(self, environ: Mapping[str, str], *, euid: int, root: Path) -> None:
        self.environ = environ
        self.euid = euid
        self.root = root
        self.seen: list[SearchedPlace] = []

    def note(self, place: str, reason: str) -> None:
        self.seen.append(SearchedPlace(place=place, reason=reason))

    def variable(self, name: str) -> str | None:
        """Value of a variable; an empty one counts as not set."""
        value = self.environ.get(name, "").strip()
        if not value:
            self.note(name, "not set")
            return None
        return value

    def x509(
        self, place: str, path: Path, key_path: Path | None = None, *, usual: bool
    ) -> X509Credential | None:
        """Read what is there. None: nothing there, which only a place that nobody named may be."""
        if usual and not os.path.lexists(path):
            self.note(place, "no such file")
            return None
        try:
            credential = X509Credential.from_file(path, key_path=key_path, euid=self.euid)
        except CredentialNotFoundError as error:
            self.note(place, error.message)
            raise CredentialNotFoundError(
                "No credential was found",
                searched=tuple(self.seen),
                path=error.path,
                remedy=_REMEDY,
            ) from error
        credential.check()
        return credential


def _find_x509(search: _Search) -> X509Credential | None:
    if named := search.variable("X509_USER_PROXY"):
        return search.x509("X509_USER_PROXY", Path(named), usual=False)
    proxy = default_proxy_path(euid=search.euid, root=search.root)
    if found := search.x509(str(proxy), proxy, usual=True):
        return found
    if named := search.variable("X509_USER_CERT"):
        key = search.variable("X509_USER_KEY")
        return search.x509("X509_USER_CERT", Path(named), Path(key) if key else None, usual=False)
    folder = search.root / "etc" / "grid-security"
    certificate, key_file = folder / "hostcert.pem", folder / "hostkey.pem"
    if not os.path.lexists(key_file):
        search.note(f"{certificate} with {key_file}", "no such files")
        return None
    return search.x509(f"{certificate} with {key_file}", certificate, key_file, usual=True)


def _find_token(search: _Search) -> TokenCredential | None:
    if token := search.variable("BEARER_TOKEN"):
        return TokenCredential(token)
    if named := search.variable("BEARER_TOKEN_FILE"):
        return TokenCredential.from_file(named, euid=search.euid)
    name = f"bt_u{search.euid}"
    folders = [search.root / "tmp"]
    if runtime := search.variable("XDG_RUNTIME_DIR"):
        folders.insert(0, Path(runtime))
    for folder in folders:
        path = folder / name
        if os.path.lexists(path):
            return TokenCredential.from_file(path, euid=search.euid)
        search.note(str(path), "no such file")
    return None


def find_credential(
    *,
    environ: Mapping[str, str] | None = None,
    euid: int | None = None,
    root: Path = Path("/"),
) -> X509Credential | TokenCredential:
    """Find the credential of this user.

    Searched in this order; the first place that holds something decides:
    X509_USER_PROXY; /tmp/x509up_u<euid>; X509_USER_CERT with X509_USER_KEY (the key defaults to the certificate's file); the host certificate
    and key in /etc/grid-security; then bearer tokens: BEARER_TOKEN; BEARER_TOKEN_FILE; $XDG_RUNTIME_DIR/bt_u<euid>; /tmp/bt_u<euid>.

    A place that holds a credential which cannot be used does not make way for another X.509 identity: a token is used when there is one,
    otherwise the reason is raised.

    Args:
        environ: Environment variables; None for those of the process.
        euid: Effective user id; None for that of the process.
        root: Directory that stands for `/` in the usual places (not in variables).

    Returns:
        A credential that has not expired.

    Raises:
        CredentialNotFoundError: Nothing anywhere; lists every place and why it did not serve. Also when a variable names a missing file.
        CredentialExpiredError: What was found has expired.
        CredentialPermissionError: What was found is open to others or not ours.
        CredentialFormatError: What was found is no credential.

    Source: order of `fts3.rest.client.context` 3.14.2; WLCG Bearer Token Discovery 1.0.
    """
    search = _Search(
        os.environ if environ is None else environ,
        euid=os.geteuid() if euid is None else euid,
        root=root,
    )
    broken: CredentialError | None = None
    try:
        if x509 := _find_x509(search):
            return x509
    except CredentialError as error:
        broken = error
    token = _find_token(search)
    if token is not None:
        if broken is not None:
            _log.warning("using a bearer token, because: %s", broken)
        token.check()
        return token
    if broken is not None:
        raise broken
    raise CredentialNotFoundError(
        "No credential was found", searched=tuple(search.seen), remedy=_REMEDY
    )
