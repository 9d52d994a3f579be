"""Certificates and keys of other kinds than the usual ones, and proxies that they cannot make."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from test_wrappers.credentials import odd_certificates as odd

from fts_client import X509Credential, errors
from fts_client.credentials.asn1 import ASN1Error, encoded
from fts_client.credentials.certificate import Certificate, signature_is_valid
from fts_client.credentials.proxy_kind import read_proxy_policy
from fts_client.proxy import create_proxy, inspect_chain
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from pathlib import Path

KEY_USAGE, PROXY_INFO, COMMON_NAME = "2.5.29.15", "1.3.6.1.5.5.7.1.14", "2.5.4.3"
POLICY = core.ObjectIdentifier("1.3.6.1.5.5.7.21.1").dump()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return odd.new_key()


def made(key: rsa.RSAPrivateKey, *extensions: tuple[str, bytes]) -> bytes:
    """DER of a certificate that signs itself."""
    name = odd.name((COMMON_NAME, 12, b"rare"))
    return odd.certificate(
        key.public_key(), subject=name, issuer=name, signer=key, extensions=extensions
    )


def test_certificate_can_be_copied_compared_and_hashed(key: rsa.RSAPrivateKey) -> None:
    first, second = Certificate.read(made(key)), Certificate.read(made(key, (KEY_USAGE, b"x")))
    assert copy.deepcopy(first) == first
    assert type(copy.deepcopy(first)) is Certificate
    assert {first, copy.copy(first)} == {first}
    assert first != second
    assert first != first.der


def test_extension_that_cannot_be_read_is_left_to_the_server(key: rsa.RSAPrivateKey) -> None:
    assert Certificate.read(made(key, (KEY_USAGE, b"garbage"))).may_sign()


def test_key_of_another_kind_is_named_and_cannot_be_used() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "rare")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(hours=1))
        .sign(key, None)
    )
    assert inspect_chain([certificate]).key == "Ed25519"
    pem = certificate.public_bytes(Encoding.PEM) + key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(errors.CredentialFormatError, match="neither RSA nor EC"):
        X509Credential.from_pem(pem)


def test_pem_larger_than_any_credential_is_refused() -> None:
    with pytest.raises(errors.CredentialFormatError, match=r"larger than \d+ bytes"):
        X509Credential.from_pem(b"#" * 2**21)


def test_pkcs12_without_a_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "user.p12"
    certificate = shared_pki().certified("alice").certificate
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"alice", None, certificate, None, NoEncryption())
    )
    path.chmod(0o600)
    with pytest.raises(errors.CredentialFormatError, match="lacks a certificate or its RSA or EC"):
        X509Credential.from_pkcs12(path, passphrase=None)


def test_signature_of_an_unknown_kind_is_not_valid(key: rsa.RSAPrivateKey) -> None:
    known = encoded(
        0x30, core.ObjectIdentifier("1.2.840.113549.1.1.11").dump(), core.Null().dump()
    )
    unknown = encoded(0x30, core.ObjectIdentifier("1.2.3.4").dump())
    for algorithm, signer in ((unknown, key.public_key()), (known, None)):
        assert not signature_is_valid(b"signature", b"data", algorithm=algorithm, key=signer)


def test_public_key_of_an_unknown_kind_is_read_as_none(key: rsa.RSAPrivateKey) -> None:
    known, unknown = bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a864886f70d01017f")
    der = made(key)
    assert der.count(known) == 1
    assert Certificate.read(der.replace(known, unknown)).key is None


# --- proxies --------------------------------------------------------------------------------------


def test_draft_proxy_holds_its_path_length_last() -> None:
    tagged = encoded(0xA1, core.Integer(3).dump())
    assert read_proxy_policy(encoded(0x30, encoded(0x30, POLICY), tagged)) == (
        "1.3.6.1.5.5.7.21.1",
        3,
    )


def test_proxy_without_a_policy_says_that_its_extension_cannot_be_read(
    key: rsa.RSAPrivateKey,
) -> None:
    content = encoded(0x30, core.Integer(1).dump())
    with pytest.raises(ASN1Error, match="no policy language"):
        read_proxy_policy(content)
    chain = [Certificate.read(made(key, (PROXY_INFO, content)))]
    with pytest.raises(errors.CredentialFormatError, match="cannot be read: no policy language"):
        inspect_chain(chain)


def test_ca_that_may_sign_anything_still_signs_no_proxy(key: rsa.RSAPrivateKey) -> None:
    ca = encoded(0x30, core.Boolean(value=True).dump())
    pem = odd.pem(made(key, ("2.5.29.19", ca))) + odd.key_pem(key)
    with pytest.raises(errors.CredentialError, match="certificate of a CA"):
        create_proxy(pem)


def test_key_that_cannot_sign_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_small(*_: Any) -> Any:
        raise ValueError("Digest too large for key size")

    alice = shared_pki().certified("alice")
    monkeypatch.setattr(hashes, "SHA256", too_small)
    with pytest.raises(errors.CredentialFormatError, match="damaged or does not belong to"):
        create_proxy(alice.pem)
