"""The values in the answers of the real server, where they do not depend on what else it held.

The fidelity replay compares status, types and messages of all recordings; here the values count too, so that a wrong
default (a priority of 4, a state of a new file) is found.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fidelity.recorded import Recording, read_recordings
from fidelity.replay import replay_file

if TYPE_CHECKING:
    from fidelity.compare import Answer

    from fts_contract.mock import MockFTS

RECORDINGS = Path(__file__).parents[1] / "fts_contract" / "recordings"
FREE = {"job_id", "file_id", "hashed_id", "max_time_in_queue", "dn"}
# What the jobs and settings of others decide.
STATE = re.compile(r"/(config|ban|optimizer|archive|autocomplete|cs)(/|$)|^/$")
ELSEWHERE = re.compile(r"\bjob [0-9a-f]{8}-|\(introspection")


def differences(recorded: Any, ours: Any, where: str = "") -> list[str]:
    if isinstance(recorded, dict) and isinstance(ours, dict):
        found = [f"{where}.{key}: only on one side" for key in recorded.keys() ^ ours.keys()]
        for key in recorded.keys() & ours.keys():
            found += differences(recorded[key], ours[key], f"{where}.{key}")
        return found
    if isinstance(recorded, list) and isinstance(ours, list):
        if len(recorded) != len(ours):
            return [f"{where}: {len(recorded)} members, {len(ours)} here"]
        pairs = enumerate(zip(recorded, ours, strict=True))
        return [d for i, (a, b) in pairs for d in differences(a, b, f"{where}[{i}]")]
    if type(recorded) is not type(ours):
        return [f"{where}: {recorded!r}, {ours!r} here"]
    if "BEGIN CERTIFICATE" in str(recorded):
        recorded, ours = str(recorded).count("BEGIN"), str(ours).count("BEGIN")
    key = where.rpartition(".")[2].partition("[")[0]
    if key in FREE or _blank(recorded) == _blank(ours):
        return []
    return [f"{where}: {recorded!r}, {ours!r} here"]


def _blank(value: Any) -> Any:
    # Numbers count as values; inside of texts they are ids, times and ports.
    return re.sub(r"[0-9a-f]*\d[0-9a-f]*", "N", value) if isinstance(value, str) else value


def values(recording: Recording, answer: Answer) -> list[str]:
    if answer.status != recording.status and not ELSEWHERE.search(recording.setup):
        return [f"status {recording.status}, {answer.status} here: {str(answer.value)[:200]}"]
    depends = STATE.search(recording.path) or ELSEWHERE.search(recording.setup)
    if (depends and answer.status == 200) or str(recording.answer).startswith("<"):
        return []
    return differences(recording.answer, answer.value)


@pytest.mark.parametrize(
    ("name", "at_least"),
    [("root", 25), ("whoami", 20), ("jobs-submit", 540), ("oauth2-tokens", 170)],
)
def test_answers_have_the_values_of_the_real_server(
    mock: MockFTS, name: str, at_least: int
) -> None:
    results = replay_file(mock, read_recordings(RECORDINGS / f"{name}.json"), compare=values)

    wrong = {r.id: r.differences for r in results if r.differences and r.on_purpose is None}
    assert wrong == {}
    assert sum(result.left_out is None for result in results) >= at_least
