"""End a command that cannot do its work, with one line."""

from __future__ import annotations

import importlib
import signal
import threading
from typing import NoReturn

import typer

from fts_client.cli.display.output import complain

__all__ = ["COULD_NOT_RUN", "fail", "interrupt_on_sigterm", "need"]

COULD_NOT_RUN = 2


def interrupt_on_sigterm() -> list[int]:
    """Treat SIGTERM like Ctrl-C from now on, so that a command can put right what it began.

    Returns:
        The signal, once it came.
    """
    came: list[int] = []

    def interrupt(number: int, _frame: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, interrupt)
    return came


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


def fail(why: object) -> NoReturn:
    """Print what is wrong on standard error, in one line, and end with the exit code of the error; 2 unless it has one.

    Raises:
        typer.Exit: Always.
    """
    complain(" ".join(str(why).split()))
    raise typer.Exit(getattr(why, "exit_code", COULD_NOT_RUN))
