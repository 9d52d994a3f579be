"""The curl line of a failure sends the request as the caller of the run, and trusts whom the run trusted."""

from __future__ import annotations

import json
import shlex
import subprocess
from typing import TYPE_CHECKING

import pytest

from fts_contract.harness.sending.credential import Credential, curl_options
from fts_contract.harness.sending.exchange import Exchange

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.mock import MockFTS


def credential(path: Path, key: Path | None = None) -> Credential:
    return Credential(kind="certificate", path=path, key_path=key)


def test_files_are_named_and_variables_of_the_environment_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy, cas = tmp_path / "my proxy", tmp_path
    assert curl_options(credential(proxy), str(cas)) == f"--cert '{proxy}' --capath {cas}"
    monkeypatch.setenv("X509_USER_PROXY", str(proxy))
    monkeypatch.setenv("X509_CERT_DIR", str(cas))
    assert (
        curl_options(credential(proxy), str(cas))
        == '--cert "$X509_USER_PROXY" --capath "$X509_CERT_DIR"'
    )
    bundle = tmp_path / "cas.pem"
    own = credential(tmp_path / "cert", tmp_path / "key")
    expected = f"--cert {own.path} --key {own.key_path} --cacert {bundle}"
    assert curl_options(own, str(bundle)) == expected


def test_anonymous_callers_unverified_servers_and_tokens(tmp_path: Path) -> None:
    token = Credential(kind="token", path=tmp_path / "my token", token="secret")  # noqa: S106
    assert curl_options(None, verify=True) == ""
    assert curl_options(None, verify=False) == "--insecure"
    expected = f"-H \"Authorization: Bearer $(cat '{tmp_path}/my token')\""
    assert curl_options(token, verify=True) == expected


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_curl_repeats_the_request_as_the_same_caller(mock: MockFTS, who: str) -> None:
    sent = Exchange(
        method="GET",
        url=f"{mock.endpoint}/whoami",
        request_headers={"Accept": "application/json"},
        request_body=None,
        status=200,
        headers={},
        body=b"",
        elapsed_s=0,
        sender=curl_options(credential(mock.credential(who)), str(mock.ca_dir)),
    )
    words = [*shlex.split(sent.curl()), "--silent", "--noproxy", "*"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603 - curl
    assert f"CN={who}" in done.stdout


def test_curl_sends_the_whole_body_of_a_long_request() -> None:
    body = json.dumps({"files": [], "params": {"job_metadata": "it's long " * 5000}})
    sent = Exchange(
        method="POST",
        url="https://fts.example.org:8446/jobs",
        request_headers={"Content-Type": "application/json"},
        request_body=body.encode(),
        status=400,
        headers={},
        body=b"",
        elapsed_s=0,
    )
    words = shlex.split(sent.curl())
    assert words[words.index("--data-binary") + 1] == body
