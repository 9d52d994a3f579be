"""Run the dags of the documentation to their end, and see what happens when files fail."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from test_docs.pages import ROOT, blocks_of

from airflow_runs.stand import Stand
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["run_examples"]

_PAGE: Final = ROOT / "docs" / "cookbook" / "airflow.md"
_TIMEOUT_S: Final = 3600
# A transfer that takes 5 s by the clock of the mock.
_TIME_SCALE: Final = 5


def run_examples(folder: Path, *, batches: int) -> None:
    """Run them.

    Args:
        folder: Where Airflow keeps everything.
        batches: How many mapped tasks the fan-out has.

    Raises:
        AssertionError: A dag did not do what the page says.
    """
    with MockFTS(time_scale=_TIME_SCALE) as mock, Stand(folder, mock) as stand:
        for block in blocks_of(_PAGE):
            if block.title and block.title.endswith(".py"):
                (stand.dags / block.title).write_text(block.text, "utf-8")
        listed = folder / "transfers.csv"
        listed.write_text(
            "source,destination,checksum\n"
            "davs://a.example.org/f1,davs://b.example.org/f1,ADLER32:1a2b3c4d\n"
            "mock://a.example.org/f2?errno=2&errno_times=1,mock://b.example.org/f2,\n"
        )
        stand.add_dags("nightly_mirror", "fan_out", "recall", "delegation")
        runs: dict[str, dict[str, Any]] = {
            "recall": {},
            "delegation": {},
            "nightly_mirror": {"list": listed.as_uri()},
            "fan_out": {"batches": batches, "files": 10},
        }
        began = time.monotonic()
        for dag_id, params in runs.items():
            stand.trigger(dag_id, "example", **params)
        for dag_id in runs:
            state = stand.wait_for_run(dag_id, "example", timeout_s=_TIMEOUT_S)
            print(
                dag_id, state, stand.tasks(dag_id, "example"), f"{time.monotonic() - began:.0f} s"
            )
