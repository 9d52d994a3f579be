"""Exactly once, measured: 1,000 submissions over a network that breaks at every byte and a server that fails in every way."""

from __future__ import annotations

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from test_wrappers.procedures.bad_network import BadNetwork, seeded_fates

from fts_client import (
    AsyncFTSClient,
    FTSClient,
    Job,
    RetryPolicy,
    Timeouts,
    Transfer,
    X509Credential,
)
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from test_wrappers.procedures.bad_network import Fates

    from fts_contract.mock import MockFTS

SUBMISSIONS = 1000
SUBMIT = r"POST /jobs$"
# Enough retries for any series of faults, without pauses.
PATIENT = RetryPolicy(max_retries=50, first_sleep_s=0, max_sleep_s=0)
HURRIED = Timeouts(connect_s=5, read_s=0.5)


@pytest.fixture
def fates() -> Fates:
    return seeded_fates(20)


@pytest.fixture
def network(mock_fts: MockFTS, fates: Fates) -> Iterator[BadNetwork]:
    mock_fts.state.delegate("alice")
    with BadNetwork(mock_fts.port, fates) as network:
        yield network


def _job(number: int) -> Job:
    return Job([Transfer(f"mock://a.example/{number}", f"mock://b.example/{number}?time=900")])


class _BadServer:
    """Arms one fault or none before each submission, the same ones for the same seed."""

    def __init__(self, mock: MockFTS, seed: int) -> None:
        self._mock = mock
        self._source = random.Random(seed)  # noqa: S311 - to be repeatable, not secret

    def next(self) -> None:
        kind = self._source.choice(
            [*["none"] * 20, "reset", "reset-after", "truncated", "malformed", "status"]
        )
        if kind == "status":
            status = self._source.choice([502, 503, 504])
            self._mock.faults.add(Fault("status", SUBMIT, status=status, retry_after="0"))
        elif kind != "none":
            self._mock.faults.add(Fault(kind, SUBMIT))  # type: ignore[arg-type]


def _check(mock: MockFTS, fates: Fates, ids: list[str]) -> None:
    assert len(set(ids)) == SUBMISSIONS
    assert mock.state.job_count == SUBMISSIONS
    assert all(mock.state.find(job_id) is not None for job_id in ids)
    # With fewer broken connections the test would prove nothing.
    assert min(fates.counts[kind] for kind in ("refused", "stall", "delay")) >= 3
    assert min(fates.counts[kind] for kind in ("cut upwards", "cut downwards")) >= 30
    kinds = [fault.kind for _, fault in mock.faults.hits]
    assert min(kinds.count(kind) for kind in ("reset", "reset-after", "truncated", "status")) >= 20


def test_a_thousand_submissions_over_a_bad_network_make_a_thousand_jobs(
    mock_fts: MockFTS, network: BadNetwork, fates: Fates
) -> None:
    credential = X509Credential.from_file(mock_fts.credential("alice"))
    server = _BadServer(mock_fts, 6)
    with FTSClient(
        network.endpoint,
        credential=credential,
        ca_dir=mock_fts.ca_dir,
        retry=PATIENT,
        timeouts=HURRIED,
    ) as fts:

        def submit(number: int) -> str:
            server.next()
            return fts.submit(_job(number))

        with ThreadPoolExecutor(4) as threads:
            ids = list(threads.map(submit, range(SUBMISSIONS)))
    _check(mock_fts, fates, ids)


async def test_a_thousand_asynchronous_submissions_over_a_bad_network_make_a_thousand_jobs(
    mock_fts: MockFTS, network: BadNetwork, fates: Fates
) -> None:
    credential = X509Credential.from_file(mock_fts.credential("alice"))
    server = _BadServer(mock_fts, 7)
    gate = asyncio.Semaphore(8)
    async with AsyncFTSClient(
        network.endpoint,
        credential=credential,
        ca_dir=mock_fts.ca_dir,
        retry=PATIENT,
        timeouts=HURRIED,
    ) as fts:

        async def submit(number: int) -> str:
            async with gate:
                server.next()
                return await fts.submit(_job(number))

        ids = await asyncio.gather(*(submit(number) for number in range(SUBMISSIONS)))
    _check(mock_fts, fates, ids)
