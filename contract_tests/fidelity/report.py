"""What the replay says in the end."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Final

import attrs

from fidelity.recorded import read_recordings
from fidelity.replay import Result, replay_file
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from pathlib import Path

_LEAST_REPLAYED: Final = 0.5
_LEAST_SAME: Final = 0.97


@attrs.frozen
class Totals:
    """The figures.

    Attributes:
        recordings: How many there are.
        replayed: How many were compared.
        same: How many of those are the same.
    """

    recordings: int
    replayed: int
    same: int

    @property
    def holds(self) -> bool:
        """Whether enough was replayed and enough of it is the same."""
        return (
            self.replayed >= _LEAST_REPLAYED * self.recordings
            and self.same >= _LEAST_SAME * self.replayed
        )


def totals(results: list[Result]) -> Totals:
    """Count."""
    compared = [result for result in results if result.left_out is None]
    same = sum(not result.differences for result in compared)
    return Totals(recordings=len(results), replayed=len(compared), same=same)


def replay_directory(directory: Path) -> dict[str, list[Result]]:
    """Replay every file of a directory.

    Args:
        directory: Holds `*.json` files of recordings.

    Returns:
        Results by name of the file.

    Raises:
        OSError: It cannot be read.
    """
    with MockFTS(time_scale=0) as mock:
        return {
            file.stem: replay_file(mock, read_recordings(file))
            for file in sorted(directory.glob("*.json"))
        }


def main(directory: Path) -> int:
    """Replay a directory and print what came of it.

    Returns:
        Exit code: 0 when the figures hold.
    """
    results = replay_directory(directory)
    write = sys.stdout.write
    for resource, of_resource in results.items():
        figures = totals(of_resource)
        for result in of_resource:
            for difference in result.differences[:3]:
                mark = "on purpose" if result.on_purpose else "DIFFERS"
                write(f"  {mark} {result.id}: {difference}\n")
        write(f"{resource:24} same: {figures.same} of {figures.replayed}\n")
    every = [result for of_resource in results.values() for result in of_resource]
    write("\nleft out\n")
    for rule, count in Counter(r.left_out for r in every if r.left_out).most_common():
        write(f"  {count:5}  {rule}\n")
    write("different on purpose\n")
    for reason, count in Counter(r.on_purpose for r in every if r.on_purpose).most_common():
        write(f"  {count:5}  {reason}\n")
    figures = totals(every)
    share = 100 * figures.same / max(figures.replayed, 1)
    write(f"\nreplayed: {figures.replayed} of {figures.recordings}\n")
    write(f"same: {figures.same} of {figures.replayed} ({share:.1f} %)\n")
    return 0 if figures.holds else 1
