"""What a ban does to jobs that are already there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_contract.mock.clock import wire_time
from fts_contract.mock.records import ACTIVE_FILE_STATES, ACTIVE_JOB_STATES, TERMINAL_STATES

if TYPE_CHECKING:
    from fts_contract.mock.records import File, Job
    from fts_contract.mock.state import State

_HELD: Final = {"SUBMITTED": "ON_HOLD", "STAGING": "ON_HOLD_STAGING"}
_RELEASED: Final = {held: state for state, held in _HELD.items()}


def _touches(file: File, storage: str) -> bool:
    wanted = storage.lower()
    return wanted in ((file.source_se or "").lower(), (file.dest_se or "").lower())


def cancel_for_storage(state: State, *, storage: str, vo: str) -> list[str]:
    """Cancel what uses a storage; another replica of the same file takes over where there is one.

    Args:
        state: The mock's memory.
        storage: The banned storage.
        vo: VO whose jobs count.

    Returns:
        Ids of the jobs with canceled files.

    Source: observed on FTS 3.13.4 (recordings se-cancel-effect, job-a-after-cancel-ban and its neighbours).
    """
    affected = []
    for job in state.jobs_of(vo, only_open=True):
        files = [
            file
            for file in job.files
            if _touches(file, storage)
            and (file.file_state in ACTIVE_FILE_STATES or file.file_state == "NOT_USED")
        ]
        if not files:
            continue
        affected.append(job.job_id)
        for file in files:
            _cancel(state, file, reason="Storage banned")
        for index in {file.file_index for file in files}:
            _use_spare(state, job, index)
        if all(file.file_state in TERMINAL_STATES for file in job.files):
            state.close(job, state="CANCELED", reason=None)
    return affected


def _cancel(state: State, file: File, *, reason: str) -> None:
    state.set_file_state(file, "CANCELED")
    file.reason = reason
    file.finish_time = wire_time(state.now())


def _use_spare(state: State, job: Job, index: int) -> None:
    replicas = [file for file in job.files if file.file_index == index]
    if any(file.file_state in ACTIVE_FILE_STATES for file in replicas):
        return
    spare = next((file for file in replicas if file.file_state == "NOT_USED"), None)
    if spare is not None:
        state.set_file_state(spare, "SUBMITTED")
        state.engine.resume(spare, state.now())


def hold_for_storage(state: State, *, storage: str, vo: str) -> list[str]:
    """Stop what waits for a storage; what runs goes on.

    Args:
        state: The mock's memory.
        storage: The banned storage.
        vo: VO whose jobs count.

    Returns:
        Ids of the jobs with stopped files.
    """
    affected = []
    for job in state.jobs_of(vo, only_open=True):
        files = [f for f in job.files if _touches(f, storage) and f.file_state in _HELD]
        for file in files:
            state.set_file_state(file, _HELD[file.file_state])
        if files:
            affected.append(job.job_id)
    return affected


def release_for_storage(state: State, *, storage: str, vo: str) -> None:
    """Let go on what a ban had stopped, unless a ban of the other end still stops it.

    Args:
        state: The mock's memory, the ban already removed.
        storage: The storage that was banned.
        vo: VO whose jobs count.
    """
    still = [ban.storage for ban in state.bans if ban.vo in (vo, "*")]
    for job in state.jobs_of(vo, only_open=True):
        for file in job.files:
            if file.file_state not in _RELEASED or not _touches(file, storage):
                continue
            if not any(_touches(file, other) for other in still):
                state.set_file_state(file, _RELEASED[file.file_state])
                state.engine.resume(file, state.now())


def cancel_for_user(state: State, user_dn: str) -> list[str]:
    """Cancel the unfinished jobs of a user in all VOs.

    Args:
        state: The mock's memory.
        user_dn: The user.

    Returns:
        Ids of the jobs.
    """
    affected = []
    for job in state.jobs_of(None, only_open=True):
        if job.user_dn != user_dn or job.job_state not in ACTIVE_JOB_STATES:
            continue
        affected.append(job.job_id)
        for file in job.files:
            if file.file_state in ACTIVE_FILE_STATES:
                _cancel(state, file, reason="User banned")
        state.close(job, state="CANCELED", reason="User banned")
    return affected
