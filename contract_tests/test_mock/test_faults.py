from __future__ import annotations

import json
import re
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fts_contract.mock import Fault
from fts_contract.mock.fault_file import read_faults

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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


def test_request_that_a_delay_holds_back_is_not_carried_out_after_a_reset(
    alice: httpx.Client, mock: MockFTS
) -> None:
    mock.faults.add(Fault("delay", operation="POST /jobs", delay_s=0.3))

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(alice.post, "/jobs", json=JOB)
        while not mock.faults.hits:
            time.sleep(0.01)
        mock.reset()
        with pytest.raises(httpx.RemoteProtocolError):
            held.result()

    assert mock.state.job_count == 0


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


@pytest.mark.parametrize("kind", ["reset", "reset-after", "truncated"])
def test_fault_that_closes_the_connection_logs_nothing(
    alice: httpx.Client, mock: MockFTS, kind: Any, caplog: pytest.LogCaptureFixture
) -> None:
    mock.faults.add(Fault(kind))

    with pytest.raises(httpx.TransportError):
        alice.get("/whoami")
    assert alice.get("/whoami").status_code == 200  # by now the first request is over

    assert caplog.records == []


def test_truncated_fault_cuts_the_body(alice: httpx.Client, mock: MockFTS) -> None:
    mock.faults.add(Fault("truncated"))

    with pytest.raises(httpx.RemoteProtocolError):
        alice.get("/whoami")
    assert alice.get("/whoami").status_code == 200


def test_malformed_fault_is_complete_but_not_json(alice: httpx.Client, mock: MockFTS) -> None:
    mock.faults.add(Fault("malformed"))

    answer = alice.get("/whoami")

    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_slow_fault_sends_the_body_piece_by_piece(alice: httpx.Client, mock: MockFTS) -> None:
    size = len(alice.get("/whoami").content)
    mock.faults.add(Fault("slow", bytes_per_s=size / 2))

    begin = time.monotonic()
    with alice.stream("GET", "/whoami") as answer:
        headers_after_s = time.monotonic() - begin
        pieces = list(answer.iter_raw())

    assert headers_after_s < 1.8
    assert time.monotonic() - begin >= 2
    assert len(pieces) > 3
    assert json.loads(b"".join(pieces))["method"] == "certificate"


def test_slow_fault_does_not_hit_the_timeout_of_single_reads(
    alice: httpx.Client, mock: MockFTS
) -> None:
    size = len(alice.get("/whoami").content)
    mock.faults.add(Fault("slow", bytes_per_s=size / 2))

    assert alice.get("/whoami", timeout=1.5).status_code == 200


def test_expired_certificate_fault_hits_new_connections(
    mock: MockFTS, tls: Callable[[str | None, str], ssl.SSLContext]
) -> None:
    mock.faults.add(Fault("expired-certificate"))
    verify = tls(str(mock.credential("alice")), str(mock.ca_file))

    with httpx.Client(base_url=mock.endpoint, verify=verify, trust_env=False) as client:
        with pytest.raises(httpx.ConnectError, match="certificate has expired"):
            client.get("/whoami")
        assert client.get("/whoami").json()["method"] == "certificate"
    assert [request for request, _ in mock.faults.hits] == ["handshake"]


def test_expired_certificate_fault_still_identifies_a_client_that_does_not_verify(
    mock: MockFTS,
) -> None:
    mock.faults.add(Fault("expired-certificate"))
    careless = ssl.create_default_context()
    careless.check_hostname, careless.verify_mode = False, ssl.CERT_NONE
    careless.load_cert_chain(mock.credential("alice"))

    with httpx.Client(base_url=mock.endpoint, verify=careless, trust_env=False) as client:
        assert client.get("/whoami").json()["user_dn"].endswith("CN=alice")
    assert len(mock.faults.hits) == 1


def test_faults_of_requests_leave_handshakes_alone(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    mock.faults.add(Fault("status"))
    mock.faults.add(Fault("expired-certificate", count=1))

    with pytest.raises(httpx.ConnectError):
        connect("bob").get("/whoami")
    assert connect("bob").get("/whoami").status_code == 503


def statuses_with(mock: MockFTS, client: httpx.Client, *, seed: int) -> list[int]:
    mock.faults.clear()
    mock.faults.add(Fault("status", probability=0.3, seed=seed, count=None))
    return [client.get("/whoami").status_code for _ in range(60)]


def test_probability_hits_its_share_and_the_same_requests_with_the_same_seed(
    alice: httpx.Client, mock: MockFTS
) -> None:
    first = statuses_with(mock, alice, seed=1)

    assert 6 <= first.count(503) <= 30
    assert statuses_with(mock, alice, seed=1) == first
    assert statuses_with(mock, alice, seed=2) != first


def test_requests_that_a_probability_spares_do_not_count(
    alice: httpx.Client, mock: MockFTS
) -> None:
    mock.faults.add(Fault("status", probability=0.3, seed=1, count=2))

    statuses = [alice.get("/whoami").status_code for _ in range(60)]

    assert statuses.count(503) == 2
    assert statuses[:2] != [503, 503]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "explode"}, "unknown fault 'explode'; expected one of delay, reset"),
        ({"operation": "GET ("}, "operation is not a regular expression"),
        ({"count": 0}, "count must be 1 or more"),
        ({"delay_s": -1}, "delay_s must not be negative"),
        ({"status": 799}, "expected an HTTP status, got 799"),
        ({"bytes_per_s": 0}, "bytes_per_s must be more than 0"),
        ({"probability": 0}, "probability must be"),
        ({"probability": 1.5}, "probability must be"),
    ],
)
def test_invalid_fault_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Fault(**{"kind": "status", **fields})


# --- files ---


def test_file_of_faults_is_read_with_all_fields(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    path.write_text(
        json.dumps(
            [
                {"kind": "delay", "operation": "GET /jobs", "count": None, "delay_s": 2},
                {"kind": "status", "status": 500, "retry_after": "7", "message": "busy"},
                {"kind": "slow", "bytes_per_s": 10, "probability": 0.5, "seed": 4},
            ]
        )
    )

    assert read_faults(path) == [
        Fault("delay", "GET /jobs", count=None, delay_s=2),
        Fault("status", status=500, retry_after="7", message="busy"),
        Fault("slow", bytes_per_s=10, probability=0.5, seed=4),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "not JSON: Expecting value"),
        ("{}", "expected an array, found {}"),
        ("[3]", "[0]: expected an object, found 3"),
        ("[{}]", "[0]: 'kind' is missing"),
        (
            '[{"kind": "delay"}, {"kind": "boom"}]',
            "[1]: unknown fault 'boom'; expected one of delay",
        ),
        (
            '[{"kind": "delay", "dealy_s": 1}]',
            "[0]: unknown field 'dealy_s'; expected one of kind,",
        ),
        ('[{"kind": "delay", "delay_s": "1"}]', '[0].delay_s: expected a number, found "1"'),
        (
            '[{"kind": "delay", "count": true}]',
            "[0].count: expected a whole number or null, found true",
        ),
        ('[{"kind": "delay", "count": 0}]', "[0]: count must be 1 or more"),
    ],
)
def test_bad_file_of_faults_is_refused_with_the_place(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "faults.json"
    path.write_text(text)

    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        read_faults(path)
    assert str(caught.value).startswith(str(path))


def test_missing_file_of_faults_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No such file"):
        read_faults(tmp_path / "faults.json")
