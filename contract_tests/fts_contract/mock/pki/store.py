"""The test PKI on disk: the files that clients and grid tools expect, made once and reused."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from fts_contract.mock.pki.authority import CA, Certified, PrivateKey, key_pem_of, new_key, pem_of
from fts_contract.mock.pki.names import slash_form, subject_hash
from fts_contract.mock.pki.proxies import issue_proxy
from fts_contract.mock.pki.voms import AttributeAuthority

_USERS: Final = "/DC=org/DC=example/O=Users"
_HOST_DN: Final = "/DC=org/DC=example/CN=localhost"
_VOMS_DN: Final = "/DC=org/DC=example/CN=voms.example.org"
_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
_MEMBER: Final = "/testvo/Role=NULL/Capability=NULL"
_PROXY_LIFETIME: Final = timedelta(days=2)
# A stored proxy with less than this left is made again, so that a session never ends in the middle.
_RENEW_BELOW: Final = timedelta(hours=13)


@attrs.frozen
class IdentitySpec:
    """How the credential of one test identity is made.

    Attributes:
        person: Whose certificate it derives from.
        fqans: VOMS attributes of the proxy; None for a plain proxy.
        levels: Proxies on top of the certificate; 0 is the certificate itself.
        key: Key of the last proxy: "rsa2048", "rsa3072" or "ec".
    """

    person: str
    fqans: tuple[str, ...] | None = None
    levels: int = 1
    key: str = "rsa2048"


# Source: observed on FTS 3.13.4: the identities of the recordings, with DNs and attributes that give the same delegation ids.
IDENTITIES: Final[dict[str, IdentitySpec]] = {
    "alice": IdentitySpec("alice", (_MEMBER, "/testvo/Role=production/Capability=NULL")),
    "bob": IdentitySpec("bob", (_MEMBER,)),
    "alice-novoms": IdentitySpec("alice"),
    "bob-novoms": IdentitySpec("bob"),
    "alice-cert": IdentitySpec("alice", levels=0),
    "alice-proxy2": IdentitySpec(
        "alice", (_MEMBER, "/testvo/Role=production/Capability=NULL"), levels=2
    ),
    "bob-3072": IdentitySpec("bob", (_MEMBER,), levels=2, key="rsa3072"),
    "bob-ec": IdentitySpec("bob", (_MEMBER,), levels=2, key="ec"),
    "admin": IdentitySpec("admin", ("/testvo/Role=lcgadmin/Capability=NULL",)),
    "root": IdentitySpec("host"),
}
_DNS: Final = {
    "alice": f"{_USERS}/CN=alice",
    "bob": f"{_USERS}/CN=bob",
    "admin": f"{_USERS}/CN=root",
    "host": _HOST_DN,
    "voms": _VOMS_DN,
}


@attrs.frozen
class TestPKI:
    """A CA, a host certificate and the credentials of the test identities, in a directory.

    Attributes:
        directory: Where all files are; the keys in it protect nothing.
        ca: The certification authority.
        host: Host certificate of the mock.
        voms: The VOMS server that certifies membership of `testvo`.
    """

    __test__ = False  # pytest would take it for a test class

    directory: Path
    ca: CA
    host: Certified
    voms: AttributeAuthority
    _lock: threading.RLock = attrs.field(factory=threading.RLock, init=False, eq=False, repr=False)

    @classmethod
    def at(cls, directory: Path) -> Self:
        """Open the PKI in a directory, or make one there.

        Args:
            directory: Created when missing. What an earlier run left is used again; proxies that
                end soon are renewed.

        Raises:
            OSError: The directory cannot be read or written.
            ValueError: It holds other files than those of such a PKI.
        """
        directory.mkdir(parents=True, exist_ok=True)
        pki = cls.on_demand(directory.resolve())
        pki.complete()
        return pki

    @classmethod
    def on_demand(cls, directory: Path) -> Self:
        """Open or make a PKI whose credentials are made when they are first asked for, as most programs use one.

        The directory must exist. Raises what `at` raises.
        """
        ca = _stored_ca(directory)
        host = _stored_certified(directory, "host", ca=ca)
        # Making keys takes most of the start-up time, so the host and the VOMS server share one.
        voms = _stored_certified(directory, "voms", ca=ca, key=host.key)
        pki = cls(directory=directory, ca=ca, host=host, voms=AttributeAuthority(voms))
        pki._write_trust()
        return pki

    def complete(self) -> None:
        """Make the credentials that are missing, and renew those that end soon.

        Raises:
            OSError: They cannot be read or written.
        """
        with self._lock, ThreadPoolExecutor(1) as second_core:
            keys = {
                name: second_core.submit(_key_of_kind, spec.key)
                for name, spec in IDENTITIES.items()
                if spec.levels > 1 and not self._file(name).exists()
            }
            for name in IDENTITIES:
                self._renew(name, key=keys[name].result() if name in keys else None)

    @property
    def ca_file(self) -> Path:
        """PEM file of the CA."""
        return self.directory / "ca.pem"

    @property
    def ca_dir(self) -> Path:
        """Hashed CA directory, as X509_CERT_DIR names it."""
        return self.directory / "certificates"

    @property
    def voms_dir(self) -> Path:
        """What X509_VOMS_DIR names: the chain by which VOMS attributes are trusted."""
        return self.directory / "vomsdir"

    @property
    def host_file(self) -> Path:
        """Certificate of the host; its key is in `keys`."""
        return self.directory / "certs" / "host.pem"

    def expired_host_file(self) -> Path:
        """Issue a certificate for the key of the host that ended a day ago.

        Returns:
            Its PEM file.

        Raises:
            OSError: It cannot be written.
        """
        path = self.directory / "certs" / "host-expired.pem"
        expired = self.ca.issue_cert(
            _HOST_DN,
            hosts=_HOSTS,
            starts_in=timedelta(days=-30),
            lifetime=timedelta(days=-1),
            key=self.host.key,
        )
        write_private(path, pem_of(expired.certificate))
        return path

    def credential(self, name: str) -> Path:
        """Give the credential file of a test identity: certificate, key and chain in one PEM, mode 0600.

        Args:
            name: A key of `IDENTITIES`.

        Raises:
            KeyError: The identity is unknown.
            OSError: It does not exist yet and cannot be written.
        """
        if name not in IDENTITIES:
            raise KeyError(
                f"unknown test identity {name!r}; expected one of {', '.join(IDENTITIES)}"
            )
        path = self._file(name)
        with self._lock:
            if not path.exists():
                self._renew(name)
        return path

    def certified(self, person: str) -> Certified:
        """Load the end-entity certificate of a person.

        Args:
            person: "alice", "bob", "admin" or "host".

        Raises:
            KeyError: The person is unknown.
        """
        if person not in _DNS:
            raise KeyError(f"unknown test person {person!r}")
        with self._lock:
            return _stored_certified(self.directory, person, ca=self.ca)

    def issue(
        self, name: str, *, lifetime: timedelta = _PROXY_LIFETIME, key: PrivateKey | None = None
    ) -> Certified:
        """Make a fresh credential of a test identity, for example one that has expired.

        Args:
            name: A key of `IDENTITIES`.
            lifetime: Of the last proxy, from now; may be negative.
            key: Key of the last proxy; None makes a new one of the kind of the identity.

        Raises:
            KeyError: The identity is unknown.
        """
        spec = IDENTITIES[name]
        issued = self.certified(spec.person)
        attributes = None
        if spec.fqans is not None:
            attributes = self.voms.issue(
                issued.certificate, spec.fqans, vo="testvo", lifetime=_PROXY_LIFETIME
            )
        for level in range(spec.levels, 0, -1):
            issued = issue_proxy(
                issued,
                lifetime=lifetime if level == 1 else _PROXY_LIFETIME,
                key=(key or _key_of_kind(spec.key)) if level == 1 else _proxy_key(self.directory),
                attributes=attributes,
            )
            attributes = None  # only the first proxy carries them
        return issued

    def _file(self, name: str) -> Path:
        return self.directory / "credentials" / f"{name}.pem"

    def _renew(self, name: str, *, key: PrivateKey | None = None) -> None:
        path = self._file(name)
        if path.exists():
            ends = [
                c.not_valid_after_utc for c in x509.load_pem_x509_certificates(path.read_bytes())
            ]
            if min(ends) - datetime.now(UTC) > _RENEW_BELOW:
                return
        spec = IDENTITIES[name]
        # Proxies of the first level share a key: key generation is most of the start-up time.
        if spec.levels == 1:
            key = _proxy_key(self.directory)
        write_private(path, self.issue(name, key=key).pem)

    def _write_trust(self) -> None:
        subject = self.ca.certificate.subject
        digest = subject_hash(subject)
        policy = (
            f"access_id_CA X509 '{slash_form(subject)}'\n"
            "pos_rights globus CA:sign\n"
            "cond_subjects globus '\"/DC=org/DC=example/*\"'\n"
        )
        signer = self.voms.signer
        lsc = f"{signer.dn}\n{slash_form(signer.certificate.issuer)}\n"
        for path, content in (
            (self.ca_dir / f"{digest}.0", self.ca.pem),
            (self.ca_dir / f"{digest}.signing_policy", policy.encode()),
            (self.voms_dir / "testvo" / "voms.example.org.lsc", lsc.encode()),
        ):
            if not path.exists() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)


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


def _key_of_kind(kind: str) -> PrivateKey:
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return new_key(bits=int(kind.removeprefix("rsa")))


def _load_key(encoded: bytes) -> PrivateKey:
    # Checking RSA keys costs more than everything else here, and these keys are our own.
    key = serialization.load_pem_private_key(
        encoded, password=None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ValueError("the PKI directory holds a key that is neither RSA nor EC")  # noqa: TRY004
    return key


def _stored_ca(directory: Path) -> CA:
    certificate, key = directory / "ca.pem", directory / "keys" / "ca.pem"
    if certificate.exists() and key.exists():
        ca = CA(
            certificate=x509.load_pem_x509_certificate(certificate.read_bytes()),
            key=_load_key(key.read_bytes()),
        )
        if ca.certificate.not_valid_after_utc > datetime.now(UTC) + _PROXY_LIFETIME:
            return ca
    ca = CA.create()
    write_private(key, key_pem_of(ca.key))
    certificate.write_bytes(ca.pem)
    # What an older CA issued is not trusted any more.
    shutil.rmtree(directory / "certs", ignore_errors=True)
    shutil.rmtree(directory / "credentials", ignore_errors=True)
    shutil.rmtree(directory / "certificates", ignore_errors=True)
    return ca


def _stored_certified(
    directory: Path, person: str, *, ca: CA, key: PrivateKey | None = None
) -> Certified:
    certificate = directory / "certs" / f"{person}.pem"
    key_file = directory / "keys" / f"{person}.pem"
    if certificate.exists() and key_file.exists():
        stored = x509.load_pem_x509_certificate(certificate.read_bytes())
        if stored.not_valid_after_utc > datetime.now(UTC) + _PROXY_LIFETIME:
            return Certified(certificate=stored, key=_load_key(key_file.read_bytes()))
    hosts = {"host": _HOSTS, "voms": ("voms.example.org",)}.get(person, ())
    issued = ca.issue_cert(_DNS[person], hosts=hosts, key=key)
    write_private(key_file, issued.key_pem)
    certificate.parent.mkdir(parents=True, exist_ok=True)
    certificate.write_bytes(pem_of(issued.certificate))
    return issued


def _proxy_key(directory: Path) -> PrivateKey:
    path = directory / "keys" / "proxy.pem"
    if path.exists():
        return _load_key(path.read_bytes())
    key = new_key()
    write_private(path, key_pem_of(key))
    return key


@functools.cache
def shared_pki() -> TestPKI:
    """Give the PKI that all mocks of this process share; it is deleted when the process ends.

    Returns:
        A PKI in a new temporary directory, made at the first call; its credentials are made on demand.
    """
    directory = Path(tempfile.mkdtemp(prefix="fts-mock-pki-"))
    owner = os.getpid()

    def remove() -> None:
        # A forked child must not delete the directory of its parent.
        if os.getpid() == owner:
            shutil.rmtree(directory, ignore_errors=True)

    atexit.register(remove)
    return TestPKI.on_demand(directory)
