"""Where trust comes from, and what is said when it comes from nowhere. Connections: test_security/test_tls.py."""

from __future__ import annotations

import errno
import os
import ssl
from pathlib import Path
from typing import Any, cast

import pytest

from fts_client import FTSUsageError, errors
from fts_client.trust import client_context, find_ca_dir
from fts_contract.mock.pki import TestPKI, shared_pki


@pytest.fixture(scope="module")
def pki() -> TestPKI:
    return shared_pki()


def test_find_ca_dir_order_is_argument_variable_usual_place(tmp_path: Path, pki: TestPKI) -> None:
    named, variable, usual = (tmp_path / name for name in "abc")
    for folder in (named, variable, usual):
        folder.mkdir()
        (folder / "12345678.0").write_bytes(pki.ca.pem)
    environ = {"X509_CERT_DIR": str(variable)}
    assert find_ca_dir(named, environ=environ, usual=usual) == named
    assert find_ca_dir(environ=environ, usual=usual) == variable
    assert find_ca_dir(environ={"X509_CERT_DIR": ""}, usual=usual) == usual
    assert find_ca_dir(environ={}, usual=tmp_path / "none") is None


def test_find_ca_dir_usual_place_without_cas_is_not_used(tmp_path: Path) -> None:
    assert find_ca_dir(environ={}, usual=tmp_path) is None


def test_find_ca_dir_missing_directory_says_who_named_it(tmp_path: Path) -> None:
    with pytest.raises(errors.FTSUsageError, match=r"none \(ca_dir\) does not exist"):
        find_ca_dir(tmp_path / "none", environ={})
    with pytest.raises(errors.FTSUsageError, match=r"none \(X509_CERT_DIR\) does not exist"):
        find_ca_dir(environ={"X509_CERT_DIR": str(tmp_path / "none")})


def test_find_ca_dir_impossible_name_is_a_typed_error() -> None:
    with pytest.raises(errors.FTSUsageError, match=r"\(X509_CERT_DIR\) does not exist"):
        find_ca_dir(environ={"X509_CERT_DIR": "x" * 5000})


def test_find_ca_dir_without_hashed_names_says_what_to_run(tmp_path: Path, pki: TestPKI) -> None:
    (tmp_path / "ca.pem").write_bytes(pki.ca.pem)
    with pytest.raises(errors.FTSUsageError, match="openssl rehash"):
        find_ca_dir(tmp_path, environ={})


def test_find_ca_dir_file_instead_of_directory_is_refused(pki: TestPKI) -> None:
    with pytest.raises(errors.FTSUsageError, match="is not a directory"):
        client_context(ca_dir=pki.ca_file)


@pytest.mark.parametrize("content", [None, b"", b"no PEM at all"])
def test_ca_file_that_holds_no_certificate_is_refused(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(errors.FTSUsageError, match=r"CA file .*ca\.pem cannot be used"):
        client_context(ca_file=path)


def test_client_context_is_strict_by_default_and_lazy(pki: TestPKI) -> None:
    context = client_context(ca_dir=pki.ca_dir)
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert not context.verify_flags & ssl.VERIFY_X509_STRICT
    assert context.cert_store_stats()["x509_ca"] == 0


def test_client_context_without_any_place_uses_the_system_store() -> None:
    usual_missing = not Path("/etc/grid-security/certificates").is_dir()
    context = client_context(environ={})
    assert context.verify_mode == ssl.CERT_REQUIRED
    if usual_missing:
        assert context.cert_store_stats() == ssl.create_default_context().cert_store_stats()


@pytest.mark.parametrize("unset", [None, 0, ""])
def test_client_context_verification_is_not_switched_off_by_an_unset_value(unset: object) -> None:
    with pytest.raises(errors.FTSUsageError, match="verify must be True or False"):
        client_context(verify=cast("bool", unset), environ={})


def test_client_context_crl_check_without_verification_is_refused() -> None:
    with pytest.raises(errors.FTSUsageError, match="crl_check='chain'"):
        client_context(verify=False, crl_check="chain", environ={})


def test_client_context_verify_false_needs_no_directory() -> None:
    context = client_context(verify=False, environ={"X509_CERT_DIR": "/nowhere"})
    assert context.verify_mode == ssl.CERT_NONE
    assert not context.check_hostname


def test_client_context_crl_check_without_lists_is_refused(pki: TestPKI, tmp_path: Path) -> None:
    (tmp_path / "12345678.0").write_bytes(pki.ca.pem)
    with pytest.raises(errors.FTSUsageError, match="fetch-crl"):
        client_context(ca_dir=tmp_path, crl_check="leaf")
    with pytest.raises(errors.FTSUsageError, match="there is no CA directory"):
        client_context(ca_file=pki.ca_file, crl_check="chain")


def test_ca_directory_that_we_may_not_read_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    # Root may read everything, so the system is made to refuse.
    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(FTSUsageError, match="cannot be read: Permission denied"):
        find_ca_dir(tmp_path)
