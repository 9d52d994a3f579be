"""CA directories and revocation lists that cannot be read, or only in part."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import pytest
from test_wrappers.credentials import odd_certificates as odd

from fts_client import FTSClient, FTSConnectionError, FTSUsageError, RetryPolicy, TokenCredential
from fts_client.credentials.asn1 import ASN1Error
from fts_client.credentials.certificate import Certificate
from fts_client.trust.crl import Crl
from fts_client.trust.directory import find_ca_dir
from fts_client.trust.revocation import RevocationLists
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from pathlib import Path


def test_ca_directory_that_we_may_not_read_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    # Root may read everything, so the system is made to refuse.
    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(FTSUsageError, match="cannot be read: Permission denied"):
        find_ca_dir(tmp_path)


def test_list_that_is_a_dangling_link_counts_as_removed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pki = shared_pki()
    (tmp_path / "12345678.r0").symlink_to(tmp_path / "gone")
    chain = [Certificate.of(pki.certified("host").certificate), Certificate.of(pki.ca.certificate)]
    RevocationLists(tmp_path).check([item.der for item in chain])
    assert caplog.messages == []


def test_entry_of_any_length_is_read() -> None:
    key, name = odd.new_key(), odd.name(("2.5.4.3", 12, b"ca"))
    serial = 2**1200 + 1
    assert Crl.read(odd.revocation_list(name, key, 5, serial)).revoked == {5, serial}


def test_entry_that_is_longer_than_its_list_makes_the_list_unreadable() -> None:
    key, name = odd.new_key(), odd.name(("2.5.4.3", 12, b"ca"))
    good = odd.revocation_list(name, key, 5)
    assert Crl.read(good).revoked == {5}
    # The serial number 5 and, after it, the tag of the time.
    assert good.count(b"\x02\x01\x05\x17") == 1
    with pytest.raises(ASN1Error, match="longer than the list"):
        Crl.read(good.replace(b"\x02\x01\x05\x17", b"\x02\x7f\x05\x17"))


def test_without_any_ca_the_store_of_the_system_is_used_and_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fts_client.trust.files.find_ca_dir", lambda *_, **__: None)
    monkeypatch.setattr("fts_client.trust.context.find_ca_dir", lambda *_, **__: None)
    with (
        FTSClient(
            "https://localhost:1",
            credential=TokenCredential("opaque"),
            retry=RetryPolicy(max_retries=0),
            proxy=False,
        ) as fts,
        pytest.raises(FTSConnectionError),
    ):
        fts.whoami()
