"""Damaged certificates, keys, proxies, attribute certificates and requests give typed errors only: no crash, no hang, no leak."""

from __future__ import annotations

import base64
import functools
import os
import ssl
import tempfile
import warnings
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.utils import CryptographyDeprecationWarning
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_wrappers.credentials import odd_certificates as odd

from fts_client import errors
from fts_client.credentials import TokenCredential, X509Credential
from fts_client.credentials.asn1 import ASN1Error, read_name
from fts_client.credentials.chain import weaknesses
from fts_client.credentials.pem import PemSource, read_pem
from fts_client.credentials.proxy_kind import read_proxy_policy
from fts_client.credentials.voms import read_attribute_certificates
from fts_client.delegation import sign_request
from fts_client.proxy import create_proxy
from fts_client.tokens import token_expiry
from fts_client.trust.revocation import RevocationLists
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Callable

# FTS_FUZZ=20 makes the search twenty times as long.
FACTOR = int(os.environ.get("FTS_FUZZ", "1"))
HOSTILE = settings(
    max_examples=300 * FACTOR, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
EDIT = st.tuples(
    st.sampled_from(["set", "cut", "repeat", "insert"]), st.floats(0, 1), st.binary(max_size=8)
)


def damage(whole: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    """Change some bytes; positions are shares of the length, so that one strategy fits all inputs."""
    data = bytearray(whole)
    for kind, share, new in edits:
        at = int(share * len(data))
        if kind == "set":
            data[at : at + len(new)] = new
        elif kind == "cut":
            del data[at : at + len(new) * 4]
        elif kind == "repeat":
            data[at:at] = data[at : at + 200]
        else:
            data[at:at] = new
    return bytes(data)


@functools.cache
def proxy_pem() -> bytes:
    return shared_pki().issue("alice").pem


@functools.cache
def blocks() -> tuple[tuple[str, bytes], ...]:
    """Label and DER of each block of a VOMS proxy file."""
    found = []
    for block in proxy_pem().decode().split("-----END ")[:-1]:
        label, _, text = block.rpartition("-----BEGIN ")[2].partition("-----")
        found.append((label, base64.b64decode(text)))
    return tuple(found)


def armour(label: str, der: bytes) -> bytes:
    text = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{text}-----END {label}-----\n".encode()


@functools.cache
def request_der() -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def only_typed_errors(call: Callable[[], object]) -> None:
    """Any other exception fails the test; so does a message that holds key material."""
    with warnings.catch_warnings():
        # What a library thinks of odd serial numbers is no failure of ours.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        warnings.simplefilter("ignore", UserWarning)
        try:
            call()
        except errors.FTSError as error:
            key = base64.b64encode(blocks()[1][1])
            shown = str(error).encode()
            assert all(key[i : i + 40] not in shown for i in range(0, len(key) - 40, 40))


@HOSTILE
@given(edits=st.lists(EDIT, min_size=1, max_size=4))
def test_damaged_proxy_file_gives_typed_errors(edits: list[tuple[str, float, bytes]]) -> None:
    only_typed_errors(lambda: X509Credential.from_pem(damage(proxy_pem(), edits)).describe())


@HOSTILE
@given(number=st.integers(0, 2), edits=st.lists(EDIT, min_size=1, max_size=3))
def test_damaged_der_inside_the_proxy_file_gives_typed_errors(
    number: int, edits: list[tuple[str, float, bytes]]
) -> None:
    parts = [
        armour(label, damage(der, edits) if index == number else der)
        for index, (label, der) in enumerate(blocks())
    ]
    only_typed_errors(lambda: X509Credential.from_pem(b"".join(parts)).info)


@functools.cache
def odd_certificate() -> tuple[bytes, bytes]:
    """DER of a certificate that only lenient parsers read, with every extension that is read here; PEM of its key."""
    key = odd.new_key()
    name = odd.name((odd.COMMON_NAME, odd.T61, b"Ren\xe9"), ("2.5.4.10", odd.PRINTABLE, b"a@b"))
    extensions = [odd.KEY_USAGE, odd.CA_CONSTRAINTS, odd.X400_NAME, odd.LATIN_1_POLICY]
    der = odd.certificate(
        key.public_key(), subject=name, issuer=name, signer=key, extensions=extensions
    )
    return der, odd.key_pem(key)


@HOSTILE
@given(edits=st.lists(EDIT, min_size=1, max_size=3))
def test_damaged_odd_certificate_gives_typed_errors_whatever_it_is_used_for(
    edits: list[tuple[str, float, bytes]],
) -> None:
    der, key = odd_certificate()
    text = armour("CERTIFICATE", damage(der, edits)) + key

    def use() -> None:
        credential = X509Credential.from_pem(text)
        _ = credential.describe(), credential.info.voms, weaknesses(credential.chain)
        credential.check()
        credential.load_into(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    only_typed_errors(use)
    with tempfile.TemporaryDirectory() as folder, suppress(ssl.SSLCertVerificationError):
        RevocationLists(Path(folder)).check([damage(der, edits), der])


@settings(HOSTILE, max_examples=25 * FACTOR)
@given(edits=st.lists(EDIT, min_size=1, max_size=2))
def test_proxy_of_a_damaged_proxy_gives_typed_errors(
    edits: list[tuple[str, float, bytes]],
) -> None:
    label, der = blocks()[0]
    rest = b"".join(armour(*block) for block in blocks()[1:])
    only_typed_errors(lambda: create_proxy(armour(label, damage(der, edits)) + rest))


@functools.cache
def credential() -> X509Credential:
    return X509Credential.from_pem(proxy_pem())


@HOSTILE
@given(edits=st.lists(EDIT, min_size=1, max_size=3))
def test_damaged_request_is_signed_only_if_it_proves_its_key(
    edits: list[tuple[str, float, bytes]],
) -> None:
    damaged = damage(request_der(), edits)
    with suppress(errors.DelegationError):
        signed = sign_request(
            armour("CERTIFICATE REQUEST", damaged),
            credential=credential(),
            lifetime=timedelta(hours=1),
        )
        key = x509.load_pem_x509_certificates(signed)[0].public_key()
        assert key == x509.load_der_x509_csr(damaged).public_key()
        assert x509.load_der_x509_csr(damaged).is_signature_valid


@functools.cache
def voms_der() -> bytes:
    oid = x509.ObjectIdentifier("1.3.6.1.4.1.8005.100.100.5")
    value = credential().chain[0].extensions.get_extension_for_oid(oid).value
    assert isinstance(value, x509.UnrecognizedExtension)
    return value.value


def read_attributes(der: bytes) -> None:
    read_attribute_certificates(der, serials={item.serial_number for item in credential().chain})


@settings(HOSTILE, max_examples=600 * FACTOR)
@given(edits=st.lists(EDIT, min_size=1, max_size=4))
def test_damaged_attribute_certificate_gives_asn1_error(
    edits: list[tuple[str, float, bytes]],
) -> None:
    with suppress(ASN1Error):
        read_attributes(damage(voms_der(), edits))


@settings(HOSTILE, max_examples=300 * FACTOR)
@given(
    edits=st.lists(EDIT, min_size=1, max_size=4),
    start=st.sampled_from(
        [
            bytes.fromhex("300c300a06082b06010505071501"),
            bytes.fromhex("300f020101300a06082b06010505071501"),
            b"0" + b"\x80" * 40,
            b"\x30\x84\xff\xff\xff\xff" * 10,
        ]
    ),
)
@example(edits=[("insert", 0.0, b"\x30\x80")] * 4, start=b"\x30\x80" * 5_000)
def test_damaged_proxy_policy_and_names_give_asn1_error(
    edits: list[tuple[str, float, bytes]], start: bytes
) -> None:
    for read in (read_proxy_policy, read_name, read_attributes):
        with suppress(ASN1Error):
            read(damage(start, edits))


@HOSTILE
@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_bytes_as_pem_give_typed_errors(data: bytes) -> None:
    only_typed_errors(lambda: read_pem(PemSource(data, "test")))


@functools.cache
def pkcs12_bytes() -> bytes:
    alice = shared_pki().certified("alice")
    return serialization.pkcs12.serialize_key_and_certificates(
        b"alice", alice.key, alice.certificate, None, serialization.NoEncryption()
    )


@settings(HOSTILE, max_examples=100 * FACTOR)
@given(edits=st.lists(EDIT, min_size=1, max_size=3))
def test_damaged_pkcs12_file_gives_typed_errors(edits: list[tuple[str, float, bytes]]) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(damage(pkcs12_bytes(), edits))
        file.flush()
        only_typed_errors(lambda: X509Credential.from_pkcs12(file.name).describe())


@functools.cache
def crl_der() -> bytes:
    ca, now = shared_pki().ca, datetime.now(UTC)
    builder = x509.CertificateRevocationListBuilder(
        issuer_name=ca.certificate.subject, last_update=now, next_update=now + timedelta(days=1)
    )
    return builder.sign(ca.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@HOSTILE
@given(edits=st.lists(EDIT, min_size=1, max_size=3))
def test_damaged_crl_never_breaks_a_handshake(edits: list[tuple[str, float, bytes]]) -> None:
    pki = shared_pki()
    chain = [
        item.public_bytes(serialization.Encoding.DER)
        for item in (pki.host.certificate, pki.ca.certificate)
    ]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "00000000.r0").write_bytes(damage(crl_der(), edits))
        RevocationLists(Path(folder)).check(chain)


@HOSTILE
@given(edits=st.lists(EDIT, min_size=1, max_size=3))
def test_damaged_token_gives_a_time_or_none_or_a_typed_error(
    edits: list[tuple[str, float, bytes]],
) -> None:
    token = b"eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE4MDAwMDAwMDAsInN1YiI6ImEifQ.c2lnbmF0dXJl"
    text = damage(token, edits).decode("latin-1")
    found = token_expiry(text)
    assert found is None or found.tzinfo is not None
    only_typed_errors(lambda: TokenCredential(text).describe())
