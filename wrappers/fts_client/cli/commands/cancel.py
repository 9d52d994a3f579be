"""`fts cancel` and `fts priority`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from typer import Argument, Option

from fts_client.cli.connection import confirm, connected
from fts_client.cli.display.job_lines import show_jobs
from fts_client.cli.display.output import complain
from fts_client.cli.exits import FAILED
from fts_client.cli.input.options import JobIds, Quiet, read_ids
from fts_client.cli.input.recent_jobs import complete_job_ids
from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient


@connected
def cancel(
    fts: FTSClient,
    out: Output,
    *,
    job_ids: Annotated[
        list[str] | None,
        Argument(
            metavar="[JOB_ID...]",
            help="Jobs, or JOB_ID:FILE_ID,FILE_ID for single files; - reads them from stdin.",
            autocompletion=complete_job_ids,
        ),
    ] = None,
    file_ids: Annotated[
        str | None, Option("--file-ids", metavar="ID,ID,...", help="Only these files of the job.")
    ] = None,
    everything: Annotated[bool, Option("--all", help="All unfinished jobs (root only).")] = False,
    vo: Annotated[str | None, Option("--vo", metavar="VO", help="With --all: of this VO.")] = None,
    yes: Annotated[bool, Option("--yes", "-y", help="With --all: do not ask.")] = False,
    quiet: Quiet = False,
) -> None:
    """Cancel jobs, or single files of a job.

    Jobs that have already ended keep their state. Exit code 1 if any could not be
    cancelled.

    Examples:
      fts cancel 94560e74-7ca3-11e9-97dd-02163e00d613
      fts cancel 94560e74-7ca3-11e9-97dd-02163e00d613 --file-ids 8801,8802
      fts list --mine --state SUBMITTED | fts cancel -
    """
    if everything:
        if job_ids:
            raise FTSUsageError("--all cannot be combined with job ids")
        _cancel_all(fts, out, vo, yes=yes)
        return
    if not job_ids:
        raise FTSUsageError("No job given", remedy="Give JOB_ID, or --all.")
    if vo is not None:
        raise FTSUsageError("--vo needs --all")
    jobs = read_ids(job_ids)
    if file_ids is None and len(jobs) == 1 and ":" in jobs[0]:
        # The form that fts-rest-transfer-cancel accepts.
        jobs[0], _, file_ids = jobs[0].partition(":")
    if file_ids is None:
        show_jobs(out, fts.cancel_jobs(jobs), quiet=quiet)
        return
    if len(jobs) != 1:
        raise FTSUsageError("--file-ids works with a single job")
    states = fts.cancel_files(jobs[0], _numbers(file_ids))
    values = [{"file_id": number, "file_state": state} for number, state in states.items()]
    out.show(values, (f"{number:>10}  {state}" for number, state in states.items()))
    if any(state != "CANCELED" for state in states.values()):
        raise typer.Exit(FAILED)


def _cancel_all(fts: FTSClient, out: Output, vo: str | None, *, yes: bool) -> None:
    whose = f"of the VO {vo}" if vo else "on the server"
    confirm(f"Cancel every unfinished job {whose}?", yes=yes, what="--all")
    counts = fts.cancel_all(vo_name=vo).to_dict()
    out.show(counts, (f"{name:<16}  {count}" for name, count in counts.items()))


def _numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise FTSUsageError(f"--file-ids takes comma-separated numbers, got {text!r}") from None


@connected
def priority(
    fts: FTSClient,
    out: Output,
    *,
    job_ids: JobIds,
    value: Annotated[int, Argument(metavar="N", min=1, max=5, help="1 (lowest) to 5 (highest).")],
    quiet: Quiet = False,
) -> None:
    """Change the priority of jobs.

    Exit code 1 if any could not be changed.

    Examples:
      fts priority 94560e74-7ca3-11e9-97dd-02163e00d613 5
    """
    result = fts.modify_jobs(read_ids(job_ids), priority=value)
    # The server leaves jobs that have ended as they are.
    kept = [job for job in result if job.priority != value]
    for job in kept:
        complain(f"{job.job_id} is {job.job_state}: its priority stays {job.priority}")
    show_jobs(out, result, quiet=quiet, detail=lambda job: f"priority {job['priority']}")
    if kept:
        raise typer.Exit(FAILED)
