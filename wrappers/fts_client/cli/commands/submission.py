"""Submit one job or many, and say what became of them: also when Ctrl-C comes in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import typer

from fts_client.cli.display.output import complain, counted, note
from fts_client.cli.display.watch import how_to_go_on
from fts_client.cli.exits import INTERRUPTED
from fts_client.cli.interruption import Interruption

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_client.cli.display.output import Output
    from fts_client.cli.input.planning import Plan
    from fts_client.client import FTSClient
    from fts_client.jobs import Transfer
    from fts_client.models import SubmitOutcome

__all__ = ["submit_many", "submit_one"]


def submit_one(fts: FTSClient, out: Output, plan: Plan, *, silent: bool) -> str:
    """Submit one job and print its id.

    Args:
        fts: The client.
        out: Where to.
        plan: The job.
        silent: True: print nothing.

    Returns:
        Its id.

    Raises:
        typer.Exit: Ctrl-C; the job was submitted.
        FTSError: It was not.
    """
    (job,) = plan.jobs()

    def farewell() -> str:
        if job.params.sid:
            return (
                "broken off: the job may exist; the same command with "
                f"--sid {job.params.sid} submits it if it does not"
            )
        return "broken off: the job may exist; see fts list"

    with Interruption(farewell) as interruption:
        job_id = fts.submit(job)
    if not silent:
        out.event({"job_id": job_id}, job_id)
    if interruption.requested:
        note("fts: interrupted; the job was submitted and goes on")
        note(*how_to_go_on([job_id]))
        raise typer.Exit(INTERRUPTED)
    return job_id


# --- many jobs -----------------------------------------------------------------------------------


class _StoppedError(Exception):
    """The user wants no more jobs to be submitted."""


@attrs.define
class _Tally:
    """What became of the jobs so far."""

    campaign: str
    job_ids: list[str] = attrs.field(factory=list)
    files: int = 0
    existed: int = 0
    refused: int = 0

    def add(self, outcome: SubmitOutcome) -> None:
        if outcome.job_id is None:
            self.refused += 1
            return
        self.job_ids.append(outcome.job_id)
        self.files += len(outcome.transfers)
        self.existed += outcome.existed

    def text(self) -> str:
        parts = [
            f"{counted(len(self.job_ids), 'job')} with {counted(self.files, 'file')} submitted"
        ]
        if self.existed:
            parts.append(f"{self.existed:,} of them before")
        if self.refused:
            parts.append(f"{counted(self.refused, 'job')} refused")
        return f"{', '.join(parts)}; campaign {self.campaign}"

    def interrupted(self) -> str:
        return (
            f"interrupted: {self.text()}; "
            f"the same command with --campaign {self.campaign} submits the rest"
        )


def submit_many(
    fts: FTSClient, out: Output, plan: Plan, concurrency: int
) -> tuple[list[str], bool]:
    """Submit a campaign and print what becomes of each job.

    Args:
        fts: The client.
        out: Where to.
        plan: The transfers.
        concurrency: Submissions at a time.

    Returns:
        The ids of the jobs, and whether none was refused.

    Raises:
        typer.Exit: Ctrl-C.
        FTSError: The rest could not be submitted.
    """
    from fts_client.cli.display.progress import counting  # noqa: PLC0415 - not for one job

    tally = _Tally(str(plan.campaign))
    with counting(plan.count) as count, Interruption(tally.interrupted) as interruption:

        def transfers() -> Iterator[Transfer]:
            for transfer in plan.transfers:
                # Not the end of the transfers: what waits for others of its link must not become a smaller job.
                if interruption.requested:
                    raise _StoppedError
                yield transfer

        outcomes = fts.submit_many(
            transfers(),
            params=plan.params,
            files_per_job=plan.files_per_job,
            campaign=plan.campaign,
            concurrency=concurrency,
        )
        try:
            for outcome in outcomes:
                tally.add(outcome)
                _tell(out, outcome)
                count(len(outcome.transfers))
        except _StoppedError:
            pass
        except Exception:
            note(f"fts: {tally.interrupted()}")
            raise
    if interruption.requested:
        note(f"fts: {tally.interrupted()}")
        if tally.job_ids:
            note(*how_to_go_on(tally.job_ids, tally.campaign))
        raise typer.Exit(INTERRUPTED)
    if not out.as_json:
        note(tally.text())
    return tally.job_ids, not tally.refused


def _tell(out: Output, outcome: SubmitOutcome) -> None:
    files = len(outcome.transfers)
    error = None if outcome.error is None else str(outcome.error)
    value = {
        "job_id": outcome.job_id,
        "files": files,
        "existed": outcome.existed,
        "error": error,
    }
    if outcome.job_id:
        before = "  submitted before" if outcome.existed else ""
        out.event(value, f"{outcome.job_id}  {counted(files, 'file')}{before}")
        return
    if out.as_json:
        out.event(value, "")
    transfer = outcome.transfers[0]
    complain(
        f"job of {counted(files, 'file')}, the first to {transfer.destinations[0]}, refused: {error}"
    )
