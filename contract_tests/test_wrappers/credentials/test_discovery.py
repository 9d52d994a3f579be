"""Where a credential is looked for, and what is said when there is none."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fts_client import errors
from fts_client.credentials import TokenCredential, X509Credential, find_credential
from fts_contract.mock.pki import Certified, TestPKI, issue_proxy, shared_pki
from fts_contract.mock.pki.authority import pem_of

if TYPE_CHECKING:
    from pathlib import Path

ALICE = "/DC=org/DC=example/O=Users/CN=alice"
BOB = "/DC=org/DC=example/O=Users/CN=bob"


class Machine:
    """A file system and an environment of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environ: dict[str, str] = {}
        self.euid = root.stat().st_uid
        (root / "tmp").mkdir()
        (root / "etc" / "grid-security").mkdir(parents=True)

    def put(self, place: str, content: bytes, mode: int = 0o600) -> Path:
        path = self.root / place
        path.write_bytes(content)
        path.chmod(mode)
        return path

    def find(self) -> X509Credential | TokenCredential:
        return find_credential(environ=self.environ, euid=self.euid, root=self.root)

    def user(self) -> str:
        found = self.find()
        assert isinstance(found, X509Credential)
        return found.user_dn


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture(scope="module")
def pki() -> TestPKI:
    return shared_pki()


@pytest.fixture(scope="module")
def proxies(pki: TestPKI) -> dict[str, bytes]:
    return {name: issue_proxy(pki.certified(name)).pem for name in ("alice", "bob", "admin")}


def test_find_credential_order_is_that_of_grid_tools(
    machine: Machine, proxies: dict[str, bytes], pki: TestPKI
) -> None:
    """Each place is filled in turn, the last of the order first; each new one takes over."""
    host = pki.certified("host")
    machine.put(f"tmp/bt_u{machine.euid}", b"token-of-tmp")
    found = machine.find()
    assert isinstance(found, TokenCredential)
    assert found.bearer() == "token-of-tmp"
    (machine.root / "run").mkdir()
    machine.put(f"run/bt_u{machine.euid}", b"token-of-run")
    machine.environ["XDG_RUNTIME_DIR"] = str(machine.root / "run")
    found = machine.find()
    assert isinstance(found, TokenCredential)
    assert found.bearer() == "token-of-run"
    machine.environ["BEARER_TOKEN_FILE"] = str(machine.put("token", b"token-of-file"))
    found = machine.find()
    assert isinstance(found, TokenCredential)
    assert found.bearer() == "token-of-file"
    machine.environ["BEARER_TOKEN"] = "token-of-variable"  # noqa: S105 - an example
    found = machine.find()
    assert isinstance(found, TokenCredential)
    assert found.bearer() == "token-of-variable"
    machine.put("etc/grid-security/hostcert.pem", pem_of(host.certificate), 0o644)
    machine.put("etc/grid-security/hostkey.pem", host.key_pem, 0o400)
    assert machine.user() == host.dn
    admin = pki.certified("admin")
    machine.environ["X509_USER_CERT"] = str(machine.put("c", pem_of(admin.certificate), 0o644))
    machine.environ["X509_USER_KEY"] = str(machine.put("k", admin.key_pem))
    assert machine.user() == admin.dn
    machine.put(f"tmp/x509up_u{machine.euid}", proxies["bob"])
    assert machine.user() == BOB
    machine.environ["X509_USER_PROXY"] = str(machine.put("p", proxies["alice"]))
    assert machine.user() == ALICE


def test_find_credential_key_defaults_to_the_certificate_file(
    machine: Machine, pki: TestPKI
) -> None:
    machine.environ["X509_USER_CERT"] = str(machine.put("both", pki.certified("alice").pem))
    assert machine.user() == ALICE


def test_find_credential_host_certificate_without_its_key_is_skipped(
    machine: Machine, pki: TestPKI
) -> None:
    machine.put("etc/grid-security/hostcert.pem", pem_of(pki.certified("host").certificate))
    with pytest.raises(errors.CredentialNotFoundError, match=r"hostkey\.pem: one or both missing"):
        machine.find()


def test_find_credential_host_key_of_root_is_not_blamed_where_a_proxy_is_missing(
    machine: Machine, pki: TestPKI
) -> None:
    host = pki.certified("host")
    machine.put("etc/grid-security/hostcert.pem", pem_of(host.certificate))
    key = machine.put("etc/grid-security/hostkey.pem", host.key_pem)
    if os.geteuid() == 0:
        os.chown(key, 1, -1)
    machine.euid = 4711
    with pytest.raises(errors.CredentialNotFoundError, match=r"hostkey\.pem: not yours") as caught:
        machine.find()
    assert len(caught.value.searched) == 8


def test_find_credential_nothing_lists_every_place_in_order(machine: Machine) -> None:
    machine.environ["X509_USER_PROXY"] = ""
    with pytest.raises(errors.CredentialNotFoundError, match="voms-proxy-init") as caught:
        machine.find()
    root, euid = machine.root, machine.euid
    assert [(item.place, item.reason) for item in caught.value.searched] == [
        ("X509_USER_PROXY", "not set"),
        (str(root / "tmp" / f"x509up_u{euid}"), "no such file"),
        ("X509_USER_CERT", "not set"),
        (
            f"{root}/etc/grid-security/hostcert.pem with {root}/etc/grid-security/hostkey.pem",
            "one or both missing",
        ),
        ("BEARER_TOKEN", "not set"),
        ("BEARER_TOKEN_FILE", "not set"),
        ("XDG_RUNTIME_DIR", "not set"),
        (str(root / "tmp" / f"bt_u{euid}"), "no such file"),
    ]
    assert all(item.place in str(caught.value) for item in caught.value.searched)
    # Redaction would take `credential=` for the name of a secret.
    assert str(caught.value).endswith("or pass a credential to the client.")


def test_find_credential_variable_naming_a_missing_file_does_not_fall_through(
    machine: Machine, proxies: dict[str, bytes]
) -> None:
    machine.put(f"tmp/x509up_u{machine.euid}", proxies["bob"])
    machine.environ["X509_USER_PROXY"] = str(machine.root / "gone")
    with pytest.raises(
        errors.CredentialNotFoundError, match=r"X509_USER_PROXY: There is no .*gone"
    ):
        machine.find()


@pytest.mark.parametrize(
    ("mode", "lifetime", "expected"),
    [
        (0o644, timedelta(hours=1), errors.CredentialPermissionError),
        (0o600, timedelta(hours=-1), errors.CredentialExpiredError),
    ],
)
def test_find_credential_broken_proxy_does_not_become_another_identity(
    machine: Machine,
    pki: TestPKI,
    mode: int,
    lifetime: timedelta,
    expected: type[errors.CredentialError],
) -> None:
    host: Certified = pki.certified("host")
    machine.put("etc/grid-security/hostcert.pem", host.pem)
    machine.put("etc/grid-security/hostkey.pem", host.key_pem)
    proxy = issue_proxy(pki.certified("alice"), lifetime=lifetime)
    machine.put(f"tmp/x509up_u{machine.euid}", proxy.pem, mode)
    with pytest.raises(expected, match=f"x509up_u{machine.euid}"):
        machine.find()


def test_find_credential_token_is_used_with_a_warning_when_the_proxy_has_expired(
    machine: Machine, pki: TestPKI, caplog: pytest.LogCaptureFixture
) -> None:
    proxy = issue_proxy(pki.certified("alice"), lifetime=timedelta(hours=-1))
    machine.put(f"tmp/x509up_u{machine.euid}", proxy.pem)
    machine.environ["BEARER_TOKEN"] = "marked-token"  # noqa: S105 - an example
    assert isinstance(machine.find(), TokenCredential)
    assert "x509up_u" in caplog.text
    assert "marked-token" not in caplog.text


def test_find_credential_token_file_open_to_others_is_refused(machine: Machine) -> None:
    machine.put(f"tmp/bt_u{machine.euid}", b"token", 0o644)
    with pytest.raises(errors.CredentialPermissionError, match="bt_u"):
        machine.find()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root uses the certificate of the host")
def test_host_key_that_is_open_to_others_is_an_error_for_root(tmp_path: Path) -> None:
    folder = tmp_path / "etc" / "grid-security"
    folder.mkdir(parents=True)
    host = shared_pki().certified("host")
    (folder / "hostcert.pem").write_bytes(pem_of(host.certificate))
    (folder / "hostkey.pem").write_bytes(host.key_pem)
    (folder / "hostkey.pem").chmod(0o644)
    with pytest.raises(errors.CredentialPermissionError, match="hostkey"):
        find_credential(environ={}, euid=0, root=tmp_path)
