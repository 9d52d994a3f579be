"""Run the dags of the documentation to their end, and see what happens when files fail."""

from __future__ import annotations

import time
from collections import Counter
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
_LUCKY: Final = "mock://a.example.org/f2?errno=2&errno_times=1"


def run_examples(folder: Path, *, batches: int) -> None:
    """Run them.

    Args:
        folder: Where Airflow keeps everything.
        batches: How many mapped tasks the fan-out has.

    Raises:
        AssertionError: A dag did not do what the page says.
    """
    began = time.monotonic()
    with MockFTS(time_scale=_TIME_SCALE) as mock, Stand(folder, mock) as stand:
        for block in blocks_of(_PAGE):
            if block.title and block.title.endswith(".py"):
                (stand.dags / block.title).write_text(block.text, "utf-8")
        listed = folder / "transfers.csv"
        listed.write_text(
            "source,destination,checksum\n"
            "davs://a.example.org/f1,davs://b.example.org/f1,ADLER32:1a2b3c4d\n"
            f"{_LUCKY},mock://b.example.org/f2,\n"
        )
        runs: dict[str, dict[str, Any]] = {
            "nightly_mirror": {"list": listed.as_uri()},
            "recall": {},
            "delegation": {},
            "fan_out": {"batches": batches, "files": 10},
        }
        stand.add_dags(*runs)
        for dag_id, params in runs.items():
            stand.trigger(dag_id, "example", **params)
        said = f"1 file was not transferred:\\n{_LUCKY} -> mock://b.example.org/f2: SOURCE [2] No such file"

        def failed() -> bool:
            if "up_for_retry" not in stand.tasks("nightly_mirror", "example"):
                return False
            if said in stand.logs("nightly_mirror"):
                return True
            # On a busy machine Airflow takes a worker for lost now and then.
            stand.clear("nightly_mirror", "example", "mirror")
            return False

        stand.wait_until("the mirror names its failed file", failed, timeout_s=_TIMEOUT_S)
        # Its next try is due in ten minutes.
        stand.clear("nightly_mirror", "example", "mirror")
        for dag_id in runs:
            state = stand.wait_for_run(dag_id, "example", timeout_s=_TIMEOUT_S)
            print(
                f"{time.monotonic() - began:4.0f} s {dag_id}: {state}, {stand.tasks(dag_id, 'example')}",
                flush=True,
            )
            assert state == "success"
        files = Counter(
            file.source_surl
            for job in mock.state.jobs_of(None, only_open=False)
            for file in job.files
        )
    twice = {name: count for name, count in files.items() if count > 1}
    print(f"{len(files)} files, of which twice: {twice}")
    assert len(files) == 2 + 3 + 3 + 10 * batches
    assert twice == {_LUCKY: 2}, "only the file that had failed is submitted again"
