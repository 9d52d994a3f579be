"""X.509 credentials: files and their permissions, PEM, PKCS#12, checks, renewal."""

from __future__ import annotations

import os
import pickle
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from asn1crypto import keys
from asn1crypto.pem import armor
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fts_client import FTSClient, errors
from fts_client.credentials import Credential, X509Credential
from fts_client.credentials.secret_files import readable_by_path, write_secret_file
from fts_client.proxy import create_proxy
from fts_contract.mock.pki import Certified, TestPKI, issue_proxy, shared_pki
from fts_contract.mock.pki.authority import pem_of

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS

PEM = serialization.Encoding.PEM
NOBODY = 65534


@pytest.fixture(scope="module")
def pki() -> TestPKI:
    return shared_pki()


@pytest.fixture(scope="module")
def alice(pki: TestPKI) -> Certified:
    return pki.certified("alice")


@pytest.fixture(scope="module")
def proxy(alice: Certified) -> Certified:
    return issue_proxy(alice)


def put(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_from_file_proxy_is_read_with_its_chain(tmp_path: Path, proxy: Certified) -> None:
    path = put(tmp_path / "proxy", proxy.pem)
    credential = X509Credential.from_file(path)
    assert credential.chain == (proxy.certificate, *proxy.chain)
    assert credential.user_dn == "/DC=org/DC=example/O=Users/CN=alice"
    assert credential.expires_at == proxy.certificate.not_valid_after_utc
    assert credential.describe() == (
        f"proxy {path} of /DC=org/DC=example/O=Users/CN=alice, expires"
        f" {credential.expires_at:%Y-%m-%d %H:%M:%S} UTC"
    )
    credential.check()


def test_x509_credential_is_a_credential(proxy: Certified) -> None:
    credential: Credential = X509Credential.from_pem(proxy.pem)
    assert credential.fingerprint() == proxy.certificate.fingerprint(hashes.SHA256()).hex()


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o700])
def test_proxy_file_open_to_nobody_else_is_accepted(
    tmp_path: Path, proxy: Certified, mode: int
) -> None:
    X509Credential.from_file(put(tmp_path / "proxy", proxy.pem, mode)).check()


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601, 0o666])
def test_proxy_file_open_to_others_is_refused_with_the_mode(
    tmp_path: Path, proxy: Certified, mode: int
) -> None:
    path = put(tmp_path / "proxy", proxy.pem, mode)
    with pytest.raises(errors.CredentialPermissionError, match=f"{mode:04o}.*chmod 600") as caught:
        X509Credential.from_file(path)
    assert (caught.value.path, caught.value.mode_found, caught.value.mode_wanted) == (
        path,
        mode,
        0o600,
    )


def test_certificate_open_to_others_beside_a_private_key_is_accepted(
    tmp_path: Path, alice: Certified
) -> None:
    certificate = put(tmp_path / "cert", pem_of(alice.certificate), 0o644)
    key = put(tmp_path / "key", alice.key_pem, 0o400)
    credential = X509Credential.from_file(certificate, key_path=key)
    assert credential.describe().startswith(f"certificate {certificate} of ")


def test_key_open_to_others_beside_a_certificate_is_refused(
    tmp_path: Path, alice: Certified
) -> None:
    certificate = put(tmp_path / "cert", pem_of(alice.certificate), 0o644)
    key = put(tmp_path / "key", alice.key_pem, 0o640)
    with pytest.raises(errors.CredentialPermissionError, match=str(key)):
        X509Credential.from_file(certificate, key_path=key)


def test_same_file_named_twice_is_checked_as_one(tmp_path: Path, proxy: Certified) -> None:
    path = put(tmp_path / "proxy", proxy.pem, 0o644)
    with pytest.raises(errors.CredentialPermissionError):
        X509Credential.from_file(path, key_path=path)


def test_proxy_file_of_another_user_is_refused(tmp_path: Path, proxy: Certified) -> None:
    path = put(tmp_path / "proxy", proxy.pem)
    owner = path.stat().st_uid
    if owner == 0:
        os.chown(path, NOBODY, -1)
        owner, we = NOBODY, 0
    else:
        we = owner + 1
    with pytest.raises(errors.CredentialPermissionError, match=f"belongs to user id {owner}"):
        X509Credential.from_file(path, euid=we)


def test_proxy_file_through_a_symbolic_link_is_judged_by_its_target(
    tmp_path: Path, proxy: Certified
) -> None:
    target = put(tmp_path / "target", proxy.pem)
    link = tmp_path / "link"
    link.symlink_to(target)
    X509Credential.from_file(link).check()
    target.chmod(0o644)
    with pytest.raises(errors.CredentialPermissionError):
        X509Credential.from_file(link)


def bare(proxy: Certified) -> bytes:
    """A proxy file without its chain."""
    return pem_of(proxy.certificate) + proxy.key_pem


def impostor(alice: Certified, bob: Certified) -> bytes:
    """A proxy that names alice as its issuer but was signed with the key of bob."""
    fake = Certified(certificate=alice.certificate, key=bob.key)
    return issue_proxy(fake).pem


BAD: dict[str, tuple[Any, str]] = {
    "empty": (lambda _: b"", "is empty"),
    "blank": (lambda _: b" \n\n", "is empty"),
    "garbage": (lambda _: b"\xff\x00garbage" * 50, "neither a certificate nor a private key"),
    "html": (lambda _: b"<html>Not found</html>", "neither a certificate nor a private key"),
    "der": (
        lambda pki: pki.certified("alice").certificate.public_bytes(serialization.Encoding.DER),
        r"binary .*openssl x509 -inform DER",
    ),
    "no-key": (
        lambda pki: pem_of(pki.certified("alice").certificate),
        "a certificate but no private key",
    ),
    "no-certificate": (
        lambda pki: pki.certified("alice").key_pem,
        "a private key but no certificate",
    ),
    "wrong-key": (
        lambda pki: pem_of(pki.certified("alice").certificate) + pki.certified("bob").key_pem,
        r"does not belong to its first certificate, /DC=org/DC=example/O=Users/CN=alice",
    ),
    "leaf-only": (
        lambda pki: bare(issue_proxy(pki.certified("alice"))),
        r"lacks the certificate /DC=org/DC=example/O=Users/CN=alice that signed",
    ),
    "impostor": (
        lambda pki: impostor(pki.certified("alice"), pki.certified("bob")),
        "was not signed by the certificate after it",
    ),
    "cut-off": (
        lambda pki: pem_of(pki.certified("alice").certificate)[:300],
        "neither a certificate nor a private key",
    ),
    "damaged-certificate": (
        lambda pki: pem_of(pki.certified("alice").certificate).replace(b"MII", b"MIJ", 1),
        "cannot be read",
    ),
    "damaged-key": (
        lambda pki: pki.certified("alice").pem.replace(
            b"RSA PRIVATE KEY-----\nMII", b"RSA PRIVATE KEY-----\nMIJ", 1
        ),
        "private key .* cannot be read",
    ),
    "huge": (lambda _: b"-----BEGIN X-----\n" * 100_000, "larger than"),
}


@pytest.mark.parametrize("case", BAD)
def test_file_without_a_credential_says_what_it_is_instead(
    tmp_path: Path, pki: TestPKI, case: str
) -> None:
    make, what = BAD[case]
    path = put(tmp_path / "proxy", make(pki))
    with pytest.raises(errors.CredentialFormatError, match=what) as caught:
        X509Credential.from_file(path)
    assert caught.value.path == path
    assert str(path) in str(caught.value)
    assert caught.value.remedy


def test_certificates_may_stand_in_any_order_among_others(pki: TestPKI, mock_fts: MockFTS) -> None:
    second = issue_proxy(issue_proxy(pki.certified("alice")))
    first, user, *_ = second.chain
    day = timedelta(days=1)
    expired = pki.ca.issue_cert("/CN=old", lifetime=day, starts_in=-2 * day).certificate
    unneeded = pem_of(pki.ca.certificate) + pem_of(expired)
    for rest in ([user, first], [first, first, user], [second.certificate, user, first]):
        between = unneeded.join(map(pem_of, rest))
        pem = pem_of(second.certificate) + second.key_pem + unneeded + between + unneeded
        credential = X509Credential.from_pem(b"\xef\xbb\xbf" + pem)
        assert list(credential.chain[:3]) == [second.certificate, first, user]
        assert len(credential.chain) == pem.count(b"BEGIN CERTIFICATE")
        with FTSClient(mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir) as fts:
            assert fts.delegate(force=True).renewed
        assert X509Credential.from_pem(create_proxy(pem)).info.depth == 3


def test_renewed_certificate_of_the_same_name_does_not_take_the_place_of_the_issuer(
    pki: TestPKI,
) -> None:
    user = pki.certified("alice")
    proxy = issue_proxy(user)
    renewed = pki.ca.issue_cert("/DC=org/DC=example/O=Users/CN=alice").certificate
    pem = b"".join([pem_of(proxy.certificate), proxy.key_pem, pem_of(renewed)])
    credential = X509Credential.from_pem(pem + pem_of(user.certificate))
    assert list(credential.chain) == [proxy.certificate, user.certificate, renewed]


def damaged(pem: bytes, *numbers: str) -> bytes:
    """Change numbers of the RSA key in a text; those that the certificate has stay."""
    encoded = serialization.load_pem_private_key(pem, None).private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    key = keys.RSAPrivateKey.load(encoded).native
    key |= {name: key[name] + 1 for name in numbers}
    text: bytes = armor("RSA PRIVATE KEY", keys.RSAPrivateKey(key).dump())
    return text


@pytest.mark.parametrize("numbers", [("private_exponent", "exponent1"), ("prime1",)])
def test_damaged_private_numbers_of_a_key_are_noticed_when_it_is_read(
    tmp_path: Path, alice: Certified, numbers: tuple[str, ...]
) -> None:
    key = damaged(alice.key_pem, *numbers)
    path = put(tmp_path / "credential", pem_of(alice.certificate) + key)
    with pytest.raises(errors.CredentialFormatError, match="is damaged") as caught:
        X509Credential.from_file(path)
    assert caught.value.path == path
    with pytest.raises(errors.CredentialFormatError, match="is damaged"):
        create_proxy(pem_of(alice.certificate), key)


def test_credential_file_missing_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="There is no") as caught:
        X509Credential.from_file(tmp_path / "none")
    assert isinstance(caught.value, errors.CredentialNotFoundError)


def test_credential_file_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.CredentialFormatError, match="is a directory"):
        X509Credential.from_file(tmp_path)


def test_credential_file_named_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(errors.CredentialFormatError, match="not a regular file"):
        X509Credential.from_file(tmp_path / "pipe")


def test_credential_file_with_many_open_blocks_is_read_in_linear_time(tmp_path: Path) -> None:
    text = b"-----BEGIN CERTIFICATE-----\n" * 37_000
    with pytest.raises(errors.CredentialFormatError):
        X509Credential.from_file(put(tmp_path / "p", text))


@pytest.mark.parametrize(
    "form",
    [serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL],
    ids=["pkcs8", "traditional"],
)
def test_encrypted_key_is_opened_with_the_passphrase_only(
    tmp_path: Path, alice: Certified, form: serialization.PrivateFormat
) -> None:
    key = alice.key.private_bytes(PEM, form, serialization.BestAvailableEncryption(b"secret!"))
    path = put(tmp_path / "usercert", pem_of(alice.certificate) + key)
    assert X509Credential.from_file(path, passphrase=lambda: "secret!").reloaded().chain
    with pytest.raises(errors.CredentialFormatError, match="encrypted and no passphrase"):
        X509Credential.from_file(path)
    with pytest.raises(errors.CredentialFormatError, match="wrong passphrase") as caught:
        X509Credential.from_file(path, passphrase=lambda: "not-this-one")
    assert "not-this-one" not in str(caught.value)


def test_pkcs12_file_gives_the_same_credential(tmp_path: Path, alice: Certified) -> None:
    data = pkcs12.serialize_key_and_certificates(
        b"alice",
        alice.key,
        alice.certificate,
        None,
        serialization.BestAvailableEncryption(b"p12"),
    )
    path = put(tmp_path / "alice.p12", data)
    credential = X509Credential.from_pkcs12(path, passphrase=lambda: "p12")
    assert list(credential.chain) == [alice.certificate]
    assert credential.private_key.public_key() == alice.certificate.public_key()
    assert not credential.changed()
    with pytest.raises(errors.CredentialFormatError, match="wrong passphrase"):
        X509Credential.from_pkcs12(path, passphrase=lambda: "other")
    with pytest.raises(errors.CredentialFormatError, match="wrong passphrase, not PKCS#12"):
        X509Credential.from_pkcs12(put(tmp_path / "x.p12", b"no"), passphrase=None)
    path.chmod(0o644)
    with pytest.raises(errors.CredentialPermissionError):
        X509Credential.from_pkcs12(path, passphrase=lambda: "p12")


# --- checks --------------------------------------------------------------------------------------


def test_check_expired_proxy_names_link_end_and_remedy(tmp_path: Path, alice: Certified) -> None:
    expired = issue_proxy(alice, lifetime=timedelta(hours=-1))
    credential = X509Credential.from_file(put(tmp_path / "proxy", expired.pem))
    with pytest.raises(errors.CredentialExpiredError, match="voms-proxy-init") as caught:
        credential.check()
    assert caught.value.subject.startswith(alice.dn + "/CN=")
    assert caught.value.expired_at == expired.certificate.not_valid_after_utc
    assert caught.value.path == tmp_path / "proxy"


def test_check_expired_issuer_of_a_valid_proxy_is_named(pki: TestPKI) -> None:
    """A proxy that outlives its issuer, as the official client could make it, ends with the issuer."""
    user = pki.ca.issue_cert("/DC=org/CN=late", lifetime=timedelta(minutes=-1))
    key = rsa.generate_private_key(65537, 2048)
    name = x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COMMON_NAME, "9")])
    proxy = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([*user.certificate.subject.rdns, name]))
        .issuer_name(user.certificate.subject)
        .public_key(key.public_key())
        .serial_number(9)
        .not_valid_before(user.certificate.not_valid_before_utc)
        .not_valid_after(datetime.now(UTC) + timedelta(hours=5))
        .add_extension(
            x509.UnrecognizedExtension(
                x509.ObjectIdentifier("1.3.6.1.5.5.7.1.14"),
                bytes.fromhex("300c300a06082b06010505071501"),
            ),
            critical=True,
        )
        .sign(user.key, hashes.SHA256())
    )
    whole = Certified(certificate=proxy, key=key, chain=(user.certificate,))
    credential = X509Credential.from_pem(whole.pem)
    assert credential.expires_at == user.certificate.not_valid_after_utc
    with pytest.raises(errors.CredentialExpiredError, match="/DC=org/CN=late expired at"):
        credential.check()


def test_check_fails_from_the_second_in_which_the_certificate_expires(proxy: Certified) -> None:
    credential = X509Credential.from_pem(proxy.pem)
    credential.check(now=credential.expires_at - timedelta(seconds=1))
    with pytest.raises(errors.CredentialExpiredError):
        credential.check(now=credential.expires_at)


def test_check_not_yet_valid_credential_names_the_clock(pki: TestPKI) -> None:
    early = pki.ca.issue_cert("/DC=org/CN=early", starts_in=timedelta(hours=2))
    with pytest.raises(errors.CredentialError, match=r"not valid before .*clock"):
        X509Credential.from_pem(early.pem).check()


def test_check_host_certificate_without_client_purpose_is_refused(pki: TestPKI) -> None:
    host = pki.ca.issue_cert("/DC=org/CN=server.example.org", hosts=("server.example.org",))
    builder = x509.CertificateBuilder(
        issuer_name=host.certificate.issuer,
        subject_name=host.certificate.subject,
        public_key=host.certificate.public_key(),
        serial_number=5,
        not_valid_before=datetime.now(UTC) - timedelta(hours=1),
        not_valid_after=datetime.now(UTC) + timedelta(hours=1),
    ).add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    server_only = Certified(certificate=builder.sign(pki.ca.key, hashes.SHA256()), key=host.key)
    X509Credential.from_pem(host.pem).check()
    with pytest.raises(errors.CredentialError, match=r"server.example.org lacks clientAuth"):
        X509Credential.from_pem(server_only.pem).check()
    with pytest.raises(errors.CredentialError, match="lacks clientAuth"):
        X509Credential.from_pem(issue_proxy(server_only).pem).check()


# --- renewal -------------------------------------------------------------------------------------


def test_changed_after_a_renewal_is_true_and_reloaded_reads_it(
    tmp_path: Path, alice: Certified, proxy: Certified
) -> None:
    path = tmp_path / "proxy"
    write_secret_file(path, proxy.pem)
    credential = X509Credential.from_file(path)
    assert not credential.changed()
    renewed = issue_proxy(alice)
    write_secret_file(path, renewed.pem)
    assert credential.changed()
    assert credential.chain[0] == proxy.certificate
    newer = credential.reloaded()
    assert newer.chain[0] == renewed.certificate
    assert not newer.changed()
    assert newer.fingerprint() != credential.fingerprint()


def test_changed_key_file_alone_is_noticed(tmp_path: Path, alice: Certified) -> None:
    certificate = put(tmp_path / "cert", pem_of(alice.certificate), 0o644)
    key = put(tmp_path / "key", alice.key_pem)
    credential = X509Credential.from_file(certificate, key_path=key)
    write_secret_file(key, alice.key_pem)
    assert credential.changed()


def test_changed_file_that_is_gone_keeps_the_snapshot(tmp_path: Path, proxy: Certified) -> None:
    path = put(tmp_path / "proxy", proxy.pem)
    credential = X509Credential.from_file(path)
    path.unlink()
    assert not credential.changed()


def test_changed_mode_of_the_file_alone_is_not_a_renewal(tmp_path: Path, proxy: Certified) -> None:
    path = put(tmp_path / "proxy", proxy.pem)
    credential = X509Credential.from_file(path)
    path.chmod(0o400)
    assert not credential.changed()


def test_credential_from_memory_never_changes(proxy: Certified) -> None:
    credential = X509Credential.from_pem(proxy.pem)
    assert not credential.changed()
    assert credential.reloaded() is credential


# --- use -----------------------------------------------------------------------------------------


def test_to_pem_is_a_proxy_file(proxy: Certified) -> None:
    assert X509Credential.from_pem(proxy.pem).to_pem() == proxy.pem


def test_from_pem_with_key_apart_gives_the_same(alice: Certified) -> None:
    credential = X509Credential.from_pem(pem_of(alice.certificate), key=alice.key_pem)
    assert credential.to_pem() == alice.pem


def test_load_into_leaves_no_file_behind(
    tmp_path: Path, proxy: Certified, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    credential = X509Credential.from_pem(proxy.pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    credential.load_into(context)
    monkeypatch.delattr(os, "memfd_create", raising=False)
    credential.load_into(context)
    assert list(tmp_path.iterdir()) == []


def test_readable_by_path_without_memory_files_is_a_private_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delattr(os, "memfd_create", raising=False)
    with readable_by_path(b"secret") as path:
        assert Path(path).read_bytes() == b"secret"
        assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600
    assert not Path(path).exists()


def test_credential_is_not_pickled(proxy: Certified) -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(X509Credential.from_pem(proxy.pem))


# --- writing -------------------------------------------------------------------------------------


def test_write_secret_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "proxy"
    path.write_bytes(b"old")
    path.chmod(0o666)
    before = os.umask(0)
    try:
        write_secret_file(path, b"new")
    finally:
        os.umask(before)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [item.name for item in tmp_path.iterdir()] == ["proxy"]


def test_write_secret_file_does_not_follow_a_link(tmp_path: Path) -> None:
    victim = put(tmp_path / "victim", b"mine")
    link = tmp_path / "proxy"
    link.symlink_to(victim)
    write_secret_file(link, b"key")
    assert victim.read_bytes() == b"mine"
    assert not link.is_symlink()


def test_write_secret_file_without_directory_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(errors.CredentialError, match="cannot be written"):
        write_secret_file(tmp_path / "none" / "proxy", b"x")


def test_write_secret_file_readers_never_see_half_a_file(tmp_path: Path) -> None:
    path = tmp_path / "proxy"
    contents = {bytes([65 + i]) * 50_000 for i in range(4)}
    write_secret_file(path, next(iter(contents)))
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            for content in contents:
                write_secret_file(path, content)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert all(path.read_bytes() in contents for _ in range(300))
    finally:
        stop.set()
        writer.join()
