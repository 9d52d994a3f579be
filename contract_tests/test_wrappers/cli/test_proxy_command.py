"""`fts proxy init` and `fts proxy info`."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization

from fts_client.cli.application import run
from fts_client.credentials import X509Credential
from fts_client.credentials.discovery import find_user_certificate, proxy_path
from fts_client.errors import CredentialNotFoundError
from fts_client.timestamps import clock_form, in_words
from fts_contract.mock.pki import TestPKI, issue_proxy, shared_pki
from fts_contract.mock.pki.authority import pem_of

if TYPE_CHECKING:
    from fts_contract.mock.pki import Certified

ALICE = "/DC=org/DC=example/O=Users/CN=alice"


@pytest.fixture(scope="module")
def pki() -> TestPKI:
    return shared_pki()


@pytest.fixture(scope="module")
def alice(pki: TestPKI) -> Certified:
    return pki.certified("alice")


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    path.chmod(0o600)
    return path


def test_init_writes_a_proxy_that_only_the_user_can_read(
    alice: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cert = put(tmp_path / "cert.pem", pem_of(alice.certificate))
    key = put(tmp_path / "key.pem", alice.key_pem)
    out = tmp_path / "proxy"
    arguments = ["--cert", str(cert), "--key", str(key), "--out", str(out), "--hours", "3"]
    assert run(["proxy", "init", *arguments, "--limited", "--path-length", "1"]) == 0
    made = X509Credential.from_file(out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert (made.user_dn, made.info.kind, made.info.limited) == (ALICE, "rfc", True)
    assert timedelta(hours=2.9) < made.info.time_left() <= timedelta(hours=3)
    assert capsys.readouterr().out == f"{out}: proxy of {ALICE}, 2 h 59 m left\n"


def test_init_finds_the_certificate_and_the_place_of_the_proxy_as_grid_tools_do(
    alice: Certified, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    globus = tmp_path / ".globus"
    globus.mkdir()
    put(globus / "usercert.pem", pem_of(alice.certificate))
    put(globus / "userkey.pem", alice.key_pem)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("X509_USER_PROXY", str(tmp_path / "made"))
    monkeypatch.delenv("X509_USER_CERT", raising=False)
    assert run(["proxy", "init"]) == 0
    assert X509Credential.from_file(tmp_path / "made").user_dn == ALICE


def test_init_reads_pkcs12(
    alice: Certified, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = serialization.pkcs12.serialize_key_and_certificates(
        b"alice",
        alice.key,
        alice.certificate,
        None,
        serialization.BestAvailableEncryption(b"secret"),
    )
    cert, out = put(tmp_path / "user.p12", bundle), tmp_path / "proxy"
    arguments = ["proxy", "init", "--cert", str(cert), "--out", str(out)]
    assert run(arguments) == 3, "the passphrase cannot be asked for without a terminal"
    assert not out.exists()
    monkeypatch.setattr("fts_client.cli.commands.proxy.ask_for_passphrase", lambda: "secret")
    assert run(arguments) == 0
    assert X509Credential.from_file(out).user_dn == ALICE


def test_init_with_an_encrypted_key_needs_a_terminal(
    alice: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = alice.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    cert = put(tmp_path / "both.pem", pem_of(alice.certificate) + key)
    assert run(["proxy", "init", "--cert", str(cert), "--out", str(tmp_path / "p")]) == 3
    assert "no terminal to ask on" in capsys.readouterr().err


def test_init_with_a_weak_key_size_is_a_usage_error(alice: Certified, tmp_path: Path) -> None:
    cert = put(tmp_path / "both.pem", alice.pem)
    arguments = ["--cert", str(cert), "--out", str(tmp_path / "p"), "--bits", "1024"]
    assert run(["proxy", "init", *arguments]) == 2


def test_init_without_a_certificate_lists_the_places_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("X509_USER_CERT", raising=False)
    assert run(["proxy", "init"]) == 3
    said = capsys.readouterr().err
    for place in ("X509_USER_CERT: not set", "userkey.pem", "usercred.p12", "--cert"):
        assert place in said


def test_info_shows_proxy_and_attributes(
    pki: TestPKI, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(tmp_path / "proxy", pki.issue("alice").pem)
    assert run(["proxy", "info", "--file", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"identity  : {ALICE}" in lines
    assert "type      : RFC compliant proxy" in lines
    assert "strength  : 2048 bits" in lines
    assert "=== VO testvo extension information ===" in lines
    assert [line for line in lines if line.startswith("attribute")] == [
        "attribute : /testvo/Role=NULL/Capability=NULL",
        "attribute : /testvo/Role=production/Capability=NULL",
    ]


def test_info_prints_json(
    pki: TestPKI, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(tmp_path / "proxy", pki.issue("alice").pem)
    assert run(["proxy", "info", str(path), "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert (value["identity"], value["kind"], value["path"]) == (ALICE, "rfc", str(path))
    assert value["voms"][0]["vo"] == "testvo"
    assert 0 < value["time_left_s"] <= 2 * 86_400


def test_info_of_an_expired_proxy_shows_it_and_fails(
    alice: Certified, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(tmp_path / "proxy", issue_proxy(alice, lifetime=timedelta(hours=-1)).pem)
    assert run(["proxy", "info", "--file", str(path)]) == 1
    assert "timeleft  : 0:00:00" in capsys.readouterr().out


def test_info_of_a_missing_file_says_where_it_looked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("X509_USER_PROXY", str(tmp_path / "none"))
    assert run(["proxy", "info"]) == 3
    assert str(tmp_path / "none") in capsys.readouterr().err


def test_proxy_and_certificate_are_where_grid_tools_keep_them(tmp_path: Path) -> None:
    assert proxy_path(environ={"X509_USER_PROXY": "/x"}) == Path("/x")
    assert proxy_path(environ={}, euid=7) == Path("/tmp/x509up_u7")  # noqa: S108
    named = find_user_certificate(environ={"X509_USER_CERT": "/c", "X509_USER_KEY": "/k"})
    assert (named.certificate, named.key) == (Path("/c"), Path("/k"))
    with pytest.raises(CredentialNotFoundError):
        find_user_certificate(environ={}, home=tmp_path)
    (tmp_path / ".globus").mkdir()
    (tmp_path / ".globus" / "usercred.p12").touch()
    assert find_user_certificate(environ={}, home=tmp_path).is_pkcs12


@pytest.mark.parametrize(
    ("length", "words", "clock"),
    [
        (timedelta(0), "0 s", "0:00:00"),
        (timedelta(seconds=59.9), "59 s", "0:00:59"),
        (timedelta(minutes=3, seconds=20), "3 m", "0:03:20"),
        (timedelta(hours=11, minutes=42), "11 h 42 m", "11:42:00"),
        (timedelta(days=3, hours=2), "3 d 2 h", "74:00:00"),
        (timedelta(minutes=-5), "5 m ago", "0:00:00"),
    ],
    ids=str,
)
def test_durations_are_written(length: timedelta, words: str, clock: str) -> None:
    assert (in_words(length), clock_form(length)) == (words, clock)


def test_info_of_a_certificate_names_its_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(tmp_path / "cert.pem", shared_pki().certified("alice").pem)
    assert run(["proxy", "info", str(path)]) == 0
    assert "type      : end-entity certificate" in capsys.readouterr().out


def test_info_says_which_attributes_it_does_not_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pki = shared_pki()
    foreign = pki.voms.issue(
        pki.certified("bob").certificate, ("/testvo/Role=NULL/Capability=NULL",), vo="testvo"
    )
    path = put(tmp_path / "proxy", issue_proxy(pki.certified("alice"), attributes=foreign).pem)
    assert run(["proxy", "info", str(path)]) == 0
    assert "warning   : VOMS attributes not shown: " in capsys.readouterr().out
