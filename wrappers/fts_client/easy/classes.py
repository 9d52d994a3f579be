"""The classes behind the functions of `easy`, one per group of operations.

Arguments, results and errors are those of the function that is named.
"""

# ruff: noqa: FBT001, FBT002, PLR0917
# These are the official signatures.
from __future__ import annotations

import json
import time
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from fts_client.easy.exceptions import (
    BadAnswer,
    ClientError,
    FTS3ClientException,
    NeedDelegation,
    NotFound,
)
from fts_client.errors import FTSError, FTSResponseError
from fts_client.jobs.parameters import PER_FILE, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fts_client.easy.context import Context

_IDS_PER_REQUEST = 100
_FILE_FIELDS = "file_state,dest_surl,finish_time,start_time,reason,source_surl,file_metadata"


def _parts(ids: Sequence[str]) -> list[str]:
    """Join ids with commas, as many in each part as a path can hold; none of several parts has only one.

    Source: observed on FTS 3.13.4 behind Apache: 109 job ids pass, 110 are answered 404. About a single id it answers in another
        form than about several.
    """
    count = max(1, -(-len(ids) // _IDS_PER_REQUEST))
    ends = [len(ids) * part // count for part in range(count + 1)]
    return [",".join(ids[start:end]) for start, end in pairwise(ends)]


def _joined(answers: list[Any]) -> Any:
    """Return the answers to all parts as if there had been one request."""
    if len(answers) == 1:
        return answers[0]
    if not all(isinstance(answer, list) for answer in answers):
        raise BadAnswer("The answer about several ids is not a list")
    return [entry for answer in answers for entry in answer]


def _field(answer: Any, name: str) -> Any:
    if not isinstance(answer, dict) or not isinstance(answer.get(name), str):
        odd = FTSResponseError(f"The answer has no {name}")
        raise BadAnswer(str(odd)) from odd
    return answer[name]


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
            delegation_id = _field(Inquirer(self.context).whoami(), "delegation_id")
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
        if not isinstance(job, dict):
            raise BadAnswer(f"The answer about job {job_id} is not an object")
        return {**job, "files": files, "dm": dm}

    def get_jobs_statuses(self, job_ids: list[str], list_files: bool = False) -> Any:
        """Ask for several jobs; see `fts_client.easy.get_jobs_statuses`."""
        if not isinstance(job_ids, list):
            raise ClientError("The input provided is not a list of ids!")
        query = f"?files={_FILE_FIELDS}" if list_files else ""
        parts = _parts(job_ids)
        answers: list[Any] = []
        missing: list[NotFound] = []
        for part in parts:
            try:
                answers.append(self.context.fetch("GET", f"/jobs/{part}{query}"))
            except NotFound as error:
                missing.append(error)
                entry = {"http_status": "404 Not Found", "http_message": str(error)}
                answers.append([{"job_id": job_id, **entry} for job_id in part.split(",")])
        if len(missing) == len(parts):
            raise NotFound(job_ids) from missing[0]
        return _joined(answers)

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
            job["files"] = [common | file for file in transfers] if common else transfers
        return json.dumps(job, default=plain)

    def submit(
        self,
        transfers: list[dict[str, Any]] | None = None,
        delete: Any = None,
        params: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> str:
        """Submit a job without delegating before; the arguments are those of `build_submission`. Returns the job id."""
        return self.send(self.build_submission(transfers, delete, params, **kwargs))

    def send(
        self, body: str, *, began_s: float | None = None, refused: NeedDelegation | None = None
    ) -> str:
        """Send the body of a submission.

        Args:
            body: From `build_submission`.
            began_s: `time.monotonic()` before it was sent for the first time; None: this is the first time.
            refused: Why it was refused then.

        Returns:
            The job id.
        """
        context, earlier = self.context, refused and refused.__cause__
        began_s = time.monotonic() if began_s is None else began_s
        outcome: object
        try:
            outcome = _field(context.fetch("POST", "/jobs", body), "job_id")
        except FTS3ClientException as error:
            outcome = error.__cause__
            if not isinstance(outcome, FTSError):
                raise
            if isinstance(earlier, FTSError) and earlier.after_doubt:
                outcome.after_doubt = True
        return context.delegator.settle(
            context.endpoint,
            user_agent=context.user_agent,
            body=body,
            outcome=outcome,
            began_s=began_s,
        )

    def cancel(self, job_id: str, file_ids: Iterable[int | str] | None = None) -> Any:
        """Cancel a job, or some of its files; see `fts_client.easy.cancel`."""
        path = f"/jobs/{job_id}"
        if file_ids is None:
            return self.context.fetch("DELETE", path)
        parts = _parts([str(file_id) for file_id in file_ids])
        return _joined([self.context.fetch("DELETE", f"{path}/files/{part}") for part in parts])

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
