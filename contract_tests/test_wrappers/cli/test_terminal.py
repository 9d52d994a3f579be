"""What people see: progress on a terminal of 80 columns, colours only there, and Ctrl-C."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import typer
from cryptography.hazmat.primitives import serialization

from fts_client.cli.connection import ask_for_passphrase
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_wrappers.cli.conftest import Fts, Terminal, Wire

    from fts_contract.mock import MockFTS

    Start = Callable[..., Terminal]

A, B = "mock://a.example/f", "mock://b.example/f"
COLOUR = re.compile(r"\x1b\[[0-9;]*[1-9][0-9;]*m")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def put(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    path.chmod(0o600)
    return str(path)


def pairs(tmp_path: Path, count: int) -> str:
    path = tmp_path / "pairs.csv"
    path.write_text("".join(f"{A}{n},mock://b{n}.example/f\n" for n in range(count)))
    return str(path)


def test_watch_shows_progress_in_place_within_80_columns(terminal: Start, mock: MockFTS) -> None:
    shown = terminal("submit", A, B, f"{A}?errno=2", f"{B}2", "--watch", "--poll", "0.2")
    shown.wait_for("SUBMITTED", "0/2", "0 of 2 files")
    mock.clock.advance(60)
    assert shown.end() == 1
    assert "FINISHEDDIRTY" in shown.raw
    assert "2 of 2 files" in shown.raw
    assert "No such file or directory" in shown.raw
    # Redrawn in place, and the cursor is visible again at the end.
    assert "\x1b[1A" in shown.raw
    assert shown.raw.rstrip().rfind("\x1b[?25h") > shown.raw.rfind("\x1b[?25l")
    assert max(map(len, shown.lines)) <= 80
    assert COLOUR.search(shown.raw)


def test_many_jobs_are_summarised_within_80_columns(
    terminal: Start, mock: MockFTS, tmp_path: Path
) -> None:
    shown = terminal("submit", "-f", pairs(tmp_path, 30), "--watch", "--poll", "0.2")
    shown.wait_for("and 20 more jobs", "30 SUBMITTED", "0 of 30 files")
    mock.clock.advance(60)
    assert shown.end() == 0
    assert "30 jobs with 30 files submitted" in shown.raw
    assert "30 of 30 files" in shown.raw
    assert max(map(len, shown.lines)) <= 80


def test_ids_go_to_a_pipe_and_progress_to_the_terminal(terminal: Start, tmp_path: Path) -> None:
    with (tmp_path / "ids").open("wb") as ids:
        shown = terminal("submit", "-f", pairs(tmp_path, 3), stdout=ids.fileno())
        assert shown.end() == 0
    written = (tmp_path / "ids").read_text()
    assert len(ID.findall(written)) == 3
    assert "\x1b" not in written
    assert not ID.search(shown.raw)
    assert "submitting" in shown.raw


def test_progress_does_not_mix_with_what_tee_writes(
    terminal: Start, tmp_path: Path, mock: MockFTS
) -> None:
    mock.state.delegate("alice")
    reader, writer = os.pipe()
    shown = terminal("submit", "-f", pairs(tmp_path, 3), stdout=writer)
    os.close(writer)
    assert shown.end() == 0
    with os.fdopen(reader) as lines:
        assert len(ID.findall(lines.read())) == 3
    assert "submitting" not in shown.raw
    assert "\x1b[1A" not in shown.raw
    assert "3 jobs with 3 files submitted" in shown.raw


def test_no_color_turns_colours_off(terminal: Start, mock: MockFTS) -> None:
    shown = terminal("submit", A, B, "--watch", "--poll", "0.2", NO_COLOR="1")
    shown.wait_for("SUBMITTED")
    mock.clock.advance(60)
    assert shown.end() == 0
    # Bold and the like are not colours.
    assert not re.search(r"\x1b\[[0-9;]*3[0-7][0-9;]*m", shown.raw)


def test_pipe_gets_neither_colours_nor_cursor_movements(
    environment: dict[str, str], mock: MockFTS
) -> None:
    mock.clock.run(scale=100)
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [
            *(sys.executable, "-c", "from fts_client.cli import main; main()"),
            *("submit", A, B, "--watch", "--poll", "0.1"),
        ],
        env={"PATH": os.environ["PATH"], "TERM": "xterm-256color", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "FINISHED" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


def test_long_errors_are_wrapped_between_words(terminal: Start) -> None:
    shown = terminal("whoami", FTS_ENDPOINT="https://localhost:1")
    assert shown.end() == 4
    assert all(_fits(line, 80) for line in shown.lines)
    assert "\x1b[31mfts:" in shown.raw


def test_empty_list_says_so_on_a_terminal_only(terminal: Start, fts: Fts) -> None:
    shown = terminal("list")
    assert shown.end() == 0
    assert "no jobs found" in shown.raw
    assert fts("list").err == ""


def test_interrupted_watch_leaves_the_job_alone_and_says_how_to_continue(
    terminal: Start, mock: MockFTS
) -> None:
    shown = terminal("submit", A, B, "--watch", "--poll", "0.2")
    shown.wait_for("0 of 1 file")
    shown.interrupt(signal.SIGINT)
    assert shown.end() == 130
    job_id = ID.search(shown.raw)
    assert job_id
    assert "nothing was cancelled" in shown.raw
    assert f"fts status --watch {job_id[0]}" in shown.raw
    assert f"fts cancel {job_id[0]}" in shown.raw
    assert "\x1b[?25h" in shown.raw
    assert "Traceback" not in shown.raw
    assert mock.state.job(job_id[0]).job_state == "SUBMITTED"


def test_interrupted_submission_of_one_job_is_completed_and_reported(
    terminal: Start, mock: MockFTS, wire: Wire
) -> None:
    mock.state.delegate("alice")
    with wire.submissions_held() as wait_for_one:
        shown = terminal("submit", A, B, "--watch")
        wait_for_one()
        shown.interrupt(signal.SIGINT)
        shown.wait_for("Ctrl-C again")
    assert shown.end() == 130
    assert "the job was submitted and keeps running" in shown.raw
    job_id = ID.search(shown.raw)
    assert job_id
    assert mock.state.job(job_id[0]).job_state == "SUBMITTED"


def test_second_interrupt_quits_at_once_and_names_the_sid(
    terminal: Start, mock: MockFTS, wire: Wire
) -> None:
    mock.state.delegate("alice")
    with wire.submissions_held() as wait_for_one:
        shown = terminal("submit", A, B, "--sid", "my-sid")
        wait_for_one()
        shown.interrupt(signal.SIGINT)
        shown.wait_for("Ctrl-C again")
        shown.interrupt(signal.SIGINT)
        assert shown.end() == 130
    assert "--sid my-sid" in shown.raw


def test_interrupted_campaign_is_resumed_without_duplicate_jobs(
    terminal: Start, mock: MockFTS, wire: Wire, tmp_path: Path
) -> None:
    mock.state.delegate("alice")
    mock.faults.add(Fault("delay", "POST /jobs", delay_s=0.3, count=None))
    path = pairs(tmp_path, 40)
    options = ("--files-per-job", "1", "--concurrency", "2")
    shown = terminal("submit", "-f", path, *options, "--campaign", "k")
    shown.wait_for("1 file")
    shown.interrupt(signal.SIGINT)
    assert shown.end() == 130
    made = mock.state.job_count
    assert 0 < made < 40
    assert f"{made} job" in shown.raw
    assert "repeat the command with --campaign k" in " ".join("".join(shown.raw).split())
    assert len(set(ID.findall(shown.raw))) == made
    mock.faults.clear()
    again = terminal("submit", "-f", path, *options, "--campaign", "k")
    assert again.end() == 0
    assert mock.state.job_count == 40
    # Every job holds a whole group, as in a run without interruption.
    assert {len(body["files"]) for body in wire.submitted} == {1}


def test_interrupt_does_not_submit_partial_jobs(
    terminal: Start, mock: MockFTS, wire: Wire, tmp_path: Path
) -> None:
    mock.state.delegate("alice")
    mock.faults.add(Fault("delay", "POST /jobs", delay_s=0.25, count=None))
    path = tmp_path / "one-link.csv"
    path.write_text("".join(f"{A}{n},{B}{n}\n" for n in range(100)))
    shown = terminal("submit", "-f", str(path), "--files-per-job", "10", "--concurrency", "1")
    shown.wait_for("10 files")
    shown.interrupt(signal.SIGINT)
    assert shown.end() == 130
    assert {len(body["files"]) for body in wire.submitted} == {10}


def test_mock_prints_what_to_paste_into_another_terminal(terminal: Start) -> None:
    shown = terminal("mock", "--port", "0")
    shown.wait_for("Ctrl-C stops it")
    shown.interrupt(signal.SIGINT)
    assert shown.end() == 0
    settings = dict(
        line.removeprefix("export ").split("=", 1)
        for line in shown.lines
        if line.startswith("export ")
    )
    assert list(settings) == ["FTS_ENDPOINT", "X509_CERT_DIR", "X509_USER_PROXY"]
    assert settings["FTS_ENDPOINT"].startswith("https://localhost:")
    assert "{" not in shown.raw


def _fits(line: str, columns: int) -> bool:
    """A path or DN as long as a line is not wrapped, so that it can be copied."""
    longest = max(map(len, line.split()), default=0)
    return len(line) <= columns or longest > columns - len("fail  recognised as   ")


def test_output_fits_a_narrow_terminal(terminal: Start) -> None:
    shown = terminal("doctor", columns=60)
    shown.end()
    assert all(_fits(line, 60) for line in shown.lines)


def test_passphrase_is_asked_for_at_a_terminal(
    terminal: Start, mock: MockFTS, tmp_path: Path
) -> None:
    alice = mock.pki.certified("alice")
    key = alice.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"pass word"),
    )
    cert = put(tmp_path / "cert.pem", alice.certificate.public_bytes(serialization.Encoding.PEM))
    shown = terminal("whoami", "--cert", cert, "--key", put(tmp_path / "key.pem", key))
    shown.wait_for("Passphrase of the private key")
    shown.type("pass word\n")
    assert shown.end() == 0
    assert "CN=alice" in shown.raw
    assert "pass word" not in shown.raw


def test_passphrase_typed_as_soon_as_the_question_shows_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # getpass() turns the echo off and drops what was typed before it shows its question.
    shown_before_getpass: list[str] = []

    def getpass(question: str) -> str:
        shown_before_getpass.extend(capsys.readouterr())
        return f"answer to {question}"

    monkeypatch.setattr("getpass.getpass", getpass)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    assert ask_for_passphrase() == "answer to Passphrase of the private key: "
    assert shown_before_getpass == ["", ""]


def test_end_of_input_in_place_of_a_passphrase_aborts(monkeypatch: pytest.MonkeyPatch) -> None:
    def getpass(_question: str) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", getpass)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    with pytest.raises(typer.Abort):
        ask_for_passphrase()


def test_doctor_wraps_its_findings_at_a_terminal(terminal: Start) -> None:
    shown = terminal("doctor", columns=60)
    assert shown.end() == 0
    assert "→ " in shown.raw
    assert any(line.startswith(" " * 10) for line in shown.lines)


def test_watch_shows_rate_and_time_left_and_that_the_server_is_away(
    terminal: Start, mock: MockFTS
) -> None:
    file = {"file_state": "ACTIVE", "throughput": 50.0, "filesize": 1 << 30}
    job = mock.state.add_job(job_state="ACTIVE", files=(file,))
    shown = terminal("status", job.job_id, "--watch", "--poll", "0.2")
    shown.wait_for("50 MiB/s", "about 20 s left")
    mock.faults.add(Fault("status", "GET /jobs", status=503, count=None))
    shown.wait_for("the server did not answer, will ask again")
    shown.interrupt(signal.SIGINT)
    assert shown.end() == 130


def test_empty_list_of_files_says_so_on_a_terminal(terminal: Start) -> None:
    shown = terminal("files", "--source", "mock://nowhere.example")
    assert shown.end() == 0
    assert "no files found" in shown.raw
