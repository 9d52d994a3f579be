"""`fts list`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final

from typer import Option

from fts_client.cli.connection import connected
from fts_client.cli.display.following import job_view
from fts_client.cli.display.job_table import COLUMNS, show_table
from fts_client.cli.display.output import counted, note, on_terminal
from fts_client.cli.input.filters import (
    JOB_STATES,
    DestSe,
    JobStates,
    SourceSe,
    Vo,
    check_storage,
    check_vo,
    known_states,
)
from fts_client.cli.input.options import Quiet  # noqa: TC001 - typer reads the annotations
from fts_client.errors import FTSResponseError, FTSUsageError
from fts_client.states import TERMINAL_JOB_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

_DEFAULT_LIMIT: Final = 100
_MOST_COUNTED: Final = 500
# The server ignores what it cannot read. Source: observed on FTS 3.13.4.
_WINDOW: Final = re.compile(r"[0-9]{1,6}(:[0-9]{1,2})?")


@connected
def list_jobs(
    fts: FTSClient,
    out: Output,
    *,
    state: JobStates = None,
    source_se: SourceSe = None,
    dest_se: DestSe = None,
    vo: Vo = None,
    user_dn: Annotated[
        str | None, Option("--user-dn", "--userdn", "-u", metavar="DN", help="Only of this user.")
    ] = None,
    mine: Annotated[bool, Option("--mine", help="Only your own jobs.")] = False,
    limit: Annotated[
        int | None,
        Option(
            min=0,
            max=500,
            metavar="N",
            help=f"At most N, newest first. Default: {_DEFAULT_LIMIT}.",
        ),
    ] = None,
    everything: Annotated[
        bool, Option("--all", "-a", help="No limit; same as --limit 0.")
    ] = False,
    time_window: Annotated[
        str | None,
        Option(metavar="H[:M]", help="All jobs that ended in the last H hours; excludes --limit."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """List the newest jobs; by default the unfinished ones of your VO.

    Files are counted for up to 500 jobs. --json prints the jobs as the server
    describes them.

    Examples:
      fts list --mine
      fts list --source-se davs://a.org --state ACTIVE --state SUBMITTED
      fts list --state FAILED --time-window 12
      fts list --state FINISHED --limit 20 --json
      fts list --mine --all --quiet | fts cancel -
    """
    wanted = known_states(state, among=JOB_STATES)
    check_storage("--source-se", source_se)
    check_storage("--dest-se", dest_se)
    if everything and limit:
        raise FTSUsageError("--all and --limit exclude each other")
    cut = False
    if time_window is not None:
        wanted = _ended(time_window, wanted, limit)
    elif everything:
        limit = 0
    elif limit is None:
        # One more than is shown tells whether there are more. Without a limit FTS lists no jobs that have ended.
        cut, limit = True, _DEFAULT_LIMIT + 1
    fields = ("job_id", "vo_name", "submit_time") if quiet else COLUMNS
    filters = {
        "state_in": ",".join(wanted) or None,
        "source_se": source_se,
        "dest_se": dest_se,
        "vo_name": vo,
        "user_dn": fts.whoami().user_dn if mine else user_dn,
        "limit": limit,
        "time_window": time_window,
        "fields": None if out.as_json else ",".join(fields),
    }
    found = _ask(fts, filters, needed=set(fields))
    # Without a limit FTS promises no order.
    found.sort(key=lambda job: str(job["submit_time"]), reverse=True)
    check_vo(fts, vo, {job["vo_name"] for job in found})
    if cut and len(found) > _DEFAULT_LIMIT:
        del found[_DEFAULT_LIMIT:]
        note(f"fts: these are the {_DEFAULT_LIMIT} newest jobs; --all lists all of them")
    if not found and on_terminal():
        # A program sees that the output is empty; a person may think that something went wrong.
        note("no jobs found")
    if quiet or out.as_json:
        out.show(found, (job["job_id"] for job in found))
    else:
        show_table(out, found, _count_files(fts, found))


def _ended(time_window: str, wanted: list[str], limit: int | None) -> list[str]:
    """Choose the states of jobs that ended in a time window: the server lists no others there."""
    if not _WINDOW.fullmatch(time_window):
        raise FTSUsageError(f"--time-window must be hours or hours:minutes, got {time_window!r}")
    if limit is not None:
        raise FTSUsageError("--time-window and --limit exclude each other")
    if going_on := sorted(set(wanted) - TERMINAL_JOB_STATES):
        raise FTSUsageError(
            f"--time-window lists jobs that have ended, and {going_on[0]} jobs have not"
        )
    return wanted or sorted(TERMINAL_JOB_STATES)


def _ask(fts: FTSClient, filters: Mapping[str, Any], *, needed: set[str]) -> list[dict[str, Any]]:
    given = {name: value for name, value in filters.items() if value is not None}
    # Without models, which take seconds for 100,000 jobs.
    jobs = fts.raw.get_httpx_client().request("get", "/jobs", params=given).json()
    if not isinstance(jobs, list) or not all(
        isinstance(job, dict) and needed <= job.keys() and isinstance(job["job_id"], str)
        for job in jobs
    ):
        raise FTSResponseError("The answer is not a list of complete jobs")
    return jobs


def _count_files(fts: FTSClient, jobs: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Count the files of each job, those that have ended and all, unless that takes too many requests."""
    if not jobs:
        return {}
    if len(jobs) > _MOST_COUNTED:
        note(f"fts: {counted(len(jobs), 'job')}: their files are not counted")
        return {}
    answer = fts.get_jobs([job["job_id"] for job in jobs], files=["file_state"])
    views = [job_view(job.to_dict()) for job in answer.found]
    return {view.job_id: f"{view.files_done:,}/{view.file_count:,}" for view in views}
