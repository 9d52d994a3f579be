"""`fts contract defects`: what it prints, what it writes, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import attrs
import pytest
from typer.testing import CliRunner
from unseen import CATALOGUE as UNSEEN

from fts_contract.commands import contract as contract_app
from fts_contract.defects.campaign import run_all, sample_of, task_for
from fts_contract.defects.catalogue import CATALOGUE
from fts_contract.defects.command import Choice, defects_command
from fts_contract.defects.sets import defect_named
from fts_contract.defects.table import Row, show_clean, show_defect, show_totals
from fts_contract.defects.trial import Outcome, run_task
from fts_contract.harness.reports.terminal import make_console

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fts_contract.defects.defect import Defect
    from fts_contract.defects.trial import Task
    from fts_contract.harness.options import Profile

THREE = ("whoami-without-vo-ids", "list-cut-off", "delegation-delete-nothing-as-204")


def outcome(name: str, *checks: str, hits: int = 1, profile: Profile = "full") -> Outcome:
    return Outcome(
        task=task_for(defect_named(name), profile, seed=1),
        failures=tuple(("whoami", check, "wrong") for check in checks),
        hits=hits,
        requests=10,
        elapsed_s=1.0,
    )


def missed_unseen(defect: Defect) -> Outcome:
    task = task_for(defect, "full", seed=1, catalogue="unseen")
    return Outcome(task=task, failures=(), hits=1, requests=10, elapsed_s=1.0)


def test_defects_of_another_module_are_tried(tmp_path: Path) -> None:
    report = tmp_path / "defects.json"
    result = CliRunner().invoke(
        contract_app,
        [
            *("defects", "--catalogue", "unseen", "--profile", "safe", "--report", str(report)),
            *("--only", "^last-of-repeated-arguments-counts$"),
        ],
    )
    assert result.exit_code == 0, result.output
    (entry,) = json.loads(report.read_text())["defects"]
    assert entry["catalogue"] == "unseen"
    assert entry["runs"]["safe"]["error"] is None


def _first_breaks(task: Task) -> Outcome:
    if task.name == THREE[0]:
        raise KeyError("a bug of ours")
    return Outcome(task=task, failures=(), hits=1, requests=10, elapsed_s=1.0)


def test_run_that_ends_with_an_error_of_its_own_loses_no_other_run() -> None:
    tasks = [task_for(defect_named(name), "safe", seed=1) for name in THREE]
    outcomes = run_all(_first_breaks, tasks, on_done=lambda _outcome: None)
    assert [one.verdict for one in outcomes.values()] == ["could not run", "missed", "missed"]
    assert outcomes[tasks[0]].error == "KeyError: 'a bug of ours'"


def test_seeded_defects_are_caught(tmp_path: Path) -> None:
    report = tmp_path / "defects.json"
    result = CliRunner().invoke(
        contract_app,
        ["defects", "--only", f"^(?:{'|'.join(THREE)})$", "--report", str(report)],
    )
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "safe: 2 of 2" in lines
    assert "seen, full: caught 3 of 3" in lines
    assert lines[-1] == "caught: 3 of 3"
    written = json.loads(report.read_text())
    assert [entry["name"] for entry in written["defects"]] == list(THREE)
    found = written["defects"][0]["runs"]["safe"]
    assert found["verdict"] == "caught"
    assert "body-mismatch" in found["checks"]
    assert found["hits"] > 0


def test_each_defect_is_printed_when_it_was_tried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = []

    def run_all(
        _work: object, tasks: Sequence[Task], *, on_done: Callable[[Outcome], None]
    ) -> dict[Task, Outcome]:
        made = {task: attrs.evolve(outcome(task.name, "times"), task=task) for task in tasks}
        for result in made.values():
            on_done(result)
            printed.append(capsys.readouterr().out)
        return made

    monkeypatch.setattr("fts_contract.defects.command.run_all", run_all)
    choice = Choice(only=f"^(?:{'|'.join(THREE)})$", profile="full")
    assert defects_command(choice, out=make_console(), err=make_console(stderr=True))
    assert [text.split()[0] for text in printed] == list(THREE)


def test_clean_mock_shows_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    clean = attrs.evolve(task_for(defect_named("list-cut-off"), "full", seed=1), name="")
    outcomes = run_all(run_task, [clean], on_done=lambda _outcome: None)
    assert show_clean(list(outcomes.values()), make_console()), capsys.readouterr().out
    assert outcomes[clean].requests > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--only", "no-such-defect"), "no defect matches"),
        (("--only", "("), "not a valid regular expression"),
        (("--only", "[[a]"), "nested set"),
        (("--catalogue", "no.such"), "Python module with a CATALOGUE of defects, got 'no.such'"),
        (("--catalogue", "json"), "got 'json'"),
        (("--profile", "half"), "--profile must be one of full, safe, both, got half"),
        (("--sample", "-1"), "--sample"),
    ],
)
def test_bad_option_is_refused(arguments: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(contract_app, ["defects", *arguments])
    assert result.exit_code == 2
    assert said in result.stderr


def test_missed_defect_fails_and_differs_from_one_not_reached(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = [
        Row(defect=defect_named(THREE[0]), full=outcome(THREE[0])),
        Row(defect=defect_named(THREE[1]), full=outcome(THREE[1], hits=0)),
    ]
    for row in rows:
        show_defect(row, make_console(), width=30)
    assert not show_totals(rows, make_console())
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("full: missed")
    assert lines[1].endswith("full: not reached")
    assert lines[-1] == "caught: 0 of 2"


def test_other_catalogues_have_figures_of_their_own_and_no_threshold(
    capsys: pytest.CaptureFixture[str],
) -> None:
    unseen = [Row(defect=defect, full=missed_unseen(defect)) for defect in UNSEEN[:2]]
    seen = Row(defect=defect_named(THREE[0]), full=outcome(THREE[0], "body-mismatch"))
    assert show_totals([seen, *unseen], make_console())
    lines = capsys.readouterr().out.splitlines()
    assert "seen, full: caught 1 of 1" in lines
    assert "unseen, full: caught 0 of 2" in lines
    assert lines[-1] == "caught: 1 of 3"


def test_what_only_compare_found_is_caught_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    missed = [outcome(name) for name in THREE[:2]]
    found = missed[0].joined(outcome(THREE[0], "compare"))
    assert (found.verdict, found.checks, found.requests) == ("caught", ("compare",), 20)
    rows = [
        Row(defect=defect_named(THREE[0]), full=found),
        Row(defect=defect_named(THREE[1]), full=missed[1]),
    ]
    for row in rows:
        show_defect(row, make_console(), width=30)
    assert not show_totals(rows, make_console())
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("full: caught by compare")
    assert "seen, full: caught 1 of 2 (1 by compare alone)" in lines


def test_each_profile_has_its_own_threshold(capsys: pytest.CaptureFixture[str]) -> None:
    def rows(caught: int, profile: Profile) -> list[Row]:
        made = []
        for number in range(20):
            checks = ("body-mismatch",) if number < caught else ()
            run = outcome(THREE[0], *checks, profile=profile)
            defect = defect_named(THREE[0])
            made.append(
                Row(defect=defect, full=run) if profile == "full" else Row(defect=defect, safe=run)
            )
        return made

    assert show_totals(rows(19, "full"), make_console())
    assert not show_totals(rows(18, "full"), make_console())
    assert show_totals(rows(12, "safe"), make_console())
    assert not show_totals(rows(11, "safe"), make_console())
    assert "safe: 11 of 20" in capsys.readouterr().out.splitlines()


def test_what_only_compare_found_does_not_count_towards_the_threshold(
    capsys: pytest.CaptureFixture[str],
) -> None:
    defect = defect_named(THREE[0])
    by_run = [Row(defect=defect, full=outcome(THREE[0], "body-mismatch"))] * 18
    by_compare = [Row(defect=defect, full=outcome(THREE[0], "compare"))] * 2
    assert not show_totals([*by_run, *by_compare], make_console())
    assert "seen, full: caught 20 of 20 (2 by compare alone)" in capsys.readouterr().out


def test_failure_on_a_clean_mock_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert not show_clean([outcome(THREE[0], "times", hits=0)], make_console())
    shown = capsys.readouterr().out
    assert "FALSE ALARM" in shown
    assert "times" in shown
    assert "clean: 0 of 1" in shown


def test_sample_is_the_same_for_a_seed_and_spread_over_kinds() -> None:
    chosen = sample_of(CATALOGUE, 15, seed=7)
    assert chosen == sample_of(CATALOGUE, 15, seed=7)
    assert chosen != sample_of(CATALOGUE, 15, seed=8)
    assert len({defect.kind for defect in chosen}) == 15
    assert sample_of(CATALOGUE, 10_000, seed=7) == list(CATALOGUE)


def test_process_of_the_harness_loads_neither_mock_nor_catalogue() -> None:
    # Hypothesis draws constants from the loaded modules of a project: these would show it what to look for.
    code = (
        "import sys, fts_contract.defects.trial, fts_contract.defects.mock_process\n"
        "print([n for n in sys.modules if n.startswith(('fts_contract.mock', 'fts_contract.defects.cat', 'unseen'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.strip() == "[]"
