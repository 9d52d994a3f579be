"""What the optimizer has decided: a history of decisions, and the current one for each pair of storages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.mock.collation import collated

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN: Final = 50


@attrs.frozen
class Decision:
    """A row of the history; all but time and pair may be null, `diff` is 0 unless given."""

    source_se: str
    dest_se: str
    datetime: str
    ema: float | None = None
    active: int | None = None
    throughput: float | None = None
    success: float | None = None
    rationale: str | None = None
    diff: int = 0
    actual_active: int | None = None
    queue_size: int | None = None
    filesize_avg: float | None = None
    filesize_stddev: float | None = None


@attrs.frozen
class Current:
    """What holds now for a pair."""

    source_se: str
    dest_se: str
    datetime: str
    ema: float | None = None
    active: int | None = None
    nostreams: int | None = None


DECISION_FIELDS: Final = tuple(a.name for a in attrs.fields(Decision))
CURRENT_FIELDS: Final = tuple(a.name for a in attrs.fields(Current))


class OptimizerRows:
    """The rows of the optimizer.

    Attributes:
        enabled: What `GET /optimizer` says.
        decisions: The history, oldest first.
    """

    def __init__(self) -> None:
        self.enabled = True
        self.decisions: list[Decision] = []
        self._current: dict[tuple[str, str], Current] = {}

    def add(self, decision: Decision) -> None:
        """Add a row to the history."""
        self.decisions.append(decision)

    def set_current(self, current: Current) -> None:
        """Store the current row of a pair, replacing the earlier one."""
        self._current[collated(current.source_se), collated(current.dest_se)] = current

    def evolution(self, *, source_se: str | None, dest_se: str | None) -> list[dict[str, Any]]:
        """The newest fifty rows of the history, newest first.

        Args:
            source_se: Only of this source; None for all.
            dest_se: Only of this destination; None for all.
        """
        return _newest(self.decisions, source_se=source_se, dest_se=dest_se)[:_SHOWN]

    def current(self, *, source_se: str | None, dest_se: str | None) -> list[dict[str, Any]]:
        """The current rows, newest first; filters as for `evolution`."""
        return _newest(list(self._current.values()), source_se=source_se, dest_se=dest_se)


def _newest(
    rows: Sequence[Decision | Current], *, source_se: str | None, dest_se: str | None
) -> list[dict[str, Any]]:
    found = [
        attrs.asdict(row)
        for row in reversed(rows)
        if (source_se is None or collated(row.source_se) == collated(source_se))
        and (dest_se is None or collated(row.dest_se) == collated(dest_se))
    ]
    return sorted(found, key=lambda row: row["datetime"], reverse=True)
