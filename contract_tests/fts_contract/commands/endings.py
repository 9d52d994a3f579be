"""How these commands end when they cannot begin."""

from __future__ import annotations

import importlib
from typing import NoReturn

import typer

from fts_client.cli.display.output import complain

__all__ = ["COULD_NOT_RUN", "fail", "need"]

COULD_NOT_RUN = 2


def need(extra: str, *modules: str) -> None:
    """Name a missing extra in one line, before anything else happens.

    Args:
        extra: What brings the modules.
        modules: What must be there.

    Raises:
        typer.Exit: One is missing.
    """
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError as error:
            fail(f"{error.name} is not installed; pip install 'fts-client[{extra}]'")


def fail(text: str) -> NoReturn:
    """Say on standard error, in one line, what is wrong.

    Args:
        text: What.

    Raises:
        typer.Exit: Always.
    """
    complain(" ".join(text.split()))
    raise typer.Exit(COULD_NOT_RUN)
