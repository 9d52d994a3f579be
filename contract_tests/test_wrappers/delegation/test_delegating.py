"""Delegation as clients do it: when, how often, under which id, and what is verified."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias, cast

import pytest

from fts_client import (
    AsyncFTSClient,
    DelegationError,
    FTSClient,
    FTSUsageError,
    Job,
    NeedDelegationError,
    Transfer,
)
from fts_client.clock import Clock
from fts_client.credentials import X509Credential
from fts_client.delegation.lock import turn_of
from fts_client.procedures.driver import Call, EndWithin, Flow, Recall, Sleep, TakeTurn, run
from fts_client.procedures.submission import submit
from fts_client.proxy import create_proxy
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from fts_client.procedures.driver import Pinnable
    from fts_contract.mock import MockFTS

Step: TypeAlias = Call | EndWithin | Recall | Sleep | TakeTurn
HOUR = timedelta(hours=1)
JOB = Job([Transfer("mock://a.example/f", "mock://b.example/f")])
CREDENTIAL = "PUT /delegation/"


def record(mock: MockFTS, *faults: Fault) -> None:
    """Arm faults, then a harmless one that records every other request."""
    for fault in (*faults, Fault("delay", delay_s=0.0, count=None)):
        mock.faults.add(fault)


def sent(mock: MockFTS, what: str = "") -> list[str]:
    return [request for request, _ in mock.faults.hits if request.startswith(what)]


def test_ensure_delegation_delegates_only_when_too_little_is_left(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    record(mock_fts)
    first = mock_fts_client.ensure_delegation(lifetime=3 * HOUR)
    assert first.renewed
    assert len(sent(mock_fts, CREDENTIAL)) == 1
    before = len(sent(mock_fts))
    again = mock_fts_client.ensure_delegation(min_left=2 * HOUR)
    assert len(sent(mock_fts)) == before, "the last answer settles it"
    assert again.expires_at == first.expires_at
    assert mock_fts_client.ensure_delegation(min_left=4 * HOUR).renewed
    assert len(sent(mock_fts, CREDENTIAL)) == 2


def test_ensure_delegation_takes_what_another_program_delegated(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts.state.delegate("alice")
    record(mock_fts)
    info = mock_fts_client.ensure_delegation()
    assert not info.renewed
    assert sent(mock_fts, CREDENTIAL) == []


@pytest.mark.parametrize("agent", ["fts_client/1", "fts-somebody/3.13.0"], ids=["null", "list"])
def test_ensure_delegation_understands_both_forms_of_nothing(
    mock_fts: MockFTS, agent: str
) -> None:
    with FTSClient(
        mock_fts.endpoint,
        credential=mock_fts.credential("alice"),
        ca_dir=mock_fts.ca_dir,
        user_agent=agent,
    ) as fts:
        assert fts.delegation_info().expires_at is None
        assert fts.ensure_delegation().renewed


def test_time_left_of_a_delegation_is_told(mock_fts_client: FTSClient) -> None:
    assert mock_fts_client.delegation_info().time_left() is None
    info = mock_fts_client.ensure_delegation(lifetime=3 * HOUR)
    left = info.time_left()
    assert left is not None
    assert timedelta(0) <= 3 * HOUR - left < timedelta(minutes=1)
    assert info.expires_at is not None
    assert info.time_left(now=info.expires_at + HOUR) == -HOUR


def test_delegation_never_outlives_the_proxy(mock_fts: MockFTS) -> None:
    pem = create_proxy(mock_fts.credential("alice").read_bytes(), lifetime=2 * HOUR)
    credential = X509Credential.from_pem(pem)
    with FTSClient(mock_fts.endpoint, credential=credential, ca_dir=mock_fts.ca_dir) as fts:
        assert fts.delegate(lifetime=99 * HOUR).expires_at == credential.expires_at


def test_threads_that_come_together_delegate_once(mock_fts: MockFTS) -> None:
    """One client for all, and one for each: what counts is the user at the server."""
    record(mock_fts)
    with ExitStack() as stack:
        clients = [
            stack.enter_context(
                FTSClient(
                    mock_fts.endpoint,
                    credential=mock_fts.credential("alice"),
                    ca_dir=mock_fts.ca_dir,
                )
            )
            for _ in range(3)
        ]
        barrier = threading.Barrier(9)

        def together(number: int) -> bool:
            barrier.wait(10)
            return clients[number % 3].ensure_delegation().renewed

        with ThreadPoolExecutor(9) as pool:
            renewed = list(pool.map(together, range(9)))
    assert len(sent(mock_fts, CREDENTIAL)) == 1
    assert renewed.count(True) == 1


async def test_tasks_that_come_together_delegate_once(
    mock_fts: MockFTS, mock_fts_async_client: AsyncFTSClient
) -> None:
    record(mock_fts)
    infos = await asyncio.gather(*(mock_fts_async_client.ensure_delegation() for _ in range(9)))
    assert len(sent(mock_fts, CREDENTIAL)) == 1
    assert [info.renewed for info in infos].count(True) == 1


def until_refused(fts: FTSClient, flow: Flow[str]) -> Step:
    """Carry out a submission until the server asks for a delegation; returns its next step."""
    pinned = fts._raw.pin()
    assert next(flow) == Recall()
    step = flow.send(pinned.memory)
    while True:
        assert isinstance(step, Call)
        try:
            answer = step.load().sync_detailed(client=pinned, **step.arguments)
        except NeedDelegationError as error:
            return flow.throw(error)
        step = flow.send(answer)


def after(step: Step, flow: Flow[str]) -> Flow[str]:
    """The rest of a flow, from a step on."""
    answer = yield step
    while True:
        try:
            step = flow.send(answer)
        except StopIteration as stop:
            return cast("str", stop.value)
        answer = yield step


def test_submissions_that_are_refused_with_419_together_delegate_once(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client.delegate()
    record(mock_fts, Fault("need-delegation", r"POST /jobs$", count=2))
    flows = [submit(JOB) for _ in range(2)]
    steps = [until_refused(mock_fts_client, flow) for flow in flows]
    assert sent(mock_fts, CREDENTIAL) == []
    clock = mock_fts_client._clock
    for step, flow in zip(steps, flows, strict=True):
        run(after(step, flow), mock_fts_client._raw, clock)
    assert mock_fts.state.job_count == 2
    assert len(sent(mock_fts, CREDENTIAL)) == 1


def test_other_attributes_are_another_delegation(mock_fts: MockFTS) -> None:
    record(mock_fts)
    ids = set()
    for name in ("alice", "alice-novoms"):
        with FTSClient(
            mock_fts.endpoint, credential=mock_fts.credential(name), ca_dir=mock_fts.ca_dir
        ) as fts:
            ids.add(fts.ensure_delegation().delegation_id)
    assert len(ids) == 2
    assert len(sent(mock_fts, CREDENTIAL)) == 2


def test_turn_is_free_again_after_a_failure(mock_fts: MockFTS, mock_fts_client: FTSClient) -> None:
    mock_fts.faults.add(Fault("status", CREDENTIAL, status=500))
    with pytest.raises(DelegationError, match="'send'"):
        mock_fts_client.delegate()
    me = mock_fts_client.whoami()
    assert not turn_of(mock_fts_client.endpoint, me.delegation_id or "").lock.locked()
    assert mock_fts_client.delegate().renewed


def test_delegation_that_the_server_does_not_hold_afterwards_is_an_error(
    mock_fts: MockFTS, mock_fts_client: FTSClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A server that says 201 and stores nothing.
    monkeypatch.setattr(mock_fts.state.delegations, "store", lambda *_args, **_named: None)
    with pytest.raises(DelegationError, match=r"'verify'.*holds no valid one") as caught:
        mock_fts_client.delegate()
    assert caught.value.step == "verify"
    assert "clocks" in (caught.value.remedy or "")


def test_delegation_that_has_ended_already_is_an_error(
    mock_fts: MockFTS, mock_fts_client: FTSClient
) -> None:
    mock_fts_client._clock.now = lambda: datetime.now(UTC)
    mock_fts.state.delegations.store(mock_fts.caller("alice"), proxy="", ends_at=0, attributes="")
    assert mock_fts_client.ensure_delegation().renewed, "what has ended is renewed"


def test_lifetime_that_is_not_positive_is_a_usage_error(mock_fts_client: FTSClient) -> None:
    for call in (mock_fts_client.delegate, mock_fts_client.ensure_delegation):
        with pytest.raises(FTSUsageError, match="more than 0"):
            call(lifetime=timedelta(0))


def test_path_of_a_proxy_is_a_credential(mock_fts: MockFTS) -> None:
    for path in (mock_fts.credential("alice"), str(mock_fts.credential("alice"))):
        with FTSClient(mock_fts.endpoint, credential=path, ca_file=mock_fts.ca_file) as fts:
            assert fts.whoami().user_dn.endswith("/CN=alice")


async def test_path_of_a_proxy_is_a_credential_of_the_async_client(mock_fts: MockFTS) -> None:
    async with AsyncFTSClient(
        mock_fts.endpoint, credential=mock_fts.credential("alice"), ca_file=mock_fts.ca_file
    ) as fts:
        assert (await fts.whoami()).user_dn.endswith("/CN=alice")


def test_turn_of_an_interrupted_flow_is_given_back_at_once() -> None:
    turn = turn_of("interrupted", "https://h.example")

    def flow() -> Flow[None]:
        yield TakeTurn(turn)
        try:
            yield Sleep(1)
        finally:
            turn.lock.release()

    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as kept:
        run(flow(), cast("Pinnable", None), Clock(sleep=interrupted))
    # The exception, and with it the frame of the flow, is still alive here.
    assert kept.value is not None
    assert not turn.lock.locked()
