"""From the official scripts to `fts`: every new option and command that docs/command-line.md names exists."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
import typer.main
from test_wrappers.cli.migration_table import COMMON, Row, Section, read_sections

from fts_client.cli.application import application
from fts_client.cli.exits import EXIT_CODES

PAGE: Final = Path(__file__).parents[3] / "docs" / "command-line.md"
SECTIONS: Final = read_sections(PAGE)
ROWS: Final = [(section, row) for section in SECTIONS for row in section.rows]
ROOT: Final = typer.main.get_command(application(()))


def options_of(command: str) -> set[str]:
    found: Any = ROOT
    for name in command.split():
        found = found.commands[name]
    return {name for parameter in found.params for name in parameter.opts}


def test_each_of_the_nine_scripts_has_a_section() -> None:
    assert {section.script for section in SECTIONS} - {COMMON} == {
        *("ban", "delegate", "delete-submit", "server-status", "transfer-cancel"),
        *("transfer-list", "transfer-status", "transfer-submit", "whoami"),
    }


@pytest.mark.parametrize(
    ("section", "row"), ROWS, ids=[f"{section.script} {row.old[0]}" for section, row in ROWS]
)
def test_options_and_commands_of_the_new_column_exist(section: Section, row: Row) -> None:
    commands = section.commands or ("whoami", "submit", "list", "delegate")
    named = [word.removeprefix("fts ") for word in row.new if word.startswith("fts ")]
    for command in named:
        assert command in section.commands
        assert options_of(command)
    options = [word for word in row.new if word.startswith("-")]
    for option in options:
        everywhere = [option in options_of(command) for command in commands]
        assert all(everywhere) if section.script == COMMON else any(everywhere), option
    assert named or options or row.why.startswith("-")


def test_page_lists_the_exit_codes() -> None:
    text = PAGE.read_text("utf-8")
    for code, meaning in EXIT_CODES.items():
        assert f"| {code} | {meaning} |\n" in text
