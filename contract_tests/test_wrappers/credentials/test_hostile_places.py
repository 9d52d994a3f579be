"""Where secrets are read from and written to, when the place is not what it should be."""

from __future__ import annotations

import errno
import logging
import os
import ssl
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import FTSClient, Job, TokenCredential, Transfer, X509Credential, errors
from fts_client.credentials import find_credential
from fts_client.credentials.discovery import find_user_certificate
from fts_client.credentials.secret_files import readable_by_path, write_secret_file
from fts_contract.mock import MockFTS
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONG = "eyJhbGciOiJFUzI1NiJ9." + "eyJzdWIiOiJjYXJvbCJ9" * 20 + "." + "S3cr3tS1gnature" * 6
SHORT = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjYXJvbCJ9.S3cr3tS1gnature"
OPAQUE = "MDAyMWxvY2F0aW9uIFM" + "S3cr3tS1gnature" * 8
PEM_TEXT = "-----BEGIN RSA PRIVATE KEY-----\nS3cr3tS1gnature\n-----END RSA PRIVATE KEY-----\n"

# --- a secret where a path belongs -----------------------------------------------------------------


def _from_variable(name: str, secret: str, folder: Path) -> object:
    return find_credential(environ={name: secret}, root=folder)


CALLS: dict[str, Callable[[str, Path], object]] = {
    "client": lambda secret, _: FTSClient("https://x:8446", credential=secret),
    "certificate": lambda secret, _: X509Credential.from_file(secret),
    "key": lambda secret, _: X509Credential.from_file(
        shared_pki().credential("alice"), key_path=secret
    ),
    "PKCS#12": lambda secret, _: X509Credential.from_pkcs12(secret),
    "token file": lambda secret, _: TokenCredential.from_file(secret),
    "ca_dir": lambda secret, _: FTSClient(
        "https://x:8446", credential=shared_pki().credential("alice"), ca_dir=secret
    ).whoami(),
    "ca_file": lambda secret, _: FTSClient(
        "https://x:8446", credential=shared_pki().credential("alice"), ca_file=secret
    ).whoami(),
    "X509_USER_PROXY": lambda secret, folder: _from_variable("X509_USER_PROXY", secret, folder),
    "X509_USER_CERT": lambda secret, folder: _from_variable("X509_USER_CERT", secret, folder),
    "BEARER_TOKEN_FILE": lambda secret, folder: _from_variable(
        "BEARER_TOKEN_FILE", secret, folder
    ),
    "XDG_RUNTIME_DIR": lambda secret, folder: _from_variable("XDG_RUNTIME_DIR", secret, folder),
    "X509_USER_CERT of a proxy": lambda secret, folder: X509Credential.from_file(
        find_user_certificate(environ={"X509_USER_CERT": secret}, home=folder).certificate
    ),
}


SECRETS = {"long": LONG, "short": SHORT, "opaque": OPAQUE, "PEM": PEM_TEXT}


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        (call, kind)
        for call in CALLS
        for kind in SECRETS
        # An opaque token cannot be told from the name of a folder.
        if kind != "opaque" or call not in {"ca_dir", "ca_file", "XDG_RUNTIME_DIR"}
    ],
)
def test_secret_given_as_a_path_is_shown_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, call: str, kind: str
) -> None:
    secret = SECRETS[kind]
    with pytest.raises(errors.FTSError) as caught:
        CALLS[call](secret, tmp_path)
    logging.getLogger("app").error("cannot start", exc_info=caught.value)
    shown = [caplog.text, "".join(traceback.format_exception(caught.value))]
    pending: list[BaseException | None] = [caught.value]
    while pending:
        error = pending.pop()
        if error is not None:
            shown += [repr(error), str(error.args), str({**vars(error)})]
            shown += [str(getattr(error, name, "")) for name in ("filename", "searched", "path")]
            pending += [error.__cause__, error.__context__]
    assert not [text for text in shown if "S3cr3tS1gnature" in text]


# --- memory files ----------------------------------------------------------------------------------


def _denied(*_: object) -> int:
    raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))


def test_memfd_create_that_fails_is_no_reason_to_fail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "memfd_create", _denied, raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    X509Credential.from_file(shared_pki().credential("alice")).load_into(context)
    assert list(tmp_path.iterdir()) == []


def test_neither_memory_nor_temporary_files_is_a_typed_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(os, "memfd_create", _denied, raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with (
        pytest.raises(errors.CredentialError, match="TMPDIR"),
        readable_by_path(b"secret"),
    ):
        pass


# --- writing ---------------------------------------------------------------------------------------


def test_device_pipe_and_directory_are_not_replaced_by_a_secret(tmp_path: Path) -> None:
    pipe, folder, link = tmp_path / "pipe", tmp_path / "folder", tmp_path / "stdout"
    os.mkfifo(pipe)
    folder.mkdir()
    link.symlink_to("/dev/null")
    for path, kind in ((pipe, "a pipe"), (folder, "a directory"), (link, "a device")):
        before = path.lstat()
        with pytest.raises(errors.CredentialError, match=kind) as caught:
            write_secret_file(path, b"key")
        assert "Name a file" in str(caught.value)
        assert path.lstat().st_mode == before.st_mode
    assert sorted(item.name for item in tmp_path.iterdir()) == ["folder", "pipe", "stdout"]


def test_link_to_an_open_file_is_not_replaced_by_a_secret(tmp_path: Path) -> None:
    stdout = tmp_path / "stdout"
    with (tmp_path / "output").open("w") as output:
        # As /dev/stdout is, when standard output is redirected to a file.
        stdout.symlink_to(f"/proc/self/fd/{output.fileno()}")
        assert stdout.is_file()
        with pytest.raises(errors.CredentialError, match="is a device"):
            write_secret_file(stdout, b"key")
    assert stdout.is_symlink()


# --- token files that are being rewritten ----------------------------------------------------------


def _truncated(path: Path, _: str) -> None:
    path.write_text("")


def _missing(path: Path, _: str) -> None:
    path.unlink()


def _open_to_others(path: Path, token: str) -> None:
    path.write_text(token)
    path.chmod(0o644)


def _half_written(path: Path, token: str) -> None:
    path.write_text(token[:40])


DISTURBED = [_truncated, _missing, _open_to_others, _half_written]


@pytest.mark.parametrize("disturb", DISTURBED)
def test_token_file_that_is_being_rewritten_does_not_end_a_wait(
    tmp_path: Path, disturb: Callable[[Path, str], None]
) -> None:
    path = tmp_path / "bt"

    def put(token: str) -> None:
        beside = tmp_path / "new"
        beside.touch(mode=0o600)
        beside.write_text(token)
        beside.replace(path)

    with MockFTS(oauth2=True) as mock:
        put(mock.token())

        def rewrite() -> None:
            time.sleep(0.2)
            disturb(path, mock.token())
            time.sleep(0.4)
            put(mock.token())

        with FTSClient(
            mock.endpoint, credential=TokenCredential.from_file(path), ca_dir=mock.ca_dir
        ) as fts:
            token: Any = {"source_tokens": mock.token(), "destination_tokens": mock.token()}
            job_id = fts.submit(Job([Transfer("mock://a/1", "mock://b/1?time=1", **token)]))
            thread = threading.Thread(target=rewrite)
            thread.start()
            assert fts.wait_for_job(job_id, timeout_s=20, poll_s=0.05).job_state == "FINISHED"
            thread.join()


@pytest.mark.parametrize("disturb", DISTURBED[:3])
def test_token_file_that_stays_unusable_is_an_error_after_a_minute(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    disturb: Callable[[Path, str], None],
) -> None:
    path = tmp_path / "bt"
    path.touch(mode=0o600)
    path.write_text(SHORT)
    credential = TokenCredential.from_file(path)
    disturb(path, SHORT)
    assert credential.bearer() == credential.bearer() == SHORT
    assert caplog.text.count("cannot be used yet") == 1
    assert "S3cr3t" not in caplog.text
    monkeypatch.setattr("fts_client.credentials.token._GRACE_S", 0.0)
    with pytest.raises(errors.CredentialError):
        credential.bearer()
