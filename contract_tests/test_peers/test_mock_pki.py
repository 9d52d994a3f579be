from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from fts_contract.mock.pki import CA, TestPKI
from fts_contract.mock.pki.names import subject_hash

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.peer


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> TestPKI:
    return TestPKI.at(tmp_path_factory.mktemp("pki"))


def run(*command: str, **environment: str) -> str:
    done = subprocess.run(  # noqa: S603 - fixed commands
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "dn",
    [
        "/DC=org/DC=example/CN=FTS Mock Test CA",
        "/DC=Org/O=Two  Blanks/CN= outer ",
        "/C=CH/O=Universität/CN=É and é",
        "/CN=" + "x" * 64,
    ],
)
def test_subject_hash_is_that_of_openssl(dn: str, tmp_path: Path) -> None:
    ca = CA.create(dn)
    path = tmp_path / "ca.pem"
    path.write_bytes(ca.pem)

    expected = run("openssl", "x509", "-noout", "-hash", "-in", str(path)).strip()

    assert subject_hash(ca.certificate.subject) == expected


@pytest.mark.parametrize("name", ["alice", "alice-novoms", "alice-proxy2", "bob-ec", "root"])
def test_openssl_verifies_the_proxies_by_the_ca_directory(pki: TestPKI, name: str) -> None:
    path = str(pki.credential(name))

    said = run(
        "openssl",
        "verify",
        "-allow_proxy_certs",
        "-CApath",
        str(pki.ca_dir),
        "-untrusted",
        path,
        path,
    )

    assert said.strip().endswith("OK")


def test_voms_proxy_info_verifies_and_reads_the_attributes(pki: TestPKI) -> None:
    said = run(
        "voms-proxy-info",
        "-all",
        "-file",
        str(pki.credential("alice")),
        X509_CERT_DIR=str(pki.ca_dir),
        X509_VOMS_DIR=str(pki.voms_dir),
    )

    assert "RFC compliant proxy" in said
    assert "VO        : testvo" in said
    attributes = [
        line.split(": ")[1] for line in said.splitlines() if line.startswith("attribute")
    ]
    assert attributes == [
        "/testvo/Role=NULL/Capability=NULL",
        "/testvo/Role=production/Capability=NULL",
    ]
    assert "subject   : /DC=org/DC=example/O=Users/CN=alice" in said
