"""Certificates as lenient as OpenSSL reads them: names are kept as bytes, and only those extensions are read that count here.

`cryptography` refuses certificates that OpenSSL and all servers of a grid accept: latin-1 in a T61String, "@" or "&" in a PrintableString,
version 2, an unusual name in an extension.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs
from asn1crypto import algos, core
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key

from fts_client.credentials.asn1 import Name, only_asn1_errors, read_name

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

_KEY_USAGE, _EXTENDED_KEY_USAGE, _BASIC_CONSTRAINTS = "2.5.29.15", "2.5.29.37", "2.5.29.19"
_ANY_USAGE, _CLIENT_USAGE = "2.5.29.37.0", "1.3.6.1.5.5.7.3.2"


class Time(core.Choice):  # type: ignore[misc]
    """A time of either kind."""

    _alternatives = [("utc", core.UTCTime), ("general", core.GeneralizedTime)]  # noqa: RUF012

    @property
    def moment(self) -> datetime:
        """The time, aware; one without a zone counts as UTC."""
        found: datetime = self.native
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found


class _Validity(core.Sequence):  # type: ignore[misc]
    _fields = [("start", Time), ("end", Time)]  # noqa: RUF012


class _Extension(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("id", core.ObjectIdentifier),
        ("critical", core.Boolean, {"default": False}),
        ("value", core.OctetString),
    ]


class _Extensions(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _Extension


class _Body(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("version", core.Integer, {"explicit": 0, "default": 0}),
        ("serial_number", core.Integer),
        ("algorithm", algos.SignedDigestAlgorithm),
        ("issuer", Name),
        ("validity", _Validity),
        ("subject", Name),
        ("key", core.Any),
        ("issuer_id", core.OctetBitString, {"implicit": 1, "optional": True}),
        ("subject_id", core.OctetBitString, {"implicit": 2, "optional": True}),
        ("extensions", _Extensions, {"explicit": 3, "optional": True}),
    ]


class _Signed(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("body", _Body),
        ("algorithm", algos.SignedDigestAlgorithm),
        ("signature", core.OctetBitString),
    ]


class _Identifiers(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.ObjectIdentifier


class _BasicConstraints(core.Sequence):  # type: ignore[misc]
    _fields = [  # noqa: RUF012
        ("is_ca", core.Boolean, {"default": False}),
        ("path_length", core.Integer, {"optional": True}),
    ]


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Certificate:
    """A certificate. What is not an attribute here is that of `cryptography.x509.Certificate`, if `cryptography` accepts it.

    Equal to every certificate of the same bytes, also to one of `cryptography`.

    Attributes:
        der: The certificate as it is.
        subject_name: Subject, DER.
        issuer_name: Issuer, DER.
        serial_number: Serial number.
    """

    der: bytes
    subject_name: bytes
    issuer_name: bytes
    serial_number: int
    _validity: bytes
    _extensions: dict[str, bytes]
    _public_key: bytes
    _body: bytes
    _algorithm: bytes
    _signature: bytes

    @classmethod
    @only_asn1_errors
    def read(cls, der: bytes) -> Certificate:
        """Read DER.

        Raises:
            ASN1Error: The bytes are not a certificate.
        """
        signed = _Signed.load(der, strict=True)
        body = signed["body"]
        subject, issuer = body["subject"].dump(), body["issuer"].dump()
        read_name(subject)
        read_name(issuer)
        return cls(
            der=der,
            subject_name=subject,
            issuer_name=issuer,
            serial_number=body["serial_number"].native,
            validity=body["validity"].dump(),
            # OpenSSL counts the first of several.
            extensions={
                item["id"].dotted: bytes(item["value"].native)
                for item in reversed(list(body["extensions"] or ()))
            },
            public_key=body["key"].dump(),
            body=body.dump(),
            algorithm=signed["algorithm"].dump(),
            signature=bytes(signed["signature"].native),
        )

    @classmethod
    def of(cls, certificate: Certificate | x509.Certificate) -> Certificate:
        """Take a certificate of either kind.

        Raises:
            ASN1Error: The bytes are not a certificate.
        """
        if isinstance(certificate, Certificate):
            return certificate
        return cls.read(certificate.public_bytes(Encoding.DER))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(x509.load_der_x509_certificate(self.der), name)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, x509.Certificate):
            return self.der == other.public_bytes(Encoding.DER)
        return isinstance(other, Certificate) and self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)

    @property
    def pem(self) -> bytes:
        """The certificate as PEM."""
        return ssl.DER_cert_to_PEM_cert(self.der).encode("ascii")

    @property
    def not_valid_before_utc(self) -> datetime:
        """Start, aware UTC. Raises ASN1Error when it cannot be read: as with OpenSSL, an unreadable one matters only where it is needed."""
        return _moment(self._validity, "start")

    @property
    def not_valid_after_utc(self) -> datetime:
        """End, likewise."""
        return _moment(self._validity, "end")

    @property
    def key(self) -> PublicKeyTypes | None:
        """The public key; None when it is of a kind that `cryptography` does not know."""
        try:
            return load_der_public_key(self._public_key)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            return None

    @property
    def signature_hash(self) -> str | None:
        """Hash of the signature, "sha256"; None when the algorithm has none or is not known."""
        return _hash_of(self._algorithm)[1]

    def extension(self, oid: str) -> bytes | None:
        """Content of an extension by its dotted object identifier; None when there is none."""
        return self._extensions.get(oid)

    def may_sign(self) -> bool:
        """Whether the key usage, if there is one, allows digital signatures."""
        value = self._read_extension(_KEY_USAGE, core.BitString)
        return value is None or bool(value.native[:1] == (1,))

    def may_be_client(self) -> bool:
        """Whether the extended key usage, if there is one, allows TLS clients."""
        value = self._read_extension(_EXTENDED_KEY_USAGE, _Identifiers)
        return value is None or bool({_ANY_USAGE, _CLIENT_USAGE} & {item.dotted for item in value})

    def is_ca(self) -> bool:
        """Whether it says that it is the certificate of a CA."""
        value = self._read_extension(_BASIC_CONSTRAINTS, _BasicConstraints)
        return value is not None and bool(value["is_ca"].native)

    def _read_extension(self, oid: str, kind: Any) -> Any:
        """Read an extension; None when there is none or when it cannot be read, which is for the server to judge."""
        content = self.extension(oid)
        if content is None:
            return None
        try:
            value = kind.load(content, strict=True)
            _ = value.native
        except (ValueError, TypeError, KeyError):
            return None
        return value

    def signed_by(self, issuer: Certificate) -> bool:
        """Whether the key of another certificate made the signature; names are not compared."""
        return signature_is_valid(
            self._signature, self._body, algorithm=self._algorithm, key=issuer.key
        )


@only_asn1_errors
def _moment(validity: bytes, name: str) -> datetime:
    found: datetime = _Validity.load(validity)[name].moment
    return found


def _hash_of(algorithm: bytes) -> tuple[str | None, str | None]:
    """Names of a signature algorithm and of the hash that goes with it."""
    value = algos.SignedDigestAlgorithm.load(algorithm)
    try:
        return value.signature_algo, value.hash_algo
    except (ValueError, TypeError, KeyError, AttributeError):
        return None, None


def signature_is_valid(
    signature: bytes, data: bytes, *, algorithm: bytes, key: PublicKeyTypes | None
) -> bool:
    """Whether a key made a signature with an algorithm (DER) over some data; False also for algorithms that are not known."""
    kind, hash_name = _hash_of(algorithm)
    try:
        if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
            key.verify(signature, data)
            return True
        if hash_name is None:
            return False
        chosen: hashes.HashAlgorithm = getattr(hashes, hash_name.upper())()
        if isinstance(key, rsa.RSAPublicKey):
            scheme = (
                padding.PSS(padding.MGF1(chosen), padding.PSS.AUTO)
                if kind == "rsassa_pss"
                else padding.PKCS1v15()
            )
            key.verify(signature, data, scheme, chosen)
            return True
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(chosen))
            return True
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, AttributeError):
        return False  # AttributeError: a hash that cryptography does not know
    return False
