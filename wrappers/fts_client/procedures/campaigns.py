"""Many transfers into jobs: how they are split, and what makes a second run submit only what is missing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, SupportsIndex
from urllib.parse import urlsplit

import attrs

from fts_client.delegation.procedure import prepare
from fts_client.errors import (
    BadRequestError,
    ConflictError,
    FailedDependencyError,
    FTSAPIError,
    FTSUsageError,
    IdentityChangedError,
    NotFoundError,
    PermissionDeniedError,
)
from fts_client.jobs import UNSET, Job, JobParams, Transfer
from fts_client.models import SubmitOutcome
from fts_client.procedures.arguments import expect
from fts_client.procedures.driver import Recall
from fts_client.procedures.submission import sid_was_used, submit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_client.answers import Whoami
    from fts_client.delegation.memory import ServerMemory
    from fts_client.procedures.driver import Flow

__all__ = ["jobs_of", "sid_of", "submissions"]

# So many transfers wait, over all links, for others of their link: an order by link must not cost memory without limit.
_WAITING_JOBS: Final = 50
# What says something about one job; the next one may be fine. Everything else would say the same about all of them.
_REFUSALS: Final = (
    BadRequestError,
    PermissionDeniedError,
    NotFoundError,
    ConflictError,
    FailedDependencyError,
)
_MAX_CONCURRENCY: Final = 100


def submissions(
    transfers: Iterable[Transfer],
    *,
    params: JobParams | None,
    files_per_job: int,
    campaign: str | None,
    concurrency: int,
) -> Iterator[Flow[SubmitOutcome]]:
    """Plan the submission of many transfers; see `FTSClient.submit_many`.

    Returns:
        One flow per job. They may be carried out in any order and side by side.

    Raises:
        FTSUsageError: Arguments that cannot be meant.
    """
    expect(transfers, Iterable, "An iterable of Transfers")
    expect(files_per_job, SupportsIndex, "A whole number as files_per_job")
    expect(concurrency, SupportsIndex, "A whole number as concurrency")
    params = JobParams() if params is None else params
    expect(params, JobParams, "A JobParams")
    if files_per_job < 1:
        raise FTSUsageError(f"files_per_job must be at least 1, got {files_per_job}")
    if not 1 <= concurrency <= _MAX_CONCURRENCY:
        raise FTSUsageError(f"concurrency must be 1 to {_MAX_CONCURRENCY}, got {concurrency}")
    if campaign is not None and not campaign:
        raise FTSUsageError("A campaign needs a key that is not empty")
    if (
        params.sid not in {UNSET, None}
        or (params.id_generator or "deterministic") != "deterministic"
    ):
        raise FTSUsageError("submit_many makes the sids itself; leave out sid and id_generator")
    if params.multihop:
        raise FTSUsageError("A multihop job cannot be split; submit each path with submit()")
    run = _Run(campaign)
    return (
        _submission(run, job)
        for job in jobs_of(transfers, params=params, files_per_job=files_per_job)
    )


def jobs_of(
    transfers: Iterable[Transfer], *, params: JobParams, files_per_job: int
) -> Iterator[Job]:
    """Split transfers into jobs, by link and by size.

    The same transfers in the same order give the same jobs.

    Args:
        transfers: Any number; they are taken as they are needed.
        params: Parameters of every job.
        files_per_job: Transfers in one job at most.

    Yields:
        Jobs whose transfers go from one storage to one storage each. A transfer with several sources or destinations is a
        job of its own.
    """
    waiting: dict[tuple[str, str], list[Transfer]] = {}
    count = 0
    for transfer in transfers:
        if not isinstance(transfer, Transfer):
            raise FTSUsageError(f"Transfers are needed here, got {type(transfer).__name__}")
        if len(transfer.sources) != 1 or len(transfer.destinations) != 1:
            yield Job([transfer], params=params)
            continue
        link = _storage(transfer.sources[0]), _storage(transfer.destinations[0])
        group = waiting.setdefault(link, [])
        group.append(transfer)
        count += 1
        if len(group) < files_per_job:
            if count < files_per_job * _WAITING_JOBS:
                continue
            link = max(waiting, key=lambda key: len(waiting[key]))
        full = waiting.pop(link)
        count -= len(full)
        yield Job(full, params=params)
    for group in waiting.values():
        yield Job(group, params=params)


def _storage(surl: str) -> str:
    try:
        parts = urlsplit(surl.strip())
    except ValueError:
        # The server says what is wrong with it.
        return surl
    return f"{parts.scheme}://{parts.hostname}"


def sid_of(campaign: str, job: Job) -> str:
    """Name a job of a campaign by what it transfers.

    Args:
        campaign: The key.
        job: The job. Its sources and destinations count; parameters, metadata and tokens may differ the next time.

    Returns:
        The same text for the same arguments, another one for others.
    """
    pairs = [[transfer.sources, transfer.destinations] for transfer in job.transfers]
    content = json.dumps([campaign, pairs], separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


@attrs.define
class _Run:
    """One call of `submit_many`; all its jobs are submitted as one identity.

    Attributes:
        campaign: Its key; None without one.
        me: The identity, as the server sees it; None before the first job.
        job_ids: The jobs that exist so far.
    """

    campaign: str | None
    me: Whoami | None = None
    job_ids: list[str] = attrs.field(factory=list)

    def expect_same(self, me: Whoami) -> None:
        """Fail when the credential has become another identity; a renewed proxy of the same one is welcome."""
        first = self.me = self.me or me
        if _identity(me) != _identity(first):
            raise IdentityChangedError(
                before=_describe(first),
                now=_describe(me),
                campaign=self.campaign,
                job_ids=self.job_ids,
            )


def _identity(me: Whoami) -> tuple[object, ...]:
    # The delegation id depends on DN and VOMS attributes, the job ids on the VO.
    return me.user_dn, me.delegation_id, me.vos_id


def _describe(me: Whoami) -> str:
    return f"{me.user_dn} (VO {', '.join(me.vos) or 'none'})"


def _submission(run: _Run, job: Job) -> Flow[SubmitOutcome]:
    server: ServerMemory = yield Recall()
    run.expect_same((yield from prepare(server)))
    outcome = yield from _outcome(run.campaign, job)
    if outcome.job_id:
        run.job_ids.append(outcome.job_id)
    return outcome


def _outcome(campaign: str | None, job: Job) -> Flow[SubmitOutcome]:
    if campaign is not None:
        job = attrs.evolve(job, params=attrs.evolve(job.params, sid=sid_of(campaign, job)))
    try:
        job_id = yield from submit(job)
    except FTSAPIError as error:
        if not isinstance(error, _REFUSALS):
            raise
        used_before = isinstance(error, ConflictError) and sid_was_used(error)
        if campaign is not None and used_before and error.job_id:
            return SubmitOutcome(job_id=error.job_id, transfers=job.transfers, existed=True)
        return SubmitOutcome(job_id=None, transfers=job.transfers, error=error)
    return SubmitOutcome(job_id=job_id, transfers=job.transfers)
