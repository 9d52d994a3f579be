"""What the clients return: the generated models of single answers, and own classes for results that span several answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs

from fts_client.errors import PartialFailureError
from fts_client.errors.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from fts_api.models import (
        BannedDn,
        BannedSe,
        CancelCounts,
        JobChange,
        JobRecord,
        ModifiedJob,
        SeEntry,
        ServerInfo,
        Whoami,
    )
    from fts_client.errors import FTSAPIError
    from fts_client.jobs import Transfer
    from fts_client.jobs.answers import File, FileSelection, JobStatus

__all__ = [
    "BannedDn",
    "BannedSe",
    "BulkFailure",
    "BulkResult",
    "CancelCounts",
    "DelegationInfo",
    "File",
    "FileSelection",
    "JobChange",
    "JobRecord",
    "JobStatus",
    "ModifiedJob",
    "SeEntry",
    "ServerInfo",
    "SubmitOutcome",
    "Whoami",
]

T_co = TypeVar("T_co", covariant=True)

_NAMED_FAILURES = 3
_OWN = frozenset({"File", "FileSelection", "JobStatus"})


if not TYPE_CHECKING:  # A type checker would take any name for one of this module.

    def __getattr__(name: str) -> Any:
        """Load a generated model at its first use (PEP 562): most programs need few of them."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415

        home = "fts_client.jobs.answers" if name in _OWN else "fts_api.models"
        return getattr(import_module(home), name)


@attrs.frozen(kw_only=True)
class BulkFailure:
    """Why one job of a bulk request failed.

    Attributes:
        job_id: The job asked for.
        http_status: For instance "404 Not Found"; empty when the server could not be asked for this job.
        message: The server's own words, or why it could not be asked; empty when it said nothing.
    """

    job_id: str = attrs.field(converter=redact)
    http_status: str
    message: str = attrs.field(converter=redact)


@attrs.frozen(kw_only=True)
class BulkResult(Generic[T_co]):
    """Outcome per job of a request about many jobs; a failure of some does not hide the others.

    Iterating yields the jobs that were found.

    Attributes:
        found: What the server answered for each job that it could serve, in the order of its answer.
        failures: The other jobs.
    """

    found: tuple[T_co, ...]
    failures: tuple[BulkFailure, ...] = ()

    def __iter__(self) -> Iterator[T_co]:
        """Iterate over the jobs that were found."""
        return iter(self.found)

    def __len__(self) -> int:
        """Count the jobs that were found."""
        return len(self.found)

    def raise_for_failures(self) -> None:
        """Raise when any job failed.

        Raises:
            PartialFailureError: Names the first failed jobs in its message, all in `failures`.
        """
        if self.failures:
            reasons = {f.job_id: f.message or f.http_status for f in self.failures}
            named = [f"{job_id}: {why}" for job_id, why in reasons.items()][:_NAMED_FAILURES]
            more = ["..."] if len(self.failures) > _NAMED_FAILURES else []
            total = len(self.failures) + len(self.found)
            raise PartialFailureError(
                f"{len(self.failures)} of {total} jobs failed: {'; '.join(named + more)}",
                failures=reasons,
            )


@attrs.frozen(kw_only=True)
class SubmitOutcome:
    """What became of one job of `submit_many`.

    Attributes:
        job_id: The job; None when the server refused it.
        transfers: What the job holds.
        existed: True: an earlier run of the same campaign had submitted it.
        error: Why the server refused the job; None when it exists.
    """

    job_id: str | None
    transfers: tuple[Transfer, ...] = attrs.field(repr=False)
    existed: bool = False
    error: FTSAPIError | None = None


@attrs.frozen(kw_only=True)
class DelegationInfo:
    """The credential that the server holds for us.

    Attributes:
        delegation_id: Under which the server keeps it; "" without a certificate, when there is nothing to delegate.
        expires_at: When it expires, aware UTC; None when the server holds none.
        voms_attrs: FQANs of the delegated credential.
        renewed: True when this call delegated a new one.
    """

    delegation_id: str
    expires_at: datetime | None
    voms_attrs: tuple[str, ...] = ()
    renewed: bool = False

    def time_left(self, *, now: datetime | None = None) -> timedelta | None:
        """Say how long the credential still lasts.

        Args:
            now: The time, aware; None for the clock.

        Returns:
            The time until it expires, negative when it has expired; None when the server holds none.
        """
        return None if self.expires_at is None else self.expires_at - (now or datetime.now(UTC))
