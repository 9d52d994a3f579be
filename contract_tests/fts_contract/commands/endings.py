"""How commands end: their exit codes, and the one line of those that cannot do their work."""

from __future__ import annotations

import contextlib
import importlib
import signal
import threading
from typing import TYPE_CHECKING, NoReturn

import typer

from fts_client.cli.display.output import complain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = [
    "CONFORMS",
    "DIFFERS",
    "NOT_PUT_BACK",
    "end",
    "ended_by_errors",
    "fail",
    "interrupt_on_sigterm",
    "need",
    "nothing",
    "noting_unwritten",
]

CONFORMS, DIFFERS, _COULD_NOT_RUN, NOT_PUT_BACK, _INTERRUPTED, _TERMINATED = 0, 1, 2, 6, 130, 143


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


def fail(why: object, *, notes: Sequence[str] = ()) -> NoReturn:
    """Print what is wrong on standard error, in one line, and end with the exit code of the error; 2 unless it has one.

    Args:
        why: The error, or a text.
        notes: Notes of the error: a server was not put back, and the exit code says so.

    Raises:
        typer.Exit: Always.
    """
    complain("; ".join(" ".join(str(part).split()) for part in (why, *notes)))
    raise typer.Exit(NOT_PUT_BACK if notes else getattr(why, "exit_code", _COULD_NOT_RUN))


@contextlib.contextmanager
def ended_by_errors(*, written_by: str) -> Iterator[None]:
    """Run contract tests and write what they found; end the command when that is not possible.

    Args:
        written_by: The options that name the files to write, for the message.

    Raises:
        typer.Exit: The tests could not be run, were interrupted before anything was judged, or a file could not be written.
    """
    from fts_contract.harness.sending.errors import CannotRunError  # noqa: PLC0415
    from fts_contract.spec import SpecError  # noqa: PLC0415

    try:
        yield
    except KeyboardInterrupt:
        complain("interrupted")
        raise typer.Exit(_INTERRUPTED) from None
    except (CannotRunError, SpecError) as error:
        fail(error, notes=getattr(error, "__notes__", ()))
    except OSError as error:
        fail(_unwritten(error, written_by), notes=getattr(error, "__notes__", ()))


@contextlib.contextmanager
def noting_unwritten(*, written_by: str) -> Iterator[list[str]]:
    """Write reports; what went wrong is for `end`, because what was left on the server must be shown first.

    Args:
        written_by: The options that name the files to write, for the message.

    Yields:
        Where it is noted.
    """
    problems: list[str] = []
    try:
        yield problems
    except OSError as error:
        problems.append(_unwritten(error, written_by))


def _unwritten(error: OSError, written_by: str) -> str:
    return f"cannot write the report ({error}); check {written_by}"


def end(
    *, good: bool, left: object, interrupted: bool, terminated: object, unwritten: list[str]
) -> NoReturn:
    """End a command that sent requests to servers with the exit code of its result.

    Args:
        good: The result is the one that was hoped for.
        left: What could not be put back; empty for nothing.
        interrupted: The requests stopped early.
        terminated: What `interrupt_on_sigterm` gave: not empty when SIGTERM was the reason.
        unwritten: What `noting_unwritten` gave: not empty when a report could not be written.

    Raises:
        typer.Exit: Always.
    """
    for problem in unwritten:
        complain(problem)
    if left:
        raise typer.Exit(NOT_PUT_BACK)
    if unwritten:
        raise typer.Exit(_COULD_NOT_RUN)
    if interrupted:
        raise typer.Exit(_TERMINATED if terminated else _INTERRUPTED)
    raise typer.Exit(CONFORMS if good else DIFFERS)


def nothing(*_: object) -> None:
    """Do nothing with what is passed on, such as exchanges and messages."""
