"""What few users of `fts` meet: odd values, odd answers, questions at a terminal, and failures of our own."""

from __future__ import annotations

import io
import signal
import sys
from contextlib import redirect_stdout
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import attrs
import pytest
import typer
from cryptography.hazmat.primitives import serialization
from typer.testing import CliRunner

from fts_client.cli import main
from fts_client.cli.application import application, run
from fts_client.cli.display.output import is_pipe
from fts_client.proxy import create_proxy
from fts_contract.mock import Fault
from fts_contract.mock.app import App
from fts_contract.mock.pki import issue_proxy, shared_pki

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from test_wrappers.cli.conftest import Fts, Terminal

    from fts_contract.mock import MockFTS

    Start = Callable[..., Terminal]

A, B = "mock://a.example/f", "mock://b.example/f"


def put(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    path.chmod(0o600)
    return str(path)


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("delegate", "--lifetime", "1e9"), "--lifetime must be a number of hours"),
        (("list", "--time-window", "soon"), "--time-window must be hours"),
        (("proxy", "info", "/a", "--file", "/b"), "exclude each other"),
        (("proxy", "init", "--out", ""), "--out must name a file"),
        (("retry", "x", "--quiet", "--watch"), "--quiet and --watch exclude each other"),
        (("submit", A, B, "--job-metadata", '{"a": 1, "a": 2}'), "'a' is given twice"),
        (("submit", A, B, "--job-metadata", "[" * 100_000), "nested too deeply"),
        (("whoami", "--key", "/key"), "--key needs --cert"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_wrong_value_is_a_usage_error(fts: Fts, arguments: tuple[str, ...], said: str) -> None:
    result = fts(*arguments)
    assert result.code == 2
    assert said in result.err


def test_standard_id_is_left_to_the_server(fts: Fts, mock: MockFTS) -> None:
    result = fts("submit", A, B, "--id-generator", "standard")
    assert result.code == 0
    assert mock.state.job(result.out.strip()).job_id[14] == "1"


# --- answers --------------------------------------------------------------------------------------


def test_unexpected_error_shows_where_with_debug_only(
    fts: Fts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr("fts_client.client.FTSClient.whoami", fail)
    quiet, loud = fts("whoami"), fts("whoami", "--debug")
    assert quiet.code == loud.code == 1
    assert "unexpected RuntimeError: broken (please report it; --debug shows where)" in quiet.err
    assert "Traceback" not in quiet.err
    assert "Traceback" in loud.err


def test_other_module_that_is_missing_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fts_client.cli.application", None)
    with pytest.raises(ModuleNotFoundError, match=r"fts_client\.cli\.application"):
        main()


def test_delegation_of_less_than_an_hour_says_what_submissions_need(
    fts: Fts, mock: MockFTS, tmp_path: Path
) -> None:
    short = create_proxy(mock.credential("alice").read_bytes(), lifetime=timedelta(minutes=50))
    result = fts("delegate", "--proxy", put(tmp_path / "short", short))
    assert "submissions need one hour" in result.out


def test_more_failed_files_than_are_shown_are_counted(fts: Fts, mock: MockFTS) -> None:
    mock.clock.run(scale=1000)
    pairs = "".join(f"{A}{n}?errno=2,{B}{n}\n" for n in range(8))
    options = ("-f", "-", "--format", "csv", "--wait", "60", "--poll", "0.1")
    result = fts("submit", *options, stdin=pairs)
    assert result.code == 1
    assert result.err.count("FAILED mock://") == 5
    assert "and 3 more files; see fts files --state FAILED JOB_ID" in result.err


# --- at a terminal ---------------------------------------------------------------------------------


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


# --- proxies --------------------------------------------------------------------------------------


def test_info_of_a_certificate_says_that_it_is_no_proxy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = put(tmp_path / "cert.pem", shared_pki().certified("alice").pem)
    assert run(["proxy", "info", path]) == 0
    assert "type      : end-entity certificate" in capsys.readouterr().out


def test_info_says_which_attributes_it_does_not_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pki = shared_pki()
    foreign = pki.voms.issue(
        pki.certified("bob").certificate, ("/testvo/Role=NULL/Capability=NULL",), vo="testvo"
    )
    path = put(tmp_path / "proxy", issue_proxy(pki.certified("alice"), attributes=foreign).pem)
    assert run(["proxy", "info", path]) == 0
    assert "warning   : VOMS attributes not shown: " in capsys.readouterr().out


# --- commands of other packages --------------------------------------------------------------------


class Addition:
    """An entry point of another package."""

    name = "made-up"

    def load(self) -> Any:
        def command(
            shown: Annotated[str, typer.Option("--shown")] = "",
            unseen: Annotated[str, typer.Option("--unseen", hidden=True)] = "",
        ) -> None:
            """Do something."""

        return command


def test_hidden_option_is_left_out_of_the_help() -> None:
    addition: Any = Addition()
    shown = CliRunner().invoke(application([addition]), ["made-up", "--help"])
    assert "--shown" in shown.output
    assert "--unseen" not in shown.output


# --- completion ------------------------------------------------------------------------------------


def test_states_are_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = _completed("fts list --state FIN", 3, monkeypatch)
    assert {"FINISHED", "FINISHEDDIRTY"} <= set(offered)
    assert "FAILED" not in offered


@pytest.mark.parametrize("option", ["--proxy", "--token-file"])
def test_ids_are_completed_with_the_credential_of_the_command_line(
    mock: MockFTS, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, option: str
) -> None:
    job_id = mock.state.add_job().job_id
    monkeypatch.setenv("X509_CERT_DIR", str(mock.ca_dir))
    token = put(tmp_path / "token", b"opaque")
    credential = str(mock.credential("alice")) if option == "--proxy" else token
    line = f"fts status -s {mock.endpoint} {option} {credential} {job_id[:8]}"
    # This server takes no tokens, so there is nothing to offer with one but what was typed.
    expected = [job_id] if option == "--proxy" else [job_id[:8]]
    assert _completed(line, 6, monkeypatch) == expected


def _completed(line: str, word: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    variables = {"_FTS_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(word)}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    written = io.StringIO()
    with redirect_stdout(written):
        assert run([]) == 0
    return written.getvalue().split()


# --- answers of lists ------------------------------------------------------------------------------


def test_list_of_something_else_than_jobs_is_an_error(
    fts: Fts, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = App._answer

    def changed(self: App, *arguments: Any, **named: Any) -> Any:
        reply = answer(self, *arguments, **named)
        return attrs.evolve(reply, body=b'[{"job_id": 5}]') if reply.body == b"[]" else reply

    monkeypatch.setattr(App, "_answer", changed)
    result = fts("list")
    assert (result.code, result.out) == (4, "")
    assert "not a list of complete jobs" in result.err


def test_vos_that_may_not_be_listed_leave_the_filter_alone(fts: Fts, mock: MockFTS) -> None:
    mock.faults.add(Fault("status", "GET /autocomplete", status=403, count=None))
    result = fts("list", "--vo", "nobody", who="root")
    assert (result.code, result.out) == (0, "")


def test_curl_lines_name_the_file_of_the_key(fts: Fts, mock: MockFTS, tmp_path: Path) -> None:
    alice = mock.pki.certified("alice")
    cert = put(tmp_path / "cert.pem", alice.certificate.public_bytes(serialization.Encoding.PEM))
    key = put(tmp_path / "key.pem", alice.key_pem)
    assert f"--key {key}" in fts("whoami", "--cert", cert, "--key", key, "--curl").out


def test_time_that_cannot_be_read_is_shown_as_it_is(fts: Fts, mock: MockFTS) -> None:
    mock.state.add_job(submit_time="the other day")
    assert "  the other day  " in fts("list").out


def test_program_that_collects_the_output_is_no_pipe() -> None:
    assert not is_pipe(io.StringIO())
