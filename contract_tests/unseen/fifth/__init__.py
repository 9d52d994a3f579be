"""A fifth set of unseen defects, written later than the fourth, under the same rule.

`fts contract defects --catalogue unseen.fifth` tries these alone; the catalogue `unseen` has them as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from unseen.topics import catalogue_of

if TYPE_CHECKING:
    from fts_contract.defects.defect import Defect

__all__ = ["CATALOGUE"]

CATALOGUE: Final[tuple[Defect, ...]] = catalogue_of(__name__)
