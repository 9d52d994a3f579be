"""`fts contract recordings`: a table, the skips by rule, the failures, and a last line to rely on."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_harness.small_servers import Outcome

    Command = Callable[..., Outcome]


def first_conforming(folder: Path) -> dict[str, object]:
    recordings = json.loads((folder / "whoami.json").read_text())
    return next(r for r in recordings if r["id"] == "whoami-alice" or r["as"] == "alice")


def test_recordings_of_the_package_conform(
    fts_contract_command: Command, recordings_folder: Path
) -> None:
    outcome = fts_contract_command("recordings", recordings_folder)
    assert outcome.exit_code == 0, outcome.out
    last = outcome.out.splitlines()[-1]
    conforming, checked = map(int, re.fullmatch(r"conform: (\d+) of (\d+)", last).groups())  # type: ignore[union-attr]
    assert conforming == checked > 1000
    assert re.search(r"^skipped: \d+ by rule head-or-options$", outcome.out, re.MULTILINE)
    assert "jobs-submit.json" in outcome.out


def test_recordings_with_a_missing_field_fail_and_are_named(
    fts_contract_command: Command, recordings_folder: Path, tmp_path: Path
) -> None:
    recording = first_conforming(recordings_folder)
    del recording["response"]["body"]["user_dn"]  # type: ignore[index]
    (tmp_path / "mine.json").write_text(json.dumps([recording]))
    outcome = fts_contract_command("recordings", tmp_path)
    assert outcome.exit_code == 1
    assert str(recording["id"]) in outcome.out
    assert "user_dn" in outcome.out
    assert outcome.out.splitlines()[-1] == "conform: 0 of 1"
    as_json = json.loads(fts_contract_command("recordings", tmp_path, "--json").out)
    assert (as_json["checked"], as_json["conform"]) == (1, 0)
    assert [failure["id"] for failure in as_json["failures"]] == [recording["id"]]


def test_recordings_of_nothing_cannot_be_judged(
    fts_contract_command: Command, tmp_path: Path
) -> None:
    for directory in (tmp_path, tmp_path / "none"):
        outcome = fts_contract_command("recordings", directory)
        assert outcome.exit_code == 2
        assert len(outcome.err.strip().splitlines()) == 1
        assert str(directory) in outcome.err


def test_recordings_in_another_form_are_refused(
    fts_contract_command: Command, tmp_path: Path
) -> None:
    for text in ("{", "[1]", '{"log": {"entries": []}}'):
        (tmp_path / "har.json").write_text(text)
        outcome = fts_contract_command("recordings", tmp_path)
        assert outcome.exit_code == 2, outcome.out
        assert "har.json" in outcome.err


def test_recording_with_a_repeated_filter_is_judged_by_the_first_value(
    fts_contract_command: Command, recordings_folder: Path, tmp_path: Path
) -> None:
    recordings = json.loads((recordings_folder / "jobs-query.json").read_text())
    recording = next(r for r in recordings if r["id"] == "jobs-list-state-one")
    assert recording["request"]["query"]["state_in"] == "ACTIVE"
    for states, conforming in ((["ACTIVE", "SUBMITTED"], 1), (["SUBMITTED", "ACTIVE"], 0)):
        recording["request"]["query"]["state_in"] = states
        (tmp_path / "mine.json").write_text(json.dumps([recording]))
        outcome = fts_contract_command("recordings", tmp_path)
        assert outcome.out.splitlines()[-1] == f"conform: {conforming} of 1"
