"""The unseen defects have what a run needs, names of their own, and many kinds."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from unseen import CATALOGUE as UNSEEN
from unseen.fifth import CATALOGUE as FIFTH
from unseen.fourth import CATALOGUE as FOURTH
from unseen.second import CATALOGUE as SECOND
from unseen.third import CATALOGUE as THIRD

from fts_contract.defects.catalogue import CATALOGUE
from fts_contract.defects.defect import KINDS
from fts_contract.defects.sets import defect_named, defects_of
from fts_contract.harness.sending.safety import changes_nothing

if TYPE_CHECKING:
    from fts_contract.defects.defect import Defect
    from fts_contract.harness.contract.contract import Contract


def test_names_and_descriptions_are_unique_over_both_catalogues() -> None:
    both = (*CATALOGUE, *UNSEEN)
    for words in ([d.name for d in both], [d.description for d in both]):
        assert [word for word, times in Counter(words).items() if times > 1] == []


def test_later_sets_can_be_tried_alone() -> None:
    later = tuple(
        defect
        for number in ("second", "third", "fourth", "fifth")
        for defect in defects_of(f"unseen.{number}")
    )
    assert later == (*SECOND, *THIRD, *FOURTH, *FIFTH) == UNSEEN[-len(later) :]


def test_each_has_a_conversation_that_shows_it() -> None:
    spoken = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))
    assert [d.name for d in UNSEEN if f'"{d.name}": ' not in spoken] == []


def test_there_are_as_many_as_documented_and_many_can_be_seen_by_reading() -> None:
    assert len(UNSEEN) >= 274
    assert len(SECOND) == 48
    assert sum(defect.safe for defect in SECOND) == 20
    assert len(THIRD) == 44
    assert sum(defect.safe for defect in THIRD) == 17
    assert len(FOURTH) == 40
    assert sum(defect.safe for defect in FOURTH) == 17
    assert len(FIFTH) == 45
    assert sum(defect.safe for defect in FIFTH) == 19
    assert sum(defect.safe for defect in UNSEEN) >= 114
    assert len({defect.kind for defect in UNSEEN}) >= 20


@pytest.mark.parametrize("defect", UNSEEN, ids=lambda defect: defect.name)
def test_defect_has_a_description_and_operations(defect: Defect, contract: Contract) -> None:
    assert defect_named(defect.name, "unseen") is defect
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", defect.name)
    assert "\n" not in defect.description
    assert not defect.description.endswith(".")
    assert defect.kind in KINDS
    assert defect.only is None
    operations = [contract.operation(operation_id) for operation_id in defect.operations]
    assert operations
    if defect.safe:
        assert any(changes_nothing(o.method, o.path) for o in operations)
