"""The two sets of defects: those that the checks were written against, and those that they were not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unseen import UNSEEN

from fts_contract.defects.catalogue import CATALOGUE

if TYPE_CHECKING:
    from fts_contract.defects.defect import Defect

__all__ = ["SETS", "defect_named", "set_of"]

SETS: Final[dict[str, tuple[Defect, ...]]] = {"seen": CATALOGUE, "unseen": UNSEEN}
_BY_NAME: Final = {
    defect.name: (name, defect) for name, defects in SETS.items() for defect in defects
}


def defect_named(name: str) -> Defect:
    """Find a defect of either set.

    Raises:
        KeyError: There is no defect with this name.
    """
    return _BY_NAME[name][1]


def set_of(defect: Defect) -> str:
    """Say whether a defect is `seen` or `unseen`."""
    return _BY_NAME[defect.name][0]
