"""The command `fts`; how it ends: `exits.EXIT_CODES`."""

from __future__ import annotations

import io
import os
import sys
from typing import NoReturn

__all__ = ["main"]


def main() -> NoReturn:
    """Run the command `fts` with the arguments of the process."""
    try:
        from fts_client.cli.application import run  # noqa: PLC0415 - may be missing
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"typer", "rich"}:
            raise
        sys.stderr.write(
            f"fts: the command line needs {error.name}: pip install 'fts-client[cli]'\n"
        )
        sys.exit(2)
    _replace_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Writing to a pipe that does not block would silently lose what does not fit into it.
            os.set_blocking(stream.fileno(), True)
            # A terminal that cannot show a sign must not turn a result into an error, nor into another result.
            stream.reconfigure(errors="backslashreplace")
            if "{".encode(stream.encoding) != b"{":
                # UTF-16 or EBCDIC: no program would read it as JSON.
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            # The command has said so. The interpreter would try again at its end, and complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(code)


def _replace_closed_streams() -> None:
    """Put something in the place of standard streams that are closed, or a connection would take their number.

    Standard input is then empty, standard error takes anything, and standard output refuses it.
    """
    modes = {"stdin": os.O_RDONLY, "stdout": os.O_RDONLY, "stderr": os.O_WRONLY}
    for number, (name, mode) in enumerate(modes.items()):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, mode), number)
            setattr(sys, name, os.fdopen(number, "w" if number else "r"))
