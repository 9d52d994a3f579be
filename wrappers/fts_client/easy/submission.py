"""Submit and cancel jobs."""

# ruff: noqa: FBT001, FBT002
# These are the official signatures.
from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fts_client.easy.classes import Submitter
from fts_client.easy.delegation import delegate
from fts_client.easy.exceptions import NeedDelegation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_client.easy.context import Context

__all__ = ["cancel", "cancel_all", "submit"]


def submit(
    context: Context,
    job: dict[str, Any],
    delegation_lifetime: timedelta = timedelta(hours=7),
    force_delegation: bool = False,
    delegate_when_lifetime_lt: timedelta = timedelta(hours=2),
) -> str:
    """Delegate when needed, then submit a job.

    The delegation that was seen last is remembered, so a second submission is one request; when the server says that it
    has gone (419), it is delegated and submitted once more.

    Args:
        context: Where to.
        job: From `new_job`, `new_staging_job` or `new_delete_job`.
        delegation_lifetime: How long a new delegation shall last.
        force_delegation: Delegate even if enough is left.
        delegate_when_lifetime_lt: Delegate when less than this is left.

    Returns:
        The job id.

    Raises:
        FTS3ClientException: One of its subclasses, by status.

    Source: fts3 3.14.2, `easy.submit`.
    """
    delegate(context, delegation_lifetime, force_delegation, delegate_when_lifetime_lt)
    submitter = Submitter(context)
    arguments = {key: job.get(key) for key in ("delete", "staging")} | job.get("params", {})
    try:
        return submitter.submit(job.get("files"), **arguments)
    except NeedDelegation:
        if not delegate(context, delegation_lifetime, force=True):
            raise
        return submitter.submit(job.get("files"), **arguments)


def cancel(context: Context, job_id: str, file_ids: Iterable[int | str] | None = None) -> Any:
    """Cancel a job, or some of its files.

    Args:
        context: Where to.
        job_id: The job.
        file_ids: The files; None for the whole job.

    Returns:
        The job as it is now, a dict; with `file_ids` the state of the file, or a list of states.

    Raises:
        FTS3ClientException: One of its subclasses, by status.
    """
    return Submitter(context).cancel(job_id, file_ids)


def cancel_all(context: Context, vo_name: str | None = None) -> Any:
    """Cancel all jobs of a VO, or of the server; needs root rights.

    Args:
        context: Where to.
        vo_name: The VO; None for all.

    Returns:
        A dict with the numbers of jobs and files affected.

    Raises:
        FTS3ClientException: One of its subclasses, by status.
    """
    return Submitter(context).cancel_all(vo_name)
