"""`fts retry`: what failed is submitted again as it was, once."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import Transfer, read_transfers
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from test_wrappers.cli.conftest import Fts, Wire

    from fts_contract.mock import MockFTS

A, B = "mock://a.example/f", "mock://b.example/f"
FAILS = f"{A}?errno=2"
OPTIONS = (
    *("--overwrite-on-retry", "--checksum-mode", "both", "--priority", "5", "--retry", "2"),
    *("--retry-delay", "60", "--job-metadata", '{"run": 7}', "--max-time-in-queue", "7200s"),
    *("--nostreams", "4", "--timeout", "3600", "--buffer-size", "1024", "--strict-copy", "--ipv6"),
    *("--archive-timeout", "300"),
)
PARAMS = {
    "overwrite_on_retry": True,
    "verify_checksum": "both",
    "priority": 5,
    "retry": 2,
    "retry_delay": 60,
    "job_metadata": {"run": 7},
    "max_time_in_queue": "7200s",
    "nostreams": 4,
    "timeout": 3600,
    "buffer_size": 1024,
    "strict_copy": True,
    "ipv6": True,
    "archive_timeout": 300,
}
FILE = {
    "sources": [FAILS],
    "destinations": [B],
    "checksum": "ADLER32:1a2b3c4d",
    "filesize": 7,
    "activity": "express",
    "metadata": {"label, of": 'a "file"'},
}


def ended(fts: Fts, mock: MockFTS, *arguments: str, stdin: str = "") -> str:
    """Submit a job and let it end."""
    result = fts("submit", *arguments, stdin=stdin)
    assert result.code == 0, result.err
    mock.clock.advance(600)
    return result.out.split()[0]


@pytest.fixture
def job_id(fts: Fts, mock: MockFTS) -> str:
    """A job of which the first file failed and the second did not."""
    document = {"files": [FILE, {"sources": [f"{A}2"], "destinations": [f"{B}2"]}]}
    stdin = json.dumps(document)
    found = ended(fts, mock, "-f", "-", "--format", "json", *OPTIONS, stdin=stdin)
    assert [file.file_state for file in mock.state.job(found).files] == ["FAILED", "FINISHED"]
    return found


def test_failed_files_are_submitted_as_they_were(fts: Fts, job_id: str, wire: Wire) -> None:
    wire.requests.clear()
    result = fts("retry", job_id)
    assert result.code == 0, result.err
    (body,) = wire.submitted
    assert body["files"] == [FILE]
    for name in ("sid", "id_generator"):
        body["params"].pop(name)
    assert body["params"] == PARAMS
    assert result.out.endswith("  1 file\n")


def test_retry_twice_submits_once(fts: Fts, job_id: str, mock: MockFTS) -> None:
    first = fts("retry", job_id, "--quiet")
    again = fts("retry", job_id.upper(), "--quiet")
    assert first.out == again.out
    assert "1 of them before" in again.err
    assert mock.state.job_count == 2
    other = fts("retry", job_id, "--campaign", "second", "-q")
    assert other.out != first.out
    assert other.code == 0


def test_retry_that_breaks_off_in_the_middle_goes_on_with_the_key_that_it_names(
    fts: Fts, mock: MockFTS
) -> None:
    ids = [ended(fts, mock, FAILS, f"{B}{n}", "--priority", str(n)) for n in (1, 2)]
    mock.faults.add(Fault("delay", "POST /jobs", delay_s=0))
    mock.faults.add(Fault("status", "POST /jobs", status=500))
    broken = fts("retry", *ids)
    assert (broken.code, mock.state.job_count) == (1, 3)
    keys = re.findall(r"--campaign (\S+) (?:this can be resumed|to submit the rest)", broken.err)
    assert len(keys) == 2
    for key in keys:
        assert fts("retry", *ids, "--campaign", key).code == 0
        assert mock.state.job_count == 4


def test_jobs_with_the_same_parameters_are_retried_together(
    fts: Fts, mock: MockFTS, wire: Wire
) -> None:
    ids = [ended(fts, mock, f"{FAILS}&n={n}", f"{B}{n}", "--retry", "-1") for n in range(3)]
    ids.append(ended(fts, mock, FAILS, B, "--retry", "-1", "--overwrite"))
    wire.requests.clear()
    result = fts("retry", "-", stdin="\n".join(ids))
    assert result.code == 0, result.err
    assert [len(body["files"]) for body in wire.submitted] == [3, 1]
    assert [body["params"].get("overwrite") for body in wire.submitted] == [None, True]
    # All jobs and their files are read in one request.
    assert sum(method == "GET" and "?files=" in path for method, path, _ in wire.requests) == 1


def test_replicas_become_one_file_with_all_sources(fts: Fts, mock: MockFTS, wire: Wire) -> None:
    file = {
        "sources": [FAILS, "mock://c.example/f?errno=2"],
        "destinations": [B],
        "selection_strategy": "orderly",
    }
    stdin = json.dumps({"files": [file]})
    job_id = ended(fts, mock, "-f", "-", "--format", "json", "--retry", "-1", stdin=stdin)
    assert mock.state.job(job_id).job_type == "R"
    wire.requests.clear()
    assert fts("retry", job_id).code == 0
    ((sent,),) = (body["files"] for body in wire.submitted)
    assert sent["sources"] == file["sources"]
    assert sent["selection_strategy"] == "orderly"


def test_session_reuse_is_kept(fts: Fts, mock: MockFTS, wire: Wire) -> None:
    job_id = ended(fts, mock, FAILS, B, f"{A}2", f"{B}2", "--reuse", "--retry", "-1")
    wire.requests.clear()
    assert fts("retry", job_id).code == 0
    (body,) = wire.submitted
    assert body["params"]["reuse"] is True


def test_what_cannot_be_retried_is_refused_and_the_rest_submitted(
    fts: Fts, mock: MockFTS, job_id: str, wire: Wire
) -> None:
    chain = ended(fts, mock, FAILS, B, B, "mock://c.example/f", "--multihop", "--retry", "-1")
    going_on = fts("submit", A, f"{B}9").out.strip()
    missing = "00000000-0000-0000-0000-000000000000"
    wire.requests.clear()
    result = fts("retry", chain, going_on, missing, job_id)
    assert result.code == 1
    assert f"{chain}: a multihop job" in result.err
    assert f"{going_on}: still SUBMITTED" in result.err
    assert missing in result.err
    assert len(wire.submitted) == 1


def test_job_without_failed_files_needs_no_retry(fts: Fts, mock: MockFTS, wire: Wire) -> None:
    job_id = ended(fts, mock, A, B)
    wire.requests.clear()
    result = fts("retry", job_id)
    assert (result.code, result.out, result.err) == (0, "", "no failed files to retry\n")
    assert wire.submitted == []


def test_retry_can_be_watched(fts: Fts, mock: MockFTS, job_id: str) -> None:
    mock.clock.run(scale=1000)
    result = fts("retry", job_id, "--wait", "30", "--poll", "0.1")
    assert result.code == 1
    assert "FAILED" in result.out


@pytest.mark.parametrize("name", ["failed.csv", "failed.jsonl"])
def test_failed_files_can_be_written_for_submit(
    fts: Fts, job_id: str, wire: Wire, tmp_path: Path, name: str
) -> None:
    wire.requests.clear()
    path = tmp_path / name
    result = fts("retry", job_id, "--failed-to", str(path))
    assert result.code == 0, result.err
    assert wire.submitted == []
    (transfer,) = read_transfers(path)
    assert transfer == Transfer.from_dict(FILE)
    # The message is a command that submits the same.
    options = result.err.partition(f"fts submit -f {path} ")[2]
    assert "--overwrite-on-retry" in options
    assert "--checksum-mode both" in options


def test_replicas_do_not_fit_csv(fts: Fts, mock: MockFTS, tmp_path: Path) -> None:
    stdin = json.dumps({"files": [{"sources": [FAILS, f"{FAILS}&x=1"], "destinations": [B]}]})
    job_id = ended(fts, mock, "-f", "-", "--format", "json", "--retry", "-1", stdin=stdin)
    result = fts("retry", job_id, "--failed-to", str(tmp_path / "failed.csv"))
    assert result.code == 2
    assert "jsonl" in result.err
    assert not (tmp_path / "failed.csv").exists()
    assert fts("retry", job_id, "--failed-to", str(tmp_path / "failed.jsonl")).code == 0
    assert len(read_transfers(tmp_path / "failed.jsonl")[0].sources) == 2


def test_message_after_failed_to_is_a_command_that_works(
    fts: Fts, job_id: str, tmp_path: Path, wire: Wire
) -> None:
    said = fts("retry", job_id, "--failed-to", str(tmp_path / "failed.csv")).err
    words = shlex.split(said.partition("  fts ")[2])
    wire.requests.clear()
    assert fts(*words).code == 0
    (body,) = wire.submitted
    sent: dict[str, Any] = body["params"]
    assert {name: sent[name] for name in PARAMS} == PARAMS
    assert body["files"] == [FILE]
