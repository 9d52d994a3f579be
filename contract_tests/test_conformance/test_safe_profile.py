"""Profile safe is harmless: a relay sees everything that arrives, over all options."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from fts_contract.harness.safety import changes_nothing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_conformance.small_servers import Outcome, Relay

    from fts_contract.mock import MockFTS


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--seed", "7", "--max-examples", "30", "--operations", "get_jobs|delegation|retries"],
        ["--profile", "safe", "--allow-changes", "--operations", "delegation|credential|jobs/"],
        ["--operations", "DELETE|POST|PUT|GET /jobs/"],
    ],
    ids=["default", "many-examples", "allow-changes-is-not-full", "writing-operations-selected"],
)
def test_safe_run_sends_only_what_changes_nothing(
    options: list[str],
    mock: MockFTS,
    relay: Relay,
    fts_contract_command: Callable[..., Outcome],
    tmp_path: Path,
) -> None:
    outcome = fts_contract_command(
        "run", relay.url, "--cert", mock.credential("alice"), "--max-examples", 3, *options,
        "--report", tmp_path,
    )  # fmt: skip
    assert outcome.exit_code == 0, outcome.out
    assert len(relay.seen) > 30
    for seen in relay.seen:
        assert changes_nothing(seen.method, seen.target), seen
        assert not seen.target.split("?")[0].rstrip("/").endswith("/request"), seen
        assert seen.body == b"", seen


def test_safe_run_finds_existing_jobs_by_itself(
    mock: MockFTS, relay: Relay, fts_contract_command: Callable[..., Outcome]
) -> None:
    full = fts_contract_command(
        "run", relay.url, "--cert", mock.credential("alice"), "--profile", "full",
        "--allow-changes", "--operations", "GET /whoami$", "--max-examples", 1,
    )  # fmt: skip
    assert full.exit_code == 0, full.out
    relay.seen.clear()
    outcome = fts_contract_command(
        "run", relay.url, "--cert", mock.credential("alice"), "--max-examples", 8,
        "--operations", "get_jobs$",
    )  # fmt: skip
    assert outcome.exit_code == 0, outcome.out
    assert {seen.method for seen in relay.seen} == {"GET"}
    asked = {seen.target.split("?")[0] for seen in relay.seen}
    existing = re.compile(r"/jobs/(?!0{8}-)[0-9a-f]{8}-[0-9a-f-]{27}")
    assert any(existing.fullmatch(path) for path in asked), asked
