"""Certificates that OpenSSL and servers accept and strict parsers refuse: in the client, in proxies, and in the mock."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import warnings
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from test_wrappers.credentials import odd_certificates as odd
from test_wrappers.transport.scripted_server import scripted, usual

from fts_client import AsyncFTSClient, FTSClient, Job, Transfer, X509Credential, errors
from fts_client.credentials.asn1 import encoded
from fts_client.credentials.certificate import Certificate
from fts_client.credentials.names import comparable, name_hash
from fts_client.proxy import create_proxy
from fts_client.trust.crl import Crl
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.mock import MockFTS
    from fts_contract.mock.pki import TestPKI

KEY = odd.new_key()
JOE = odd.name((odd.COMMON_NAME, odd.UTF8, b"joe"))
# What is odd, and how we write the name of the user.
ODD: dict[str, tuple[dict[str, Any], str]] = {
    "latin-1 in a T61String": (
        {"subject": odd.name((odd.COMMON_NAME, odd.T61, b"Ren\xe9"))},
        r"/CN=Ren\xE9",
    ),
    "@ and _ in a PrintableString": (
        {"subject": odd.name((odd.COMMON_NAME, odd.PRINTABLE, b"joe_x@cern.ch"))},
        "/CN=joe_x@cern.ch",
    ),
    "& and * in a PrintableString": (
        {"subject": odd.name(("2.5.4.10", odd.PRINTABLE, b"AT&T*"), ("2.5.4.3", odd.UTF8, b"j"))},
        "/O=AT&T*/CN=j",
    ),
    "UTF-8 in a PrintableString": (
        {"subject": odd.name((odd.COMMON_NAME, odd.PRINTABLE, "Zoë".encode()))},
        r"/CN=Zo\xC3\xAB",
    ),
    "country of three letters": (
        {"subject": odd.name((odd.COUNTRY, odd.PRINTABLE, b"CHE"), ("2.5.4.3", odd.UTF8, b"j"))},
        "/C=CHE/CN=j",
    ),
    "parts of a name in the wrong order": (
        {
            "subject": encoded(
                0x30,
                encoded(
                    0x31,
                    odd.part("2.5.4.10", odd.UTF8, b"o"),
                    odd.part(odd.COMMON_NAME, odd.UTF8, b"j"),
                ),
            )
        },
        "/O=o+CN=j",
    ),
    "bits as a name": (
        {"subject": odd.name((odd.COMMON_NAME, odd.BITS, b"\x00j"))},
        r"/CN=\x00j",
    ),
    "e-mail address in latin-1": ({"extensions": [odd.LATIN_1_ADDRESS]}, "/CN=joe"),
    "policy in latin-1": ({"extensions": [odd.LATIN_1_POLICY]}, "/CN=joe"),
    "x400 name": ({"extensions": [odd.X400_NAME]}, "/CN=joe"),
    "version 1": ({"version": 0}, "/CN=joe"),
    "version 2": ({"version": 1}, "/CN=joe"),
    "serial number 0": ({"serial": 0}, "/CN=joe"),
}


def issued(pki: TestPKI, **options: Any) -> bytes:
    """DER of a certificate of the CA of the mock."""
    signer = pki.ca.key
    assert isinstance(signer, rsa.RSAPrivateKey)
    issuer = pki.ca.certificate.subject.public_bytes()
    return odd.certificate(
        KEY.public_key(), **{"subject": JOE, "issuer": issuer, "signer": signer, **options}
    )


def put(path: Path, *content: bytes) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(b"".join(content))
    return path


@pytest.mark.parametrize("case", ODD)
@pytest.mark.filterwarnings("ignore:Parsed a serial number")  # of the mock
@pytest.mark.filterwarnings("ignore:Attribute's length")
def test_odd_certificate_is_accepted_and_delegates(
    mock_fts: MockFTS, tmp_path: Path, case: str
) -> None:
    options, dn = ODD[case]
    path = put(tmp_path / "c", odd.pem(issued(mock_fts.pki, **options)), odd.key_pem(KEY))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        credential = X509Credential.from_file(path)
        proxy = put(tmp_path / "proxy", create_proxy(path.read_bytes()))
    assert credential.user_dn == dn
    for used in (credential, X509Credential.from_file(proxy)):
        assert used.user_dn == dn
        with FTSClient(mock_fts.endpoint, credential=used, ca_dir=mock_fts.ca_dir) as fts:
            assert fts.whoami().method == "certificate"
            assert fts.submit(Job([Transfer("mock://a.org/f", f"mock://b.org/{id(used)}")]))


@pytest.mark.parametrize("case", ODD)
def test_odd_ca_behind_a_good_credential_does_not_matter(
    mock_fts: MockFTS, tmp_path: Path, case: str
) -> None:
    ca = odd.pem(issued(mock_fts.pki, **ODD[case][0]))
    path = put(tmp_path / "chain", mock_fts.credential("alice").read_bytes(), ca)
    with FTSClient(mock_fts.endpoint, credential=path, ca_dir=mock_fts.ca_dir) as fts:
        assert fts.whoami().user_dn == mock_fts.caller("alice").user_dn


@pytest.mark.parametrize("text", [b"261301000000Z", b"ABCDEFGHIJKLM", b"2601010000+00"])
def test_period_that_cannot_be_read_matters_only_where_it_is_needed(
    mock_fts: MockFTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes
) -> None:
    monkeypatch.setattr(odd, "_time", lambda _offset: encoded(0x17, text))
    ca = odd.pem(issued(mock_fts.pki))
    monkeypatch.undo()
    path = put(tmp_path / "chain", mock_fts.credential("alice").read_bytes(), ca)
    with FTSClient(mock_fts.endpoint, credential=path, ca_dir=mock_fts.ca_dir) as fts:
        assert fts.whoami().user_dn == mock_fts.caller("alice").user_dn
    with pytest.raises(errors.CredentialFormatError, match=r"period .*/CN=joe .*cannot be read"):
        X509Credential.from_file(put(tmp_path / "c", ca, odd.key_pem(KEY)))


def test_proxies_that_name_each_other_as_issuer_are_followed_once() -> None:
    moe = odd.name((odd.COMMON_NAME, odd.UTF8, b"moe"))
    first, second = (
        odd.certificate(
            KEY.public_key(), subject=one, issuer=other, signer=KEY, extensions=[odd.PROXY]
        )
        for one, other in ((JOE, moe), (moe, JOE))
    )
    pem = b"".join(map(odd.pem, (first, second, second, first, first)))
    with pytest.raises(errors.CredentialFormatError, match="lacks the certificate"):
        X509Credential.from_pem(pem + odd.key_pem(KEY))


@pytest.mark.parametrize(
    "options",
    [
        {"extensions": [odd.KEY_USAGE, odd.KEY_USAGE]},
        {"subject": odd.name((odd.COMMON_NAME, odd.BMP, b"\x00Z\x00"))},
    ],
    ids=["extension twice", "half a character"],
)
def test_certificate_that_openssl_refuses_is_a_typed_error(
    mock_fts: MockFTS, tmp_path: Path, options: dict[str, Any]
) -> None:
    path = put(tmp_path / "c", odd.pem(issued(mock_fts.pki, **options)), odd.key_pem(KEY))
    credential = X509Credential.from_file(path)
    with pytest.raises(errors.CredentialFormatError, match=r"OpenSSL .* refuses") as caught:
        credential.load_into(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    assert "ask your CA" in str(caught.value)


async def test_async_odd_certificate_of_a_server_is_accepted(tmp_path: Path) -> None:
    pki = shared_pki()
    der = issued(pki, extensions=[odd.LATIN_1_ADDRESS])
    path = put(tmp_path / "host.pem", odd.pem(der), odd.key_pem(KEY))
    options: dict[str, Any] = {"credential": pki.credential("alice"), "ca_dir": pki.ca_dir}
    with scripted(lambda _channel, asked: usual(asked), certificate=path) as server:
        async with AsyncFTSClient(server.endpoint, **options) as fts:
            assert (await fts.whoami()).user_dn.endswith("CN=alice")
        with FTSClient(server.endpoint, **options) as fts:
            assert fts.whoami().user_dn.endswith("CN=alice")


def test_time_without_a_zone_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odd, "_time", lambda _offset: encoded(0x18, b"20300101000000"))
    der = issued(shared_pki())
    assert Certificate.read(der).not_valid_after_utc == datetime(2030, 1, 1, tzinfo=UTC)
    key = odd.new_key()
    assert Crl.read(odd.revocation_list(JOE, key)).next_update_utc == datetime(
        2030, 1, 1, tzinfo=UTC
    )


def test_certificate_gives_what_cryptography_reads_of_it(mock_fts: MockFTS) -> None:
    plain = mock_fts.pki.certified("alice").certificate
    ours = Certificate.of(plain)
    assert ours == plain
    assert ours.subject == plain.subject
    assert ours.serial_number == plain.serial_number
    assert x509.load_pem_x509_certificate(ours.pem) == plain
    assert not hasattr(ours, "no_such_attribute")


SIGNERS: dict[str, tuple[Any, Any, Any]] = {
    "RSA": (KEY, hashes.SHA384(), None),
    "RSA PSS": (KEY, hashes.SHA256(), padding.PSS(padding.MGF1(hashes.SHA256()), 32)),
    "EC": (ec.generate_private_key(ec.SECP256R1()), hashes.SHA512(), None),
    "Ed25519": (ed25519.Ed25519PrivateKey.generate(), None, None),
}


@pytest.mark.parametrize("kind", SIGNERS)
def test_signature_of_every_kind_is_verified(kind: str) -> None:
    key, algorithm, scheme = SIGNERS[kind]
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(x509.Name([]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
    )
    signed = Certificate.of(builder.sign(key, algorithm, rsa_padding=scheme))
    assert signed.signed_by(signed)
    assert not signed.signed_by(Certificate.of(shared_pki().ca.certificate))
    broken = bytearray(signed.der)
    broken[-1] ^= 1
    assert not Certificate.read(bytes(broken)).signed_by(signed)


def test_names_are_compared_as_openssl_does() -> None:
    one = odd.name((odd.COMMON_NAME, odd.PRINTABLE, b"Some  CA "))
    same = odd.name((odd.COMMON_NAME, odd.UTF8, b"some ca"))
    assert comparable(one) == comparable(same)
    assert comparable(one) != comparable(odd.name((odd.COMMON_NAME, odd.UTF8, b"someca")))
    t61 = odd.name((odd.COMMON_NAME, odd.T61, b"Autorit\xe9"))
    assert comparable(t61) == comparable(
        odd.name((odd.COMMON_NAME, odd.UTF8, "autorité".encode()))
    )


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
@pytest.mark.parametrize("case", ODD)
def test_name_hash_is_that_of_openssl(tmp_path: Path, case: str) -> None:
    der = issued(shared_pki(), **ODD[case][0])
    path = put(tmp_path / "c", odd.pem(der))
    said = subprocess.run(  # noqa: S603
        ["openssl", "x509", "-subject_hash", "-noout", "-in", str(path)],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    assert name_hash(Certificate.read(der).subject_name) == said.stdout.strip()
