"""A run of profile full leaves the whole state of a server as it was, however it ends.

`FTS_STATE_SEEDS=10` runs every operation as every caller with ten seeds; without it a small sample is run.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from test_harness.shared_state.server_in_use import contents, differences, furnish, unfinished

from fts_contract.harness.options import RunOptions
from fts_contract.harness.run import run_contract
from fts_contract.mock import Fault, MockFTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from test_harness.small_servers import Outcome

FTS = Path(sys.executable).with_name("fts")
SEEDS = int(os.environ.get("FTS_STATE_SEEDS", "0"))
CALLERS = ("alice", "admin", "root", "bob")
CASES = [
    (who, exclusive, seed)
    for seed in range(SEEDS)
    for who in CALLERS
    for exclusive in (False, True)
] or [
    ("admin", True, 1),
    ("alice", False, 2),
]
# What changes the state, in the sample.
OPERATIONS = None if SEEDS else "(POST|DELETE) /(config|ban|optimizer|delegation)|cancel_jobs"
KILLS = [
    (who, kill, seed)
    for seed in range(SEEDS)
    for who in ("admin", "bob")
    for kill in ("SIGKILL", "SIGTERM")
] or [
    ("admin", "SIGKILL", 3),
    ("admin", "SIGTERM", 4),
]


@pytest.fixture
def server() -> Iterator[MockFTS]:
    with MockFTS() as mock:
        furnish(mock)
        yield mock


def is_as_before(before: dict[str, Any], mock: MockFTS) -> None:
    after = contents(mock)
    assert unfinished(before, after) == []
    assert differences(before, after) == {}


@pytest.mark.parametrize(("who", "exclusive", "seed"), CASES)
def test_state_of_the_server_is_as_before(
    who: str, *, exclusive: bool, seed: int, server: MockFTS, tmp_path: Path
) -> None:
    before = contents(server)
    run = run_contract(
        RunOptions(
            url=server.endpoint,
            cert=server.credential(who),
            also_cert=(server.credential("admin"),) if who == "bob" else (),
            ca_dir=server.ca_dir,
            profile="full",
            allow_changes=True,
            exclusive=exclusive,
            seed=seed,
            max_examples=5 if SEEDS else 1,
            operations=OPERATIONS,
        ),
        record=tmp_path,
    )
    assert list(run.left) == []
    assert (tmp_path / "state-before.json").stat().st_mode & 0o077 == 0
    assert "Bearer" not in (tmp_path / "changes.jsonl").read_text()
    is_as_before(before, server)


@pytest.mark.parametrize(("who", "kill", "seed"), KILLS)
def test_state_is_as_before_after_a_kill_at_a_random_moment_and_a_restore(
    who: str,
    kill: str,
    seed: int,
    *,
    server: MockFTS,
    fts_contract_command: Callable[..., Outcome],
    tmp_path: Path,
) -> None:
    before = contents(server)
    callers: list[str | Path] = ["--cert", server.credential(who), "--ca-dir", server.ca_dir]
    callers += ["--also-cert", server.credential("admin")] if who == "bob" else []
    process = subprocess.Popen(  # noqa: S603 - our own command
        [
            FTS, "contract", "run", server.endpoint, *callers, "--profile", "full", "--exclusive",
            "--allow-changes", "--seed", str(seed), "--max-examples", "2", "--report", tmp_path,
            "--operations", OPERATIONS or "",
        ],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    changes = tmp_path / "changes.jsonl"
    wanted = random.Random(seed).randrange(20, 1500)  # noqa: S311 - not for secrets
    while process.poll() is None and not (changes.exists() and _lines(changes) > wanted):
        time.sleep(0.02)
    process.send_signal(signal.Signals[kill])
    out, err = process.communicate(timeout=120)
    if kill == "SIGTERM":
        assert process.returncode == 143, out + err
        assert "Traceback" not in err
        is_as_before(before, server)
    outcome = fts_contract_command("restore", tmp_path, *callers)
    assert outcome.exit_code == 0, outcome.out
    assert outcome.out.splitlines()[-1] == "the server is as it was before the run"
    is_as_before(before, server)


@pytest.mark.parametrize("kind", ["status", "malformed"])
def test_jobs_of_the_caller_are_left_alone_when_no_submission_is_answered_well(
    kind: Literal["status", "malformed"], server: MockFTS
) -> None:
    before = contents(server)
    server.faults.add(Fault(kind, operation="(POST|PUT) /jobs$", count=None))
    run = run_contract(
        RunOptions(
            url=server.endpoint, cert=server.credential("alice"), ca_dir=server.ca_dir,
            also_cert=(server.credential("bob"),), profile="full", allow_changes=True,
            max_examples=1, operations="jobs",
        )
    )  # fmt: skip
    assert list(run.left) == []
    is_as_before(before, server)


def test_configuration_is_as_before_a_run_with_a_token(tmp_path: Path) -> None:
    token = tmp_path / "token"
    with MockFTS(oauth2=True) as mock:
        furnish(mock)
        before = contents(mock)
        token.write_text(mock.token())
        token.chmod(0o600)
        run = run_contract(
            RunOptions(
                url=mock.endpoint, token_file=token, ca_dir=mock.ca_dir, profile="full",
                allow_changes=True, max_examples=1, operations="link|grant",
            )
        )  # fmt: skip
        # FTS lets tokens configure links, though not read or write grants.
        assert run.results.operations["set_link"].statuses[201]
        assert run.results.operations["add_grant"].statuses[403]
        assert list(run.left) == []
        is_as_before(before, mock)


@pytest.mark.parametrize(
    "ended", [[signal.SIGINT], [signal.SIGTERM], "--max-time"], ids=["ctrl-c", "sigterm", "time"]
)
def test_submission_that_is_under_way_when_a_run_is_ended_leaves_no_job(
    ended: list[signal.Signals] | str, *, server: MockFTS, tmp_path: Path
) -> None:
    before = contents(server)
    server.faults.add(Fault("delay", operation="POST /jobs$", delay_s=4))
    options = ["--max-time", "3"] if ended == "--max-time" else []
    process = subprocess.Popen(  # noqa: S603 - our own command
        [
            FTS, "contract", "run", server.endpoint, "--cert", server.credential("alice"),
            "--ca-dir", server.ca_dir, "--profile", "full", "--allow-changes", *options,
            "--operations", "submit_job", "--max-examples", "1", "--report", tmp_path,
        ],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    while process.poll() is None and not server.faults.hits:
        time.sleep(0.02)
    for number in ended if isinstance(ended, list) else ():
        process.send_signal(number)
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err
    time.sleep(4)  # By then the server has carried out what it began.
    assert server.state.job_count > len(before["jobs"]), out + err
    is_as_before(before, server)


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")
