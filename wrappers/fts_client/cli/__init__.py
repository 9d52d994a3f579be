"""The command `fts`; how it ends: `exits.EXIT_CODES`."""

from __future__ import annotations

import io
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a sign must not turn a result into an error.
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:]))
