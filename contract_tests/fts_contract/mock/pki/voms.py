"""VOMS attribute certificates: made for the test identities, read from the chains of callers."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final

import attrs
from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fts_contract.mock.pki.authority import CLOCK_SKEW, Certified
from fts_contract.mock.pki.proxies import VOMS_EXTENSION

_FQANS: Final = "1.3.6.1.4.1.8005.100.100.4"
_SIGNER_CHAIN: Final = "1.3.6.1.4.1.8005.100.100.10"
_NO_REVOCATION: Final = "2.5.29.56"
_AUTHORITY_KEY: Final = "2.5.29.35"


class _CertificateChain(core.SequenceOf):  # type: ignore[misc]  # asn1crypto is untyped
    _child_spec = asn1_x509.Certificate


class _SignerChains(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _CertificateChain


class _AttributeCertificates(core.SequenceOf):  # type: ignore[misc]
    _child_spec = cms.AttributeCertificateV2


class _VomsExtension(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _AttributeCertificates


@attrs.frozen
class AttributeAuthority:
    """What a VOMS server is to a proxy: it signs which groups and roles of a VO a person has.

    Attributes:
        signer: Certificate and RSA key of the VOMS server.
        uri: Host and port of the server, as they appear in the attribute certificate.
    """

    signer: Certified
    uri: str = "voms.example.org:15000"

    def issue(
        self,
        holder: x509.Certificate,
        fqans: tuple[str, ...],
        *,
        vo: str,
        lifetime: timedelta = timedelta(hours=12),
    ) -> bytes:
        """Certify attributes of a person.

        Args:
            holder: End-entity certificate of the person.
            fqans: For example `/testvo/Role=production/Capability=NULL`, in this order.
            vo: Name of the VO.
            lifetime: From now; negative for attributes that have expired.

        Returns:
            Value of the VOMS extension of a proxy: the attribute certificate, DER.

        Raises:
            ValueError: The signer has no RSA key.

        Source: RFC 5755; GFD.182 (the VOMS attribute certificate format).
        """
        key = self.signer.key
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("a VOMS server of the test PKI needs an RSA key")  # noqa: TRY004
        info = self._info(holder, fqans, vo=vo, lifetime=lifetime)
        certificate = cms.AttributeCertificateV2(
            {
                "ac_info": info,
                "signature_algorithm": {"algorithm": "sha256_rsa"},
                "signature": key.sign(info.dump(), padding.PKCS1v15(), hashes.SHA256()),
            }
        )
        encoded: bytes = _VomsExtension([_AttributeCertificates([certificate])]).dump()
        return encoded

    def _info(
        self, holder: x509.Certificate, fqans: tuple[str, ...], *, vo: str, lifetime: timedelta
    ) -> cms.AttributeCertificateInfoV2:
        now = datetime.now(UTC).replace(microsecond=0)
        signer = self.signer.certificate
        attribute = cms.IetfAttrSyntax(
            {
                "policy_authority": [
                    asn1_x509.GeneralName(
                        name="uniform_resource_identifier", value=f"{vo}://{self.uri}"
                    )
                ],
                "values": [
                    cms.IetfAttrValue(name="octets", value=core.OctetString(fqan.encode()))
                    for fqan in fqans
                ],
            }
        )
        chain = _SignerChains([_CertificateChain([_asn1(signer)])])
        key_id = asn1_x509.AuthorityKeyIdentifier(
            {
                "key_identifier": x509.SubjectKeyIdentifier.from_public_key(
                    signer.public_key()
                ).digest
            }
        )
        return cms.AttributeCertificateInfoV2(
            {
                "version": "v2",
                "holder": {
                    "base_certificate_id": {
                        "issuer": _directory_name(holder.issuer),
                        "serial": holder.serial_number,
                    }
                },
                "issuer": cms.AttCertIssuer(
                    name="v2_form", value={"issuer_name": _directory_name(signer.subject)}
                ),
                "signature": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
                "serial_number": secrets.randbits(63),
                "att_cert_validity_period": {
                    "not_before_time": min(now - CLOCK_SKEW, now + lifetime - CLOCK_SKEW),
                    "not_after_time": now + lifetime,
                },
                "attributes": [{"type": _FQANS, "values": [attribute]}],
                "extensions": [
                    {
                        "extn_id": _SIGNER_CHAIN,
                        "critical": False,
                        "extn_value": core.ParsableOctetString(chain.dump()),
                    },
                    {
                        "extn_id": _NO_REVOCATION,
                        "critical": False,
                        "extn_value": core.ParsableOctetString(core.Null().dump()),
                    },
                    {
                        "extn_id": _AUTHORITY_KEY,
                        "critical": False,
                        "extn_value": core.ParsableOctetString(key_id.dump()),
                    },
                ],
            }
        )


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _directory_name(name: x509.Name) -> list[asn1_x509.GeneralName]:
    # Taken over byte by byte: re-encoding would change string types, and names are compared as bytes.
    parsed = asn1_x509.Name.load(name.public_bytes())
    return [asn1_x509.GeneralName(name="directory_name", value=parsed)]


def read_fqans(chain: list[x509.Certificate], *, now: datetime) -> list[str]:
    """Read the VOMS attributes of a caller.

    Attributes count while their certificate is valid and when it names a member of the chain as holder;
    the signature of the VOMS server is not checked, as the TLS handshake has tied the chain to the test CA.

    Args:
        chain: The caller's certificates, leaf first.
        now: The time to judge validity by, aware.

    Returns:
        The FQANs of the attribute certificate nearest to the leaf, in their order; empty for a plain proxy or
        attributes that cannot be read.

    Source: observed on FTS 3.13.4, `voms_cred` (recording whoami-alice).
    """
    serials = {certificate.serial_number for certificate in chain}
    for certificate in chain:
        try:
            value = certificate.extensions.get_extension_for_oid(VOMS_EXTENSION).value
        except x509.ExtensionNotFound:
            continue
        if not isinstance(value, x509.UnrecognizedExtension):
            continue
        try:
            return _fqans_in(value.value, serials=serials, now=now)
        except (ValueError, TypeError, KeyError):
            return []
    return []


def _fqans_in(encoded: bytes, *, serials: set[int], now: datetime) -> list[str]:
    fqans: list[str] = []
    for group in _VomsExtension.load(encoded):
        for certificate in group:
            info = certificate["ac_info"]
            validity = info["att_cert_validity_period"]
            begins, ends = validity["not_before_time"].native, validity["not_after_time"].native
            holder = info["holder"]["base_certificate_id"]
            if not begins <= now <= ends or holder["serial"].native not in serials:
                continue
            for attribute in info["attributes"]:
                if attribute["type"].dotted == _FQANS:
                    for syntax in attribute["values"]:
                        parsed = cms.IetfAttrSyntax.load(syntax.dump())
                        fqans += [value.native.decode() for value in parsed["values"]]
    return fqans
