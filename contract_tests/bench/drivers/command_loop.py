"""The main loop of a driver: a command per line on stdin, a result per line on stdout, both JSON.

Runs in the environment of the official client too, so it imports nothing but the standard library.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["serve", "timed"]


def timed(work: Callable[[], object]) -> float:
    """Run something once.

    Args:
        work: What to run.

    Returns:
        Seconds it took. The garbage collector runs before, not while it is measured for its own sake.
    """
    gc.collect()
    start = perf_counter()
    work()
    return perf_counter() - start


def serve(commands: Mapping[str, Callable[..., Any]]) -> None:
    """Carry out commands until stdin ends.

    Args:
        commands: Name of each command and what carries it out, with the arguments of the command by name.
    """
    # Output of libraries must not mix with the results.
    results = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = {"result": commands[command["do"]](**command["with"])}
        except Exception:  # noqa: BLE001 - every error is reported to the sender of the command
            answer = {"error": traceback.format_exc()}
        results.write(json.dumps(answer) + "\n")
        results.flush()
