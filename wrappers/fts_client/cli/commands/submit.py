"""`fts submit`: one job or many, and what became of them, even after Ctrl-C."""

from __future__ import annotations

import functools
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Final

import typer
from typer import Argument, Option

from fts_client.cli.connection import connected, shown_requests
from fts_client.cli.display.campaign import name_vo_without_attributes, submit_campaign
from fts_client.cli.display.following import check_times
from fts_client.cli.display.output import Output, OutputError, complain, counted, note, write
from fts_client.cli.display.watch import how_to_go_on, watch
from fts_client.cli.exits import FAILED, Interruption
from fts_client.cli.input.job_options import with_job_options
from fts_client.cli.input.job_values import JobOptions  # noqa: TC001 - typer reads annotations
from fts_client.cli.input.options import Poll, Quiet, Wait, hours, watch_option
from fts_client.cli.input.planning import FILES_PER_JOB, Plan, make_plan
from fts_client.delegation.rules import DEFAULT_LIFETIME, DEFAULT_RENEW_BELOW
from fts_client.errors import FTSError, FTSUsageError
from fts_client.errors.redaction import redact
from fts_client.jobs.transfer_files import FileFormat  # noqa: TC001 - typer reads annotations

if TYPE_CHECKING:
    from fts_client.client import FTSClient

_MOST_PRINTED: Final = 100
_MOST_LINKS: Final = 20
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
    quiet: Quiet = False,
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
    if quiet and watched:
        raise FTSUsageError("--quiet and --watch exclude each other")
    min_left = hours(delegate_min_left, "--delegate-min-left")
    lifetime = hours(delegate_lifetime, "--delegate-lifetime")
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
    held = fts.ensure_delegation(min_left=min_left, lifetime=lifetime)
    name_vo_without_attributes(fts, held)
    if plan.campaign is None:
        job_ids, refused = [_submit_one(fts, out, plan)], 0
    else:
        job_ids, refused = submit_campaign(fts, out, plan, concurrency, quiet=quiet)
    if (watched or wait is not None) and job_ids:
        watch(
            fts,
            out,
            job_ids,
            poll_s=poll,
            timeout_s=wait,
            quiet=not watched,
            silent=quiet,
            as_lines=True,
            campaign=plan.campaign,
        )
    if refused:
        raise typer.Exit(FAILED)


def _print_plan(out: Output, plan: Plan) -> None:
    """Print the requests of a plan, or a line for each link where they would fill screens."""
    from fts_client.procedures.campaigns import storage_of  # noqa: PLC0415 - it loads the client

    jobs: Counter[str] = Counter()
    files: Counter[str] = Counter()
    in_full = out.as_json or plan.count <= _MOST_PRINTED
    for job in plan.jobs():
        first = job.transfers[0]
        link = f"{storage_of(first.sources[0])} -> {storage_of(first.destinations[0])}"
        jobs[link] += 1
        files[link] += len(job.transfers)
        if in_full:
            indent = 2 if plan.campaign is None else None
            write(redact(json.dumps(job.to_dict(), indent=indent)))
    if out.as_json:
        return
    if not in_full:
        lines = [
            f"{link}  {counted(jobs[link], 'job')} with {counted(count, 'file')}"
            for link, count in files.most_common(_MOST_LINKS)
        ]
        if len(jobs) > _MOST_LINKS:
            lines.append(f"and {counted(len(jobs) - _MOST_LINKS, 'more link')}")
        out.show(None, lines)
    what = f"{counted(jobs.total(), 'job')} with {counted(plan.count, 'file')}"
    note(f"{what}; nothing was sent" + ("" if in_full else "; --json prints every request"))


def _print_requests(fts: FTSClient, plan: Plan) -> None:
    from fts_api.api.jobs import submit_job  # noqa: PLC0415 - with the client
    from fts_client.procedures.driver import Body  # noqa: PLC0415

    for job in plan.jobs():
        with shown_requests(curl=True, debug=False):
            submit_job.sync_detailed(client=fts.raw, body=Body(job.to_dict()))  # type: ignore[arg-type]


def _submit_one(fts: FTSClient, out: Output, plan: Plan) -> str:
    """Submit one job and print its id."""
    from fts_client.procedures.submission import sid_was_used  # noqa: PLC0415 - with the client

    (job,) = plan.jobs()
    sid = job.params.sid
    check = f"repeat the command with --sid {sid} to make sure" if sid else "see fts list"
    with Interruption(lambda: f"quit; the job may have been submitted: {check}") as interruption:
        try:
            job_id = fts.submit(job)
        except FTSError as error:
            exists = getattr(error, "job_id", None)
            used = sid_was_used(error)
            if not (plan.made_sid and used and exists):
                if sid and (error.after_doubt or (exists and not used)):
                    named = f"see fts status {exists}, or " if exists else ""
                    error.remedy = f"The job may exist: {named}{check}; that makes no second job."
                raise
            # Nobody else has this sid: the job is the one that was sent, and its answer was lost.
            job_id = exists
        try:
            out.event({"job_id": job_id}, job_id)
        except OutputError:
            complain(f"the job {job_id} was submitted and keeps running")
            raise
    if interruption.exit_code is not None:
        note("fts: interrupted; the job was submitted and keeps running")
        note(*how_to_go_on([job_id]))
        raise typer.Exit(interruption.exit_code)
    return job_id
