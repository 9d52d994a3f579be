"""Revocation lists checked after the handshake, for CAs that publish one.

OpenSSL can only require a CRL of every CA, but every grid has a few CAs without one. So the certificates of the server are compared here
with those lists of the CA directory that exist and that their CA has signed.
"""

from __future__ import annotations

import os
import ssl
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from fts_client._fork import LockOwner
from fts_client.credentials.asn1 import ASN1Error
from fts_client.credentials.certificate import Certificate
from fts_client.credentials.names import comparable, slash_form
from fts_client.credentials.secret_files import FileStamp, stamp_of
from fts_client.errors.logs import safe_logger
from fts_client.trust.crl import Crl, read_crl
from fts_client.trust.directory import HASHED_CRL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_log = safe_logger(__name__)

_UNSPECIFIED, _REVOKED = 1, 23  # numbers of x509_vfy.h
_DER = 2  # the format argument of the private certificate objects of ssl before Python 3.13


class RevocationLists(LockOwner):
    """The CRLs of a CA directory, files `<hash>.r0`, each read again when its file has changed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._own_lock()
        self._read: dict[Path, tuple[FileStamp, Crl | None]] = {}

    def check(self, chain: Sequence[bytes]) -> None:
        """Compare a verified chain of DER certificates, leaf first and root last, with the lists.

        Raises:
            ssl.SSLCertVerificationError: A certificate is revoked, with the code that OpenSSL gives it.
        """
        try:
            certificates = [Certificate.read(der) for der in chain]
        except ASN1Error as error:
            raise _refusal(_UNSPECIFIED, "a certificate cannot be compared with CRLs") from error
        for certificate, issuer in pairwise(certificates):
            for found in self._lists_of(issuer):
                if certificate.serial_number in found.revoked:
                    raise _refusal(_REVOKED, "certificate revoked")

    def _lists_of(self, issuer: Certificate) -> Iterator[Crl]:
        now = datetime.now(UTC)
        name, wanted = slash_form(issuer.subject_name), comparable(issuer.subject_name)
        found = False
        for path, crl in self._all():
            if crl.issuer != wanted:
                continue
            if not crl.signed_by(issuer):
                _log.warning("the CRL %s is not signed by %s; it is not used", path, name)
                continue
            found = True
            if crl.next_update_utc is not None and crl.next_update_utc <= now:
                # What it lists stays revoked, but later revocations are missing.
                _log.warning("the CRL %s is older than its next update; run fetch-crl", path)
            yield crl
        if not found:
            _log.debug(
                "no CRL of %s in %s; its certificates are not checked", name, self._directory
            )

    def _all(self) -> list[tuple[Path, Crl]]:
        with self._lock:
            for name in sorted(os.listdir(self._directory)):  # noqa: PTH208 - names only
                if HASHED_CRL.fullmatch(name):
                    self._refresh(self._directory / name)
            return [(path, crl) for path, (_, crl) in self._read.items() if crl is not None]

    def _refresh(self, path: Path) -> None:
        stamp = stamp_of(path)
        if stamp is None:
            self._read.pop(path, None)
        elif path not in self._read or self._read[path][0] != stamp:
            self._read[path] = stamp, read_crl(path)


def _refusal(code: int, message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


def _verified_chain(connection: Any) -> list[bytes]:
    # Public since Python 3.13 only.
    public = getattr(connection, "get_verified_chain", None)
    chain = (public or connection._sslobj.get_verified_chain)() or []  # noqa: SLF001
    return [item if isinstance(item, bytes) else item.public_bytes(_DER) for item in chain]


class AsyncioObject(ssl.SSLObject):
    """A connection of asyncio."""

    def getpeercert(self, binary_form: bool = False) -> Any:  # noqa: FBT001, FBT002 - inherited
        """Return the certificate of the server as DER, else nothing.

        asyncio asks for the decoded form, which is not used, and closes the connection when Python cannot decode it, as with an
        e-mail address in latin-1.
        """
        return super().getpeercert(binary_form=True) if binary_form else {}


def check_after_handshake(context: ssl.SSLContext, lists: RevocationLists) -> None:
    """Make every connection of a context, which verifies, fail when its server presents a revoked certificate."""

    class CheckedSocket(ssl.SSLSocket):
        """A blocking connection."""

        def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - inherited
            super().do_handshake(block)
            try:
                lists.check(_verified_chain(self))
            except BaseException:
                self.close()
                raise

    class CheckedObject(AsyncioObject):
        """A connection of asyncio."""

        def do_handshake(self) -> None:
            super().do_handshake()
            lists.check(_verified_chain(self))

    context.sslsocket_class = CheckedSocket
    context.sslobject_class = CheckedObject
