"""`fts contract`: its commands, in the order of its help."""

from __future__ import annotations

import typer

from fts_client.cli.help_pages import GroupedCommand
from fts_contract.commands.compare import compare
from fts_contract.commands.defects import defects
from fts_contract.commands.offline import checks, diff, judge, recordings
from fts_contract.commands.run import restore, run

__all__ = ["contract"]

contract = typer.Typer(
    name="contract",
    help="Check that a server conforms to the OpenAPI document.",
    no_args_is_help=True,
)
for _command in (run, restore, checks, recordings, judge, compare, diff, defects):
    contract.command(cls=GroupedCommand)(_command)
