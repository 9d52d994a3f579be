"""Callers whose certificates OpenSSL and servers accept and `cryptography` refuses."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from test_wrappers.credentials import odd_certificates as odd
from test_wrappers.credentials.test_odd_certificates import KEY, ODD, issued

from fts_client import X509Credential
from fts_client.credentials.certificate import Certificate
from fts_contract.harness.sending.certificates import read_certificates
from fts_contract.harness.sending.credential import find_credential
from fts_contract.harness.sending.proxy_signing import sign_as_impostor, sign_request
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_harness.small_servers import Outcome

    from fts_contract.mock import MockFTS


def _put(path: Path, **options: Any) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(odd.pem(issued(shared_pki(), **options)) + odd.key_pem(KEY))
    return path


@pytest.mark.parametrize("case", ODD)
def test_odd_certificate_is_read_and_signs_proxies(tmp_path: Path, case: str) -> None:
    path = _put(tmp_path / "odd.pem", **ODD[case][0])
    credential = find_credential(path)
    assert credential.subject is not None
    assert "CN=" in credential.subject
    left = credential.time_left(datetime.now(UTC))
    assert left is not None
    assert timedelta(days=29) < left < timedelta(days=31)
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    csr = request.sign(KEY, hashes.SHA256()).public_bytes(Encoding.PEM)
    proxy, leaf = read_certificates(sign_request(csr, credential).encode())
    assert leaf.der == X509Credential.from_file(path).chain[0].der
    assert proxy.is_proxy
    assert proxy.ends <= leaf.ends
    assert Certificate.read(proxy.der).signed_by(Certificate.read(leaf.der))
    false = read_certificates(sign_as_impostor(csr, credential).encode())[0]
    assert false.issuer == proxy.issuer
    assert not Certificate.read(false.der).signed_by(Certificate.read(leaf.der))


@pytest.mark.parametrize("case", ["latin-1 in a T61String", "version 2"])
def test_run_with_an_odd_certificate_conforms(
    mock_fts: MockFTS, fts_contract_command: Callable[..., Outcome], tmp_path: Path, case: str
) -> None:
    path = _put(tmp_path / "odd.pem", **ODD[case][0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = fts_contract_command(
            *("run", mock_fts.endpoint, "--cert", path, "--ca-file", mock_fts.ca_file),
            *("--operations", "^get_certificate$", "--max-examples", "1"),
        )
    assert outcome.exit_code == 0, outcome
