"""The classes behind the functions of `easy`, one per group of operations.

Arguments, results and errors are those of the function that is named.
"""

# ruff: noqa: FBT001, FBT002, PLR0917
# These are the official signatures.
from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from fts_client.easy.exceptions import ClientError, NotFound
from fts_client.jobs.parameters import PER_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_client.easy.context import Context

__all__ = ["Ban", "Delegator", "Inquirer", "Submitter"]

_FILE_FIELDS = "file_state,dest_surl,finish_time,start_time,reason,source_surl,file_metadata"


class _OfContext:
    def __init__(self, context: Context) -> None:
        self.context = context


class Delegator(_OfContext):
    """Delegates the credential of a context."""

    def get_info(self, delegation_id: str | None = None) -> Any:
        """Ask for the delegated credential.

        Args:
            delegation_id: None: that of the context's own credential.

        Returns:
            A dict with `termination_time` and `voms_attrs`; `[]` or None when the server holds no credential.
        """
        if delegation_id is None:
            delegation_id = Inquirer(self.context).whoami()["delegation_id"]
        return self.context.fetch("GET", f"/delegation/{delegation_id}")

    def delegate(
        self,
        lifetime: timedelta = timedelta(hours=7),
        force: bool = False,
        delegate_when_lifetime_lt: timedelta = timedelta(hours=2),
        legacy_mode: bool = False,
    ) -> str:
        """Delegate; see `fts_client.easy.delegate`."""
        del legacy_mode
        return self.context.delegator.delegate(
            self.context.endpoint,
            user_agent=self.context.user_agent,
            lifetime=lifetime,
            force=force,
            min_left=delegate_when_lifetime_lt,
        )


class Inquirer(_OfContext):
    """Asks for jobs and for the caller's identity."""

    def whoami(self) -> Any:
        """Ask for the caller's identity; see `fts_client.easy.whoami`."""
        return self.context.fetch("GET", "/whoami")

    def get_job_status(self, job_id: str, list_files: bool = False) -> Any:
        """Ask for one job; see `fts_client.easy.get_job_status`."""
        if not isinstance(job_id, str):
            raise ClientError("The job_id provided is not a string!")
        path = f"/jobs/{job_id}"
        try:
            if not list_files:
                return self.context.fetch("GET", path)
            job, files, dm = self.context.get_together([path, f"{path}/files", f"{path}/dm"])
        except NotFound as error:
            raise NotFound(job_id) from error
        return {**job, "files": files, "dm": dm}

    def get_jobs_statuses(self, job_ids: list[str], list_files: bool = False) -> Any:
        """Ask for several jobs in one request; see `fts_client.easy.get_jobs_statuses`."""
        if not isinstance(job_ids, list):
            raise ClientError("The input provided is not a list of ids!")
        query = f"?files={_FILE_FIELDS}" if list_files else ""
        try:
            return self.context.fetch("GET", f"/jobs/{','.join(job_ids)}{query}")
        except NotFound as error:
            raise NotFound(job_ids) from error

    def get_job_list(
        self,
        user_dn: str | None = None,
        vo_name: str | None = None,
        source_se: str | None = None,
        dest_se: str | None = None,
        delegation_id: str | None = None,
        state_in: Iterable[str] | None = None,
    ) -> Any:
        """List jobs; see `fts_client.easy.list_jobs`."""
        filters = {
            "user_dn": user_dn,
            "vo_name": vo_name,
            "source_se": source_se,
            "dest_se": dest_se,
            "dlg_id": delegation_id,
            "state_in": ",".join(state_in) if state_in else None,
        }
        given = {name: value for name, value in filters.items() if value}
        return self.context.fetch("GET", "/jobs?" + urlencode(given, quote_via=quote, safe=""))


class Submitter(_OfContext):
    """Submits and cancels jobs."""

    @staticmethod
    def build_submission(
        transfers: list[dict[str, Any]] | None = None,
        delete: Any = None,
        params: dict[str, Any] | None = None,
        staging: Any = None,
        **kwargs: Any,
    ) -> str:
        """Build the body of a submission.

        Args:
            transfers: From `new_transfer`; they are not changed.
            delete: Files to delete.
            params: Parameters of the job.
            staging: Files to stage; servers from 3.13 on ignore it.
            **kwargs: More parameters of the job; `checksum`, `filesize`, `activity`, `scitag`, `file_metadata`,
                `staging_metadata` and `archive_metadata` go to each transfer that has no value of its own.

        Returns:
            JSON text.
        """
        merged = {**(params or {}), **kwargs}
        job: dict[str, Any] = {"params": merged}
        if delete:
            job["delete"] = delete
        if staging:
            job["staging"] = staging
        if transfers:
            common = {
                name: merged.pop(param) for param, name in PER_FILE.items() if param in merged
            }
            job["files"] = [
                {**transfer, **{k: v for k, v in common.items() if k not in transfer}}
                for transfer in transfers
            ]
        return json.dumps(job)

    def submit(
        self,
        transfers: list[dict[str, Any]] | None = None,
        delete: Any = None,
        params: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> str:
        """Submit a job without delegating before; the arguments are those of `build_submission`.

        Returns:
            The job id.
        """
        body = self.build_submission(transfers, delete, params, **kwargs)
        return str(self.context.fetch("POST", "/jobs", body)["job_id"])

    def cancel(self, job_id: str, file_ids: Iterable[int | str] | None = None) -> Any:
        """Cancel a job, or some of its files; see `fts_client.easy.cancel`."""
        path = f"/jobs/{job_id}"
        if file_ids is not None:
            path += "/files/" + ",".join(map(str, file_ids))
        return self.context.fetch("DELETE", path)

    def cancel_all(self, vo: str | None = None) -> Any:
        """Cancel all jobs of a VO, or of the server; see `fts_client.easy.cancel_all`."""
        return self.context.fetch("DELETE", "/jobs/all" if vo is None else f"/jobs/vo/{vo}")


class Ban(_OfContext):
    """Bans storage elements and users."""

    def ban_dn(self, dn: str) -> Any:
        """Ban a user; see `fts_client.easy.ban_dn`."""
        return self.context.fetch("POST", "/ban/dn", json.dumps({"user_dn": dn}))

    def ban_se(self, se: str, status: str, timeout: int, allow_submit: bool) -> Any:
        """Ban a storage element; see `fts_client.easy.ban_se`."""
        request = {
            "storage": se,
            "status": status,
            "timeout": timeout,
            "allow_submit": allow_submit,
        }
        return self.context.fetch("POST", "/ban/se", json.dumps(request))

    def unban_dn(self, dn: str) -> None:
        """Lift the ban of a user; see `fts_client.easy.unban_dn`."""
        self.context.delete(f"/ban/dn?user_dn={quote(dn, safe='')}")

    def unban_se(self, se: str) -> None:
        """Lift the ban of a storage element; see `fts_client.easy.unban_se`."""
        self.context.delete(f"/ban/se?storage={quote(se, safe='')}")
