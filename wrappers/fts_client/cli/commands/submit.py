"""`fts submit`."""

from __future__ import annotations

import functools
import json
from datetime import timedelta
from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from fts_client.cli.commands.submission import submit_many, submit_one
from fts_client.cli.connection import connected, rehearsed
from fts_client.cli.display.following import check_times
from fts_client.cli.display.output import Output, counted, note, write
from fts_client.cli.display.watch import watch
from fts_client.cli.exits import FAILED
from fts_client.cli.input.job_options import with_job_options
from fts_client.cli.input.job_values import JobOptions  # noqa: TC001 - typer reads annotations
from fts_client.cli.input.planning import FILES_PER_JOB, Plan, Splitting, plan_file, plan_pairs
from fts_client.cli.input.transfer_files import FileFormat  # noqa: TC001 - typer reads annotations
from fts_client.delegation.rules import DEFAULT_LIFETIME, DEFAULT_RENEW_BELOW
from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fts_client.client import FTSClient

__all__ = ["submit"]

_MANY: Final = "Many transfers"
_WATCHING: Final = "Waiting for the end"
_DELEGATION: Final = "Delegation"
_HOUR: Final = timedelta(hours=1)


@functools.partial(connected, offline="dry_run")
@with_job_options
def submit(
    fts: FTSClient | None,
    out: Output,
    *,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE DESTINATION ...",
            help="Pairs of SURLs, one job; after a single pair a checksum may follow.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file",
            "-f",
            metavar="FILE",
            help="Transfers: a job as JSON, or one pair in each line of a CSV or JSON lines file; - for standard input.",
            rich_help_panel=_MANY,
        ),
    ] = None,
    form: Annotated[
        FileFormat | None,
        typer.Option("--format", help="Default: by the name.", rich_help_panel=_MANY),
    ] = None,
    campaign: Annotated[
        str | None,
        typer.Option(
            metavar="KEY",
            help="Names this work: run again with the same key and file, only what is missing is submitted.",
            rich_help_panel=_MANY,
        ),
    ] = None,
    files_per_job: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help=f"At most; default {FILES_PER_JOB}. Transfers are split by link.",
            rich_help_panel=_MANY,
        ),
    ] = None,
    concurrency: Annotated[
        int,
        typer.Option(
            min=1, max=100, metavar="N", help="Submissions at a time.", rich_help_panel=_MANY
        ),
    ] = 8,
    watched: Annotated[
        bool, typer.Option("--watch", "-b", help="Show progress.", rich_help_panel=_WATCHING)
    ] = False,
    wait: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="Wait so long at most, with or without --watch.",
            rich_help_panel=_WATCHING,
        ),
    ] = None,
    poll: Annotated[
        float,
        typer.Option(
            "--poll",
            "-i",
            metavar="SECONDS",
            help="Between two looks.",
            rich_help_panel=_WATCHING,
        ),
    ] = 2.0,
    delegate_lifetime: Annotated[
        float,
        typer.Option(
            metavar="HOURS",
            help="How long a new delegation shall last.",
            rich_help_panel=_DELEGATION,
        ),
    ] = DEFAULT_LIFETIME / _HOUR,
    delegate_min_left: Annotated[
        float,
        typer.Option(
            metavar="HOURS", help="Delegate if less is left.", rich_help_panel=_DELEGATION
        ),
    ] = DEFAULT_RENEW_BELOW / _HOUR,
    dry_run: Annotated[  # noqa: ARG001 - it makes the client None
        bool,
        typer.Option(
            "--dry-run",
            "-n",
            help="Check everything that can be checked here and print what would be sent; needs no server.",
        ),
    ] = False,
    job_options: JobOptions,
) -> None:
    """Submit transfers and print the job ids.

    A job is neither lost nor doubled: after a broken connection the request is repeated under the same id. A proxy is
    delegated when needed. Exit code 1 when a job was refused or, with --watch or --wait, has not FINISHED.

    Examples:
      fts submit davs://a.org/f davs://b.org/f --watch
      fts submit davs://a.org/f davs://b.org/f ADLER32:1a2b3c4d -C both -o
      fts submit -f job.json                 # as fts-rest-transfer-submit -f
      fts submit -f pairs.csv --campaign nightly-2026-11-23
      fts submit -f pairs.csv --dry-run
      generate | fts submit -f - --format jsonl > ids

    A CSV file begins with the names of its columns: source, destination, and if wanted checksum, filesize, activity,
    metadata and others. JSON lines have the same names.
    """
    check_times(poll_s=poll, timeout_s=wait)
    plan = _plan(
        words or [],
        file,
        form,
        job_options,
        Splitting(campaign=campaign, files_per_job=files_per_job),
    )
    if fts is None:
        _show_plan(out, plan)
        return
    from fts_client.exchanges import rehearsing  # noqa: PLC0415 - with the client

    if rehearsing():
        _rehearse(fts, plan)
        return
    fts.ensure_delegation(min_left=delegate_min_left * _HOUR, lifetime=delegate_lifetime * _HOUR)
    follow = watched or wait is not None
    quiet = follow and not watched
    if plan.campaign is None:
        job_ids, complete = [submit_one(fts, out, plan, silent=quiet and out.as_json)], True
    else:
        job_ids, complete = submit_many(fts, out, plan, concurrency)
    if follow and job_ids:
        watch(fts, out, job_ids, poll_s=poll, timeout_s=wait, quiet=quiet, campaign=plan.campaign)
    if not complete:
        raise typer.Exit(FAILED)


def _plan(
    words: Sequence[str],
    file: Path | None,
    form: FileFormat | None,
    options: JobOptions,
    splitting: Splitting,
) -> Plan:
    if file and words:
        raise FTSUsageError("Give either SURLs or --file")
    if file:
        return plan_file(file, form, options, splitting)
    if not words:
        raise FTSUsageError(
            "Nothing to submit",
            remedy="Give SOURCE and DESTINATION, or --file; see fts submit --help.",
        )
    return plan_pairs(words, options, splitting)


def _show_plan(out: Output, plan: Plan) -> None:
    count = 0
    for job in plan.jobs():
        count += 1
        body = _without_tokens(job.to_dict())
        if plan.campaign is None:
            write(json.dumps(body, indent=2, ensure_ascii=False))
        else:
            write(json.dumps(body, ensure_ascii=False))
    if not out.as_json:
        note(f"{counted(count, 'job')} with {counted(plan.count, 'file')}; nothing was sent")


def _without_tokens(body: dict[str, Any]) -> dict[str, Any]:
    for entry in body["files"]:
        for name in ("source_tokens", "destination_tokens"):
            if name in entry:
                entry[name] = ["TOKEN"] * len(entry[name])
    return body


def _rehearse(fts: FTSClient, plan: Plan) -> None:
    from fts_api.api.jobs import submit_job  # noqa: PLC0415 - with the client
    from fts_client.procedures.driver import Body  # noqa: PLC0415

    for job in plan.jobs():
        with rehearsed():
            submit_job.sync_detailed(client=fts.raw, body=Body(job.to_dict()))  # type: ignore[arg-type]
