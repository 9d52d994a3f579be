"""Which existing jobs a run uses: a few, in every state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.generating.preparation import explore, prepare
from fts_contract.harness.generating.tailoring import tailor
from fts_contract.harness.options import RunOptions
from fts_contract.harness.sending.credential import find_credential
from fts_contract.harness.sending.safety import UNKNOWN_JOB_ID, FullLock, safe_lock
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.harness.server import meet_server
from fts_contract.mock import MockFTS
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fts_contract.harness.generating.known_data import KnownData
    from fts_contract.harness.sending.exchange import Exchange

STATES = ("FINISHED", "FINISHEDDIRTY", "FAILED", "CANCELED")


@pytest.fixture(scope="module")
def explored() -> Iterator[tuple[KnownData, list[Exchange], dict[str, str]]]:
    """A server with many jobs that wait, and behind them one of each state that ends."""
    with MockFTS(time_scale=0) as mock:
        jobs = [
            mock.state.add_job(job_state=state, files=({"file_state": "FINISHED"},))
            for state in STATES
        ]
        jobs += [mock.state.add_job() for _ in range(12)]
        options = RunOptions(url=mock.endpoint, cert=mock.credential("alice"), ca_dir=mock.ca_dir)
        with GuardedSession(
            mock.endpoint, credential=find_credential(options.cert), verify=str(mock.ca_dir),
            timeout_s=10, lock=safe_lock,
        ) as session:  # fmt: skip
            seen: list[Exchange] = []
            known = explore(session, meet_server(session)[0].identity, seen.append)
        yield known, seen, {job.job_id: job.job_state for job in jobs}


def test_explored_jobs_are_few_and_of_every_state(
    explored: tuple[KnownData, list[Exchange], dict[str, str]],
) -> None:
    known, _, states = explored
    assert {states[job_id] for job_id in known.job_ids} == {"SUBMITTED", *STATES}
    assert len(set(known.job_ids)) == len(known.job_ids) == 8


def test_files_of_every_explored_job_are_seen(
    explored: tuple[KnownData, list[Exchange], dict[str, str]],
) -> None:
    known, seen, _ = explored
    asked = {exchange.target for exchange in seen}
    assert {f"/jobs/{job_id}/files" for job_id in known.job_ids} <= asked


def test_explored_jobs_are_offered_beside_one_that_does_not_exist(
    explored: tuple[KnownData, list[Exchange], dict[str, str]],
) -> None:
    known, _, _ = explored
    document = tailor(load_spec(), Contract.from_spec().operations, known)
    parameter = next(
        parameter
        for parameter in document["paths"]["/jobs/{job_id}/files"]["get"]["parameters"]
        if parameter["name"] == "job_id"
    )
    assert parameter["schema"]["enum"] == [*known.job_ids, UNKNOWN_JOB_ID]


def test_jobs_of_a_token_are_used_once_the_server_has_exchanged_the_token(tmp_path: Path) -> None:
    token_file = tmp_path / "token"
    with MockFTS(oauth2=True) as mock:
        token_file.write_text(mock.token())
        token_file.chmod(0o600)
        credential = find_credential(None, token_file)
        own_jobs: list[str] = []

        def take(exchange: Exchange) -> None:
            if exchange.method == "POST":
                own_jobs.append(exchange.json["job_id"])

        with GuardedSession(
            mock.endpoint, credential=credential, verify=str(mock.ca_dir), timeout_s=10,
            lock=FullLock(),
        ) as session:  # fmt: skip
            identity = meet_server(session)[0].identity
            prepare(session, explore(session, identity, take), credential, take, own_jobs)
        states = [file.file_state for job_id in own_jobs for file in mock.state.job(job_id).files]
    assert len(states) == 3
    assert "TOKEN_PREP" not in states
