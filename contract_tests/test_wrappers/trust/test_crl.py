"""Revocation lists whose entries are long or damaged."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest
from test_wrappers.credentials import odd_certificates as odd

from fts_client.credentials.asn1 import ASN1Error
from fts_client.trust.crl import Crl, read_crl

if TYPE_CHECKING:
    from pathlib import Path


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


def test_list_that_is_a_pipe_is_not_waited_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pipe = tmp_path / "0123abcd.r0"
    os.mkfifo(pipe)
    found: list[Crl | None] = []
    reader = threading.Thread(target=lambda: found.append(read_crl(pipe)), daemon=True)
    reader.start()
    reader.join(5)
    assert found == [None]
    assert "cannot be read and is not used" in caplog.text
