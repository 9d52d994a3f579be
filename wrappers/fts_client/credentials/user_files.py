"""Where grid tools keep the files of a user: the certificate that proxies are made from, and the proxy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from fts_client.errors import CredentialNotFoundError, SearchedPlace

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "PROXY_PLACES",
    "UserCertificate",
    "default_proxy_path",
    "find_user_certificate",
    "proxy_path",
]

PROXY_PLACES: Final = "X509_USER_PROXY, or /tmp/x509up_u<uid>"
"""Where the proxy of a user is, as help pages say it."""


@attrs.frozen
class UserCertificate:
    """Files of a user's certificate.

    Attributes:
        certificate: PEM file, or PKCS#12 file.
        key: PEM file of the key; None when it is in the same file.
    """

    certificate: Path
    key: Path | None

    @property
    def is_pkcs12(self) -> bool:
        """Whether the file is PKCS#12, by its name."""
        return self.certificate.suffix.lower() in {".p12", ".pfx"}


def proxy_path(*, environ: Mapping[str, str] | None = None, euid: int | None = None) -> Path:
    """Return the path at which grid tools look for the proxy of this user: `PROXY_PLACES`.

    Args:
        environ: Environment variables; None for those of the process.
        euid: Effective user id; None for that of the process.
    """
    named = (os.environ if environ is None else environ).get("X509_USER_PROXY", "").strip()
    return Path(named) if named else default_proxy_path(euid=euid)


def default_proxy_path(*, euid: int | None = None, root: Path = Path("/")) -> Path:
    """Return the path of the proxy of this user when `X509_USER_PROXY` is not set.

    Args:
        euid: Effective user id; None for that of the process.
        root: Directory that stands for `/`.
    """
    return root / "tmp" / f"x509up_u{os.geteuid() if euid is None else euid}"


def find_user_certificate(
    *, environ: Mapping[str, str] | None = None, home: Path | None = None
) -> UserCertificate:
    """Find the certificate that a proxy is made from.

    Args:
        environ: Environment variables; None for those of the process.
        home: Home directory; None for that of the user.

    Returns:
        X509_USER_CERT with X509_USER_KEY; else ~/.globus/usercert.pem with userkey.pem; else ~/.globus/usercred.p12.

    Raises:
        CredentialNotFoundError: Nothing anywhere; lists every place.

    Source: order of `grid-proxy-init` 6.
    """
    environ = os.environ if environ is None else environ
    named = environ.get("X509_USER_CERT", "").strip()
    if named:
        key = environ.get("X509_USER_KEY", "").strip()
        return UserCertificate(Path(named), Path(key) if key else None)
    searched = [SearchedPlace(place="X509_USER_CERT", reason="not set")]
    globus = (Path.home() if home is None else home) / ".globus"
    certificate, key_file = globus / "usercert.pem", globus / "userkey.pem"
    if certificate.exists() and key_file.exists():
        return UserCertificate(certificate, key_file)
    searched.append(SearchedPlace(place=f"{certificate} with {key_file}", reason="one is missing"))
    pkcs12 = globus / "usercred.p12"
    if pkcs12.exists():
        return UserCertificate(pkcs12, None)
    searched.append(SearchedPlace(place=str(pkcs12), reason="no such file"))
    raise CredentialNotFoundError(
        "No certificate to make a proxy from was found",
        searched=tuple(searched),
        remedy="Name it with --cert and --key, or put it into ~/.globus.",
    )
