"""Each defect of the catalogue has what a run needs, and every kind and nearly every check has a defect."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from fts_contract.defects.catalogue import CATALOGUE
from fts_contract.defects.defect import KINDS
from fts_contract.defects.sets import defect_named
from fts_contract.harness.judging.check_names import CHECKS
from fts_contract.harness.probes import PROBES
from fts_contract.harness.sending.safety import changes_nothing

if TYPE_CHECKING:
    from fts_contract.defects.defect import Defect
    from fts_contract.harness.contract.contract import Contract

AT_LEAST = 120
# What a schema can show of one answer; all other kinds are about behaviour.
_OF_FORM = {
    "broken-body",
    "error-shape",
    "header",
    "html-instead-of-json",
    "missing-field",
    "null",
    "renamed-field",
    "retyped-field",
    "wrong-content-type",
    "wrong-status",
}


def test_catalogue_is_as_large_as_documented_and_names_are_unique() -> None:
    names = Counter(defect.name for defect in CATALOGUE)
    assert len(names) >= AT_LEAST
    assert [name for name, times in names.items() if times > 1] == []
    assert len({defect.description for defect in CATALOGUE}) == len(CATALOGUE)


@pytest.mark.parametrize("defect", CATALOGUE, ids=lambda defect: defect.name)
def test_defect_has_a_description_and_operations(defect: Defect, contract: Contract) -> None:
    assert defect_named(defect.name) is defect
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", defect.name)
    assert "\n" not in defect.description
    assert not defect.description.endswith(".")
    operations = [contract.operation(operation_id) for operation_id in defect.operations]
    assert operations
    if defect.safe:
        assert any(changes_nothing(o.method, o.path) for o in operations)
    if defect.only is not None:
        assert defect.only in CHECKS


def test_every_kind_is_used_and_most_defects_concern_behaviour() -> None:
    kinds = Counter(defect.kind for defect in CATALOGUE)
    assert set(kinds) == set(KINDS)
    of_form = sum(number for kind, number in kinds.items() if kind in _OF_FORM)
    assert of_form < len(CATALOGUE) / 2


def test_every_resource_has_defects(contract: Contract) -> None:
    seeded = {operation_id for defect in CATALOGUE for operation_id in defect.operations}
    tags = {o.tag for o in contract.operations if o.operation_id in seeded}
    assert {o.tag for o in contract.operations} - tags == {"oauth2"}  # 3.13 does not serve them


def test_every_check_is_the_intended_one_of_a_defect() -> None:
    # Of what 3.13 serves, only 204 has no body in the contract, and requests discards a body after 204.
    # Relations between answers have defects of their own beside the tests of their probes.
    related = {probe.check for probe in PROBES if ".relations." in str(probe.run.__module__)}
    assert set(CHECKS) - related - {defect.only for defect in CATALOGUE} == {"body-undocumented"}
