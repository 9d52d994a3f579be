"""`fts status` and `fts files`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from typer import Argument, Option

from fts_client.cli.connection import connected
from fts_client.cli.display.following import check_times
from fts_client.cli.display.job_lines import file_lines, show_jobs
from fts_client.cli.display.output import note, on_terminal
from fts_client.cli.display.watch import watch
from fts_client.cli.input.filters import (
    DestSe,
    FileStates,
    SourceSe,
    Vo,
    check_storage,
    check_vo,
    known_states,
)
from fts_client.cli.input.options import JobIds, Poll, Quiet, Wait, read_ids, watch_option
from fts_client.cli.input.recent_jobs import complete_job_ids
from fts_client.errors import FTSUsageError
from fts_client.states import TERMINAL_FILE_STATES

if TYPE_CHECKING:
    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

_FILE_FIELDS: Final = ("file_id", "file_state", "source_surl", "dest_surl", "reason")


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
    quiet: Quiet = False,
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
    show_jobs(out, fts.get_jobs(ids, files=_FILE_FIELDS if show_files else None), quiet=quiet)


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
            autocompletion=complete_job_ids,
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
    check_storage("--source-se", source_se)
    check_storage("--dest-se", dest_se)
    states = known_states(state)
    filters = {"source_se": source_se, "dest_se": dest_se, "dest_surl": dest_surl, "vo_name": vo}
    if job_ids:
        # The server filters files only across all jobs.
        wanted = {name: value for name, value in filters.items() if value is not None}
        found = [
            file
            for job_id in read_ids(job_ids)
            for file in fts.list_job_files(job_id)
            if (not states or file.file_state in states)
            and all(getattr(file, name) == value for name, value in wanted.items())
        ]
    elif ended := sorted(TERMINAL_FILE_STATES.intersection(states)):
        # Source: observed on FTS 3.13.4: an empty list.
        raise FTSUsageError(
            f"{ended[0]} files can only be listed job by job",
            remedy="Give JOB_ID; fts list --state FAILED shows jobs.",
        )
    else:
        found = fts.list_files(state_in=states or None, **filters)
        check_vo(fts, vo, {file.vo_name for file in found})
    if not found and on_terminal():
        # A program sees that the output is empty; a person may think that something went wrong.
        note("no files found")
    values = [file.to_dict() for file in found]
    out.show(values, (line for value in values for line in file_lines(value)))
