"""What could not be put back is told, with the request that would; a restore is for the callers of the run."""

from __future__ import annotations

import json
import resource
import threading
from typing import TYPE_CHECKING, Any

import pytest
from test_harness.shared_state.server_in_use import (
    changed,
    contents,
    differences,
    furnish,
    unfinished,
)

from fts_contract.defects.catalogue import CATALOGUE
from fts_contract.defects.injection import faulty_mock
from fts_contract.harness.options import RunOptions
from fts_contract.harness.run import run_contract
from fts_contract.harness.sending.journal import Journal, read_changes
from fts_contract.mock import MockFTS
from fts_contract.mock.exchange import Reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_harness.shared_state.server_in_use import Handler
    from test_harness.small_servers import Outcome

    from fts_contract.mock.exchange import Call


# Its credential has no VO, so that its delegation id stands for one.
VO_OF_ROOT = "b89b6b309724feac"
FULL = ("--profile", "full", "--allow-changes", "--max-examples", 1)


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
