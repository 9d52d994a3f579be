from __future__ import annotations

import errno
import shutil
import ssl
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from fts_contract.mock.pki import CA, IDENTITIES, TestPKI, issue_proxy, read_fqans
from fts_contract.mock.pki.names import parse_slash_form, slash_form, subject_hash

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.mock import MockFTS


# Computed by `openssl x509 -hash` for certificates with these subjects; test_peers/test_mock_pki.py asks it again.
@pytest.mark.parametrize(
    ("dn", "expected"),
    [
        ("/DC=org/DC=example/CN=FTS Mock Test CA", "9f63dca1"),
        ("/DC=ORG/DC=example/CN=fts  mock Test CA", "9f63dca1"),
    ],
)
def test_subject_hash_is_that_of_openssl(dn: str, expected: str) -> None:
    assert subject_hash(parse_slash_form(dn)) == expected


def test_subject_hash_depends_on_the_name() -> None:
    assert subject_hash(parse_slash_form("/DC=org/CN=x")) != subject_hash(
        parse_slash_form("/CN=x")
    )


@pytest.mark.parametrize(
    "dn", ["/DC=org/DC=example/O=Users/CN=alice", "/CN=host/fts.example.org", "/O=A, B/CN=c=d"]
)
def test_slash_form_round_trip(dn: str) -> None:
    assert slash_form(parse_slash_form(dn)) == dn


@pytest.mark.parametrize("dn", ["", "CN=x", "/XY=z", "/CN"])
def test_bad_slash_form_is_refused(dn: str) -> None:
    with pytest.raises(ValueError, match=r"slash form|unknown attribute"):
        parse_slash_form(dn)


def test_credential_files_are_private_and_complete(mock: MockFTS) -> None:
    for name in IDENTITIES:
        path = mock.credential(name)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        labels = [line for line in path.read_text().splitlines() if "BEGIN" in line]
        assert "CERTIFICATE" in labels[0]
        assert "PRIVATE KEY" in labels[1]
        assert len(labels) == 2 + IDENTITIES[name].levels
    for key in (mock.pki.directory / "keys").iterdir():
        assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_credential_that_threads_ask_for_first_is_made_once(tmp_path: Path) -> None:
    pki = TestPKI.on_demand(tmp_path)
    assert not list(tmp_path.glob("credentials/*"))

    with ThreadPoolExecutor(4) as threads:
        contents = set(threads.map(lambda name: pki.credential(name).read_bytes(), ["bob"] * 8))

    assert len(contents) == 1
    # Certificate and key fit each other.
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(pki.credential("bob"))


def test_secrets_are_not_shown(mock: MockFTS) -> None:
    shown = repr(mock.pki) + repr(mock.pki.issue("alice"))

    assert "PRIVATE" not in shown
    assert "key=" not in shown


@pytest.fixture
def copied(mock: MockFTS, tmp_path: Path) -> Path:
    """A PKI of our own to change; making a new one takes most of a second."""
    mock.pki.complete()
    return shutil.copytree(mock.pki.directory, tmp_path / "pki")


def test_pki_is_reused(copied: Path) -> None:
    first = TestPKI.at(copied)
    stored = {name: first.credential(name).read_bytes() for name in IDENTITIES}

    again = TestPKI.at(copied)

    assert again.ca.certificate == first.ca.certificate
    assert {name: again.credential(name).read_bytes() for name in IDENTITIES} == stored


def test_proxy_that_ends_soon_is_renewed(copied: Path) -> None:
    pki = TestPKI.at(copied)
    path = pki.credential("alice")
    path.write_bytes(pki.issue("alice", lifetime=timedelta(hours=1)).pem)

    TestPKI.at(copied)

    ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    assert ends > datetime.now(UTC) + timedelta(hours=20)


def test_ca_directory_has_the_hashed_name(mock: MockFTS) -> None:
    names = sorted(path.name for path in mock.ca_dir.iterdir())
    digest = subject_hash(mock.pki.ca.certificate.subject)

    assert names == [f"{digest}.0", f"{digest}.signing_policy"]
    assert (mock.ca_dir / f"{digest}.0").read_bytes() == mock.ca_file.read_bytes()


def test_proxy_never_outlives_its_issuer() -> None:
    person = CA.create().issue_cert("/CN=short", lifetime=timedelta(hours=1))

    proxy = issue_proxy(person, lifetime=timedelta(hours=12))

    assert proxy.certificate.not_valid_after_utc == person.certificate.not_valid_after_utc


def test_proxy_subject_is_its_issuer_and_one_name() -> None:
    person = CA.create().issue_cert("/DC=org/CN=x")
    proxy = issue_proxy(person, key=ec.generate_private_key(ec.SECP256R1())).certificate

    assert proxy.issuer.public_bytes() == person.certificate.subject.public_bytes()
    assert proxy.subject.rdns[:-1] == person.certificate.subject.rdns
    proxy.verify_directly_issued_by(person.certificate)


def test_fqans_are_read_in_their_order(mock: MockFTS) -> None:
    fqans = ("/testvo/b/Role=NULL/Capability=NULL", "/testvo/a/Role=x/Capability=NULL")
    person = mock.pki.certified("alice")
    attributes = mock.pki.voms.issue(person.certificate, fqans, vo="testvo")
    proxy = issue_proxy(person, attributes=attributes)
    chain = [proxy.certificate, *proxy.chain]

    assert read_fqans(chain, now=datetime.now(UTC)) == list(fqans)
    assert read_fqans(chain, now=datetime.now(UTC) + timedelta(days=1)) == []


def test_garbage_in_place_of_attributes_gives_none(mock: MockFTS) -> None:
    proxy = issue_proxy(mock.pki.certified("alice"), attributes=b"\x30\x03abc")

    assert read_fqans([proxy.certificate, *proxy.chain], now=datetime.now(UTC)) == []


def _fits_together(pki: TestPKI) -> bool:
    ca = x509.load_pem_x509_certificate(pki.ca_file.read_bytes())
    for name in IDENTITIES:
        pem = pki.credential(name).read_bytes()
        chain = x509.load_pem_x509_certificates(pem)
        for certificate, issuer in pairwise([*chain, ca]):
            certificate.verify_directly_issued_by(issuer)
        key = load_pem_private_key(pem, password=None)
        if key.public_key() != chain[0].public_key():
            return False
    return ca == pki.ca.certificate


def test_processes_that_make_one_pki_at_once_share_it(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from fts_contract.mock.pki import TestPKI;"
        "sys.stdin.read(1); pki = TestPKI.at(pathlib.Path(sys.argv[1]));"
        "print(pki.ca.certificate.serial_number, pki.host.certificate.serial_number)"
    )
    directory = tmp_path / "pki"
    processes = [
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", code, str(directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("x")
        process.stdin.flush()
    seen = {process.communicate(timeout=120)[0] for process in processes}

    assert len(seen) == 1
    assert seen != {""}
    assert _fits_together(TestPKI.at(directory))


def test_processes_that_ask_for_a_credential_at_once_get_one(copied: Path) -> None:
    (copied / "credentials" / "alice.pem").unlink()
    pkis = [TestPKI.on_demand(copied) for _ in range(4)]

    with ThreadPoolExecutor() as threads:
        found = set(threads.map(lambda pki: pki.credential("alice").read_bytes(), pkis))

    assert len(found) == 1


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> TestPKI:
    """Another CA with some of its credentials."""
    pki = TestPKI.on_demand(tmp_path_factory.mktemp("other"))
    pki.credential("alice")
    pki.credential("bob")
    return pki


@pytest.mark.parametrize("ruined", ["keys/ca.pem", "ca.pem", "keys/host.pem", "keys/alice.pem"])
def test_pki_whose_files_do_not_fit_together_is_mended(
    copied: Path, other: TestPKI, ruined: str
) -> None:
    shutil.copyfile(other.directory / ruined, copied / ruined)

    assert _fits_together(TestPKI.at(copied))


def test_credential_of_another_ca_is_replaced(copied: Path, other: TestPKI) -> None:
    shutil.copyfile(other.credential("bob"), copied / "credentials" / "bob.pem")

    assert _fits_together(TestPKI.at(copied))


def test_complete_pki_on_a_read_only_file_system_is_used(
    copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    TestPKI.at(copied)
    monkeypatch.setattr("fts_contract.mock.pki.files.os.open", refuse)

    assert _fits_together(TestPKI.at(copied))
