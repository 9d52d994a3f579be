"""Job ids, from the command line or from standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["JobIds", "read_ids"]

JobIds = Annotated[
    list[str],
    typer.Argument(
        metavar="JOB_ID...",
        help="Job ids; - reads them from standard input, the first word of each line.",
    ),
]


def read_ids(words: Sequence[str]) -> list[str]:
    """Take job ids from the command line, or from the lines that another command printed.

    Args:
        words: Job ids; `-` stands for those on standard input.

    Raises:
        FTSUsageError: There is none.
    """
    ids = []
    for word in words:
        if word == "-":
            lines = (line.split() for line in sys.stdin if not line.startswith((" ", "\t")))
            ids += [parts[0] for parts in lines if parts]
        else:
            ids.append(word)
    if not ids:
        raise FTSUsageError("There is no job id on standard input")
    return ids
