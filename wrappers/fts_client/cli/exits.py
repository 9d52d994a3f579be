"""How commands end: the exit codes, and an error in one line with its remedy."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import typer

from fts_client.cli.display.output import complain
from fts_client.errors import (
    AuthenticationError,
    CredentialError,
    FTSAPIError,
    FTSConnectionError,
    FTSError,
    FTSResponseError,
    FTSTimeoutError,
    FTSUsageError,
    NeedDelegationError,
    PermissionDeniedError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "EXIT_CODES",
    "FAILED",
    "INTERRUPTED",
    "NOT_ENDED",
    "NO_CREDENTIAL",
    "SOMETHING_ACTIVE",
    "UNREACHABLE",
    "WRONG_USE",
    "explained",
    "in_commands",
]

FAILED, WRONG_USE, NO_CREDENTIAL, UNREACHABLE, NOT_ENDED = 1, 2, 3, 4, 5
SOMETHING_ACTIVE = 10
INTERRUPTED = 130

EXIT_CODES: Final = {
    0: "done; of jobs that were waited for: all have FINISHED",
    FAILED: "the server refused, a job did not finish well, or doctor found a fault",
    WRONG_USE: "wrong use, or a part of this package is not installed; nothing was sent",
    NO_CREDENTIAL: "no usable credential",
    UNREACHABLE: "the server cannot be reached, or does not answer like an FTS",
    NOT_ENDED: "the time of --wait is over and jobs have not ended; they go on",
    INTERRUPTED: "interrupted with Ctrl-C; what was submitted goes on",
}
"""What the exit codes mean; `server hosts --is-active` has some of its own."""

# The library speaks of its methods and arguments; here people have commands and options.
_REMEDIES: Final[tuple[tuple[type[FTSAPIError], str], ...]] = (
    (
        AuthenticationError,
        "Run fts doctor: a proxy must be valid and trusted by the server.",
    ),
    (
        PermissionDeniedError,
        "Run fts whoami: 'anon' means that no valid credential arrived; otherwise your rights do not suffice.",
    ),
    (NeedDelegationError, "Run fts delegate."),
)
_WORDS: Final = (
    ("pass a bundle as ca_file", "give a bundle with --ca-file"),
    ("or pass credential=...", "or give --proxy or --token-file"),
    ("Pass the right ca_dir or ca_file", "Give the right --ca-dir or --ca-file"),
    ("(ca_dir)", "(--ca-dir)"),
)


@contextmanager
def explained(*, debug: bool) -> Iterator[None]:
    """Print an error in one line, and end the command with the exit code that belongs to it.

    Args:
        debug: True: show also where it arose.

    Raises:
        typer.Exit: In place of an error of this package.
    """
    try:
        yield
    except FTSError as error:
        if debug:
            traceback.print_exc()
        complain(_text(error))
        raise typer.Exit(_exit_code(error)) from None


def _text(error: FTSError) -> str:
    for kind, remedy in _REMEDIES:
        if isinstance(error, kind) and error.remedy == kind.default_remedy:
            return f"{error.args[0]}. {remedy}"
    return in_commands(str(error))


def in_commands(text: str) -> str:
    """Put options in place of the arguments that a message of the library names.

    Args:
        text: The message.
    """
    for theirs, ours in _WORDS:
        text = text.replace(theirs, ours)
    return text


def _exit_code(error: FTSError) -> int:
    if isinstance(error, FTSUsageError):
        return WRONG_USE
    if isinstance(error, CredentialError):
        return NO_CREDENTIAL
    if isinstance(error, FTSTimeoutError) and error.phase == "wait":
        return NOT_ENDED
    if isinstance(error, FTSConnectionError | FTSResponseError):
        return UNREACHABLE
    return FAILED
