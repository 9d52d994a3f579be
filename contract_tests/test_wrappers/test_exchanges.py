"""Raw answers, the equivalent curl command, limits for one call."""

from __future__ import annotations

import json
import pickle
import shlex
import subprocess
import time
from typing import TYPE_CHECKING

import attrs
import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from fts_client import (
    AsyncFTSClient,
    BadRequestError,
    FTSClient,
    FTSConnectionError,
    FTSError,
    FTSTimeoutError,
    Job,
    JobParams,
    NotFoundError,
    RetryPolicy,
    Timeouts,
    TokenCredential,
    Transfer,
    X509Credential,
    record_exchanges,
)
from fts_client.exchanges import Exchange
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.mock import MockFTS

MISSING = "00000000-0000-0000-0000-000000000000"
JOB = Job([Transfer("mock://a.example/it's", "mock://b.example/f?time=900")])


def test_recorded_exchange_holds_the_raw_answer(mock_fts_client: FTSClient) -> None:
    with record_exchanges() as seen:
        me = mock_fts_client.whoami()
    (exchange,) = seen
    assert (exchange.method, exchange.status_code) == ("GET", 200)
    assert exchange.url.endswith("/whoami")
    assert exchange.json()["user_dn"] == me.user_dn
    assert exchange.headers["content-type"].startswith("application/json")
    assert exchange.elapsed_s > 0


def test_recording_sees_every_repeat_and_every_error(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client._clock.sleep = lambda _seconds: None
    mock_fts.faults.add(Fault("reset", "GET /jobs"))
    mock_fts.faults.add(Fault("status", "GET /jobs", status=503))
    with record_exchanges() as seen, pytest.raises(NotFoundError):
        mock_fts_client.get_job(MISSING)
    assert [exchange.status_code for exchange in seen] == [None, 503, 404]
    assert seen[0].error is not None


def test_recordings_end_and_nest(mock_fts_client: FTSClient) -> None:
    with record_exchanges() as outer:
        mock_fts_client.server_info()
        with record_exchanges() as inner:
            mock_fts_client.server_info()
    mock_fts_client.server_info()
    assert (len(outer), len(inner)) == (2, 1)


async def test_recording_follows_the_asynchronous_client(
    mock_fts_async_client: AsyncFTSClient,
) -> None:
    with record_exchanges() as seen:
        await mock_fts_async_client.submit(JOB)
    assert [exchange.method for exchange in seen].count("PUT") == 1
    assert seen[-1].url.endswith("/jobs")


def test_curl_command_of_a_call_does_the_same(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    job = Job(JOB.transfers, params=JobParams(id_generator="standard"))
    with record_exchanges() as seen:
        mock_fts_client.submit(job)
    done = subprocess.run(  # noqa: S603
        [*shlex.split(seen[-1].curl()), "--silent", "--write-out", "%{http_code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("200")
    assert mock_fts.state.job_count == 2


def test_curl_command_of_a_client_with_a_pkcs12_file_does_the_same(
    mock_fts: MockFTS, tmp_path: Path
) -> None:
    alice = mock_fts.pki.certified("alice")
    path = tmp_path / "alice.p12"
    form = BestAvailableEncryption(b"word")
    path.write_bytes(
        serialize_key_and_certificates(b"alice", alice.key, alice.certificate, None, form)
    )
    path.chmod(0o600)
    credential = X509Credential.from_pkcs12(path, passphrase="word")  # noqa: S106 - of this test
    with (
        FTSClient(mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir) as fts,
        record_exchanges() as seen,
    ):
        me = fts.whoami()
    done = subprocess.run(  # noqa: S603
        [*shlex.split(seen[-1].curl()), "--silent", "--pass", "word"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["user_dn"] == me.user_dn
    assert me.user_dn.endswith("/CN=alice")


def _exchange(
    body: bytes,
    *,
    headers: dict[str, str] | None = None,
    url: str = "https://fts.example.org:8446/jobs",
    error: Exception | None = None,
) -> Exchange:
    return Exchange(
        method="POST",
        url=url,
        status_code=200,
        headers={},
        content=b"",
        elapsed_s=0.1,
        error=error,
        request_headers=headers or {},
        request_body=body,
        # A token where a path belongs.
        curl_options=("--cacert", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.s3cret-8"),
    )


def test_curl_command_and_repr_hold_no_token() -> None:
    exchange = _exchange(
        b'{"files": [{"sources": ["mock://a/f"], "source_tokens": ["s3cret-1"], "destination_tokens": ["s3cret-2"]}]}',
        headers={"Authorization": "Bearer s3cret-3", "Accept": "application/json"},
    )
    assert "s3cret" not in exchange.curl()
    assert "s3cret" not in repr(exchange)
    assert '"Authorization: Bearer $BEARER_TOKEN"' in exchange.curl()
    assert "Accept: application/json" in exchange.curl()


@pytest.mark.parametrize(
    "authorization", ["Bearer s3cret-3", "Basic czNjcmV0LTM=", "s3cret-3", "s3cret-3 s3cret-3"]
)
def test_exchange_that_is_pickled_or_turned_into_a_dict_holds_no_secret_of_the_request(
    authorization: str,
) -> None:
    exchange = _exchange(
        b'{"files": [{"sources": ["mock://a/f"], "source_tokens": ["s3cret-1"]}]}',
        headers={"authorization": authorization, "Cookie": "s3cret-4"},
        url="https://me:s3cret-5@fts.example.org:8446/jobs?access_token=s3cret-6",
    )
    for shown in (pickle.dumps(exchange), str(attrs.asdict(exchange)).encode()):
        assert b"s3cret" not in shown
        assert b"czNjcmV0" not in shown
    assert "s3cret" not in exchange.curl()


def test_recorded_error_of_a_library_holds_no_secret() -> None:
    reset = ConnectionResetError("reset")
    assert _exchange(b"", error=reset).error is reset
    shown = _exchange(b"", error=ValueError("Illegal header b'Bearer s3cret-7'")).error
    assert "ValueError: Illegal header" in str(shown)
    assert "s3cret" not in str(shown)


def test_recorded_request_that_repeats_its_token_elsewhere_shows_it_nowhere(
    mock_fts: MockFTS,
) -> None:
    transfer = Transfer("mock://a/f?x=s3cret,1", "mock://b/f", source_tokens="s3cret,1")
    with (
        FTSClient(
            mock_fts.endpoint, credential=mock_fts.credential(), ca_dir=mock_fts.ca_dir
        ) as fts,
        record_exchanges() as seen,
        pytest.raises(FTSError),
    ):
        fts.submit(Job([transfer]))
    assert "s3cret" not in "".join(exchange.curl() for exchange in seen)


def test_curl_command_of_a_request_with_a_password_asks_for_user_and_password() -> None:
    exchange = _exchange(b"", headers={"Authorization": "Basic bWU6czNjcmV0"})
    assert '--user "$USERNAME:$PASSWORD"' in exchange.curl()
    assert "Bearer" not in exchange.curl()


def test_curl_command_of_a_client_with_a_token_names_no_certificate(mock_fts: MockFTS) -> None:
    with (
        FTSClient(
            mock_fts.endpoint, credential=TokenCredential("s3cret"), ca_file=mock_fts.ca_file
        ) as fts,
        record_exchanges() as seen,
        pytest.raises(BadRequestError),
    ):
        # The mock answers like a server without OAuth2.
        fts.server_info()
    assert f"--cacert {mock_fts.ca_file}" in seen[0].curl()
    assert "--cert" not in seen[0].curl()
    assert "s3cret" not in seen[0].curl()


def test_limits_of_one_call_leave_the_client_as_it_was(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.server_info()
    mock_fts.faults.add(Fault("delay", delay_s=2.0, count=2))
    mock_fts_client._transport._policy = RetryPolicy(max_retries=0)
    hurried = mock_fts_client.with_timeouts(Timeouts(read_s=0.1))
    started_s = time.monotonic()
    with pytest.raises(FTSTimeoutError):
        hurried.server_info()
    assert time.monotonic() - started_s < 1.8
    mock_fts_client.server_info()


def test_client_with_other_limits_shares_connections_and_end(mock_fts_client: FTSClient) -> None:
    mock_fts_client.whoami()
    other = mock_fts_client.with_timeouts(Timeouts(read_s=5))
    assert other._transport is mock_fts_client._transport
    assert type(other) is FTSClient


def test_bulk_request_that_breaks_later_keeps_what_was_found(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client._clock.sleep = lambda _seconds: None
    job_id = mock_fts_client.submit(JOB)
    ids = [job_id, *(f"{number:08}{MISSING[8:]}" for number in range(249))]
    mock_fts.faults.add(Fault("delay", "GET /jobs", delay_s=0))
    mock_fts.faults.add(Fault("reset", "GET /jobs", count=4))
    result = mock_fts_client.get_jobs(ids)
    assert [job.job_id for job in result] == [job_id]
    assert [failure.job_id for failure in result.failures] == ids[1:]
    away = [failure for failure in result.failures if not failure.http_status]
    assert [failure.job_id for failure in away] == ids[100:]
    assert "Cannot talk to" in away[0].message


def test_bulk_request_that_breaks_at_once_raises(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client._clock.sleep = lambda _seconds: None
    mock_fts.faults.add(Fault("reset", "GET /jobs", count=None))
    with pytest.raises(FTSConnectionError):
        mock_fts_client.get_jobs([MISSING])


def test_get_jobs_of_a_server_that_refuses_all_ids_at_once_asks_for_each(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    job_id = mock_fts_client.submit(JOB)
    mock_fts.faults.add(Fault("status", "GET /jobs/.*,", status=404, message="gone", count=None))
    result = mock_fts_client.get_jobs([MISSING, job_id])
    assert [job.job_id for job in result] == [job_id]
    assert [failure.http_status for failure in result.failures] == ["404 Not Found"]
