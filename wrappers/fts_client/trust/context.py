"""Whom the client trusts: one `ssl.SSLContext` per credential.

Signing policies (`<hash>.signing_policy`) are not enforced: OpenSSL does not read them.
"""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

import attrs

from fts_client.credentials.x509 import X509Credential
from fts_client.errors import FTSUsageError
from fts_client.trust.directory import HASHED_CRL, find_ca_dir, hashed_files
from fts_client.trust.revocation import AsyncioObject, RevocationLists, check_after_handshake

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from fts_client.credentials.token import TokenCredential

CrlCheck = Literal["off", "available", "leaf", "chain"]
"""How revocation lists count, see `client_context`."""


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
        verify: False turns the verification of the server off, host name included. Anybody can then impersonate the server.
        ca_dir: Directory of CA certificates under hashed names; None: X509_CERT_DIR, else /etc/grid-security/certificates, else the
            certificates of the system.
        ca_file: Bundle of CA certificates, trusted beside `ca_dir` when both are given and instead of the usual places when alone.
        crl_check: Whether certificates that are revoked according to the `<hash>.r0` files of the CA directory are refused. `off`: no.
            `available`: yes, by the lists that are there; certificates of a CA without a list are accepted, and a list that is out of
            date is used with a warning in the log. `leaf` and `chain`: every CA involved (of the host certificate, or of all) must have
            a list that is not out of date.
        environ: Environment variables; None for those of the process.

    Returns:
        A context for TLS 1.2 and later.

    Raises:
        FTSUsageError: `verify` is not a bool, or contradicts `crl_check`; CA directory or file missing, empty or unreadable; CRLs wanted without any.
        CredentialExpiredError: The credential has expired.
        CredentialError: The credential cannot be used.

    Source: with TLS 1.3 an FTS server takes a resumed session for another user, because it keeps only the leaf of a proxy chain
        (observed, FTS 3.13.4).
    """
    if not isinstance(verify, bool):
        # A configuration value that is not set must not switch the verification off.
        raise FTSUsageError(f"verify must be True or False, got {verify!r}")
    if not verify and crl_check != "off":
        raise FTSUsageError(
            f"crl_check={crl_check!r} needs the verification that verify=False switches off"
        )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslobject_class = AsyncioObject
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Python 3.13 sets this flag in its default contexts; grid CAs deviate from RFC 5280 in harmless ways.
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


def _load_trust(
    context: ssl.SSLContext,
    *,
    ca_dir: str | os.PathLike[str] | None,
    ca_file: str | os.PathLike[str] | None,
    environ: Mapping[str, str] | None,
) -> Path | None:
    """Load what is trusted; returns the CA directory, if one is used."""
    directory = (
        find_ca_dir(ca_dir, environ=environ) if ca_dir is not None or ca_file is None else None
    )
    if directory is not None:
        # OpenSSL only remembers the name here; it reads certificates when a handshake needs them.
        context.load_verify_locations(capath=str(directory))
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=os.fspath(ca_file))
        except OSError as error:  # also ssl.SSLError
            raise FTSUsageError(
                f"The CA file {ca_file} cannot be used: {error.strerror or error}",
                remedy="Name a PEM file of CA certificates.",
            ) from error
    elif directory is None:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    return directory


@lru_cache(maxsize=8)
def _revocation_lists(directory: Path) -> RevocationLists:
    # One for all contexts of a directory: reading the lists takes time, and they follow their files.
    return RevocationLists(directory)


def _use_crls(context: ssl.SSLContext, crl_check: CrlCheck, *, directory: Path | None) -> None:
    if crl_check not in get_args(CrlCheck):
        raise FTSUsageError(
            f"crl_check must be one of {', '.join(get_args(CrlCheck))}, got {crl_check!r}"
        )
    if crl_check == "off":
        return
    if directory is None or not hashed_files(directory, HASHED_CRL):
        where = f"there are none in {directory}" if directory else "there is no CA directory"
        raise FTSUsageError(
            f"crl_check={crl_check!r} needs CRLs (<8 hex digits>.r0), but {where}",
            remedy="Run fetch-crl, or turn crl_check off.",
        )
    if crl_check == "available":
        check_after_handshake(context, _revocation_lists(directory))
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
