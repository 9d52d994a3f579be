"""`fts status`, `fts list` and `fts files`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from fts_client.cli.connection import connected
from fts_client.cli.display.following import check_times
from fts_client.cli.display.job_lines import file_lines, job_lines, show_jobs
from fts_client.cli.display.output import note, on_terminal
from fts_client.cli.display.watch import watch
from fts_client.cli.input.job_ids import JobIds, read_ids
from fts_client.states import ACTIVE_JOB_STATES, TERMINAL_JOB_STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fts_client.cli.display.output import Output
    from fts_client.client import FTSClient

__all__ = ["files", "list_jobs", "status"]

_FILE_FIELDS: Final = ("file_id", "file_state", "source_surl", "dest_surl", "reason")


def _states(incomplete: str) -> list[str]:
    names = sorted(ACTIVE_JOB_STATES | TERMINAL_JOB_STATES)
    return [name for name in names if name.startswith(incomplete.upper())]


States = Annotated[
    list[str] | None,
    typer.Option("--state", metavar="STATE", help="May be repeated.", autocompletion=_states),
]
SourceSe = Annotated[
    str | None,
    typer.Option("--source-se", "--source", metavar="SCHEME://HOST", help="Source storage."),
]
DestSe = Annotated[
    str | None,
    typer.Option("--dest-se", "--destination", metavar="SCHEME://HOST", help="Destination."),
]
Vo = Annotated[
    str | None,
    typer.Option(
        "--vo", "--voname", "-o", metavar="VO", help="Only who may see all VOs can choose."
    ),
]


@connected
def status(
    fts: FTSClient,
    out: Output,
    *,
    job_ids: JobIds,
    show_files: Annotated[bool, typer.Option("--files", help="Show the files too.")] = False,
    watched: Annotated[
        bool, typer.Option("--watch", "-w", help="Show progress until all have ended.")
    ] = False,
    wait: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="Wait so long at most for the end, with or without --watch."
        ),
    ] = None,
    poll: Annotated[
        float, typer.Option("--poll", "-i", metavar="SECONDS", help="Between two looks.")
    ] = 2.0,
) -> None:
    """Show the state of jobs.

    Exit code 1 when a job cannot be shown or, with --watch or --wait, has not FINISHED. With --watch --json there is a line of JSON
    for each change.

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
    state: States = None,
    source_se: SourceSe = None,
    dest_se: DestSe = None,
    vo: Vo = None,
    user_dn: Annotated[
        str | None,
        typer.Option(
            "--user-dn", "--userdn", "-u", metavar="DN", help="Your own DN: only your jobs."
        ),
    ] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Only your jobs.")] = False,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=0, max=500, metavar="N", help="Newest first; 0: no limit."),
    ] = None,
    time_window: Annotated[
        str | None,
        typer.Option(
            metavar="H[:M]",
            help="Jobs that finished in the last hours; with --state, without --limit.",
        ),
    ] = None,
) -> None:
    """List jobs; without options the unfinished ones of your VO.

    Examples:
      fts list --mine
      fts list --source-se davs://a.org --state ACTIVE --state SUBMITTED
      fts list --state FAILED --time-window 12
      fts list --state FINISHED --limit 20 --json
    """
    if mine:
        user_dn = fts.whoami().user_dn
    jobs = fts.list_jobs(
        state_in=state or None,
        source_se=source_se,
        dest_se=dest_se,
        vo_name=vo,
        user_dn=user_dn,
        limit=limit,
        time_window=time_window,
    )
    values = [job.to_dict() for job in jobs]
    _note_if_none(values, "no job")
    out.show(values, (line for value in values for line in job_lines(value)))


@connected
def files(
    fts: FTSClient,
    out: Output,
    *,
    job_ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[JOB_ID...]",
            help="Jobs; without: unfinished files of all jobs, at most 1000.",
        ),
    ] = None,
    state: Annotated[
        list[str] | None, typer.Option("--state", metavar="STATE", help="May be repeated.")
    ] = None,
    source_se: SourceSe = None,
    dest_se: DestSe = None,
    dest_surl: Annotated[
        str | None, typer.Option(metavar="SURL", help="Destination of the file.")
    ] = None,
    vo: Vo = None,
) -> None:
    """Show the files of jobs, or the unfinished files of all jobs.

    Examples:
      fts files 94560e74-7ca3-11e9-97dd-02163e00d613
      fts files 94560e74-7ca3-11e9-97dd-02163e00d613 --state FAILED
      fts files --dest-surl davs://b.org/f
      fts files --source-se davs://a.org --state ACTIVE --json
    """
    if not job_ids:
        found = fts.list_files(
            state_in=state or None,
            source_se=source_se,
            dest_se=dest_se,
            dest_surl=dest_surl,
            vo_name=vo,
        )
    else:
        filters = {
            "source_se": source_se,
            "dest_se": dest_se,
            "dest_surl": dest_surl,
            "vo_name": vo,
        }
        wanted = {name: value for name, value in filters.items() if value is not None}
        found = [
            file
            for job_id in read_ids(job_ids)
            for file in fts.list_job_files(job_id)
            if (not state or file.file_state in state)
            and all(getattr(file, name) == value for name, value in wanted.items())
        ]
    values = [file.to_dict() for file in found]
    _note_if_none(values, "no file")
    out.show(values, (line for value in values for line in file_lines(value, indent=0)))


def _note_if_none(values: Sequence[object], what: str) -> None:
    """Tell people that an empty answer is one; programs see it."""
    if not values and on_terminal():
        note(f"{what} fits")
