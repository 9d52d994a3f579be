from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from fts_contract.mock import Fault

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS

JOB = {"files": [{"sources": ["mock://a.org/f"], "destinations": ["mock://b.org/f"]}]}


def test_status_fault_hits_as_often_as_asked(alice: httpx.Client, mock: MockFTS) -> None:
    mock.faults.add(Fault("status", operation="GET /whoami", count=2, retry_after="7"))

    statuses = [alice.get("/whoami").status_code for _ in range(3)]

    assert statuses == [503, 503, 200]
    assert [request for request, _ in mock.faults.hits] == ["GET /whoami"] * 2


def test_status_fault_carries_retry_after_and_the_usual_body(
    alice: httpx.Client, mock: MockFTS
) -> None:
    mock.faults.add(Fault("status", status=503, retry_after="7", message="busy"))

    answer = alice.get("/whoami")

    assert answer.headers["retry-after"] == "7"
    assert answer.json() == {"status": "503 Service Unavailable", "message": "busy"}


def test_fault_leaves_other_operations_alone(alice: httpx.Client, mock: MockFTS) -> None:
    mock.faults.add(Fault("status", operation="POST /jobs$", count=None))

    assert alice.get("/jobs").status_code == 200
    assert alice.post("/jobs", json=JOB).status_code == 503
    mock.faults.clear()
    assert alice.post("/jobs", json=JOB).status_code == 200


def test_need_delegation_fault_is_419(alice: httpx.Client, mock: MockFTS) -> None:
    mock.faults.add(Fault("need-delegation", operation="POST /jobs"))

    answer = alice.post("/jobs", json=JOB)

    assert answer.status_code == 419
    assert answer.json()["message"].startswith('No delegation found for "/DC=org')
    assert alice.post("/jobs", json=JOB).status_code == 200


def test_delay_fault_answers_later_and_others_do_not_wait(
    alice: httpx.Client, mock: MockFTS
) -> None:
    mock.faults.add(Fault("delay", delay_s=0.4))

    begin = time.monotonic()
    assert alice.get("/whoami").status_code == 200
    assert time.monotonic() - begin >= 0.4


def test_reset_fault_comes_before_the_request_is_carried_out(
    alice: httpx.Client, mock: MockFTS
) -> None:
    mock.faults.add(Fault("reset", operation="POST /jobs"))

    with pytest.raises(httpx.TransportError):
        alice.post("/jobs", json=JOB)
    assert mock.state.job_count == 0


def test_reset_after_fault_comes_after_it(alice: httpx.Client, mock: MockFTS) -> None:
    mock.faults.add(Fault("reset-after", operation="POST /jobs"))

    with pytest.raises(httpx.TransportError):
        alice.post("/jobs", json=JOB)
    assert mock.state.job_count == 1


def test_truncated_fault_breaks_the_body_off(alice: httpx.Client, mock: MockFTS) -> None:
    mock.faults.add(Fault("truncated"))

    with pytest.raises(httpx.RemoteProtocolError):
        alice.get("/whoami")
    assert alice.get("/whoami").status_code == 200


def test_malformed_fault_is_complete_but_no_json(alice: httpx.Client, mock: MockFTS) -> None:
    mock.faults.add(Fault("malformed"))

    answer = alice.get("/whoami")

    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault 'explode'"):
        Fault("explode")  # type: ignore[arg-type]
