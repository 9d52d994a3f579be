"""The functions of `easy` that send requests.

The first argument, a `Context`, is the server and the credential to use. A request that the server refuses, and one that does
not reach it, raises a subclass of `exceptions.FTS3ClientException`; which one depends on the HTTP status.
"""

# ruff: noqa: FBT001, FBT002, PLR0917
# These are the official signatures.
from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fts_client.easy.classes import Ban, Delegator, Inquirer, Submitter
from fts_client.easy.exceptions import NeedDelegation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_client.easy.context import Context


def whoami(context: Context) -> Any:
    """Ask the server who it takes the caller for, and return its answer, a dict."""
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
    """List jobs; without `state_in` those that have not ended.

    Args:
        context: The server and the credential.
        user_dn: The caller's own DN; None: no filter.
        vo: VO name; None: no filter.
        source_se: Source storage element, `scheme://host`; None: no filter.
        dest_se: Destination storage element, `scheme://host`; None: no filter.
        delegation_id: The caller's own delegation id; None: no filter.
        state_in: Job states; None: no filter.

    Returns:
        The answer of the server, a list of dicts.
    """
    return Inquirer(context).get_job_list(user_dn, vo, source_se, dest_se, delegation_id, state_in)


def get_job_status(context: Context, job_id: str, list_files: bool = False) -> Any:
    """Ask for one job.

    Args:
        context: The server and the credential.
        job_id: The job.
        list_files: True adds `files` and `dm`.

    Returns:
        The answer of the server, a dict.

    Raises:
        NotFound: No such job.
        ClientError: `job_id` is not a string.
    """
    return Inquirer(context).get_job_status(job_id, list_files)


def get_jobs_statuses(context: Context, job_ids: list[str], list_files: bool = False) -> Any:
    """Ask for several jobs, 100 in each request.

    Args:
        context: The server and the credential.
        job_ids: The jobs.
        list_files: True adds `files` with their most important fields.

    Returns:
        The answer of the server: a list, or a dict when one id was given. Jobs that are missing or not readable are in the list
        with `http_status` and `http_message`; the official client raises ClientError then and loses the others.

    Raises:
        NotFound: The only job asked for does not exist, or the server refuses all of them at once.
        ClientError: `job_ids` is not a list.
    """
    return Inquirer(context).get_jobs_statuses(job_ids, list_files)


def delegate(
    context: Context,
    lifetime: timedelta = timedelta(hours=7),
    force: bool = False,
    delegate_when_lifetime_lt: timedelta = timedelta(hours=2),
    legacy_mode: bool = False,
) -> str:
    """Delegate the credential of a context when the delegated one is about to expire.

    Args:
        context: The server and the credential.
        lifetime: Lifetime of a new delegation; it never exceeds that of any certificate in the proxy chain.
        force: Delegate even if enough lifetime is left.
        delegate_when_lifetime_lt: Delegate when less than this is left.
        legacy_mode: Accepted and ignored: proxies are always RFC 3820.

    Returns:
        The delegation id; "" for a context without certificate, which has nothing to delegate.

    Raises:
        ClientError: The delegation failed, for any reason.
    """
    if context.access_method != "X509":
        return ""
    return Delegator(context).delegate(lifetime, force, delegate_when_lifetime_lt, legacy_mode)


def submit(
    context: Context,
    job: dict[str, Any],
    delegation_lifetime: timedelta = timedelta(hours=7),
    force_delegation: bool = False,
    delegate_when_lifetime_lt: timedelta = timedelta(hours=2),
) -> str:
    """Delegate when needed, then submit a job.

    The last known delegation is remembered, so a second submission is one request. If the server has lost it (419), the
    credential is delegated and the job submitted once more. With `id_generator="deterministic"` and a `sid` the request is
    repeated when its answer is lost, and counts as done if the server then shows the job that was sent.

    Args:
        context: The server and the credential.
        job: From `new_job`, `new_staging_job` or `new_delete_job`.
        delegation_lifetime: Lifetime of a new delegation.
        force_delegation: Delegate even if enough lifetime is left.
        delegate_when_lifetime_lt: Delegate when less than this is left.

    Returns:
        The job id.

    Source: fts3 3.14.2, `easy.submit`.
    """
    delegate(context, delegation_lifetime, force_delegation, delegate_when_lifetime_lt)
    submitter = Submitter(context)
    arguments = {key: job.get(key) for key in ("delete", "staging")} | job.get("params", {})
    body, began_s = submitter.build_submission(job.get("files"), **arguments), time.monotonic()
    try:
        return submitter.send(body)
    except NeedDelegation as refused:
        if not delegate(context, delegation_lifetime, force=True):
            raise
        return submitter.send(body, began_s=began_s, refused=refused)


def cancel(context: Context, job_id: str, file_ids: Iterable[int | str] | None = None) -> Any:
    """Cancel a job, or some of its files.

    Args:
        context: The server and the credential.
        job_id: The job.
        file_ids: The files; None: the whole job.

    Returns:
        The job as it is now, a dict; with `file_ids` the state of the file, or a list of states.
    """
    return Submitter(context).cancel(job_id, file_ids)


def cancel_all(context: Context, vo_name: str | None = None) -> Any:
    """Cancel all jobs of a VO, or of the server when it is None; only root may.

    Returns:
        A dict with the numbers of jobs and files affected.
    """
    return Submitter(context).cancel_all(vo_name)


def ban_se(
    context: Context,
    storage: str,
    status: str = "cancel",
    timeout: int = 0,
    allow_submit: bool = False,
) -> Any:
    """Ban a storage element; the caller needs the right to configure.

    Args:
        context: The server and the credential.
        storage: `scheme://host`.
        status: "cancel" its jobs, or let them "wait".
        timeout: Ignored by servers from 3.13 on.
        allow_submit: Accept new jobs during the ban; with "wait" only.

    Returns:
        Ids of the jobs affected.
    """
    return Ban(context).ban_se(storage, status, timeout, allow_submit)


def ban_dn(context: Context, dn: str) -> Any:
    """Ban a user by DN, and return the ids of the jobs affected; the caller needs the right to configure."""
    return Ban(context).ban_dn(dn)


def unban_se(context: Context, storage: str) -> None:
    """Lift the ban of a storage element, `scheme://host`; the caller needs the right to configure."""
    Ban(context).unban_se(storage)


def unban_dn(context: Context, dn: str) -> None:
    """Lift the ban of a user by DN; the caller needs the right to configure."""
    Ban(context).unban_dn(dn)
