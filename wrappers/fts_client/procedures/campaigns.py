"""Many transfers into jobs: how they are split, and what makes a second run submit only what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, SupportsIndex
from urllib.parse import urlsplit

import attrs

from fts_client.delegation.procedure import prepare
from fts_client.errors import (
    FTSAPIError,
    FTSConnectionError,
    FTSResponseError,
    FTSUsageError,
    IdentityChangedError,
)
from fts_client.jobs import UNSET, Job, JobParams, Transfer
from fts_client.models import SubmitOutcome
from fts_client.procedures.arguments import expect
from fts_client.procedures.driver import Recall
from fts_client.procedures.submission import sid_of, sid_was_used, submit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_client.delegation.memory import ServerMemory
    from fts_client.models import Whoami
    from fts_client.procedures.driver import Flow

# At most this many full jobs' worth of transfers wait, over all links, for others of their link: memory stays limited.
_WAITING_JOBS: Final = 50
# A refusal with one of these statuses concerns one job, and the next may be accepted. Any other would meet them all.
REFUSALS: Final = frozenset({400, 403, 404, 409, 424})
_MAX_CONCURRENCY: Final = 100


def check_campaign(
    params: JobParams, campaign: str | None, *, written: Callable[[str], str] = str
) -> None:
    """Refuse what does not work for several jobs.

    Args:
        params: Parameters of every job.
        campaign: The key; None: there is none.
        written: How the user writes the name of a parameter, for the message.

    Raises:
        FTSUsageError: The key is empty, or a parameter can only be that of a single job.
    """
    if campaign is not None:
        expect(campaign, str, "A text as campaign")
    if campaign == "":
        raise FTSUsageError("The key of a campaign must not be empty")
    generator = params.id_generator or "deterministic"
    if params.sid not in {UNSET, None} or generator != "deterministic" or params.multihop:
        first, second, third = map(written, ("sid", "id_generator", "multihop"))
        raise FTSUsageError(
            f"{first}, {second} and {third} are for a single job, and this becomes several",
            remedy="Submit it as one job, or leave them out.",
        )


def check_files_per_job(files_per_job: int) -> None:
    """Refuse a size of jobs that is not a number of files."""
    expect(files_per_job, SupportsIndex, "An integer as files_per_job")
    if files_per_job < 1:
        raise FTSUsageError(f"files_per_job must be at least 1, got {files_per_job}")


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
        FTSUsageError: An argument is invalid.
    """
    expect(transfers, Iterable, "An iterable of Transfers")
    check_files_per_job(files_per_job)
    expect(concurrency, SupportsIndex, "An integer as concurrency")
    params = JobParams() if params is None else params
    expect(params, JobParams, "A JobParams")
    if not 1 <= concurrency <= _MAX_CONCURRENCY:
        raise FTSUsageError(f"concurrency must be 1 to {_MAX_CONCURRENCY}, got {concurrency}")
    check_campaign(params, campaign)
    jobs = jobs_of(transfers, params=params, files_per_job=files_per_job, campaign=campaign)
    run = _Run(campaign)
    return (_submission(run, job) for job in jobs)


def jobs_of(
    transfers: Iterable[Transfer],
    *,
    params: JobParams,
    files_per_job: int,
    campaign: str | None = None,
) -> Iterator[Job]:
    """Split transfers into jobs, by link and by size.

    The same transfers in the same order give the same jobs.

    Args:
        transfers: Any number; they are taken as they are needed.
        params: Parameters of every job.
        files_per_job: Transfers in one job at most.
        campaign: The key from which the jobs get their `sid`; None: they get none.

    Yields:
        Jobs whose transfers go from one storage to one storage each. A transfer with several sources or destinations is a
        job of its own. Transfers that are given twice are submitted twice.
    """
    seen: Counter[str] = Counter()

    def job_of(group: list[Transfer]) -> Job:
        job = Job(group, params=params)
        if campaign is None:
            return job
        sid = sid_of(campaign, job)
        seen[sid] += 1
        if seen[sid] > 1:
            # The same pairs in another job, perhaps with another checksum: it must not be taken for the first one.
            sid = sid_of(campaign, job, copy=seen[sid])
        return attrs.evolve(job, params=attrs.evolve(params, sid=sid))

    waiting: dict[tuple[str, str], list[Transfer]] = {}
    count = 0
    for transfer in transfers:
        expect(transfer, Transfer, "A Transfer")
        if len(transfer.sources) != 1 or len(transfer.destinations) != 1:
            yield job_of([transfer])
            continue
        link = storage_of(transfer.sources[0]), storage_of(transfer.destinations[0])
        group = waiting.setdefault(link, [])
        group.append(transfer)
        count += 1
        if len(group) < files_per_job:
            if count < files_per_job * _WAITING_JOBS:
                continue
            link = max(waiting, key=lambda key: len(waiting[key]))
        full = waiting.pop(link)
        count -= len(full)
        yield job_of(full)
    yield from map(job_of, waiting.values())


def storage_of(surl: str) -> str:
    """Name the storage of a SURL as FTS does: scheme and host."""
    try:
        parts = urlsplit(surl.strip())
    except ValueError:
        # Leave it to the server to refuse it.
        return surl
    return f"{parts.scheme}://{parts.hostname}"


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
    try:
        job_id = yield from submit(job)
    except (FTSAPIError, FTSConnectionError, FTSResponseError) as error:
        if not (isinstance(error, FTSAPIError) and error.status_code in REFUSALS):
            if campaign is not None and error.job_id:
                error.remedy = (
                    f"Job {error.job_id} may exist: run the same campaign again to be sure."
                )
            raise
        if campaign is not None and sid_was_used(error) and error.job_id:
            return SubmitOutcome(job_id=error.job_id, transfers=job.transfers, existed=True)
        return SubmitOutcome(job_id=None, transfers=job.transfers, error=error)
    return SubmitOutcome(job_id=job_id, transfers=job.transfers)
