"""Slash form of distinguished names."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from test_wrappers.credentials import odd_certificates as odd

from fts_client.credentials.asn1 import ASN1Error
from fts_client.credentials.names import comparable, slash_form

CN, DC = NameOID.COMMON_NAME, NameOID.DOMAIN_COMPONENT


def name(*parts: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        (name((DC, "org"), (DC, "example"), (CN, "alice")), "/DC=org/DC=example/CN=alice"),
        (name((CN, "host/a.example.org")), r"/CN=host\/a.example.org"),
        (name((CN, "a+b")), r"/CN=a\+b"),
        (name((CN, "Zoë")), r"/CN=Zo\xC3\xAB"),
        (name((CN, "tab\there")), r"/CN=tab\x09here"),
        (name((CN, "back\\slash")), "/CN=back\\slash"),
        (
            name((NameOID.EMAIL_ADDRESS, "z@example.org"), (NameOID.USER_ID, "u1")),
            "/emailAddress=z@example.org/UID=u1",
        ),
        (
            x509.Name(
                [
                    x509.RelativeDistinguishedName(
                        [x509.NameAttribute(CN, "m"), x509.NameAttribute(NameOID.SURNAME, "s")]
                    )
                ]
            ),
            "/CN=m+SN=s",
        ),
        (name((x509.ObjectIdentifier("1.2.3.4"), "v")), "/1.2.3.4=v"),
        (name(), ""),
    ],
)
def test_slash_form_name_is_written_as_openssl_does(subject: x509.Name, expected: str) -> None:
    # The expectations are what `openssl x509 -nameopt compat` 3.0 printed for these names.
    assert slash_form(subject) == expected


@given(
    st.lists(st.tuples(st.sampled_from([CN, DC]), st.text(min_size=1, max_size=20)), max_size=5)
)
def test_slash_form_any_text_can_be_split_again(
    parts: list[tuple[x509.ObjectIdentifier, str]],
) -> None:
    try:
        encoded = name(*parts).public_bytes()
    except (UnicodeEncodeError, ValueError):
        return  # lone surrogates and what IA5 cannot hold are no names
    text = slash_form(encoded)
    assert re.fullmatch(r"[\x20-\x7e]*", text)
    pieces = re.split(r"(?<!\\)/(?=(?:CN|DC)=)", text)[1:]
    if not any(value.endswith("\\") for _, value in parts):
        assert len(pieces) == len(parts)


@given(st.binary(max_size=60))
def test_slash_form_any_bytes_give_text_or_asn1_error(der: bytes) -> None:
    # Any other exception fails the test.
    with suppress(ASN1Error):
        slash_form(der)


def test_name_with_bytes_that_are_not_text_is_compared_as_bytes() -> None:
    first, second = (
        odd.name((odd.COMMON_NAME, odd.UTF8, b"caf\xe9 " + end)) for end in (b"A", b"a")
    )
    assert comparable(first) == comparable(first)
    assert comparable(first) != comparable(second)
