"""Ask who we are and how jobs are doing."""

# ruff: noqa: FBT001, FBT002, PLR0917
# These are the official signatures.
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_client.easy.classes import Inquirer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_client.easy.context import Context

__all__ = ["get_job_status", "get_jobs_statuses", "list_jobs", "whoami"]


def whoami(context: Context) -> Any:
    """Ask how the server sees us.

    Args:
        context: Whom to ask.

    Returns:
        The answer of the server.

    Raises:
        FTS3ClientException: One of its subclasses, by status.
    """
    return Inquirer(context).whoami()


def list_jobs(
    context: Context,
    user_dn: str | None = None,
    vo: str | None = None,
    source_se: str | None = None,
    dest_se: str | None = None,
    delegation_id: str | None = None,
    state_in: Iterable[str] | None = None,
) -> Any:
    """List jobs, without filter the unfinished ones.

    Args:
        context: Whom to ask.
        user_dn: Our own DN, or None.
        vo: VO name.
        source_se: Source storage, `scheme://host`.
        dest_se: Destination storage.
        delegation_id: Our own delegation id.
        state_in: Job states.

    Returns:
        The answer of the server.

    Raises:
        FTS3ClientException: One of its subclasses, by status.
    """
    return Inquirer(context).get_job_list(user_dn, vo, source_se, dest_se, delegation_id, state_in)


def get_job_status(context: Context, job_id: str, list_files: bool = False) -> Any:
    """Ask for one job.

    Args:
        context: Whom to ask.
        job_id: The job.
        list_files: True adds `files` and `dm`.

    Returns:
        The answer of the server.

    Raises:
        NotFound: No such job.
        FTS3ClientException: Another of its subclasses, by status.
    """
    return Inquirer(context).get_job_status(job_id, list_files)


def get_jobs_statuses(context: Context, job_ids: list[str], list_files: bool = False) -> Any:
    """Ask for several jobs in one request.

    Args:
        context: Whom to ask.
        job_ids: The jobs, about 100 at most.
        list_files: True adds `files` with their most important fields.

    Returns:
        The answer of the server: a list, or a dict when one id was given. Jobs that cannot be shown stand in the list
        with `http_status` and `http_message`; the official client raises ClientError then and loses the others.

    Raises:
        NotFound: The only job asked for does not exist.
        FTS3ClientException: Another of its subclasses, by status.
    """
    return Inquirer(context).get_jobs_statuses(job_ids, list_files)
