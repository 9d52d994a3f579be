"""Counts the calls of functions of a package: what a program pays for layers, whatever the machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType

__all__ = ["calls_in"]


def calls_in(package: ModuleType, work: Callable[[], object]) -> list[str]:
    """Do something and note every call of a function that a package defines; to resume a generator counts as a call.

    Args:
        package: The package.
        work: What to do, in this thread.

    Returns:
        The file of each call, from the folder of the package.
    """
    folder = Path(str(package.__file__)).parent
    prefix = f"{folder}/"
    files: list[str] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(prefix):
            files.append(name.removeprefix(prefix))

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return files
