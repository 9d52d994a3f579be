# generated: do not edit
"""The asynchronous client: the same methods, awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar

from fts_client.client_base import ClientBase
from fts_client.delegation import procedure as delegation
from fts_client.delegation.rules import DEFAULT_LIFETIME, DEFAULT_RENEW_BELOW
from fts_client.procedures import administration, jobs, submission, watching
from fts_client.procedures.concurrency import in_turn_async, side_by_side_async
from fts_client.procedures.driver import run_async
from fts_client.procedures.jobs import ask

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping
    from datetime import timedelta
    from types import TracebackType

    from fts_client.jobs import Job, JobParams, Transfer
    from fts_client.models import (
        BannedDn,
        BannedSe,
        BulkFailure,
        BulkResult,
        CancelCounts,
        DelegationInfo,
        File,
        JobChange,
        JobRecord,
        JobStatus,
        ModifiedJob,
        SeEntry,
        ServerInfo,
        SubmitOutcome,
        Whoami,
    )
    from fts_client.procedures.concurrency import AsyncOutcomes
    from fts_client.procedures.driver import Flow

__all__ = ["AsyncFTSClient"]

T = TypeVar("T")


class AsyncFTSClient(ClientBase):
    """Client of one FTS server; it has one pool of connections and may be used by many tasks.

        async with AsyncFTSClient("https://fts3-public.cern.ch:8446") as fts:
            job_id = await fts.submit(Job([Transfer(source, destination)]))

    Args:
        endpoint: Address of the REST interface, for instance "https://fts3-public.cern.ch:8446".
        credential: An `X509Credential` or a `TokenCredential`, or the path of a proxy file; None: searched for as grid tools do.
        verify: False switches the verification of the server off. For tests only.
        ca_dir: Directory with the CA certificates; None: X509_CERT_DIR, else /etc/grid-security/certificates.
        ca_file: Bundle of CA certificates, trusted beside `ca_dir` when both are given and instead of the usual places when alone.
        crl_check: Whether a server with a revoked certificate is refused: "off"; "available", by the CRLs that are in the CA
            directory; "leaf" or "chain", every CA involved must have a CRL that is not out of date.
        timeouts: Limits of each attempt at a request.
        retry: How often failed requests are repeated.
        user_agent: What to call this program; None: the name and version of this package.
        insecure_http: True accepts an http endpoint as well: anybody on the way can read and change everything. For tests only. With
            such an endpoint no credential is searched for; a token that you pass is sent in the clear, and a proxy that you pass is
            not presented, but still delegated to whatever answers.
        proxy: Address of the HTTP proxy to go through; None: what HTTPS_PROXY, ALL_PROXY and NO_PROXY say; False: none.
        max_answer_bytes: Size of the largest body that is read, before and after decompression.

    Raises:
        FTSUsageError: The endpoint is not an https address, or another argument is invalid.
        CredentialError: There is no usable credential.

    Besides the errors that it names, every method raises `FTSConnectionError` or `FTSTimeoutError` when the server cannot be
    reached in time, `FTSResponseError` for an answer that FTS does not give, a subclass of `FTSAPIError` for what the server
    refuses (`PermissionDeniedError` when the caller lacks the right), and `CredentialError` when the credential has expired.
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
        """Ask for the versions of the server (`GET /`)."""
        return await self._run(ask("server.get_server_info"))

    async def whoami(self) -> Whoami:
        """Ask how the server sees us.

        Returns:
            The answer of `GET /whoami`; `user_dn` is "anon" when the server did not recognise any credential. A token that
            the server ignores is logged as a warning; `submit` and `delegate` raise `CredentialError` in this case.
        """
        return await self._run(delegation.who())

    # --- delegation ---

    async def delegate(
        self,
        *,
        lifetime: timedelta = DEFAULT_LIFETIME,
        min_left: timedelta = DEFAULT_RENEW_BELOW,
        force: bool = False,
    ) -> DelegationInfo:
        """Delegate a proxy to the server, so that it can act for us; `submit` does this when needed.

        Args:
            lifetime: How long the proxy should last; it never outlives a certificate of our chain.
            min_left: Do nothing if what the server holds lasts at least this long, or as long as our credential.
            force: Delegate in any case.

        Returns:
            What the server holds now. With a token nothing is delegated and `delegation_id` is "".

        Raises:
            DelegationError: A step failed; the error says which, and for which DN.
            CredentialError: The server ignores the token.
            FTSUsageError: The lifetime is not a timedelta greater than 0.
        """
        return await self._run(
            delegation.delegate(lifetime=lifetime, min_left=min_left, force=force)
        )

    async def ensure_delegation(
        self,
        *,
        min_left: timedelta = DEFAULT_RENEW_BELOW,
        lifetime: timedelta = DEFAULT_LIFETIME,
    ) -> DelegationInfo:
        """Make sure that the server can act for us for a while; cheap enough to call before every piece of work.

            info = await fts.ensure_delegation(min_left=timedelta(hours=6), lifetime=timedelta(hours=24))

        The server is asked only when its last answer does not settle the matter. When several threads or tasks of one process
        call this at the same time, also through different clients, one of them delegates for all.

        Args:
            min_left: Renew when less than this is left, unless a new proxy would last no longer because our credential itself
                expires. With a `lifetime` that is not longer, every call renews.
            lifetime: How long a new proxy should last; it never outlives a certificate of our chain.

        Returns:
            What the server holds now. With a token nothing is delegated and `delegation_id` is "".

        Raises:
            DelegationError: A step failed; the error says which, and for which DN.
            CredentialError: The server ignores the token.
            FTSUsageError: The lifetime is not a timedelta greater than 0.
        """
        return await self._run(delegation.ensure_delegation(min_left=min_left, lifetime=lifetime))

    async def delegation_info(self) -> DelegationInfo:
        """Ask what the server holds for us.

        Returns:
            The delegated credential; `expires_at` is None when there is none.
        """
        return await self._run(delegation.delegation_info())

    # --- jobs ---

    async def submit(self, job: Job) -> str:
        """Submit a job exactly once.

            transfer = Transfer(source, destination, checksum="ADLER32:1a2b3c4d")
            job_id = await fts.submit(Job([transfer], params=JobParams(overwrite=True, retry=3)))

        Delegates when needed. Unless the job says `id_generator="standard"`, it gets a `sid`, from which its id is computed before
        the request is sent. So the request can be repeated after a broken connection: the job is neither lost nor doubled.

        A `sid` that you choose names one job for good. If it was used before, `ConflictError` is raised, with the id of that job
        in `job_id`. When an attempt got no answer and its repeat meets a job with this `sid`, that job counts as the one sent if
        it has the same transfers and the same job metadata.

        Args:
            job: What to transfer.

        Returns:
            The job id.

        Raises:
            ConflictError: The `sid` of the job was used before, or another job writes to the same destination.
            PermissionDeniedError: The caller may not submit, or a storage is banned.
            BadRequestError: The server does not accept the job.
            CredentialError: The server ignores the token.
            FTSUsageError: The argument is not a `Job`, has an invalid `id_generator` or `sid`, or cannot be written as JSON.
            FTSConnectionError, FTSResponseError, ServerError: The job may exist; `job_id` says under which id. The same holds for
                every error whose `after_doubt` is true.

        Source: observed on FTS 3.13.4 (recordings of POST /jobs with a sid).
        """
        return await self._run(submission.submit(job))

    def submit_many(
        self,
        transfers: Iterable[Transfer],
        *,
        params: JobParams | None = None,
        files_per_job: int = 200,
        campaign: str | None = None,
        concurrency: int = 8,
    ) -> AsyncOutcomes[SubmitOutcome]:
        """Submit any number of transfers, split into jobs by link and by size.

            async for outcome in fts.submit_many(transfers, files_per_job=500, campaign="run-42"):
                print(outcome.job_id or outcome.error)

        Nothing is sent before the first result is asked for. The transfers are taken as they are needed, so a generator of
        millions need not fit in memory: at most 50 jobs of them wait for others of their link. Every job is submitted exactly
        once, as by `submit`.

        With a `campaign`, a program that was interrupted can be run again: given the same transfers in the same order, the same
        `files_per_job` and the same key, it submits only the jobs that are missing; the others come back as `existed`.

        Args:
            transfers: What to transfer. Those with several sources or destinations become jobs of their own.
            params: Parameters of every job, without `sid`, `id_generator` and `multihop`; None for the server's defaults.
            files_per_job: Transfers in one job at most.
            campaign: A key that is unique to this work; None: each run submits everything.
            concurrency: How many submissions at a time, 1 to 100; results come in the order in which they are done.

        Returns:
            What became of each job, to be iterated over. A job that the server refuses (400, 403, 404, 409, 424) has an `error`,
            and the others go on. To leave the loop early, call `stop()` of what is returned and take the rest, or leave and call
            `close()`: it waits for the submissions under way, and `untaken` holds what became of them.

        Raises:
            FTSUsageError: An argument is invalid.
            IdentityChangedError: The credential became another identity in between, for instance a proxy of another VO. It is raised
                after the results of the submissions under way.
            FTSError: The server cannot be reached, or accepts nothing from us. It is raised after the results of the submissions
                under way; `job_id` names the job that may exist.
        """
        from fts_client.procedures import campaigns  # noqa: PLC0415 - loads the builders of jobs

        flows = campaigns.submissions(
            transfers,
            params=params,
            files_per_job=files_per_job,
            campaign=campaign,
            concurrency=concurrency,
        )
        return side_by_side_async(flows, self._raw, self._clock, concurrency=concurrency)

    async def get_job(self, job_id: str) -> JobStatus:
        """Ask for one job; the answer does not hold its files.

            job = await fts.get_job(job_id)
            print(job.job_state, job.reason)

        Raises:
            NotFoundError: No such job; jobs that ended about a week ago are moved to the archive.
        """
        return await self._run(jobs.get_job(job_id))

    async def get_jobs(
        self, job_ids: Iterable[str], *, files: Iterable[str] | None = None
    ) -> BulkResult[JobStatus]:
        """Ask for many jobs, 100 per request.

            result = await fts.get_jobs(job_ids, files=["file_state", "dest_surl"])
            print([job.job_state for job in result], result.failures)

        Args:
            job_ids: The jobs.
            files: Names of the file fields to include for each job; None: no files.

        Returns:
            The jobs that could be shown, and why the others could not.
        """
        return await self._run(jobs.get_jobs(job_ids, files=files))

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
        """List jobs, without their files; without arguments the unfinished ones of our VO.

            jobs = await fts.list_jobs(state_in=["FAILED"], limit=20)

        Args:
            state_in: Job states, at least one. Finished jobs are found only together with `limit` or `time_window`.
            source_se: Source storage, `scheme://host` without port.
            dest_se: Destination storage.
            limit: At most so many, newest first; 1 to 500. 0: no limit.
            time_window: Hours, or `H:M`: jobs that finished in this time. Only with `state_in` and without `limit`.
            vo_name: A VO; only callers who may see all VOs can choose.
            user_dn: Our own DN: only our jobs.
            dlg_id: Our own delegation id: only our jobs.
        """
        return await self._run(
            jobs.list_jobs(
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
            vo_name: A VO; only callers who may see all VOs can choose.
        """
        return await self._run(
            jobs.list_files(
                state_in=state_in,
                source_se=source_se,
                dest_se=dest_se,
                dest_surl=dest_surl,
                vo_name=vo_name,
            )
        )

    async def list_job_files(self, job_id: str) -> list[File]:
        """List the files of one job.

            files = await fts.list_job_files(job_id)
            print([file.reason for file in files if file.file_state == "FAILED"])

        Raises:
            NotFoundError: No such job.
        """
        return await self._run(jobs.list_job_files(job_id))

    async def wait_for_job(
        self, job_id: str, *, timeout_s: float, poll_s: float = 5.0
    ) -> JobStatus:
        """Wait until a job has ended, with whatever result.

            job = await fts.wait_for_job(job_id, timeout_s=3600)
            print(job.job_state)

        The server is asked before the first pause, and no pause goes past the deadline. A request that is under way then, with
        its repeats, ends with it, or a second after it began. A server that does not answer for a while does not end the waiting.

        Args:
            job_id: The job.
            timeout_s: Seconds to wait at most; 0: ask once.
            poll_s: Seconds between two requests.

        Returns:
            The job in a terminal state; look at `job_state`.

        Raises:
            FTSTimeoutError: The job has not ended in time; `phase` is "wait".
            NotFoundError: No such job.
            FTSUsageError: `timeout_s` is negative or `poll_s` is not more than 0.
        """
        return await self._run(
            watching.wait(self._clock, job_id, timeout_s=timeout_s, poll_s=poll_s)
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

            async for job in fts.watch_jobs(job_ids, timeout_s=3600):
                print(job.job_id, "lost" if isinstance(job, BulkFailure) else job.job_state)

        100 jobs take one request. While nothing changes, the pauses grow from `poll_s` to `max_poll_s`. A server that does not
        answer for a while does not end the watching.

        Args:
            job_ids: The jobs.
            timeout_s: Seconds to watch at most; 0: ask once.
            poll_s: Seconds to pause after a change.
            max_poll_s: Seconds to pause at most.

        Returns:
            Each job when it is first seen and whenever its state has changed; a `BulkFailure` for a job that cannot be shown,
            which is no longer watched.

        Raises:
            FTSTimeoutError: Some jobs have not ended in time; `phase` is "wait".
            FTSUsageError: A time is invalid, or `job_ids` is not a list of job ids.
        """
        flows = watching.watch(
            self._clock, job_ids, timeout_s=timeout_s, poll_s=poll_s, max_poll_s=max_poll_s
        )
        return in_turn_async(flows, self._raw, self._clock)

    async def cancel_job(self, job_id: str) -> JobChange:
        """Cancel one job.

            job = await fts.cancel_job(job_id)
            print(job.job_state)

        Returns:
            The job as it is now; a job that had ended stays as it was.

        Raises:
            NotFoundError: No such job.
            PermissionDeniedError: The job belongs to another VO; a server may also keep it from other users of your VO.
        """
        return await self._run(jobs.cancel_job(job_id))

    async def cancel_jobs(self, job_ids: Iterable[str]) -> BulkResult[JobChange]:
        """Cancel jobs.

        Returns:
            The jobs as they are now (a job that had ended stays as it was), and why the others could not be cancelled.
        """
        return await self._run(jobs.cancel_jobs(job_ids))

    async def cancel_files(self, job_id: str, file_ids: Iterable[int]) -> dict[int, str]:
        """Cancel some files of a job.

        A job none of whose files is active afterwards becomes CANCELED, even if it had FINISHED before. More than 100 files
        take several requests. If one of them fails, the files cancelled before stay cancelled; call this again.

        Args:
            job_id: The job; not a multihop, multi-replica or session-reuse job.
            file_ids: Its files.

        Returns:
            The state of each file; for a file of another job a sentence that says so.

        Raises:
            BadRequestError: A job of this kind can only be cancelled as a whole.
            NotFoundError: No such job.
        """
        return await self._run(jobs.cancel_files(job_id, file_ids))

    async def cancel_all(self, *, vo_name: str | None = None) -> CancelCounts:
        """Cancel every unfinished job of a VO or of the server; only the root user of the server may.

        Args:
            vo_name: The VO; None for all VOs.

        Returns:
            How many jobs and files were cancelled.

        Source: observed on FTS 3.13.4 (recordings of DELETE /jobs/all and /jobs/vo/{vo_name}).
        """
        return await self._run(jobs.cancel_all(vo_name))

    async def modify_job(self, job_id: str, *, priority: int) -> ModifiedJob:
        """Change the priority of one job.

        Args:
            job_id: The job.
            priority: 1 (low) to 5 (high).

        Returns:
            The job as it is now.

        Raises:
            NotFoundError: No such job.
            PermissionDeniedError: The job belongs to another VO; a server may also keep it from other users of your VO.
            FTSUsageError: A priority outside 1 to 5, which the server would store.
        """
        return await self._run(jobs.modify_job(job_id, priority=priority))

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
        return await self._run(jobs.modify_jobs(job_ids, priority=priority))

    # --- administration: storages, users, limits ---

    async def ban_se(
        self,
        storage: str,
        *,
        status: Literal["cancel", "wait"] = "cancel",
        allow_submit: bool = False,
        message: str = "",
    ) -> list[str]:
        """Ban a storage for the first VO of the caller.

        Args:
            storage: Usually `scheme://host`, as in `source_se`.
            status: "cancel": its unfinished files are cancelled; "wait": those that have not started are held until the ban ends.
            allow_submit: True: new transfers are accepted and held. Only with "wait".
            message: Why, at most 256 characters.

        Returns:
            Ids of the jobs affected.

        Raises:
            FTSUsageError: `allow_submit` with "cancel", or another status.

        Source: observed on FTS 3.13.4 (recordings of POST /ban/se).
        """
        return await self._run(
            administration.ban_se(
                storage, status=status, allow_submit=allow_submit, message=message
            )
        )

    async def unban_se(self, storage: str) -> None:
        """End the ban of a storage, named as when it was banned. Cancelled files stay cancelled.

        Its held files go on, and with them all other held files of their jobs, even those that another ban holds.

        Source: observed on FTS 3.13.4.
        """
        await self._run(administration.unban_se(storage))

    async def list_banned_se(self) -> list[BannedSe]:
        """List the banned storages of all VOs."""
        return await self._run(ask("banning.list_banned_se"))

    async def ban_dn(self, user_dn: str, *, message: str = "") -> list[str]:
        """Ban a user: unfinished jobs are cancelled, and every request of the user is refused.

        Args:
            user_dn: The user.
            message: Why, at most 256 characters.

        Returns:
            Ids of the jobs cancelled.

        Raises:
            ConflictError: It is our own DN.

        Source: observed on FTS 3.13.4 (recordings of POST /ban/dn).
        """
        return await self._run(administration.ban_dn(user_dn, message=message))

    async def unban_dn(self, user_dn: str) -> None:
        """End the ban of a user; nothing happens if the user is not banned."""
        await self._run(administration.unban_dn(user_dn))

    async def list_banned_dn(self) -> list[BannedDn]:
        """List the banned users."""
        return await self._run(ask("banning.list_banned_dn"))

    async def get_se_config(self, storage: str | None = None) -> dict[str, SeEntry]:
        """Ask what is configured for storages.

        Args:
            storage: `scheme://host`; None for all.

        Returns:
            Limits by storage; a storage for which nothing is configured is absent.
        """
        return await self._run(administration.get_se_config(storage))

    async def set_se_config(
        self, config: Mapping[str, SeEntry | Mapping[str, Any]]
    ) -> list[dict[str, Any] | None]:
        """Set limits of storages; limits that are not named stay as they are.

        Args:
            config: By storage (`scheme://host`): `se_info` with `inbound_max_active`, `outbound_max_active` (transfers),
                `inbound_max_throughput`, `outbound_max_throughput` (MB/s) and others; `operations` with the greatest number
                of "staging" or "delete" requests by VO. One storage may be given as `get_se_config` returned it.

        Returns:
            The server's answer, which is about the last storage of `config`: its properties, then its limits by VO; None for a
            part that was not given.

        Raises:
            BadRequestError: A limit that the server does not know.

        Source: observed on FTS 3.13.4 (recordings of POST /config/se).
        """
        return await self._run(administration.set_se_config(config))
