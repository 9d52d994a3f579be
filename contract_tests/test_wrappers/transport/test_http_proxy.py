"""Through an HTTP proxy with CONNECT, with mutual TLS, and which HTTP proxy is taken from the environment: the one that requests takes."""

from __future__ import annotations

import base64
import os
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any, Final, cast

import pytest
import requests
from test_wrappers.transport.http_proxy_server import GRANTED, proxying
from test_wrappers.transport.scripted_server import JOB_ID, Asked, Channel, answer, job, scripted

from fts_client import (
    AsyncFTSClient,
    FTSClient,
    FTSConnectionError,
    FTSTimeoutError,
    FTSUsageError,
    RetryPolicy,
    Timeouts,
    easy,
)
from fts_client.cli.application import run
from fts_client.transport.http_proxy import find_http_proxy
from fts_client.transport.tls_in_tls import TLSInTLS
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS

ONCE: Final = RetryPolicy(max_retries=0)


@pytest.fixture(autouse=True)
def no_http_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what the machine of the developer says."""
    for name in ("HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def _options(mock: MockFTS, **options: Any) -> dict[str, Any]:
    return {
        "credential": mock.credential("alice"),
        "ca_dir": mock.ca_dir,
        "retry": ONCE,
        **options,
    }


def test_client_goes_through_the_http_proxy_of_the_environment_with_its_certificate(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    with proxying() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with FTSClient(mock_fts.endpoint, **_options(mock_fts)) as fts:
            assert fts.whoami().user_dn.endswith("CN=alice")
            assert fts.delegate().delegation_id
            fts.raw.get_httpx_client().get("/whoami")
        alice = str(mock_fts.credential("alice"))
        context = easy.Context(mock_fts.endpoint, alice, capath=str(mock_fts.ca_dir))
        assert easy.whoami(context)["user_dn"].endswith("CN=alice")
    host = mock_fts.endpoint.removeprefix("https://")
    assert {head.partition("\r\n")[0] for head in proxy.asked} == {f"CONNECT {host} HTTP/1.1"}
    assert {"authorization" in head.lower() for head in proxy.asked} == {False}


async def test_async_client_goes_through_the_http_proxy_with_its_certificate(
    mock_fts: MockFTS,
) -> None:
    with proxying() as proxy:
        async with AsyncFTSClient(mock_fts.endpoint, **_options(mock_fts, proxy=proxy.url)) as fts:
            assert (await fts.whoami()).user_dn.endswith("CN=alice")
            await fts.whoami()
    assert len(proxy.asked) == 1


@pytest.fixture
def own_tls(mock_fts: MockFTS) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(mock_fts.pki.host_file, mock_fts.pki.directory / "keys" / "host.pem")
    return context


def test_client_goes_through_an_http_proxy_that_is_reached_by_tls(
    mock_fts: MockFTS, own_tls: ssl.SSLContext
) -> None:
    with (
        proxying(context=own_tls) as proxy,
        FTSClient(mock_fts.endpoint, **_options(mock_fts, proxy=proxy.url)) as fts,
    ):
        for _ in range(3):
            assert fts.whoami().user_dn.endswith("CN=alice")
    assert len(proxy.asked) == 1


async def test_async_client_goes_through_an_http_proxy_that_is_reached_by_tls(
    mock_fts: MockFTS, own_tls: ssl.SSLContext
) -> None:
    with proxying(context=own_tls) as proxy:
        async with AsyncFTSClient(mock_fts.endpoint, **_options(mock_fts, proxy=proxy.url)) as fts:
            for _ in range(3):
                assert (await fts.whoami()).user_dn.endswith("CN=alice")
    assert len(proxy.asked) == 1


def test_http_proxy_gets_its_password_and_nobody_else_does(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with proxying(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as proxy:
        url = proxy.url.replace("//", "//me:s3cret%40x@")
        monkeypatch.setenv("https_proxy", url)
        with FTSClient(mock_fts.endpoint, **_options(mock_fts)) as fts:
            with pytest.raises(FTSConnectionError, match="does not connect: 407") as caught:
                fts.whoami()
            shown = f"{caught.value!r}{caught.value}{caught.value.__cause__!r}{fts!r}{fts.raw!r}"
            shown += repr(vars(fts._transport))
    encoded = base64.b64encode(b"me:s3cret@x").decode()
    assert f"Proxy-Authorization: Basic {encoded}" in proxy.asked[0]
    assert "HTTPS_PROXY" in shown
    for secret in ("s3cret", encoded):
        assert secret not in shown + caplog.text


@pytest.mark.parametrize(
    ("says", "sent", "repeats"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "does not connect: 403 Forbidden", 0),
        (b"HTTP/1.1 503 Busy\r\n\r\n", "does not connect: 503 Busy", 2),
        (b"", "closed the connection", 2),
        (b"garbage\r\n\r\n", "does not answer as an HTTP proxy does", 0),
        (b"x" * 100_000, "does not answer as an HTTP proxy does", 0),
    ],
)
def test_http_proxy_that_refuses_is_named_with_a_remedy(
    mock_fts: MockFTS, says: bytes, sent: str, repeats: int
) -> None:
    policy = RetryPolicy(max_retries=2, first_sleep_s=0.001)
    with (
        proxying(says) as proxy,
        FTSClient(mock_fts.endpoint, **_options(mock_fts, proxy=proxy.url, retry=policy)) as fts,
    ):
        with pytest.raises(
            FTSConnectionError, match=rf"HTTP proxy localhost:\d+ {sent}"
        ) as caught:
            fts.cancel_jobs(["a-job"])
        assert len(proxy.asked) == repeats + 1
    assert not caught.value.request_sent
    assert "proxy=False" in str(caught.value)


async def test_http_proxy_that_is_silent_or_away_is_told_apart(mock_fts: MockFTS) -> None:
    with proxying(None) as proxy:
        limits = Timeouts(connect_s=0.2)
        options = _options(mock_fts, proxy=proxy.url, timeouts=limits)
        with FTSClient(mock_fts.endpoint, **options) as fts:
            with pytest.raises(FTSTimeoutError) as caught:
                fts.whoami()
            assert (caught.value.phase, caught.value.request_sent) == ("connect", False)
        async with AsyncFTSClient(mock_fts.endpoint, **options) as fts:
            with pytest.raises(FTSTimeoutError) as caught:
                await fts.whoami()
            assert caught.value.phase == "connect"
    gone = _options(mock_fts, proxy=f"http://localhost:{proxy.port}")
    with (
        FTSClient(mock_fts.endpoint, **gone) as fts,
        pytest.raises(FTSConnectionError, match=r"HTTP proxy localhost:\d+ cannot be reached"),
    ):
        fts.whoami()
    unknown = _options(mock_fts, proxy="http://no-such-host.invalid:3128")
    async with AsyncFTSClient(mock_fts.endpoint, **unknown) as fts:
        with pytest.raises(
            FTSConnectionError, match=r"host of no-such-host.invalid:3128 is unknown"
        ):
            await fts.whoami()


@pytest.mark.parametrize("choice", [False, ""])
def test_choice_of_no_http_proxy_overrides_the_environment(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch, choice: Any
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with FTSClient(mock_fts.endpoint, **_options(mock_fts, proxy=choice)) as fts:
        assert fts.whoami().vos == ["testvo"]


@pytest.mark.parametrize("command", ["whoami", "doctor"])
def test_command_goes_through_the_http_proxy_that_is_named(
    mock_fts: MockFTS,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("X509_USER_PROXY", str(mock_fts.credential("alice")))
    words = [command, "-s", mock_fts.endpoint, "--ca-dir", str(mock_fts.ca_dir)]
    with proxying() as proxy:
        assert run([*words, "--http-proxy", proxy.url]) == 0
        assert len(proxy.asked) == 1
        assert run([*words, "--http-proxy", ""]) == 0
        assert len(proxy.asked) == 1
    capsys.readouterr()
    assert run(words) != 0
    assert "--http-proxy '' goes without" in "".join(capsys.readouterr())
    assert run([*words, "--http-proxy", "http://u:S3cr3t@h:99999"]) != 0
    said = "".join(capsys.readouterr())
    assert "--http-proxy is not the address of an HTTP proxy" in said
    assert "S3cr3t" not in said


def test_easy_goes_through_the_http_proxy_that_is_named(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    alice = str(mock_fts.credential("alice"))
    with proxying() as proxy:
        for choice in (proxy.url, False):
            context = easy.Context(mock_fts.endpoint, alice, capath=mock_fts.ca_dir, proxy=choice)
            asked = len(proxy.asked)
            assert easy.delegate(context)
            assert (len(proxy.asked) > asked) == bool(choice)
    with pytest.raises(easy.exceptions.BadEndpoint, match="HTTP proxy"):
        easy.Context(mock_fts.endpoint, alice, capath=mock_fts.ca_dir)


@pytest.mark.parametrize(
    "address",
    [
        "socks5://h:1",
        "ftp://h",
        "http://",
        "http://h:x",
        "http://h:99999",
        7,
        True,
        "http://ü:1",
        "http://u:\udcff@h:1",
        "//",
    ],
)
def test_what_is_not_the_address_of_an_http_proxy_is_refused(
    mock_fts: MockFTS, address: Any
) -> None:
    with pytest.raises(FTSUsageError, match="proxy"):
        FTSClient(mock_fts.endpoint, **_options(mock_fts, proxy=address))


def test_wrong_address_in_the_environment_is_refused_by_the_name_of_its_variable(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://me:s3cret@h:1")
    with pytest.raises(FTSUsageError, match="ALL_PROXY names a SOCKS proxy") as caught:
        FTSClient(mock_fts.endpoint, **_options(mock_fts))
    assert "s3cret" not in str(caught.value)


HOSTS: Final = (
    "https://fts.example.org:8446",
    "https://FTS.Example.ORG",
    "https://localhost:8446",
    "https://127.0.0.1:8446",
    "https://10.1.2.3",
    "https://[::1]:8446",
    "https://[fd00::1]",
)
ENVIRONMENTS: Final = (
    {},
    {"HTTPS_PROXY": "http://p.example:1"},
    {"https_proxy": "http://l.example:1", "HTTPS_PROXY": "http://p.example:1"},
    {"https_proxy": "", "HTTPS_PROXY": "http://p.example:1"},
    {"HTTP_PROXY": "http://p.example:1"},
    {"ALL_PROXY": "http://p.example:1"},
    {"all_proxy": "p.example:1", "HTTPS_PROXY": "https://q.example"},
    {"HTTPS_PROXY": "p.example"},
    {"Https_Proxy": "p.example"},
    *(
        {"HTTPS_PROXY": "http://p.example:1", name: value}
        for name in ("NO_PROXY", "no_proxy")
        for value in (
            "",
            "*",
            "example.org",
            ".example.org",
            "ample.org",
            "fts.example.org:8446",
            "FTS.example.org",
            "localhost",
            "127.0.0.1",
            "127.0.0.0/8",
            "10.0.0.0/8, localhost",
            "10.1.2",
            "[::1],::1,fd00::/8",
            "::1",
            " , ,example.org",
            "a,*",
            "300.0.0.0/8,10.0.0.0/99",
            "127.0.0.1:8446",
            "0.0.0.0/0",
            "10.0.0.0/255.0.0.0",
            "10.1.2.3/16",
        )
    ),
    {"HTTPS_PROXY": "http://p.example:1", "no_proxy": "", "NO_PROXY": "localhost"},
)


@pytest.mark.parametrize("environment", ENVIRONMENTS, ids=str)
def test_http_proxy_of_the_environment_is_the_one_that_requests_takes(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for endpoint in HOSTS:
        proxies = requests.utils.get_environ_proxies(endpoint)
        theirs = requests.utils.select_proxy(endpoint, proxies)
        ours = find_http_proxy(endpoint, None)
        expected = None
        if theirs:
            address = theirs.split("://")[-1]
            default = "443" if theirs.startswith("https:") else "80"
            expected = address if ":" in address else f"{address}:{default}"
        assert (str(ours) if ours else None) == expected, (
            endpoint,
            dict(os.environ).get("NO_PROXY"),
        )


@pytest.mark.parametrize("kind", ["truncated", "reset-after"])
def test_server_that_hangs_up_behind_an_http_proxy_reached_by_tls_is_a_connection_error(
    mock_fts: MockFTS, own_tls: ssl.SSLContext, kind: Any
) -> None:
    mock_fts.faults.add(Fault(kind, "GET /whoami", count=None))
    with (
        proxying(context=own_tls) as proxy,
        FTSClient(mock_fts.endpoint, **_options(mock_fts, proxy=proxy.url)) as fts,
        pytest.raises(FTSConnectionError),
    ):
        fts.whoami()


@pytest.mark.parametrize("is_secure", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("says", [GRANTED, b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10_000])
async def test_connection_through_an_http_proxy_that_drips_ends_in_time(
    mock_fts: MockFTS, own_tls: ssl.SSLContext, says: bytes, *, is_secure: bool
) -> None:
    began = time.monotonic()
    with proxying(says, context=own_tls if is_secure else None) as proxy:
        proxy.drop_s = 0.005
        for limits in (Timeouts(connect_s=0.5), Timeouts(total_s=0.5)):
            options = _options(mock_fts, proxy=proxy.url, timeouts=limits)
            with FTSClient(mock_fts.endpoint, **options) as fts, pytest.raises(FTSTimeoutError):
                fts.whoami()
            async with AsyncFTSClient(mock_fts.endpoint, **options) as fts:
                with pytest.raises(FTSTimeoutError):
                    await fts.whoami()
    assert time.monotonic() - began < 6


def test_tls_in_tls_without_any_time_left_times_out() -> None:
    outer, silent = socket.socketpair()
    with outer, silent, pytest.raises(TimeoutError):
        TLSInTLS(cast("Any", outer), ssl.create_default_context(), "localhost")


def test_bytes_that_nobody_asked_for_are_noticed_within_tls_in_tls(
    mock_fts: MockFTS, own_tls: ssl.SSLContext
) -> None:
    asked_for, other = JOB_ID, f"{JOB_ID[:-1]}b"

    def twice(channel: Channel, asked: Asked) -> bytes:
        if asked.path.endswith(other):
            channel.sendall(answer(job(other)))
        return answer(job(asked.path.rpartition("/")[2]))

    with (
        scripted(twice) as server,
        proxying(context=own_tls, gathers_s=0.05) as proxy,
        FTSClient(server.endpoint, **_options(mock_fts, proxy=proxy.url)) as fts,
    ):
        assert fts.get_job(other).job_id == other
        assert fts.get_job(asked_for).job_id == asked_for
    assert len(proxy.asked) == 2
