"""Seeded defects of many kinds are found by the plays, and a mock without one is like the next."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from fts_contract.compare.measuring import Recorded, compare_mock, record_mock
from fts_contract.defects.injection import inject
from fts_contract.defects.server_contents import fill
from fts_contract.defects.sets import defect_named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fts_contract.mock import MockFTS

# Few plays, so that the tests take seconds; each is enough for the defects of its subject.
PLAYS = (
    "says who he is|byte by byte|Answers of many|every field, by POST|cancelled by somebody"
    "|priority of a job|come first|tried again|certificate request stays|Links are made|storage is banned|generated play 1$"
)
DEFECTS = (
    "whoami-of-the-first-caller",
    "list-oldest-first",
    "list-times-of-the-server-room",
    "submit-repeats-an-id",
    "submit-id-of-version-4",
    "submit-swaps-ends",
    "cancel-takes-another-job-along",
    "modify-of-several-without-effect",
    "retries-without-the-last",
    "delegation-request-differs-each-time",
    "link-limit-one-too-many",
    "ban-of-storage-spares-jobs",
    "head-refused",
)


@pytest.fixture(scope="module", autouse=True)
def _quiet() -> Iterator[None]:
    # A client that gives up closes its connection; uvicorn would log that.
    logger = logging.getLogger("uvicorn.error")
    logger.disabled = True
    yield
    logger.disabled = False


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pki")


def _mock(pki: Path, defect: str | None = None) -> MockFTS:
    mock = inject(*([defect_named(defect)] if defect else []), pki=pki).mock
    mock.clock.run(scale=0)
    fill(mock)
    return mock


@pytest.fixture(scope="module")
def reference(pki: Path) -> Recorded:
    return record_mock(_mock(pki), seed=7, only=PLAYS)


def test_two_mocks_without_a_defect_are_alike(pki: Path, reference: Recorded) -> None:
    assert reference.requests > 1000
    assert compare_mock(_mock(pki), reference, enough=0) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_generated_plays_of_every_seed_find_nothing_in_equal_mocks(pki: Path, seed: int) -> None:
    recorded = record_mock(_mock(pki), seed=seed, only="generated play [123]$")
    assert compare_mock(_mock(pki), recorded, enough=0) == []


def test_the_same_seed_gives_the_same_plays(pki: Path) -> None:
    requests = [
        [
            (step.who, step.exchange.method, step.exchange.request_json)
            for steps in record_mock(
                _mock(pki), seed=seed, only="generated play [12]$"
            ).steps.values()
            for step in steps
            if step.exchange and step.exchange.method == "POST" and "/jobs" in step.exchange.target
        ]
        for seed in (5, 5, 6)
    ]
    assert requests[0] == requests[1] != requests[2]


@pytest.mark.parametrize("name", DEFECTS)
def test_a_seeded_defect_is_found(pki: Path, reference: Recorded, name: str) -> None:
    assert compare_mock(_mock(pki, name), reference, timeout_s=2) != []
