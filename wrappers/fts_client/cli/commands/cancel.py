"""`fts cancel` and `fts priority`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from fts_client.cli.connection import connected
from fts_client.cli.display.job_lines import show_jobs
from fts_client.cli.exits import FAILED
from fts_client.cli.input.job_ids import JobIds, read_ids
from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

__all__ = ["cancel", "priority"]


@connected
def cancel(
    fts: FTSClient,
    out: Output,
    *,
    job_ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[JOB_ID...]",
            help="Jobs; JOB_ID:FILE_ID,FILE_ID for some files; - reads them from standard input.",
        ),
    ] = None,
    file_ids: Annotated[
        str | None,
        typer.Option("--file-ids", metavar="ID,ID,...", help="Only these files of the one job."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every unfinished job of the server; for its root.")
    ] = False,
    vo: Annotated[
        str | None, typer.Option("--vo", metavar="VO", help="With --all: of this VO only.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --all: do not ask.")] = False,
) -> None:
    """Cancel jobs, or some files of a job.

    A job that had ended stays as it was. Exit code 1 when one cannot be cancelled.

    Examples:
      fts cancel 94560e74-7ca3-11e9-97dd-02163e00d613
      fts cancel 94560e74-7ca3-11e9-97dd-02163e00d613 --file-ids 8801,8802
      fts list --mine --state SUBMITTED | fts cancel -
    """
    if everything:
        _cancel_all(fts, out, job_ids, vo, yes=yes)
        return
    if not job_ids:
        raise FTSUsageError("No job", remedy="Give JOB_ID, or --all.")
    if vo is not None:
        raise FTSUsageError("--vo goes with --all")
    jobs = read_ids(job_ids)
    if file_ids is None and len(jobs) == 1 and ":" in jobs[0]:
        # As fts-rest-transfer-cancel takes it.
        jobs[0], _, file_ids = jobs[0].partition(":")
    if file_ids is None:
        show_jobs(out, fts.cancel_jobs(jobs))
        return
    if len(jobs) != 1:
        raise FTSUsageError("--file-ids belong to one job")
    states = fts.cancel_files(jobs[0], _numbers(file_ids))
    values = [{"file_id": number, "file_state": state} for number, state in states.items()]
    out.show(values, (f"{number:>10}  {state}" for number, state in states.items()))
    if any(state != "CANCELED" for state in states.values()):
        raise typer.Exit(FAILED)


def _cancel_all(
    fts: FTSClient, out: Output, job_ids: Sequence[str] | None, vo: str | None, *, yes: bool
) -> None:
    if job_ids:
        raise FTSUsageError("Give either jobs or --all")
    from fts_client.exchanges import rehearsing  # noqa: PLC0415 - with the client

    if not yes and not rehearsing():
        whose = f"of the VO {vo}" if vo else "of the server"
        if not sys.stdin.isatty():
            raise FTSUsageError("--all needs --yes", remedy="There is no terminal to ask at.")
        typer.confirm(f"Cancel every unfinished job {whose}?", abort=True, err=True)
    counts = fts.cancel_all(vo_name=vo).to_dict()
    out.show(counts, (f"{name:<16}  {count}" for name, count in counts.items()))


@connected
def priority(
    fts: FTSClient,
    out: Output,
    *,
    job_ids: JobIds,
    value: Annotated[int, typer.Argument(metavar="N", min=1, max=5, help="5 is highest.")],
) -> None:
    """Change the priority of jobs.

    Exit code 1 when one cannot be changed.

    Examples:
      fts priority 94560e74-7ca3-11e9-97dd-02163e00d613 5
    """
    show_jobs(out, fts.modify_jobs(read_ids(job_ids), priority=value))


def _numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise FTSUsageError(
            f"File ids are numbers with commas between them, not {text!r}"
        ) from None
