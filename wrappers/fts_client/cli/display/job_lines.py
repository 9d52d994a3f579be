"""Jobs and their files as lines for people to read and copy from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import typer

from fts_client.cli.display.output import complain, fitted, fts_time, printable
from fts_client.cli.exits import FAILED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from fts_client.cli.display.output import Output
    from fts_client.models import BulkFailure, BulkResult

_COLUMNS: Final = 80


def show_jobs(
    out: Output,
    result: BulkResult[Any],
    *,
    quiet: bool = False,
    detail: Callable[[Mapping[str, Any]], object] | None = None,
) -> None:
    """Print the jobs that the server returned, and complain about the others. JSON of one job is an object, as in the server's answer.

    Args:
        out: Where to print.
        result: What the server returned.
        quiet: True: print only the ids.
        detail: What to show of each job behind its state; None: when it was submitted, and all else that the answer tells.

    Raises:
        typer.Exit: There are others.
    """
    found = [job.to_dict() for job in result]
    failed = [
        {"job_id": item.job_id, "http_status": item.http_status, "http_message": item.message}
        for item in result.failures
    ]
    values = found + failed
    lines: Iterable[str]
    if quiet:
        lines = (job["job_id"] for job in found)
    elif detail is not None:
        lines = (job_line(job["job_id"], job["job_state"], detail(job)) for job in found)
    else:
        lines = (line for job in found for line in job_lines(job))
    out.show(values[0] if len(values) == 1 else values, lines)
    complain_of(result.failures)
    if failed:
        raise typer.Exit(FAILED)


def complain_of(failures: Iterable[BulkFailure]) -> None:
    """Print on standard error why each job cannot be shown or changed."""
    for failure in failures:
        complain(f"{failure.job_id}: {failure.message or failure.http_status}")


def job_line(job_id: str, state: str, detail: object) -> str:
    """Write the line of a job; every command uses the same columns."""
    return f"{job_id}  {state:<13}  {detail}"


def job_lines(job: Mapping[str, Any]) -> Iterator[str]:
    """Write a job as the server describes it, with its files if they are part of it."""
    yield job_line(job["job_id"], job["job_state"], fts_time(job["submit_time"]))
    if job.get("reason"):
        yield from _indented(job["reason"], 2)
    for file in job.get("files", ()):
        yield from file_lines(file, indent=2)


def file_lines(file: Mapping[str, Any], *, indent: int = 0) -> Iterator[str]:
    """Write a file as the server describes it: in one line if it fits, or else with each SURL on a line of its own."""
    start = f"{' ' * indent}{file['file_id']}  {file['file_state']:<9}  "
    pair = f"{file['source_surl']} -> {file['dest_surl']}"
    if len(start) + len(pair) <= _COLUMNS:
        yield start + pair
    else:
        yield start + str(file["source_surl"])
        yield f"{' ' * (len(start) - 3)}-> {file['dest_surl']}"
    if file.get("reason"):
        yield from _indented(file["reason"], len(start))


def _indented(text: object, indent: int) -> list[str]:
    return f"{' ' * indent}{fitted(printable(str(text)), indent)}".splitlines()
