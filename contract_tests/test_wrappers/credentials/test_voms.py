"""VOMS attributes of a proxy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from asn1crypto import core, parser
from hypothesis import given, settings
from hypothesis import strategies as st

from fts_client.credentials.asn1 import ASN1Error
from fts_client.credentials.voms import VomsReading, _fqans, _issuer, read_voms
from fts_contract.mock.pki import Certified, TestPKI, issue_proxy, shared_pki

FQANS = ("/testvo/Role=NULL/Capability=NULL", "/testvo/Role=production/Capability=NULL")


@pytest.fixture(scope="module")
def pki() -> TestPKI:
    return shared_pki()


@pytest.fixture(scope="module")
def alice(pki: TestPKI) -> Certified:
    return pki.certified("alice")


@pytest.fixture(scope="module")
def extension(pki: TestPKI, alice: Certified) -> bytes:
    return pki.voms.issue(alice.certificate, FQANS, vo="testvo")


def read(proxy: Certified) -> VomsReading:
    return read_voms([proxy.certificate, *proxy.chain])


def test_read_voms_shows_vo_fqans_issuer_uri_and_own_end(pki: TestPKI, alice: Certified) -> None:
    extension = pki.voms.issue(alice.certificate, FQANS, vo="testvo", lifetime=timedelta(hours=2))
    reading = read(issue_proxy(alice, attributes=extension))
    (found,) = reading.attributes
    assert (found.vo, found.fqans, found.uri) == ("testvo", FQANS, "voms.example.org:15000")
    assert found.issuer == pki.voms.signer.dn
    left = found.expires_at - datetime.now(UTC)
    assert timedelta(minutes=118) < left <= timedelta(hours=2)
    assert found.time_left(now=found.expires_at) == timedelta(0)
    assert reading.notes == ()


def test_read_voms_expired_attributes_are_shown_with_their_end(
    pki: TestPKI, alice: Certified
) -> None:
    extension = pki.voms.issue(alice.certificate, FQANS, vo="testvo", lifetime=timedelta(hours=-1))
    (found,) = read(issue_proxy(alice, attributes=extension)).attributes
    assert found.time_left() < timedelta(0)


def test_read_voms_attributes_below_a_second_proxy_are_found(
    pki: TestPKI, alice: Certified
) -> None:
    extension = pki.voms.issue(alice.certificate, FQANS, vo="testvo")
    second = issue_proxy(issue_proxy(alice, attributes=extension))
    assert [item.fqans for item in read(second).attributes] == [FQANS]


def test_read_voms_plain_proxy_has_none_and_no_note(alice: Certified) -> None:
    assert read(issue_proxy(alice)) == VomsReading()


def test_read_voms_attributes_of_another_user_are_left_out_with_a_note(
    pki: TestPKI, alice: Certified
) -> None:
    extension = pki.voms.issue(pki.certified("bob").certificate, FQANS, vo="testvo")
    reading = read(issue_proxy(alice, attributes=extension))
    assert reading.attributes == ()
    assert [note.kind for note in reading.notes] == ["other-holder"]


def together(*extensions: bytes) -> bytes:
    """Put the attribute certificates of several extensions into one."""
    certificates = b"".join(core.load(core.load(item).contents).contents for item in extensions)
    whole: bytes = parser.emit(0, 1, 16, parser.emit(0, 1, 16, certificates))
    return whole


def test_read_voms_damaged_certificate_does_not_hide_the_one_beside_it(
    alice: Certified, extension: bytes
) -> None:
    damaged = extension.replace(
        b"/testvo/Role=production", b"/testvo/Role=\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"
    )
    assert damaged != extension
    for order in ((damaged, extension), (extension, damaged)):
        reading = read(issue_proxy(alice, attributes=together(*order)))
        assert [item.fqans for item in reading.attributes] == [FQANS]
        assert [note.kind for note in reading.notes] == ["unreadable"]


@pytest.mark.parametrize("extension", [b"", b"garbage", b"\x30\x00", b"\x30\x80\x30\x80"])
def test_read_voms_garbage_gives_a_note_and_no_attributes(
    alice: Certified, extension: bytes
) -> None:
    reading = read(issue_proxy(alice, attributes=extension))
    assert reading.attributes == ()
    assert [note.kind for note in reading.notes] in (["unreadable"], [])


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_read_voms_damaged_extension_never_raises(
    alice: Certified, extension: bytes, data: st.DataObject
) -> None:
    whole = bytearray(extension)
    # The head holds the structure; the tail is certificates and signatures.
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, min(400, len(whole) - 1)))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([len(whole), len(whole) // 2, 50]))
    proxy = issue_proxy(alice, attributes=bytes(whole[:cut]), key=alice.key)
    reading = read(proxy)
    assert isinstance(reading, VomsReading)


def test_attribute_of_another_kind_is_passed_over() -> None:
    assert _fqans([{"type": SimpleNamespace(dotted="1.2.3")}]) == ([], [])


def test_attribute_certificate_whose_issuer_has_no_dn_cannot_be_read() -> None:
    nameless: Any = {
        "issuer": SimpleNamespace(name="v1_form", chosen=[SimpleNamespace(name="dns_name")])
    }
    with pytest.raises(ASN1Error, match="no directory name"):
        _issuer(nameless)
