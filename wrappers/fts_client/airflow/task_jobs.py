"""The jobs of one task, exactly once: FTS itself says which exist, so nothing is lost when a worker or a scheduler dies.

The jobs of a task are numbered from 0. Key and number give the `sid` of a job, and thereby its id, so that the next run of the
task finds all of them. If several runs submit a job with the same number, FTS accepts one of them; the others look up what it holds
before they go on. So a task may be retried, cleared, killed or run twice at the same time, and its list of transfers may have grown
in between.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_client.errors import (
    ConflictError,
    CredentialError,
    FTSAPIError,
    FTSError,
    FTSResponseError,
    NotFoundError,
)
from fts_client.errors.redaction import redact
from fts_client.models import BulkResult
from fts_client.procedures.campaigns import (
    REFUSALS,
    check_campaign,
    check_files_per_job,
    jobs_of,
)
from fts_client.procedures.submission import as_stored, sid_was_used
from fts_client.states import is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fts_client.client import FTSClient
    from fts_client.jobs import Job, JobParams, Transfer

_log = logging.getLogger(__name__)

_FILE_FIELDS: Final = ("source_surl", "dest_surl", "file_state", "reason")
# Few tasks have more jobs than the first request asks for.
_FIRST_BLOCK: Final = 10
_BLOCK: Final = 100

Record = dict[str, Any]
"""A job with its files, as FTS or its archive shows it."""
Pair = tuple[str, str]


@attrs.frozen
class FileFailure:
    """A file that was not transferred; without secrets, as logs, errors and Airflow's database hold it.

    Attributes:
        source: Its source.
        destination: Its destination.
        reason: Why, in the words of FTS.
    """

    source: str = attrs.field(converter=redact)
    destination: str = attrs.field(converter=redact)
    reason: str = attrs.field(converter=redact)


@attrs.frozen(kw_only=True)
class Submitted:
    """What a task has to wait for.

    Attributes:
        job_ids: All jobs of the task, oldest first.
        new: How many of them this call submitted.
        refused: Transfers of jobs that FTS did not accept.
    """

    job_ids: list[str]
    new: int
    refused: list[FileFailure]


class TaskJobs:
    """The jobs of one task.

    Args:
        fts: The client. All runs of the task must use credentials of one VO: the job ids depend on it.
        key: Names the task, always by the same text.

    Raises:
        FTSResponseError: The server does not say for which VO it takes us.
    """

    def __init__(self, fts: FTSClient, key: str) -> None:
        self._fts = fts
        self._key = key
        me = fts.whoami()
        try:
            self._vo = uuid.UUID(me.vos_id[0])
        except (IndexError, ValueError):
            raise FTSResponseError(
                f"{fts.endpoint} gives the VO of {me.user_dn} no id, without which jobs cannot be found again"
            ) from None

    def _sid(self, number: int) -> str:
        return hashlib.sha256(json.dumps([self._key, number]).encode()).hexdigest()

    def job_id(self, number: int) -> str:
        """Give the id of the job with this number, whether it exists or not."""
        return str(uuid.uuid5(self._vo, self._sid(number)))

    def read(self) -> list[Record]:
        """Look up all jobs of the task, also those in the archive of FTS.

        Returns:
            The jobs with their files, by number.

        Raises:
            FTSError: The server cannot be asked, or does not show a job that exists.
        """
        jobs: list[Record] = []
        while True:
            block = _BLOCK if jobs else _FIRST_BLOCK
            ids = [self.job_id(number) for number in range(len(jobs), len(jobs) + block)]
            for record in look_up(self._fts, ids):
                if record is None:
                    return jobs
                jobs.append(record)

    def submit(
        self,
        transfers: Iterable[Transfer],
        *,
        params: JobParams,
        files_per_job: int,
        retry_failed: bool,
    ) -> Submitted:
        """Submit what has not been submitted yet.

        Args:
            transfers: What the task is to transfer; those given twice count once.
            params: Parameters of new jobs, as of `FTSClient.submit_many`.
            files_per_job: Transfers in one new job at most.
            retry_failed: Whether files that had failed before this call are submitted again.

        Raises:
            FTSUsageError: An argument cannot be used; nothing has been submitted.
            FTSError: The server cannot be reached, or accepts nothing from us. What was submitted will be found again.
        """
        check_campaign(params, self._key)
        check_files_per_job(files_per_job)
        wanted = {frozenset(_pairs(transfer)): transfer for transfer in transfers}
        jobs = self.read()
        before = len(jobs) if retry_failed else 0
        new = 0
        while True:
            latest = _latest(jobs)
            left = [one for pairs, one in wanted.items() if _missing(pairs, latest, before)]
            refused: list[FileFailure] = []
            number, taken = len(jobs), None
            for job in jobs_of(left, params=params, files_per_job=files_per_job):
                try:
                    self._submit(job, number)
                except FTSAPIError as error:
                    if isinstance(error, ConflictError) and sid_was_used(error):
                        taken = error
                        break
                    if error.status_code not in REFUSALS:
                        raise
                    refused += _refused(job, error)
                else:
                    number += 1
            new += number - len(jobs)
            if taken is None:
                ids = [self.job_id(one) for one in range(number)]
                return Submitted(job_ids=ids, new=new, refused=refused)
            _log.info("Another run of this task is submitting too; looking up its jobs")
            jobs = self.read()
            if len(jobs) <= number:
                raise taken

    def _submit(self, job: Job, number: int) -> None:
        params = attrs.evolve(job.params, sid=self._sid(number), id_generator="deterministic")
        try:
            job_id = self._fts.submit(attrs.evolve(job, params=params))
        except FTSError as error:
            if error.job_id:
                error.remedy = f"If job {error.job_id} exists, the next run of the task finds it."
            raise
        if job_id != self.job_id(number):
            raise CredentialError(
                "The credential became one of another VO while the task submitted its jobs",
                remedy="Let all runs of a task use one VO, and run it again.",
            )
        # A run that ends before all are submitted returns none.
        _log.info("Submitted job %s", job_id)


def _refused(job: Job, error: FTSAPIError) -> list[FileFailure]:
    return [
        FileFailure(transfer.sources[0], destination, f"refused: {error.message}")
        for transfer in job.transfers
        for destination in transfer.destinations
    ]


def look_up(fts: FTSClient, job_ids: Sequence[str]) -> Iterator[Record | None]:
    """Look up jobs with their files, also those in the archive of FTS.

    Args:
        fts: The client.
        job_ids: The jobs. The archive is asked for one at a time, when an iteration reaches a job that is not elsewhere.

    Yields:
        The jobs in this order; None for one that FTS does not know.

    Raises:
        FTSError: The server cannot be asked, or does not show a job that exists.
    """
    answer = fts.get_jobs(job_ids, files=_FILE_FIELDS)
    unknown = [one for one in answer.failures if not one.http_status.startswith("404")]
    BulkResult(found=answer.found, failures=tuple(unknown)).raise_for_failures()
    found = {job.job_id.lower(): job.to_dict() for job in answer}
    for job_id in job_ids:
        yield found.get(job_id.lower()) or _archived(fts, job_id.lower())


def _archived(fts: FTSClient, job_id: str) -> Record | None:
    from fts_api.api.archive import get_archived_job  # noqa: PLC0415 - as all operations

    try:
        job: Any = get_archived_job.sync(job_id, client=fts.raw)
    except NotFoundError:
        return None
    record: Record = job.to_dict()
    return record


def failures_of(jobs: Iterable[Record]) -> list[FileFailure]:
    """List the files that no job has transferred; when several jobs hold the same file, the last one decides.

    Args:
        jobs: Jobs that have ended, oldest first.
    """
    return [
        FileFailure(
            file["source_surl"],
            file["dest_surl"],
            file.get("reason") or job.get("reason") or file["file_state"],
        )
        for _, job, file in _latest(jobs).values()
        if _failed(job, file)
    ]


def _failed(job: Record, file: Record) -> bool:
    # The replicas that were not needed stay in NOT_USED.
    return job["job_state"] != "FINISHED" and file["file_state"] != "FINISHED"


def _latest(jobs: Iterable[Record]) -> dict[Pair, tuple[int, Record, Record]]:
    """Give for each source and destination the last job that holds them: its number, the job, and the file."""
    return {
        (as_stored(file["source_surl"]), as_stored(file["dest_surl"])): (number, job, file)
        for number, job in enumerate(jobs)
        for file in job.get("files") or ()
    }


def _pairs(transfer: Transfer) -> list[Pair]:
    return list(product(map(as_stored, transfer.sources), map(as_stored, transfer.destinations)))


def _missing(
    pairs: Iterable[Pair], latest: dict[Pair, tuple[int, Record, Record]], before: int
) -> bool:
    """Say whether a transfer has to be submitted: it never was, or it failed in a job with a number below `before`."""
    found = [latest[pair] for pair in pairs if pair in latest]
    return not found or all(
        number < before and is_terminal(job["job_state"]) and _failed(job, file)
        for number, job, file in found
    )
