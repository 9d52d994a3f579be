"""Jobs and files as a server describes them: the generated models, with files that can be submitted again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from fts_api import models
from fts_api.types import Model
from fts_client.jobs.job import Transfer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_api.types import Unset

__all__ = ["File", "FileSelection", "JobStatus", "of_class", "with_files"]

M = TypeVar("M", bound=Model)


class _SubmittedFile(Model):
    __slots__ = ()

    def to_transfer(self) -> Transfer:
        """Build the transfer that this file was submitted as, for instance to submit it again.

            failed = [file for file in fts.list_job_files(job_id) if file.file_state == "FAILED"]
            fts.submit(Job([file.to_transfer() for file in failed]))

        Returns:
            The same as `Transfer.like`.

        Raises:
            FTSUsageError: Source or destination is missing.
        """
        return Transfer.like(self)


class File(_SubmittedFile, models.File):
    """A file (one transfer) with all its fields."""

    __slots__ = ()


class FileSelection(_SubmittedFile, models.FileSelection):
    """Those fields of a file that were asked for."""

    __slots__ = ()


class JobStatus(models.JobStatus):
    """A job that was asked for by id."""

    __slots__ = ()
    if TYPE_CHECKING:
        files: list[FileSelection] | Unset  # type: ignore[assignment]  # list is invariant.


def of_class(kind: type[M], answers: Iterable[Model]) -> list[M]:
    """Turn generated models into those of this module, in place: copying them would take as long as reading them did."""
    for model in answers:
        model.__class__ = kind
    return cast("list[M]", answers)


def with_files(jobs: Iterable[Model]) -> None:
    """Turn jobs and their files into those of this module."""
    for job in of_class(JobStatus, jobs):
        of_class(FileSelection, job.files or ())
