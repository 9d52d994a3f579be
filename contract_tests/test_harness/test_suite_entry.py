"""`pytest --pyargs fts_contract.suite`: the contract as tests, for those who have a pytest pipeline already."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import attrs
from test_harness.small_servers import json_answer

from fts_contract.mock import MockFTS
from fts_contract.mock.operations import OPERATIONS, Operation

if TYPE_CHECKING:
    from pathlib import Path

    from test_harness.small_servers import Answer, SmallServer

    from fts_contract.mock.exchange import Call, Reply


def run_suite(folder: Path, *args: object) -> subprocess.CompletedProcess[str]:
    # In an empty folder, as a user would: our own configuration must not be needed.
    return subprocess.run(  # noqa: S603 - our own interpreter
        [
            sys.executable, "-m", "pytest", "--pyargs", "fts_contract.suite", "-q",
            "-p", "no:cacheprovider", "--junit-xml", "out.xml", *map(str, args),
        ],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_suite_judges_each_operation_and_check(
    stub: SmallServer, stub_answers: dict[str, Answer], pem: Path, tmp_path: Path
) -> None:
    stub_answers["/files"] = json_answer(200, [{"file_id": "one"}])
    done = run_suite(
        tmp_path, "--fts-url", stub.url, "--fts-cert", pem, "--fts-max-examples", 1,
        "-k", "list_files or whoami or delete_grant or submit_job",
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    outcomes: Counter[str] = Counter()
    failed = []
    for case in ET.parse(tmp_path / "out.xml").getroot().iter("testcase"):  # noqa: S314 - our own
        child = next((element.tag for element in case if element.tag != "properties"), "passed")
        outcomes[child] += 1
        if child == "failure":
            failed.append(case.get("name"))
    # The file lacks nearly everything, too.
    assert failed == [
        "test_contract[list_files-body-mismatch]",
        "test_contract[list_files-always-missing]",
    ]
    assert outcomes["passed"] > 20
    assert outcomes["skipped"] >= 14  # what profile safe does not send
    assert "curl" in done.stdout


def test_suite_has_tests_of_probes_only_in_their_profile(
    stub: SmallServer, pem: Path, tmp_path: Path
) -> None:
    def names(*args: object) -> set[str]:
        done = run_suite(tmp_path, "--fts-url", stub.url, "--collect-only", "-k", "list", *args)
        assert done.returncode == 0, done.stdout
        return {line.rpartition("[")[2].rstrip("]") for line in done.stdout.splitlines()}

    safe, full = names(), names("--fts-profile", "full", "--fts-allow-changes")
    assert "list_jobs-list-limit" in safe & full
    assert "whoami-list-limit" not in safe | full
    assert "list_jobs-list-filter" in full - safe
    assert "list_jobs-body-mismatch" in safe & full
    assert stub.seen == []
    # A probe that could not be applied does not pass.
    done = run_suite(
        tmp_path, "--fts-url", stub.url, "--fts-cert", pem, "--fts-max-examples", 1, "-rs",
        "-k", "list_jobs-list-limit",
    )  # fmt: skip
    assert "fewer than two jobs" in done.stdout


def test_suite_tests_what_the_server_refuses_further_callers(tmp_path: Path) -> None:
    def with_hole(operation: Operation) -> Operation:
        handler = operation.handler
        if (operation.method, operation.template) != ("GET", "/config/audit") or handler is None:
            return operation

        def handle(call: Call) -> Reply:
            if str(call.identity.caller.user_dn).endswith("/CN=bob"):
                call = attrs.evolve(
                    call, identity=attrs.evolve(call.identity, level={"config": "all"})
                )
            return handler(call)

        return attrs.evolve(operation, handler=handle)

    with MockFTS(operations=[with_hole(operation) for operation in OPERATIONS]) as mock:
        args = (
            "--fts-url", mock.endpoint, "--fts-cert", mock.credential("admin"),
            "--fts-ca-dir", mock.ca_dir, "--fts-max-examples", 1,
            "-k", "list_config_audit-authorization-others",
        )  # fmt: skip
        assert run_suite(tmp_path, *args).returncode == 0
        also = (
            "--fts-also-cert",
            mock.credential("alice"),
            "--fts-also-cert",
            mock.credential("bob"),
        )
        done = run_suite(tmp_path, *args, *also)
    assert done.returncode == 1, done.stdout
    assert "/CN=bob gets 200" in done.stdout


def test_suite_without_url_says_what_is_missing(tmp_path: Path) -> None:
    done = run_suite(tmp_path)
    assert done.returncode != 0
    assert "--fts-url" in done.stdout + done.stderr


def test_suite_in_two_processes_sends_the_requests_of_an_operation_once(
    stub: SmallServer, pem: Path, tmp_path: Path
) -> None:
    args = (
        "--fts-url", stub.url, "--fts-cert", pem, "--fts-max-examples", 1,
        "-k", "(list_files or whoami) and (body or leak)",
    )  # fmt: skip
    alone = run_suite(tmp_path, *args)
    assert alone.returncode == 0, alone.stdout
    sent = Counter((seen.method, seen.target) for seen in stub.seen)
    stub.seen.clear()
    together = run_suite(tmp_path, *args, "-n", 2)
    assert together.returncode == 0, together.stdout
    last_lines = [done.stdout.splitlines()[-1] for done in (alone, together)]
    # Of one process there may be warnings too.
    alone_counts, counts = (re.findall(r"\d+ (?:passed|skipped)", line) for line in last_lines)
    assert counts == alone_counts
    assert Counter((seen.method, seen.target) for seen in stub.seen) == sent
