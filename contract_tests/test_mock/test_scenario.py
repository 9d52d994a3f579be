"""`--scenario` and `--faults`: what a mock holds before its first request."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from pathlib import Path

    from fts_contract.mock import MockFTS

COMMAND = [
    sys.executable,
    "-W",
    "error",
    "-c",
    "import typer; from fts_contract.commands import mock; typer.run(mock)",
]
ALICE = "/DC=org/DC=example/O=Users/CN=alice"
BOB = "/DC=org/DC=example/O=Users/CN=bob"
JOB_ID = "0d1e7e3c-0000-11f1-8000-02fc00000001"
SUBMISSION = {
    "files": [{"sources": ["mock://a.org/f"], "destinations": ["mock://b.org/f?time=5"]}]
}


@pytest.fixture
def load(mock: MockFTS, tmp_path: Path) -> Callable[[Any], None]:
    def write_and_load(scenario: Any) -> None:
        path = tmp_path / "scenario.json"
        path.write_text(scenario if isinstance(scenario, str) else json.dumps(scenario))
        mock.load_scenario(path)

    return write_and_load


def test_jobs_of_a_scenario_stand_as_they_are_written(
    load: Callable[[Any], None], connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    file = {
        "source_surl": "davs://a.example.org:443/f",
        "dest_surl": "davs://b.example.org/f",
        "reason": "DESTINATION OVERWRITE refused",
        "filesize": 1024,
    }
    load({"jobs": [{"job_id": JOB_ID, "owner": "bob", "job_state": "FAILED", "files": [file]}]})
    mock.clock.advance(60)

    bob = connect("bob")
    job, (shown,) = bob.get(f"/jobs/{JOB_ID}").json(), bob.get(f"/jobs/{JOB_ID}/files").json()

    assert (job["job_state"], job["user_dn"], job["vo_name"]) == ("FAILED", BOB, "testvo")
    assert shown["file_state"] == "FAILED"
    assert shown["source_se"] == "davs://a.example.org"
    assert shown["reason"] == "DESTINATION OVERWRITE refused"


def test_archived_job_of_a_scenario_is_in_the_archive(
    load: Callable[[Any], None], alice: httpx.Client
) -> None:
    load({"jobs": [{"job_id": JOB_ID, "job_state": "FINISHED", "archived": True}]})

    assert alice.get(f"/archive/{JOB_ID}").json()["job_state"] == "FINISHED"
    assert alice.get(f"/jobs/{JOB_ID}").status_code == 404


def test_submission_of_a_scenario_runs_as_if_it_had_been_sent(
    load: Callable[[Any], None], connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    load({"submissions": [{"identity": "bob", "job": SUBMISSION}]})
    bob = connect("bob")

    (job,) = bob.get("/jobs", params={"vo_name": "testvo"}).json()
    assert job["job_state"] == "SUBMITTED"
    mock.clock.advance(60)
    assert bob.get(f"/jobs/{job['job_id']}").json()["job_state"] == "FINISHED"


def test_settings_of_a_scenario_are_those_of_the_server(
    load: Callable[[Any], None], connect: Callable[..., httpx.Client]
) -> None:
    load(
        {
            "delegations": [{"identity": "alice", "lifetime_s": 7200}],
            "grants": [{"dn": ALICE, "operations": ["config"]}],
            "gridmap": [{"dn": BOB, "vo": "mapped"}],
            "hosts": [{"hostname": "fts1.example.org", "drain": True}],
            "links": [
                {"symbolicname": "l", "source": "davs://a", "destination": "*", "max_active": 7}
            ],
            "activity_shares": [{"vo": "testvo", "shares": {"default": 0.7, "express": 0.3}}],
            "banned_storages": [{"storage": "davs://c.org", "status": "CANCEL"}],
        }
    )
    alice = connect("alice")
    alice.headers["Accept"] = "application/json"

    assert alice.post("/jobs", json=SUBMISSION).status_code == 200
    assert connect("bob-novoms").get("/whoami").json()["vos"] == ["mapped"]
    assert "fts1.example.org" in {row["hostname"] for row in alice.get("/config").json()}
    assert [link["max_active"] for link in alice.get("/config/links").json()] == [7]
    shares = alice.get("/config/activity_shares/testvo").json()
    assert shares["share"] == {"default": 0.7, "express": 0.3}
    assert [ban["se"] for ban in alice.get("/ban/se").json()] == ["davs://c.org"]


def test_banned_user_of_a_scenario_is_refused(
    load: Callable[[Any], None], connect: Callable[..., httpx.Client]
) -> None:
    load({"banned_users": [{"dn": BOB, "message": "left"}]})

    assert connect("bob").get("/whoami").status_code == 403


def test_bans_of_a_scenario_hold_for_its_submissions(load: Callable[[Any], None]) -> None:
    with pytest.raises(ValueError, match=re.escape("submissions[0].job: ")) as caught:
        load(
            {
                "submissions": [{"job": SUBMISSION}],
                "banned_storages": [{"storage": "mock://a.org"}],
            }
        )
    assert "mock://a.org is banned" in str(caught.value)


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("{", "not JSON"),
        ("[]", "expected an object, found []"),
        ({"job": []}, "unknown field 'job'; expected one of gridmap,"),
        ({"jobs": {}}, ".jobs: expected an array"),
        ({"jobs": [{}, 3]}, "jobs[1]: expected an object, found 3"),
        (
            {"jobs": [{"state": "FAILED"}]},
            "jobs[0]: unknown field 'state'; expected one of job_id,",
        ),
        ({"jobs": [{"job_state": "BROKEN"}]}, "jobs[0].job_state: expected one of ACTIVE,"),
        (
            {"jobs": [{"priority": "5"}]},
            'jobs[0].priority: expected a whole number or null, found "5"',
        ),
        ({"jobs": [{"owner": "eve"}]}, "jobs[0]: unknown test identity 'eve'"),
        (
            {"jobs": [{"files": [{}, {"file_state": 1}]}]},
            "jobs[0].files[1].file_state: expected a text",
        ),
        ({"jobs": [{"job_id": "x"}, {"job_id": "x"}]}, "jobs[1].job_id: job x already exists"),
        ({"submissions": [{"job": {"files": []}}]}, "submissions[0].job: "),
        ({"submissions": [{}]}, "submissions[0]: 'job' is missing"),
        ({"delegations": [{"identity": "eve"}]}, "delegations[0]: unknown test identity 'eve'"),
        (
            {"grants": [{"dn": ALICE, "operations": ["all"]}]},
            "grants[0].operations: expected one of admin,",
        ),
        (
            {"banned_storages": [{"storage": "x", "status": "NO"}]},
            "banned_storages[0].status: expected one of CANCEL,",
        ),
        ({"links": [{"symbolicname": "l"}]}, "links[0]: 'source' is missing"),
        (
            {"activity_shares": [{"vo": "v", "shares": {"a": "1"}}]},
            "activity_shares[0].shares.a: expected a number",
        ),
    ],
)
def test_bad_scenario_is_refused_with_the_place(
    load: Callable[[Any], None], tmp_path: Path, scenario: Any, said: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        load(scenario)
    assert str(caught.value).startswith(str(tmp_path / "scenario.json"))


def test_command_begins_with_scenario_and_faults(
    mock: MockFTS, tls: Callable[[str | None, str], ssl.SSLContext], tmp_path: Path
) -> None:
    mock.pki.complete()
    shutil.copytree(mock.pki.directory, tmp_path / "pki")
    scenario, faults = tmp_path / "scenario.json", tmp_path / "faults.json"
    scenario.write_text(json.dumps({"jobs": [{"job_id": JOB_ID}]}))
    faults.write_text(json.dumps([{"kind": "status", "operation": "GET /jobs", "status": 500}]))
    arguments = ["--port", "0", "--pki", str(tmp_path / "pki")]
    arguments += ["--scenario", str(scenario), "--faults", str(faults)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [*COMMAND, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            verify = tls(ready["credentials"]["alice"], ready["ca_file"])
            with httpx.Client(verify=verify, trust_env=False) as client:
                url = f"{ready['endpoint']}/jobs/{JOB_ID}"
                statuses = [client.get(url).status_code for _ in range(2)]
        finally:
            process.terminate()
            process.communicate(timeout=30)

    assert statuses == [500, 200]


@pytest.mark.parametrize("option", ["--scenario", "--faults"])
def test_command_with_a_bad_file_exits_with_2(mock: MockFTS, tmp_path: Path, option: str) -> None:
    mock.pki.complete()
    shutil.copytree(mock.pki.directory, tmp_path / "pki")
    path = tmp_path / "bad.json"
    path.write_text('[{"kind": "boom"}]' if option == "--faults" else '{"jobs": [3]}')
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*COMMAND, "--port", "0", "--pki", str(tmp_path / "pki"), option, str(path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert str(path) in done.stderr
    assert "Traceback" not in done.stderr
