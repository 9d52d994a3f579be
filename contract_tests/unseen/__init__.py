"""Defects that nobody had seen who wrote the checks: written from the description of FTS alone.

They say how much a run finds of what nobody prepared it for. So a check is written from the facts about FTS, never for one of
these defects; one that has become the model of a check belongs to the catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unseen import (
    archive,
    bans,
    built_jobs,
    configuration,
    delegation,
    file_lists,
    front,
    job_changes,
    job_lists,
    job_reads,
    job_runs,
    links,
    services,
    submissions,
    submitted_ids,
    user_bans,
)

if TYPE_CHECKING:
    from fts_contract.defects.defect import Defect

__all__ = ["UNSEEN"]

_MODULES: Final = (
    front,
    delegation,
    job_lists,
    file_lists,
    job_reads,
    archive,
    job_changes,
    job_runs,
    submissions,
    built_jobs,
    submitted_ids,
    bans,
    user_bans,
    links,
    configuration,
    services,
)
UNSEEN: Final[tuple[Defect, ...]] = tuple(
    defect for module in _MODULES for defect in module.DEFECTS
)
