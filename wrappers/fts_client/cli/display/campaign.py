"""Submit a campaign and say what became of each job, even after Ctrl-C."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import attrs
import typer

from fts_client.cli.display.output import Output, OutputError, complain, counted, note
from fts_client.cli.display.watch import how_to_go_on
from fts_client.cli.exits import Interruption
from fts_client.errors import FTSError

if TYPE_CHECKING:
    from fts_client.cli.input.planning import Plan
    from fts_client.client import FTSClient
    from fts_client.models import DelegationInfo, SubmitOutcome


def name_vo_without_attributes(fts: FTSClient, held: DelegationInfo) -> None:
    """Say as which VO a proxy without VOMS attributes submits.

    Source: observed on FTS 3.13.4: that which the gridmap file of the server names, or else the delegation id as a VO of its own.
    """
    if held.delegation_id and not held.voms_attrs:
        vos = fts.whoami().vos
        note(f"fts: no VO attributes: you submit as VO {', '.join(vos[:1]) or 'none'}")


@attrs.define
class _Tally:
    """What became of the jobs of a campaign so far."""

    campaign: str
    job_ids: list[str] = attrs.field(factory=list)
    unprinted: list[str] = attrs.field(factory=list)
    files: int = 0
    existed: int = 0
    refused: int = 0
    files_refused: int = 0

    def add(self, outcome: SubmitOutcome) -> None:
        """Count the outcome of one job."""
        if outcome.job_id:
            self.job_ids.append(outcome.job_id)
            self.unprinted.append(outcome.job_id)
            self.existed += outcome.existed
            self.files += len(outcome.transfers)
        else:
            self.refused += 1
            self.files_refused += len(outcome.transfers)

    def text(self) -> str:
        jobs, files = counted(len(self.job_ids), "job"), counted(self.files, "file")
        existed = f", {self.existed:,} of them before" if self.existed else ""
        refused = f", {counted(self.refused, 'job')} refused" if self.refused else ""
        return f"{jobs} with {files} submitted{existed}{refused}; campaign {self.campaign}"

    def interrupted(self) -> str:
        return f"interrupted: {self.text()}; repeat the command with --campaign {self.campaign} to submit the rest"


def submit_campaign(
    fts: FTSClient,
    out: Output,
    plan: Plan,
    concurrency: int,
    *,
    quiet: bool,
    key: str | None = None,
) -> tuple[list[str], int]:
    """Submit a campaign and print the outcome of each job.

    Args:
        fts: The client.
        out: Where to print.
        plan: What to submit.
        concurrency: Jobs to submit at the same time.
        quiet: Print job ids only.
        key: With which `--campaign` the command goes on; None: that of the plan.

    Returns:
        The job ids, and how many jobs were refused.
    """
    from fts_client.cli.display.progress import counting  # noqa: PLC0415 - it loads rich

    tally = _Tally(key or str(plan.campaign))
    if plan.made_campaign:
        # Now, as there may be no time for it at the end.
        note(f"campaign {tally.campaign}: with --campaign {tally.campaign} this can be resumed")
    with counting(plan.count) as count, Interruption(tally.interrupted) as interruption:
        outcomes = fts.submit_many(
            plan.transfers,
            params=plan.params,
            files_per_job=plan.files_per_job,
            campaign=plan.campaign,
            concurrency=concurrency,
        )
        try:
            for outcome in outcomes:
                if interruption.exit_code is not None:
                    outcomes.stop()
                tally.add(outcome)
                _print_outcome(out, outcome, quiet=quiet)
                tally.unprinted.clear()
                count(len(outcome.transfers))
        except Exception as error:
            if isinstance(error, OutputError):
                outcomes.stop()
                with suppress(Exception):
                    for outcome in outcomes:
                        tally.add(outcome)
            note(f"fts: {tally.interrupted()}")
            if tally.unprinted:
                note(f"  not printed: {' '.join(tally.unprinted)}")
            raise
    _conclude(out, plan, tally, interruption.exit_code)
    return tally.job_ids, tally.refused


def _conclude(out: Output, plan: Plan, tally: _Tally, exit_code: int | None) -> None:
    """Say what became of the campaign; after a signal, exit."""
    if exit_code is not None:
        note(f"fts: {tally.interrupted()}")
        if tally.job_ids:
            note(*how_to_go_on(tally.job_ids, tally.campaign))
        raise typer.Exit(exit_code)
    if not out.as_json:
        note(tally.text())
    if tally.files + tally.files_refused != plan.count:
        raise FTSError(
            f"{counted(plan.count, 'file')} were read, but {counted(tally.files, 'file')} submitted",
            remedy="Please report it.",
        )


def _print_outcome(out: Output, outcome: SubmitOutcome, *, quiet: bool) -> None:
    count, job_id = len(outcome.transfers), outcome.job_id
    error = None if outcome.error is None else str(outcome.error)
    if job_id or out.as_json:
        existed = "  submitted before" if outcome.existed else ""
        value = {"job_id": job_id, "files": count, "existed": outcome.existed, "error": error}
        more = "" if quiet else f"  {counted(count, 'file')}{existed}"
        out.event(value, f"{job_id}{more}")
    if not job_id:
        first = outcome.transfers[0].destinations[0]
        complain(f"job refused ({counted(count, 'file')}, starting with {first}): {error}")
