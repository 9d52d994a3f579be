from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

SE, OTHER = "mock://banned.org", "mock://other.org"
JOB = {"files": [{"sources": [f"{SE}/f"], "destinations": [f"{OTHER}/f?time=60"]}]}


@pytest.fixture
def admin(connect: Callable[..., httpx.Client]) -> httpx.Client:
    return connect("admin")


def states(mock: MockFTS, job_id: str) -> list[str]:
    return [file.file_state for file in mock.state.job(job_id).files]


def files(*given: str, **fields: Any) -> tuple[dict[str, Any], ...]:
    return tuple({"file_state": state, "source_se": SE, **fields} for state in given)


def test_ban_is_listed_with_who_and_why(admin: httpx.Client, mock: MockFTS) -> None:
    answer = admin.post("/ban/se", json={"storage": SE, "message": "broken", "timeout": 5})

    assert (answer.status_code, answer.json()) == (200, [])
    (ban,) = admin.get("/ban/se").json()
    assert len(ban.pop("addition_time")) == 19
    assert ban == {
        "se": SE,
        "vo": "testvo",
        "status": "CANCEL",
        "message": "broken",
        "admin_dn": mock.caller("admin").user_dn,
    }


@pytest.mark.parametrize(
    ("fields", "stored"),
    [
        ({}, "CANCEL"),
        ({"status": "Wait"}, "WAIT"),
        ({"status": "wait", "allow_submit": True}, "WAIT_AS"),
        ({"status": "wait", "allow_submit": "false"}, "WAIT_AS"),
    ],
)
def test_status_of_a_ban(
    admin: httpx.Client, mock: MockFTS, fields: dict[str, Any], stored: str
) -> None:
    admin.post("/ban/se", json={"storage": SE, **fields})

    assert [ban.status for ban in mock.state.bans] == [stored]


def test_cancel_hits_the_files_of_the_vo_at_either_end(admin: httpx.Client, mock: MockFTS) -> None:
    whole = mock.state.add_job(job_state="ACTIVE", files=files("SUBMITTED", "ACTIVE", "FINISHED"))
    part = mock.state.add_job(
        files=(
            *files("SUBMITTED", source_se=OTHER, dest_se=SE),
            *files("STAGING", source_se=OTHER),
        )
    )
    foreign = mock.state.add_job(vo_name="othervo", files=files("SUBMITTED"))

    answer = admin.post("/ban/se", json={"storage": SE})

    assert sorted(answer.json()) == sorted([whole.job_id, part.job_id])
    assert states(mock, whole.job_id) == ["CANCELED", "CANCELED", "FINISHED"]
    assert (whole.job_state, whole.reason) == ("CANCELED", None)
    assert whole.files[0].reason == "Storage banned"
    assert states(mock, part.job_id) == ["CANCELED", "STAGING"]
    assert part.job_state == "SUBMITTED"
    assert states(mock, foreign.job_id) == ["SUBMITTED"]


def test_another_replica_takes_over_and_runs(
    admin: httpx.Client, alice: httpx.Client, mock: MockFTS
) -> None:
    body = {
        "files": [
            {
                "sources": [f"{SE}/f", f"{OTHER}/f"],
                "destinations": ["mock://dest.org/f?time=1"],
                "selection_strategy": "orderly",
            }
        ]
    }
    job_id = alice.post("/jobs", json=body).json()["job_id"]
    assert states(mock, job_id) == ["SUBMITTED", "NOT_USED"]

    assert admin.post("/ban/se", json={"storage": SE}).json() == [job_id]

    assert states(mock, job_id) == ["CANCELED", "SUBMITTED"]
    mock.clock.advance(30)
    assert states(mock, job_id) == ["CANCELED", "FINISHED"]
    assert mock.state.job(job_id).job_state == "FINISHED"


def test_cancel_hits_unused_replicas_of_jobs_that_have_ended(
    admin: httpx.Client, mock: MockFTS
) -> None:
    job = mock.state.add_job(job_state="CANCELED", files=files("CANCELED", "NOT_USED", "NOT_USED"))

    assert admin.post("/ban/se", json={"storage": SE}).json() == [job.job_id]
    assert states(mock, job.job_id) == ["CANCELED", "CANCELED", "CANCELED"]
    assert job.job_state == "CANCELED"


def test_cancel_of_unused_replicas_turns_a_finished_job_into_a_canceled_one(
    admin: httpx.Client, mock: MockFTS
) -> None:
    job = mock.state.add_job(job_state="FINISHED", files=files("FINISHED", "NOT_USED"))

    admin.post("/ban/se", json={"storage": SE})

    assert (job.job_state, states(mock, job.job_id)) == ("CANCELED", ["FINISHED", "CANCELED"])


@pytest.mark.parametrize(
    ("job_state", "state"), [("SUBMITTED", "STAGING"), ("CANCELED", "CANCELED")]
)
def test_cancel_of_a_replica_queues_an_unused_one_beside_one_that_runs_and_in_a_job_that_has_ended(
    admin: httpx.Client, mock: MockFTS, job_state: str, state: str
) -> None:
    replicas = [
        {"file_state": state, "source_se": OTHER},
        *files("NOT_USED"),
        {"file_state": "NOT_USED", "source_se": OTHER},
    ]
    given = tuple({**replica, "file_index": 0} for replica in replicas)
    job = mock.state.add_job(job_state=job_state, files=given)

    admin.post("/ban/se", json={"storage": SE})

    assert states(mock, job.job_id) == [state, "CANCELED", "SUBMITTED"]
    assert job.job_state == job_state


def test_canceled_transfer_never_finishes(
    admin: httpx.Client, alice: httpx.Client, mock: MockFTS
) -> None:
    job_id = alice.post("/jobs", json=JOB).json()["job_id"]
    mock.clock.advance(5)
    assert states(mock, job_id) == ["ACTIVE"]

    admin.post("/ban/se", json={"storage": SE})
    mock.clock.advance(1000)

    assert (states(mock, job_id), mock.state.job(job_id).job_state) == (["CANCELED"], "CANCELED")


def test_waiting_ban_holds_what_is_queued_until_it_is_lifted(
    admin: httpx.Client, alice: httpx.Client, mock: MockFTS
) -> None:
    running = alice.post("/jobs", json=JOB).json()["job_id"]
    mock.clock.advance(5)
    queued = alice.post("/jobs", json=JOB).json()["job_id"]

    assert admin.post("/ban/se", json={"storage": SE, "status": "wait"}).json() == [queued]
    mock.clock.advance(100)
    assert (states(mock, queued), states(mock, running)) == (["ON_HOLD"], ["FINISHED"])
    assert mock.state.job(queued).job_state == "SUBMITTED"

    admin.delete("/ban/se", params={"storage": SE})
    assert states(mock, queued) == ["SUBMITTED"]
    mock.clock.advance(100)
    assert states(mock, queued) == ["FINISHED"]


def test_waiting_ban_holds_staging_as_well(admin: httpx.Client, mock: MockFTS) -> None:
    job = mock.state.add_job(job_state="STAGING", files=files("STAGING", "STARTED"))

    admin.post("/ban/se", json={"storage": SE, "status": "wait"})
    held = states(mock, job.job_id)
    admin.delete("/ban/se", params={"storage": SE})

    assert held == ["ON_HOLD_STAGING", "STARTED"]
    assert states(mock, job.job_id) == ["STAGING", "STARTED"]


def test_end_of_a_ban_releases_all_held_files_of_a_job_even_those_of_another_banned_storage(
    admin: httpx.Client, mock: MockFTS
) -> None:
    both, second, apart = (
        mock.state.add_job(files=given)
        for given in (
            files("SUBMITTED", dest_se=OTHER),
            (*files("SUBMITTED"), *files("SUBMITTED", source_se=OTHER)),
            files("SUBMITTED", source_se=OTHER),
        )
    )
    for storage in (SE, OTHER):
        admin.post("/ban/se", json={"storage": storage, "status": "wait"})

    admin.delete("/ban/se", params={"storage": SE})

    assert states(mock, both.job_id) == ["SUBMITTED"]
    assert states(mock, second.job_id) == ["SUBMITTED", "SUBMITTED"]
    assert states(mock, apart.job_id) == ["ON_HOLD"]


def test_end_of_a_ban_of_another_vo_keeps_the_ban_and_releases_files_of_the_callers_vo(
    admin: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    mock.state.ban_storage(SE, status="WAIT")
    own = mock.state.add_job(files=files("ON_HOLD"))
    other = mock.state.add_job(vo_name=mock.caller("root").delegation_id, files=files("ON_HOLD"))

    connect("root").delete("/ban/se", params={"storage": SE})

    assert (states(mock, own.job_id), states(mock, other.job_id)) == (["ON_HOLD"], ["SUBMITTED"])
    assert [ban["se"] for ban in admin.get("/ban/se").json()] == [SE]


@pytest.mark.parametrize("status", ["cancel", "wait"])
def test_submission_to_a_banned_storage_is_403(
    admin: httpx.Client, alice: httpx.Client, status: str
) -> None:
    admin.post("/ban/se", json={"storage": SE, "status": status})
    answer = alice.post("/jobs", json=JOB)

    assert (answer.status_code, answer.json()["message"]) == (403, f"{SE} is banned")


def test_allowed_submission_starts_on_hold(
    admin: httpx.Client, alice: httpx.Client, mock: MockFTS
) -> None:
    admin.post("/ban/se", json={"storage": SE, "status": "wait", "allow_submit": True})
    job_id = alice.post("/jobs", json=JOB).json()["job_id"]
    mock.clock.advance(100)
    assert states(mock, job_id) == ["ON_HOLD"]

    admin.delete("/ban/se", params={"storage": SE})
    mock.clock.advance(100)
    assert states(mock, job_id) == ["FINISHED"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Missing storage parameter"),
        ({"storage": SE, "status": "maybe"}, "status can only be cancel or wait"),
        ({"storage": SE, "status": None}, "status can only be cancel or wait"),
        (
            {"storage": SE, "allow_submit": 1},
            "allow_submit and status = CANCEL can not be combined",
        ),
        ([SE], "Malformed input"),
    ],
)
def test_bad_ban_is_400(admin: httpx.Client, mock: MockFTS, body: Any, message: str) -> None:
    answer = admin.post("/ban/se", json=body)

    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert mock.state.bans == []


def test_parameters_count_in_query_and_form_but_json_only_without_charset(
    admin: httpx.Client, mock: MockFTS
) -> None:
    admin.post("/ban/se", params={"storage": "mock://query.org"})
    admin.post("/ban/se", data={"storage": "mock://form.org"})
    headers = {"Content-Type": "application/json; charset=utf-8"}
    refused = admin.post("/ban/se", content=b'{"storage": "mock://json.org"}', headers=headers)

    assert [b.storage for b in mock.state.bans] == ["mock://query.org", "mock://form.org"]
    assert refused.json()["message"] == "Missing storage parameter"
    unread = admin.request("DELETE", "/ban/se", json={"storage": "mock://form.org"})
    assert unread.json()["message"] == "Missing storage parameter"


def test_ban_of_another_vo_can_be_neither_replaced_nor_lifted(
    admin: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    connect("root").post("/ban/se", json={"storage": SE})

    assert admin.post("/ban/se", json={"storage": SE}).status_code == 400
    assert admin.delete("/ban/se", params={"storage": SE}).status_code == 204
    assert [ban.vo for ban in mock.state.bans] == [mock.caller("root").delegation_id]


def test_banned_user_gets_a_page_for_everything_and_loses_his_jobs(
    admin: httpx.Client, alice: httpx.Client, mock: MockFTS
) -> None:
    dn = mock.caller("alice").user_dn
    running = mock.state.add_job(job_state="ACTIVE", files=({"file_state": "ACTIVE"},))
    elsewhere = mock.state.add_job(vo_name="othervo")
    done = mock.state.add_job(job_state="FINISHED")

    answer = admin.post("/ban/dn", json={"user_dn": dn, "message": "misbehaving"})

    assert sorted(answer.json()) == sorted([running.job_id, elsewhere.job_id])
    assert (running.job_state, running.reason) == ("CANCELED", "User banned")
    assert (states(mock, running.job_id), done.job_state) == (["CANCELED"], "FINISHED")
    for path in ("/", "/whoami", "/jobs", "/nowhere"):
        refused = alice.get(path)
        assert refused.status_code == 403
        assert refused.headers["content-type"] == "text/html; charset=utf-8"
        assert "The user has been banned" in refused.text

    (ban,) = admin.get("/ban/dn").json()
    assert (ban["dn"], ban["message"], ban["status"]) == (dn, "misbehaving", None)
    assert admin.delete("/ban/dn", params={"user_dn": dn}).status_code == 204
    assert alice.get("/whoami").status_code == 200


def test_ban_of_oneself_is_409(admin: httpx.Client, mock: MockFTS) -> None:
    dn = mock.caller("admin").user_dn
    answer = admin.post("/ban/dn", json={"user_dn": dn})

    assert answer.status_code == 409
    assert answer.json()["message"] == "The user tried to ban (her|his)self"
    assert admin.get("/whoami").status_code == 200


@pytest.mark.parametrize("path", ["/ban/se", "/ban/dn"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_banning_needs_level_config(alice: httpx.Client, method: str, path: str) -> None:
    answer = alice.request(method, path)

    assert (answer.status_code, answer.json()["message"]) == (403, "Not enough permissions")


@pytest.mark.parametrize("message", [["a", "b"], [[]], 7, True, {"a": "x" * 256}])
@pytest.mark.parametrize(("path", "name"), [("/ban/se", "storage"), ("/ban/dn", "user_dn")])
def test_message_of_a_ban_that_the_database_cannot_hold_is_400(
    admin: httpx.Client, path: str, name: str, message: Any
) -> None:
    """FTS answers 500."""
    assert admin.post(path, json={name: SE, "message": message}).status_code == 400
    assert admin.get(path).json() == []


@pytest.mark.parametrize(
    ("message", "stored"),
    [
        (None, None),
        (0, "0"),
        (False, "0"),
        ({}, "{}"),
        ([], "[]"),
        ("", ""),
        ({"a": 1}, "{'a': 1}"),
        (["a"], "a"),
        ([[7]], "7"),
        ([True], "1"),
        ([None], None),
    ],
)
@pytest.mark.parametrize(("path", "name"), [("/ban/se", "storage"), ("/ban/dn", "user_dn")])
def test_message_of_a_ban_of_another_type_is_stored_as_the_database_driver_writes_it(
    admin: httpx.Client, path: str, name: str, message: Any, stored: str | None
) -> None:
    answer = admin.post(path, json={name: SE, "message": message})

    assert (answer.status_code, answer.json()) == (200, [])
    assert [ban["message"] for ban in admin.get(path).json()] == [stored]


@pytest.mark.parametrize(("path", "name"), [("/ban/se", "storage"), ("/ban/dn", "user_dn")])
def test_ban_is_lifted_without_regard_to_case_and_blanks_at_the_end(
    admin: httpx.Client, path: str, name: str
) -> None:
    admin.post(path, json={name: SE})

    assert admin.delete(path, params={name: f"{SE.upper()} "}).status_code == 204
    assert admin.get(path).json() == []


@pytest.mark.parametrize(
    ("dn_length", "message_length", "status"), [(255, 256, 200), (256, 1, 400), (255, 257, 400)]
)
def test_user_ban_holds_a_dn_of_255_and_a_message_of_256_characters(
    admin: httpx.Client, dn_length: int, message_length: int, status: int
) -> None:
    ban = {"user_dn": "d" * dn_length, "message": "m" * message_length}
    answer = admin.post("/ban/dn", json=ban)

    assert answer.status_code == status


def test_bans_leave_audit_rows(admin: httpx.Client, mock: MockFTS) -> None:
    admin.post("/ban/se", json={"storage": SE, "status": "wait"})
    admin.delete("/ban/se", params={"storage": SE})
    admin.delete("/ban/se", params={"storage": SE})
    admin.post("/ban/dn", json={"user_dn": "/CN=x"})
    admin.delete("/ban/dn", params={"user_dn": "/CN=x"})
    admin.delete("/ban/dn", params={"user_dn": "/CN=x"})

    rows = [(row.action, row.config) for row in mock.state.config.audit]
    assert rows == [
        ("ban-se", f"Storage {SE} for testvo banned (WAIT)"),
        ("unban-se", f"Storage {SE} unbanned"),
        ("unban-se", f"Storage {SE} unbanned"),
        ("ban-dn", "User /CN=x banned"),
        ("unban-dn", "User /CN=x unbanned"),
        ("unban-dn", "User /CN=x unbanned"),
    ]
    assert {row.dn for row in mock.state.config.audit} == {mock.caller("admin").user_dn}
