"""Every defect, by subject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_contract.defects.catalogue import jobs_read, server

if TYPE_CHECKING:
    from fts_contract.defects.defect import Defect

__all__ = ["CATALOGUE", "defect_named"]

_MODULES: Final = (server, jobs_read)
CATALOGUE: Final[tuple[Defect, ...]] = tuple(
    defect for module in _MODULES for defect in module.DEFECTS
)


def defect_named(name: str) -> Defect:
    """Find a defect.

    Raises:
        KeyError: There is none of this name.
    """
    for defect in CATALOGUE:
        if defect.name == name:
            return defect
    raise KeyError(name)
