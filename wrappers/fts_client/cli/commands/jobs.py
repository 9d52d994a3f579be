"""`fts status`, `fts list` and `fts files`."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Final

from typer import Argument, Option

from fts_client import states
from fts_client.cli.connection import connected
from fts_client.cli.display.following import check_times
from fts_client.cli.display.job_lines import file_lines, job_lines, show_jobs
from fts_client.cli.display.output import note, on_terminal
from fts_client.cli.display.watch import watch
from fts_client.cli.input.options import JobIds, Poll, Wait, read_ids, watch_option
from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

__all__ = ["files", "list_jobs", "status"]

# The server ignores what it cannot read. Source: observed on FTS 3.13.4.
_WINDOW: Final = re.compile(r"[0-9]{1,6}(:[0-9]{1,2})?")
_FILE_FIELDS: Final = ("file_id", "file_state", "source_surl", "dest_surl", "reason")


def _state_option(names: Collection[str]) -> Any:
    def complete(incomplete: str) -> list[str]:
        return sorted(name for name in names if name.startswith(incomplete.upper()))

    text = "Only in this state; may be repeated."
    return Option("--state", metavar="STATE", help=text, autocompletion=complete)


JobStates = Annotated[
    list[str] | None, _state_option(states.ACTIVE_JOB_STATES | states.TERMINAL_JOB_STATES)
]
FileStates = Annotated[
    list[str] | None,
    _state_option(
        states.CANCELLABLE_FILE_STATES | states.TERMINAL_FILE_STATES | states.WAITING_FILE_STATES
    ),
]
_storage = partial(Option, metavar="SCHEME://HOST")
SourceSe = Annotated[str | None, _storage("--source-se", "--source", help="Source storage.")]
DestSe = Annotated[str | None, _storage("--dest-se", "--destination", help="Destination storage.")]
Vo = Annotated[
    str | None,
    Option("--vo", "--voname", "-o", metavar="VO", help="VO, if you may see the jobs of several."),
]


@connected
def status(
    fts: FTSClient,
    out: Output,
    *,
    job_ids: JobIds,
    show_files: Annotated[bool, Option("--files", help="Show the files as well.")] = False,
    watched: Annotated[bool, watch_option("-w")] = False,
    wait: Wait = None,
    poll: Poll = 2.0,
) -> None:
    """Show the state of jobs.

    Exit code 1 if a job cannot be shown or, with --watch or --wait, did not reach
    FINISHED. --watch --json prints a line of JSON for each change.

    Examples:
      fts status 94560e74-7ca3-11e9-97dd-02163e00d613 --files
      fts status --watch 94560e74-7ca3-11e9-97dd-02163e00d613
      fts submit -f pairs.csv > ids; fts status --watch - < ids
    """
    check_times(poll_s=poll, timeout_s=wait)
    ids = read_ids(job_ids)
    if watched or wait is not None:
        watch(fts, out, ids, poll_s=poll, timeout_s=wait, quiet=not watched)
        return
    show_jobs(out, fts.get_jobs(ids, files=_FILE_FIELDS if show_files else None))


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
        Option(min=0, max=500, metavar="N", help="At most N, newest first; 0: no limit."),
    ] = None,
    time_window: Annotated[
        str | None,
        Option(
            metavar="H[:M]",
            help="Jobs that ended in the last H hours; needs --state, excludes --limit.",
        ),
    ] = None,
) -> None:
    """List jobs; by default the unfinished ones of your VO.

    Examples:
      fts list --mine
      fts list --source-se davs://a.org --state ACTIVE --state SUBMITTED
      fts list --state FAILED --time-window 12
      fts list --state FINISHED --limit 20 --json
    """
    if time_window is not None and not _WINDOW.fullmatch(time_window):
        raise FTSUsageError(f"--time-window must be hours or hours:minutes, got {time_window!r}")
    found = fts.list_jobs(
        state_in=state or None,
        source_se=source_se,
        dest_se=dest_se,
        vo_name=vo,
        user_dn=fts.whoami().user_dn if mine else user_dn,
        limit=limit,
        time_window=time_window,
    )
    _show(out, "jobs", [job.to_dict() for job in found], job_lines)


@connected
def files(
    fts: FTSClient,
    out: Output,
    *,
    job_ids: Annotated[
        list[str] | None,
        Argument(
            metavar="[JOB_ID...]",
            help="Jobs; - reads them from stdin. Default: all jobs (at most 1000 files).",
        ),
    ] = None,
    state: FileStates = None,
    source_se: SourceSe = None,
    dest_se: DestSe = None,
    dest_surl: Annotated[
        str | None, Option(metavar="SURL", help="Destination of the file.")
    ] = None,
    vo: Vo = None,
) -> None:
    """Show files; by default the unfinished ones of all jobs.

    Examples:
      fts files 94560e74-7ca3-11e9-97dd-02163e00d613
      fts files 94560e74-7ca3-11e9-97dd-02163e00d613 --state FAILED
      fts files --dest-surl davs://b.org/f
      fts files --source-se davs://a.org --state ACTIVE --json
    """
    filters = {"source_se": source_se, "dest_se": dest_se, "dest_surl": dest_surl, "vo_name": vo}
    if job_ids:
        # The server filters files only across all jobs.
        wanted = {name: value for name, value in filters.items() if value is not None}
        found = [
            file
            for job_id in read_ids(job_ids)
            for file in fts.list_job_files(job_id)
            if (not state or file.file_state in state)
            and all(getattr(file, name) == value for name, value in wanted.items())
        ]
    else:
        found = fts.list_files(state_in=state or None, **filters)
    _show(out, "files", [file.to_dict() for file in found], file_lines)


def _show(
    out: Output, what: str, values: Sequence[Any], lines: Callable[[Any], Iterable[str]]
) -> None:
    if not values and on_terminal():
        # A program sees that the output is empty; a person may think that something went wrong.
        note(f"no {what} found")
    out.show(values, (line for value in values for line in lines(value)))
