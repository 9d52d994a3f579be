"""Wait for jobs and say how they ended: what `submit --watch` and `status --watch` have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import typer

from fts_client.cli.display.following import follow
from fts_client.cli.display.job_lines import complain_of, job_line
from fts_client.cli.display.output import note, on_terminal
from fts_client.cli.exits import FAILED, INTERRUPTED
from fts_client.clock import Clock
from fts_client.errors import FTSTimeoutError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fts_client.cli.display.following import JobView, Snapshot
    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

_NAMED_JOBS: Final = 3
_NAMED_FILES: Final = 5


def watch(
    fts: FTSClient,
    out: Output,
    job_ids: Sequence[str],
    *,
    poll_s: float,
    timeout_s: float | None,
    quiet: bool = False,
    silent: bool = False,
    as_lines: bool = False,
    campaign: str | None = None,
) -> None:
    """Follow jobs to their end.

    Args:
        fts: The client.
        out: Where to print.
        job_ids: The jobs.
        poll_s: Seconds between two requests.
        timeout_s: Seconds at most; None: no limit.
        quiet: True: print nothing before all have ended.
        silent: True: print nothing but failures, even then.
        as_lines: True: even then print one JSON document a line, because the caller has printed others before.
        campaign: The campaign they belong to; None: they belong to none.

    Raises:
        typer.Exit: Not all have FINISHED, or Ctrl-C.
        FTSTimeoutError: Some have not ended in time.
    """
    steps = follow(fts, job_ids, poll_s=poll_s, timeout_s=timeout_s, clock=Clock())
    last: Snapshot | None = None
    try:
        if not (quiet or silent or out.as_json) and on_terminal():
            from fts_client.cli.display.progress import live  # noqa: PLC0415 - not for programs

            with live() as show:
                for last in steps:
                    show(last)
        else:
            told = False
            for last in steps:
                told = _tell_trouble(last.trouble, told=told)
                for job in () if quiet or silent else last.changed:
                    out.event(job.to_dict(), _line(job))
    except KeyboardInterrupt:
        note("", "fts: interrupted; nothing was cancelled, the transfers go on")
        note(*how_to_go_on(job_ids, campaign))
        raise typer.Exit(INTERRUPTED) from None
    except FTSTimeoutError as error:
        error.remedy = "They go on: fts status --watch shows them, fts cancel ends them."
        raise
    assert last is not None  # noqa: S101 - there is a first round before any end
    if quiet and not silent:
        _show_end(out, last, as_lines=as_lines)
    _explain_failures(fts, out, last)
    if last.failures or any(job.job_state != "FINISHED" for job in last.jobs):
        raise typer.Exit(FAILED)


def _show_end(out: Output, last: Snapshot, *, as_lines: bool) -> None:
    if as_lines:
        for job in last.jobs:
            out.event(job.to_dict(), _line(job))
        return
    values = [job.to_dict() for job in last.jobs]
    out.show(values[0] if len(values) == 1 else values, map(_line, last.jobs))


def how_to_go_on(job_ids: Sequence[str], campaign: str | None = None) -> list[str]:
    """Say how jobs can be watched and cancelled later.

    Args:
        job_ids: The jobs.
        campaign: The campaign they belong to; None: they belong to none.

    Returns:
        Lines.
    """
    few = len(job_ids) <= _NAMED_JOBS
    named = " ".join(job_ids) if few else "- < IDS"
    again = f"fts status --watch {named}"
    if campaign:
        again = f"the same command with --campaign {campaign} --watch"
    lines = [] if few else [f"  (IDS: a file with the {len(job_ids):,} job ids)"]
    return [f"  watch:   {again}", f"  cancel:  fts cancel {named}", *lines]


def _tell_trouble(trouble: str | None, *, told: bool) -> bool:
    """Say that the server does not answer, unless it was told; return whether it has been."""
    if trouble and not told:
        note(f"fts: the server did not answer, will ask again: {trouble}")
    return trouble is not None


def _line(job: JobView) -> str:
    return job_line(job.job_id, job.job_state, f"{job.files_done:,}/{job.file_count:,} files")


def _explain_failures(fts: FTSClient, out: Output, snapshot: Snapshot) -> None:
    """Name the jobs that cannot be shown and, unless JSON is printed, the first files that failed, with the reason."""
    complain_of(snapshot.failures)
    if out.as_json:
        return
    failed = [job for job in snapshot.jobs if job.files.get("FAILED")]
    total = sum(job.files["FAILED"] for job in failed)
    named = 0
    for job in failed[:_NAMED_FILES]:
        for file in fts.list_job_files(job.job_id):
            if file.file_state == "FAILED" and named < _NAMED_FILES:
                named += 1
                note(f"FAILED {file.dest_surl}: {file.reason or 'no reason given'}")
    if total > named:
        note(f"and {total - named:,} more files; see fts files --state FAILED JOB_ID")
