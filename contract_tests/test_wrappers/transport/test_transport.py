"""What is on the wire, and what happens to failures, over real sockets and real TLS."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import shutil
import socket
import ssl
import threading
import time
import traceback
import uuid
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fts_api.api.server import whoami
from fts_client import (
    AsyncFTSClient,
    BadRequestError,
    CredentialExpiredError,
    CredentialPermissionError,
    FTSClient,
    FTSConnectionError,
    FTSError,
    FTSResponseError,
    FTSTimeoutError,
    FTSUsageError,
    RetryPolicy,
    ServiceUnavailableError,
    Timeouts,
    TokenCredential,
    X509Credential,
    easy,
)
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.mock import MockFTS

ONCE = RetryPolicy(max_retries=0)


def _client(mock: MockFTS, **options: Any) -> FTSClient:
    credential = options.pop("credential", None) or X509Credential.from_file(
        mock.credential("alice")
    )
    options.setdefault("ca_dir", mock.ca_dir)
    return FTSClient(options.pop("endpoint", mock.endpoint), credential=credential, **options)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


# --- failures ------------------------------------------------------------------------------------


def test_malformed_json_is_a_response_error_with_the_body(mock_fts: MockFTS) -> None:
    mock_fts.faults.add(Fault("malformed", "GET /whoami"))
    with _client(mock_fts, retry=ONCE) as fts, pytest.raises(FTSResponseError) as caught:
        fts.whoami()
    assert caught.value.status_code == 200
    assert caught.value.url == f"{mock_fts.endpoint}/whoami"
    assert caught.value.body
    assert "FTS REST server" in str(caught.value)


def test_malformed_json_through_a_raw_operation_is_the_same_error(mock_fts: MockFTS) -> None:
    mock_fts.faults.add(Fault("malformed", "GET /whoami"))
    with _client(mock_fts, retry=ONCE) as fts, pytest.raises(FTSResponseError):
        whoami.sync(client=fts.raw)


# A 200 with the body of an error lacks what whoami promises; 202 is not among its statuses.
ODD_ANSWERS = pytest.mark.parametrize(
    ("status", "what"), [(200, "no 'user_dn' in it"), (202, "status 202, which")]
)


@ODD_ANSWERS
def test_answer_of_another_shape_is_a_response_error(
    mock_fts: MockFTS, status: int, what: str
) -> None:
    mock_fts.faults.add(Fault("status", "GET /whoami", status=status, count=None))
    with _client(mock_fts) as fts:
        for ask in (fts.whoami, partial(whoami.sync, client=fts.raw)):
            with pytest.raises(FTSResponseError, match=what) as caught:
                ask()
            assert caught.value.status_code == status
            assert caught.value.url == f"{mock_fts.endpoint}/whoami"
            assert "A fault that was asked for" in caught.value.body


@ODD_ANSWERS
async def test_async_answer_of_another_shape_is_a_response_error(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient, status: int, what: str
) -> None:
    mock_fts.faults.add(Fault("status", "GET /whoami", status=status, count=None))
    fts = mock_fts_async_client
    for ask in (fts.whoami, partial(whoami.asyncio, client=fts.raw)):
        with pytest.raises(FTSResponseError, match=what):
            await ask()


def test_unreachable_endpoint_names_host_and_remedy(mock_fts: MockFTS, free_port: int) -> None:
    endpoint = f"https://localhost:{free_port}"
    with (
        _client(mock_fts, endpoint=endpoint, retry=ONCE) as fts,
        pytest.raises(FTSConnectionError, match=f"localhost:{free_port}.*Check") as caught,
    ):
        fts.whoami()
    assert not caught.value.request_sent
    assert isinstance(caught.value, ConnectionError)


def test_unreachable_endpoint_is_tried_again_as_often_as_the_policy_says(
    mock_fts: MockFTS, free_port: int
) -> None:
    sleeps: list[float] = []
    with _client(mock_fts, endpoint=f"https://localhost:{free_port}") as fts:
        fts._clock.sleep = sleeps.append
        with pytest.raises(FTSConnectionError):
            fts.whoami()
    assert len(sleeps) == RetryPolicy().max_retries


def test_unknown_host_is_not_tried_again(mock_fts: MockFTS) -> None:
    with _client(mock_fts, endpoint="https://no-such-host.invalid:8446") as fts:
        fts._clock.sleep = pytest.fail  # type: ignore[assignment]
        with pytest.raises(FTSConnectionError, match="no-such-host"):
            fts.whoami()


def test_wrong_ca_is_refused_at_once_and_explained(mock_fts: MockFTS, tmp_path: Path) -> None:
    shutil.copy(mock_fts.ca_file, tmp_path / "0badcafe.0")
    with _client(mock_fts, ca_dir=tmp_path) as fts:
        fts._clock.sleep = pytest.fail  # type: ignore[assignment]
        with pytest.raises(
            FTSConnectionError, match=r"CA of localhost:\d+ is not trusted.*ca_dir"
        ):
            fts.whoami()


def test_verify_false_talks_to_a_server_of_an_unknown_ca(
    mock_fts: MockFTS, tmp_path: Path
) -> None:
    shutil.copy(mock_fts.ca_file, tmp_path / "0badcafe.0")
    with _client(mock_fts, ca_dir=tmp_path, verify=False) as fts:
        assert fts.whoami().vos == ["testvo"]


def test_silent_server_ends_in_a_timeout_of_its_phase(mock_fts: MockFTS, silent_port: int) -> None:
    limits = Timeouts(connect_s=0.2, read_s=0.2)
    endpoint = f"https://localhost:{silent_port}"
    with (
        _client(mock_fts, endpoint=endpoint, timeouts=limits, retry=ONCE) as fts,
        pytest.raises(FTSTimeoutError) as caught,
    ):
        fts.whoami()
    assert caught.value.phase == "connect"
    assert isinstance(caught.value, TimeoutError)


def test_slow_answer_ends_in_a_read_timeout(mock_fts: MockFTS) -> None:
    mock_fts.faults.add(Fault("delay", "GET /whoami", delay_s=1.0))
    with (
        _client(mock_fts, timeouts=Timeouts(read_s=0.2), retry=ONCE) as fts,
        pytest.raises(FTSTimeoutError) as caught,
    ):
        fts.whoami()
    assert caught.value.phase == "read"
    assert caught.value.request_sent


def test_question_is_repeated_after_503_as_the_server_asks(mock_fts: MockFTS) -> None:
    mock_fts.faults.add(Fault("status", "GET /whoami", status=503, retry_after="3"))
    sleeps: list[float] = []
    with _client(mock_fts) as fts:
        fts._clock.sleep = sleeps.append
        assert fts.whoami().vos == ["testvo"]
    assert sleeps == [3.0]


def test_server_that_asks_for_an_hour_is_not_waited_for(mock_fts: MockFTS) -> None:
    mock_fts.faults.add(Fault("status", "GET /whoami", status=503, retry_after="3600"))
    with _client(mock_fts) as fts:
        fts._clock.sleep = pytest.fail  # type: ignore[assignment]
        with pytest.raises(ServiceUnavailableError):
            fts.whoami()


def test_cancel_is_not_repeated_after_a_lost_answer(mock_fts: MockFTS) -> None:
    mock_fts.faults.add(Fault("reset-after", "DELETE /jobs"))
    with _client(mock_fts) as fts:
        fts._clock.sleep = pytest.fail  # type: ignore[assignment]
        with pytest.raises(FTSConnectionError):
            fts.cancel_jobs(["a-job"])


@pytest.mark.parametrize(
    "endpoint",
    ["http://localhost:8446", "localhost:8446", "", "https://", "https://h:x", "ftp://h"],
)
def test_endpoint_that_is_not_an_https_url_is_refused(mock_fts: MockFTS, endpoint: str) -> None:
    with pytest.raises(FTSUsageError, match="not a valid endpoint"):
        _client(mock_fts, endpoint=endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://me:s3cret@localhost:8446",
        "https://s3cret@localhost:8446",
        "https://me:s3cret/x@localhost:8446",
        "https://me:s3cret@[localhost",
        "https://localhost:8446?access_token=s3cret",
        "https://localhost:8446/#access_token=s3cret",
        "https://localhost:8446#",
        "https://localhost:8446?",
    ],
)
def test_endpoint_with_more_than_an_address_is_refused_without_repeating_it(
    mock_fts: MockFTS, endpoint: str
) -> None:
    with pytest.raises(FTSUsageError, match="not a valid endpoint") as caught:
        _client(mock_fts, endpoint=endpoint)
    assert "s3cret" not in str(caught.value)


# --- connections ---------------------------------------------------------------------------------


def test_many_requests_share_one_connection(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _count_connections(monkeypatch)
    with _client(mock_fts) as fts:
        for _ in range(5):
            fts.whoami()
    assert len(made) == 1


def _count_connections(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    made: list[object] = []
    original = socket.create_connection

    def create_connection(address: Any, *args: Any, **options: Any) -> socket.socket:
        made.append(address)
        return original(address, *args, **options)

    monkeypatch.setattr(socket, "create_connection", create_connection)
    return made


def test_error_answers_do_not_use_up_the_pool(mock_fts: MockFTS) -> None:
    with _client(mock_fts, timeouts=Timeouts(pool_s=1.0)) as fts:
        for _ in range(40):
            with pytest.raises(FTSError):
                fts.get_job("missing")


def test_one_client_serves_many_threads(mock_fts: MockFTS) -> None:
    seen: list[str] = []
    with _client(mock_fts) as fts:
        threads = [
            threading.Thread(target=lambda: seen.append(fts.whoami().vos[0])) for _ in range(24)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert seen == ["testvo"] * 24


def test_renewed_credential_file_is_picked_up(mock_fts: MockFTS, tmp_path: Path) -> None:
    path = tmp_path / "proxy.pem"
    shutil.copy(mock_fts.credential("alice"), path)
    with _client(mock_fts, credential=X509Credential.from_file(path)) as fts:
        assert fts.whoami().user_dn.endswith("CN=alice")
        fts.delegate()
        _replace(path, mock_fts.credential("bob"))
        assert fts.whoami().user_dn.endswith("CN=bob")
        assert fts.delegate().renewed


async def test_renewed_credential_file_is_picked_up_by_the_asynchronous_client(
    mock_fts: MockFTS, tmp_path: Path
) -> None:
    path = tmp_path / "proxy.pem"
    shutil.copy(mock_fts.credential("alice"), path)
    credential = X509Credential.from_file(path)
    async with AsyncFTSClient(
        mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir
    ) as fts:
        users = await asyncio.gather(*(fts.whoami() for _ in range(5)))
        assert {user.user_dn[-5:] for user in users} == {"alice"}
        _replace(path, mock_fts.credential("bob"))
        users = await asyncio.gather(*(fts.whoami() for _ in range(5)))
        assert {user.user_dn[-3:] for user in users} == {"bob"}


def test_proxy_file_that_stays_broken_is_reported_once_and_not_at_every_request(
    mock_fts: MockFTS, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "proxy.pem"
    shutil.copy(mock_fts.credential("alice"), path)
    with _client(mock_fts, credential=X509Credential.from_file(path)) as fts:
        for _ in range(2):
            path.write_text("nothing of use")
            for _ in range(3):
                assert fts.whoami().user_dn.endswith("CN=alice")
            _replace(path, mock_fts.credential("alice"))
            fts.whoami()
    assert sum("cannot be read yet" in line for line in caplog.messages) == 2


def _replace(path: Path, source: Path) -> None:
    """Replace a file in one step, as grid tools do."""
    fresh = path.with_suffix(".new")
    shutil.copy(source, fresh)
    os.utime(fresh, ns=(time.time_ns(), time.time_ns() + 1_000_000))
    fresh.replace(path)


def test_credential_that_ends_meanwhile_is_noticed_before_anything_is_sent(
    mock_fts: MockFTS,
) -> None:
    credential = X509Credential.from_file(mock_fts.credential("alice"))
    with _client(mock_fts, credential=credential) as fts:
        fts.whoami()
        fts._clock.now = lambda: credential.expires_at
        mock_fts.faults.add(Fault("delay", delay_s=0.0, count=None))
        with pytest.raises(CredentialExpiredError):
            fts.whoami()
    assert mock_fts.faults.hits == []


def test_closed_client_says_so(mock_fts: MockFTS) -> None:
    with _client(mock_fts) as fts:
        fts.whoami()
    with pytest.raises(FTSUsageError, match="closed"):
        fts.whoami()


def test_client_that_is_never_closed_leaves_no_warning(mock_fts: MockFTS) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        _client(mock_fts).whoami()
        easy.whoami(
            easy.Context(mock_fts.endpoint, mock_fts.credential("alice"), capath=mock_fts.ca_dir)
        )
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


def test_asynchronous_client_serves_one_event_loop_after_the_other(mock_fts: MockFTS) -> None:
    credential = X509Credential.from_file(mock_fts.credential("alice"))
    fts = AsyncFTSClient(mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir)

    async def ask() -> str:
        try:
            return (await fts.whoami()).vos[0]
        finally:
            (pool,) = fts._transport._pools._async.values()
            await pool.aclose()

    assert [asyncio.run(ask()), asyncio.run(ask())] == ["testvo", "testvo"]


def _ask_in_child(fts: FTSClient, results: Any) -> None:
    results.put(fts.whoami().vos[0])


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_client_works_in_a_forked_child_and_stays_intact_in_the_parent(mock_fts: MockFTS) -> None:
    context = multiprocessing.get_context("fork")
    # Without repeats: a connection used by both would break, and a repeat would hide it.
    with _client(mock_fts, retry=ONCE) as fts:
        assert fts.whoami().vos == ["testvo"]
        parent_pools = list(fts._transport._pools._blocking.values())
        results = context.Queue()
        child = context.Process(target=_ask_in_child, args=(fts, results))
        child.start()
        assert results.get(timeout=20) == "testvo"
        child.join(20)
        assert child.exitcode == 0
        assert fts.whoami().vos == ["testvo"]
        assert list(fts._transport._pools._blocking.values()) == parent_pools


# --- layers ------------------------------------------------------------------------------------


def test_between_a_call_and_its_socket_are_at_most_six_functions_of_ours(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    stacks: list[list[str]] = []

    def send(channel: ssl.SSLSocket, data: memoryview, flags: int = 0) -> int:
        stacks.append(
            [
                f"{Path(frame.filename).name}: {frame.name}"
                for frame in traceback.extract_stack()
                if "/wrappers/fts_client/" in frame.filename
            ]
        )
        return written(channel, data, flags)

    with _client(mock_fts) as fts:
        written = ssl.SSLSocket.send
        monkeypatch.setattr(ssl.SSLSocket, "send", send)
        fts.get_jobs([str(uuid.uuid4())])
    between = stacks[-1][1:]
    assert 0 < len(between) <= 6, between


# --- who gets what -----------------------------------------------------------------------------


def test_requests_to_another_host_are_refused(mock_fts: MockFTS, free_port: int) -> None:
    with (
        _client(mock_fts) as fts,
        pytest.raises(FTSUsageError, match="for no other host"),
    ):
        fts.raw.get_httpx_client().get(f"https://localhost:{free_port}/whoami")


def test_token_is_sent_and_never_shown(mock_fts: MockFTS) -> None:
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJTRUNSRVQifQ.c2lnbmF0dXJl"  # noqa: S105 - made up
    with (
        _client(mock_fts, credential=TokenCredential(token)) as fts,
        pytest.raises(BadRequestError, match="OAuth2") as caught,
    ):
        fts.whoami()
    assert token not in repr(caught.value) + str(caught.value) + repr(fts) + repr(fts.raw)
    assert "token" in str(caught.value)


def test_credential_file_that_others_can_read_is_refused(
    mock_fts: MockFTS, tmp_path: Path
) -> None:
    path = tmp_path / "proxy.pem"
    shutil.copy(mock_fts.credential("alice"), path)
    path.chmod(0o644)
    with pytest.raises(CredentialPermissionError, match=r"proxy\.pem"):
        easy.Context(mock_fts.endpoint, ucert=str(path), capath=mock_fts.ca_dir)
