"""The catalogues of defects: the packaged one, which the checks were written against, and those of other modules."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fts_contract.defects.defect import Defect

__all__ = ["SEEN", "defect_named", "defects_of"]

SEEN: Final = "seen"
_PACKAGED: Final = "fts_contract.defects.catalogue"


def defects_of(catalogue: str) -> tuple[Defect, ...]:
    """Load a catalogue.

    Args:
        catalogue: `seen` for the packaged one, else a module with one in `CATALOGUE`.

    Raises:
        ValueError: The catalogue is neither `seen` nor a module with a CATALOGUE.
    """
    try:
        module = importlib.import_module(_PACKAGED if catalogue == SEEN else catalogue)
        found: tuple[Defect, ...] = module.CATALOGUE
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(
            f"Expected {SEEN} or a Python module with a CATALOGUE of defects, got {catalogue!r}: {error}"
        ) from error
    return found


def defect_named(name: str, catalogue: str = SEEN) -> Defect:
    """Find a defect.

    Raises:
        KeyError: The catalogue has no defect of this name.
        ValueError: The catalogue is neither `seen` nor a module with a CATALOGUE.
    """
    return {defect.name: defect for defect in defects_of(catalogue)}[name]
