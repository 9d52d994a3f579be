"""What values mean: which ids of two servers belong together, how times relate to the present, what may differ."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from fts_contract.harness.sending.exchange import Exchange

__all__ = [
    "UUID",
    "Meaning",
    "depends_on_pace",
    "is_ending",
    "now_of",
    "without_choice",
    "without_ties",
]

UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
"""Regular expression of the ids of jobs."""
_PARTS: Final = re.compile(
    rf"(?P<uuid>{UUID})"
    r"|(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?)"
    r"|(?P<address>(?:localhost|127\.0\.0\.1):\d+)"
    r"|(?P<serial>(?<=/CN=)\d{6,})"
    r"|(?P<epoch>\b[1-9]\d{9,30}\b)"
    r"|(?P<seconds>\d+(?= seconds))"
    r"|(?P<key>-----BEGIN [\s\S]*?-----END [A-Z0-9 ]+-----)"
)
# Numbers and texts that the server makes up for each thing it stores.
_IDS: Final = frozenset(
    {"file_id", "src_token_id", "dst_token_id", "dest_surl_uuid", "bringonline_token"}
)
# Depend on the host or process that did the work: only whether there is a value is compared.
_OF_THE_WORK: Final = frozenset({"hashed_id", "pid", "log_file"})
# The same, unless the plays move the clocks of both servers.
_OF_THE_PACE: Final = frozenset(
    {"throughput", "tx_duration", "submit_host", "transfer_host", "staging_host"}
)
# Appear or disappear as a transfer goes on.
_OF_PROGRESS: Final = frozenset(
    [
        "transfer_host",
        "start_time",
        "pid",
        "log_file",
        "internal_file_params",
        "log_debug",
        "throughput",
        "tx_duration",
        "recoverable",
        "reason",
        "staging_start",
        "staging_host",
        "staging_finished",
        "bringonline_token",
    ]
)
_MOVING: Final = frozenset(
    {
        "SUBMITTED",
        "READY",
        "ACTIVE",
        "STAGING",
        "STARTED",
        "QOS_TRANSITION",
        "QOS_REQUEST_SUBMITTED",
    }
)
_PASSED: Final = frozenset({"SUBMITTED", "READY", "ACTIVE"})
_STATES: Final = frozenset({"job_state", "file_state"})
_VERSION: Final = 14
"""Place of the version in the text of a UUID."""
_VALUE: Final = r'": (?P<{}>"(?:[^"\\]|\\.)*"|[^,}}\]]+)'
_IN_ROWS: Final = re.compile(
    rf"{_PARTS.pattern}"
    rf"|\"(?P<name>{'|'.join(sorted(_IDS))}){_VALUE.format('id')}"
    rf"|\"(?:{'|'.join(sorted(_OF_THE_WORK | _OF_THE_PACE | {'max_time_in_queue'}))}){_VALUE.format('work')}"
    rf"|\"(?:{'|'.join(sorted(_STATES))})\": \"(?P<state>\w+)\""
)


@attrs.define(kw_only=True)
class Meaning:
    """Compares single values of two servers.

    Attributes:
        tolerance_s: How much times may differ, in seconds.
        same_pace: The plays move the clocks of both servers, so what depends on time is compared exactly.
        pairs: By kind of id, those that belong together.
    """

    tolerance_s: float
    same_pace: bool
    pairs: dict[str, dict[str, str]] = attrs.field(factory=dict)
    _back: dict[str, dict[str, str]] = attrs.field(factory=dict)
    _new: list[tuple[str, str, str]] = attrs.field(factory=list)
    reference_now: float = 0.0
    target_now: float = 0.0
    _lags: list[float] = attrs.field(factory=list)

    def differ(self, key: str, one: Any, other: Any, *, settled: bool) -> str | None:
        """Say how two values that are neither lists nor objects differ; None when they mean the same.

        Args:
            key: Name of the field that holds them.
            one: Of the reference.
            other: Of the target.
            settled: Every job has ended, so states are compared exactly.
        """
        if (one is None) != (other is None):
            moving = not settled and not self.same_pace and key in _OF_PROGRESS
            return None if moving else "null or not"
        if type(one) is not type(other):
            return "type"
        if key in _IDS and one is not None:
            return self._pair(key, str(one), str(other))
        if isinstance(one, str) and not self._of_the_work(key):
            moving = not settled and not self.same_pace and key in _STATES
            return None if moving and {one, other} <= _MOVING else self._texts(one, other)
        if key == "max_time_in_queue" and one and other:
            return self._times(one, other)
        if self._of_the_work(key):
            # Of the hash, 0 is a value like others.
            one, other = (bool(value) or key == "hashed_id" for value in (one, other))
        near = (key in _OF_THE_PACE or not self.same_pace) and _close(one, other)
        # 0.0 equals -0.0, but is another text.
        return None if near or (one == other and repr(one) == repr(other)) else "value"

    def _of_the_work(self, key: str) -> bool:
        """Say whether only the presence of a value counts."""
        return key in _OF_THE_WORK or (not self.same_pace and key in _OF_THE_PACE)

    def _texts(self, one: str, other: str) -> str | None:
        """Compare texts with the ids, times and addresses in them."""
        if one == other:
            return None
        if _PARTS.sub(_kind, one) != _PARTS.sub(_kind, other):
            return "value"
        for left, right in zip(_PARTS.finditer(one), _PARTS.finditer(other), strict=True):
            kind, a, b = left.lastgroup or "", left[0], right[0]
            if kind in {"uuid", "key"}:
                found = self._pair(kind, a, b)
            elif kind == "epoch":
                found = self._times(float(a), float(b))
            elif kind == "seconds":
                found = None if abs(int(a) - int(b)) <= self.tolerance_s else "value"
            else:
                found = self._times(_epoch(a), _epoch(b)) if kind == "time" else None
            if found is not None:
                return found
        return None

    def _pair(self, kind: str, one: str, other: str) -> str | None:
        if kind == "uuid" and one[_VERSION] != other[_VERSION]:
            return "value"
        there, back = self.pairs.setdefault(kind, {}), self._back.setdefault(kind, {})
        if one not in there and other not in back:
            there[one], back[other] = other, one
            self._new.append((kind, one, other))
        return None if there.get(one) == other else "another id"

    def read_clocks(self, reference: float, target: float) -> None:
        """Note the time on both servers at a step.

        What the plays made at an earlier step, when one server was further behind the other, is older there by as much. Plays
        that move both clocks keep them together.
        """
        self.reference_now, self.target_now = reference, target
        if not self.same_pace:
            self._lags.append(reference - target)
            self._lags = [min(self._lags), max(self._lags)]

    @property
    def _drift_s(self) -> float:
        return self._lags[-1] - self._lags[0] if self._lags else 0.0

    def mark(self) -> int:
        """Give the number of pairs, for `forget`."""
        return len(self._new)

    def forget(self, mark: int) -> None:
        """Forget the pairs that were met since `mark`."""
        while len(self._new) > mark:
            kind, one, other = self._new.pop()
            del self.pairs[kind][one], self._back[kind][other]

    def _times(self, one: float, other: float) -> str | None:
        apart = (one - self.reference_now) - (other - self.target_now)
        return None if abs(apart) <= self.tolerance_s + self._drift_s else "time"

    def sort_key(self, value: Any, *, of_target: bool) -> str:
        """Write a value as text in which ids and times do not differ between servers, to match rows whose order does not count."""
        back = self._back if of_target else None

        def written(found: re.Match[str]) -> str:
            kind = found.lastgroup or ""
            if kind == "id":
                return self._known(found["name"], found["id"].strip('"'), back)
            if kind == "state":
                return found[0] if self.same_pace or found["state"] not in _MOVING else ""
            return self._known(kind, found[0], back) if kind in {"uuid", "key"} else ""

        return _IN_ROWS.sub(written, json.dumps(value, sort_keys=True))

    def _known(self, kind: str, text: str, back: dict[str, dict[str, str]] | None) -> str:
        """Give a known id as the reference writes it, and an empty text for an unknown one."""
        if back is None:
            return text if text in self.pairs.get(kind, {}) else ""
        return back.get(kind, {}).get(text, "")


def without_choice(rows: list[Any], *, incomplete: bool = False) -> list[Any]:
    """Give each replica of a file the states of all of them.

    Which one FTS tries first depends on the queues, which each of its threads remembers separately. A list that leaves out
    files that have ended is incomplete: replicas that it shows only because they were not tried are not compared.
    """
    if not all(isinstance(row, dict) and "selection_strategy" in row for row in rows):
        return rows
    # Written as text, because a target may answer with lists and objects anywhere.
    replicas = [f"{row.get('job_id')} {row.get('file_index')}" for row in rows]
    states: dict[str, list[str]] = {}
    for replica, row in zip(replicas, rows, strict=True):
        state = str(row.get("file_state"))
        states.setdefault(replica, []).append("moving" if state in _MOVING else state)

    return [
        row | {"file_state": " ".join(sorted(states[replica]))}
        if len(states[replica]) > 1
        else row
        for replica, row in zip(replicas, rows, strict=True)
        if not incomplete
        or {*states[replica]} != {"NOT_USED"}
        or row["selection_strategy"] == "orderly"
    ]


def is_ending(row: dict[str, Any]) -> bool:
    """Say whether a file was canceled while it ran: FTS gives it a finish time only when the daemon has ended its process."""
    started = row.get("start_time") or row.get("pid")
    return (
        row.get("file_state") == "CANCELED" and row.get("finish_time", 0) is None and bool(started)
    )


def without_ties(one: Any, other: Any, *, limit: int) -> tuple[Any, Any]:
    """Leave out the last of the newest jobs, which may be any of those of its second; and all of them if several are of one second."""
    sides = one, other
    if not all(isinstance(rows, list) and len(rows) >= limit for rows in sides):
        return sides
    for rows in sides:
        times = [row.get("submit_time") for row in rows if isinstance(row, dict)]
        if None in times or len({*map(str, times)}) != len(rows):
            return [], []
    return one[:-1], other[:-1]


def depends_on_pace(states: str) -> bool:
    """Say whether a filter by state shows some jobs only for a while: it names some of those that jobs enter and leave as time passes, but not all."""
    named = set(states.upper().split(",")) & _PASSED
    return bool(named) and named != _PASSED


def now_of(exchange: Exchange, otherwise: float | None = None) -> float:
    """Read the time of the server from the header `Date`; without one, give `otherwise`, or the time of this machine."""
    try:
        return parsedate_to_datetime(exchange.headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError):
        return time.time() if otherwise is None else otherwise


def _kind(found: re.Match[str]) -> str:
    text = f"<{found.lastgroup}>"
    if found.lastgroup == "time":
        # The form of the time counts.
        text = re.sub(r"\d", "0", found[0].partition(".")[0])
    return text


def _epoch(text: str) -> float:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


def _close(one: Any, other: Any) -> bool:
    return isinstance(one, float) and abs(one - other) <= 1e-6 * max(abs(one), abs(other))
