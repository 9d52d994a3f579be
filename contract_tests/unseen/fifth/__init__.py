"""A fifth set of unseen defects, written later than the fourth, under the same rule.

`fts contract defects --catalogue unseen.fifth` tries these alone; the catalogue `unseen` has them as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unseen.fifth import (
    bans,
    configuration,
    delegation,
    front,
    job_changes,
    job_lists,
    job_reads,
    job_runs,
    services,
    submissions,
)

if TYPE_CHECKING:
    from fts_contract.defects.defect import Defect

__all__ = ["CATALOGUE"]

_MODULES: Final = (
    front,
    delegation,
    job_lists,
    job_reads,
    job_changes,
    job_runs,
    submissions,
    bans,
    configuration,
    services,
)
CATALOGUE: Final[tuple[Defect, ...]] = tuple(
    defect for module in _MODULES for defect in module.DEFECTS
)
