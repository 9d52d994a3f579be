"""The files of a test PKI: written whole, under a lock, and made again when they do not fit together."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from fts_contract.mock.pki.authority import (
    CA,
    Certified,
    PrivateKey,
    key_pem_of,
    new_key,
    pem_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST_LEFT: Final = timedelta(days=2)
"""A stored certificate that ends sooner is made again: it would not outlive the proxies made from it."""

_CANNOT_WRITE: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


class DirectoryLock:
    """Keeps other processes and threads from making the files of a directory at the same time; may be nested.

    Args:
        directory: The directory.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / ".lock"
        self._threads = threading.RLock()
        self._depth = 0
        self._file: int | None = None

    def __enter__(self) -> Self:
        self._threads.acquire()
        try:
            if self._depth == 0:
                self._file = self._open()
            self._depth += 1
        except BaseException:
            self._threads.release()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self._depth -= 1
        if self._depth == 0 and self._file is not None:
            os.close(self._file)  # which ends the lock
            self._file = None
        self._threads.release()

    def _open(self) -> int | None:
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            if error.errno in _CANNOT_WRITE:
                return None  # nobody can write here, so there is nothing to wait for
            raise
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except BaseException:
            os.close(file)
            raise
        return file


def write_private(path: Path, content: bytes) -> None:
    """Write a file with a key: never readable by others, never half written.

    Args:
        path: Where; replaced when it exists.
        content: What.

    Raises:
        OSError: It cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(fd, "wb") as stream:  # mkstemp makes the file with mode 0600
            stream.write(content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_public(path: Path, content: bytes) -> None:
    """Write a file that everybody may read, unless it has this content already; never half written.

    Args:
        path: Where; replaced when it exists.
        content: What.

    Raises:
        OSError: It cannot be written.
    """
    if path.exists() and path.read_bytes() == content:
        return
    write_private(path, content)
    path.chmod(0o644)


def stored_ca(directory: Path) -> CA:
    """Give the CA of a directory; a new one when there is none, it ends soon, or its files do not fit together.

    Raises:
        OSError: The files cannot be read or written.
        ValueError: They hold something else.
    """
    certificate, key = directory / "ca.pem", directory / "keys" / "ca.pem"
    stored = _stored(certificate, key, fits=lambda _certificate: True)
    if stored is not None:
        return CA(certificate=stored.certificate, key=stored.key)
    ca = CA.create()
    write_private(key, key_pem_of(ca.key))
    write_public(certificate, ca.pem)
    # What an older CA issued is not trusted any more.
    for name in ("certs", "credentials", "certificates"):
        shutil.rmtree(directory / name, ignore_errors=True)
    return ca


def stored_certified(
    directory: Path,
    person: str,
    *,
    dn: str,
    ca: CA,
    hosts: tuple[str, ...] = (),
    key: PrivateKey | None = None,
) -> Certified:
    """Give a certificate of a directory; a new one when there is none, it ends soon, or another CA issued it.

    Args:
        directory: The directory.
        person: Name of the files.
        dn: Subject of a new one.
        ca: Issuer.
        hosts: Host names of a new one.
        key: Key of a new one; None for a new key.

    Raises:
        OSError: The files cannot be read or written.
        ValueError: They hold something else.
    """
    certificate = directory / "certs" / f"{person}.pem"
    key_file = directory / "keys" / f"{person}.pem"
    stored = _stored(certificate, key_file, fits=lambda found: is_issued_by(found, ca.certificate))
    if stored is not None:
        return stored
    issued = ca.issue_cert(dn, hosts=hosts, key=key)
    write_private(key_file, issued.key_pem)
    write_public(certificate, pem_of(issued.certificate))
    return issued


def _stored(
    certificate: Path, key: Path, *, fits: Callable[[x509.Certificate], bool]
) -> Certified | None:
    if not (certificate.exists() and key.exists()):
        return None
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    private = load_key(key.read_bytes())
    lasts = found.not_valid_after_utc > datetime.now(UTC) + LEAST_LEFT
    if lasts and found.public_key() == private.public_key() and fits(found):
        return Certified(certificate=found, key=private)
    return None


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Say whether a certificate carries the signature of another one's key."""
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def stored_key(path: Path) -> PrivateKey:
    """Give the private key in a file; a new one, stored there, when there is none.

    Raises:
        OSError: It cannot be read or written.
        ValueError: The file holds something else.
    """
    if path.exists():
        return load_key(path.read_bytes())
    key = new_key()
    write_private(path, key_pem_of(key))
    return key


def load_key(encoded: bytes) -> PrivateKey:
    """Read a private key of ours.

    Raises:
        ValueError: It is not one.
    """
    # Checking RSA keys costs more than everything else here, and these keys are our own.
    key = serialization.load_pem_private_key(
        encoded, password=None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("the PKI directory holds a key that is neither RSA nor EC")  # noqa: TRY004
    return key
