"""The asynchronous client: the same methods, awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from fts_client.administration import AsyncAdministration
from fts_client.client_base import ClientBase
from fts_client.delegation import procedure as _delegating
from fts_client.delegation.rules import DEFAULT_LIFETIME, DEFAULT_RENEW_BELOW
from fts_client.procedures import concurrency as _streams
from fts_client.procedures import jobs as _asking
from fts_client.procedures import submission as _flows
from fts_client.procedures import watching as _watching
from fts_client.procedures.driver import run_async

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from datetime import timedelta
    from types import TracebackType

    from fts_client.answers import (
        CancelCounts,
        File,
        JobChange,
        JobRecord,
        JobStatus,
        ModifiedJob,
        ServerInfo,
        Whoami,
    )
    from fts_client.jobs import Job, JobParams, Transfer
    from fts_client.models import BulkFailure, BulkResult, DelegationInfo, SubmitOutcome
    from fts_client.procedures.driver import Flow

__all__ = ["AsyncFTSClient"]

T = TypeVar("T")


class AsyncFTSClient(ClientBase, AsyncAdministration):
    """Client of one FTS server; one pool of connections, usable from many tasks.

    Args:
        endpoint: Address of the REST interface, for instance "https://fts3-public.cern.ch:8446".
        credential: An `X509Credential` or a `TokenCredential`, or the path of a proxy file; None: found as grid tools find it.
        verify: False switches the verification of the server off. For tests only.
        ca_dir: Directory with the CA certificates; None: X509_CERT_DIR, else /etc/grid-security/certificates.
        ca_file: Bundle of CA certificates, trusted beside `ca_dir` when both are given and instead of the usual places when alone.
        crl_check: Whether a server with a revoked certificate is refused: "off"; "available", by the CRLs that are in the CA
            directory; "leaf" or "chain", every CA involved must have a CRL that is not out of date.
        timeouts: Limits of each step of a request.
        retry: How often failed requests are repeated.
        user_agent: What to call this program; None: the name and version of this package.

    Raises:
        FTSUsageError: The endpoint is no https address.
        CredentialError: No usable credential.

    Every method raises, beside what it names: `FTSConnectionError` and `FTSTimeoutError` when the server cannot be reached
    in time, `FTSResponseError` for an answer that is not one of FTS, `FTSAPIError` by status for what the server refuses, and
    `CredentialError` when the credential has ended meanwhile.
    """

    async def _run(self, flow: Flow[T]) -> T:
        return await run_async(flow, self._raw, self._clock)

    async def aclose(self) -> None:
        """Close the connections; the client cannot be used afterwards."""
        await self._transport.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    # --- server and identity ---

    async def server_info(self) -> ServerInfo:
        """Ask for the versions of the server.

        Returns:
            The answer of `GET /`.
        """
        return await self._run(_asking.server_info())

    async def whoami(self) -> Whoami:
        """Ask how the server sees us.

        Returns:
            The answer of `GET /whoami`; `user_dn` is "anon" when the server did not recognise any credential. A token that
            the server ignores is logged as a warning; `submit` and `delegate` refuse to go on with it.
        """
        return await self._run(_delegating.who())

    # --- delegation ---

    async def delegate(
        self,
        *,
        lifetime: timedelta = DEFAULT_LIFETIME,
        min_left: timedelta = DEFAULT_RENEW_BELOW,
        force: bool = False,
    ) -> DelegationInfo:
        """Give the server a proxy of our own, so that it can act for us; `submit` does it when needed.

        Args:
            lifetime: How long it shall last; it never outlives any certificate of our chain.
            min_left: Do nothing if what the server holds lasts at least this long, or as long as our credential.
            force: Delegate in any case.

        Returns:
            What the server holds now. With a token nothing is delegated and `delegation_id` is "".

        Raises:
            DelegationError: Which step failed, for which DN.
            CredentialError: The server ignores the token.
            FTSUsageError: The lifetime is no timedelta of more than 0.
        """
        return await self._run(
            _delegating.delegate(lifetime=lifetime, min_left=min_left, force=force)
        )

    async def ensure_delegation(
        self,
        *,
        min_left: timedelta = DEFAULT_RENEW_BELOW,
        lifetime: timedelta = DEFAULT_LIFETIME,
    ) -> DelegationInfo:
        """Make sure that the server can act for us for a while; cheap enough to call before every piece of work.

        The server is asked only when its last answer does not settle the matter. Threads and tasks of one process that
        come at the same time, also with different clients, delegate once.

        Args:
            min_left: Renew when less than this is left, unless a new one would last no longer, as our credential itself ends.
                With a `lifetime` that is not longer, every call renews.
            lifetime: How long a new one shall last; it never outlives any certificate of our chain.

        Returns:
            What the server holds now. With a token nothing is delegated and `delegation_id` is "".

        Raises:
            DelegationError: Which step failed, for which DN.
            CredentialError: The server ignores the token.
            FTSUsageError: The lifetime is no timedelta of more than 0.
        """
        return await self._run(_delegating.ensure_delegation(min_left=min_left, lifetime=lifetime))

    async def delegation_info(self) -> DelegationInfo:
        """Ask what the server holds for us.

        Returns:
            The delegated credential; `expires_at` is None when there is none.
        """
        return await self._run(_delegating.delegation_info())

    # --- jobs ---

    async def submit(self, job: Job) -> str:
        """Submit a job exactly once.

        Delegates when needed. Unless the job says `id_generator="standard"`, it gets a `sid` and with it an id that is
        known in advance, so the request can be repeated after a broken connection: the job is neither lost nor doubled.

        A `sid` of your own names one job for good. If it was used before, `ConflictError` is raised, and `job_id` says by which
        job. When an attempt got no answer and its repeat meets a job with this `sid`, that job counts as the one sent if it has
        the same transfers and the same job metadata.

        Args:
            job: What to transfer.

        Returns:
            The job id.

        Raises:
            ConflictError: The `sid` of the job was used before, or another job writes to the same destination.
            PermissionDeniedError: No right to submit, or a storage is banned.
            BadRequestError: The server does not accept the job.
            CredentialError: The server ignores the token.
            FTSUsageError: What is no job, or cannot be written as JSON; an `id_generator` or `sid` that cannot be meant.
            FTSConnectionError, FTSResponseError, ServerError: `job_id` names the job that may exist all the same; so it does in
                every error that is `after_doubt`.

        Source: observed on FTS 3.13.4 (recordings of POST /jobs with a sid).
        """
        return await self._run(_flows.submit(job))

    def submit_many(
        self,
        transfers: Iterable[Transfer],
        *,
        params: JobParams | None = None,
        files_per_job: int = 200,
        campaign: str | None = None,
        concurrency: int = 8,
    ) -> AsyncIterator[SubmitOutcome]:
        """Submit any number of transfers, split into jobs by link and by size.

        Nothing is sent before the first result is asked for. The transfers are taken as they are needed, so a generator of
        millions need not fit in memory: at most 50 jobs of them wait for others of their link. Every job is submitted exactly
        once, as by `submit`.

        With a `campaign`, a program that broke off can be run again: given the same transfers in the same order, the same
        `files_per_job` and the same key, it submits only the jobs that are missing; the others come back as `existed`.

        Args:
            transfers: What to transfer. Those with several sources or destinations become jobs of their own.
            params: Parameters of every job, without `sid`, `id_generator` and `multihop`; None for the server's defaults.
            files_per_job: Transfers in one job at most.
            campaign: A text that names this work and no other; None: each run submits everything.
            concurrency: How many submissions at a time, 1 to 100; results come in the order in which they are done.

        Returns:
            What became of each job. A job that the server refuses (400, 403, 404, 409) has an `error`, and the others go on.

        Raises:
            FTSUsageError: Arguments that cannot be meant.
            IdentityChangedError: The credential became another identity in between, for instance a proxy of another VO; the results
                of the submissions under way come before it.
            FTSError: The server cannot be reached, or accepts nothing from us; the results of the submissions under way come
                before it, and `job_id` names the job that may exist.
        """
        from fts_client.procedures import campaigns as _campaigns  # noqa: PLC0415 - loads the builders of jobs

        flows = _campaigns.submissions(
            transfers,
            params=params,
            files_per_job=files_per_job,
            campaign=campaign,
            concurrency=concurrency,
        )
        return _streams.side_by_side_async(flows, self._raw, self._clock, concurrency=concurrency)

    async def get_job(self, job_id: str) -> JobStatus:
        """Ask for one job.

        Args:
            job_id: The job.

        Returns:
            The job, without its files.

        Raises:
            NotFoundError: No such job; jobs that ended about a week ago are moved to the archive.
        """
        return await self._run(_asking.get_job(job_id))

    async def get_jobs(
        self, job_ids: Iterable[str], *, files: Iterable[str] | None = None
    ) -> BulkResult[JobStatus]:
        """Ask for many jobs, 100 per request.

        Args:
            job_ids: The jobs.
            files: Names of the file fields to include for each job; None: no files.

        Returns:
            The jobs that could be shown, and why the others could not.
        """
        return await self._run(_asking.get_many(job_ids, files=files))

    async def list_jobs(
        self,
        *,
        state_in: Iterable[str] | None = None,
        source_se: str | None = None,
        dest_se: str | None = None,
        limit: int | None = None,
        time_window: str | None = None,
        vo_name: str | None = None,
        user_dn: str | None = None,
        dlg_id: str | None = None,
    ) -> list[JobRecord]:
        """List jobs; without arguments the unfinished ones of our VO.

        Args:
            state_in: Job states, at least one. Finished jobs are found only together with `limit` or `time_window`.
            source_se: Source storage, `scheme://host` without port.
            dest_se: Destination storage.
            limit: At most so many, newest first; 1 to 500. 0: no limit.
            time_window: Hours, or `H:M`: jobs that finished in this time. Only with `state_in` and without `limit`.
            vo_name: A VO; only who may see all VOs can choose.
            user_dn: Our own DN: only our jobs.
            dlg_id: Our own delegation id: only our jobs.

        Returns:
            The jobs, without their files.
        """
        return await self._run(
            _asking.list_jobs(
                state_in=state_in,
                source_se=source_se,
                dest_se=dest_se,
                limit=limit,
                time_window=time_window,
                vo_name=vo_name,
                user_dn=user_dn,
                dlg_id=dlg_id,
            )
        )

    async def list_files(
        self,
        *,
        state_in: Iterable[str] | None = None,
        source_se: str | None = None,
        dest_se: str | None = None,
        dest_surl: str | None = None,
        vo_name: str | None = None,
    ) -> list[File]:
        """List unfinished files across jobs, at most 1000.

        Args:
            state_in: File states, at least one.
            source_se: Source storage, `scheme://host` without port.
            dest_se: Destination storage.
            dest_surl: Destination SURL.
            vo_name: A VO; only who may see all VOs can choose.

        Returns:
            The files.
        """
        return await self._run(
            _asking.list_files(
                state_in=state_in,
                source_se=source_se,
                dest_se=dest_se,
                dest_surl=dest_surl,
                vo_name=vo_name,
            )
        )

    async def list_job_files(self, job_id: str) -> list[File]:
        """List the files of one job.

        Args:
            job_id: The job.

        Returns:
            Its files.

        Raises:
            NotFoundError: No such job.
        """
        return await self._run(_asking.job_files(job_id))

    async def wait_for_job(
        self, job_id: str, *, timeout_s: float, poll_s: float = 5.0
    ) -> JobStatus:
        """Wait until a job has reached its end, whichever it is.

        The state is asked for before the first pause, and no pause between two questions goes past the deadline; a question
        that is being asked then, with its repeats, is finished. A server that does not answer for a while does not end the
        waiting.

        Args:
            job_id: The job.
            timeout_s: Seconds to wait at most; 0: ask once.
            poll_s: Seconds between two questions.

        Returns:
            The job in a terminal state; look at `job_state`.

        Raises:
            FTSTimeoutError: The job has not ended in time; `phase` is "wait".
            NotFoundError: No such job.
            FTSUsageError: `timeout_s` is negative or `poll_s` is not more than 0.
        """
        return await self._run(
            _flows.wait(self._clock, job_id, timeout_s=timeout_s, poll_s=poll_s)
        )

    def watch_jobs(
        self,
        job_ids: Iterable[str],
        *,
        timeout_s: float,
        poll_s: float = 5.0,
        max_poll_s: float = 60.0,
    ) -> AsyncIterator[JobStatus | BulkFailure]:
        """Watch jobs until all have ended.

        100 jobs take one request. While nothing changes the pauses grow from `poll_s` to `max_poll_s`. A server that does not
        answer for a while does not end the watching.

        Args:
            job_ids: The jobs.
            timeout_s: Seconds to watch at most; 0: ask once.
            poll_s: Seconds between two questions after a change.
            max_poll_s: Seconds between two questions at most.

        Returns:
            Each job when it is first seen and whenever its state has changed; a `BulkFailure` for a job that cannot be shown,
            which is not watched any more.

        Raises:
            FTSTimeoutError: Some jobs have not ended in time; `phase` is "wait".
            FTSUsageError: Times that cannot be meant.
        """
        flows = _watching.watch(
            self._clock, job_ids, timeout_s=timeout_s, poll_s=poll_s, max_poll_s=max_poll_s
        )
        return _streams.in_turn_async(flows, self._raw, self._clock)

    async def cancel_jobs(self, job_ids: Iterable[str]) -> BulkResult[JobChange]:
        """Cancel jobs.

        Args:
            job_ids: The jobs.

        Returns:
            The jobs as they are now (a job that had ended stays as it was), and why the others could not be cancelled.
        """
        return await self._run(_asking.cancel_jobs(job_ids))

    async def cancel_files(self, job_id: str, file_ids: Iterable[int]) -> dict[int, str]:
        """Cancel some files of a job.

        A job none of whose files is active afterwards becomes CANCELED, even if it had FINISHED before. More than 100 files
        take several requests; should one fail, cancel again: what was cancelled stays so.

        Args:
            job_id: The job; not a multihop, multi-replica or session-reuse job.
            file_ids: Its files.

        Returns:
            The state of each file; for a file of another job a sentence that says so.

        Raises:
            BadRequestError: Such a job can be cancelled as a whole only.
            NotFoundError: No such job.
        """
        return await self._run(_asking.cancel_files(job_id, file_ids))

    async def cancel_all(self, *, vo_name: str | None = None) -> CancelCounts:
        """Cancel every unfinished job of a VO or of the server; for administrators.

        Args:
            vo_name: The VO; None for all VOs.

        Returns:
            How many jobs and files were cancelled.

        Raises:
            PermissionDeniedError: Only the root of the server may.

        Source: observed on FTS 3.13.4 (recordings of DELETE /jobs/all and /jobs/vo/{vo_name}).
        """
        return await self._run(_asking.cancel_all(vo_name))

    async def modify_jobs(
        self, job_ids: Iterable[str], *, priority: int
    ) -> BulkResult[ModifiedJob]:
        """Change the priority of jobs.

        Args:
            job_ids: The jobs.
            priority: 1 (low) to 5 (high).

        Returns:
            The jobs as they are now, and why the others could not be changed.

        Raises:
            FTSUsageError: A priority outside 1 to 5, which the server would store.
        """
        return await self._run(_asking.modify(job_ids, priority=priority))
