"""What the states of jobs and files mean.

FTS adds and drops states between versions (TOKEN_PREP came with 3.13, the QOS_* states leave with 3.14), so states are plain
text everywhere: an unknown state is neither terminal nor active, and never an error.

Source: observed on FTS 3.13.4 (recordings of jobs and files).
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "ACTIVE_JOB_STATES",
    "CANCELLABLE_FILE_STATES",
    "TERMINAL_FILE_STATES",
    "TERMINAL_JOB_STATES",
    "WAITING_FILE_STATES",
    "is_terminal",
    "is_terminal_file",
]

TERMINAL_JOB_STATES: Final = frozenset({"FINISHED", "FINISHEDDIRTY", "FAILED", "CANCELED"})
"""A job in one of these does not change any more, except that `cancel_files` can turn a finished job into a cancelled one."""

ACTIVE_JOB_STATES: Final = frozenset(
    {
        "STAGING",
        "SUBMITTED",
        "READY",
        "ACTIVE",
        "ARCHIVING",
        "DELETE",
        "QOS_TRANSITION",
        "QOS_REQUEST_SUBMITTED",
    }
)
"""The server is still working on a job in one of these; `list_jobs()` without a filter returns such jobs."""

TERMINAL_FILE_STATES: Final = frozenset({"FINISHED", "FAILED", "CANCELED"})
"""A file in one of these never changes again."""

CANCELLABLE_FILE_STATES: Final = frozenset(
    {
        "STAGING",
        "STARTED",
        "SUBMITTED",
        "READY",
        "ACTIVE",
        "ARCHIVING",
        "QOS_TRANSITION",
        "QOS_REQUEST_SUBMITTED",
        "FORCE_START",
    }
)
"""Only files in one of these can be cancelled."""

WAITING_FILE_STATES: Final = frozenset({"NOT_USED", "ON_HOLD", "ON_HOLD_STAGING", "TOKEN_PREP"})
"""Neither active nor terminal: spare replicas, later hops, files of banned storage, tokens being prepared.

They keep these states even inside a cancelled job, so wait for the job, not for each of its files.
"""


def is_terminal(job_state: str) -> bool:
    """Say whether a job has reached its end.

    Look at the job, not at its files, also for multihop, multi-replica, staging and archiving jobs: their files may stay in
    NOT_USED for ever.

    Args:
        job_state: State as the server sends it; upper and lower case mean the same.

    Returns:
        True for FINISHED, FINISHEDDIRTY, FAILED and CANCELED; False for any other state, known or not.
    """
    return job_state.upper() in TERMINAL_JOB_STATES


def is_terminal_file(file_state: str) -> bool:
    """Say whether a file has reached its end.

    Args:
        file_state: State as the server sends it; upper and lower case mean the same.

    Returns:
        True for FINISHED, FAILED and CANCELED; False for any other state, known or not.
    """
    return file_state.upper() in TERMINAL_FILE_STATES
