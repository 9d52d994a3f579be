"""Files of credentials that the system does not let us read or write."""

from __future__ import annotations

import errno
import os
import ssl
from pathlib import Path
from typing import Any

import pytest

from fts_client import X509Credential, errors
from fts_client.credentials.secret_files import read_file, write_secret_file
from fts_contract.mock.pki import shared_pki


def failing(number: int) -> Any:
    """A function of the system that fails."""

    def fail(*_: Any, **__: Any) -> Any:
        raise OSError(number, os.strerror(number))

    return fail


def test_file_that_we_may_not_open_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may open everything, so the system is made to refuse.
    monkeypatch.setattr(os, "open", failing(errno.EACCES))
    with pytest.raises(errors.CredentialPermissionError, match="may not read the proxy"):
        read_file(tmp_path / "proxy", what="proxy", secret=True)
    with pytest.raises(errors.CredentialPermissionError, match="cannot be written"):
        write_secret_file(tmp_path / "proxy", b"key")


def test_name_that_the_system_does_not_take_says_why(tmp_path: Path) -> None:
    with pytest.raises(errors.CredentialError, match="cannot be opened: File name too long"):
        read_file(tmp_path / ("long name " * 100), what="proxy", secret=True)


def test_file_that_fails_in_the_middle_says_so() -> None:
    path = Path("/proc/self/mem")
    if not path.exists():
        pytest.skip("a file that can be opened but not read exists on Linux only")
    with pytest.raises(errors.CredentialError, match="cannot be read"):
        read_file(path, what="proxy", secret=False)


def test_full_disk_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "proxy"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    with pytest.raises(errors.CredentialError, match="No space left"):
        write_secret_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_memory_file_that_has_no_path_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    access, proxy = os.access, shared_pki().credential("alice")
    monkeypatch.setattr(
        os, "access", lambda path, mode: not str(path).startswith("/proc") and access(path, mode)
    )
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    X509Credential.from_file(proxy).load_into(context)
    assert list(tmp_path.iterdir()) == []
