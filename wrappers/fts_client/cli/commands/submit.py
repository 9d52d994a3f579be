"""`fts submit`: one job or many, and what became of them, even after Ctrl-C."""

from __future__ import annotations

import functools
import json
from datetime import timedelta
from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Final

import attrs
import typer
from typer import Argument, Option

from fts_client.cli.connection import connected, shown_requests
from fts_client.cli.display.following import check_times
from fts_client.cli.display.output import Output, complain, counted, note, write
from fts_client.cli.display.watch import how_to_go_on, watch
from fts_client.cli.exits import FAILED, INTERRUPTED, Interruption
from fts_client.cli.input.job_options import with_job_options
from fts_client.cli.input.job_values import JobOptions  # noqa: TC001 - typer reads annotations
from fts_client.cli.input.options import Poll, Wait, watch_option
from fts_client.cli.input.planning import FILES_PER_JOB, Plan, make_plan
from fts_client.cli.input.transfer_files import FileFormat  # noqa: TC001 - typer reads annotations
from fts_client.delegation.rules import DEFAULT_LIFETIME, DEFAULT_RENEW_BELOW
from fts_client.errors.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_client.client import FTSClient
    from fts_client.jobs import Transfer
    from fts_client.models import SubmitOutcome

__all__ = ["submit"]

_HOUR: Final = timedelta(hours=1)
_many = functools.partial(Option, rich_help_panel="Many transfers")
_delegation = functools.partial(Option, metavar="HOURS", rich_help_panel="Delegation")


@functools.partial(connected, offline="dry_run")
@with_job_options
def submit(
    fts: FTSClient | None,
    out: Output,
    *,
    words: Annotated[
        list[str] | None,
        Argument(
            metavar="SOURCE DESTINATION ...",
            help="Pairs of SURLs, submitted as one job; a checksum may follow a single pair.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        _many(
            "--file",
            "-f",
            metavar="FILE",
            help="Read transfers from a JSON document (one job), or from the lines of a CSV or JSON Lines file; - for stdin.",
        ),
    ] = None,
    form: Annotated[
        FileFormat | None, _many("--format", help="Format of the file. Default: by its name.")
    ] = None,
    campaign: Annotated[
        str | None,
        _many(
            metavar="KEY",
            help="Name this submission. Repeating it with the same file submits only the missing jobs.",
        ),
    ] = None,
    files_per_job: Annotated[
        int | None,
        _many(
            min=1,
            metavar="N",
            help=f"Split each link into jobs of at most N files. Default: {FILES_PER_JOB}.",
        ),
    ] = None,
    concurrency: Annotated[
        int, _many(min=1, max=100, metavar="N", help="Jobs to submit at the same time.")
    ] = 8,
    watched: Annotated[bool, watch_option("-b")] = False,
    wait: Wait = None,
    poll: Poll = 2.0,
    delegate_lifetime: Annotated[
        float, _delegation(help="Lifetime of a newly delegated proxy.")
    ] = DEFAULT_LIFETIME / _HOUR,
    delegate_min_left: Annotated[
        float, _delegation(help="Delegate if the delegated proxy expires sooner than this.")
    ] = DEFAULT_RENEW_BELOW / _HOUR,
    dry_run: Annotated[  # noqa: ARG001 - it makes the client None
        bool,
        Option(
            "--dry-run",
            "-n",
            help="Check the transfers and print what would be sent, without secrets; needs no server.",
        ),
    ] = False,
    job_options: JobOptions,
) -> None:
    """Submit transfers and print the job ids.

    A job is never lost or submitted twice: if the connection breaks, the request is
    repeated with the same job id. A proxy is delegated if needed. Exit code 1 if a job
    was refused or, with --watch or --wait, did not reach FINISHED.

    Examples:
      fts submit davs://a.org/f davs://b.org/f --watch
      fts submit davs://a.org/f davs://b.org/f ADLER32:1a2b3c4d -C both -o
      fts submit -f job.json                 # as fts-rest-transfer-submit -f
      fts submit -f pairs.csv --campaign nightly-2026-11-23
      fts submit -f pairs.csv --dry-run
      generate | fts submit -f - --format jsonl > ids

    The first line of a CSV file names its columns: source, destination and, optionally,
    checksum, filesize, activity, metadata and others. JSON Lines use the same names.
    """
    check_times(poll_s=poll, timeout_s=wait)
    plan = make_plan(
        words or [], file, form, job_options, campaign=campaign, files_per_job=files_per_job
    )
    if fts is None:
        _print_plan(out, plan)
        return
    from fts_client.exchanges import rehearsing  # noqa: PLC0415 - with the client

    if rehearsing():
        _print_requests(fts, plan)
        return
    fts.ensure_delegation(min_left=delegate_min_left * _HOUR, lifetime=delegate_lifetime * _HOUR)
    follow = watched or wait is not None
    quiet = follow and not watched
    if plan.campaign is None:
        job_ids, refused = [_submit_one(fts, out, plan, silent=quiet and out.as_json)], 0
    else:
        job_ids, refused = _submit_many(fts, out, plan, concurrency)
    if follow and job_ids:
        watch(fts, out, job_ids, poll_s=poll, timeout_s=wait, quiet=quiet, campaign=plan.campaign)
    if refused:
        raise typer.Exit(FAILED)


def _print_plan(out: Output, plan: Plan) -> None:
    count = 0
    indent = 2 if plan.campaign is None else None
    for job in plan.jobs():
        count += 1
        write(redact(json.dumps(job.to_dict(), indent=indent, ensure_ascii=False)))
    if not out.as_json:
        note(f"{counted(count, 'job')} with {counted(plan.count, 'file')}; nothing was sent")


def _print_requests(fts: FTSClient, plan: Plan) -> None:
    from fts_api.api.jobs import submit_job  # noqa: PLC0415 - with the client
    from fts_client.procedures.driver import Body  # noqa: PLC0415

    for job in plan.jobs():
        with shown_requests(curl=True, debug=False):
            submit_job.sync_detailed(client=fts.raw, body=Body(job.to_dict()))  # type: ignore[arg-type]


def _submit_one(fts: FTSClient, out: Output, plan: Plan, *, silent: bool) -> str:
    """Submit one job and print its id, unless silent."""
    (job,) = plan.jobs()
    sid = job.params.sid
    check = f"repeat the command with --sid {sid} to make sure" if sid else "see fts list"
    with Interruption(lambda: f"quit; the job may have been submitted: {check}") as interruption:
        job_id = fts.submit(job)
    if not silent:
        out.event({"job_id": job_id}, job_id)
    if interruption.requested:
        note("fts: interrupted; the job was submitted and keeps running")
        note(*how_to_go_on([job_id]))
        raise typer.Exit(INTERRUPTED)
    return job_id


class _StoppedError(Exception):
    """Ctrl-C: submit no further jobs."""


@attrs.define
class _Tally:
    """What became of the jobs of a campaign so far."""

    campaign: str
    job_ids: list[str] = attrs.field(factory=list)
    files: int = 0
    existed: int = 0
    refused: int = 0

    def add(self, outcome: SubmitOutcome, out: Output) -> None:
        """Count and print the outcome of one job."""
        count, job_id = len(outcome.transfers), outcome.job_id
        error = None if outcome.error is None else str(outcome.error)
        value = {"job_id": job_id, "files": count, "existed": outcome.existed, "error": error}
        if job_id or out.as_json:
            existed = "  submitted before" if outcome.existed else ""
            out.event(value, f"{job_id}  {counted(count, 'file')}{existed}")
        if job_id:
            self.job_ids.append(job_id)
            self.files += count
            self.existed += outcome.existed
        else:
            self.refused += 1
            first = outcome.transfers[0].destinations[0]
            complain(f"job refused ({counted(count, 'file')}, starting with {first}): {error}")

    def text(self) -> str:
        jobs, files = counted(len(self.job_ids), "job"), counted(self.files, "file")
        existed = f", {self.existed:,} of them before" if self.existed else ""
        refused = f", {counted(self.refused, 'job')} refused" if self.refused else ""
        return f"{jobs} with {files} submitted{existed}{refused}; campaign {self.campaign}"

    def interrupted(self) -> str:
        return f"interrupted: {self.text()}; repeat the command with --campaign {self.campaign} to submit the rest"


def _submit_many(
    fts: FTSClient, out: Output, plan: Plan, concurrency: int
) -> tuple[list[str], int]:
    """Submit a campaign and print the outcome of each job; returns the job ids and how many jobs were refused."""
    from fts_client.cli.display.progress import counting  # noqa: PLC0415 - it loads rich

    tally = _Tally(str(plan.campaign))
    with counting(plan.count) as count, Interruption(tally.interrupted) as interruption:

        def transfers() -> Iterator[Transfer]:
            for transfer in plan.transfers:
                # Not a plain return: that would submit the transfers waiting for others of their link as a smaller job,
                # which is not the job that a repeated campaign looks for.
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
                tally.add(outcome, out)
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
    return tally.job_ids, tally.refused
