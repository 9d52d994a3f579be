"""The contract is checked through the HTTP proxy of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest
import requests
from test_wrappers.transport.http_proxy_server import proxying

from fts_contract.harness.options import RunOptions
from fts_contract.harness.run import run_contract
from fts_contract.harness.sending.credential import Credential
from fts_contract.harness.sending.session import GuardedSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from test_harness.small_servers import Outcome

    from fts_contract.mock import MockFTS


def _session(mock: MockFTS, *, timeout_s: float = 10) -> GuardedSession:
    return GuardedSession(
        mock.endpoint,
        credential=Credential(kind="certificate", path=mock.credential("alice")),
        verify=str(mock.ca_file),
        timeout_s=timeout_s,
        lock=lambda *_: None,
    )


def test_requests_go_through_the_http_proxy_of_the_environment_with_the_certificate(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxying() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with _session(mock_fts) as session:
            answer = session.ask("GET", "/whoami", phase="x")
        assert b"CN=alice" in answer.body
        assert len(proxy.asked) == 1
        monkeypatch.setenv("NO_PROXY", "localhost")
        with _session(mock_fts) as session:
            session.ask("GET", "/whoami", phase="x")
        assert len(proxy.asked) == 1


def test_http_proxy_that_is_named_replaces_that_of_the_environment(
    mock_fts: MockFTS,
    fts_contract_command: Callable[..., Outcome],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://localhost:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with proxying() as proxy:
        options = [mock_fts.endpoint, "--cert", mock_fts.credential("alice")]
        options += ["--ca-file", mock_fts.ca_file]
        options += ["--operations", "^whoami$", "--max-examples", "1"]
        for address, code, asked in (
            (proxy.url, 0, True),
            ("", 0, False),
            ("http://u:S3cr3t@localhost:99999", 2, False),
            ("socks5://u:S3cr3t@localhost", 2, False),
        ):
            proxy.asked.clear()
            outcome = fts_contract_command("run", *options, "--http-proxy", address)
            assert (outcome.exit_code, bool(proxy.asked)) == (code, asked), outcome
            assert "S3cr3t" not in outcome.err
    with proxying(b"HTTP/1.1 407 who is u:S3cr3t?\r\n\r\n") as proxy:
        address = proxy.url.replace("//", "//u:S3cr3t@")
        outcome = fts_contract_command("run", *options, "--http-proxy", address)
    assert outcome.exit_code == 2
    assert "(Tunnel connection failed: 407)" in outcome.err
    outcome = fts_contract_command("run", *options)
    assert outcome.exit_code == 2
    assert "the HTTP proxy does not connect to localhost" in outcome.err
    assert "check --http-proxy" in outcome.err


def test_raw_answers_to_head_need_a_direct_connection(mock_fts: MockFTS) -> None:
    options = RunOptions(
        url=mock_fts.endpoint,
        cert=mock_fts.credential("alice"),
        ca_file=mock_fts.ca_file,
        operations="^whoami$",
        max_examples=1,
    )
    with proxying() as proxy:
        proxied = run_contract(attrs.evolve(options, http_proxy=proxy.url))
    direct = run_contract(attrs.evolve(options, http_proxy=""))
    reason = "it needs a direct connection, not one through an HTTP proxy"
    assert proxied.results.not_applicable["head-without-body"] == reason
    assert "head-without-body" not in direct.results.not_applicable


def test_http_proxy_that_refuses_is_a_request_error(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxying(b"HTTP/1.1 403 Forbidden\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with _session(mock_fts) as session, pytest.raises(requests.RequestException):
            session.ask("GET", "/whoami", phase="x")
