"""The table of `fts list`: one line for each job, folded where the terminal is too narrow."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, Final

from fts_client.cli.display.output import fts_time, on_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fts_client.cli.display.output import Output

COLUMNS: Final = (
    *("job_id", "job_state", "submit_time", "source_se", "dest_se", "vo_name", "user_dn"),
)
"""What the table needs of each job."""

_HEADER: Final = ("JOB ID", "STATE", "FILES", "SUBMITTED", "VO", "USER", "SOURCE -> DESTINATION")
_GAP: Final = "  "


def show_table(out: Output, jobs: Sequence[Mapping[str, Any]], files: Mapping[str, str]) -> None:
    """Print jobs, with a header where a person looks.

    Args:
        out: Where to print.
        jobs: Each with the fields of `COLUMNS`.
        files: By the id of a job, how many of its files have ended and how many there are; `-` stands for what is not known.
    """
    rows = [_row(job, files.get(job["job_id"], "-")) for job in jobs]
    header = [_HEADER] if on_terminal() and rows else []
    out.show(jobs, _lines([*header, *rows]))


def _row(job: Mapping[str, Any], files: str) -> tuple[str, ...]:
    source, destination = (job[name] or "(several)" for name in ("source_se", "dest_se"))
    name = str(job["user_dn"]).rpartition("/CN=")[2]
    submitted = fts_time(job["submit_time"])
    link = f"{source} -> {destination}"
    cells = (job["job_id"], job["job_state"], files, submitted, job["vo_name"], name, link)
    return tuple(map(str, cells))


def _lines(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    most = shutil.get_terminal_size().columns if on_terminal() else sum(widths) * 2
    for row in rows:
        line = ""
        for cell, width in zip(row, widths, strict=True):
            if line and len(line) + len(_GAP) + width > most:
                yield line.rstrip()
                # Commands that read job ids skip indented lines.
                line = ""
            line += (_GAP if line or cell is not row[0] else "") + cell.ljust(width)
        yield line.rstrip()
