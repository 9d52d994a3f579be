from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from fts_contract.mock import MockFTS
from fts_contract.mock.pki.authority import Certified, new_key
from fts_contract.mock.pki.names import parse_slash_form
from fts_contract.mock.pki.proxies import sign_proxy

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

BOB = "84f910f4139dfcd4"
ALICE = "7ba5c996de416fe2"
MISMATCH = "The requested ID and the credentials ID do not match"
JOB = {"files": [{"sources": ["mock://a.org/f"], "destinations": ["mock://b.org/f"]}]}


def load(mock: MockFTS, name: str) -> Certified:
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    pem = mock.credential(name).read_bytes()
    chain = x509.load_pem_x509_certificates(pem)
    key = load_pem_private_key(pem, password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return Certified(certificate=chain[0], key=key, chain=tuple(chain[1:]))


def request_key(client: httpx.Client, dlg_id: str = BOB) -> rsa.RSAPublicKey:
    answer = client.get(f"/delegation/{dlg_id}/request")
    assert answer.status_code == 200
    key = x509.load_pem_x509_csr(answer.content).public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def signed(
    mock: MockFTS, key: rsa.RSAPublicKey, *, by: str = "bob", lifetime: float = 43200
) -> bytes:
    issuer = load(mock, by)
    proxy = sign_proxy(key, issuer=issuer, lifetime=timedelta(seconds=lifetime))
    return pem(proxy, issuer.certificate, *issuer.chain)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_delegation_round_trip_lets_bob_submit(
    connect: Callable[..., httpx.Client], mock: MockFTS, method: str
) -> None:
    bob = connect("bob")
    assert bob.get(f"/delegation/{BOB}").json() is None
    assert bob.post("/jobs", json=JOB).status_code == 419

    body = signed(mock, request_key(bob))
    answer = bob.request(method, f"/delegation/{BOB}/credential", content=body)

    assert (answer.status_code, answer.content) == (201, b"")
    stored = bob.get(f"/delegation/{BOB}").json()
    ends = x509.load_pem_x509_certificate(body).not_valid_after_utc
    assert stored == {
        "termination_time": ends.strftime("%Y-%m-%dT%H:%M:%S"),
        "voms_attrs": ["/testvo/Role=NULL/Capability=NULL"],
    }
    assert bob.post("/jobs", json=JOB).status_code == 200


def test_two_fqans_are_one_string(connect: Callable[..., httpx.Client], mock: MockFTS) -> None:
    alice = connect("alice")
    body = signed(mock, request_key(alice, ALICE), by="alice")
    alice.put(f"/delegation/{ALICE}/credential", content=body)

    attributes = alice.get(f"/delegation/{ALICE}").json()["voms_attrs"]

    assert attributes == [
        "/testvo/Role=NULL/Capability=NULL /testvo/Role=production/Capability=NULL"
    ]


def test_request_is_the_same_until_the_key_size_changes(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    bob = connect("bob")
    first = request_key(bob)
    assert request_key(bob) == first
    bob.put(f"/delegation/{BOB}/credential", content=signed(mock, first))
    bob.delete(f"/delegation/{BOB}")
    assert request_key(bob) == first

    larger = request_key(connect("bob-3072"))

    assert (first.key_size, larger.key_size) == (2048, 3072)
    answer = bob.put(f"/delegation/{BOB}/credential", content=signed(mock, first))
    assert answer.json()["message"].endswith("does not match the stored associated private key")


def test_request_for_an_ec_client_has_a_safe_size(connect: Callable[..., httpx.Client]) -> None:
    assert request_key(connect("bob-ec")).key_size == 2048


def test_request_names_the_id_and_is_signed(connect: Callable[..., httpx.Client]) -> None:
    answer = connect("bob").get(f"/delegation/{BOB}/request")
    csr = x509.load_pem_x509_csr(answer.content)

    assert answer.headers["x-delegation-id"] == BOB
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert csr.is_signature_valid
    assert csr.subject.rfc4514_string() == "O=Dummy"


def test_delete_removes_the_credential_and_keeps_the_request(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    bob = connect("bob")
    body = signed(mock, request_key(bob))
    bob.put(f"/delegation/{BOB}/credential", content=body)

    assert bob.delete(f"/delegation/{BOB}").status_code == 204
    assert bob.get(f"/delegation/{BOB}").json() is None
    again = bob.delete(f"/delegation/{BOB}")
    assert (again.status_code, again.json()["message"]) == (404, "Delegated credentials not found")
    assert bob.put(f"/delegation/{BOB}/credential", content=body).status_code == 201


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("fts-rest-cli/3.11.2", None),
        ("fts-rest-cli/3.12.0", []),
        ("fts-python-bindings/3.14.2", []),
        ("Mozilla/5.0 (fts-a/b/3.12)", []),
        ("my-fts-client/4.0", []),
        ("fts-/3.12.0", None),
        ("Fts-client/4.0", None),
        ("curl/8", None),
    ],
)
def test_missing_credential_depends_on_the_user_agent(
    connect: Callable[..., httpx.Client], agent: str, expected: list[str] | None
) -> None:
    answer = connect("bob").get(f"/delegation/{BOB}", headers={"User-Agent": agent})

    assert answer.status_code == 200
    assert answer.json() == expected


@pytest.mark.parametrize(
    ("method", "path", "who", "message"),
    [
        ("GET", f"/delegation/{ALICE}", "bob", MISMATCH),
        ("GET", f"/delegation/{BOB}", "anonymous", MISMATCH),
        ("GET", f"/delegation/{BOB}", "root", MISMATCH),
        ("GET", f"/delegation/{BOB.upper()}", "bob", MISMATCH),
        ("GET", f"/delegation/{ALICE}/request", "bob", MISMATCH),
        ("PUT", f"/delegation/{ALICE}/credential", "bob", MISMATCH),
        ("DELETE", f"/delegation/{ALICE}", "bob", MISMATCH),
        ("DELETE", f"/delegation/{BOB}", "anonymous", "Certificate required"),
        ("GET", f"/delegation/{BOB}/request", "anonymous", "Certificate required"),
        ("POST", f"/delegation/{BOB}/voms", "anonymous", "Certificate required"),
    ],
)
def test_foreign_delegation_is_403(
    connect: Callable[..., httpx.Client], method: str, path: str, who: str, message: str
) -> None:
    answer = connect(who).request(method, path)

    assert (answer.status_code, answer.json()["message"]) == (403, message)


def _refused(client: httpx.Client, body: bytes, **headers: str) -> str:
    answer = client.put(f"/delegation/{BOB}/credential", content=body, headers=headers)
    assert answer.status_code == 400
    message: str = answer.json()["message"]
    return message.removeprefix("Could not process the proxy: ")


def test_credential_without_request_is_refused(connect: Callable[..., httpx.Client]) -> None:
    assert _refused(connect("bob"), b"anything") == "No credential cache found"


def test_malformed_credentials_are_refused(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    bob = connect("bob")
    good = signed(mock, request_key(bob))
    leaf = pem(x509.load_pem_x509_certificate(good))

    assert _refused(bob, b"this is not PEM") == "Malformed proxy"
    assert _refused(bob, b"") == "Malformed proxy"
    assert _refused(bob, leaf) == "Malformed proxy"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert _refused(bob, good, **form) == "Malformed proxy"


def test_credential_for_another_key_is_refused(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    bob = connect("bob")
    request_key(bob)

    said = _refused(bob, signed(mock, new_key().public_key()))

    assert said == "The proxy does not match the stored associated private key"


def test_credential_signed_with_another_key_is_refused(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    bob = connect("bob")
    true = load(mock, "bob")
    forger = Certified(certificate=true.certificate, key=new_key(), chain=true.chain)
    proxy = sign_proxy(request_key(bob), issuer=forger, lifetime=timedelta(hours=1))

    said = _refused(bob, pem(proxy, true.certificate, *true.chain))

    assert said == "Failed to verify the proxy, maybe signed with the wrong private key?"


def test_credential_signed_by_somebody_else_is_refused(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    # The real server stores it; the mock keeps to the safe rule.
    bob = connect("bob")
    body = signed(mock, request_key(bob), by="alice")

    assert "not signed by the client" in _refused(bob, body)


def test_credential_of_somebody_else_with_own_chain_appended_is_refused(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    bob = connect("bob")
    own = load(mock, "bob")
    body = signed(mock, request_key(bob), by="alice") + pem(own.certificate, *own.chain)

    assert "not signed by the client" in _refused(bob, body)


def test_text_around_the_certificates_does_not_matter(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    bob = connect("bob")
    body = b"some text\n" + signed(mock, request_key(bob)) + b"\nmore"

    assert bob.put(f"/delegation/{BOB}/credential", content=body).status_code == 201


@pytest.mark.parametrize(
    ("left_s", "status", "said"),
    [
        (3660, 200, ""),
        (3500, 419, f"The delegated credentials has less than one hour left ({BOB})"),
        (-100, 419, f"The delegated credentials expired 100 seconds ago ({BOB})"),
    ],
)
def test_submission_needs_an_hour_of_delegation(
    connect: Callable[..., httpx.Client], mock: MockFTS, left_s: float, status: int, said: str
) -> None:
    mock.state.delegate("bob", lifetime_s=left_s)

    answer = connect("bob").post("/jobs", json=JOB)

    assert answer.status_code == status
    if said:
        assert answer.json() == {"status": "419 Authentication Timeout", "message": said}


def test_delegation_ends_on_the_clock_of_the_mock(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    mock.state.delegate("bob", lifetime_s=7200)
    bob = connect("bob")
    assert bob.post("/jobs", json=JOB).status_code == 200

    mock.clock.advance(3601)

    assert bob.post("/jobs", json=JOB).status_code == 419


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"testvo", 400, "Expecting value: line 1 column 1 (char 0)"),
        (b'"testvo"', 400, "Expecting a list of strings"),
        (b"[1, 2]", 400, "sequence item 0: expected str instance, int found"),
        (b'["testvo"]', 424, "VOMS Server for testvo not known!"),
        (b'["testvo:/testvo/Role=x"]', 424, "VOMS Server for testvo:/testvo/Role=x not known!"),
        (b"[]", 424, "Failed to generate a proxy"),
    ],
)
def test_voms_of_a_delegated_credential(
    connect: Callable[..., httpx.Client], mock: MockFTS, body: bytes, status: int, said: str
) -> None:
    mock.state.delegate("bob")

    answer = connect("bob").post(f"/delegation/{BOB}/voms", content=body)

    assert answer.status_code == status
    assert said in answer.json()["message"]


def test_voms_of_a_known_vo_is_203_and_shows_what_was_asked_for(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    mock.state.delegate("bob")
    mock.state.voms_servers.add("testvo")
    bob = connect("bob")

    answer = bob.post(f"/delegation/{BOB}/voms", json=["testvo:/testvo/Role=x"])

    assert answer.status_code == 203
    assert bob.get(f"/delegation/{BOB}").json()["voms_attrs"] == ["testvo:/testvo/Role=x"]


def test_mismatch_of_subject_and_issuer_shows_both_names_whole(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    bob = connect("bob")
    true = load(mock, "bob")
    name = parse_slash_form("/CN=somebody/CN=proxy")
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(true.certificate.subject)
        .public_key(request_key(bob))
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(minutes=5))
        .not_valid_after(datetime.now(UTC) + timedelta(hours=1))
    )
    proxy = builder.sign(true.key, hashes.SHA256())

    said = _refused(bob, pem(proxy, true.certificate, *true.chain))

    issuer = ", ".join(f"{a.rfc4514_attribute_name}={a.value!s}" for a in true.certificate.subject)
    assert said == (
        f"The subject and the issuer of the proxy do not match: CN=somebody, CN=proxy != {issuer}"
    )


@pytest.fixture
def _no_spare_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fts_contract.mock.delegation_store._SPARE_KEYS", defaultdict(set))


def keys_of_two_callers(mock: MockFTS) -> set[int]:
    requests = (mock.state.delegations.request(mock.caller(name)) for name in ("alice", "bob"))
    return {request.key.public_key().public_numbers().n for request in requests}


@pytest.mark.usefixtures("_no_spare_keys")
def test_next_mock_uses_the_keys_again_and_gives_no_two_callers_the_same() -> None:
    with MockFTS() as first, MockFTS() as other:
        keys = keys_of_two_callers(first) | keys_of_two_callers(other)
        assert len(keys) == 4
    with MockFTS() as second:
        again = keys_of_two_callers(second)
        assert len(again) == 2
        assert again < keys


@pytest.mark.usefixtures("_no_spare_keys")
def test_key_that_a_defect_gave_to_two_callers_goes_to_one_caller_of_the_next_mock() -> None:
    with MockFTS() as mock:
        keys_of_two_callers(mock)
        requests = mock.state.delegations._requests
        first, second = requests
        requests[second] = requests[first]
    with MockFTS() as later:
        assert len(keys_of_two_callers(later)) == 2
