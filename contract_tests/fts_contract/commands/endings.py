"""End a command that cannot do its work, with one line."""

from __future__ import annotations

import importlib
from typing import NoReturn

import typer

from fts_client.cli.display.output import complain

__all__ = ["COULD_NOT_RUN", "fail", "need"]

COULD_NOT_RUN = 2


def need(extra: str, *modules: str) -> None:
    """End with exit code 2 and the name of the extra when one of its modules is not installed.

    Raises:
        typer.Exit: One is missing.
    """
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError as error:
            fail(f"{error.name} is not installed; pip install 'fts-client[{extra}]'")


def fail(text: str) -> NoReturn:
    """Print what is wrong on standard error, in one line, and end with exit code 2.

    Raises:
        typer.Exit: Always.
    """
    complain(" ".join(text.split()))
    raise typer.Exit(COULD_NOT_RUN)
