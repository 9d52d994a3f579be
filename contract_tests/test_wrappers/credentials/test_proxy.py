"""RFC 3820 proxies: made, signed for a server, inspected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from fts_client import X509Credential, errors
from fts_client.credentials.proxy_kind import PROXY_CERT_INFO, read_proxy_policy
from fts_client.proxy import create_proxy, inspect_chain, proxy_mark, sign_request
from fts_contract.mock.pki import CA, Certified, TestPKI, issue_proxy, shared_pki

PEM = serialization.Encoding.PEM


@pytest.fixture(scope="module")
def pki() -> TestPKI:
    return shared_pki()


@pytest.fixture(scope="module")
def alice(pki: TestPKI) -> Certified:
    return pki.certified("alice")


def certificates(pem: bytes) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(pem)


def csr(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Dummy")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return builder.sign(key, hashes.SHA256()).public_bytes(PEM)


@pytest.fixture(scope="module")
def server_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


# --- creating ------------------------------------------------------------------------------------


def test_create_proxy_has_every_field_of_rfc_3820(alice: Certified) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    text = create_proxy(alice.pem, lifetime=timedelta(hours=3))
    proxy, user = certificates(text)
    assert user == alice.certificate
    assert proxy.issuer == alice.certificate.subject
    assert proxy.issuer.public_bytes() == alice.certificate.subject.public_bytes()
    assert x509.Name(proxy.subject.rdns[:-1]) == proxy.issuer
    assert [item.oid for item in proxy.subject.rdns[-1]] == [NameOID.COMMON_NAME]
    proxy.verify_directly_issued_by(user)
    assert isinstance(proxy.signature_hash_algorithm, hashes.SHA256)
    assert before - timedelta(minutes=5) <= proxy.not_valid_before_utc <= before
    assert before + timedelta(hours=3) <= proxy.not_valid_after_utc
    assert proxy.not_valid_after_utc <= datetime.now(UTC) + timedelta(hours=3)
    usage = proxy.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    info = proxy.extensions.get_extension_for_oid(PROXY_CERT_INFO)
    assert info.critical
    assert isinstance(info.value, x509.UnrecognizedExtension)
    assert info.value.value.hex() == "300c300a06082b06010505071501"
    assert {extension.oid for extension in proxy.extensions} == {PROXY_CERT_INFO, usage.oid}
    key = proxy.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    assert key.key_size == 2048


def test_create_proxy_file_order_is_proxy_key_chain(alice: Certified) -> None:
    labels = [
        line.strip("-").removeprefix("BEGIN ")
        for line in create_proxy(alice.pem).decode().splitlines()
        if line.startswith("-----BEGIN")
    ]
    assert labels == ["CERTIFICATE", "RSA PRIVATE KEY", "CERTIFICATE"]


def test_create_proxy_twice_differs_in_serial_name_and_key(alice: Certified) -> None:
    first, second = (certificates(create_proxy(alice.pem))[0] for _ in range(2))
    assert first.serial_number != second.serial_number
    assert first.subject != second.subject
    assert first.public_key() != second.public_key()


@pytest.mark.parametrize(
    ("limited", "path_length"), [(True, None), (False, 0), (True, 5), (False, 127)]
)
def test_create_proxy_policy_is_as_asked(
    alice: Certified, *, limited: bool, path_length: int | None
) -> None:
    proxy = certificates(create_proxy(alice.pem, limited=limited, path_length=path_length))[0]
    mark = proxy_mark(proxy)
    assert mark is not None
    assert (mark.kind, mark.limited, mark.path_length) == ("rfc", limited, path_length)
    value = proxy.extensions.get_extension_for_oid(PROXY_CERT_INFO).value
    assert isinstance(value, x509.UnrecognizedExtension)
    assert read_proxy_policy(value.value)[1] == path_length


def test_proxy_mark_is_a_value_that_can_be_printed_and_compared(alice: Certified) -> None:
    marks = [proxy_mark(certificates(create_proxy(alice.pem))[0]) for _ in range(2)]
    assert marks[0] == marks[1]
    assert repr(marks[0]) == "ProxyMark(kind='rfc', limited=False, path_length=None)"


def test_create_proxy_of_a_short_user_certificate_expires_with_it(pki: TestPKI) -> None:
    user = pki.ca.issue_cert("/DC=org/DC=example/CN=short", lifetime=timedelta(hours=1))
    proxy = certificates(create_proxy(user.pem, lifetime=timedelta(days=3)))[0]
    assert proxy.not_valid_after_utc == user.certificate.not_valid_after_utc


def test_create_proxy_of_a_proxy_outlives_no_link_and_keeps_the_chain(alice: Certified) -> None:
    # The longest-lived certificate is not the signer: the minimum over the whole chain counts.
    short = issue_proxy(alice, lifetime=timedelta(minutes=30))
    long_name = issue_proxy(short, lifetime=timedelta(hours=9))
    text = create_proxy(long_name.pem, lifetime=timedelta(days=1))
    chain = certificates(text)
    assert len(chain) == 4
    assert chain[0].not_valid_after_utc == short.certificate.not_valid_after_utc
    info = inspect_chain(chain)
    assert info.depth == 3
    assert info.identity == alice.dn


def test_create_proxy_does_not_start_before_its_issuer(pki: TestPKI) -> None:
    user = pki.ca.issue_cert("/DC=org/CN=fresh", starts_in=timedelta(seconds=-20))
    proxy = certificates(create_proxy(user.pem))[0]
    assert proxy.not_valid_before_utc == user.certificate.not_valid_before_utc


def test_create_proxy_of_a_limited_proxy_is_limited(alice: Certified) -> None:
    limited = create_proxy(alice.pem, limited=True)
    mark = proxy_mark(certificates(create_proxy(limited))[0])
    assert mark is not None
    assert mark.limited


@pytest.mark.parametrize(("path_length", "further"), [(0, 0), (2, 2)])
def test_create_proxy_path_length_counts_the_proxies_after_it(
    alice: Certified, path_length: int, further: int
) -> None:
    text = create_proxy(alice.pem, path_length=path_length)
    for _ in range(further):
        text = create_proxy(text)
    with pytest.raises(errors.CredentialError, match="may not sign another proxy"):
        create_proxy(text)


def test_create_proxy_with_an_ec_user_key_makes_an_rsa_proxy(pki: TestPKI) -> None:
    user = pki.ca.issue_cert("/DC=org/CN=ec", key=ec.generate_private_key(ec.SECP256R1()))
    pem = user.certificate.public_bytes(PEM)
    key = user.key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    proxy = certificates(create_proxy(pem, key))[0]
    proxy.verify_directly_issued_by(user.certificate)
    assert isinstance(proxy.public_key(), rsa.RSAPublicKey)


def test_create_proxy_bigger_key_is_made(alice: Certified) -> None:
    key = certificates(create_proxy(alice.pem, key_size=3072))[0].public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    assert key.key_size == 3072


@pytest.mark.parametrize(
    ("form", "passphrase"),
    [
        (serialization.PrivateFormat.PKCS8, b"pass word"),
        (serialization.PrivateFormat.TraditionalOpenSSL, "pass word"),
        (serialization.PrivateFormat.PKCS8, lambda: "pass word"),
    ],
    ids=["pkcs8-bytes", "traditional-text", "pkcs8-function"],
)
def test_create_proxy_encrypted_key_is_opened_with_the_passphrase(
    alice: Certified, form: serialization.PrivateFormat, passphrase: Any
) -> None:
    key = alice.key.private_bytes(
        PEM,
        form,
        serialization.BestAvailableEncryption(b"pass word"),
    )
    pem = alice.certificate.public_bytes(PEM)
    certificates(create_proxy(pem, key, passphrase=passphrase))[0].verify_directly_issued_by(
        alice.certificate
    )
    with pytest.raises(errors.CredentialFormatError, match="wrong passphrase"):
        create_proxy(pem, key, passphrase=lambda: "other")
    with pytest.raises(errors.CredentialFormatError, match="no passphrase was given"):
        create_proxy(pem, key)


def test_create_proxy_unencrypted_key_never_asks_for_a_passphrase(alice: Certified) -> None:
    def ask() -> str:
        raise AssertionError("asked")

    assert create_proxy(alice.pem, passphrase=ask)


def test_create_proxy_key_of_another_user_is_refused(pki: TestPKI, alice: Certified) -> None:
    bob = pki.certified("bob")
    with pytest.raises(errors.CredentialFormatError, match=r"does not belong to .*CN=alice"):
        create_proxy(alice.certificate.public_bytes(PEM), bob.key_pem)


def test_create_proxy_of_an_expired_certificate_says_which_and_when(pki: TestPKI) -> None:
    user = pki.ca.issue_cert("/DC=org/CN=late", lifetime=timedelta(hours=-1))
    with pytest.raises(errors.CredentialExpiredError, match=r"/DC=org/CN=late expired") as caught:
        create_proxy(user.pem)
    assert caught.value.expired_at == user.certificate.not_valid_after_utc


def test_create_proxy_of_a_future_certificate_is_refused(pki: TestPKI) -> None:
    user = pki.ca.issue_cert("/DC=org/CN=early", starts_in=timedelta(hours=1))
    with pytest.raises(errors.CredentialError, match="not valid before"):
        create_proxy(user.pem)


def test_create_proxy_of_a_ca_is_refused() -> None:
    ca = CA.create()
    whole = Certified(certificate=ca.certificate, key=ca.key)
    with pytest.raises(errors.CredentialError, match="key usage"):
        create_proxy(whole.pem)


def legacy(issuer: Certified, name: str) -> Certified:
    key = rsa.generate_private_key(65537, 2048)
    now = datetime.now(UTC)
    subject = x509.Name(
        [
            *issuer.certificate.subject.rdns,
            x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(hours=1))
        .sign(issuer.key, hashes.SHA256())
    )
    return Certified(certificate=certificate, key=key, chain=(issuer.certificate,))


@pytest.mark.parametrize(("name", "limited"), [("proxy", False), ("limited proxy", True)])
def test_legacy_proxy_is_recognised_and_not_signed_with(
    alice: Certified, name: str, *, limited: bool
) -> None:
    old = legacy(alice, name)
    info = inspect_chain(certificates(old.pem))
    assert (info.kind, info.limited, info.identity) == ("legacy", limited, alice.dn)
    with pytest.raises(errors.CredentialError, match=r"legacy proxy.*RFC 3820"):
        create_proxy(old.pem)


def test_user_named_proxy_is_not_taken_for_a_proxy(pki: TestPKI) -> None:
    user = pki.ca.issue_cert("/DC=org/CN=proxy")
    assert proxy_mark(user.certificate) is None


@pytest.mark.parametrize(
    "options",
    [
        {"key_size": 1024},
        {"path_length": -1},
        {"path_length": 128},
        {"lifetime": timedelta(0)},
        {"lifetime": timedelta(milliseconds=36)},
        {"lifetime": timedelta(hours=-1)},
        {"now": datetime(2026, 1, 1)},  # noqa: DTZ001 - the point
    ],
)
def test_create_proxy_impossible_argument_is_a_usage_error(
    alice: Certified, options: dict[str, Any]
) -> None:
    with pytest.raises(errors.FTSUsageError):
        create_proxy(alice.pem, **options)


def test_create_proxy_largest_lifetime_expires_with_the_certificate(alice: Certified) -> None:
    proxy = certificates(create_proxy(alice.pem, lifetime=timedelta.max))[0]
    assert proxy.not_valid_after_utc == alice.certificate.not_valid_after_utc


# --- signing for a server ------------------------------------------------------------------------


def test_sign_request_gives_proxy_and_whole_chain_without_a_key(
    pki: TestPKI, server_key: rsa.RSAPrivateKey
) -> None:
    own = pki.issue("alice")
    chain = (own.certificate, *own.chain)
    text = sign_request(
        csr(server_key),
        chain=chain,
        key=own.key,
        lifetime=timedelta(hours=7),
    )
    proxy, *rest = certificates(text)
    assert b"PRIVATE KEY" not in text
    assert tuple(rest) == chain
    assert proxy.public_key() == server_key.public_key()
    proxy.verify_directly_issued_by(own.certificate)
    assert proxy.not_valid_after_utc <= min(item.not_valid_after_utc for item in chain)


SHORT_KEY = rsa.generate_private_key(65537, 1024)  # noqa: S505 - what must be refused


@pytest.mark.parametrize(
    ("request_pem", "what"),
    [
        (b"", "not a certificate request"),
        (b"<html>no</html>", "not a certificate request"),
        (csr(SHORT_KEY), "1024 bits"),
        (csr(ec.generate_private_key(ec.SECP256R1())), "no RSA key"),
    ],
    # The keys differ in each process, so ids made of them would too.
    ids=["empty", "html", "short-key", "no-rsa-key"],
)
def test_sign_request_bad_request_is_refused_with_the_step(
    alice: Certified, request_pem: bytes, what: str
) -> None:
    with pytest.raises(errors.DelegationError, match=what) as caught:
        sign_request(
            request_pem,
            chain=[alice.certificate],
            key=alice.key,
            lifetime=timedelta(hours=7),
            user_dn="/CN=a",
            delegation_id="0123456789abcdef",
        )
    assert caught.value.step == "check request"
    assert "/CN=a" in str(caught.value)
    assert "0123456789abcdef" in str(caught.value)


def test_sign_request_with_the_key_of_another_certificate_makes_no_proxy(
    alice: Certified, pki: TestPKI, server_key: rsa.RSAPrivateKey
) -> None:
    with pytest.raises(errors.CredentialFormatError, match=r"damaged or does not belong .*alice"):
        sign_request(
            csr(server_key),
            chain=[alice.certificate],
            key=pki.certified("bob").key,
            lifetime=timedelta(hours=1),
        )


def test_sign_request_with_an_empty_chain_is_a_usage_error(
    alice: Certified, server_key: rsa.RSAPrivateKey
) -> None:
    for request in (csr(server_key), b"no request"):
        with pytest.raises(errors.FTSUsageError, match="the chain holds no certificate"):
            sign_request(request, chain=[], key=alice.key, lifetime=timedelta(hours=1))


def test_sign_request_signed_by_another_key_is_refused(
    alice: Certified, server_key: rsa.RSAPrivateKey
) -> None:
    whole = x509.load_pem_x509_csr(csr(server_key))
    der = bytearray(whole.public_bytes(serialization.Encoding.DER))
    der[-1] ^= 1
    forged = x509.load_der_x509_csr(bytes(der)).public_bytes(PEM)
    with pytest.raises(errors.DelegationError, match="not signed with its own key"):
        sign_request(forged, chain=[alice.certificate], key=alice.key, lifetime=timedelta(hours=7))


def test_sign_request_small_key_for_an_ec_user_says_what_to_do(pki: TestPKI) -> None:
    user = pki.ca.issue_cert("/DC=org/CN=ec", key=ec.generate_private_key(ec.SECP256R1()))
    small = csr(SHORT_KEY)
    with pytest.raises(errors.DelegationError, match="cannot delegate for EC keys"):
        sign_request(small, chain=[user.certificate], key=user.key, lifetime=timedelta(hours=1))


# --- inspecting ----------------------------------------------------------------------------------


def test_inspect_chain_voms_proxy_of_a_proxy_shows_everything(pki: TestPKI) -> None:
    own = pki.issue("alice-proxy2", lifetime=timedelta(hours=2))
    info = inspect_chain(certificates(own.pem))
    assert info.identity == "/DC=org/DC=example/O=Users/CN=alice"
    assert info.subject.startswith(info.issuer + "/CN=")
    assert (info.kind, info.limited, info.depth) == ("rfc", False, 2)
    assert (info.key, info.key_bits, info.signature_hash) == ("RSA 2048", 2048, "sha256")
    assert info.weakest == info.subject
    assert timedelta(hours=1, minutes=58) < info.time_left() <= timedelta(hours=2)
    assert info.time_left(now=info.expires_at + timedelta(seconds=5)) == timedelta(seconds=-5)
    assert [item.vo for item in info.voms.attributes] == ["testvo"]


def test_inspect_chain_weakest_link_is_named(alice: Certified) -> None:
    short = issue_proxy(alice, lifetime=timedelta(minutes=10))
    proxy = issue_proxy(short, lifetime=timedelta(minutes=5))
    assert inspect_chain([short.certificate, alice.certificate]).weakest.startswith(alice.dn)
    later = inspect_chain([proxy.certificate, short.certificate, alice.certificate])
    assert later.expires_at == proxy.certificate.not_valid_after_utc
    # After the certificate of the user nothing counts: a server chooses the certificates of CAs itself.
    assert inspect_chain([alice.certificate, proxy.certificate]).weakest == alice.dn


def test_inspect_chain_end_entity_is_not_a_proxy(alice: Certified) -> None:
    info = inspect_chain([alice.certificate])
    assert (info.kind, info.depth, info.identity) == (None, 0, alice.dn)
    assert info.client_auth


def test_inspect_chain_ec_key_is_named(pki: TestPKI) -> None:
    info = inspect_chain(certificates(pki.issue("bob-ec").pem))
    assert (info.key, info.key_bits) == ("EC secp256r1", 256)


# --- path lengths --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of_issuer", "wanted", "found"),
    [
        (None, None, None),
        (None, 5, 5),
        (1, None, 0),
        (1, 50, 0),
        (3, 1, 1),
        (3, 2, 2),
        (127, 127, 126),
    ],
)
def test_create_proxy_allows_no_more_proxies_than_its_issuer(
    alice: Certified, of_issuer: int | None, wanted: int | None, found: int | None
) -> None:
    issuer = create_proxy(alice.pem, path_length=of_issuer)
    mark = proxy_mark(certificates(create_proxy(issuer, path_length=wanted))[0])
    assert mark is not None
    assert mark.path_length == found


def test_every_issuer_of_a_proxy_limits_the_path(alice: Certified) -> None:
    pem = create_proxy(alice.pem, path_length=2)
    for expected in (1, 0):
        pem = create_proxy(pem)
        mark = proxy_mark(certificates(pem)[0])
        assert mark is not None
        assert mark.path_length == expected
    with pytest.raises(errors.CredentialError, match="may not sign another proxy"):
        create_proxy(pem)


@pytest.mark.parametrize(
    "options",
    [{"key_size": 2048.0}, {"key_size": True}, {"path_length": 1.5}, {"path_length": True}],
)
def test_create_proxy_numbers_that_are_not_whole_are_refused_by_name(
    alice: Certified, options: dict[str, Any]
) -> None:
    with pytest.raises(errors.FTSUsageError, match=next(iter(options))):
        create_proxy(alice.pem, **options)


# --- certificates that are not needed -------------------------------------------------------------


@pytest.mark.parametrize(("starts", "ends"), [(-900, -30), (3, 300)], ids=["expired", "future"])
@pytest.mark.parametrize("subject", ["ca", "alice"])
def test_certificate_after_that_of_the_user_does_not_count(
    pki: TestPKI, alice: Certified, subject: str, starts: int, ends: int
) -> None:
    now = datetime.now(UTC)
    named = {"ca": pki.ca.certificate, "alice": alice.certificate}[subject]
    extra = (
        x509.CertificateBuilder()
        .subject_name(named.subject)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Old Root")]))
        .public_key(named.public_key())
        .serial_number(7)
        .not_valid_before(now + timedelta(days=starts))
        .not_valid_after(now + timedelta(days=ends))
        .sign(rsa.generate_private_key(65537, 2048), hashes.SHA256())
    )
    for pem in (alice.pem, issue_proxy(alice).pem):
        credential = X509Credential.from_pem(pem + extra.public_bytes(PEM))
        credential.check()
        assert credential.info.time_left() > timedelta(hours=11)
        X509Credential.from_pem(create_proxy(credential.to_pem())).check()
