"""The certification authority: end-entity and host certificates, and its own PEM."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta
from typing import Final, Self

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from fts_contract.mock.pki.names import parse_slash_form, slash_form

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

# A machine whose clock runs a little behind must still accept what was issued just now.
CLOCK_SKEW: Final = timedelta(minutes=5)


def new_key(*, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Make an RSA key of the given size in bits."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@attrs.frozen
class Certified:
    """A certificate with its private key and the certificates that lead to the CA.

    Attributes:
        certificate: The certificate.
        key: Its private key.
        chain: The issuers between the certificate and the CA, nearest first; the CA itself is not among them.
    """

    certificate: x509.Certificate
    key: PrivateKey = attrs.field(repr=False)
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def dn(self) -> str:
        """Subject in slash form."""
        return slash_form(self.certificate.subject)

    @property
    def key_pem(self) -> bytes:
        """The private key."""
        return key_pem_of(self.key)

    @property
    def pem(self) -> bytes:
        """Certificate, key, chain: the order of a proxy file."""
        return (
            pem_of(self.certificate) + self.key_pem + b"".join(pem_of(link) for link in self.chain)
        )


def key_pem_of(key: PrivateKey) -> bytes:
    """Encode a private key as PEM, unencrypted, in the traditional form that grid tools write."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def pem_of(certificate: x509.Certificate) -> bytes:
    """Encode a certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


@attrs.frozen
class CA:
    """A certification authority whose key lives in memory.

    Attributes:
        certificate: Its self-signed certificate.
        key: Its private key.
    """

    certificate: x509.Certificate
    key: PrivateKey = attrs.field(repr=False)

    @classmethod
    def create(cls, dn: str = "/DC=org/DC=example/CN=FTS Mock Test CA") -> Self:
        """Make a new CA, valid for ten years.

        Args:
            dn: Its name in slash form.

        Raises:
            ValueError: The name cannot be read.
        """
        key = new_key()
        name = parse_slash_form(dn)
        now = datetime.now(UTC).replace(microsecond=0)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - CLOCK_SKEW)
            .not_valid_after(now + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(key_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        return cls(certificate=certificate, key=key)

    @property
    def pem(self) -> bytes:
        """The CA's own certificate."""
        return pem_of(self.certificate)

    def issue_cert(
        self,
        dn: str,
        *,
        hosts: tuple[str, ...] = (),
        lifetime: timedelta = timedelta(days=365),
        starts_in: timedelta = -CLOCK_SKEW,
        key: PrivateKey | None = None,
    ) -> Certified:
        """Issue an end-entity certificate.

        Args:
            dn: Subject in slash form.
            hosts: Host names and IP addresses it is valid for; none for a person.
            lifetime: How long it is valid from now; negative for one that has expired.
            starts_in: Begin of validity, relative to now.
            key: Key to certify; None makes a new RSA key of 2048 bits.

        Returns:
            The certificate and its key.

        Raises:
            ValueError: The name cannot be read, or validity would end before it begins.
        """
        key = key or new_key()
        now = datetime.now(UTC).replace(microsecond=0)
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH]
        if hosts:
            usages.append(ExtendedKeyUsageOID.SERVER_AUTH)
        builder = (
            x509.CertificateBuilder()
            .subject_name(parse_slash_form(dn))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(now + starts_in, now + lifetime - timedelta(seconds=1)))
            .not_valid_after(now + lifetime)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(key_usage(digital_signature=True, key_encipherment=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        if hosts:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_general_name(host) for host in hosts]),
                critical=False,
            )
        return Certified(certificate=builder.sign(self.key, hashes.SHA256()), key=key)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def key_usage(
    *,
    digital_signature: bool = False,
    key_encipherment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    """Say what a key may be used for."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=key_encipherment,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
