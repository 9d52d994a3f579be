"""Answers of the wrong form make probes yield faults or nothing, but never raise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from test_harness.probes.probe_bench import Bench

from fts_contract.harness.probes import PROBES
from fts_contract.mock.exchange import json_reply
from fts_contract.mock.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from test_harness.probes.probe_bench import Change, Handler

    from fts_contract.mock.exchange import Call, Reply

GARBAGE: dict[str, Any] = {
    "null": None,
    "list of lists": [[1], None, 3],
    "objects of objects": [
        {"job_id": {}, "file_id": [], "files": {}, "hostname": [], "drain": True}
    ],
    "wrong types": {"job_id": "x", "files": [1], "submit_time": 5, "level": 3, "voms_cred": 1},
}


def answering(value: Any) -> Change:
    """Have the server do what it should, and answer garbage."""

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            reply = handler(call)
            return attrs.evolve(
                json_reply(value), status=200 if reply.status < 300 else reply.status
            )

        return handle

    return change


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as started:
        yield started


@pytest.mark.parametrize(
    ("method", "name"), [*(("GET", name) for name in GARBAGE), ("DELETE", "wrong types")]
)
def test_probes_survive_garbage(method: str, name: str, bench: Bench) -> None:
    kept = {"/", "/whoami", "/delegation/{dlg_id}/request"}
    changes = {
        f"{operation.method} {operation.template}": answering(GARBAGE[name])
        for operation in OPERATIONS
        if operation.method == method and operation.template not in kept
    }
    ran = bench.run(*(probe.check for probe in PROBES), identity="admin", changes=changes)
    assert len({fault.message for fault in ran.faults}) > 3
