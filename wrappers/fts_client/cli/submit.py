"""`fts submit`."""

from __future__ import annotations

import functools
import json
from datetime import timedelta
from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any, Final

import attrs
import typer

from fts_client.cli.connection import connected, rehearsed
from fts_client.cli.exits import FAILED, INTERRUPTED
from fts_client.cli.following import check_times
from fts_client.cli.interruption import Interruption
from fts_client.cli.job_options import JobOptions, with_job_options
from fts_client.cli.output import Output, complain, note, write
from fts_client.cli.planning import FILES_PER_JOB, Plan, Splitting, plan_file, plan_pairs
from fts_client.cli.transfer_files import FileFormat  # noqa: TC001 - typer reads annotations
from fts_client.cli.watch import how_to_go_on, watch
from fts_client.delegation import DEFAULT_LIFETIME, DEFAULT_RENEW_BELOW
from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fts_client.client import FTSClient
    from fts_client.jobs import Transfer
    from fts_client.models import SubmitOutcome

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
        job_ids, complete = [_submit_one(fts, out, plan, silent=quiet and out.as_json)], True
    else:
        job_ids, complete = _submit_many(fts, out, plan, concurrency)
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
        note(f"{_jobs(count)} with {_files(plan.count)}; nothing was sent")


def _without_tokens(body: dict[str, Any]) -> dict[str, Any]:
    for entry in body["files"]:
        for name in ("source_tokens", "destination_tokens"):
            if name in entry:
                entry[name] = ["TOKEN"] * len(entry[name])
    return body


def _rehearse(fts: FTSClient, plan: Plan) -> None:
    from fts_api.api.jobs import submit_job  # noqa: PLC0415 - with the client
    from fts_client._calls import Body  # noqa: PLC0415

    for job in plan.jobs():
        with rehearsed():
            submit_job.sync_detailed(client=fts.raw, body=Body(job.to_dict()))  # type: ignore[arg-type]


# --- one job -------------------------------------------------------------------------------------


def _submit_one(fts: FTSClient, out: Output, plan: Plan, *, silent: bool) -> str:
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
        parts = [f"{_jobs(len(self.job_ids))} with {_files(self.files)} submitted"]
        if self.existed:
            parts.append(f"{self.existed:,} of them before")
        if self.refused:
            parts.append(f"{_jobs(self.refused)} refused")
        return f"{', '.join(parts)}; campaign {self.campaign}"

    def interrupted(self) -> str:
        return (
            f"interrupted: {self.text()}; "
            f"the same command with --campaign {self.campaign} submits the rest"
        )


def _submit_many(
    fts: FTSClient, out: Output, plan: Plan, concurrency: int
) -> tuple[list[str], bool]:
    """Submit a campaign.

    Returns:
        The ids of the jobs, and whether none was refused.
    """
    from fts_client.cli.progress import counting  # noqa: PLC0415 - not for one job

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
        out.event(value, f"{outcome.job_id}  {_files(files)}{before}")
        return
    if out.as_json:
        out.event(value, "")
    transfer = outcome.transfers[0]
    complain(f"job of {_files(files)}, the first to {transfer.destinations[0]}, refused: {error}")


def _jobs(count: int) -> str:
    return f"{count:,} job{'' if count == 1 else 's'}"


def _files(count: int) -> str:
    return f"{count:,} file{'' if count == 1 else 's'}"
