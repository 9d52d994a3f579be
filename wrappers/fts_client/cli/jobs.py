"""`fts status`, `fts list`, `fts files`, `fts cancel` and `fts priority`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from fts_client.cli.connection import connected
from fts_client.cli.exits import FAILED
from fts_client.cli.following import check_times
from fts_client.cli.output import complain, fitted, printable
from fts_client.cli.watch import watch
from fts_client.errors import FTSUsageError
from fts_client.states import ACTIVE_JOB_STATES, TERMINAL_JOB_STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fts_client.cli.output import Output
    from fts_client.client import FTSClient
    from fts_client.models import BulkResult

__all__ = ["cancel", "files", "list_jobs", "priority", "status"]

_FILE_FIELDS: Final = ("file_id", "file_state", "source_surl", "dest_surl", "reason")
_COLUMNS: Final = 80


def _states(incomplete: str) -> list[str]:
    names = sorted(ACTIVE_JOB_STATES | TERMINAL_JOB_STATES)
    return [name for name in names if name.startswith(incomplete.upper())]


JobIds = Annotated[
    list[str],
    typer.Argument(
        metavar="JOB_ID...",
        help="Job ids; - reads them from standard input, the first word of each line.",
    ),
]
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
    ids = _read_ids(job_ids)
    if watched or wait is not None:
        watch(fts, out, ids, poll_s=poll, timeout_s=wait, quiet=not watched)
        return
    _show(out, fts.get_jobs(ids, files=_FILE_FIELDS if show_files else None))


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
    out.show(values, (line for value in values for line in _describe(value)))


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
            for job_id in _read_ids(job_ids)
            for file in fts.list_job_files(job_id)
            if (not state or file.file_state in state)
            and all(getattr(file, name) == value for name, value in wanted.items())
        ]
    values = [file.to_dict() for file in found]
    out.show(values, (line for value in values for line in _describe_file(value, indent=0)))


@connected
def cancel(
    fts: FTSClient,
    out: Output,
    *,
    job_ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[JOB_ID...]",
            help="Jobs; JOB_ID:FILE_ID,FILE_ID for some files; - reads them from standard input.",
        ),
    ] = None,
    file_ids: Annotated[
        str | None,
        typer.Option("--file-ids", metavar="ID,ID,...", help="Only these files of the one job."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every unfinished job of the server; for its root.")
    ] = False,
    vo: Annotated[
        str | None, typer.Option("--vo", metavar="VO", help="With --all: of this VO only.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --all: do not ask.")] = False,
) -> None:
    """Cancel jobs, or some files of a job.

    A job that had ended stays as it was. Exit code 1 when one cannot be cancelled.

    Examples:
      fts cancel 94560e74-7ca3-11e9-97dd-02163e00d613
      fts cancel 94560e74-7ca3-11e9-97dd-02163e00d613 --file-ids 8801,8802
      fts list --mine --state SUBMITTED | fts cancel -
    """
    if everything:
        _cancel_all(fts, out, job_ids, vo, yes=yes)
        return
    if not job_ids:
        raise FTSUsageError("No job", remedy="Give JOB_ID, or --all.")
    if vo is not None:
        raise FTSUsageError("--vo goes with --all")
    jobs = _read_ids(job_ids)
    if file_ids is None and len(jobs) == 1 and ":" in jobs[0]:
        # As fts-rest-transfer-cancel takes it.
        jobs[0], _, file_ids = jobs[0].partition(":")
    if file_ids is None:
        _show(out, fts.cancel_jobs(jobs))
        return
    if len(jobs) != 1:
        raise FTSUsageError("--file-ids belong to one job")
    states = fts.cancel_files(jobs[0], _numbers(file_ids))
    values = [{"file_id": number, "file_state": state} for number, state in states.items()]
    out.show(values, (f"{number:>10}  {state}" for number, state in states.items()))
    if any(state != "CANCELED" for state in states.values()):
        raise typer.Exit(FAILED)


def _cancel_all(
    fts: FTSClient, out: Output, job_ids: Sequence[str] | None, vo: str | None, *, yes: bool
) -> None:
    if job_ids:
        raise FTSUsageError("Give either jobs or --all")
    from fts_client.exchanges import rehearsing  # noqa: PLC0415 - with the client

    if not yes and not rehearsing():
        whose = f"of the VO {vo}" if vo else "of the server"
        if not sys.stdin.isatty():
            raise FTSUsageError("--all needs --yes", remedy="There is no terminal to ask at.")
        typer.confirm(f"Cancel every unfinished job {whose}?", abort=True, err=True)
    counts = fts.cancel_all(vo_name=vo).to_dict()
    out.show(counts, (f"{name:<16}  {count}" for name, count in counts.items()))


@connected
def priority(
    fts: FTSClient,
    out: Output,
    *,
    job_ids: JobIds,
    value: Annotated[int, typer.Argument(metavar="N", min=1, max=5, help="5 is highest.")],
) -> None:
    """Change the priority of jobs.

    Exit code 1 when one cannot be changed.

    Examples:
      fts priority 94560e74-7ca3-11e9-97dd-02163e00d613 5
    """
    _show(out, fts.modify_jobs(_read_ids(job_ids), priority=value))


def _read_ids(words: Sequence[str]) -> list[str]:
    """Take job ids from the command line, or from the lines that another command printed."""
    ids = []
    for word in words:
        if word == "-":
            lines = (line.split() for line in sys.stdin if not line.startswith((" ", "\t")))
            ids += [parts[0] for parts in lines if parts]
        else:
            ids.append(word)
    if not ids:
        raise FTSUsageError("There is no job id on standard input")
    return ids


def _numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise FTSUsageError(
            f"File ids are numbers with commas between them, not {text!r}"
        ) from None


def _show(out: Output, result: BulkResult[Any]) -> None:
    """Print the jobs that the server showed, and complain about the others."""
    values = [job.to_dict() for job in result]
    failed = [
        {
            "job_id": failure.job_id,
            "http_status": failure.http_status,
            "http_message": failure.message,
        }
        for failure in result.failures
    ]
    out.show(values + failed, (line for value in values for line in _describe(value)))
    for failure in result.failures:
        complain(f"{failure.job_id}: {failure.message or failure.http_status}")
    if failed:
        raise typer.Exit(FAILED)


def _describe(job: dict[str, Any]) -> Iterator[str]:
    yield f"{job['job_id']}  {job['job_state']:<13}  {job['submit_time']}"
    if job.get("reason"):
        yield from _indented(job["reason"], 2)
    for file in job.get("files", ()):
        yield from _describe_file(file, indent=2)


def _describe_file(file: dict[str, Any], *, indent: int) -> Iterator[str]:
    """Write a file in one line if it fits, else in several that can be copied from."""
    start = f"{' ' * indent}{file['file_id']}  {file['file_state']:<9}  "
    pair = f"{file['source_surl']} -> {file['dest_surl']}"
    if len(start) + len(pair) <= _COLUMNS:
        yield start + pair
    else:
        yield start + str(file["source_surl"])
        yield f"{' ' * (len(start) - 3)}-> {file['dest_surl']}"
    if file.get("reason"):
        yield from _indented(file["reason"], len(start))


def _indented(text: str, indent: int) -> Iterable[str]:
    return f"{' ' * indent}{fitted(printable(str(text)), indent)}".splitlines()
