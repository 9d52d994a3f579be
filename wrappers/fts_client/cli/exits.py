"""How commands end: exit codes, an error in one line with its remedy, and signals during a submission."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import typer

from fts_client import errors
from fts_client.cli.display.output import OutputError, complain, on_terminal, tell
from fts_client.errors.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType

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
    "or pass a credential to the client": "or give --proxy or --token-file",
    "Pass the right ca_dir or ca_file": "Give the right --ca-dir or --ca-file",
    "(ca_dir)": "(--ca-dir)",
    "proxy is not the address": "--http-proxy is not the address",
    "proxy names a SOCKS proxy": "--http-proxy names a SOCKS proxy",
    "proxy=False": "--http-proxy ''",
}


@contextmanager
def explained(*, debug: bool) -> Iterator[None]:
    """Turn an error of this package into one line on standard error (and a traceback to debug) and `typer.Exit`."""
    try:
        yield
    except errors.FTSError as error:
        if debug:
            tell(traceback.format_exc())
        for text in (_text(error), *getattr(error, "__notes__", ())):
            complain(text)
        raise typer.Exit(_exit_code(error)) from None
    except OutputError as error:
        if not isinstance(error.__cause__, BrokenPipeError):
            # The reader of a pipe has gone: it has what it wanted, and needs no complaint.
            complain(str(error))
        raise typer.Exit(FAILED) from None


def unexpected(error: Exception, *, debug: bool, hint: str) -> int:
    """Report an error that no command explains, in one line as well, with a hint unless to debug, and return the exit code."""
    if debug:
        tell(traceback.format_exc())
    place = traceback.extract_tb(error.__traceback__)[-1]
    complain(
        f"unexpected {type(error).__name__}: {redact(str(error))}, in {Path(place.filename).name} line {place.lineno} "
        f"(please report it{'' if debug else hint})"
    )
    return FAILED


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
    """A block that a signal only asks to stop: the first Ctrl-C, SIGTERM or SIGHUP. The second one ends the process at once.

    Args:
        farewell: Says what is known of the submission, for when there may be no time to wait for it.

    Attributes:
        exit_code: After a signal, what to exit with; None before.
    """

    def __init__(self, farewell: Callable[[], str]) -> None:
        self.exit_code: int | None = None
        self._farewell = farewell
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        # Python delivers signals to the main thread, and lets only that one set handlers.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                # What the caller has set to be ignored, as nohup does, stays so.
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._interrupted)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _interrupted(self, number: int, _frame: FrameType | None) -> None:
        if self.exit_code is None:
            self.exit_code = 128 + number
            if number != signal.SIGINT:
                # SIGKILL may follow soon.
                _tell(self._farewell())
            _tell("finishing the requests under way; press Ctrl-C again to quit now")
            return
        show_cursor = "\x1b[?25h" if on_terminal(sys.stderr) else ""
        _tell(self._farewell() + show_cursor)
        # A normal exit would wait for the threads that wait for the server.
        os._exit(128 + number)


def _tell(text: str) -> None:
    # A signal may arrive in the middle of a write, and Python's buffered streams are not reentrant.
    with suppress(OSError):
        os.write(2, f"\nfts: {text}\n".encode())
