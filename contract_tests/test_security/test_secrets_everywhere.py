"""Every public method and every command with a real key and a token that the server accepts: neither shows anywhere."""

from __future__ import annotations

import inspect
import logging
import traceback
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import FTSClient, FTSError, Job, RetryPolicy, TokenCredential, Transfer
from fts_client.cli.application import run
from fts_client.credentials import X509Credential
from fts_client.exchanges import record_exchanges
from fts_contract.mock import Fault, MockFTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

# What a parameter of this name gets when it has no default.
ARGUMENTS: dict[str, Any] = {
    "job_id": "00000000-0000-0000-0000-000000000000",
    "job_ids": ["00000000-0000-0000-0000-000000000000", "x"],
    "file_ids": [1],
    "timeout_s": 0,
    "priority": 2,
    "storage": "davs://a.example.org",
    "user_dn": "/CN=somebody",
    "campaign": "c",
    "jobs": [],
    "config": {},
}
SKIPPED = {"close"}


@pytest.fixture(scope="module")
def mock() -> Iterator[MockFTS]:
    with MockFTS(oauth2=True) as running:
        yield running


@pytest.fixture(params=["certificate", "token"])
def method(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def secrets_of(mock: MockFTS, token: str) -> list[str]:
    lines = mock.credential("alice").read_text().split("PRIVATE KEY-----")[1].splitlines()
    # The header of a token is the same for all tokens; the rest is the secret.
    return [*token.split(".")[1:], *(line for line in lines if len(line) > 20)]


def public_methods() -> list[str]:
    members = inspect.getmembers(FTSClient, inspect.isfunction)
    return [name for name, _ in members if not name.startswith("_") and name not in SKIPPED]


def call(fts: FTSClient, name: str, token: str) -> Any:
    job = Job(
        [Transfer("mock://a/f", "mock://b/f", source_tokens=token, destination_tokens=token)]
    )
    known = {**ARGUMENTS, "job": job, "jobs": [job]}
    function = getattr(fts, name)
    needed = [
        item
        for item in inspect.signature(function).parameters.values()
        if item.default is item.empty and item.kind is not item.VAR_KEYWORD
    ]
    positional = [
        known.get(item.name, "x") for item in needed if item.kind is not item.KEYWORD_ONLY
    ]
    named = {
        item.name: known.get(item.name, "x") for item in needed if item.kind is item.KEYWORD_ONLY
    }
    return function(*positional, **named)


def seen_of(value: Any) -> str:
    texts = [repr(value), str(value)]
    if hasattr(value, "__enter__") and not isinstance(value, FTSClient):
        with value as entered:
            texts.append(repr(entered))
    if inspect.isgenerator(value):
        value.close()
    if isinstance(value, BaseException):
        texts += [*traceback.format_exception(value), repr(vars(value))]
    return "\n".join(texts)


@pytest.mark.parametrize("trouble", [None, "status", "reset", "malformed"])
def test_no_public_method_shows_a_secret(
    mock: MockFTS, caplog: pytest.LogCaptureFixture, method: str, trouble: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    token = mock.token(sub="MARKED-subject")
    credential = (
        TokenCredential(token)
        if method == "token"
        else X509Credential.from_file(mock.credential("alice"))
    )
    if trouble:
        # The worst a server can do: repeat what it was sent.
        echo = f"Bearer {token} {mock.credential('alice').read_text()}"
        mock.faults.add(Fault(trouble, status=400, message=echo, count=None))
    shown = []
    try:
        with FTSClient(
            mock.endpoint,
            credential=credential,
            ca_dir=mock.ca_dir,
            retry=RetryPolicy(max_retries=0),
        ) as fts:
            shown += [
                repr(fts),
                repr(vars(fts)),
                repr(vars(fts._transport)),
                repr(vars(fts._transport.source)),
                repr(fts.raw),
            ]
            for name in public_methods():
                try:
                    shown.append(seen_of(call(fts, name, token)))
                except (FTSError, TypeError, AttributeError, ValueError) as error:
                    shown.append(seen_of(error))
            with record_exchanges() as exchanges:
                try:
                    fts.submit(Job([Transfer("mock://a/f", "mock://b/f", source_tokens=token)]))
                except FTSError as error:
                    shown.append(seen_of(error))
            shown += [text for item in exchanges for text in (repr(item), item.curl())]
    finally:
        mock.reset()
    text = "\n".join([*shown, caplog.text])
    assert len(shown) > 15
    assert [secret for secret in secrets_of(mock, token) if secret in text] == []


@pytest.fixture
def capture(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Callable[[], str]:
    """Everything that was printed and logged, at the lowest level."""
    caplog.set_level(logging.DEBUG)
    return lambda: "".join([*capsys.readouterr(), caplog.text])


@pytest.mark.parametrize(
    "command", ["whoami", "delegate", "doctor", "list", "submit mock://a/f mock://b/f"]
)
def test_no_command_shows_a_secret(
    mock: MockFTS, capture: Callable[[], str], tmp_path: Path, method: str, command: str
) -> None:
    token = mock.token(sub="MARKED-subject")
    path = tmp_path / "token"
    path.touch(mode=0o600)
    path.write_text(token)
    who = (
        ["--token-file", str(path)]
        if method == "token"
        else ["--proxy", str(mock.credential("alice"))]
    )
    common = ["-s", mock.endpoint, "--ca-dir", str(mock.ca_dir), *who]
    debug = [] if command == "doctor" else ["--debug"]
    for options in (["--json"], debug):
        run([*command.split(), *common, *options])
    # And when the file is of the wrong kind: a token where a proxy is wanted, a proxy where a token is.
    wrong = (
        ["--proxy", str(path)]
        if method == "token"
        else ["--token-file", str(mock.credential("alice"))]
    )
    run([*command.split(), *common[:4], *wrong, *debug])
    text = capture()
    mock.reset()
    assert text
    assert [secret for secret in secrets_of(mock, token) if secret in text] == []


def test_proxy_info_shows_no_key(mock: MockFTS, capsys: pytest.CaptureFixture[str]) -> None:
    for options in ([], ["--json"]):
        assert run(["proxy", "info", "--file", str(mock.credential("alice")), *options]) == 0
    text = "".join(capsys.readouterr())
    assert "CN=alice" in text
    assert [secret for secret in secrets_of(mock, mock.token()) if secret in text] == []


def test_report_of_the_harness_shows_no_token(
    mock: MockFTS, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    token = mock.token(sub="MARKED-subject", lifetime=timedelta(hours=2))
    path = tmp_path / "token"
    path.touch(mode=0o600)
    path.write_text(token)
    # Failures, each with its request and a curl command, and an answer that repeats the token and the secrets of others.
    others = ["password-0815", "signature-0815", "macaroon-0815"]
    said = "Bearer {} davs://me:{}@h/p?X-Amz-Signature={}&authz={}".format(token, *others)
    mock.faults.add(Fault("status", "GET /jobs$", status=500, message=said, count=None))
    try:
        code = run(
            [
                *("contract", "run", mock.endpoint, "--token-file", str(path)),
                *("--ca-dir", str(mock.ca_dir), "--operations", "^list_jobs$"),
                *("--max-examples", "1", "--report", str(tmp_path / "report")),
            ]
        )
    finally:
        mock.reset()
    assert code == 1
    texts = [file.read_text() for file in (tmp_path / "report").iterdir()]
    assert len(texts) == 3
    text = "\n".join([*texts, *capsys.readouterr()])
    assert "curl" in text
    assert [secret for secret in [*secrets_of(mock, token), *others] if secret in text] == []
