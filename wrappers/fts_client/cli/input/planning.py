"""What `fts submit` is about to submit: one job, or many jobs of a campaign."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_client.cli.display.output import note
from fts_client.cli.input.job_values import check
from fts_client.cli.input.transfer_files import (
    FileFormat,
    Pairs,
    make_transfer,
    read_document,
    recognise,
)
from fts_client.errors import FTSUsageError
from fts_client.jobs import Job, JobParams

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from fts_client.cli.input.job_values import JobOptions
    from fts_client.jobs import Transfer

__all__ = ["FILES_PER_JOB", "Plan", "Splitting", "plan_file", "plan_pairs"]

FILES_PER_JOB: Final = 200


@attrs.frozen(kw_only=True)
class Splitting:
    """How transfers become jobs.

    Attributes:
        campaign: Names this work; None: each run is a work of its own.
        files_per_job: At most; None: the default.
    """

    campaign: str | None = None
    files_per_job: int | None = None

    @property
    def wanted(self) -> bool:
        """Whether anything was said about it."""
        return self.campaign is not None or self.files_per_job is not None


@attrs.frozen(kw_only=True)
class Plan:
    """What is about to be submitted.

    Attributes:
        transfers: Can be gone through several times.
        count: How many there are.
        params: Of every job.
        campaign: None: all of it is one job.
        files_per_job: At most, in a campaign.
    """

    transfers: Iterable[Transfer]
    count: int
    params: JobParams
    campaign: str | None = None
    files_per_job: int = FILES_PER_JOB

    def jobs(self) -> Iterator[Job]:
        """Build the jobs as they will be sent.

        Raises:
            FTSUsageError: Parameters that a campaign cannot have.
        """
        if self.campaign is None:
            yield Job(self.transfers, params=self.params)
            return
        from fts_client.procedures.campaigns import jobs_of  # noqa: PLC0415 - loads the client

        for job in jobs_of(
            self.transfers,
            params=self.params,
            files_per_job=self.files_per_job,
            campaign=self.campaign,
        ):
            yield attrs.evolve(job, params=_params(job.params))


def plan_pairs(words: Sequence[str], options: JobOptions, splitting: Splitting) -> Plan:
    """Plan what the command line names.

    Args:
        words: Source and destination in turn; after a single pair a checksum may follow.
        options: What the options said.
        splitting: How the transfers become jobs.

    Raises:
        FTSUsageError: A word that is no SURL, or one too few.
    """
    *surls, last = words
    defaults = dict(options.file)
    if len(words) == 3 and "://" not in last:  # noqa: PLR2004 - a pair and its checksum
        defaults["checksum"] = last
    else:
        surls = list(words)
    if len(surls) % 2:
        raise FTSUsageError(f"A destination is missing: got an odd number of SURLs, {len(surls)}")
    transfers = [
        make_transfer({"source": source, "destination": destination}, defaults, "Pair")
        for source, destination in zip(surls[::2], surls[1::2], strict=True)
    ]
    return _plan(
        transfers, len(transfers), options.params, splitting if splitting.wanted else None
    )


def plan_file(
    path: Path, form: FileFormat | None, options: JobOptions, splitting: Splitting
) -> Plan:
    """Plan what a file names; it is read to its end, so that a mistake is found before anything is sent.

    Args:
        path: `-` for standard input.
        form: None: by the name of the file.
        options: What the options said; they go before `params` of the file.
        splitting: How the transfers become jobs; what is no JSON document is always split.

    Raises:
        FTSUsageError: What is wrong with the file, and where.
    """
    form = form or recognise(path)
    if form is FileFormat.json:
        document = read_document(path, options.file)
        if document.ignored:
            names = ", ".join(document.ignored)
            note(f"fts: warning: left out, as FTS does nothing with it: {names}")
        params = {**document.params, **options.params}
        chosen = splitting if splitting.wanted else None
        return _plan(document.transfers, len(document.transfers), params, chosen)
    pairs = Pairs(path, form, options.file)
    count = sum(1 for _ in pairs)
    if not count:
        raise FTSUsageError(f"{path}: there is no transfer in it")
    return _plan(pairs, count, options.params, splitting)


def _plan(
    transfers: Iterable[Transfer],
    count: int,
    params: Mapping[str, Any],
    splitting: Splitting | None,
) -> Plan:
    check(params)
    made = JobParams(**params)
    if splitting is None:
        return Plan(transfers=transfers, count=count, params=_params(made))
    from fts_client.procedures.campaigns import check_campaign  # noqa: PLC0415 - loads the client

    check_campaign(made, splitting.campaign, written=lambda name: f"--{name.replace('_', '-')}")
    return Plan(
        transfers=transfers,
        count=count,
        params=made,
        # A key of its own lets even a run without a name be taken up again.
        campaign=splitting.campaign or uuid.uuid4().hex[:12],
        files_per_job=splitting.files_per_job or FILES_PER_JOB,
    )


def _params(params: JobParams) -> JobParams:
    """Fix the job id, so that the job can be named before it is sent, and cannot be submitted twice."""
    if (params.id_generator or "deterministic") != "deterministic":
        return params
    return attrs.evolve(params, id_generator="deterministic", sid=params.sid or str(uuid.uuid4()))
