"""What could not be put back is told, with the request that would; a restore is for the callers of the run."""

from __future__ import annotations

import itertools
import json
import resource
import threading
from typing import TYPE_CHECKING, Any, Literal

import attrs
import pytest
from test_harness.shared_state.server_in_use import contents, differences, furnish, unfinished

from fts_contract.defects.catalogue import CATALOGUE
from fts_contract.defects.injection import faulty_mock
from fts_contract.harness.exchange_checks.model import NO_SENSE
from fts_contract.harness.options import RunOptions
from fts_contract.harness.restoring import restore_server
from fts_contract.harness.run import run_contract
from fts_contract.harness.sending.journal import Journal, read_changes
from fts_contract.mock import MockFTS
from fts_contract.mock.exchange import Reply, json_reply
from fts_contract.mock.faults import Fault
from fts_contract.mock.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_harness.small_servers import Outcome

    from fts_contract.mock.exchange import Call

    Handler = Callable[[Call], Reply]

# Its credential has no VO, so that its delegation id stands for one.
VO_OF_ROOT = "b89b6b309724feac"
FULL = ("--profile", "full", "--allow-changes", "--max-examples", 1)


def changed(path: str, change: Callable[[Handler], Handler]) -> MockFTS:
    """Make a mock with another handler at `METHOD /path`."""
    return MockFTS(
        operations=[
            attrs.evolve(one, handler=change(one.handler))
            if one.handler and f"{one.method} {one.template}" == path
            else one
            for one in OPERATIONS
        ]
    )


def test_what_could_not_be_put_back_is_listed_with_its_request_and_exit_code(
    fts_contract_command: Callable[..., Outcome], tmp_path: Path
) -> None:
    mended = threading.Event()

    def keep(handler: Handler) -> Handler:
        return lambda call: (
            handler(call) if mended.is_set() else Reply(status=204, content_type=None)
        )

    with changed("DELETE /config/authorize", keep) as mock:
        furnish(mock)
        before = contents(mock)
        who = ("--cert", mock.credential("admin"), "--ca-dir", mock.ca_dir)
        run = fts_contract_command(
            "run", mock.endpoint, *who, *FULL, "--operations", "grant", "--report", tmp_path
        )
        assert run.exit_code == 6, run.out
        assert "LEFT    grants: /DC=org/DC=example/CN=fts-contract" in run.out
        assert "-X DELETE" in run.out
        assert "/config/authorize?dn=" in run.out
        assert "fts contract restore" in run.out
        assert str(tmp_path) in run.out.partition("fts contract restore")[2]
        report = json.loads((tmp_path / "report.json").read_text())
        assert report["run"]["not_put_back"][0]["curl"].startswith(
            f"curl --cert {mock.credential('admin')} --capath {mock.ca_dir} -X DELETE"
        )
        assert "Not put back" in (tmp_path / "report.html").read_text()
        again = fts_contract_command("run", mock.endpoint, *who, *FULL, "--report", tmp_path)
        assert again.exit_code == 2
        assert "restore" in again.err
        assert fts_contract_command("restore", tmp_path, *who).exit_code == 6
        mended.set()
        restored = fts_contract_command("restore", tmp_path, *who)
        assert restored.exit_code == 0, restored.out
        after = contents(mock)
        assert differences(before, after) == {}
        # Nothing more is changed by an old record.
        mock.state.grant("/DC=org/DC=example/CN=fts-contract later", "deleg")
        assert fts_contract_command("restore", tmp_path, *who).exit_code == 0
        assert "/DC=org/DC=example/CN=fts-contract later" in mock.state.grants


def test_restore_is_for_the_callers_of_the_run(
    fts_contract_command: Callable[..., Outcome], tmp_path: Path
) -> None:
    with MockFTS() as mock:
        furnish(mock)
        ca = ("--ca-dir", mock.ca_dir)
        fts_contract_command(
            "run", mock.endpoint, "--cert", mock.credential("admin"), *ca, *FULL, "--operations",
            "grant", "--report", tmp_path,
        )  # fmt: skip
        (tmp_path / "state-after.json").unlink()
        other = fts_contract_command("restore", tmp_path, "--cert", mock.credential("bob"), *ca)
        assert other.exit_code == 2
        assert "you are" in other.err
        missing = fts_contract_command(
            "restore", tmp_path / "no", "--cert", mock.credential("bob"), *ca
        )
        assert missing.exit_code == 2


def test_server_that_dies_is_reported_with_what_it_still_holds(tmp_path: Path) -> None:
    with MockFTS() as mock:
        furnish(mock)
        submitted: list[str] = []

        def watch(operation: Any, exchange: Any) -> None:
            if operation.operation_id == "submit_job" and exchange.status == 200:
                submitted.append(exchange.json["job_id"])
                if len(submitted) == 3:
                    mock.stop()

        run = run_contract(
            RunOptions(
                url=mock.endpoint, cert=mock.credential("admin"), ca_dir=mock.ca_dir, profile="full",
                allow_changes=True, max_examples=1, timeout_s=5,
            ),
            watch=watch,
            record=tmp_path,
        )  # fmt: skip
    assert not run.conforms
    told = " ".join(one.what + str(one.curl) for one in run.left)
    assert all(job_id in told for job_id in submitted)


def test_errors_of_the_harness_do_not_keep_it_from_putting_back() -> None:
    with MockFTS() as mock:
        furnish(mock)
        before = contents(mock)

        def watch(operation: Any, _exchange: Any) -> None:
            if operation.operation_id == "set_link":
                raise RuntimeError("a defect of the harness")

        options = RunOptions(
            url=mock.endpoint, cert=mock.credential("admin"), ca_dir=mock.ca_dir, profile="full",
            allow_changes=True, max_examples=1, operations="link",
        )  # fmt: skip
        with pytest.raises(RuntimeError, match="a defect"):
            run_contract(options, watch=watch)
        after = contents(mock)
        assert unfinished(before, after) == []
        assert differences(before, after) == {}


def test_end_of_the_time_does_not_keep_it_from_putting_back() -> None:
    with MockFTS() as mock:
        furnish(mock)
        before = contents(mock)
        run = run_contract(
            RunOptions(
                url=mock.endpoint, cert=mock.credential("admin"), ca_dir=mock.ca_dir, profile="full",
                allow_changes=True, exclusive=True, max_time_s=4, operations="config|ban|job",
            )
        )  # fmt: skip
        assert any("--max-time" in text for text in run.results.errors)
        assert list(run.left) == []
        after = contents(mock)
        assert unfinished(before, after) == []
        assert differences(before, after) == {}


def test_entries_of_others_that_change_meanwhile_are_told_and_not_overwritten() -> None:
    with MockFTS() as mock:
        furnish(mock)

        def watch(operation: Any, exchange: Any) -> None:
            if operation.operation_id == "add_grant" and exchange.status == 200:
                mock.state.grants.pop("/DC=org/DC=example/O=Users/CN=operator", None)
                mock.state.grant("/DC=org/DC=example/CN=new", "deleg")

        run = run_contract(
            RunOptions(
                url=mock.endpoint, cert=mock.credential("admin"), ca_dir=mock.ca_dir, profile="full",
                allow_changes=True, max_examples=1, operations="grant",
            ),
            watch=watch,
        )  # fmt: skip
        told = [one.what for one in run.left]
        assert told == ["grants: /DC=org/DC=example/O=Users/CN=operator config is gone"]
        assert "/DC=org/DC=example/O=Users/CN=operator" not in mock.state.grants
        assert "/DC=org/DC=example/CN=new" in mock.state.grants


def test_credential_that_could_not_be_put_back_is_not_replaced() -> None:
    with MockFTS() as mock:
        furnish(mock)
        mock.state.delegate("alice", lifetime_s=9 * 24 * 3600)
        before = contents(mock)
        run = run_contract(
            RunOptions(
                url=mock.endpoint, cert=mock.credential("alice"), ca_dir=mock.ca_dir, profile="full",
                allow_changes=True, max_examples=1, operations="delegation",
            )
        )  # fmt: skip
        assert "could not be put back" in run.results.not_applicable["delegation-round-trip"]
        assert differences(before, contents(mock)) == {}


def test_journal_has_each_change_before_it_is_sent_and_no_secret(tmp_path: Path) -> None:
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl"  # noqa: S105 - not a real one
    journal = Journal(tmp_path / "changes.jsonl")
    number = journal.begin("POST", "/jobs", b'{"a": "%s"}' % token.encode())
    (begun,) = read_changes(journal.path.read_text().splitlines())
    assert begun.status is None
    assert token not in begun.body
    journal.end(number, "POST", "/jobs", 200, b'{"job_id": "one"}')
    journal.begin("DELETE", "/jobs/one", None)
    journal.close()
    cut = journal.path.read_text()[:-5].splitlines()
    (ended,) = read_changes(cut)
    assert (ended.job_id, ended.status) == ("one", 200)
    assert journal.path.stat().st_mode & 0o077 == 0


def test_own_names_with_control_characters_and_quotes_are_removed() -> None:
    name = '/DC=org/DC=example/CN=fts-contract \x08"é'
    with MockFTS() as mock:
        furnish(mock)
        before = contents(mock)

        def watch(operation: Any, _exchange: Any) -> None:
            if operation.operation_id == "list_grants":
                mock.state.grant(name, "deleg")

        run = run_contract(
            RunOptions(
                url=mock.endpoint, cert=mock.credential("admin"), ca_dir=mock.ca_dir, profile="full",
                allow_changes=True, max_examples=1, operations="list_grants",
            ),
            watch=watch,
        )  # fmt: skip
        assert list(run.left) == []
        assert differences(before, contents(mock)) == {}


def test_ban_of_a_storage_is_lifted_by_a_caller_of_the_vo_that_set_it() -> None:
    with MockFTS() as mock:
        furnish(mock)
        before = contents(mock)

        def watch(_operation: Any, _exchange: Any) -> None:
            if not any("fts-contract" in ban.storage for ban in mock.state.bans):
                mock.state.ban_storage("mock://fts-contract-a.example.org", vo=VO_OF_ROOT)

        run = run_contract(
            RunOptions(
                url=mock.endpoint, cert=mock.credential("admin"), ca_dir=mock.ca_dir, profile="full",
                also_cert=(mock.credential("root"),), allow_changes=True, max_examples=1, operations="list_banned_se",
            ),
            watch=watch,
        )  # fmt: skip
        assert list(run.left) == []
        assert differences(before, contents(mock)) == {}


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


def test_what_a_server_lets_users_configure_is_told_and_removed_by_an_administrator(
    fts_contract_command: Callable[..., Outcome], tmp_path: Path
) -> None:
    (hole,) = [defect for defect in CATALOGUE if defect.name == "link-set-by-users"]
    with faulty_mock([hole]) as mock:
        furnish(mock)
        before = contents(mock)
        who = ["--cert", mock.credential("alice"), "--ca-dir", mock.ca_dir]
        run = fts_contract_command(
            "run", mock.endpoint, *who, *FULL, "--operations", "set_link", "--report", tmp_path
        )
        assert differences(before, contents(mock)).keys() == {"links"}
        assert run.exit_code == 6, run.out
        assert "LEFT    links: fts-contract" in run.out
        assert "-X DELETE" in run.out
        who += ["--also-cert", mock.credential("admin")]
        assert fts_contract_command("restore", tmp_path, *who).exit_code == 0
        assert differences(before, contents(mock)) == {}


def test_line_of_the_journal_that_does_not_fit_on_the_disk_is_not_sent_and_spoils_no_other(
    tmp_path: Path,
) -> None:
    journal = Journal(tmp_path / "changes.jsonl")
    journal.begin("POST", "/jobs", b"one")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal.path.stat().st_size + 9, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            journal.begin("POST", "/jobs", b"two")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    journal.begin("POST", "/jobs", b"three")
    journal.close()
    assert [one.body for one in read_changes(journal.path.read_text().splitlines())] == [
        "one",
        "three",
    ]


def test_report_that_cannot_be_written_does_not_hide_what_is_left(
    fts_contract_command: Callable[..., Outcome], tmp_path: Path
) -> None:
    def keep(_handler: Handler) -> Handler:
        return lambda _call: Reply(status=204, content_type=None)

    with changed("DELETE /config/authorize", keep) as mock:
        furnish(mock)
        run = fts_contract_command(
            "run", mock.endpoint, "--cert", mock.credential("admin"), "--ca-dir", mock.ca_dir,
            *FULL, "--operations", "grant", "--report", tmp_path, "--record", mock.ca_file,
        )  # fmt: skip
        assert run.exit_code == 6, run.out + run.err
        assert "LEFT    grants: /DC=org/DC=example/CN=fts-contract" in run.out
        assert "cannot write the report" in run.err


def test_credential_that_is_removed_during_a_run_does_not_hide_what_is_left(
    fts_contract_command: Callable[..., Outcome], tmp_path: Path
) -> None:
    pem = tmp_path / "proxy.pem"

    def remove_credential(handler: Handler) -> Handler:
        def answer(call: Call) -> Reply:
            pem.unlink(missing_ok=True)
            return handler(call)

        return answer

    with changed("POST /jobs", remove_credential) as mock:
        furnish(mock)
        before = contents(mock)
        pem.write_bytes(mock.credential("alice").read_bytes())
        pem.chmod(0o600)
        who = ["--cert", pem, "--ca-dir", mock.ca_dir]
        report = tmp_path / "report"
        run = fts_contract_command(
            "run", mock.endpoint, *who, *FULL, "--operations", "submit_job", "--report", report
        )
        assert unfinished(before, contents(mock))
        assert run.exit_code == 6, run.out + run.err
        assert str(pem) in run.err
        assert f"the server was not put back; run: fts contract restore {report}" in run.err
        pem.write_bytes(mock.credential("alice").read_bytes())
        pem.chmod(0o600)
        assert fts_contract_command("restore", report, *who).exit_code == 0
        assert unfinished(before, contents(mock)) == []
