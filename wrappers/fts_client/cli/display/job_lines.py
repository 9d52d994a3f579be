"""Jobs and their files as lines that people read, and from which they copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer

from fts_client.cli.display.output import complain, fitted, printable
from fts_client.cli.exits import FAILED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fts_client.cli.display.output import Output
    from fts_client.models import BulkResult

__all__ = ["file_lines", "job_lines", "show_jobs"]

_COLUMNS: Final = 80


def show_jobs(out: Output, result: BulkResult[Any]) -> None:
    """Print the jobs that the server showed, and complain about the others.

    Args:
        out: Where to.
        result: What the server answered.

    Raises:
        typer.Exit: There are others.
    """
    values = [job.to_dict() for job in result]
    failed = [
        {
            "job_id": failure.job_id,
            "http_status": failure.http_status,
            "http_message": failure.message,
        }
        for failure in result.failures
    ]
    out.show(values + failed, (line for value in values for line in job_lines(value)))
    for failure in result.failures:
        complain(f"{failure.job_id}: {failure.message or failure.http_status}")
    if failed:
        raise typer.Exit(FAILED)


def job_lines(job: dict[str, Any]) -> Iterator[str]:
    """Write a job, and its files if they are known.

    Args:
        job: As the server describes it.
    """
    yield f"{job['job_id']}  {job['job_state']:<13}  {job['submit_time']}"
    if job.get("reason"):
        yield from _indented(job["reason"], 2)
    for file in job.get("files", ()):
        yield from file_lines(file, indent=2)


def file_lines(file: dict[str, Any], *, indent: int) -> Iterator[str]:
    """Write a file in one line if it fits, else in several that can be copied from.

    Args:
        file: As the server describes it.
        indent: Columns before it.
    """
    start = f"{' ' * indent}{file['file_id']}  {file['file_state']:<9}  "
    pair = f"{file['source_surl']} -> {file['dest_surl']}"
    if len(start) + len(pair) <= _COLUMNS:
        yield start + pair
    else:
        yield start + str(file["source_surl"])
        yield f"{' ' * (len(start) - 3)}-> {file['dest_surl']}"
    if file.get("reason"):
        yield from _indented(file["reason"], len(start))


def _indented(text: str, indent: int) -> Iterable[str]:
    return f"{' ' * indent}{fitted(printable(str(text)), indent)}".splitlines()
