"""`--help` has examples, fits 80 columns and loads little; completion works; every command has the common options."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Annotated, Any, Final

import pytest
import typer
import typer.main
from typer.testing import CliRunner

from fts_client import __version__
from fts_client.cli.application import GROUP, application
from fts_client.cli.exits import EXIT_CODES
from fts_client.cli.input.options import COMMON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fts_contract.mock import MockFTS

APPLICATION: Final = application(entry_points(group=GROUP))
ROOT: Final = typer.main.get_command(APPLICATION)
ADDED: Final = {
    *("mock", "contract run", "contract restore", "contract checks", "contract recordings"),
    *("contract compare", "contract judge", "contract diff", "contract defects"),
}
# These work on this machine only.
LOCAL: Final = {"proxy init", "proxy info", "version"}
# Whether the server can be verified is one of the things that doctor checks.
WITHOUT: Final = {"doctor": {"insecure"}}


def commands(group: Any = ROOT, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        path = f"{prefix} {name}".strip()
        if hasattr(command, "commands"):
            yield from commands(command, path)
        else:
            yield path, command


COMMANDS: Final = dict(commands())


@cache
def help_of(path: str, *, of: typer.Typer = APPLICATION) -> str:
    shown = CliRunner().invoke(of, [*path.split(), "--help"], prog_name="fts", terminal_width=80)
    assert shown.exit_code == 0
    return shown.output


def examples(text: str) -> list[str]:
    """The commands `fts ...` in the block of examples."""
    found = re.search(r"\n  Examples:\n((?:    .*\n)+)", text)
    assert found, text
    pieces = re.split(r"\n|;|\|", found[1])
    return [piece.strip() for piece in pieces if piece.strip().startswith("fts ")]


def test_commands_are_exactly_these() -> None:
    assert set(COMMANDS) == {
        *("whoami", "delegate", "doctor", "proxy init", "proxy info", "version"),
        *("submit", "status", "list", "files", "cancel", "priority", "retry"),
        *("server info", "server hosts", "bans", "ban se", "ban dn", "unban se", "unban dn"),
        *ADDED,
    }


@pytest.mark.parametrize("path", ["", *COMMANDS])
def test_help_fits_80_columns(path: str) -> None:
    assert max(map(len, help_of(path).splitlines())) <= 80


@pytest.mark.parametrize("path", COMMANDS)
def test_every_example_is_a_valid_command(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTS_ENDPOINT", "https://fts.example.org:8446")
    shown = examples(help_of(path))
    assert shown
    assert any(example.startswith(f"fts {path}") for example in shown)
    for example in shown:
        words = shlex.split(re.sub(r" [<>] \S+", "", example), comments=True)[1:]
        name = next(key for key in COMMANDS if words[: len(key.split())] == key.split())
        COMMANDS[name].make_context(name, words[len(name.split()) :])


@pytest.mark.parametrize("path", sorted(set(COMMANDS) - ADDED))
def test_command_built_alone_has_the_same_help(path: str) -> None:
    own = path.partition(" ")[0]
    alone = application((), only=own)
    group: Any = typer.main.get_command(alone)
    assert list(group.commands) == [own]
    assert help_of(path, of=alone) == help_of(path)


def test_examples_of_the_first_page_are_valid_commands() -> None:
    for example in examples(help_of("")):
        words = shlex.split(example, comments=True)[1:]
        COMMANDS[words[0]].make_context(words[0], words[1:])


@pytest.mark.parametrize("path", sorted(set(COMMANDS) - LOCAL - ADDED))
def test_every_command_has_the_common_options(path: str) -> None:
    names = {parameter.name for parameter in COMMANDS[path].params}
    assert set(COMMON) - names == WITHOUT.get(path, set())


def test_first_page_lists_the_exit_codes_and_the_commands_in_the_order_of_use() -> None:
    text = help_of("")
    for code, meaning in EXIT_CODES.items():
        assert f"  {code:<4} {meaning}\n" in text
    places = [text.index(f"\n  {name} ") for name in ("doctor", "submit", "status", "cancel")]
    assert places == sorted(places)


@pytest.mark.parametrize("path", ["", "proxy", "server", "ban", "unban", "contract"])
def test_list_of_commands_truncates_nothing(path: str) -> None:
    assert "..." not in help_of(path).partition("\nCommands:\n")[2]


@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_option_names_of_a_command_are_unique(path: str) -> None:
    names = [name for parameter in COMMANDS[path].params for name in parameter.opts]
    assert len(names) == len(set(names))


# --- in a process of its own ---------------------------------------------------------------------


def in_a_process(code: str, **environment: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize("line", ["submit --help", "--help", "mock --help", "contract run --help"])
def test_help_loads_neither_http_nor_cryptography_nor_the_display_nor_the_mock(line: str) -> None:
    code = (
        f"import sys; from fts_client.cli.application import run; run({line.split()});"
        "slow = {'httpx', 'cryptography', 'rich', 'asyncio', 'uvicorn', 'fts_contract.mock'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    assert in_a_process(code).endswith("\n[]\n")


def test_version_is_that_of_the_package() -> None:
    shown = CliRunner().invoke(APPLICATION, ["--version"])
    assert shown.output == f"fts-client {__version__}\n"
    assert CliRunner().invoke(APPLICATION, ["version"]).output == shown.output


@pytest.mark.parametrize("path", sorted({"", "ban", "contract", *COMMANDS}))
def test_short_option_for_help_works_everywhere(path: str) -> None:
    shown = CliRunner().invoke(APPLICATION, [*path.split(), "-h"], prog_name="fts")
    assert shown.exit_code == 0
    assert shown.output.startswith(f"Usage: fts {path}".rstrip())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("fts ca", "cancel"),
        ("fts submit --overwrite-h", "--overwrite-hop"),
        ("fts submit -C bo", "both"),
        ("fts list --state FIN", "FINISHEDDIRTY"),
        ("fts files --state NOT", "NOT_USED"),
        ("fts ban s", "se"),
    ],
)
def test_shell_completion_offers_commands_options_and_values(line: str, expected: str) -> None:
    assert expected in completed(line)


def test_shell_completion_works_in_a_process_of_its_own() -> None:
    offered = in_a_process(
        "import sys; sys.argv = ['fts']; from fts_client.cli import main; main()",
        _FTS_COMPLETE="complete_bash",
        COMP_WORDS="fts ca",
        COMP_CWORD="1",
    )
    assert offered.split() == ["cancel"]


def test_shell_completion_can_be_installed() -> None:
    shown = CliRunner().invoke(APPLICATION, ["--help"])
    assert "--install-completion" in shown.output


def completed(line: str, **environment: str) -> list[str]:
    words = str(len(line.split()) - (not line.endswith(" ")))
    asked = {"_FTS_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": words}
    return (
        CliRunner()
        .invoke(APPLICATION, prog_name="fts", env={**asked, **environment})
        .output.split()
    )


def test_shell_completion_offers_the_ids_of_jobs(
    mock: MockFTS, environment: dict[str, str]
) -> None:
    going_on = mock.state.add_job().job_id
    failed = mock.state.add_job(job_state="FAILED").job_id
    assert completed("fts status ", **environment) == [failed, going_on]
    assert completed(f"fts status {failed[:8]}", **environment) == [failed]
    assert completed("fts cancel ", **environment) == [going_on]
    assert completed("fts retry ", **environment) == [failed]
    endpoint = environment.pop("FTS_ENDPOINT")
    assert completed(f"fts files -s {endpoint} ", **environment) == [failed, going_on]


def test_shell_completion_without_a_server_offers_no_files() -> None:
    assert completed("fts status 9456", FTS_ENDPOINT="https://localhost:1") == ["9456"]


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


def test_shell_completion_offers_states() -> None:
    offered = completed("fts list --state FIN")
    assert {"FINISHED", "FINISHEDDIRTY"} <= set(offered)
    assert "FAILED" not in offered


@pytest.mark.parametrize("option", ["--proxy", "--token-file"])
def test_shell_completion_of_ids_uses_the_credential_of_the_command_line(
    mock: MockFTS, tmp_path: Path, option: str
) -> None:
    job_id = mock.state.add_job().job_id
    token = tmp_path / "token"
    token.write_bytes(b"opaque")
    token.chmod(0o600)
    credential = mock.credential("alice") if option == "--proxy" else token
    line = f"fts status -s {mock.endpoint} {option} {credential} {job_id[:8]}"
    # This server takes no tokens, so with one nothing but what was typed is offered.
    expected = [job_id] if option == "--proxy" else [job_id[:8]]
    assert completed(line, X509_CERT_DIR=str(mock.ca_dir)) == expected
