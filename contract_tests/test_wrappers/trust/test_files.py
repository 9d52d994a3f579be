"""A long-lived client follows the files of CAs and revocation lists."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from test_wrappers.credentials import odd_certificates as odd

from fts_client import (
    AsyncFTSClient,
    FTSClient,
    FTSConnectionError,
    RetryPolicy,
    errors,
    record_exchanges,
)
from fts_client.clock import Clock
from fts_client.credentials.certificate import Certificate
from fts_client.trust import TrustFiles
from fts_client.trust.context import Trust
from fts_client.trust.revocation import RevocationLists
from fts_contract.mock.pki import CA, shared_pki
from fts_contract.mock.pki.names import subject_hash

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.mock import MockFTS

CHECKS = ["off", "available", "leaf", "chain"]
ONCE = RetryPolicy(max_retries=0)


class Watched:
    """Files, and a clock that stands still until it is told."""

    def __init__(self, **trust: Any) -> None:
        self.now = 1000.0
        self.files = TrustFiles(Trust(**trust), monotonic=lambda: self.now)
        assert self.files.generation() == 0

    def after(self, seconds: float = 0.0) -> int:
        self.now += seconds
        return self.files.generation()


def crl(ca: CA, *revoked: x509.Certificate) -> bytes:
    now = datetime.now(UTC)
    builder = x509.CertificateRevocationListBuilder(
        issuer_name=ca.certificate.subject,
        last_update=now - timedelta(hours=1),
        next_update=now + timedelta(days=1),
    )
    for certificate in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder(
                serial_number=certificate.serial_number, revocation_date=now
            ).build()
        )
    return builder.sign(ca.key, hashes.SHA256()).public_bytes(Encoding.PEM)


def replace(path: Path, content: bytes) -> None:
    beside = path.with_suffix(".new")
    beside.write_bytes(content)
    beside.replace(path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A CA directory of our own, with an empty list of its CA."""
    pki = shared_pki()
    found = tmp_path / "certificates"
    shutil.copytree(pki.ca_dir, found)
    crl_file(found).write_bytes(crl(pki.ca))
    return found


def crl_file(folder: Path) -> Path:
    return folder / f"{subject_hash(shared_pki().ca.certificate.subject)}.r0"


def ca_file(folder: Path) -> Path:
    return folder / f"{subject_hash(shared_pki().ca.certificate.subject)}.0"


# --- the files -----------------------------------------------------------------------------------


def test_replaced_added_and_removed_files_are_seen_at_once(folder: Path) -> None:
    watched = Watched(ca_dir=folder)
    assert watched.after() == watched.after(10) == 0
    replace(crl_file(folder), crl(shared_pki().ca, shared_pki().host.certificate))
    assert watched.after() == 1
    (folder / "12345678.0").write_bytes(CA.create("/CN=New").pem)
    assert watched.after() == 2
    (folder / "12345678.0").unlink()
    assert watched.after() == 3
    assert watched.after(10) == 3


def test_file_rewritten_in_place_is_seen_within_two_seconds(folder: Path) -> None:
    watched = Watched(ca_dir=folder)
    crl_file(folder).write_bytes(crl(shared_pki().ca, shared_pki().host.certificate))
    assert watched.after(2) == 1


def test_link_into_a_replaced_directory_is_followed(folder: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    watched = Watched(ca_dir=link)
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    (tmp_path / "new").symlink_to(other)
    (tmp_path / "new").replace(link)
    assert watched.after() == 1


def test_bundle_is_followed(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(shared_pki().ca.pem)
    watched = Watched(ca_file=bundle)
    bundle.write_bytes(shared_pki().ca.pem + CA.create("/CN=New").pem)
    assert watched.after() == 1


@pytest.mark.parametrize("content", [b"", b"-----BEGIN CERTIFICATE-----\nMIIB"])
def test_bundle_that_cannot_be_used_for_a_moment_leaves_the_old_one(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(shared_pki().ca.pem)
    watched = Watched(ca_file=bundle)
    bundle.write_bytes(content)
    assert watched.after() == watched.after(59) == 0
    assert caplog.text.count("cannot be used yet") == 1
    assert watched.after(2) == 1


def test_directory_that_is_empty_for_a_moment_leaves_the_old_one(folder: Path) -> None:
    watched = Watched(ca_dir=folder)
    kept = {path: path.read_bytes() for path in (ca_file(folder), crl_file(folder))}
    for path in kept:
        path.unlink()
    assert watched.after() == 0
    for path, content in kept.items():
        path.write_bytes(content)
    assert watched.after(2) == 1
    shutil.rmtree(folder)
    assert watched.after(2) == 1
    assert watched.after(61) == 2


def test_nothing_is_looked_at_without_verification(tmp_path: Path) -> None:
    watched = Watched(ca_dir=tmp_path / "none", verify=False)
    assert watched.after(10) == 0


# --- the client ----------------------------------------------------------------------------------


@pytest.mark.parametrize("crl_check", CHECKS)
def test_client_sees_a_renewed_list_on_its_next_request(
    mock_fts: MockFTS, folder: Path, crl_check: Any
) -> None:
    with FTSClient(
        mock_fts.endpoint,
        credential=mock_fts.credential("alice"),
        ca_dir=folder,
        crl_check=crl_check,
        retry=ONCE,
    ) as fts:
        me = fts.whoami()
        replace(crl_file(folder), crl(mock_fts.pki.ca, mock_fts.pki.host.certificate))
        if crl_check == "off":
            assert fts.whoami() == me
            return
        with pytest.raises(errors.FTSConnectionError, match="has been revoked"):
            fts.whoami()
        replace(crl_file(folder), crl(mock_fts.pki.ca))
        assert fts.whoami() == me


@pytest.mark.parametrize("crl_check", CHECKS)
def test_client_sees_removed_and_new_cas(
    mock_fts: MockFTS, folder: Path, monkeypatch: pytest.MonkeyPatch, crl_check: Any
) -> None:
    other = CA.create("/DC=org/CN=Other")
    (folder / f"{subject_hash(other.certificate.subject)}.0").write_bytes(other.pem)
    moment = [0.0]
    monkeypatch.setattr("fts_client.client_base.Clock", lambda: Clock(monotonic=lambda: moment[0]))
    with FTSClient(
        mock_fts.endpoint,
        credential=mock_fts.credential("alice"),
        ca_dir=folder,
        crl_check=crl_check,
        retry=ONCE,
    ) as fts:
        me = fts.whoami()
        ca_file(folder).unlink()
        with pytest.raises(errors.FTSConnectionError, match="is not trusted here"):
            fts.whoami()
        ca_file(folder).write_bytes(mock_fts.pki.ca.pem)
        assert fts.whoami() == me
        # In place, and so only after a while.
        os.truncate(ca_file(folder), 0)
        ca_file(folder).write_bytes(other.pem)
        moment[0] += 2.0
        with pytest.raises(errors.FTSConnectionError, match="is not trusted here"):
            fts.whoami()


async def test_asynchronous_client_sees_a_renewed_list(mock_fts: MockFTS, folder: Path) -> None:
    async with AsyncFTSClient(
        mock_fts.endpoint,
        credential=mock_fts.credential("alice"),
        ca_dir=folder,
        crl_check="leaf",
        retry=ONCE,
    ) as fts:
        await fts.whoami()
        replace(crl_file(folder), crl(mock_fts.pki.ca, mock_fts.pki.host.certificate))
        with pytest.raises(errors.FTSConnectionError, match="has been revoked"):
            await fts.whoami()


def test_client_keeps_its_delegation_when_files_change(mock_fts: MockFTS, folder: Path) -> None:
    with FTSClient(
        mock_fts.endpoint, credential=mock_fts.credential("alice"), ca_dir=folder
    ) as fts:
        assert fts.ensure_delegation().renewed
        replace(crl_file(folder), crl(mock_fts.pki.ca))
        with record_exchanges() as seen:
            assert not fts.ensure_delegation().renewed
        assert list(seen) == []


# --- CAs whose names strict parsers refuse -------------------------------------------------------


@pytest.mark.parametrize("label", [None, "X509 CRL"])
@pytest.mark.parametrize("subject", [(odd.PRINTABLE, b"CNRS & Co"), (odd.T61, b"Autorit\xe9")])
def test_list_of_an_odd_ca_revokes(
    tmp_path: Path, subject: tuple[int, bytes], label: str | None
) -> None:
    key = odd.new_key()
    name = odd.name((odd.COMMON_NAME, *subject))
    host = odd.name((odd.COMMON_NAME, odd.UTF8, b"localhost"))
    made: dict[str, Any] = {"issuer": name, "signer": key}
    ca = odd.certificate(
        key.public_key(), subject=name, extensions=[odd.CA_CONSTRAINTS], serial=1, **made
    )
    good, bad = (
        odd.certificate(key.public_key(), subject=host, serial=serial, **made) for serial in (2, 3)
    )
    der = odd.revocation_list(name, key, 3, 2**70)
    (tmp_path / "0123abcd.r0").write_bytes(odd.pem(der, label) if label else der)
    lists = RevocationLists(tmp_path)
    lists.check([good, ca])
    with pytest.raises(OSError, match="certificate verify failed") as caught:
        lists.check([bad, ca])
    assert caught.value.verify_message == "certificate revoked"  # type: ignore[attr-defined]


def test_list_that_is_a_dangling_link_counts_as_removed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pki = shared_pki()
    (tmp_path / "12345678.r0").symlink_to(tmp_path / "gone")
    chain = [Certificate.of(pki.certified("host").certificate), Certificate.of(pki.ca.certificate)]
    RevocationLists(tmp_path).check([item.der for item in chain])
    assert caplog.messages == []


def test_without_any_ca_the_store_of_the_system_is_used_and_followed(
    mock_fts: MockFTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fts_client.trust.files.find_ca_dir", lambda *_, **__: None)
    monkeypatch.setattr("fts_client.trust.context.find_ca_dir", lambda *_, **__: None)
    bundle = tmp_path / "system.pem"
    bundle.write_bytes(mock_fts.pki.ca.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    credential = mock_fts.credential("alice")
    with FTSClient(mock_fts.endpoint, credential=credential, retry=ONCE, proxy=False) as fts:
        fts.whoami()
        replace(bundle, CA.create("/CN=New").pem)
        with pytest.raises(FTSConnectionError, match="is not trusted here"):
            fts.whoami()
