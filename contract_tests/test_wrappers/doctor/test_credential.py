"""What `fts doctor` says about a credential that no server accepts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from fts_client.credentials import X509Credential
from fts_client.doctor.credential import examine_credential
from fts_contract.mock.pki import Certified, issue_proxy, shared_pki

if TYPE_CHECKING:
    from fts_client.doctor import Finding


def found_in(credential: X509Credential) -> dict[str, Finding]:
    return {one.topic: one for one in examine_credential(credential, now=datetime.now(UTC))}


def signed_by_alice(name: str, *, bits: int = 2048) -> X509Credential:
    """A proxy of the kind that Globus made before RFC 3820, if its name is that of one."""
    alice = shared_pki().certified("alice")
    key = rsa.generate_private_key(65537, bits)
    now = datetime.now(UTC)
    part = x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([*alice.certificate.subject.rdns, part]))
        .issuer_name(alice.certificate.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=12))
        .sign(alice.key, hashes.SHA256())
    )
    proxy = Certified(certificate=certificate, key=key, chain=(alice.certificate,))
    return X509Credential.from_pem(proxy.pem)


def test_legacy_proxy_and_weak_key_are_failures() -> None:
    found = found_in(signed_by_alice("proxy", bits=1024))
    assert found["proxy type"].level == found["key strength"].level == "fail"
    assert "legacy proxy" in found["proxy type"].text
    assert "1024" in found["key strength"].text


def test_attributes_of_another_user_are_a_failure() -> None:
    pki = shared_pki()
    foreign = pki.voms.issue(
        pki.certified("bob").certificate, ("/testvo/Role=NULL/Capability=NULL",), vo="testvo"
    )
    proxy = issue_proxy(pki.certified("alice"), attributes=foreign)
    found = found_in(X509Credential.from_pem(proxy.pem))["identity"]
    assert found.level == "fail"
    assert "VOMS attributes cannot be used" in found.text
