"""Renewal of delegations when the credential itself ends soon."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from fts_client import FTSClient, Job, NeedDelegationError, Transfer
from fts_client.credentials import X509Credential
from fts_client.proxy import create_proxy
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS

JOB = Job([Transfer("mock://a.example/f", "mock://b.example/f")])


def client(mock: MockFTS, *, minutes: int) -> FTSClient:
    """A client whose proxy ends soon; every request is recorded."""
    mock.faults.add(Fault("delay", delay_s=0.0, count=None))
    pem = create_proxy(mock.credential("alice").read_bytes(), lifetime=timedelta(minutes=minutes))
    return FTSClient(mock.endpoint, credential=X509Credential.from_pem(pem), ca_dir=mock.ca_dir)


def sent(mock: MockFTS, what: str) -> int:
    return sum(request.startswith(what) for request, _ in mock.faults.hits)


def delegations(mock: MockFTS) -> int:
    return sent(mock, "PUT /delegation/")


def test_submissions_in_the_last_two_hours_of_a_proxy_delegate_once(mock_fts: MockFTS) -> None:
    with client(mock_fts, minutes=90) as fts:
        for _ in range(3):
            fts.submit(JOB)
    assert mock_fts.state.job_count == 3
    assert delegations(mock_fts) == 1


def test_delegation_of_the_last_two_hours_serves_the_next_client_too(mock_fts: MockFTS) -> None:
    for _ in range(2):
        with client(mock_fts, minutes=90) as fts:
            fts.delegate()
    assert delegations(mock_fts) == 1


def test_delegation_below_the_limit_is_renewed_while_the_proxy_lasts_longer(
    mock_fts: MockFTS,
) -> None:
    with client(mock_fts, minutes=90) as fts:
        fts.delegate(lifetime=timedelta(minutes=30))
        fts.submit(JOB)
        left = fts.delegation_info().time_left()
    assert left is not None
    assert left > timedelta(minutes=80)
    assert delegations(mock_fts) == 2
    assert sent(mock_fts, "POST /jobs") == 1, "in time, not only after a refusal"


def test_submission_with_a_proxy_below_the_limit_is_refused_as_before(mock_fts: MockFTS) -> None:
    with client(mock_fts, minutes=30) as fts, pytest.raises(NeedDelegationError):
        fts.submit(JOB)
    assert mock_fts.state.job_count == 0
