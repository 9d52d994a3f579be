"""The official command-line scripts against the mock, with the output that their users know."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import pytest

from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.peer

ALICE = "/DC=org/DC=example/O=Users/CN=alice"
SOURCE, DESTINATION = "mock://a.example.org/f", "mock://b.example.org/f?time=10"
Script: TypeAlias = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def server() -> Iterator[MockFTS]:
    with MockFTS(time_scale=0) as mock:
        yield mock


@pytest.fixture
def mock(server: MockFTS) -> Iterator[MockFTS]:
    yield server
    server.reset()


@pytest.fixture
def script(mock: MockFTS, repository: Path) -> Script:
    """Run a script of the official client as an identity; gives exit code and output."""
    binaries = repository / ".venv-peers" / "bin"

    def run(name: str, *arguments: str, who: str = "alice") -> tuple[int, str]:
        credential = mock.credential(who)
        done = subprocess.run(  # noqa: S603 - the official client in its own environment
            [
                *(binaries / "python", binaries / f"fts-rest-{name}", "-s", mock.endpoint),
                *("--cert", credential, "--key", credential, "--capath", mock.ca_dir),
                *arguments,
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout

    return run


@pytest.fixture
def job_id(script: Script, mock: MockFTS) -> str:
    """A job that `fts-rest-transfer-submit` made."""
    mock.state.delegate("alice")
    code, said = script("transfer-submit", SOURCE, DESTINATION)
    first, _, second = said.strip().partition("\n")
    assert (code, first) == (0, "Job successfully submitted.")
    assert second.startswith("Job id: ")
    return second.removeprefix("Job id: ")


def test_whoami_tells_dn_vo_and_ids(script: Script) -> None:
    assert script("whoami") == (
        0,
        (
            f"User DN: {ALICE}\n"
            "VO: testvo\n"
            "VO id: 477b9065-8416-5b27-be32-ff1573788e71\n"
            "Delegation id: 7ba5c996de416fe2\n"
            "Base id: 01874efb-4735-4595-bc9c-591aef8240c9\n"
        ),
    )


def test_delegate_stores_a_credential(script: Script, mock: MockFTS) -> None:
    assert script("delegate") == (0, "Delegation id: 7ba5c996de416fe2\n")
    stored = mock.state.delegations.get(mock.caller("alice"))
    assert stored is not None
    assert stored.proxy.startswith("-----BEGIN CERTIFICATE-----")


def test_submit_delegates_by_itself(script: Script, mock: MockFTS) -> None:
    code, said = script("transfer-submit", "-j", SOURCE, DESTINATION)

    assert code == 0
    assert mock.state.job(json.loads(said)).files[0].source_surl == SOURCE


def test_blocking_submit_ends_with_the_job(repository: Path) -> None:
    with MockFTS(time_scale=100) as fast:
        binaries = repository / ".venv-peers" / "bin"
        credential = fast.credential("alice")
        done = subprocess.run(  # noqa: S603
            [
                *(binaries / "python", binaries / "fts-rest-transfer-submit", "-s", fast.endpoint),
                *("--cert", credential, "--key", credential, "--capath", fast.ca_dir),
                *("--blocking", "--interval", "1", SOURCE, DESTINATION),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("Job finished with state FINISHED\n")


def test_status_shows_the_job(script: Script, job_id: str, mock: MockFTS) -> None:
    submitted = mock.state.job(job_id).submit_time
    mock.clock.advance(60)

    assert script("transfer-status", job_id) == (
        0,
        (
            f"Request ID: {job_id}\n"
            "Status: FINISHED\n"
            f"Client DN: {ALICE}\n"
            "Reason: None\n"
            f"Submission time: {submitted}\n"
            "Priority: 3\n"
            "VO Name: testvo\n\n"
        ),
    )


def test_status_as_json_lists_the_files(script: Script, job_id: str) -> None:
    code, said = script("transfer-status", "-j", job_id)

    assert (code, [file["dest_surl"] for file in json.loads(said)["files"]]) == (0, [DESTINATION])


def test_status_of_an_unknown_job_is_not_found(script: Script) -> None:
    code, said = script("transfer-status", "00000000-0000-11f1-8000-02fc00000001")

    assert code == 1
    assert "Not found" in said


def test_list_shows_jobs_that_have_not_finished(
    script: Script, job_id: str, mock: MockFTS
) -> None:
    code, said = script("transfer-list")
    assert (code, said.count("Request ID: ")) == (0, 1)
    assert f"Request ID: {job_id}\nStatus: SUBMITTED\n" in said

    mock.clock.advance(60)
    assert script("transfer-list") == (0, "\n")


def test_cancel_says_the_last_state(script: Script, job_id: str, mock: MockFTS) -> None:
    assert script("transfer-cancel", job_id) == (0, "CANCELED\n")
    assert mock.state.job(job_id).job_state == "CANCELED"


def test_cancel_of_single_files_says_a_state_for_each(
    script: Script, job_id: str, mock: MockFTS
) -> None:
    (file,) = mock.state.job(job_id).files

    assert script("transfer-cancel", f"{job_id}:{file.file_id}") == (0, "CANCELED\n")


def test_ban_names_the_jobs_that_it_hits(script: Script, job_id: str, mock: MockFTS) -> None:
    storage = "mock://a.example.org"

    assert script("ban", "--storage", storage, who="admin") == (0, f"Affected jobs:\n{job_id}\n")
    assert [ban.storage for ban in mock.state.bans] == [storage]
    assert script("ban", "--storage", storage, "--unban", who="admin") == (0, "")
    assert mock.state.bans == []
    assert script("ban", "--user", "/CN=nobody", who="admin") == (0, "No jobs affected\n")


def test_ban_needs_an_administrator(script: Script) -> None:
    assert script("ban", "--storage", "mock://a.example.org") == (
        1,
        "Unauthorized: Not enough permissions\n",
    )


def test_server_status_counts_what_runs(script: Script, job_id: str, mock: MockFTS) -> None:
    assert script("server-status", "--is-active", who="admin") == (0, "")

    mock.clock.advance(3)

    (file,) = mock.state.job(job_id).files
    code, said = script("server-status", "--is-active", who="admin")
    assert (code, said) == (1, f"{file.transfer_host}\n\tactive: 1\n")


def test_deletion_is_refused_as_a_real_server_refuses_it(script: Script, mock: MockFTS) -> None:
    assert script("delete-submit", "mock://a.example.org/f") == (
        1,
        "Method Not Allowed: Deletion jobs are no longer supported by FTS\n",
    )
    assert mock.state.job_count == 0
