"""The command `fts`: results, errors and exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization
from typer.testing import CliRunner

from fts_client.cli import main
from fts_client.cli.application import application, run
from fts_client.proxy import create_proxy
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from test_wrappers.cli.conftest import Fts

    from fts_contract.mock import MockFTS

PAIR = A, B = "mock://a.example/f", "mock://b.example/f"

MISSING = "00000000-0000-0000-0000-000000000000"


def test_whoami_shows_dn_and_vo(fts: Fts) -> None:
    result = fts("whoami")
    assert result.code == 0
    assert "/DC=org/DC=example/O=Users/CN=alice" in result.out
    assert "testvo" in result.out


def test_whoami_as_json_is_the_answer_of_the_server(fts: Fts) -> None:
    assert json.loads(fts("whoami", "--json").out)["vos"] == ["testvo"]


def test_delegate_twice_delegates_once(fts: Fts) -> None:
    assert fts("delegate").out.startswith("delegated: ")
    assert fts("delegate").out.startswith("already delegated: ")
    assert json.loads(fts("delegate", "--force", "--json").out)["renewed"] is True


def test_submit_prints_the_job_id_and_status_shows_it(fts: Fts) -> None:
    job_id = fts("submit", *PAIR, "--priority", "2", "--metadata", '{"a": 1}').out.strip()
    result = fts("status", job_id, "--files")
    assert result.code == 0
    assert f"{job_id}  SUBMITTED" in result.out
    assert f"{PAIR[0]} -> {PAIR[1]}" in result.out
    job = json.loads(fts("status", job_id, "--json").out)
    assert job["priority"] == 2
    assert job["job_metadata"]["a"] == 1


def test_json_of_one_job_is_an_object_and_of_several_an_array(fts: Fts) -> None:
    one, other = (fts("submit", *PAIR).out.strip() for _ in range(2))
    missing = "00000000-0000-0000-0000-000000000000"
    assert json.loads(fts("status", missing, "--json").out)["http_status"] == "404 Not Found"
    assert json.loads(fts("priority", one, "5", "--json").out)["priority"] == 5
    assert json.loads(fts("cancel", one, "--json").out)["job_state"] == "CANCELED"
    shown = json.loads(fts("status", one, other, missing, "--json").out)
    assert [job["job_id"] for job in shown] == [one, other, missing]


def test_checksum_without_a_mode_is_compared_at_the_destination(fts: Fts, mock: MockFTS) -> None:
    job_id = fts("submit", *PAIR, "ADLER32:1a2b3c4d").out.strip()
    assert mock.state.job(job_id).verify_checksum == "t"


def test_submit_and_wait_succeeds_only_if_the_job_finished(mock: MockFTS, fts: Fts) -> None:
    mock.clock.run(scale=100)
    try:
        good = fts("submit", *PAIR, "--wait", "30", "--poll", "0.1")
        bad = fts("submit", PAIR[0], PAIR[1] + "?errno=2", "--wait", "30", "--poll", "0.1")
    finally:
        mock.clock.run(scale=0)
    assert good.code == 0
    assert "FINISHED" in good.out
    assert bad.code == 1
    assert "FAILED" in bad.out


def test_submit_with_the_same_sid_again_is_refused(fts: Fts) -> None:
    assert fts("submit", *PAIR, "--sid", "x").code == 0
    result = fts("submit", *PAIR, "--sid", "x")
    assert result.code == 1
    assert "duplicated" in result.err


def test_submit_with_invalid_json_metadata_is_a_usage_error(fts: Fts) -> None:
    result = fts("submit", *PAIR, "--metadata", "{")
    assert result.code == 2
    assert "--job-metadata" in result.err


def test_list_and_cancel(fts: Fts) -> None:
    job_id = fts("submit", *PAIR).out.strip()
    assert job_id in fts("list").out
    assert f"{job_id}  CANCELED" in fts("cancel", job_id).out
    assert fts("list").out == ""
    assert job_id in fts("list", "--state", "CANCELED", "--limit", "5").out


def test_status_with_a_missing_job_shows_the_others_and_fails(fts: Fts) -> None:
    job_id = fts("submit", *PAIR).out.strip()
    result = fts("status", job_id, MISSING)
    assert result.code == 1
    assert job_id in result.out
    assert MISSING in result.err


@pytest.mark.usefixtures("pauses")
def test_error_is_one_line_without_a_traceback(fts: Fts) -> None:
    result = fts("whoami", endpoint="https://localhost:1")
    assert result.code == 4
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err


@pytest.mark.usefixtures("pauses")
def test_error_with_debug_has_a_traceback(fts: Fts) -> None:
    assert "Traceback" in fts("whoami", "--debug", endpoint="https://localhost:1").err


def test_text_from_the_server_cannot_control_the_terminal(mock: MockFTS, fts: Fts) -> None:
    mock.faults.add(Fault("status", status=400, message="\x1b]0;owned\x07 bad", count=None))
    result = fts("whoami")
    assert result.code == 1
    assert "\x1b" not in result.err
    assert "bad" in result.err


def test_missing_endpoint_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FTS_ENDPOINT", raising=False)
    assert run(["whoami"]) == 2
    assert "FTS_ENDPOINT" in capsys.readouterr().err


def test_endpoint_is_taken_from_the_environment(
    mock: MockFTS, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FTS_ENDPOINT", mock.endpoint)
    monkeypatch.setenv("X509_CERT_DIR", str(mock.ca_dir))
    monkeypatch.setenv("X509_USER_PROXY", str(mock.credential("bob")))
    assert run(["whoami"]) == 0
    assert "CN=bob" in capsys.readouterr().out


def test_missing_credential_has_its_own_exit_code(
    mock: MockFTS, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code = run(["whoami", "-s", mock.endpoint, "--proxy", str(tmp_path / "none.pem")])
    assert code == 3
    assert "none.pem" in capsys.readouterr().err


def test_insecure_warns(mock: MockFTS, capsys: pytest.CaptureFixture[str]) -> None:
    proxy = str(mock.credential("alice"))
    assert run(["whoami", "-s", mock.endpoint, "--proxy", proxy, "--insecure"]) == 0
    assert "not verified" in capsys.readouterr().err


def test_unknown_option_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["whoami", "--nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err


def test_command_without_its_extra_is_listed_and_says_what_to_install() -> None:
    broken = EntryPoint("broken", "no_such_module_at_all:app", "fts.commands")
    app = application([broken])
    listed = CliRunner().invoke(app, ["--help"])
    assert listed.exit_code == 0
    assert "broken" in listed.stdout
    assert "whoami" in listed.stdout
    called = CliRunner().invoke(app, ["broken", "run", "--anything"])
    assert called.exit_code == 2
    assert "pip install 'fts-client[broken]'" in called.output


def test_commands_of_other_packages_are_added() -> None:
    function = EntryPoint("made-up", "fts_client.cli.commands.identity:whoami", "fts.commands")
    listed = CliRunner().invoke(application([function]), ["--help"])
    assert "made-up" in listed.stdout


def test_without_typer_one_line_says_what_to_install() -> None:
    code = "import sys; sys.modules['typer'] = None; import fts_client.cli; fts_client.cli.main()"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == "fts: the command line needs typer: pip install 'fts-client[cli]'\n"


def put(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    path.chmod(0o600)
    return str(path)


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


def test_unexpected_error_shows_how_it_came_about_with_debug_only(
    fts: Fts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr("fts_client.client.FTSClient.whoami", fail)
    quiet, loud = fts("whoami"), fts("whoami", "--debug")
    assert quiet.code == loud.code == 1
    assert re.search(
        r"unexpected RuntimeError: broken, in test_commands\.py line \d+ \(please report it; --debug shows more\)",
        quiet.err,
    )
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


def test_curl_lines_name_the_file_of_the_key(fts: Fts, mock: MockFTS, tmp_path: Path) -> None:
    alice = mock.pki.certified("alice")
    cert = put(tmp_path / "cert.pem", alice.certificate.public_bytes(serialization.Encoding.PEM))
    key = put(tmp_path / "key.pem", alice.key_pem)
    assert f"--key {key}" in fts("whoami", "--cert", cert, "--key", key, "--curl").out
