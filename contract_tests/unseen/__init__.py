"""Defects written only from the description of FTS, without knowledge of the checks and probes.

They measure how much a run finds that it was not prepared for. Write checks from the facts about FTS, never from these
modules. A defect that a check was written for belongs in the packaged catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unseen import (
    archive,
    bans,
    built_jobs,
    configuration,
    delegation,
    fifth,
    file_lists,
    fourth,
    front,
    job_changes,
    job_lists,
    job_reads,
    job_runs,
    links,
    second,
    services,
    submissions,
    submitted_ids,
    third,
    user_bans,
)

if TYPE_CHECKING:
    from fts_contract.defects.defect import Defect

__all__ = ["CATALOGUE"]

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
CATALOGUE: Final[tuple[Defect, ...]] = (
    *(defect for module in _MODULES for defect in module.DEFECTS),
    *second.CATALOGUE,
    *third.CATALOGUE,
    *fourth.CATALOGUE,
    *fifth.CATALOGUE,
)
