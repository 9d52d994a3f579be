"""Clients with a bearer token, against a mock that accepts tokens."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import (
    AsyncFTSClient,
    CredentialError,
    CredentialExpiredError,
    CredentialFormatError,
    FTSClient,
    FTSTimeoutError,
    Job,
    JobParams,
    NeedDelegationError,
    TokenCredential,
    Transfer,
    X509Credential,
)
from fts_contract.mock import Fault, MockFTS
from fts_contract.mock.pki.proxies import issue_proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

JOB = Job([Transfer("davs://a.example.org/f", "davs://b.example.org/f")])


@pytest.fixture(scope="module")
def server() -> Iterator[MockFTS]:
    with MockFTS(time_scale=0, oauth2=True) as mock:
        yield mock


@pytest.fixture
def mock(server: MockFTS) -> Iterator[MockFTS]:
    yield server
    server.reset()


@pytest.fixture
def client(mock: MockFTS) -> Iterator[Callable[..., FTSClient]]:
    """Make a client of the mock with a token."""
    opened: list[FTSClient] = []

    def make(token: str | Callable[[], str]) -> FTSClient:
        opened.append(
            FTSClient(mock.endpoint, credential=TokenCredential(token), ca_dir=mock.ca_dir)
        )
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def requests(mock: MockFTS) -> list[str]:
    return [request for request, _ in mock.faults.hits]


def test_token_user_submits_without_any_delegation(
    mock: MockFTS, client: Callable[..., FTSClient]
) -> None:
    mock.faults.add(Fault("delay", delay_s=0.0, count=None))
    fts = client(mock.token())
    assert fts.whoami().method == "oauth2"
    job_id = fts.submit(JOB)
    assert mock.state.job(job_id).user_dn == "carol"
    assert mock.state.job(job_id).job_metadata["auth_method"] == "oauth2"
    assert [request for request in requests(mock) if "delegation" in request] == []


def test_delegate_and_ensure_delegation_do_nothing_for_a_token_user(
    mock: MockFTS, client: Callable[..., FTSClient]
) -> None:
    mock.faults.add(Fault("delay", delay_s=0.0, count=None))
    fts = client(mock.token())
    for info in (fts.delegate(force=True), fts.ensure_delegation()):
        assert (info.delegation_id, info.renewed, info.time_left()) == ("", False, None)
    assert [request for request in requests(mock) if "delegation" in request] == []


def test_tokens_of_a_transfer_reach_the_server(
    mock: MockFTS, client: Callable[..., FTSClient]
) -> None:
    source, target = mock.token(claims={"jti": "s"}), mock.token(claims={"jti": "d"})
    transfer = Transfer(
        "davs://a.example.org/f",
        "davs://b.example.org/f",
        source_tokens=source,
        destination_tokens=target,
    )
    job_id = client(mock.token()).submit(Job([transfer], params=JobParams(unmanaged_tokens=True)))
    (file,) = mock.state.job(job_id).files
    assert None not in (file.src_token_id, file.dst_token_id)
    assert file.src_token_id != file.dst_token_id


def ignored(mock: MockFTS) -> str:
    return mock.token(audience="https://other.example.org")


def test_token_that_the_server_ignores_is_noticed_before_anything_is_submitted(
    mock: MockFTS, client: Callable[..., FTSClient]
) -> None:
    fts = client(ignored(mock))
    for call in (lambda: fts.submit(JOB), fts.delegate, fts.ensure_delegation):
        with pytest.raises(CredentialError, match=r"ignores the token .*'anon'") as caught:
            call()
        assert "audience" in (caught.value.remedy or "")
    assert mock.state.job_count == 0


def test_whoami_with_a_token_that_the_server_ignores_warns(
    mock: MockFTS, client: Callable[..., FTSClient], caplog: pytest.LogCaptureFixture
) -> None:
    assert client(mock.token()).whoami().user_dn == "carol"
    assert caplog.text == ""
    token = ignored(mock)
    assert client(token).whoami().user_dn == "anon"
    assert "ignores the token" in caplog.text
    assert token not in caplog.text


async def test_async_client_notices_an_ignored_token(mock: MockFTS) -> None:
    async with AsyncFTSClient(
        mock.endpoint, credential=TokenCredential(ignored(mock)), ca_dir=mock.ca_dir
    ) as fts:
        with pytest.raises(CredentialError, match="ignores the token"):
            await fts.submit(JOB)


def test_expired_token_is_not_sent(mock: MockFTS, client: Callable[..., FTSClient]) -> None:
    mock.faults.add(Fault("delay", delay_s=0.0, count=None))
    with pytest.raises(CredentialExpiredError, match="Get a new token"):
        client(mock.token(lifetime=timedelta(seconds=-5)))
    assert requests(mock) == []


def test_function_is_asked_for_a_new_token_before_the_old_one_expires(
    mock: MockFTS, client: Callable[..., FTSClient]
) -> None:
    lifetimes = [timedelta(seconds=30), timedelta(hours=1), timedelta(hours=1)]
    given: list[str] = []

    def refresh() -> str:
        given.append(mock.token(lifetime=lifetimes[len(given)], claims={"jti": str(len(given))}))
        return given[-1]

    fts = client(refresh)
    for _ in range(3):
        assert fts.whoami().user_dn == "carol"
    assert len(given) == 2


def test_function_that_fails_for_a_moment_ends_neither_a_wait_nor_a_campaign(
    mock: MockFTS, client: Callable[..., FTSClient]
) -> None:
    calls, failing = 0, range(0)

    def source() -> str:
        nonlocal calls
        calls += 1
        if calls in failing:
            raise OSError("issuer unreachable")
        # Less than a minute, so that it is asked for each time.
        return mock.token(lifetime=timedelta(seconds=50))

    fts = client(source)
    tokens = {"source_tokens": mock.token(), "destination_tokens": mock.token()}
    transfer = Transfer("mock://a.example.org/f", "mock://b.example.org/f?time=900", **tokens)  # type: ignore[arg-type]
    job_id = fts.submit(Job([transfer]))
    failing = range(calls + 2, calls + 4)
    with pytest.raises(FTSTimeoutError):
        fts.wait_for_job(job_id, timeout_s=2, poll_s=0.1)
    assert calls > failing.stop
    failing = range(calls + 2, calls + 4)
    outcomes = fts.submit_many([transfer] * 5, files_per_job=1, campaign="c", concurrency=2)
    assert [outcome.error for outcome in outcomes] == [None] * 5
    assert calls > failing.stop
    # The answer of a submission is lost, and then there is no token.
    mock.faults.add(Fault("reset-after", operation="POST /jobs", count=1))
    failing = range(calls + 2, calls + 3)
    assert fts.submit(Job([transfer]))


@pytest.mark.parametrize("kind", ["proxy file", "token file", "token function"])
def test_renewal_that_is_up_to_a_minute_late_ends_no_wait(
    mock: MockFTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    path = tmp_path / "credential"
    path.touch(0o600)
    short, long = timedelta(seconds=2.5), timedelta(hours=1)

    def renew(lifetime: timedelta) -> None:
        alice = mock.pki.certified("alice")
        new = (
            issue_proxy(alice, lifetime=lifetime).pem
            if kind == "proxy file"
            else mock.token(lifetime=lifetime).encode()
        )
        path.write_bytes(new)

    renew(short)
    credential: X509Credential | TokenCredential
    if kind == "proxy file":
        credential = X509Credential.from_file(path)
    elif kind == "token file":
        credential = TokenCredential.from_file(path)
    else:
        credential = TokenCredential(path.read_text)
    end = credential.expires_at
    assert end
    with FTSClient(mock.endpoint, credential=credential, ca_dir=mock.ca_dir) as fts:
        job_id = mock.state.add_job(files=({},)).job_id
        refused: list[bool] = []

        def pause(_seconds: float) -> None:
            time.sleep(max(0, (end - datetime.now(UTC)).total_seconds() + 0.1))
            with pytest.raises(CredentialExpiredError) as caught:
                fts.whoami()
            refused.append(caught.value.may_pass)
            if len(refused) > 1:
                renew(long)
                mock.state.job(job_id).job_state = "FINISHED"

        monkeypatch.setattr(fts._clock, "sleep", pause)
        assert fts.wait_for_job(job_id, timeout_s=60, poll_s=1).job_state == "FINISHED"
        assert refused == [True, True]


def test_credential_that_expired_longer_ago_or_cannot_be_renewed_ends_a_wait(
    mock: MockFTS,
) -> None:
    now = datetime.now(UTC)
    token = mock.token(lifetime=timedelta(hours=1))
    proxy = issue_proxy(mock.pki.certified("alice"), lifetime=timedelta(hours=1)).pem
    ended: list[tuple[X509Credential | TokenCredential, int]] = [
        (TokenCredential(token), 1),
        (X509Credential.from_pem(proxy), 1),
        (TokenCredential(lambda: token), 61),
    ]
    for credential, late_s in ended:
        with pytest.raises(CredentialExpiredError) as caught:
            credential.check(now=now + timedelta(hours=1, seconds=late_s))
        assert not caught.value.may_pass


def test_function_of_opaque_tokens_is_asked_once_for_each_request(
    mock: MockFTS, client: Callable[..., FTSClient]
) -> None:
    given: list[str] = []

    def give() -> str:
        given.append("opaque")
        return "opaque"

    fts = client(give)
    given.clear()
    with pytest.raises(CredentialError):
        fts.submit(JOB)
    mock.faults.add(Fault("delay", delay_s=0.0, count=None))
    given.clear()
    with pytest.raises(CredentialError):
        fts.submit(JOB)
    assert len(given) == len(requests(mock)) == 1


def test_token_function_that_returns_no_text_is_an_error_once_the_last_token_is_too_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fts_client.credentials.token._GRACE_S", 0.0)
    with MockFTS(oauth2=True) as mock:
        given: list[Any] = [mock.token(lifetime=timedelta(seconds=30))]
        credential = TokenCredential(lambda: given[-1])
        with FTSClient(mock.endpoint, credential=credential, ca_dir=mock.ca_dir) as fts:
            fts.server_info()
            given.append(5)
            # The last token is used for a while.
            fts.server_info()
            with pytest.raises(CredentialFormatError, match="is not a text"):
                fts.server_info()


def test_token_user_who_is_told_to_delegate_gets_the_refusal() -> None:
    with MockFTS(oauth2=True) as mock:
        mock.faults.add(Fault("status", "POST /jobs", status=419, count=None))
        credential = TokenCredential(mock.token(lifetime=timedelta(hours=3)))
        with (
            FTSClient(mock.endpoint, credential=credential, ca_dir=mock.ca_dir) as fts,
            pytest.raises(NeedDelegationError),
        ):
            fts.submit(JOB)
        assert [asked for asked, _ in mock.faults.hits] == ["POST /jobs"]
