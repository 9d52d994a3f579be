"""Which replica a multi-replica job starts with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.mock.errors import bad_request

if TYPE_CHECKING:
    from fts_contract.mock.state import State
    from fts_contract.mock.submission.transfers import Entry

_BY_HISTORY: Final = frozenset(
    {
        "success",
        "throughput",
        "file-throughput",
        "waiting-time",
        "waiting-time-with-error",
        "duration",
    }
)
_BY_QUEUED_BYTES: Final = frozenset(
    {"pending-data", "waiting-time", "waiting-time-with-error", "duration"}
)


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

    Source: facts of FTS 3.13.4, jobs-submit 7 and 9 (recording submit-strategy-pending-data-activity-shares). Strategies by history take the first source, as FTS does for
    links without data.
    """
    strategy: Any = entry.selection_strategy
    if not isinstance(strategy, str):
        kind = type(strategy).__name__
        raise bad_request(
            f"Malformed request: unsupported operand type(s) for +: '{kind}' and 'str'"
        )
    if strategy in _BY_QUEUED_BYTES and vo.lower() in state.config.activity_shares:
        raise bad_request(
            "Malformed request: the JSON object must be str, bytes or bytearray, not list"
        )
    if strategy == "orderly" or strategy in _BY_HISTORY:
        return 0
    if strategy not in ("auto", "queue", "pending-data"):
        raise bad_request(f"{strategy} algorithm is not supported by Scheduler")
    weights = [0] * len(entry.pairs)
    links = {(source.storage, dest.storage): i for i, (source, dest) in enumerate(entry.pairs)}
    for job in state.jobs_of(vo, only_open=True):
        for file in job.files:
            index = links.get((file.source_se or "", file.dest_se or ""))
            if index is not None and file.file_state == "SUBMITTED":
                weights[index] += 1 if strategy != "pending-data" else file.user_filesize or 0
    return weights.index(min(weights))
