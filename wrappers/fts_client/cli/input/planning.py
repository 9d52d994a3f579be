"""What `fts submit` is about to submit: one job, or the jobs of a campaign."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_client.cli.display.output import counted, note
from fts_client.cli.input.job_values import check
from fts_client.errors import FTSUsageError
from fts_client.jobs import Job, JobParams
from fts_client.jobs.transfer_files import (
    TransferLines,
    format_of,
    make_transfer,
    read_document,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from fts_client.cli.input.job_values import JobOptions
    from fts_client.jobs import Transfer
    from fts_client.jobs.transfer_files import FileFormat

FILES_PER_JOB: Final = 200


@attrs.frozen(kw_only=True)
class Plan:
    """What is about to be submitted.

    Attributes:
        transfers: Can be iterated several times.
        count: How many there are.
        params: Parameters of every job.
        campaign: Key of the campaign; None: all transfers are one job.
        files_per_job: Transfers in each job of a campaign, at most.
        made_sid: Whether the `sid` of the job is a new one, and not the user's.
        made_campaign: Whether the key is a new one, and not the user's.
    """

    transfers: Iterable[Transfer]
    count: int
    params: JobParams
    campaign: str | None
    files_per_job: int
    made_sid: bool
    made_campaign: bool

    def jobs(self) -> Iterator[Job]:
        """Build the jobs as they will be sent."""
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
            yield attrs.evolve(job, params=_with_sid(job.params))


def make_plan(
    words: Sequence[str],
    file: Path | None,
    form: FileFormat | None,
    options: JobOptions,
    *,
    campaign: str | None,
    files_per_job: int | None,
) -> Plan:
    """Plan what the command line names. A file is read to its end, so that mistakes are found before anything is sent.

    Args:
        words: Sources and destinations in turn; after a single pair a checksum may follow.
        file: `-` for standard input; None: there are only the words.
        form: Format of the file; None: by its name.
        options: Defaults of files; for jobs they override `params` of the file.
        campaign: Key of the campaign; None: CSV and JSON Lines files get a random one, other transfers are one job.
        files_per_job: Transfers in each job, at most; None: the default. When given, other transfers are split as well.

    Raises:
        FTSUsageError: What is wrong with the transfers, and where; or the options contradict each other.
    """
    if file and words:
        raise FTSUsageError("--file cannot be combined with SURLs")
    split = campaign is not None or files_per_job is not None
    params = options.params
    transfers: Iterable[Transfer]
    if not file:
        transfers = _pairs(words, options.file)
    elif (form := format_of(file, form)) == "json":
        transfers, of_file, ignored = read_document(file, options.file)
        if ignored:
            note(f"fts: warning: ignored, because FTS makes no use of it: {', '.join(ignored)}")
        params = {**of_file, **params}
    else:
        transfers, split = TransferLines(file, form, options.file), True
    count = sum(1 for _ in transfers)
    if not count:
        raise FTSUsageError(f"{file} contains no transfers")
    check(params)
    made = JobParams(**params)
    made_sid, made_campaign = not (split or made.sid), split and campaign is None
    if not split:
        made = _with_sid(made)
    else:
        from fts_client.procedures.campaigns import check_campaign  # noqa: PLC0415 - it loads the client

        check_campaign(made, campaign, written=lambda name: f"--{name.replace('_', '-')}")
        # With a random key, an interrupted run without --campaign can be resumed too.
        campaign = campaign or uuid.uuid4().hex[:12]
    return Plan(
        transfers=transfers,
        count=count,
        params=made,
        campaign=campaign,
        files_per_job=files_per_job or FILES_PER_JOB,
        made_sid=made_sid,
        made_campaign=made_campaign,
    )


def _pairs(words: Sequence[str], defaults: Mapping[str, Any]) -> list[Transfer]:
    surls = list(words)
    if not surls:
        raise FTSUsageError(
            "Nothing to submit",
            remedy="Give SOURCE and DESTINATION, or --file; see fts submit --help.",
        )
    if len(surls) == 3 and "://" not in surls[2]:  # noqa: PLR2004 - a pair and its checksum
        defaults = {**defaults, "checksum": surls.pop()}
    if len(surls) % 2:
        raise FTSUsageError(f"A destination is missing: got {counted(len(surls), 'SURL')}")
    return [
        make_transfer({"source": source, "destination": destination}, defaults, "Pair")
        for source, destination in zip(surls[::2], surls[1::2], strict=True)
    ]


def _with_sid(params: JobParams) -> JobParams:
    """Fix the job id, so that it is known before the job is sent and repeating the request does no harm."""
    if (params.id_generator or "deterministic") != "deterministic":
        return params
    return attrs.evolve(params, id_generator="deterministic", sid=params.sid or str(uuid.uuid4()))
