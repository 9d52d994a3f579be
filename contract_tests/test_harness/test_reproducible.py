"""Same seed, same requests on a fresh server; another seed, others."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from test_harness.small_servers import Relay, pass_time_of

from fts_contract.harness.options import RunOptions
from fts_contract.harness.run import run_contract
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    import pytest

    from fts_contract.harness.progress import Step

    Sent = list[tuple[str, str, bytes]]

# What the server makes up, and what is signed at that moment.
UUID = re.compile(rb"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PEM = re.compile(rb"-----BEGIN .*-----END CERTIFICATE(?: REQUEST)?-----\n", re.DOTALL)
FILE_ID = re.compile(r"/files/[0-9,]+")
ID_LIST = re.compile(r"id\d+(?:,id\d+)+")
ESCAPED_ID = re.compile(r"(?:%(?:25)?[0-9A-F]{2}){9}[0-9a-f-]{27}")
# Sent by `submissions-at-once` and `answers-not-mixed-up`.
AT_ONCE = re.compile(r"POST /jobs|GET /(?:whoami|jobs/id\d+)")

# With links between them, so that the stateful phase has something to do.
OPERATIONS = "^(submit_job|get_jobs|cancel_jobs|get_delegation|delete_delegation)$"


def requests_of_run(
    seed: int, operations: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[Sent, Sent]:
    """The requests of the probes, and all others."""
    # Probes repeat some requests when a job changes in between, so time passes only where a probe waits.
    with MockFTS(time_scale=0) as mock, Relay(mock) as relay:
        pass_time_of(mock, monkeypatch)
        began: dict[str, int] = {}

        def take(step: Step) -> None:
            began.setdefault(step.phase, len(relay.seen))

        run_contract(
            RunOptions(
                url=relay.url, cert=mock.credential("alice"), profile="full", allow_changes=True,
                max_examples=2, seed=seed, operations=operations,
            ),
            progress=take,
        )  # fmt: skip
        ids: dict[bytes, bytes] = {}

        def number(found: re.Match[bytes]) -> bytes:
            return ids.setdefault(found[0].lower(), b"id%d" % len(ids))

        sent = []
        for seen in relay.seen:
            target = UUID.sub(number, ESCAPED_ID.sub("escaped", seen.target).encode()).decode()
            # Jobs that were submitted at the same time are canceled in any order.
            target = ID_LIST.sub(lambda found: ",".join(sorted(found[0].split(","))), target)
            body = UUID.sub(number, PEM.sub(b"PEM", seen.body))
            sent.append((seen.method, FILE_ID.sub("/files/N", target), body))
        probes, generated = began["probes"], began["examples"]
        return sent[probes:generated], sent[:probes] + sent[generated:]


def in_order(sent: Sent) -> Sent:
    """Sort the requests that probes send at the same time, and leave all others where they are."""
    ordered: Sent = []
    for together, group in groupby(
        sent, key=lambda one: AT_ONCE.fullmatch(f"{one[0]} {one[1]}") is not None
    ):
        requests = list(group)
        ordered += sorted(requests) if together else requests
    return ordered


def test_run_with_same_seed_sends_the_same_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    first_probes, first = requests_of_run(11, OPERATIONS, monkeypatch)
    probes, again = requests_of_run(11, OPERATIONS, monkeypatch)
    assert len(first) > 100
    assert again == first
    assert len(first_probes) > 100
    assert in_order(probes) == in_order(first_probes)


def test_run_with_another_seed_sends_other_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    _, other = requests_of_run(12, "list_jobs$", monkeypatch)
    assert other != requests_of_run(11, "list_jobs$", monkeypatch)[1]
