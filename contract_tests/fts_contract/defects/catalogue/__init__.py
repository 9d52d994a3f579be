"""Every defect, by subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_contract.defects.catalogue import (
    access,
    bystanders,
    config_server,
    config_transfers,
    delegation,
    front,
    job_parts,
    jobs_change,
    jobs_read,
    jobs_refused,
    jobs_submit,
    narrow,
    server,
    services,
)

if TYPE_CHECKING:
    from fts_contract.defects.defect import Defect

__all__ = ["CATALOGUE"]

_MODULES: Final = (
    server,
    front,
    jobs_read,
    job_parts,
    jobs_submit,
    jobs_refused,
    jobs_change,
    delegation,
    config_server,
    config_transfers,
    access,
    services,
    bystanders,
    narrow,
)
CATALOGUE: Final[tuple[Defect, ...]] = tuple(
    defect for module in _MODULES for defect in module.DEFECTS
)
