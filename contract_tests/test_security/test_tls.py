"""Every way in which a TLS connection fails, over real TLS: a typed error that says whose fault it is and what to do."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from fts_client import AsyncFTSClient, FTSClient, RetryPolicy, errors
from fts_client.credentials import TokenCredential, X509Credential
from fts_client.proxy import create_proxy
from fts_client.transport.tls_failures import explain_tls_error
from fts_client.trust import client_context
from fts_contract.mock.pki import CA, Certified, TestPKI, issue_proxy
from fts_contract.mock.pki.names import subject_hash

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def get(
    url: str, context: ssl.SSLContext, credential: X509Credential | None = None
) -> httpx.Response:
    """Ask as the transport does: pool of its own, errors explained."""
    with httpx.Client(verify=context, trust_env=False, timeout=10) as client:
        try:
            return client.get(url)
        except httpx.TransportError as error:
            explained = explain_tls_error(error, url=url, credential=credential)
            if explained is None:
                raise
            raise explained from error


def load(pem: bytes) -> X509Credential:
    return X509Credential.from_pem(pem)


@pytest.fixture(scope="module")
def alice(pki: TestPKI) -> Certified:
    return pki.certified("alice")


# --- what works ----------------------------------------------------------------------------------


@pytest.mark.parametrize("identity", ["alice", "alice-proxy2", "alice-cert", "bob-ec", "root"])
def test_credential_of_any_kind_is_accepted(
    pki: TestPKI, start_server: Callable[..., Any], identity: str
) -> None:
    server = start_server()
    credential = load(pki.issue(identity).pem)
    answer = get(server.url(), client_context(credential, ca_dir=pki.ca_dir), credential)
    assert answer.text == "{}"
    assert server.subjects[0] is not None


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_proxy_made_here_is_accepted_by_openssl(
    pki: TestPKI, alice: Certified, start_server: Callable[..., Any], version: ssl.TLSVersion
) -> None:
    server = start_server(newest=version)
    credential = load(create_proxy(create_proxy(alice.pem), limited=True))
    assert get(server.url(), client_context(credential, ca_dir=pki.ca_dir)).status_code == 200


def test_server_that_does_not_allow_proxies_refuses_ours(
    pki: TestPKI, alice: Certified, start_server: Callable[..., Any]
) -> None:
    """Proves that the test above is about proxies at all."""
    server = start_server(allow_proxies=False)
    credential = load(create_proxy(alice.pem))
    with pytest.raises(errors.FTSConnectionError, match=r"localhost:\d+ refuses the client"):
        get(server.url(), client_context(credential, ca_dir=pki.ca_dir), credential)


def test_anonymous_and_token_clients_present_no_certificate(
    pki: TestPKI, start_server: Callable[..., Any]
) -> None:
    server = start_server(require=False)
    for credential in (None, TokenCredential("opaque")):
        assert get(server.url(), client_context(credential, ca_dir=pki.ca_dir)).text == "{}"
    assert server.subjects == [None, None]


def test_sessions_are_never_resumed(pki: TestPKI, start_server: Callable[..., Any]) -> None:
    # A resumed TLS 1.3 session would make the server take us for somebody else.
    server = start_server()
    context = client_context(load(pki.issue("alice").pem), ca_dir=pki.ca_dir)
    for _ in range(3):
        get(server.url(), context)
    assert server.resumed == [False, False, False]


@pytest.mark.parametrize("place", ["argument", "variable", "file", "file and directory"])
def test_trust_comes_from_each_place(
    pki: TestPKI, start_server: Callable[..., Any], tmp_path: Path, place: str
) -> None:
    server = start_server(require=False)
    other = tmp_path / "other.pem"
    other.write_bytes(CA.create("/DC=org/CN=Other").pem)
    every: dict[str, dict[str, Any]] = {
        "argument": {"ca_dir": pki.ca_dir, "environ": {"X509_CERT_DIR": "/nowhere"}},
        "variable": {"environ": {"X509_CERT_DIR": str(pki.ca_dir)}},
        "file": {"ca_file": pki.ca_file, "environ": {"X509_CERT_DIR": "/nowhere"}},
        "file and directory": {"ca_file": other, "ca_dir": pki.ca_dir},
    }
    assert get(server.url(), client_context(**every[place])).text == "{}"


def test_verification_is_on_unless_false_is_passed(start_server: Callable[..., Any]) -> None:
    server = start_server(require=False)
    with pytest.raises(errors.FTSConnectionError):
        get(server.url(), client_context(environ={}))
    assert get(server.url("127.0.0.1"), client_context(verify=False)).text == "{}"


# --- the server's certificate --------------------------------------------------------------------


def self_made(pki: TestPKI, **changes: Any) -> Certified:
    """A host certificate for localhost with one thing changed."""
    key = changes.get("key") or rsa.generate_private_key(65537, 2048)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(pki.host.certificate.subject)
        .issuer_name(pki.ca.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    )
    if "usage" in changes:
        builder = builder.add_extension(x509.ExtendedKeyUsage([changes["usage"]]), critical=False)
    return Certified(certificate=builder.sign(pki.ca.key, hashes.SHA256()), key=key)


SERVER_FAULTS: dict[str, tuple[Callable[[TestPKI], Certified], str, str]] = {
    "expired": (
        lambda pki: pki.ca.issue_cert(
            "/DC=org/CN=localhost", hosts=("localhost",), lifetime=timedelta(days=-1)
        ),
        "the certificate of localhost:PORT has expired",
        "Check the clock",
    ),
    "not yet valid": (
        lambda pki: pki.ca.issue_cert(
            "/DC=org/CN=localhost", hosts=("localhost",), starts_in=timedelta(days=1)
        ),
        "the certificate of localhost:PORT is not valid yet",
        "Check the clock",
    ),
    "another host": (
        lambda pki: pki.ca.issue_cert("/DC=org/CN=other", hosts=("other.example.org",)),
        "the certificate that answers for localhost:PORT is for another host name",
        "Use the name that stands in the certificate",
    ),
    "unknown CA": (
        lambda _: CA.create("/DC=org/CN=Unknown").issue_cert(
            "/DC=org/CN=localhost", hosts=("localhost",)
        ),
        "the CA of localhost:PORT is not known here",
        "X509_CERT_DIR",
    ),
    "client purpose only": (
        lambda pki: self_made(pki, usage=ExtendedKeyUsageOID.CLIENT_AUTH),
        "the certificate of localhost:PORT is not meant for a server",
        "operators",
    ),
    "short key": (
        lambda pki: self_made(pki, key=rsa.generate_private_key(65537, 1024)),  # noqa: S505 - the point
        "the key of the certificate of localhost:PORT is too short",
        "operators",
    ),
    "a proxy": (
        lambda pki: issue_proxy(pki.host),
        "localhost:PORT shows a proxy",
        "needs a host certificate",
    ),
}


@pytest.mark.parametrize("case", SERVER_FAULTS)
def test_server_certificate_that_cannot_be_trusted_is_explained(
    pki: TestPKI, start_server: Callable[..., Any], case: str
) -> None:
    make, what, remedy = SERVER_FAULTS[case]
    server = start_server(make(pki))
    credential = load(pki.issue("alice").pem)
    with pytest.raises(errors.FTSConnectionError) as caught:
        get(server.url(), client_context(credential, ca_dir=pki.ca_dir), credential)
    assert what.replace("PORT", str(server.port)) in str(caught.value)
    assert remedy in str(caught.value)
    assert caught.value.url == server.url()
    assert "presented was proxy" in str(caught.value)
    assert caught.value.__cause__ is not None


def test_server_asked_by_address_is_explained(
    pki: TestPKI, start_server: Callable[..., Any]
) -> None:
    server = start_server(pki.ca.issue_cert("/CN=localhost", hosts=("localhost",)), require=False)
    with pytest.raises(errors.FTSConnectionError, match="does not name this IP address"):
        get(server.url("127.0.0.1"), client_context(ca_dir=pki.ca_dir))


# --- our certificate, as the server sees it ------------------------------------------------------


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_server_that_does_not_trust_our_ca_is_explained(
    pki: TestPKI, start_server: Callable[..., Any], version: ssl.TLSVersion
) -> None:
    server = start_server(trusts=CA.create("/DC=org/CN=Another").pem, newest=version)
    credential = load(pki.issue("alice").pem)
    with pytest.raises(
        errors.FTSConnectionError,
        match=r"does not trust the CA of the client certificate.*/CN=alice",
    ):
        get(server.url(), client_context(credential, ca_dir=pki.ca_dir), credential)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_server_that_wants_a_certificate_says_so_to_anonymous(
    pki: TestPKI, start_server: Callable[..., Any], version: ssl.TLSVersion
) -> None:
    server = start_server(newest=version)
    with pytest.raises(errors.FTSConnectionError, match=r"client certificate.* Pass a credential"):
        get(server.url(), client_context(ca_dir=pki.ca_dir))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_server_that_sees_an_expired_proxy_is_explained(
    pki: TestPKI, start_server: Callable[..., Any], version: ssl.TLSVersion
) -> None:
    """Our own check is passed over, as when the proxy ends between check and handshake."""
    server = start_server(newest=version)
    credential = load(pki.issue("alice", lifetime=timedelta(hours=-1)).pem)
    context = client_context(ca_dir=pki.ca_dir)
    credential.load_into(context)
    with pytest.raises(errors.FTSConnectionError, match=r"expired.*Create a new proxy"):
        get(server.url(), context, credential)


def test_expired_proxy_is_refused_before_anything_is_sent(pki: TestPKI) -> None:
    credential = load(pki.issue("alice", lifetime=timedelta(hours=-1)).pem)
    with pytest.raises(errors.CredentialExpiredError, match="cannot be used"):
        client_context(credential, ca_dir=pki.ca_dir)


def test_short_key_is_refused_by_the_local_library_with_a_remedy(
    pki: TestPKI, alice: Certified
) -> None:
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the point
    credential = load(issue_proxy(alice, key=short).pem)
    context = client_context(ca_dir=pki.ca_dir)
    context.set_ciphers("DEFAULT:@SECLEVEL=2")
    with pytest.raises(errors.CredentialFormatError, match=r"only 1024 bits.*at least 2048 bits"):
        credential.load_into(context)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_server_that_resets_instead_of_sending_an_alert_gets_a_cautious_explanation(
    pki: TestPKI, start_server: Callable[..., Any], version: ssl.TLSVersion
) -> None:
    server = start_server(newest=version)
    server.answer = None
    with (
        FTSClient(
            server.url(),
            credential=load(pki.issue("alice").pem),
            ca_dir=pki.ca_dir,
            retry=RetryPolicy(max_retries=0),
        ) as fts,
        pytest.raises(errors.FTSConnectionError, match=r"CN=alice.*fts doctor"),
    ):
        fts.server_info()


# --- redirects -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_token_is_not_sent_to_the_target_of_a_redirect(
    pki: TestPKI, start_server: Callable[..., Any], status: int
) -> None:
    first, second = start_server(require=False), start_server(require=False)
    place = second.url("127.0.0.1" if status == 307 else "localhost")
    first.answer = (
        f"HTTP/1.1 {status} Elsewhere\r\nLocation: {place}\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n"
    ).encode()
    with FTSClient(
        first.url(), credential=TokenCredential("opaque-token"), ca_dir=pki.ca_dir
    ) as fts:
        for call in (
            fts.server_info,
            lambda: fts.raw.get_httpx_client().get("/", follow_redirects=True),
        ):
            with pytest.raises(errors.FTSResponseError, match="redirects to"):
                call()
    assert all(b"Bearer opaque-token" in request for request in first.heard)
    assert len(first.heard) == 2
    assert second.heard == []


# --- not TLS at all ------------------------------------------------------------------------------


def test_port_without_tls_is_explained() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"https://localhost:{listener.getsockname()[1]}/"
        with pytest.raises(errors.FTSConnectionError, match=r"does not speak TLS.*8446"):
            get(url, client_context(verify=False))
        thread.join()


def test_refused_connection_is_not_explained_as_a_tls_error() -> None:
    error = httpx.ConnectError("refused")
    assert explain_tls_error(error, url="https://localhost:1/") is None


def test_old_tls_version_is_explained(pki: TestPKI, start_server: Callable[..., Any]) -> None:
    assert client_context(verify=False).minimum_version == ssl.TLSVersion.TLSv1_2
    with pytest.deprecated_call():
        server = start_server(
            require=False, newest=ssl.TLSVersion.TLSv1_1, oldest=ssl.TLSVersion.TLSv1
        )
    with pytest.raises(errors.FTSConnectionError, match=r"offers no TLS version from 1\.2 on"):
        get(server.url(), client_context(ca_dir=pki.ca_dir))


def test_explanation_never_shows_user_information_of_the_url() -> None:
    error = ssl.SSLError(1, "[SSL] failed")
    found = explain_tls_error(error, url="https://user:hunter22@h/")
    assert found is not None
    assert "hunter22" not in f"{found} {found.url}"


# --- revocation lists ----------------------------------------------------------------------------


def crl(ca: CA, *, revoked: x509.Certificate | None = None, ends: timedelta) -> bytes:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.certificate.subject)
        .last_update(now - timedelta(days=2))
        .next_update(now + ends)
    )
    if revoked is not None:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(revoked.serial_number)
            .revocation_date(now - timedelta(days=1))
            .build()
        )
    return builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM)


def folder_of_cas(folder: Path, *cas: CA) -> Path:
    folder.mkdir()
    for ca in cas:
        (folder / f"{subject_hash(ca.certificate.subject)}.0").write_bytes(ca.pem)
    return folder


def put_crl(folder: Path, ca: CA, **options: Any) -> None:
    (folder / f"{subject_hash(ca.certificate.subject)}.r0").write_bytes(crl(ca, **options))


DAY = timedelta(days=1)
# Revoked or not, when the list ends, and what is said: with "leaf" and "chain", and with "available".
LISTS: dict[str, tuple[bool, timedelta, str | None, str | None]] = {
    "good": (False, DAY, None, None),
    "revoked": (True, DAY, "has been revoked", "has been revoked"),
    "out of date": (False, -DAY, r"out of date.*fetch-crl", None),
    "revoked by a list out of date": (
        True,
        -DAY,
        r"out of date.*fetch-crl|has been revoked",
        "has been revoked",
    ),
}


@pytest.mark.parametrize("crl_check", ["available", "leaf", "chain"])
@pytest.mark.parametrize("case", LISTS)
def test_revocation_list_of_the_directory_counts_when_asked(
    pki: TestPKI, start_server: Callable[..., Any], tmp_path: Path, case: str, crl_check: Any
) -> None:
    revoked, ends, strict, lenient = LISTS[case]
    folder = folder_of_cas(tmp_path / "cas", pki.ca)
    put_crl(folder, pki.ca, revoked=pki.host.certificate if revoked else None, ends=ends)
    server = start_server(require=False)
    assert get(server.url(), client_context(ca_dir=folder)).text == "{}"
    context = client_context(ca_dir=folder, crl_check=crl_check)
    what = lenient if crl_check == "available" else strict
    if what is None:
        assert get(server.url(), context).text == "{}"
    else:
        with pytest.raises(errors.FTSConnectionError, match=what) as caught:
            get(server.url(), context)
        assert caught.value.remedy


def test_ca_without_a_list_is_accepted_only_with_crl_check_available(
    pki: TestPKI, start_server: Callable[..., Any], tmp_path: Path
) -> None:
    other = CA.create("/DC=org/CN=Other")
    folder = folder_of_cas(tmp_path / "cas", pki.ca, other)
    put_crl(folder, other, ends=DAY)
    server = start_server(require=False)
    assert get(server.url(), client_context(ca_dir=folder, crl_check="available")).text == "{}"
    with pytest.raises(errors.FTSConnectionError, match=r"no CRL of the CA.*fetch-crl"):
        get(server.url(), client_context(ca_dir=folder, crl_check="leaf"))


def test_list_that_appears_later_counts_for_the_next_connection(
    pki: TestPKI, start_server: Callable[..., Any], tmp_path: Path
) -> None:
    folder = folder_of_cas(tmp_path / "cas", pki.ca)
    put_crl(folder, pki.ca, ends=DAY)
    server = start_server(require=False)
    context = client_context(ca_dir=folder, crl_check="available")
    assert get(server.url(), context).text == "{}"
    put_crl(folder, pki.ca, revoked=pki.host.certificate, ends=2 * DAY)
    with pytest.raises(errors.FTSConnectionError, match="has been revoked"):
        get(server.url(), context)


def test_list_signed_by_another_ca_or_damaged_is_not_used(
    pki: TestPKI,
    start_server: Callable[..., Any],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = folder_of_cas(tmp_path / "cas", pki.ca)
    impostor = attrs.evolve(pki.ca, key=rsa.generate_private_key(65537, 2048))
    put_crl(folder, impostor, revoked=pki.host.certificate, ends=DAY)
    (folder / "00000000.r0").write_bytes(b"damaged")
    server = start_server(require=False)
    context = client_context(ca_dir=folder, crl_check="available")
    assert get(server.url(), context).text == "{}"
    assert "is not signed by" in caplog.text
    assert "00000000.r0 cannot be read" in caplog.text


async def test_revoked_certificate_is_refused_by_the_asynchronous_client_too(
    pki: TestPKI, start_server: Callable[..., Any], tmp_path: Path
) -> None:
    folder = folder_of_cas(tmp_path / "cas", pki.ca)
    put_crl(folder, pki.ca, revoked=pki.host.certificate, ends=DAY)
    server = start_server()
    async with AsyncFTSClient(
        server.url(),
        credential=load(pki.issue("alice").pem),
        ca_dir=folder,
        crl_check="available",
    ) as fts:
        with pytest.raises(errors.FTSConnectionError, match="has been revoked"):
            await fts.server_info()


def test_crl_check_without_lists_or_of_an_unknown_kind_is_a_usage_error(
    pki: TestPKI, tmp_path: Path
) -> None:
    folder = folder_of_cas(tmp_path / "cas", pki.ca)
    places: list[dict[str, Any]] = [{"ca_dir": folder}, {"ca_file": pki.ca_file}]
    for options in places:
        with pytest.raises(errors.FTSUsageError, match="needs CRLs"):
            client_context(crl_check="available", **options)
    with pytest.raises(errors.FTSUsageError, match="off, available, leaf, chain"):
        client_context(ca_dir=folder, crl_check="yes")  # type: ignore[arg-type]
