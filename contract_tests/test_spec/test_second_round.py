"""What a real 3.13.4 answered in a second round of requests, after the recordings were made, is in the document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fts_contract.harness.contract.contract import Contract

STORED: dict[str, Any] = {
    **dict.fromkeys(("inbound_max_active", "inbound_max_throughput", "outbound_max_active")),
    **dict.fromkeys(("outbound_max_throughput", "udt", "ipv6", "se_metadata", "site")),
    **dict.fromkeys(("debug_level", "skip_eviction", "tpc_support", "overwrite_disk_enabled")),
    "storage": "davs://se.example.org",
    "eviction": "0",
}


@pytest.mark.parametrize("limits", [None, [], {}, {"vo": {"delete": 1}}])
@pytest.mark.parametrize("info", [None, STORED, {"storage": "davs://se.example.org"}])
def test_answer_to_a_change_of_a_storage_fits(
    contract: Contract, info: dict[str, Any] | None, limits: Any
) -> None:
    match = contract.find("POST", "/config/se")
    assert match is not None
    problems = contract.check_response(
        match.operation,
        status=200,
        headers={"content-type": "application/json"},
        body=json.dumps([info, limits]),
        version="3.13.4",
    )
    assert [str(problem) for problem in problems] == []


@pytest.mark.parametrize(("length", "wanted"), [(255, 0), (256, 1)])
def test_banned_user_has_at_most_255_characters(
    contract: Contract, length: int, wanted: int
) -> None:
    match = contract.find("POST", "/ban/dn")
    assert match is not None
    body = json.dumps({"user_dn": "/" + "C" * (length - 1)}).encode()
    problems = contract.check_request_body(
        match.operation, content_type="application/json", body=body
    )
    assert len(problems) == wanted
