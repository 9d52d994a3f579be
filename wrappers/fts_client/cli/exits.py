"""How commands end: exit codes, an error in one line with its remedy, and Ctrl-C during a submission."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Self

import typer

from fts_client import errors
from fts_client.cli.display.output import complain, on_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType

__all__ = [
    "EXIT_CODES",
    "FAILED",
    "INTERRUPTED",
    "SOMETHING_ACTIVE",
    "WRONG_USE",
    "Interruption",
    "explained",
    "in_commands",
]

FAILED, WRONG_USE, _NO_CREDENTIAL, _UNREACHABLE, _NOT_ENDED = 1, 2, 3, 4, 5
SOMETHING_ACTIVE, INTERRUPTED = 10, 130

EXIT_CODES: Final = {
    0: "success; with --watch or --wait: every job is FINISHED",
    FAILED: "the server refused, a job did not finish, or doctor found a problem",
    WRONG_USE: "usage error, or an extra is not installed; nothing was sent",
    _NO_CREDENTIAL: "no usable credential",
    _UNREACHABLE: "the server is unreachable, or does not answer like FTS",
    _NOT_ENDED: "--wait timed out; the jobs keep running",
    INTERRUPTED: "interrupted with Ctrl-C; submitted jobs keep running",
}
"""What the exit codes mean; `server hosts --is-active` adds some of its own."""

# Errors of the library name methods and arguments; on the command line there are commands and options.
_REMEDIES: Final[Mapping[type[errors.FTSAPIError], str]] = {
    errors.AuthenticationError: "Run fts doctor: the proxy must be valid, and the server must trust it.",
    errors.PermissionDeniedError: (
        "Run fts whoami: 'anon' means that no valid credential reached the server; "
        "otherwise you lack the permission."
    ),
    errors.NeedDelegationError: "Run fts delegate.",
}
_WORDS: Final = {
    "pass a bundle as ca_file": "give a bundle with --ca-file",
    "or pass credential=...": "or give --proxy or --token-file",
    "Pass the right ca_dir or ca_file": "Give the right --ca-dir or --ca-file",
    "(ca_dir)": "(--ca-dir)",
}


@contextmanager
def explained(*, debug: bool) -> Iterator[None]:
    """Turn an error of this package into one line on standard error (and a traceback to debug) and `typer.Exit`."""
    try:
        yield
    except errors.FTSError as error:
        if debug:
            traceback.print_exc()
        complain(_text(error))
        raise typer.Exit(_exit_code(error)) from None


def _text(error: errors.FTSError) -> str:
    for kind, remedy in _REMEDIES.items():
        if isinstance(error, kind) and error.remedy == kind.default_remedy:
            return f"{error.args[0]}. {remedy}"
    return in_commands(str(error))


def in_commands(text: str) -> str:
    """Replace the arguments that a message of the library names with options of the command line."""
    for argument, option in _WORDS.items():
        text = text.replace(argument, option)
    return text


def _exit_code(error: errors.FTSError) -> int:
    if isinstance(error, errors.FTSUsageError):
        return WRONG_USE
    if isinstance(error, errors.CredentialError):
        return _NO_CREDENTIAL
    if isinstance(error, errors.FTSTimeoutError) and error.phase == "wait":
        return _NOT_ENDED
    return (
        _UNREACHABLE
        if isinstance(error, errors.FTSConnectionError | errors.FTSResponseError)
        else FAILED
    )


class Interruption:
    """A block in which the first Ctrl-C only asks to stop, and the second ends the process at once.

    Args:
        farewell: Says what is known of the submission when the second Ctrl-C leaves no time to wait for it.

    Attributes:
        requested: True after the first Ctrl-C.
    """

    def __init__(self, farewell: Callable[[], str]) -> None:
        self.requested = False
        self._farewell = farewell
        self._before: Any = None

    def __enter__(self) -> Self:
        # Python delivers signals to the main thread, and lets only that one set handlers.
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._interrupted)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        if not self.requested:
            self.requested = True
            _tell("finishing the requests under way; press Ctrl-C again to quit now")
            return
        show_cursor = "\x1b[?25h" if on_terminal(sys.stderr) else ""
        _tell(self._farewell() + show_cursor)
        # A normal exit would wait for the threads that wait for the server.
        os._exit(INTERRUPTED)


def _tell(text: str) -> None:
    # A signal may arrive in the middle of a write, and Python's buffered streams are not reentrant.
    os.write(2, f"\nfts: {text}\n".encode())
