"""One row for each way in which a credential or a server is not in order: what the client says over real TLS.

Every message names what is wrong, of which file, certificate or host, and what to do about it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fts_client import FTSClient, RetryPolicy, X509Credential, errors
from fts_client.proxy import create_proxy
from fts_contract.mock.pki import CA, Certified, TestPKI, issue_proxy
from fts_contract.mock.pki.authority import pem_of
from fts_contract.mock.pki.names import subject_hash

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOUR = timedelta(hours=1)
ALICE = "/DC=org/DC=example/O=Users/CN=alice"


@attrs.frozen
class Scene:
    """What a row can use.

    Attributes:
        pki: The PKI that the server belongs to.
        alice: Her certificate.
        folder: Of this test alone.
        credential: Where the row puts what the client is given.
    """

    pki: TestPKI
    alice: Certified
    folder: Path

    @property
    def credential(self) -> Path:
        return self.folder / "credential.pem"

    def put(self, data: bytes, *, mode: int = 0o600) -> Path:
        self.credential.write_bytes(data)
        self.credential.chmod(mode)
        return self.credential


def encrypted(key: Any, passphrase: bytes) -> bytes:
    pem: bytes = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase),
    )
    return pem


def ended_user(scene: Scene, *, starts: timedelta, ends: timedelta) -> Certified:
    """A user whose certificate covers a period of its own."""
    key = rsa.generate_private_key(65537, 2048)
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(
        issuer_name=scene.pki.ca.certificate.subject,
        subject_name=scene.alice.certificate.subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now + starts,
        not_valid_after=now + ends,
    )
    return Certified(certificate=builder.sign(scene.pki.ca.key, hashes.SHA256()), key=key)


def outliving_proxy(user: Certified, lifetime: timedelta) -> Certified:
    """A proxy that says it lasts longer than the certificate that signed it."""
    fitting = issue_proxy(user)
    builder = x509.CertificateBuilder(
        issuer_name=fitting.certificate.issuer,
        subject_name=fitting.certificate.subject,
        public_key=fitting.key.public_key(),
        serial_number=fitting.certificate.serial_number,
        not_valid_before=user.certificate.not_valid_before_utc,
        not_valid_after=datetime.now(UTC) + lifetime,
        extensions=list(fitting.certificate.extensions),
    )
    return attrs.evolve(fitting, certificate=builder.sign(user.key, hashes.SHA256()))


def without_a_link(scene: Scene) -> bytes:
    second = issue_proxy(issue_proxy(scene.alice))
    return attrs.evolve(second, chain=second.chain[1:]).pem


def directory(scene: Scene) -> Path:
    scene.credential.mkdir()
    return scene.credential


def wrong_passphrase(scene: Scene) -> X509Credential:
    pem = pem_of(scene.alice.certificate) + encrypted(scene.alice.key, b"right")
    return X509Credential.from_file(scene.put(pem), passphrase=lambda: "wrong")


def host_for_servers_only(scene: Scene) -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "host.example.org")]))
        .issuer_name(scene.pki.ca.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - HOUR)
        .not_valid_after(now + HOUR)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(scene.pki.ca.key, hashes.SHA256())
    )
    return Certified(certificate=certificate, key=key).pem


def short_key(scene: Scene) -> bytes:
    return issue_proxy(scene.alice, key=rsa.generate_private_key(65537, 1024)).pem  # noqa: S505


@attrs.frozen
class Row:
    """What is wrong, and what must be said.

    Attributes:
        make: Makes what is passed as `credential=`, or raises the error itself.
        error: Class of the error.
        says: What is wrong, and of what.
        remedy: What to do.
    """

    make: Callable[[Scene], object]
    error: type[errors.FTSError]
    says: str
    remedy: str


FORMAT = errors.CredentialFormatError
ROWS = {
    "expired": Row(
        lambda s: s.put(issue_proxy(s.alice, lifetime=-HOUR).pem),
        errors.CredentialExpiredError,
        rf"{ALICE}/CN=\d+ expired at 20..-..-.. ..:..:.. UTC \(now ",
        "Create a new proxy",
    ),
    "not yet valid": Row(
        lambda s: s.put(ended_user(s, starts=HOUR, ends=2 * HOUR).pem),
        errors.CredentialError,
        r"is not valid before 20.* \(now ",
        "Compare the clock of this machine",
    ),
    "wrong key": Row(
        lambda s: s.put(pem_of(s.alice.certificate) + s.pki.certified("bob").key_pem),
        FORMAT,
        f"private key .* does not belong to its first certificate, {ALICE}",
        "Name the key of this certificate",
    ),
    "group-readable": Row(
        lambda s: s.put(s.alice.pem, mode=0o640),
        errors.CredentialPermissionError,
        "is open to others: its mode is 0640, but must be 0600 or 0400",
        "chmod 600 ",
    ),
    "SHA-1 signed certificate": Row(
        lambda s: s.put(with_sha1(s.alice, s.pki.ca.key).pem),
        FORMAT,
        f"OpenSSL on this machine refuses .*{ALICE} is signed with sha1",
        "get a new one from your CA",
    ),
    "SHA-1 signed proxy": Row(
        lambda s: s.put(with_sha1(issue_proxy(s.alice), s.alice.key).pem),
        FORMAT,
        rf"holds the proxy {ALICE}/CN=\d+, which is signed with sha1: no server accepts",
        "Create the proxy again with SHA-256",
    ),
    "1024 bit": Row(
        lambda s: s.put(short_key(s)),
        FORMAT,
        rf"refuses .*{ALICE}/CN=\d+ has a key of only 1024 bits",
        "RSA key of at least 2048 bits",
    ),
    "broken chain": Row(
        lambda s: s.put(without_a_link(s)),
        FORMAT,
        rf"lacks the certificate {ALICE}/CN=\d+ that signed the proxy",
        "proxy, key, issuing certificates",
    ),
    "missing key": Row(
        lambda s: s.put(pem_of(s.alice.certificate)),
        FORMAT,
        "holds a certificate but no private key",
        "X509_USER_KEY",
    ),
    "encrypted without passphrase": Row(
        lambda s: s.put(pem_of(s.alice.certificate) + encrypted(s.alice.key, b"right")),
        FORMAT,
        "is encrypted and no passphrase was given",
        "Pass passphrase",
    ),
    "wrong passphrase": Row(
        wrong_passphrase, FORMAT, "cannot be decrypted: wrong passphrase", "right passphrase"
    ),
    "directory": Row(directory, FORMAT, "is a directory", "Name the file itself"),
    "empty file": Row(lambda s: s.put(b""), FORMAT, "is empty", "voms-proxy-init"),
    "DER instead of PEM": Row(
        lambda s: s.put(s.alice.certificate.public_bytes(serialization.Encoding.DER)),
        FORMAT,
        "is not PEM but binary",
        "openssl x509 -inform DER",
    ),
    "issuer of the proxy has ended": Row(
        lambda s: s.put(
            outliving_proxy(ended_user(s, starts=-2 * HOUR, ends=-HOUR), 9 * HOUR).pem
        ),
        errors.CredentialExpiredError,
        rf"{ALICE} expired at ",
        "Create a new proxy",
    ),
    "host certificate without clientAuth": Row(
        lambda s: s.put(host_for_servers_only(s)),
        errors.CredentialError,
        "extended key usage of /CN=host.example.org lacks clientAuth",
        "Ask the CA",
    ),
    "no file": Row(
        lambda s: s.credential,
        errors.CredentialNotFoundError,
        "There is no credential file",
        "Name an existing file",
    ),
}


@pytest.fixture
def scene(pki: TestPKI, tmp_path: Path) -> Scene:
    return Scene(pki=pki, alice=pki.certified("alice"), folder=tmp_path)


def ask(url: str, credential: Any, **options: Any) -> None:
    with FTSClient(
        url, credential=credential, retry=RetryPolicy(max_retries=0), **options
    ) as client:
        client.raw.get_httpx_client().get("/")


@pytest.mark.parametrize("name", ROWS)
def test_unusable_credential_is_explained(
    scene: Scene, start_server: Callable[..., Any], name: str
) -> None:
    row = ROWS[name]
    server = start_server()
    # The same server takes alice as she is: what fails below fails because of the row alone.
    ask(server.url(), X509Credential.from_pem(scene.alice.pem), ca_dir=scene.pki.ca_dir)
    assert len(server.subjects) == 1

    with pytest.raises(row.error, match=row.says) as caught:
        ask(server.url(), row.make(scene), ca_dir=scene.pki.ca_dir)

    assert row.remedy in (caught.value.remedy or "")
    assert isinstance(caught.value, errors.CredentialError)
    if caught.value.path is not None:
        assert caught.value.path == scene.credential
        assert str(scene.credential) in str(caught.value)
    assert len(server.subjects) == 1, "a credential that is not in order was shown to the server"


def test_file_of_another_user_is_refused(scene: Scene, start_server: Callable[..., Any]) -> None:
    path = scene.put(scene.alice.pem)
    with pytest.raises(errors.CredentialPermissionError, match="not to you"):
        ask(
            start_server().url(),
            X509Credential.from_file(path, euid=os.geteuid() + 4711)
            if os.geteuid()
            else X509Credential.from_file(_of_somebody(path), euid=4711),
            ca_dir=scene.pki.ca_dir,
        )


def _of_somebody(path: Path) -> Path:
    os.chown(path, 4712, -1)
    return path


def test_proxy_that_outlives_its_issuer_counts_until_the_issuer_ends(
    scene: Scene, start_server: Callable[..., Any]
) -> None:
    user = ended_user(scene, starts=-HOUR, ends=2 * HOUR)
    credential = X509Credential.from_file(scene.put(outliving_proxy(user, 9 * HOUR).pem))
    ask(start_server().url(), credential, ca_dir=scene.pki.ca_dir)
    assert credential.expires_at == user.certificate.not_valid_after_utc
    assert credential.info.weakest == ALICE


def test_limited_proxy_is_accepted_and_known_as_limited(
    scene: Scene, start_server: Callable[..., Any]
) -> None:
    path = scene.put(create_proxy(scene.alice.pem, limited=True))
    server = start_server()
    ask(server.url(), path, ca_dir=scene.pki.ca_dir)
    assert len(server.subjects) == 1
    assert X509Credential.from_file(path).info.limited


# --- the server's side -----------------------------------------------------------------------------


def no_ca(scene: Scene) -> dict[str, Any]:
    other = CA.create("/DC=org/CN=Other")
    folder = scene.folder / "cas"
    folder.mkdir()
    (folder / f"{subject_hash(other.certificate.subject)}.0").write_bytes(other.pem)
    return {"ca_dir": folder}


def revoked(scene: Scene) -> dict[str, Any]:
    now = datetime.now(UTC)
    listed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(scene.pki.ca.certificate.subject)
        .last_update(now - HOUR)
        .next_update(now + HOUR)
        .add_revoked_certificate(
            x509.RevokedCertificateBuilder(
                scene.pki.host.certificate.serial_number, now - HOUR
            ).build()
        )
        .sign(scene.pki.ca.key, hashes.SHA256())
    )
    folder = scene.folder / "cas"
    folder.mkdir()
    name = subject_hash(scene.pki.ca.certificate.subject)
    (folder / f"{name}.0").write_bytes(scene.pki.ca.pem)
    (folder / f"{name}.r0").write_bytes(listed.public_bytes(serialization.Encoding.PEM))
    return {"ca_dir": folder, "crl_check": "available"}


def other_name(scene: Scene) -> dict[str, Any]:
    return {"ca_dir": scene.pki.ca_dir}


@attrs.frozen
class ServerRow:
    """What is wrong with the server.

    Attributes:
        options: Of the client.
        host: Shown by the server; None for that of the PKI.
        says: What is wrong.
        remedy: What to do.
    """

    options: Callable[[Scene], dict[str, Any]]
    host: Callable[[Scene], Certified] | None
    says: str
    remedy: str


SERVER_ROWS = {
    "CA missing": ServerRow(
        no_ca, None, r"the CA of localhost:\d+ is not (?:known|trusted) here", "X509_CERT_DIR"
    ),
    "CRL revoked": ServerRow(
        revoked, None, r"the certificate of localhost:\d+ has been revoked", "tell its operators"
    ),
    "wrong host name": ServerRow(
        other_name,
        lambda s: s.pki.ca.issue_cert("/CN=other", hosts=("other.example.org",)),
        r"answers for localhost:\d+ is for another host name",
        "Use the name that stands in the certificate",
    ),
    "expired host certificate": ServerRow(
        other_name,
        lambda s: s.pki.ca.issue_cert("/CN=localhost", hosts=("localhost",), lifetime=-HOUR),
        r"the certificate of localhost:\d+ has expired",
        "Check the clock of this machine",
    ),
    "SHA-1 signed host certificate": ServerRow(
        other_name,
        lambda s: with_sha1(s.pki.host, s.pki.ca.key),
        r"the certificate of localhost:\d+ is signed with an outdated hash such as SHA-1",
        "Tell the operators",
    ),
}


@pytest.mark.parametrize("name", SERVER_ROWS)
def test_untrustworthy_server_is_explained(
    scene: Scene, start_server: Callable[..., Any], name: str
) -> None:
    row = SERVER_ROWS[name]
    server = start_server(row.host(scene) if row.host else None)
    path = scene.put(issue_proxy(scene.alice).pem)

    with pytest.raises(errors.FTSConnectionError, match=row.says) as caught:
        ask(server.url(), path, **row.options(scene))

    assert row.remedy in (caught.value.remedy or "")
    assert f"presented was proxy {path} of {ALICE}" in str(caught.value)


def test_verification_can_only_be_turned_off_by_name(
    scene: Scene, start_server: Callable[..., Any]
) -> None:
    server = start_server(other_host(scene))
    path = scene.put(issue_proxy(scene.alice).pem)
    ask(server.url(), path, verify=False)
    with pytest.raises(errors.FTSConnectionError):
        ask(server.url(), path, ca_file=scene.pki.ca_file)


def other_host(scene: Scene) -> Certified:
    return scene.pki.ca.issue_cert("/CN=other", hosts=("other.example.org",))


# --- SHA-1 signatures, which `cryptography` no longer makes ------------------------------------------


def with_sha1(certified: Certified, issuer_key: Any) -> Certified:
    """Sign a certificate again, with SHA-1."""
    der = certified.certificate.public_bytes(serialization.Encoding.DER)
    certificate = asn1.Certificate.load(der)
    certificate["tbs_certificate"]["signature"]["algorithm"] = "sha1_rsa"
    certificate["signature_algorithm"]["algorithm"] = "sha1_rsa"
    signed = certificate["tbs_certificate"].dump(force=True)
    certificate["signature_value"] = issuer_key.sign(
        signed,
        padding.PKCS1v15(),
        hashes.SHA1(),  # noqa: S303 - the point
    )
    again = x509.load_der_x509_certificate(certificate.dump(force=True))
    assert isinstance(again.signature_hash_algorithm, hashes.SHA1)
    return attrs.evolve(certified, certificate=again)
