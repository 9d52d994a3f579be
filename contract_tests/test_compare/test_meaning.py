"""What values of two servers mean: ids that belong together, times as distances from the present."""

from __future__ import annotations

from typing import Any

import pytest

from fts_contract.compare.matching.meaning import Meaning

ONE = "11111111-e6f5-11f1-9d01-02fc0000c001"
TWO = "22222222-e6f5-11f1-9d01-02fc0000c001"
THREE = "33333333-e6f5-11f1-9d01-02fc0000c001"
NOON = 1_800_000_000.0
AT_NOON, LATER = "2027-01-15T08:00:00", "2027-01-15T09:00:00"


@pytest.fixture
def meaning() -> Meaning:
    return Meaning(tolerance_s=2, same_pace=False, reference_now=NOON, target_now=NOON + 3600)


def test_ids_that_stood_at_one_place_belong_together(meaning: Meaning) -> None:
    assert meaning.differ("job_id", ONE, TWO, settled=True) is None
    assert meaning.differ("message", f"no job {ONE}", f"no job {TWO}", settled=True) is None
    assert meaning.differ("job_id", ONE, THREE, settled=True) == "another id"
    assert meaning.differ("job_id", THREE, TWO, settled=True) == "another id"


def test_file_ids_are_numbers_that_belong_together(meaning: Meaning) -> None:
    assert meaning.differ("file_id", 7, 900, settled=True) is None
    assert meaning.differ("file_id", 7, 901, settled=True) == "another id"
    assert meaning.differ("file_id", 8, "902", settled=True) == "type"


def test_times_are_distances_from_the_present(meaning: Meaning) -> None:
    assert meaning.differ("submit_time", AT_NOON, LATER, settled=True) is None
    assert meaning.differ("submit_time", AT_NOON, "2027-01-15T09:00:09", settled=True) == "time"
    assert meaning.differ("submit_time", AT_NOON, "2027-01-15 09:00:00", settled=True) == "value"
    assert meaning.differ("max_time_in_queue", NOON + 60, NOON + 3660, settled=True) is None
    assert meaning.differ("max_time_in_queue", NOON + 60, NOON + 9999, settled=True) == "time"


def test_times_may_differ_by_the_most_that_one_server_has_been_behind_the_other() -> None:
    meaning = Meaning(tolerance_s=2, same_pace=False)
    meaning.read_clocks(NOON, NOON)
    meaning.read_clocks(NOON, NOON + 61)  # The target took a minute longer so far.
    meaning.read_clocks(NOON + 300, NOON + 300)

    assert meaning.differ("addition_time", AT_NOON, "2027-01-15T08:01:01", settled=True) is None
    assert meaning.differ("addition_time", AT_NOON, "2027-01-15T08:01:10", settled=True) == "time"


@pytest.mark.parametrize(
    ("key", "one", "other", "found"),
    [
        ("priority", 3, 3, None),
        ("priority", 3, 4, "value"),
        ("priority", 3, "3", "type"),
        ("priority", 1, True, "type"),
        ("throughput", 1, 1.0, "type"),
        ("reason", None, "", "null or not"),
        ("pid", 4711, 815, None),
        ("pid", 4711, None, "null or not"),
        ("log_file", "/var/log/a", "/var/log/b", None),
        ("transfer_host", "fts-a", "fts-b", None),
        ("transfer_host", "fts-a", "", "value"),
        ("message", "expired 31 seconds ago", "expired 32 seconds ago", None),
        ("message", "expired 31 seconds ago", "expired 91 seconds ago", "value"),
        ("href", "https://localhost:8446/x", "https://localhost:9999/x", None),
        ("href", "https://localhost:8446/x", "https://internal:8446/x", "value"),
        ("size", 1_000_000_000, 1_000_000_001, "value"),
        ("hashed_id", 0, 815, None),
        ("hashed_id", 0, None, "null or not"),
    ],
)
def test_values_that_depend_on_the_server_are_told_from_others(
    meaning: Meaning, key: str, one: Any, other: Any, found: str | None
) -> None:
    assert meaning.differ(key, one, other, settled=True) == found


def test_numbers_are_exact_where_plays_move_both_clocks(meaning: Meaning) -> None:
    for one, other in ((1.25, 1.2500001), (0.0, -0.0)):
        meaning.same_pace = False
        assert meaning.differ("limit", one, one, settled=True) is None
        meaning.same_pace = True
        assert meaning.differ("limit", one, other, settled=True) == "value"
    # Measured, so the last digits depend on when the clocks were read.
    assert meaning.differ("throughput", 1.25, 1.2500001, settled=True) is None


def test_a_job_that_moves_may_be_further_on_one_server(meaning: Meaning) -> None:
    assert meaning.differ("job_state", "SUBMITTED", "ACTIVE", settled=False) is None
    assert meaning.differ("job_state", "SUBMITTED", "ACTIVE", settled=True) == "value"
    assert meaning.differ("job_state", "SUBMITTED", "FINISHED", settled=False) == "value"
    meaning.same_pace = True
    assert meaning.differ("job_state", "SUBMITTED", "ACTIVE", settled=False) == "value"


def test_rows_sort_alike_whatever_their_ids_and_times(meaning: Meaning) -> None:
    assert meaning.differ("job_id", ONE, TWO, settled=True) is None
    known = [
        meaning.sort_key({"job_id": job_id, "file_id": number, "pid": number}, of_target=target)
        for job_id, number, target in ((ONE, 1, False), (TWO, 99, True))
    ]
    assert known[0] == known[1]
    other = meaning.sort_key({"job_id": THREE, "file_id": 1, "pid": 1}, of_target=True)
    assert other != known[0]
