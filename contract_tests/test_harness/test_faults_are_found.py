"""A server with one defect is caught: exit code 1, with the operation and a command line that shows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from test_harness.small_servers import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from test_harness.small_servers import Outcome, Relay, Seen

    from fts_contract.mock import MockFTS


def edit_json(path: str, method: str, edit: Callable[[Any], Any], status: int = 200):  # type: ignore[no-untyped-def] # noqa: ANN201
    def change(seen: Seen, answer: Answer) -> Answer:
        if seen.method != method or seen.target.split("?")[0] != path or answer.status != status:
            return answer
        return Answer(
            answer.status, answer.headers, json.dumps(edit(json.loads(answer.body))).encode()
        )

    return change


def without(key: str) -> Callable[[Any], Any]:
    return lambda data: {name: value for name, value in data.items() if name != key}


def replace_status(path: str, status: int) -> Callable[[Seen, Answer], Answer]:
    def change(seen: Seen, answer: Answer) -> Answer:
        if seen.target.split("?")[0] == path:
            return Answer(status, answer.headers, answer.body)
        return answer

    return change


def cut_lists(seen: Seen, answer: Answer) -> Answer:
    if seen.target.startswith("/files"):
        return Answer(answer.status, answer.headers, answer.body[:1])
    return answer


def as_html(seen: Seen, answer: Answer) -> Answer:
    if seen.target == "/whoami" and "certificate" not in seen.target:
        return Answer(answer.status, {"Content-Type": "text/html"}, answer.body)
    return answer


def refuse_limits(seen: Seen, answer: Answer) -> Answer:
    if "limit=" in seen.target and seen.target.startswith("/jobs?"):
        body = b'{"status": "400 Bad Request", "message": "no limits today"}'
        return Answer(400, answer.headers, body)
    return answer


FAULTS = {
    "missing-field": (edit_json("/whoami", "GET", without("vos_id")), "GET /whoami", "vos_id"),
    "wrong-type": (
        edit_json("/whoami", "GET", lambda d: {**d, "is_root": "no"}),
        "GET /whoami",
        "is_root",
    ),
    "undocumented-status": (replace_status("/files", 202), "GET /files", "202"),
    "server-error": (replace_status("/files", 500), "GET /files", "500"),
    "cut-off": (cut_lists, "GET /files", "JSON"),
    "content-type": (as_html, "GET /whoami", "text/html"),
    "refuses-valid": (refuse_limits, "GET /jobs", "no limits today"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_safe_run_finds_the_fault(
    name: str, mock: MockFTS, relay: Relay, fts_contract_command: Callable[..., Outcome]
) -> None:
    change, label, word = FAULTS[name]
    relay.change = change
    outcome = fts_contract_command(
        "run", relay.url, "--cert", mock.credential("alice"), "--max-examples", 5,
        "--operations", f"{label}$|GET /$",
    )  # fmt: skip
    assert outcome.exit_code == 1, outcome.out
    failed = [line for line in outcome.out.splitlines() if line.startswith("FAILED")]
    assert failed
    assert all(f"FAILED  {label} " in line for line in failed), failed
    assert word in outcome.out
    assert "curl --cert" in outcome.out


def accept_everything(seen: Seen, answer: Answer) -> Answer:
    if seen.method == "POST" and seen.target == "/jobs" and answer.status == 400:
        return Answer(200, answer.headers, b'{"job_id": "5c100017-e6f5-11f1-9d01-02fc0000a001"}')
    return answer


def leak_status(seen: Seen, answer: Answer) -> Answer:
    if seen.method == "DELETE" and answer.status == 404:
        return Answer(404, answer.headers, answer.body.replace(b"404", b"403"))
    return answer


@pytest.mark.parametrize(
    ("change", "label", "check"),
    [
        (accept_everything, "POST /jobs", "invalid-accepted"),
        (leak_status, "DELETE /jobs/{job_ids}", "error-status-mismatch"),
    ],
    ids=["accepts-invalid-submission", "status-in-body-differs"],
)
def test_full_run_finds_the_fault(  # noqa: PLR0917 - fixtures
    change: Callable[[Seen, Answer], Answer],
    label: str,
    check: str,
    mock: MockFTS,
    relay: Relay,
    fts_contract_command: Callable[..., Outcome],
) -> None:
    relay.change = change
    outcome = fts_contract_command(
        "run", relay.url, "--cert", mock.credential("alice"), "--max-examples", 1, "--profile",
        "full", "--allow-changes", "--operations", f"^{label}$".replace("{", "[{]"),
    )  # fmt: skip
    assert outcome.exit_code == 1, outcome.out
    assert f"FAILED  {label}   {check}" in outcome.out
