"""Which replica a multi-replica job starts with."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from fts_contract.mock.clock import wire_time
from fts_contract.mock.collation import collated
from fts_contract.mock.errors import bad_request

if TYPE_CHECKING:
    from fts_contract.mock.optimizer_rows import Decision
    from fts_contract.mock.state import State
    from fts_contract.mock.submission.transfers import Entry

_BY_THROUGHPUT: Final = frozenset(
    {"throughput", "file-throughput", "waiting-time", "waiting-time-with-error", "duration"}
)
_BY_QUEUED_BYTES: Final = frozenset(
    {"pending-data", "waiting-time", "waiting-time-with-error", "duration"}
)
_BY_QUEUE: Final = frozenset({"auto", "queue", "pending-data"})
_HISTORY_S: Final = 3600


def choose_pair(entry: Entry, *, state: State, vo: str) -> int:
    """Say which pair of a file goes first.

    Args:
        entry: A file with more than one pair.
        state: What is queued.
        vo: VO of the job.

    Returns:
        Index into `entry.pairs`: the best source wins, equal ones keep the given order.

    Raises:
        APIError: 400, unknown strategy, or one by queued bytes in a VO with activity shares.

    Source: observed on FTS 3.13.4 (recording submit-strategy-pending-data-activity-shares). By the
        history of the last hour, as the optimizer wrote it; strategies by throughput take the first source unless all links have some.
    """
    strategy: Any = entry.selection_strategy
    if not isinstance(strategy, str):
        kind = type(strategy).__name__
        raise bad_request(
            f"Malformed request: unsupported operand type(s) for +: '{kind}' and 'str'"
        )
    shares = state.config.activity_shares.get(collated(vo))
    if strategy in _BY_QUEUED_BYTES and shares is not None and not shares.is_doubly_encoded:
        raise bad_request(
            "Malformed request: the JSON object must be str, bytes or bytearray, not list"
        )
    if strategy == "orderly":
        return 0
    if strategy not in _BY_QUEUE | _BY_THROUGHPUT | {"success"}:
        raise bad_request(f"{strategy} algorithm is not supported by Scheduler")
    links = [(source.storage, dest.storage) for source, dest in entry.pairs]
    if strategy in _BY_QUEUE:
        queued = _queued(state, vo, links, in_bytes=strategy == "pending-data")
        return queued.index(min(queued))
    return _choose_by_history(strategy, entry, links, state=state, vo=vo)


def _choose_by_history(
    strategy: str, entry: Entry, links: list[tuple[str, str]], *, state: State, vo: str
) -> int:
    history = [_history(state, link) for link in links]
    successes = [_mean([row.success for row in rows], default=100.0) for rows in history]
    if strategy == "success":
        return successes.index(max(successes))
    if not all(history):
        return 0
    speeds = [_mean([_speed(row, strategy) for row in rows], default=0.0) for rows in history]
    if strategy in ("throughput", "file-throughput"):
        return speeds.index(max(speeds))
    queued = _queued(state, vo, links, in_bytes=True)
    # For each link the seconds until a file would be through.
    times = [
        waiting / speed if speed else math.inf
        for waiting, speed in zip(queued, speeds, strict=True)
    ]
    if strategy == "waiting-time-with-error":
        times = [t + t * (100.0 - good) / 100.0 for t, good in zip(times, successes, strict=True)]
    elif strategy == "duration":
        size = entry.fields["user_filesize"]
        times = [t + size / v if v else math.inf for t, v in zip(times, speeds, strict=True)]
    return times.index(min(times))


def _speed(row: Decision, strategy: str) -> float | None:
    if strategy == "file-throughput":
        return row.throughput
    return (row.throughput or 0.0) * (row.active or 0)


def _queued(state: State, vo: str, links: list[tuple[str, str]], *, in_bytes: bool) -> list[int]:
    """Say what waits on each link: files, or their bytes; as old as the cache of the server allows."""
    now, cache = state.now(), state.queue_lengths
    keys = {link: (vo, link, in_bytes) for link in links}
    outdated = [
        link
        for link, key in keys.items()
        if key not in cache or now - cache[key][0] >= state.settings.queue_cache_s
    ]
    if outdated:
        weights = dict.fromkeys(outdated, 0)
        for job in state.jobs_of(vo, only_open=True):
            for file in job.files:
                link = (file.source_se or "", file.dest_se or "")
                if link in weights and file.file_state == "SUBMITTED":
                    weights[link] += (file.user_filesize or 0) if in_bytes else 1
        cache.update({keys[link]: (now, weight) for link, weight in weights.items()})
    return [cache[keys[link]][1] for link in links]


def _history(state: State, link: tuple[str, str]) -> list[Decision]:
    since = wire_time(state.now() - _HISTORY_S)
    return [
        row
        for row in state.optimizer.decisions
        if (row.source_se, row.dest_se) == link and row.datetime >= since
    ]


def _mean(values: list[float | None], *, default: float) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else default
