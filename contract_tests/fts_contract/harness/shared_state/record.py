"""The record of a run in its report folder: the state before it, the journal of its changes, what could not be put back."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from fts_contract.harness.sending.errors import CannotRunError
from fts_contract.harness.sending.journal import Change, Journal, read_changes
from fts_contract.harness.shared_state.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fts_contract.harness.shared_state.putting_back import Left

__all__ = ["Record", "read_record", "write_left"]

_BEFORE: Final = "state-before.json"
_CHANGES: Final = "changes.jsonl"
_AFTER: Final = "state-after.json"


@attrs.frozen
class Record:
    """The record of a run that is going on.

    Attributes:
        folder: Its folder.
        temporary: The folder is removed when everything could be put back.
        journal: The journal of its changes.
    """

    folder: Path
    temporary: bool
    journal: Journal

    @classmethod
    def begin(cls, folder: Path | None, before: Snapshot) -> Record:
        """Write the state before the run; a `folder` of None makes a temporary one.

        Raises:
            CannotRunError: The folder holds the record of a run that was not put back, or cannot be written.
        """
        path = folder or Path(tempfile.mkdtemp(prefix="fts-contract-"))
        if (path / _CHANGES).exists() and not _is_finished(path):
            raise CannotRunError(
                f"{path} holds the record of a run whose changes were not all put back",
                remedy=f"run: fts contract restore {path}",
            )
        try:
            path.mkdir(parents=True, exist_ok=True)
            for name in (_BEFORE, _CHANGES, _AFTER):
                (path / name).unlink(missing_ok=True)
            before.write(path / _BEFORE)
            return cls(path, folder is None, Journal(path / _CHANGES))
        except OSError as error:
            raise CannotRunError(
                f"cannot write the record of the run ({error})", remedy="check --report"
            ) from error

    def changes(self) -> list[Change]:
        """What the run has sent so far."""
        return _changes(self.folder)

    def finish(self, left: Sequence[Left]) -> None:
        """Write what could not be put back."""
        self.journal.close()
        if self.temporary and not left:
            shutil.rmtree(self.folder)
        else:
            write_left(self.folder, left)


def read_record(folder: Path) -> tuple[Snapshot, list[Change], bool]:
    """Read the record of a run.

    Returns:
        The state before it, its changes, and whether everything was put back.

    Raises:
        CannotRunError: There is no readable record.
    """
    try:
        return Snapshot.read(folder / _BEFORE), _changes(folder), _is_finished(folder)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise CannotRunError(
            f"{folder} holds no record of a run that changes a server ({error})",
            remedy="give the folder of --report, or the one that the run named; of a comparison, "
            "reference or target in it",
        ) from error


def write_left(folder: Path, left: Sequence[Left]) -> None:
    """Write what could not be put back; nothing marks the run as finished."""
    data = {"left": [attrs.asdict(one) for one in left]}
    (folder / _AFTER).write_text(json.dumps(data, indent=1))


def _changes(folder: Path) -> list[Change]:
    path = folder / _CHANGES
    if not path.exists():
        return []
    with path.open(encoding="utf-8") as lines:
        return list(read_changes(lines))


def _is_finished(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / _AFTER).read_text()) == {"left": []})
    except (OSError, ValueError):
        return False
