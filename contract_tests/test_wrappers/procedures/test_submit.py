"""Exactly once: what happens to a submission when things go wrong."""

from __future__ import annotations

import asyncio
import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from test_wrappers.transport.scripted_server import Asked, Channel, answer, scripted, usual

from fts_client import (
    ConflictError,
    DelegationError,
    FTSAPIError,
    FTSClient,
    FTSConnectionError,
    FTSResponseError,
    FTSUsageError,
    Job,
    JobParams,
    NeedDelegationError,
    PermissionDeniedError,
    ServiceUnavailableError,
    Transfer,
)
from fts_contract.mock import Fault
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from fts_client import AsyncFTSClient
    from fts_contract.mock import MockFTS

SUBMIT = r"POST /jobs$"


@pytest.fixture(autouse=True)
def _no_pauses(mock_fts_client: FTSClient, mock_fts_async_client: AsyncFTSClient) -> None:
    async def nothing(_seconds: float) -> None:
        pass

    mock_fts_client._clock.sleep = lambda _seconds: None
    mock_fts_async_client._clock.async_sleep = nothing


def _job(params: JobParams | None = None) -> Job:
    return Job(
        [Transfer("mock://a.example/f", "mock://b.example/f")], params=params or JobParams()
    )


def _recorded(mock: MockFTS, *faults: Fault) -> None:
    """Arm faults, then a harmless one that records all other requests."""
    for fault in (*faults, Fault("delay", delay_s=0.0, count=None)):
        mock.faults.add(fault)


def _requests(mock: MockFTS) -> list[str]:
    return [request for request, _ in mock.faults.hits]


def test_submit_without_a_delegation_delegates_first(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    job_id = mock_fts_client.submit(_job())
    assert mock_fts.state.find(job_id) is not None
    assert mock_fts_client.delegation_info().expires_at is not None


def test_submit_returns_the_id_of_the_server_when_the_id_of_the_vo_is_none(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.submit(_job())
    me = mock_fts_client._transport.source.snapshot().memory.me
    assert me is not None
    me.vos_id = ["not a UUID"]
    other = Job([Transfer("mock://a.example/g", "mock://b.example/g")])
    assert mock_fts.state.find(mock_fts_client.submit(other)) is not None


def test_submit_knows_the_job_id_in_advance(mock_fts: MockFTS, mock_fts_client: FTSClient) -> None:
    me = mock_fts_client.whoami()
    job_id = mock_fts_client.submit(_job(JobParams(sid="my-text")))
    expected = uuid.uuid5(uuid.uuid5(uuid.UUID(me.base_id), me.vos[0]), "my-text")
    assert job_id == str(expected)
    assert mock_fts.state.job_count == 1


def test_submit_a_second_time_asks_for_nothing_but_the_submission(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.submit(_job())
    _recorded(mock_fts)
    mock_fts_client.submit(_job())
    assert _requests(mock_fts) == ["POST /jobs"]


def test_submit_on_419_delegates_once_and_repeats(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    _recorded(mock_fts, Fault("need-delegation", SUBMIT))
    mock_fts_client.submit(_job())
    sent = _requests(mock_fts)
    assert sent.count("POST /jobs") == 2
    assert len([request for request in sent if request.endswith("/credential")]) == 1
    assert mock_fts.state.job_count == 1


async def test_async_submit_on_419_delegates_once_and_repeats(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient
) -> None:
    await mock_fts_async_client.delegate()
    _recorded(mock_fts, Fault("need-delegation", SUBMIT))
    await mock_fts_async_client.submit(_job())
    assert _requests(mock_fts).count("POST /jobs") == 2
    assert mock_fts.state.job_count == 1


def test_submit_that_had_arrived_and_gets_419_on_the_repeat_knows_its_job(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    _recorded(mock_fts, Fault("reset-after", SUBMIT), Fault("need-delegation", SUBMIT))
    job_id = mock_fts_client.submit(_job())
    assert mock_fts.state.find(job_id) is not None
    assert mock_fts.state.job_count == 1
    assert _requests(mock_fts).count("POST /jobs") == 3


def test_submit_that_had_arrived_and_cannot_delegate_on_the_repeat_names_the_job(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("reset-after", SUBMIT))
    mock_fts.faults.add(Fault("need-delegation", SUBMIT))
    mock_fts.faults.add(Fault("status", r"PUT /delegation/", status=500))
    with pytest.raises(NeedDelegationError) as caught:
        mock_fts_client.submit(_job())
    assert mock_fts.state.find(caught.value.job_id or "") is not None
    assert isinstance(caught.value.__cause__, DelegationError)


@pytest.mark.parametrize("status", [400, 401, 403, 500])
def test_submit_that_had_arrived_and_is_refused_on_the_repeat_names_the_job(
    mock_fts: MockFTS, mock_fts_client: FTSClient, status: int
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("reset-after", SUBMIT))
    mock_fts.faults.add(Fault("status", SUBMIT, status=status))
    with pytest.raises(FTSAPIError) as caught:
        mock_fts_client.submit(_job())
    assert caught.value.after_doubt
    assert mock_fts.state.find(caught.value.job_id or "") is not None


def test_submit_that_cannot_delegate_after_a_419_says_which_step_failed(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("need-delegation", SUBMIT))
    mock_fts.faults.add(Fault("status", r"PUT /delegation/", status=500))
    with pytest.raises(DelegationError) as caught:
        mock_fts_client.submit(_job())
    assert caught.value.step == "send"
    assert mock_fts.state.job_count == 0


def test_submit_that_is_refused_at_once_names_no_job(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("status", SUBMIT, status=403))
    with pytest.raises(PermissionDeniedError) as caught:
        mock_fts_client.submit(_job())
    assert caught.value.job_id is None
    assert not caught.value.after_doubt


def test_submit_on_419_forever_gives_up_after_one_delegation(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    _recorded(mock_fts, Fault("need-delegation", SUBMIT, count=None))
    with pytest.raises(NeedDelegationError):
        mock_fts_client.submit(_job())
    assert _requests(mock_fts).count("POST /jobs") == 2


@pytest.mark.parametrize(
    "fault",
    [
        Fault("reset", SUBMIT),
        Fault("reset-after", SUBMIT),
        Fault("truncated", SUBMIT),
        Fault("malformed", SUBMIT),
        Fault("status", SUBMIT, status=503),
        Fault("status", SUBMIT, status=502, count=2),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_submit_with_a_broken_exchange_makes_exactly_one_job(
    mock_fts: MockFTS, mock_fts_client: FTSClient, fault: Fault
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(fault)
    job_id = mock_fts_client.submit(_job())
    assert mock_fts.state.find(job_id) is not None
    assert mock_fts.state.job_count == 1


@pytest.mark.parametrize("kind", ["reset", "reset-after", "truncated", "malformed"])
async def test_async_submit_with_a_broken_exchange_makes_exactly_one_job(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient, kind: str
) -> None:
    await mock_fts_async_client.delegate()
    mock_fts.faults.add(Fault(kind, SUBMIT))  # type: ignore[arg-type]
    job_id = await mock_fts_async_client.submit(_job())
    assert mock_fts.state.find(job_id) is not None
    assert mock_fts.state.job_count == 1


def test_submit_with_a_standard_id_is_not_repeated(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    _recorded(mock_fts, Fault("reset-after", SUBMIT))
    with pytest.raises(FTSConnectionError) as caught:
        mock_fts_client.submit(_job(JobParams(id_generator="standard")))
    assert caught.value.request_sent
    assert _requests(mock_fts).count("POST /jobs") == 1


def test_submit_that_gives_up_names_the_job_that_may_exist(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("reset-after", SUBMIT, count=None))
    with pytest.raises(FTSConnectionError) as caught:
        mock_fts_client.submit(_job())
    assert caught.value.job_id is not None
    mock_fts.faults.clear()
    assert mock_fts_client.get_job(caught.value.job_id).job_state == "SUBMITTED"


def test_submit_that_is_refused_after_all_repeats_names_the_job(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("status", SUBMIT, status=503, count=None))
    with pytest.raises(ServiceUnavailableError) as caught:
        mock_fts_client.submit(_job(JobParams(sid="x")))
    me = mock_fts_client.whoami()
    assert caught.value.job_id == str(uuid.uuid5(uuid.UUID(me.vos_id[0]), "x"))


def test_submit_that_is_answered_with_a_number_that_http_does_not_know_names_the_job() -> None:
    def odd(_: Channel, asked: Asked) -> bytes:
        return answer({}, "999 Odd") if asked.path == "/jobs" else usual(asked)

    pki = shared_pki()
    with (
        scripted(odd) as server,
        FTSClient(server.endpoint, credential=pki.credential("alice"), ca_dir=pki.ca_dir) as fts,
        pytest.raises(FTSAPIError, match=r"Job [0-9a-f-]{36} may exist") as caught,
    ):
        fts.submit(_job())
    assert str(caught.value.job_id) in str(caught.value)


def test_submit_in_doubt_finds_its_job_after_a_delegation_that_took_long(
    mock_fts: MockFTS, mock_fts_client: FTSClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fts_client.procedures.submission._CLOCKS_DIFFER", timedelta(seconds=1))
    mock_fts_client.delegate()
    for fault in (
        Fault("reset-after", SUBMIT),
        Fault("need-delegation", SUBMIT),
        Fault("delay", "PUT /delegation", delay_s=2.5),
    ):
        mock_fts.faults.add(fault)
    job_id = mock_fts_client.submit(_job(JobParams(sid="chosen")))
    assert mock_fts.state.find(job_id) is not None


def test_submit_with_a_sid_that_was_used_raises_conflict_with_the_job_id(
    mock_fts_client: FTSClient,
) -> None:
    job_id = mock_fts_client.submit(_job(JobParams(sid="once")))
    with pytest.raises(ConflictError) as caught:
        mock_fts_client.submit(_job(JobParams(sid="once")))
    assert caught.value.job_id == job_id


@pytest.mark.parametrize(
    "other",
    [
        Job([Transfer("mock://a.example/other", "mock://b.example/f")]),
        Job([Transfer("mock://a.example/f", "mock://b.example/other")]),
        Job([Transfer("mock://a.example/f", "mock://b.example/f")] * 2),
        Job(
            [Transfer("mock://a.example/f", "mock://b.example/f")],
            params=JobParams(job_metadata={"run": 1}),
        ),
    ],
    ids=["source", "destination", "twice", "metadata"],
)
def test_submit_in_doubt_with_the_sid_of_another_job_raises_conflict_with_the_job_id(
    mock_fts: MockFTS, mock_fts_client: FTSClient, other: Job
) -> None:
    older = mock_fts_client.submit(
        attrs.evolve(other, params=attrs.evolve(other.params, sid="chosen"))
    )
    mock_fts.faults.add(Fault("reset", SUBMIT))
    with pytest.raises(ConflictError) as caught:
        mock_fts_client.submit(_job(JobParams(sid="chosen")))
    assert caught.value.job_id == older
    assert caught.value.after_doubt
    assert mock_fts.state.job_count == 1


@pytest.mark.parametrize(
    "job",
    [
        _job(),
        _job(JobParams(job_metadata="text")),
        _job(JobParams(job_metadata={"run": 1})),
        Job([Transfer(["MOCK://a.example/1 ", "mock://c.example/2"], "mock://b.example/f")]),
        Job(
            [Transfer("root://a.example/f", "root://b.example/f", activity="T0 export")],
            params=JobParams(bring_online=60),
        ),
        Job([Transfer("mock://a.example/f", f"mock://b.example/{number}") for number in "321"]),
        _job(JobParams(job_metadata={"runs": (1, 2), 3: "key"})),  # type: ignore[dict-item]
    ],
    ids=["plain", "text", "object", "replicas", "staging", "several", "python"],
)
def test_submit_in_doubt_with_a_chosen_sid_finds_its_own_job(
    mock_fts: MockFTS, mock_fts_client: FTSClient, job: Job
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("reset-after", SUBMIT))
    job_id = mock_fts_client.submit(
        attrs.evolve(job, params=attrs.evolve(job.params, sid="chosen"))
    )
    assert mock_fts.state.find(job_id) is not None
    assert mock_fts.state.job_count == 1


def test_submit_in_doubt_with_a_chosen_sid_that_cannot_look_raises_conflict_with_the_job_id(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("reset-after", SUBMIT))
    mock_fts.faults.add(Fault("status", r"GET /jobs/", status=500))
    with pytest.raises(ConflictError) as caught:
        mock_fts_client.submit(_job(JobParams(sid="chosen")))
    assert mock_fts.state.find(caught.value.job_id or "") is not None


# The words of a real server, cut; "sid" stands in a host name of its SURLs.
OTHER_CONFLICT = (
    "The submission is duplicated (IntegrityError) [parameters: ('mock://inside.example/f',)]"
)


def test_submit_conflict_of_another_kind_on_a_repeat_is_an_error(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("reset", SUBMIT))
    mock_fts.faults.add(Fault("status", SUBMIT, status=409, message=OTHER_CONFLICT))
    with pytest.raises(ConflictError):
        mock_fts_client.submit(_job())
    assert mock_fts.state.job_count == 0


def test_submit_to_a_banned_storage_is_refused(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts.state.ban_storage("mock://a.example")
    with pytest.raises(PermissionDeniedError, match="banned"):
        mock_fts_client.submit(_job())


def test_submit_never_ends_in_a_bare_parse_error(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("malformed", SUBMIT, count=None))
    with pytest.raises(FTSResponseError) as caught:
        mock_fts_client.submit(_job())
    assert caught.value.job_id is not None


def test_job_without_transfers_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(FTSUsageError):
        Job([])


# --- what the caller is told ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reset-after", "truncated", "malformed"])
def test_error_of_a_lost_answer_says_the_job_and_the_sid(
    mock_fts: MockFTS, mock_fts_client: FTSClient, kind: Any
) -> None:
    mock_fts.faults.add(Fault(kind, SUBMIT, count=None))
    with pytest.raises((FTSConnectionError, FTSResponseError)) as caught:
        mock_fts_client.submit(_job())
    (job,) = mock_fts.state.jobs_of(None, only_open=False)
    assert isinstance(caught.value, FTSConnectionError | FTSResponseError)
    assert caught.value.job_id == job.job_id
    assert f"Job {job.job_id} may exist" in str(caught.value)
    (sid,) = re.findall(r"sid='([^']+)'", str(caught.value))
    mock_fts.faults.clear()
    with pytest.raises(ConflictError, match=f"Job {job.job_id} has this sid"):
        mock_fts_client.submit(_job(JobParams(sid=sid)))
    assert mock_fts.state.job_count == 1


def test_error_of_a_server_that_was_never_reached_names_no_job(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    mock_fts.faults.add(Fault("status", SUBMIT, status=400, count=None))
    with pytest.raises(FTSAPIError) as caught:
        mock_fts_client.submit(_job())
    assert "may exist" not in str(caught.value)


def test_old_job_of_the_same_sid_is_not_taken_for_the_new_one(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    old = mock_fts_client.submit(_job(JobParams(sid="mine")))
    mock_fts.clock.advance(3_600)
    mock_fts.faults.add(Fault("reset", SUBMIT))
    with pytest.raises(ConflictError) as caught:
        mock_fts_client.submit(_job(JobParams(sid="mine")))
    assert caught.value.after_doubt
    assert caught.value.job_id == old
    assert mock_fts.state.job_count == 1


@pytest.mark.parametrize(
    "metadata", [{"runs": (1, 2)}, {1: "a"}, {1.5: "a"}, {True: "a"}, {"a": {2: (None,)}}], ids=str
)
def test_lost_answer_with_own_sid_and_metadata_that_json_changes_is_found(
    mock_fts: MockFTS, mock_fts_client: FTSClient, metadata: Any
) -> None:
    mock_fts.faults.add(Fault("reset-after", SUBMIT))
    params = JobParams(sid="mine", job_metadata=metadata)
    assert mock_fts.state.find(mock_fts_client.submit(_job(params))) is not None
    assert mock_fts.state.job_count == 1


async def test_cancelled_submission_tells_which_job_may_exist(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient, caplog: pytest.LogCaptureFixture
) -> None:
    await mock_fts_async_client.delegate()
    mock_fts.faults.add(Fault("delay", SUBMIT, delay_s=0.5))
    task = asyncio.create_task(mock_fts_async_client.submit(_job()))
    while not mock_fts.faults.hits:  # noqa: ASYNC110 - set by another thread
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    while not mock_fts.state.job_count:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.01)
    (job,) = mock_fts.state.jobs_of(None, only_open=False)
    assert any(job.job_id in note for note in getattr(caught.value, "__notes__", ()))
    assert job.job_id in caplog.text
