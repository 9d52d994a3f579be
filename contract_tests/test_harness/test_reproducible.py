"""Same seed, same requests on a fresh server; another seed, others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from test_harness.small_servers import Relay

from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from test_harness.small_servers import Outcome

# What the server makes up, and what is signed at that moment.
UUID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PEM = re.compile(rb"-----BEGIN .*-----END CERTIFICATE(?: REQUEST)?-----\n", re.DOTALL)
FILE_ID = re.compile(r"/files/[0-9,]+")

# With links between them, so that the stateful phase has something to do.
OPERATIONS = "^(submit_job|get_jobs|cancel_jobs|get_delegation|delete_delegation)$"


def requests_of_run(
    command: Callable[..., Outcome], seed: int, operations: str
) -> list[tuple[str, str, bytes]]:
    with MockFTS() as mock, Relay(mock) as relay:
        outcome = command(
            "run", relay.url, "--cert", mock.credential("alice"), "--profile", "full",
            "--allow-changes", "--max-examples", 2, "--seed", seed, "--operations",
            operations,
        )  # fmt: skip
        assert outcome.exit_code in {0, 1}, outcome.err
        ids: dict[bytes, bytes] = {}

        def number(found: re.Match[bytes]) -> bytes:
            return ids.setdefault(found[0], b"id%d" % len(ids))

        return [
            (
                seen.method,
                FILE_ID.sub("/files/N", UUID.sub(number, seen.target.encode()).decode()),
                UUID.sub(number, PEM.sub(b"PEM", seen.body)),
            )
            for seen in relay.seen
        ]


def test_run_with_same_seed_sends_the_same_requests(
    fts_contract_command: Callable[..., Outcome],
) -> None:
    first = requests_of_run(fts_contract_command, 11, OPERATIONS)
    again = requests_of_run(fts_contract_command, 11, OPERATIONS)
    assert len(first) > 100
    assert again == first


def test_run_with_another_seed_sends_other_requests(
    fts_contract_command: Callable[..., Outcome],
) -> None:
    first = requests_of_run(fts_contract_command, 11, "list_jobs$")
    other = requests_of_run(fts_contract_command, 12, "list_jobs$")
    assert other != first
