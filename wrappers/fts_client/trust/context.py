"""Whom the client trusts: one `ssl.SSLContext` per credential.

Signing policies (`<hash>.signing_policy`) are not enforced: OpenSSL does not read them.
"""

from __future__ import annotations

import os
import re
import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import attrs

from fts_client.credentials.x509 import X509Credential
from fts_client.errors import FTSUsageError
from fts_client.trust.revocation import HASHED_CRL, RevocationLists, check_after_handshake

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fts_client.credentials.x509 import TokenCredential

__all__ = ["CrlCheck", "Trust", "client_context", "find_ca_dir"]

CrlCheck = Literal["off", "available", "leaf", "chain"]
"""How revocation lists count, see `client_context`."""

_USUAL_CA_DIR = Path("/etc/grid-security/certificates")
_HASHED_CA = re.compile(r"[0-9a-f]{8}\.[0-9]+")


def find_ca_dir(
    ca_dir: str | os.PathLike[str] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    usual: Path = _USUAL_CA_DIR,
) -> Path | None:
    """Find the directory of trusted CAs.

    Args:
        ca_dir: Named by the caller; None when not.
        environ: Environment variables; None for those of the process.
        usual: Used when it exists and nothing else is named.

    Returns:
        The argument, or X509_CERT_DIR, or /etc/grid-security/certificates; None when there is none: then the system store counts.

    Raises:
        FTSUsageError: The directory named does not exist or holds no CA under a hashed name.

    Source: order of `fts3.rest.client.context` 3.14.2.
    """
    environ = os.environ if environ is None else environ
    named = str(ca_dir) if ca_dir is not None else environ.get("X509_CERT_DIR", "").strip()
    if not named:
        return usual if usual.is_dir() and _holds(usual, _HASHED_CA) else None
    path = Path(named)
    by = "ca_dir" if ca_dir is not None else "X509_CERT_DIR"
    if not os.path.isdir(path):  # noqa: PTH112 - never raises, whatever the name and the rights
        raise FTSUsageError(
            f"The CA directory {path} ({by}) does not exist or is no directory",
            remedy="Name the directory that holds the CA certificates, usually /etc/grid-security/certificates.",
        )
    if not _holds(path, _HASHED_CA):
        raise FTSUsageError(
            f"The CA directory {path} ({by}) holds no CA certificate under a hashed name (<8 hex digits>.0)",
            remedy=f"Run openssl rehash {path}, or pass a bundle as ca_file.",
        )
    return path


def _holds(path: Path, pattern: re.Pattern[str]) -> bool:
    try:
        return any(pattern.fullmatch(name) for name in os.listdir(path))  # noqa: PTH208 - names only
    except OSError as error:
        raise FTSUsageError(
            f"The CA directory {path} cannot be read: {error.strerror}",
            remedy="Give yourself the right to read it, or name another one.",
        ) from error


def _load_trust(
    context: ssl.SSLContext,
    *,
    ca_dir: str | os.PathLike[str] | None,
    ca_file: str | os.PathLike[str] | None,
    environ: Mapping[str, str] | None,
) -> Path | None:
    """Load what is trusted; returns the CA directory, if one is used."""
    if ca_file is not None and ca_dir is None:
        directory = None
    else:
        directory = find_ca_dir(ca_dir, environ=environ)
    if directory is None and ca_file is None:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
        return None
    if directory is not None:
        # It is only remembered here; certificates are read when a handshake needs them.
        context.load_verify_locations(capath=str(directory))
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=os.fspath(ca_file))
        except OSError as error:  # also ssl.SSLError
            raise FTSUsageError(
                f"The CA file {ca_file} cannot be used: {error.strerror or error}",
                remedy="Name a PEM file of CA certificates.",
            ) from error
    return directory


def client_context(
    credential: X509Credential | TokenCredential | None = None,
    *,
    verify: bool = True,
    ca_dir: str | os.PathLike[str] | None = None,
    ca_file: str | os.PathLike[str] | None = None,
    crl_check: CrlCheck = "off",
    environ: Mapping[str, str] | None = None,
) -> ssl.SSLContext:
    """Make the TLS context for one credential. Connections must not resume sessions made with another one.

    Args:
        credential: An X.509 credential is presented to the server; a token is only checked here; None for an anonymous client.
        verify: False turns the verification of the server off, host name included. Anybody can then play the server.
        ca_dir: Directory of CA certificates under hashed names; None: X509_CERT_DIR, else /etc/grid-security/certificates, else the
            certificates of the system.
        ca_file: Bundle of CA certificates, trusted beside `ca_dir` when both are given and instead of the usual places when alone.
        crl_check: Whether certificates that are revoked according to the `<hash>.r0` files of the CA directory are refused. `off`: no.
            `available`: yes, by the lists that are there; a CA that has none is let pass, and a list that is out of date is used
            with a warning in the log. `leaf` and `chain`: every CA involved (of the host certificate, or of all) must have a list that
            is not out of date.
        environ: Environment variables; None for those of the process.

    Returns:
        A context for TLS 1.2 and later.

    Raises:
        FTSUsageError: `verify` is no bool, or contradicts `crl_check`; CA directory or file missing, empty or unreadable; CRLs wanted without any.
        CredentialExpiredError: The credential has ended.
        CredentialError: The credential cannot be used.

    Source: with TLS 1.3 an FTS server takes a resumed session for another user, because it keeps only the leaf of a proxy chain
        (observed, FTS 3.13.4).
    """
    if not isinstance(verify, bool):
        # An unset value of a configuration must not open the client.
        raise FTSUsageError(f"verify is True or False, got {verify!r}")
    if not verify and crl_check != "off":
        raise FTSUsageError(
            f"crl_check={crl_check!r} needs the verification that verify=False switches off"
        )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Python 3.13 turns this on in other contexts; grid CAs break the letter of RFC 5280 in harmless ways.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if verify:
        directory = _load_trust(context, ca_dir=ca_dir, ca_file=ca_file, environ=environ)
        _use_crls(context, crl_check, directory=directory)
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if credential is not None:
        credential.check()
    if isinstance(credential, X509Credential):
        credential.load_into(context)
    return context


def _use_crls(context: ssl.SSLContext, crl_check: CrlCheck, *, directory: Path | None) -> None:
    if crl_check not in get_args(CrlCheck):
        raise FTSUsageError(
            f"crl_check is {crl_check!r}; it can be {', '.join(get_args(CrlCheck))}"
        )
    if crl_check == "off":
        return
    if directory is None or not _holds(directory, HASHED_CRL):
        where = f"in {directory}" if directory else "without a CA directory"
        raise FTSUsageError(
            f"CRLs are wanted, but {where} there are none (<8 hex digits>.r0)",
            remedy="Run fetch-crl, or turn crl_check off.",
        )
    if crl_check == "available":
        check_after_handshake(context, RevocationLists(directory))
    elif crl_check == "leaf":
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    else:
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Trust:
    """Which servers a client trusts; the attributes mean what they mean in `client_context`."""

    verify: bool = True
    ca_dir: str | os.PathLike[str] | None = None
    ca_file: str | os.PathLike[str] | None = None
    crl_check: CrlCheck = "off"

    def context(
        self, credential: X509Credential | TokenCredential | None = None
    ) -> ssl.SSLContext:
        """Make the TLS context for one credential, see `client_context`."""
        return client_context(
            credential,
            verify=self.verify,
            ca_dir=self.ca_dir,
            ca_file=self.ca_file,
            crl_check=self.crl_check,
        )
