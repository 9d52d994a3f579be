"""Decisions about delegation."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fts_client.credentials import X509Credential
from fts_client.delegation import delegation_id, renewal_due, sign_request
from fts_client.errors import DelegationError
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Sequence

ALICE = "/DC=org/DC=example/O=Users/CN=alice"


@pytest.mark.parametrize(
    ("user_dn", "fqans", "expected"),
    [
        (
            ALICE,
            ["/testvo/Role=NULL/Capability=NULL", "/testvo/Role=production/Capability=NULL"],
            "7ba5c996de416fe2",
        ),
        (ALICE, [], "8748806df667829d"),
        ("/DC=org/DC=example/CN=localhost", [], "b89b6b309724feac"),
    ],
)
def test_delegation_id_is_that_of_the_server(
    user_dn: str, fqans: Sequence[str], expected: str
) -> None:
    # The vectors were observed on FTS 3.13.4 (GET /whoami).
    assert delegation_id(user_dn, fqans) == expected


@pytest.mark.parametrize(
    ("remaining", "due"),
    [
        (None, True),
        (timedelta(hours=-1), True),
        (timedelta(0), True),
        (timedelta(hours=2) - timedelta(seconds=1), True),
        (timedelta(hours=2), False),
        (timedelta(days=1), False),
    ],
)
def test_renewal_due_below_the_threshold_only(remaining: timedelta | None, *, due: bool) -> None:
    assert renewal_due(remaining, threshold=timedelta(hours=2)) is due


@pytest.mark.parametrize(
    ("remaining", "credential_left", "due"),
    [
        (timedelta(minutes=90), timedelta(minutes=90), False),
        (timedelta(minutes=30), timedelta(minutes=30), False),
        (timedelta(minutes=85), timedelta(minutes=90), False),
        (timedelta(minutes=84), timedelta(minutes=90), True),
        (timedelta(minutes=30), timedelta(minutes=90), True),
        (timedelta(hours=1), timedelta(minutes=30), False),
        (timedelta(0), timedelta(minutes=1), True),
        (None, timedelta(minutes=1), True),
        (timedelta(hours=3), timedelta(hours=12), False),
    ],
)
def test_renewal_due_only_if_a_new_delegation_would_last_longer(
    remaining: timedelta | None, credential_left: timedelta, *, due: bool
) -> None:
    threshold = timedelta(hours=2)
    assert renewal_due(remaining, threshold=threshold, credential_left=credential_left) is due


def test_sign_request_of_a_credential_ends_with_it_and_holds_the_chain() -> None:
    credential = X509Credential.from_pem(
        shared_pki().issue("alice", lifetime=timedelta(hours=1)).pem
    )
    key = rsa.generate_private_key(65537, 2048)
    csr = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    pem = csr.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    proxy, *chain = x509.load_pem_x509_certificates(
        sign_request(pem, credential=credential, lifetime=timedelta(hours=7))
    )
    assert tuple(chain) == credential.chain
    assert proxy.not_valid_after_utc == credential.expires_at


def test_sign_request_error_names_the_user_of_the_credential() -> None:
    credential = X509Credential.from_pem(shared_pki().issue("alice").pem)
    with pytest.raises(DelegationError, match=f"Delegation of {ALICE} .*'check request'"):
        sign_request(b"", credential=credential, delegation_id="0123456789abcdef")
