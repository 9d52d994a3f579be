"""The test PKI on disk: the files that clients and grid tools expect, made once and reused."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Self

import attrs
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from fts_contract.mock.pki.authority import CA, Certified, PrivateKey, new_key, pem_of
from fts_contract.mock.pki.files import (
    LEAST_LEFT,
    DirectoryLock,
    is_issued_by,
    load_key,
    stored_ca,
    stored_certified,
    stored_key,
    write_private,
    write_public,
)
from fts_contract.mock.pki.names import slash_form, subject_hash
from fts_contract.mock.pki.proxies import issue_proxy
from fts_contract.mock.pki.voms import AttributeAuthority

_USERS: Final = "/DC=org/DC=example/O=Users"
_HOST_DN: Final = "/DC=org/DC=example/CN=localhost"
_VOMS_DN: Final = "/DC=org/DC=example/CN=voms.example.org"
_HOSTS: Final = ("localhost", "127.0.0.1", "::1")
_MEMBER: Final = "/testvo/Role=NULL/Capability=NULL"
_PROXY_LIFETIME: Final = LEAST_LEFT
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
    _lock: DirectoryLock = attrs.field(eq=False, repr=False)

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
        lock = DirectoryLock(directory)
        with lock:
            ca = stored_ca(directory)
            host = _stored_person(directory, "host", ca=ca)
            # Making keys takes most of the start-up time, so the host and the VOMS server share one.
            voms = _stored_person(directory, "voms", ca=ca, key=host.key)
            pki = cls(directory, ca=ca, host=host, voms=AttributeAuthority(voms), lock=lock)
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
            return _stored_person(self.directory, person, ca=self.ca)

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
                key=(key or _key_of_kind(spec.key))
                if level == 1
                else stored_key(self.directory / "keys" / "proxy.pem"),
                attributes=attributes,
            )
            attributes = None  # only the first proxy carries them
        return issued

    def _file(self, name: str) -> Path:
        return self.directory / "credentials" / f"{name}.pem"

    def _renew(self, name: str, *, key: PrivateKey | None = None) -> None:
        path = self._file(name)
        if path.exists() and self._is_good(path.read_bytes()):
            return
        spec = IDENTITIES[name]
        # Proxies of the first level share a key: key generation is most of the start-up time.
        if spec.levels == 1:
            key = stored_key(self.directory / "keys" / "proxy.pem")
        write_private(path, self.issue(name, key=key).pem)

    def _is_good(self, credential: bytes) -> bool:
        chain = x509.load_pem_x509_certificates(credential)
        issuers = [*chain[1:], self.ca.certificate]
        return (
            min(c.not_valid_after_utc for c in chain) - datetime.now(UTC) > _RENEW_BELOW
            and chain[0].public_key() == load_key(credential).public_key()
            and all(map(is_issued_by, chain, issuers))
        )

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
            write_public(path, content)


def _key_of_kind(kind: str) -> PrivateKey:
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return new_key(bits=int(kind.removeprefix("rsa")))


def _stored_person(
    directory: Path, person: str, *, ca: CA, key: PrivateKey | None = None
) -> Certified:
    hosts = {"host": _HOSTS, "voms": ("voms.example.org",)}.get(person, ())
    return stored_certified(directory, person, dn=_DNS[person], ca=ca, hosts=hosts, key=key)


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
