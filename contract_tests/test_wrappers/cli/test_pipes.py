"""`fts` as a process among others: pipes that can be read once, streams that are closed or full, encodings, and signals."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import FTSClient
from fts_client.cli.display.output import is_pipe
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_wrappers.cli.conftest import Fts

    from fts_client import DelegationInfo
    from fts_contract.mock import MockFTS

    Start = Callable[..., subprocess.Popen[bytes]]
    Run = Callable[..., subprocess.CompletedProcess[bytes]]

A, B = "mock://a.example/f", "mock://b.example/f"
ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f-]{27}")
PAIRS = f"{A}1,{B}1\n{A}2,{B}2\n".encode()


@pytest.fixture
def start(environment: dict[str, str]) -> Start:
    """Starts a command as a process."""

    def call(*arguments: str, **settings: Any) -> subprocess.Popen[bytes]:
        settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings}
        env = {"PATH": os.environ["PATH"], **environment, **settings.pop("env", {})}
        command = [sys.executable, "-c", "from fts_client.cli import main; main()", *arguments]
        return subprocess.Popen(command, env=env, **settings)  # noqa: S603 - our own interpreter

    return call


@pytest.fixture
def run(start: Start) -> Run:
    """Runs a command as a process to its end."""

    def call(
        *arguments: str, stdin: bytes | None = None, **settings: Any
    ) -> subprocess.CompletedProcess[bytes]:
        if stdin is not None:
            settings["stdin"] = subprocess.PIPE
        with start(*arguments, **settings) as process:
            out, err = process.communicate(stdin, timeout=60)
        assert b"Traceback" not in (err or b"")
        return subprocess.CompletedProcess(arguments, process.returncode, out or b"", err or b"")

    return call


@pytest.fixture
def full() -> Any:
    """A file on a full disk."""
    with open("/dev/full", "wb") as stream:  # noqa: PTH123 - a device
        yield stream


def test_output_that_does_not_block_is_written_to_its_end(start: Start) -> None:
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    pairs = "".join(f"{A}{number},{B}{number}\n" for number in range(3000)).encode()
    options = ("-f", "-", "--format", "csv", "--dry-run", "--json")
    with start("submit", *options, stdin=subprocess.PIPE, stdout=theirs) as process:
        os.close(theirs)
        assert process.stdin
        process.stdin.write(pairs)
        process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(2)
        with os.fdopen(ours, "rb") as stream:
            out = stream.read()
    assert process.returncode == 0
    assert out.count(b'"sources"') == 3000


# --- input that can be read once -----------------------------------------------------------------


def _piped(content: bytes) -> int:
    """Return a descriptor from which these bytes can be read once."""
    ours, theirs = os.pipe()
    with os.fdopen(theirs, "wb") as stream:
        stream.write(content)
    return ours


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("csv", PAIRS),
        ("jsonl", f'{{"source":"{A}1","destination":"{B}1"}}\n'.encode() * 2),
        ("json", f'{{"files": [{{"sources": ["{A}"], "destinations": ["{B}"]}}]}}'.encode()),
    ],
)
def test_process_substitution_is_submitted(
    run: Run, mock: MockFTS, form: str, content: bytes
) -> None:
    given = _piped(content)
    done = run("submit", "-f", f"/dev/fd/{given}", "--format", form, pass_fds=(given,))
    os.close(given)
    assert done.returncode == 0, done.stderr
    assert mock.state.job_count == len(ID.findall(done.stdout)) == 1


def test_dev_stdin_is_submitted(run: Run, mock: MockFTS) -> None:
    done = run("submit", "-f", "/dev/stdin", "--format", "csv", stdin=PAIRS)
    assert done.returncode == 0, done.stderr
    assert b"1 job with 2 files submitted" in done.stderr
    assert mock.state.job_count == 1


def test_fifo_is_submitted(run: Run, mock: MockFTS, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    writer = threading.Thread(target=fifo.write_bytes, args=(PAIRS,))
    writer.start()
    done = run("submit", "-f", str(fifo), "--format", "csv")
    writer.join()
    assert done.returncode == 0, done.stderr
    assert mock.state.job_count == 1


def test_dry_run_of_a_pipe_shows_what_it_counts(run: Run) -> None:
    given = _piped(PAIRS)
    done = run("submit", "-n", "-f", f"/dev/fd/{given}", "--format", "csv", pass_fds=(given,))
    os.close(given)
    assert len(json.loads(done.stdout)["files"]) == 2
    assert b"1 job with 2 files" in done.stderr


def test_file_that_grows_meanwhile_is_submitted_as_it_was_read(
    fts: Fts, mock: MockFTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pairs.csv"
    path.write_bytes(PAIRS)
    ensure = FTSClient.ensure_delegation

    def grow(fts: FTSClient, **settings: Any) -> DelegationInfo:
        path.write_bytes(PAIRS * 10)
        return ensure(fts, **settings)

    monkeypatch.setattr(FTSClient, "ensure_delegation", grow)
    mock.state.delegate("alice")
    result = fts("submit", "-f", str(path))
    assert "1 job with 2 files submitted" in result.err


def test_submission_of_other_than_was_read_is_not_a_success(
    fts: Fts, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit_many = "fts_client.client.FTSClient.submit_many"
    monkeypatch.setattr(submit_many, lambda *_, **__: iter(()))
    result = fts("submit", "-f", "-", "--format", "csv", stdin=PAIRS.decode())
    assert result.code == 1
    assert "2 files were read, but 0 files submitted" in result.err


# --- text ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "jsonl", "json"])
def test_latin_1_on_standard_input_is_refused_as_in_a_file(
    run: Run, form: str, tmp_path: Path
) -> None:
    content = b"mock://a.example/caf\xe9,mock://b.example/f\n"
    path = tmp_path / f"pairs.{form}"
    path.write_bytes(content)
    for done in (
        run("submit", "-f", str(path)),
        run("submit", "-f", "-", "--format", form, stdin=content),
        run("status", "-", stdin=content),
    ):
        assert done.returncode == 2
        assert b"is not UTF-8 text" in done.stderr


def test_byte_order_mark_is_no_part_of_the_text(fts: Fts, tmp_path: Path) -> None:
    mark = "\ufeff"
    texts = {
        "header.csv": f"source,destination\r\n{A},{B}\r\n",
        "plain.csv": f"{A},{B}\r\n",
        "lines.jsonl": f'{{"source": "{A}", "destination": "{B}"}}\n',
        "job.json": f'{{"files": [{{"sources": ["{A}"], "destinations": ["{B}"]}}]}}',
    }
    for name, text in texts.items():
        path = tmp_path / name
        path.write_text(mark + text, encoding="utf-8")
        result = fts("submit", "-n", "-f", str(path), "--json")
        assert result.code == 0, result.err
        assert json.loads(result.out)["files"] == [{"sources": [A], "destinations": [B]}]
    job_id = fts("submit", A, B).out.strip()
    assert fts("status", "-", stdin=f"{mark}{job_id}\r\n").code == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f'{A}1,"{B}1\n{A}2,{B}2\n', "line 1"),
        (f'{A}1,"{B}1\n{A}2,"{B}2\n', "line 1"),
        (f'{A}1,{B}1,"ADLER32:1\n{A}2,{B}2,"\n', "line 1: checksum has a line end"),
        (f'{A}1,{B}1,"\n{A}2,{B}2,"\n', "line 1: checksum has a line end"),
        (f"{A}1,{B}1\f{A}2,{B}2\n", "line 1: destinations has a line end, a control character"),
        (f'{A}1,{B}1\n{A}2",{B}2\n', "line 2: sources has"),
        (f'source,destination,metadata\n{A},{B},"a\n{A}2,{B}2,b"\n', "line 2: metadata has"),
    ],
)
def test_wrong_quote_swallows_no_lines(fts: Fts, mock: MockFTS, text: str, words: str) -> None:
    result = fts("submit", "-f", "-", "--format", "csv", stdin=text)
    assert result.code == 2
    assert words in result.err
    assert "quote" in result.err
    assert mock.state.job_count == 0


@pytest.mark.parametrize("header", ["source,destination,source", "sources,dest_surl,source_surl"])
def test_columns_for_the_same_are_refused(fts: Fts, header: str) -> None:
    text = f"{header}\n{A}1,{B},{A}2\n"
    result = fts("submit", "-n", "-f", "-", "--format", "csv", stdin=text)
    assert result.code == 2
    assert "line 1: columns for the same are given twice: source" in result.err


def test_blanks_and_tabs_around_values_do_not_count(fts: Fts) -> None:
    text = f"\t{A} , {B}\t\n"
    result = fts("submit", "-n", "-f", "-", "--format", "csv", "--json", stdin=text)
    assert json.loads(result.out)["files"] == [{"sources": [A], "destinations": [B]}]


def test_quote_in_a_comment_opens_nothing(fts: Fts) -> None:
    text = f'# today,"first try\n{A},{B}\n'
    assert fts("submit", "-n", "-f", "-", "--format", "csv", stdin=text).code == 0


def test_json_in_a_csv_may_have_several_lines(fts: Fts) -> None:
    text = f'source,destination,metadata\n{A},{B},"{{""a"":\n1}}"\n'
    result = fts("submit", "-n", "-f", "-", "--format", "csv", "--json", stdin=text)
    assert json.loads(result.out)["files"][0]["metadata"] == {"a": 1}


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_wrong_separator_is_named(fts: Fts, sign: str, name: str) -> None:
    for text in (f"source{sign}destination\n{A}{sign}{B}\n", f"{A}{sign}{B}\n"):
        result = fts("submit", "-f", "-", "--format", "csv", stdin=text)
        assert result.code == 2
        assert name in result.err


@pytest.mark.parametrize(
    "environment_variables",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "utf-16"},
        {"PYTHONIOENCODING": "utf-8-sig"},
        {"PYTHONIOENCODING": "cp037"},
    ],
    ids=str,
)
def test_json_is_the_same_data_in_every_locale(
    run: Run, environment_variables: dict[str, str]
) -> None:
    metadata = {"é": "größe 日本 \U0001f600"}
    text = json.dumps(metadata, ensure_ascii=True)
    job_id = run("submit", A, B, "--job-metadata", text).stdout.decode().strip()
    done = run("status", job_id, "--json", env=environment_variables)
    job = json.loads(done.stdout.decode("ascii"))
    assert {**metadata, "auth_method": "certificate"} == job["job_metadata"]


def test_text_that_a_locale_cannot_show_is_escaped(run: Run) -> None:
    done = run("whoami", "--endpoint", "https://é..x", env={"PYTHONIOENCODING": "ascii"})
    assert b"\\xe9" in done.stderr


# --- streams that are closed or full -------------------------------------------------------------


def test_submission_to_a_full_disk_names_its_job(run: Run, mock: MockFTS, full: Any) -> None:
    done = run("submit", A, B, stdout=full)
    assert done.returncode == 1
    (job_id,) = ID.findall(done.stderr)
    assert mock.state.find(job_id.decode()) is not None
    assert b"No space left" in done.stderr


def test_submission_with_standard_output_closed_names_its_job(start: Start, mock: MockFTS) -> None:
    with start("submit", A, B, stdout=None, preexec_fn=lambda: os.close(1)) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"Traceback" not in err
    (job_id,) = ID.findall(err)
    assert mock.state.find(job_id.decode()) is not None


def test_campaign_to_a_full_disk_stops_and_names_what_it_did(
    run: Run, mock: MockFTS, full: Any
) -> None:
    mock.faults.add(Fault("delay", "POST /jobs", delay_s=0.05, count=None))
    text = "".join(f"mock://a{n}.example/f,{B}{n}\n" for n in range(40)).encode()
    done = run(
        "submit", "-f", "-", "--format", "csv", "--concurrency", "2", stdin=text, stdout=full
    )
    assert done.returncode == 1
    assert 0 < mock.state.job_count < 10
    assert len(set(ID.findall(done.stderr))) == mock.state.job_count
    assert b"--campaign" in done.stderr


def test_reader_that_goes_away_loses_no_job(start: Start, mock: MockFTS) -> None:
    text = "".join(f"mock://a{n}.example/f,{B}{n}\n" for n in range(30)).encode()
    process = start("submit", "-f", "-", "--format", "csv", stdin=subprocess.PIPE)
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(text)
        process.stdin.close()
        first = process.stdout.readline()
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait(timeout=60) == 1
    assert b"Traceback" not in err
    assert b"Exception ignored" not in err
    made = mock.state.job_count
    assert int(re.findall(rb"interrupted: (\d+) job", err)[-1]) == made
    # What was written into the pipe before its reader went away cannot be known.
    assert ID.findall(first)
    assert ID.findall(err)


@pytest.mark.parametrize("arguments", [("list",), ("whoami", "--json"), ("--help",)])
def test_command_without_room_for_its_output_says_so(
    run: Run, full: Any, arguments: tuple[str, ...]
) -> None:
    done = run("submit", A, B)
    done = run(*arguments, stdout=full)
    assert done.returncode == 1
    assert b"Exception ignored" not in done.stderr
    assert b"Cannot write the result" in done.stderr
    assert b"No space left" in done.stderr


@pytest.mark.parametrize("arguments", [("version",), ("--help",), ("submit", "--help")])
def test_help_without_standard_output_says_so(start: Start, arguments: tuple[str, ...]) -> None:
    with start(*arguments, stdout=None, preexec_fn=lambda: os.close(1)) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert err.startswith(b"fts: Cannot write the result")


def test_standard_error_that_nobody_reads_does_not_stop_a_submission(
    start: Start, mock: MockFTS
) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with start("submit", A, B, "--debug", stderr=theirs) as process:
        os.close(theirs)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert len(ID.findall(out)) == mock.state.job_count == 1


@pytest.mark.parametrize("number", [0, 2])
def test_other_closed_streams_give_no_traceback(start: Start, number: int) -> None:
    settings: dict[str, Any] = {"preexec_fn": lambda: os.close(number)}
    if number == 2:
        settings["stderr"] = None
    with start("status", "-" if number == 0 else "nosuch", **settings) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode in {1, 2}
    assert b"Traceback" not in out + (err or b"")


def test_user_without_a_home_is_told_what_was_searched(
    fts: Fts, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "X509_USER_CERT", "X509_USER_KEY"):
        monkeypatch.delenv(name, raising=False)

    def unknown(_uid: int) -> Any:
        raise KeyError("uid not found")

    monkeypatch.setattr("pwd.getpwuid", unknown)
    result = fts("proxy", "init")
    assert result.code == 3
    assert "~/.globus" in result.err


@pytest.mark.parametrize("port", ["99999", "-1", "65536"])
def test_mock_refuses_a_port_out_of_range(fts: Fts, port: str) -> None:
    result = fts("mock", "--port", port)
    assert result.code == 2
    assert "--port" in result.err


# --- signals -------------------------------------------------------------------------------------


def _wait_for_a_fault(mock: MockFTS) -> None:
    end = time.monotonic() + 30
    while not mock.faults.hits:
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_signal_during_a_campaign_leaves_the_key_and_every_id(
    start: Start, mock: MockFTS, tmp_path: Path, number: int
) -> None:
    mock.faults.add(Fault("delay", "POST /jobs", delay_s=0.1, count=None))
    path = tmp_path / "pairs.csv"
    path.write_text("".join(f"{A}{n},{B}{n}\n" for n in range(100)))
    options = ("--files-per-job", "1", "--concurrency", "2")
    # A command that nohup started leaves SIGHUP ignored, and so do its children.
    usual = signal.signal(number, signal.SIG_DFL)
    # Unbuffered, as communicate() would not return what readline() has read ahead.
    with start("submit", "-f", str(path), *options, bufsize=0) as process:
        signal.signal(number, usual)
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    key = re.findall(rb"--campaign (\w+)", err)[0].decode()
    made = mock.state.job_count
    assert len(ID.findall(first + out)) == made < 100
    mock.faults.clear()
    options = ("--files-per-job", "1", "--campaign", key)
    with start("submit", "-f", str(path), *options) as again:
        again.communicate(timeout=60)
    assert mock.state.job_count == 100


def test_key_of_a_campaign_is_said_before_the_first_job(
    start: Start, mock: MockFTS, tmp_path: Path
) -> None:
    mock.faults.add(Fault("delay", "POST /jobs", delay_s=5, count=None))
    path = tmp_path / "pairs.csv"
    path.write_bytes(PAIRS)
    with start("submit", "-f", str(path)) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        # If it were killed earlier, the mock might read its request only during the next test.
        _wait_for_a_fault(mock)
        assert mock.state.job_count == 0
        process.kill()
    key = re.findall(rb"--campaign (\w+)", said)
    assert len(key) == 1


def test_sigterm_during_a_submission_names_the_sid_at_once_and_the_job_at_the_end(
    start: Start, mock: MockFTS
) -> None:
    mock.state.delegate("alice")
    mock.faults.add(Fault("delay", "POST /jobs", delay_s=3, count=None))
    with start("submit", A, B) as process:
        _wait_for_a_fault(mock)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 143
    assert b"--sid" in err
    assert len(ID.findall(out)) == mock.state.job_count == 1


# --- answers that are lost -----------------------------------------------------------------------


@pytest.mark.parametrize("more", [(), ("--json",)])
@pytest.mark.parametrize("kind", ["reset-after", "truncated"])
def test_lost_answer_names_the_job(
    fts: Fts, mock: MockFTS, kind: Any, more: tuple[str, ...]
) -> None:
    mock.faults.add(Fault(kind, "POST /jobs", count=None))
    result = fts("submit", A, B, *more)
    assert result.code == 4
    (job_id,) = set(re.findall(r"fts status ([0-9a-f-]{36})", result.err))
    assert mock.state.find(job_id) is not None
    sid = re.findall(r"--sid ([0-9a-f-]{36})", result.err)[0]
    mock.faults.clear()
    again = fts("submit", A, B, "--sid", sid)
    assert again.code == 1
    assert f"Job {job_id} has this sid" in again.err
    assert mock.state.job_count == 1


def test_conflict_of_a_sid_that_the_command_made_is_success(fts: Fts, mock: MockFTS) -> None:
    mock.faults.add(Fault("reset-after", "POST /jobs"))
    mock.faults.add(Fault("reset", "GET /jobs/.*", count=None))
    result = fts("submit", A, B)
    assert result.code == 0, result.err
    assert mock.state.find(result.out.strip()) is not None
    assert mock.state.job_count == 1


def test_wait_with_json_prints_one_document_a_line(fts: Fts, mock: MockFTS) -> None:
    mock.clock.run(scale=100)
    for source in ((A, B), ("-f", "-", "--format", "csv")):
        options = ("--wait", "60", "--poll", "0.05", "--json")
        result = fts("submit", *source, *options, stdin=PAIRS.decode())
        assert result.code == 0, result.err
        submitted, ended = map(json.loads, result.out.splitlines())
        assert submitted["job_id"] == ended["job_id"]
        assert ended["job_state"] == "FINISHED"


def test_body_of_rucio_is_accepted(fts: Fts, wire: Any) -> None:
    body = {
        "files": [
            {
                "sources": [A],
                "destinations": [B],
                "metadata": {"request_id": "r"},
                "filesize": 7,
                "checksum": "ADLER32:1a2b3c4d",
                "selection_strategy": "auto",
                "activity": "default",
            }
        ],
        "params": {
            "account": "root",
            "verify_checksum": "both",
            "copy_pin_lifetime": -1,
            "bring_online": None,
            "job_metadata": {"issuer": "rucio"},
            "overwrite": True,
            "priority": 3,
        },
    }
    result = fts("submit", "-f", "-", "--format", "json", stdin=json.dumps(body))
    assert result.code == 0, result.err
    (sent,) = wire.submitted
    assert sent["params"]["account"] == "root"


def test_program_that_collects_the_output_is_not_taken_for_a_pipe() -> None:
    assert not is_pipe(io.StringIO())
