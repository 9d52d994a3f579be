"""The plays find seeded defects of many kinds, and no difference between two mocks without a defect."""

from __future__ import annotations

import json
import logging
from functools import cache
from typing import TYPE_CHECKING

import attrs
import pytest
from test_harness.probes.probe_bench import (
    composed,
    freeing_sids_of,
    remembering_nothing,
    same_put_same_job,
    texts,
    then,
)

from fts_contract.compare.measuring import Recorded, compare_mock, record_mock
from fts_contract.defects.injection import inject
from fts_contract.defects.server_contents import fill
from fts_contract.defects.sets import defect_named
from fts_contract.mock import MockFTS
from fts_contract.mock.banning import hold_for_storage
from fts_contract.mock.delegation_store import Delegations
from fts_contract.mock.errors import APIError
from fts_contract.mock.operations import OPERATIONS, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from test_harness.probes.probe_bench import Change, Handler

    from fts_contract.mock.exchange import Call, Reply


def forget_requests(call: Call) -> None:
    call.state.delegations = Delegations()


def forget_limits(call: Call) -> None:
    for name in json.loads(call.body):
        call.state.config.storage(name).limits = {}


def hold_for_other_bans(call: Call) -> None:
    for ban in call.state.bans:
        hold_for_storage(call.state, storage=ban.storage, vo=ban.vo)


def use_one_replica(call: Call) -> None:
    for job in call.state.jobs_of(None, only_open=True):
        queued = [file for file in job.files if file.file_state in {"SUBMITTED", "STAGING"}]
        for file in queued[1:] if job.job_type == "R" else ():
            call.state.set_file_state(file, "NOT_USED")


def refuse_long_body(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        if len(call.body) > 131_072:
            raise APIError(413, "too long")
        return handler(call)

    return handle


def ignore_form(handler: Handler) -> Handler:
    return lambda call: handler(attrs.evolve(call, form={}))


def sort_metadata(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        reply = handler(call)
        job = call.state.find(json.loads(reply.body).get("job_id"))
        for file in job.files if job else ():
            file.file_metadata = json.loads(json.dumps(file.file_metadata, sort_keys=True))
        return reply

    return handle


def keep_longer_delegation(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        delegations, before = call.state.delegations, call.state.delegations.get(call.caller)
        reply = handler(call)
        after = delegations.get(call.caller)
        if before and after and after.ends_at < before.ends_at:
            delegations.store(
                call.caller,
                proxy=before.proxy,
                ends_at=before.ends_at,
                attributes=before.attributes,
            )
        return reply

    return handle


# Each defect with the plays that show it: the others would only take time.
SHOWN_BY = {
    "whoami-of-the-first-caller": "says who each",
    "list-oldest-first": "come first",
    "list-times-of-the-server-room": "come first",
    "submit-repeats-an-id": "cancelled by somebody",
    "submit-id-of-version-4": "every field, by POST",
    "submit-swaps-ends": "every field, by POST",
    "cancel-takes-another-job-along": "every field, by POST|Answers of many",
    "modify-of-several-without-effect": "cancelled by somebody",
    "retries-without-the-last": "tried again",
    "delegation-request-differs-each-time": "certificate request stays",
    "link-limit-one-too-many": "Links are made",
    "ban-of-storage-spares-jobs": "storage is banned",
    "head-refused": "byte by byte",
}

# Mistakes that no seeded defect makes, each with the play that shows it.
BROKEN: dict[str, tuple[str, dict[str, Change]]] = {
    "composed-metadata": ("Texts with quotes", {"POST /jobs": texts(composed)}),
    "absence-of-a-job": ("known in advance", {"GET /jobs/{job_ids}": remembering_nothing()}),
    "absence-of-a-link": (
        "configuration is asked for",
        {"GET /config/links/{sym_name}": remembering_nothing()},
    ),
    "sid-of-a-finished-job": ("sid of a job", {"POST /jobs": freeing_sids_of("FINISHED")}),
    "second-put-is-the-first": ("submission is sent again", {"PUT /jobs": same_put_same_job()}),
    "request-goes-with-the-delegation": (
        "nothing can be submitted",
        {"DELETE /delegation/{dlg_id}": then(forget_requests)},
    ),
    "limits-of-a-storage-that-is-changed": (
        "with similar names",
        {"POST /config/se": then(forget_limits)},
    ),
    "files-of-another-banned-storage": (
        "Two storages",
        {"DELETE /ban/se": then(hold_for_other_bans)},
    ),
    "replica-beside-another-one": (
        "only unused replicas",
        {"POST /ban/se": then(use_one_replica)},
    ),
    "long-body": ("64 KiB", {"POST /jobs": refuse_long_body}),
    "form-of-a-delete": ("Parameters in the query", {"DELETE /ban/se": ignore_form}),
    "order-of-metadata": ("numbers and objects", {"POST /jobs": sort_metadata}),
    "shorter-delegation": (
        "renewed with longer and shorter",
        {"PUT /delegation/{dlg_id}/credential": keep_longer_delegation},
    ),
}
PLAYS = "|".join([*dict.fromkeys(SHOWN_BY.values()), "priority of a job", "generated play 1$"])


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
def reference(pki: Path) -> Callable[[str], Recorded]:
    """Record plays on a clean mock, the same plays once."""
    return cache(lambda plays: record_mock(_mock(pki), seed=7, only=plays))


def test_two_mocks_without_a_defect_are_alike(pki: Path) -> None:
    recorded = record_mock(_mock(pki), seed=7, only=PLAYS)
    assert recorded.requests > 1000
    assert compare_mock(_mock(pki), recorded, enough=0) == []


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


@pytest.mark.parametrize(("name", "plays"), SHOWN_BY.items(), ids=SHOWN_BY)
def test_a_seeded_defect_is_found(
    pki: Path, reference: Callable[[str], Recorded], name: str, plays: str
) -> None:
    assert compare_mock(_mock(pki, name), reference(plays), timeout_s=2) != []


@pytest.mark.parametrize("name", BROKEN)
def test_a_play_shows_a_mistake(
    pki: Path, reference: Callable[[str], Recorded], name: str
) -> None:
    plays, changes = BROKEN[name]

    def changed(operation: Operation) -> Operation:
        change = changes.get(f"{operation.method} {operation.template}")
        handler = operation.handler
        assert handler is not None
        return attrs.evolve(operation, handler=change(handler)) if change else operation

    def mock(operations: list[Operation]) -> MockFTS:
        made = MockFTS(operations=operations, pki=pki)
        made.clock.run(scale=0)
        fill(made)
        return made

    assert compare_mock(mock(list(OPERATIONS)), reference(plays), enough=0) == []
    assert compare_mock(mock([changed(one) for one in OPERATIONS]), reference(plays)) != []
