"""What a ban and its end do to the jobs of the server. What cancels or holds files gives the ids of their jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_contract.mock.clock import wire_time
from fts_contract.mock.collation import collated
from fts_contract.mock.records import ACTIVE_FILE_STATES, ACTIVE_JOB_STATES, TERMINAL_STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.mock.records import File, Job
    from fts_contract.mock.state import State

HELD: Final = {"SUBMITTED": "ON_HOLD", "STAGING": "ON_HOLD_STAGING"}
"""The state in which a file waits for the end of a ban, by the state that it had before."""

_RELEASED: Final = {held: state for state, held in HELD.items()}
_CANCELABLE: Final = ACTIVE_FILE_STATES | {"NOT_USED"}


def _touches(file: File, storage: str) -> bool:
    wanted = collated(storage)
    return wanted in (collated(file.source_se or ""), collated(file.dest_se or ""))


def _with_files_at(
    state: State, storage: str, vo: str, states: frozenset[str], *, only_open: bool = True
) -> Iterator[tuple[Job, list[File]]]:
    """Go through the jobs of a VO that have files in some states at a storage, with those files."""
    for job in state.jobs_of(vo, only_open=only_open):
        if files := [f for f in job.files if f.file_state in states and _touches(f, storage)]:
            yield job, files


def cancel_for_storage(state: State, *, storage: str, vo: str) -> list[str]:
    """Cancel what uses a banned storage; for each file, an unused replica is queued where there is one.

    As on FTS, this cancels unused replicas and hops too, also of jobs that have ended. A replica is queued even if the job has
    ended, or another replica of the file is already queued or running.

    Source: observed on FTS 3.13.4 (recordings se-cancel-effect, job-a-after-cancel-ban and its neighbours).
    """
    affected = []
    for job, files in _with_files_at(state, storage, vo, _CANCELABLE, only_open=False):
        affected.append(job.job_id)
        for file in files:
            _cancel(state, file, reason="Storage banned")
            _use_spare(state, job, file.file_index)
        if all(file.file_state in TERMINAL_STATES for file in job.files):
            state.close(job, state="CANCELED", reason=None)
    return affected


def _cancel(state: State, file: File, *, reason: str) -> None:
    state.set_file_state(file, "CANCELED")
    file.reason, file.dest_surl_uuid = reason, None
    file.finish_time = wire_time(state.now())


def _use_spare(state: State, job: Job, index: int) -> None:
    unused = (f for f in job.files if f.file_index == index and f.file_state == "NOT_USED")
    if (spare := next(unused, None)) is not None:
        state.resume_file(spare, "SUBMITTED")


def hold_for_storage(state: State, *, storage: str, vo: str) -> list[str]:
    """Stop what waits for a banned storage; what runs goes on."""
    affected = []
    for job, files in _with_files_at(state, storage, vo, frozenset(HELD)):
        affected.append(job.job_id)
        for file in files:
            state.set_file_state(file, HELD[file.file_state])
    return affected


def release_for_storage(state: State, *, storage: str, vo: str) -> None:
    """Of the jobs with a held file at a storage, let all held files go on, even those that another ban holds.

    Source: observed on FTS 3.13.4.
    """
    held = frozenset(_RELEASED)
    for job, _ in _with_files_at(state, storage, vo, held, only_open=False):
        for file in job.files:
            if file.file_state in held:
                state.resume_file(file, _RELEASED[file.file_state])


def cancel_for_user(state: State, user_dn: str) -> list[str]:
    """Cancel the unfinished jobs of a banned user in all VOs."""
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
