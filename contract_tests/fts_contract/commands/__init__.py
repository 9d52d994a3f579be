"""The sub-commands that this package adds to the command `fts` (entry-point group `fts.commands`).

They import everything but typer when they run, so that `fts --help` is quick and works without the extras.
"""

from __future__ import annotations

from fts_contract.commands.contract import contract
from fts_contract.commands.mock import mock

__all__ = ["contract", "mock"]
