"""What a server in trouble does not show is neither lost nor forgotten: jobs whose ids did not arrive, entries, credentials."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any, Literal

import pytest
from test_harness.shared_state.server_in_use import (
    changed,
    contents,
    differences,
    furnish,
    unfinished,
)

from fts_contract.harness.exchange_checks.model import NO_SENSE
from fts_contract.harness.options import RunOptions
from fts_contract.harness.restoring import restore_server
from fts_contract.harness.run import run_contract
from fts_contract.harness.sending.journal import read_changes
from fts_contract.mock import MockFTS
from fts_contract.mock.exchange import json_reply
from fts_contract.mock.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_harness.shared_state.server_in_use import Handler
    from test_harness.small_servers import Outcome


FULL = ("--profile", "full", "--allow-changes", "--max-examples", 1)


@pytest.mark.parametrize("kind", ["reset-after", "truncated", "malformed"])
def test_job_of_a_submission_without_an_answer_is_found_by_its_files(
    kind: Literal["reset-after", "truncated", "malformed"], tmp_path: Path
) -> None:
    with MockFTS(time_scale=0) as mock:
        furnish(mock)
        before = contents(mock)
        mock.faults.add(Fault(kind, operation="POST /jobs$"))
        later = [Fault("status", operation="GET /jobs$")]

        def watch(operation: Any, _exchange: Any) -> None:
            # The list of jobs is read again from a server that fails once.
            if operation.operation_id == "list_grants" and later:
                mock.faults.add(later.pop())

        run = run_contract(
            RunOptions(
                url=mock.endpoint, cert=mock.credential("admin"), ca_dir=mock.ca_dir, profile="full",
                allow_changes=True, max_examples=1, operations="list_grants",
            ),
            record=tmp_path,
            watch=watch,
        )  # fmt: skip
        lost = [
            one
            for one in read_changes((tmp_path / "changes.jsonl").read_text().splitlines())
            if one.submits
        ]
        assert any(one.may_have_submitted for one in lost)
        assert list(run.left) == []
        after = contents(mock)
        assert unfinished(before, after) == []
        assert differences(before, after) == {}


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize(
    ("who", "operations", "path"),
    [
        ("alice", "delegation", r"/delegation/\w+$"),
        ("admin", "link", "/config/links$"),
        ("admin", "grant", "/config/authorize$"),
    ],
)
def test_what_a_server_fails_to_show_before_a_run_is_not_lost(
    who: str, operations: str, path: str, times: int
) -> None:
    with MockFTS() as mock:
        furnish(mock)
        mock.state.delegate("alice", lifetime_s=3600)
        before = contents(mock)
        mock.faults.add(Fault("status", operation=f"GET {path}", count=times))
        run = run_contract(
            RunOptions(
                url=mock.endpoint, cert=mock.credential(who), ca_dir=mock.ca_dir, profile="full",
                allow_changes=True, max_examples=1, operations=operations,
            )
        )  # fmt: skip
        assert not [one for one in run.results.unexplained if NO_SENSE in one.finding.message]
        assert list(run.left) == []
        after = contents(mock)
        assert unfinished(before, after) == []
        assert differences(before, after) == {}


@pytest.mark.parametrize(
    ("path", "odd", "operations"),
    [
        ("GET /config/links", [{"symbolicname": 5}], "link"),
        ("GET /config/se", {"mock://a": {"se_info": 5}}, "se_config"),
        ("GET /ban/se", [{"se": "mock://a"}], "ban_se"),
        ("GET /config", [{"hostname": "h", "drain": {}}], "drain"),
    ],
)
@pytest.mark.parametrize("after", [0, 1])
def test_entries_that_make_no_sense_end_no_run(
    path: str, odd: Any, operations: str, after: int
) -> None:
    def oddly(handler: Handler) -> Handler:
        asked = itertools.count()
        return lambda call: json_reply(odd) if next(asked) >= after else handler(call)

    with changed(path, oddly) as mock:
        furnish(mock)
        before = contents(mock)
        run = run_contract(
            RunOptions(
                url=mock.endpoint, cert=mock.credential("admin"), ca_dir=mock.ca_dir,
                operations=operations, profile="full", allow_changes=True, max_examples=1,
            )
        )  # fmt: skip
        # What is not shown afterwards is told; what was not shown before is not changed.
        assert any("does not show" in one.what for one in run.left) == bool(after)
        assert run.left or not differences(before, contents(mock))


@pytest.mark.parametrize("odd", [["x"], "x", 5, {"termination_time": None}])
def test_delegation_that_makes_no_sense_is_left_alone(odd: Any) -> None:
    with changed(
        "GET /delegation/{dlg_id}", lambda _handler: lambda _call: json_reply(odd)
    ) as mock:
        furnish(mock)
        mock.state.delegate("alice", lifetime_s=3600)
        before = contents(mock)
        run = run_contract(
            RunOptions(
                url=mock.endpoint, cert=mock.credential("alice"), ca_dir=mock.ca_dir, profile="full",
                allow_changes=True, max_examples=1, operations="delegation",
            )
        )  # fmt: skip
        assert list(run.left) == []
        assert differences(before, contents(mock)) == {}


def test_access_to_a_cloud_storage_that_a_server_fails_to_show_is_not_removed() -> None:
    with MockFTS() as mock:
        furnish(mock)
        mock.faults.add(Fault("reset", operation="GET /cs/registered/", count=3))
        sent = []

        def watch(_operation: Any, exchange: Any) -> None:
            sent.append((exchange.method, exchange.target))

        run_contract(
            RunOptions(
                url=mock.endpoint, cert=mock.credential("alice"), ca_dir=mock.ca_dir, profile="full",
                allow_changes=True, max_examples=1, operations="cloud_access",
            ),
            watch=watch,
        )  # fmt: skip
        assert not [one for one in sent if one[0] == "DELETE" and one[1].startswith("/cs/")]


def test_jobs_of_which_a_server_in_trouble_tells_nothing_have_not_ended(tmp_path: Path) -> None:
    with MockFTS(time_scale=0) as mock:
        furnish(mock)
        before = contents(mock)
        who = RunOptions(
            url=mock.endpoint, cert=mock.credential("alice"), ca_dir=mock.ca_dir, profile="full",
            allow_changes=True, max_examples=1, operations="list_jobs",
        )  # fmt: skip

        def watch(operation: Any, _exchange: Any) -> None:
            if operation.operation_id == "submit_job" and not mock.faults.hits:
                mock.faults.add(Fault("status", operation="(GET|DELETE) /jobs/[^/]*$", count=None))

        run = run_contract(who, watch=watch, record=tmp_path)
        open_jobs = len(unfinished(before, contents(mock)))
        assert open_jobs > 0
        assert [one.what for one in run.left] == [
            f"jobs of the run that have not ended: {open_jobs}"
        ]
        mock.faults.clear()
        assert restore_server(tmp_path, cert=who.cert, ca_dir=who.ca_dir) == []
        assert unfinished(before, contents(mock)) == []


def test_request_that_ends_jobs_is_sent_again_to_a_server_that_was_in_trouble() -> None:
    with MockFTS(time_scale=0) as mock:
        furnish(mock)
        before = contents(mock)

        def watch(operation: Any, _exchange: Any) -> None:
            # The run itself cancels no more than two jobs at once.
            if operation.operation_id == "submit_job" and mock.state.job_count > 20:
                mock.faults.clear()
                mock.faults.add(Fault("reset", operation=r"DELETE /jobs/([^/]*,){3}"))

        run = run_contract(
            RunOptions(
                url=mock.endpoint, cert=mock.credential("alice"), ca_dir=mock.ca_dir, profile="full",
                allow_changes=True, max_examples=1, operations="jobs$",
            ),
            watch=watch,
        )  # fmt: skip
        assert len(mock.faults.hits) == 1
        assert list(run.left) == []
        assert unfinished(before, contents(mock)) == []


def test_job_of_another_caller_is_ended_by_that_caller(
    fts_contract_command: Callable[..., Outcome], tmp_path: Path
) -> None:
    with MockFTS(time_scale=0) as mock:
        furnish(mock)
        who = ["--cert", mock.credential("alice"), "--also-cert", mock.credential("bob-novoms")]
        who += ["--ca-dir", mock.ca_dir]
        fts_contract_command(
            "run", mock.endpoint, *who, *FULL, "--operations", "whoami", "--report", tmp_path
        )
        (tmp_path / "state-after.json").unlink()
        job_id = mock.state.add_job(owner="bob-novoms", job_state="SUBMITTED").job_id
        with (tmp_path / "changes.jsonl").open("a") as journal:
            entry = {
                "n": 9999,
                "method": "POST",
                "target": "/jobs",
                "status": 200,
                "job_id": job_id,
            }
            journal.write(json.dumps(entry) + "\n")
        left = fts_contract_command("restore", tmp_path, *who[:2], *who[4:])
        assert left.exit_code == 6, left.out
        assert "jobs of the run that have not ended: 1" in left.out
        assert fts_contract_command("restore", tmp_path, *who).exit_code == 0
        assert mock.state.job(job_id).job_state == "CANCELED"


def test_lost_job_is_ended_even_if_the_server_does_not_show_the_files_of_another(
    fts_contract_command: Callable[..., Outcome], tmp_path: Path
) -> None:
    hidden: list[str] = []

    def hide(handler: Handler) -> Handler:
        return lambda call: (
            json_reply({}, status=500) if call.params["job_id"] in hidden else handler(call)
        )

    with changed("GET /jobs/{job_id}/files", hide) as mock:
        furnish(mock)
        who = ["--cert", mock.credential("alice"), "--ca-dir", mock.ca_dir]
        fts_contract_command(
            "run", mock.endpoint, *who, *FULL, "--operations", "whoami", "--report", tmp_path
        )
        (tmp_path / "state-after.json").unlink()
        own = {"source_surl": "mock://fts-contract-a/f", "dest_surl": "mock://fts-contract-b/f"}
        lost, other, later = (mock.state.add_job(files=(own,)).job_id for _ in range(3))
        hidden.append(other)
        with (tmp_path / "changes.jsonl").open("a") as journal:
            journal.write(
                json.dumps({"n": 9999, "method": "POST", "target": "/jobs", "body": ""}) + "\n"
            )
        left = fts_contract_command("restore", tmp_path, *who)
        assert left.exit_code == 6, left.out
        assert "jobs of the run whose ids did not arrive" in left.out
        states = [mock.state.job(job_id).job_state for job_id in (lost, other, later)]
        assert states == ["CANCELED", "SUBMITTED", "CANCELED"]
