"""`fts submit`, `fts status`, `fts list` and `fts cancel`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

# typer reads the annotations, so these must exist at run time.
from fts_client.cli.connection import FAILED, Output, connected
from fts_client.client import FTSClient  # noqa: TC001
from fts_client.errors import FTSUsageError
from fts_client.jobs import UNSET, Job, JobParams, Transfer

if TYPE_CHECKING:
    from collections.abc import Iterable


__all__ = ["cancel", "list_jobs", "status", "submit"]

JobIds = Annotated[list[str], typer.Argument(metavar="JOB_ID...", help="Job ids.")]


@connected
def submit(
    fts: FTSClient,
    out: Output,
    *,
    source: Annotated[str, typer.Argument(help="Source SURL.")],
    destination: Annotated[str, typer.Argument(help="Destination SURL.")],
    checksum: Annotated[
        str | None, typer.Option(metavar="ALGORITHM:VALUE", help="For instance ADLER32:1a2b3c4d.")
    ] = None,
    filesize: Annotated[int | None, typer.Option(metavar="BYTES")] = None,
    activity: Annotated[str | None, typer.Option(help="Whose share is used.")] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Overwrite the destination.")
    ] = False,
    retry: Annotated[int | None, typer.Option(help="Retries; negative: none.")] = None,
    priority: Annotated[int | None, typer.Option(min=1, max=5)] = None,
    metadata: Annotated[
        str | None, typer.Option(metavar="JSON", help="Metadata of the job.")
    ] = None,
    sid: Annotated[
        str | None,
        typer.Option(help="Fixes the job id: the same text in the same VO is submitted once."),
    ] = None,
    wait: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="Wait for the end; exit code 1 unless the job has FINISHED."
        ),
    ] = None,
    poll: Annotated[float, typer.Option(metavar="SECONDS", help="Between two questions.")] = 2.0,
) -> None:
    """Submit a transfer and print the job id."""
    transfer = Transfer(
        source,
        destination,
        checksum=UNSET if checksum is None else checksum,
        filesize=UNSET if filesize is None else filesize,
        activity=UNSET if activity is None else activity,
    )
    params = JobParams(
        overwrite=True if overwrite else UNSET,
        retry=UNSET if retry is None else retry,
        priority=UNSET if priority is None else priority,
        job_metadata=UNSET if metadata is None else _metadata(metadata),
        sid=UNSET if sid is None else sid,
    )
    job_id = fts.submit(Job([transfer], params=params))
    if wait is None:
        out.show({"job_id": job_id}, [job_id])
        return
    if not out.as_json:
        out.show(None, [job_id])
    job = fts.wait_for_job(job_id, timeout_s=wait, poll_s=poll)
    reason = f"  {job.reason}" if job.reason else ""
    out.show(job.to_dict(), [f"{job.job_state}{reason}"])
    if job.job_state != "FINISHED":
        raise typer.Exit(FAILED)


def _metadata(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise FTSUsageError(f"--metadata is no JSON: {error}") from error


@connected
def status(
    fts: FTSClient,
    out: Output,
    *,
    job_ids: JobIds,
    files: Annotated[bool, typer.Option("--files", help="Show the files too.")] = False,
) -> None:
    """Show the state of jobs; exit code 1 when one cannot be shown."""
    fields = ("file_id", "file_state", "source_surl", "dest_surl", "reason") if files else None
    result = fts.get_jobs(job_ids, files=fields)
    values = [job.to_dict() for job in result]
    out.show(
        values + _failures(result.failures),
        (line for value in values for line in _describe(value)),
    )
    _complain(result.failures)


@connected
def list_jobs(
    fts: FTSClient,
    out: Output,
    *,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", help="Job state; may be repeated. Finished ones need --limit."),
    ] = None,
    source_se: Annotated[str | None, typer.Option(metavar="SCHEME://HOST")] = None,
    dest_se: Annotated[str | None, typer.Option(metavar="SCHEME://HOST")] = None,
    limit: Annotated[int | None, typer.Option(min=1, max=500, help="Newest first.")] = None,
) -> None:
    """List jobs; without options the unfinished ones of your VO."""
    jobs = fts.list_jobs(state_in=state or None, source_se=source_se, dest_se=dest_se, limit=limit)
    values = [job.to_dict() for job in jobs]
    out.show(values, (line for value in values for line in _describe(value)))


@connected
def cancel(fts: FTSClient, out: Output, *, job_ids: JobIds) -> None:
    """Cancel jobs; exit code 1 when one cannot be cancelled."""
    result = fts.cancel_jobs(job_ids)
    values = [job.to_dict() for job in result]
    out.show(
        values + _failures(result.failures),
        (line for value in values for line in _describe(value)),
    )
    _complain(result.failures)


def _describe(job: dict[str, Any]) -> Iterable[str]:
    reason = f"  {job['reason']}" if job.get("reason") else ""
    yield f"{job['job_id']}  {job['job_state']:<14}  {job['submit_time']}{reason}"
    for file in job.get("files", ()):
        reason = f"  {file['reason']}" if file.get("reason") else ""
        yield (f"  {file['file_state']:<12}  {file['source_surl']} -> {file['dest_surl']}{reason}")


def _failures(failures: Iterable[Any]) -> list[dict[str, str]]:
    return [
        {
            "job_id": failure.job_id,
            "http_status": failure.http_status,
            "http_message": failure.message,
        }
        for failure in failures
    ]


def _complain(failures: Iterable[Any]) -> None:
    failed = list(failures)
    for failure in failed:
        typer.echo(f"fts: {failure.job_id}: {failure.message or failure.http_status}", err=True)
    if failed:
        raise typer.Exit(FAILED)
