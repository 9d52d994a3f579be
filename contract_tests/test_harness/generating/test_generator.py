"""The generator makes no test cases that cannot be sent."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from fts_contract.harness.generating.generator import Generator
from fts_contract.harness.options import RunOptions
from fts_contract.harness.probing import Probing
from fts_contract.harness.run import run_contract

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS


@pytest.mark.parametrize("operation", ["delete_delegation", "get_delegation_request"])
def test_ids_that_the_lock_stops_are_not_tried_again_and_again(
    operation: str, mock: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: Counter[str] = Counter()
    is_allowed = Generator._is_allowed

    def counted(self: Generator, context: Any, case: Any) -> bool:
        made[case.meta.phase.name.value] += 1
        return is_allowed(self, context, case)

    monkeypatch.setattr(Generator, "_is_allowed", counted)
    monkeypatch.setattr(Probing, "run", lambda *_: None)
    run = run_contract(
        RunOptions(
            url=mock.endpoint,
            cert=mock.credential("alice"),
            ca_dir=mock.ca_dir,
            profile="full",
            allow_changes=True,
            max_examples=20,
            operations=f"^{operation}$",
        )
    )
    assert run.results.unexplained == []
    assert 0 < made["fuzzing"] <= 20
