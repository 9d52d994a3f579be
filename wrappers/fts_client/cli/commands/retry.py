"""`fts retry`: submit again what failed."""

from __future__ import annotations

import hashlib
import json
import shlex
from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated, Any, Final

import attrs
import typer
from typer import Option

from fts_client.cli.connection import connected
from fts_client.cli.display.campaign import name_vo_without_attributes, submit_campaign
from fts_client.cli.display.following import check_times
from fts_client.cli.display.job_lines import complain_of
from fts_client.cli.display.output import complain, counted, note
from fts_client.cli.display.watch import watch
from fts_client.cli.exits import FAILED
from fts_client.cli.input.job_values import option_names
from fts_client.cli.input.options import JobIds, Poll, Quiet, Wait, read_ids, watch_option
from fts_client.cli.input.planning import FILES_PER_JOB, Plan
from fts_client.errors import FTSUsageError
from fts_client.jobs import JobParams, Transfer
from fts_client.jobs.transfer_files import write_transfers
from fts_client.states import is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

_FILE_FIELDS: Final = (
    *("file_state", "file_index", "source_surl", "dest_surl", "checksum", "user_filesize"),
    *("activity", "scitag", "file_metadata", "staging_metadata", "archive_metadata"),
    "selection_strategy",
)
_MULTIHOP, _REPLICAS = "H", "R"


@connected
def retry(
    fts: FTSClient,
    out: Output,
    *,
    job_ids: JobIds,
    failed_to: Annotated[
        Path | None,
        Option(
            metavar="FILE",
            help="Submit nothing; write the failed files as CSV (JSON Lines if named .jsonl) for fts submit -f.",
        ),
    ] = None,
    campaign: Annotated[
        str | None,
        Option(metavar="KEY", help="Name of the submission. Default: made from the job ids."),
    ] = None,
    concurrency: Annotated[
        int, Option(min=1, max=100, metavar="N", help="Jobs to submit at the same time.")
    ] = 8,
    watched: Annotated[bool, watch_option("-w")] = False,
    wait: Wait = None,
    poll: Poll = 2.0,
    quiet: Quiet = False,
) -> None:
    """Submit the failed files of jobs again, as they were.

    The new jobs form a campaign: repeating the command submits only what is missing.
    To retry the same jobs a second time, give another --campaign. Jobs that have not
    ended and multihop jobs are refused. Exit code 1 if a job cannot be retried.

    Examples:
      fts retry 94560e74-7ca3-11e9-97dd-02163e00d613 --watch
      fts list --mine --state FAILED --state FINISHEDDIRTY --all -q | fts retry -
      fts retry 94560e74-7ca3-11e9-97dd-02163e00d613 --failed-to failed.csv
    """
    check_times(poll_s=poll, timeout_s=wait)
    if quiet and watched:
        raise FTSUsageError("--quiet and --watch exclude each other")
    ids = read_ids(job_ids)
    answer = fts.get_jobs(ids, files=_FILE_FIELDS)
    complain_of(answer.failures)
    groups, refused = _by_params(job.to_dict() for job in answer.found)
    for text in refused:
        complain(text)
    transfers = [transfer for _, group in groups for transfer in group]
    if not transfers:
        if not (refused or answer.failures):
            note("no failed files to retry")
    elif failed_to is not None:
        write_transfers(failed_to, transfers)
        hint = _options(groups[0][0]) if len(groups) == 1 else ""
        note(f"{counted(len(transfers), 'file')} written; submit with:")
        note(f"  fts submit -f {shlex.quote(str(failed_to))}{hint}")
    else:
        key = campaign or _key(ids)
        name_vo_without_attributes(fts, fts.ensure_delegation())
        made: list[str] = []
        for plan in _plans(groups, key, made=campaign is None):
            job_ids, count = submit_campaign(fts, out, plan, concurrency, quiet=quiet, key=key)
            made += job_ids
            refused += [""] * count
        if (watched or wait is not None) and made:
            watch(
                fts,
                out,
                made,
                poll_s=poll,
                timeout_s=wait,
                quiet=not watched,
                silent=quiet,
                as_lines=True,
            )
    if refused or answer.failures:
        raise typer.Exit(FAILED)


def _key(job_ids: Iterable[str]) -> str:
    """Name the campaign that retries these jobs, in any order."""
    text = " ".join(sorted({job_id.lower() for job_id in job_ids}))
    return f"retry-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _by_params(
    jobs: Iterable[Mapping[str, Any]],
) -> tuple[list[tuple[JobParams, list[Transfer]]], list[str]]:
    """Collect the failed files of jobs by the parameters of the jobs, and say which jobs cannot be retried."""
    groups: dict[str, tuple[JobParams, list[Transfer]]] = {}
    refused = []
    for job in jobs:
        files = job.get("files", ())
        failed = [file for file in files if file["file_state"] == "FAILED"]
        job_id = job["job_id"]
        if not is_terminal(job["job_state"]):
            refused.append(f"{job_id}: still {job['job_state']}; retry it when it has ended")
        elif job["job_type"] == _MULTIHOP and failed:
            refused.append(f"{job_id}: a multihop job; submit it again as a whole")
        elif failed:
            params = JobParams.like(job)
            key = json.dumps(params.to_dict(), sort_keys=True)
            _, transfers = groups.setdefault(key, (params, []))
            if job["job_type"] == _REPLICAS:
                # All replicas are sources of one file, also those that were not tried.
                transfers += [] if job["job_state"] == "FINISHED" else [_replicas(files)]
            else:
                transfers += map(Transfer.like, failed)
    return [(params, transfers) for params, transfers in groups.values() if transfers], refused


def _replicas(files: Sequence[Mapping[str, Any]]) -> Transfer:
    each = [Transfer.like(file) for file in files]
    return attrs.evolve(
        each[0],
        sources=dict.fromkeys(source for one in each for source in one.sources),
        destinations=dict.fromkeys(surl for one in each for surl in one.destinations),
        selection_strategy=files[0]["selection_strategy"] or "auto",
    )


def _plans(
    groups: Sequence[tuple[JobParams, list[Transfer]]], key: str, *, made: bool
) -> Iterable[Plan]:
    for number, (params, transfers) in enumerate(groups):
        yield Plan(
            transfers=transfers,
            count=len(transfers),
            params=params,
            # The same pair may have failed in jobs with other parameters.
            campaign=f"{key}-{number + 1}" if number else key,
            files_per_job=FILES_PER_JOB,
            made_sid=False,
            made_campaign=made and not number,
        )


def _options(params: JobParams) -> str:
    """Write parameters as options of `fts submit`."""
    words = []
    for name, value in params.to_dict().items():
        words.append(option_names(name)[0])
        if value is not True:
            words.append(json.dumps(value) if isinstance(value, dict) else str(value))
    return f" {shlex.join(words)}" if words else ""
