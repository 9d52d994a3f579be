"""Transfers that cannot be read back or written."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING

import pytest

import fts_client
from fts_client import FTSUsageError, Transfer, read_transfers
from fts_client.jobs.stored import as_submitted
from fts_client.jobs.transfer_files import write_transfers

if TYPE_CHECKING:
    from pathlib import Path

A, B = "mock://a.org/f", "mock://b.org/f"


def test_file_without_a_destination_says_what_to_ask_for() -> None:
    with pytest.raises(FTSUsageError, match="Ask for both"):
        as_submitted({"source_surl": A})


def test_csv_refuses_what_would_be_read_differently(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    for odd in ("{not JSON", " x "):
        with pytest.raises(FTSUsageError, match="CSV cannot hold these transfers"):
            write_transfers(path, [Transfer(A, B, metadata=odd)])
    assert not path.exists()


def test_file_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    with pytest.raises(FTSUsageError, match="No such file or directory"):
        write_transfers(tmp_path / "none" / "pairs.csv", [Transfer(A, B)])


def test_minus_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    write_transfers(pathlib.Path("-"), [Transfer(A, B)])
    out = capsys.readouterr().out
    assert A in out
    assert B in out


def test_value_given_under_two_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(f'{{"source": "{A}", "sources": ["{A}"], "destination": "{B}"}}')
    with pytest.raises(FTSUsageError, match="given twice"):
        read_transfers(path)


def test_every_public_name_is_listed_for_completion() -> None:
    assert set(fts_client.__all__) <= set(dir(fts_client))
