"""Jobs in the database of the real server, reconstructed from the answers that show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from fidelity.jobs_seen import HIDDEN_VO, TIME, SeenJob, SeenJobs, age_s, read_time
from fts_contract.mock.clock import wire_time
from fts_contract.mock.records import (
    ACTIVE_FILE_STATES,
    DM_FIELDS,
    FILE_FIELDS,
    JOB_FIELDS,
    RETRY_FIELDS,
    TERMINAL_STATES,
    DMFile,
    Retry,
)

if TYPE_CHECKING:
    from fidelity.recorded import Recording
    from fts_contract.mock.records import Job
    from fts_contract.mock.state import State

_FILE_STATES: Final = (
    ACTIVE_FILE_STATES
    | TERMINAL_STATES
    | {"NOT_USED", "ON_HOLD", "ON_HOLD_STAGING", "TOKEN_PREP", "DELETE"}
)
_STATE_WORD: Final = re.compile(r"\b[A-Z]{2,}(?:_[A-Z]+)*\b")
# The state before a ban or a cancellation.
_BEFORE: Final = {"CANCELED": "SUBMITTED", "ON_HOLD": "SUBMITTED", "ON_HOLD_STAGING": "STAGING"}
_OWNER: Final = re.compile(r"belongs to (\w+)")
_TOKEN_USER: Final = re.compile(r"submitted by (tok-\w+) with a token")
_JOB_TYPE: Final = re.compile(r"\bjob_type (\w)\b")
_LONG_AGO: Final = "2020-01-01T00:00:00"
_STRANGER: Final = "/DC=org/DC=example/O=Users/CN=carol"
_ELSEWHERE: Final = "mock://elsewhere.example.org"


class JobsOfAFile:
    """Arranges the jobs of one file of recordings.

    Args:
        recordings: All of them, in their order.
    """

    def __init__(self, recordings: list[Recording]) -> None:
        seen = SeenJobs(recordings)
        self._waiting = dict(seen.jobs)
        self._started = seen.started
        # Times are shifted, so that recent ones stay recent.
        self._age_s = age_s(recordings)

    def arrange(self, position: int, state: State) -> None:
        """Put the jobs into the mock that have to be there.

        Args:
            position: Position of the next recording. Jobs that are first seen when a request changes them come
                right before it, all others at once: lists show them.
            state: The memory of the mock.
        """
        for job_id, seen in list(self._waiting.items()):
            if seen.first <= position or not seen.wanted:
                del self._waiting[job_id]
                self._insert(state, job_id, seen)

    def _insert(self, state: State, job_id: str, seen: SeenJob) -> None:
        job = {k: self._later(v) for k, v in seen.job.items() if k in JOB_FIELDS and k != "job_id"}
        # A file that was shown without its number is known by number elsewhere, if it is.
        numbers = [n for n in sorted(seen.files) if n > 0] or sorted(seen.files, reverse=True)
        known = [seen.files[number] for number in numbers]
        files = [
            {k: v for k, v in file.items() if k in FILE_FIELDS and k != "job_id"} for file in known
        ]
        if seen.shown_by_change:
            _rewind(seen, job, files)
        for file in files:
            if file.get("file_id") in self._started and file.get("file_state") == "FORCE_START":
                file["file_state"] = "SUBMITTED"
        owner = _describe(seen, job, files)
        if not files and not seen.dm and seen.has_files:
            files = [{"file_state": word} for word in _states(seen.setup)] or [{}]
        made = state.add_job(owner=owner, files=tuple(files), job_id=job_id, **job)
        made.job_finished = job.get("job_finished", made.job_finished)
        _add_retries(made, known)
        if seen.dm:
            made.dm = [DMFile(**{k: row[k] for k in DM_FIELDS if k in row}) for row in seen.dm]
        if seen.archived:
            state.archive(job_id)

    def _later(self, value: Any) -> Any:
        if not isinstance(value, str) or not TIME.fullmatch(value):
            return value
        return wire_time(read_time(value) + self._age_s)


def _states(setup: str) -> list[str]:
    return [word for word in _STATE_WORD.findall(setup) if word in _FILE_STATES]


def _describe(seen: SeenJob, job: dict[str, Any], files: list[dict[str, Any]]) -> str:
    """Add what only the set-up says about a job.

    Returns:
        The test identity that owns it.
    """
    words = _states(seen.setup)
    job.setdefault("job_state", words[0] if words else "SUBMITTED")
    job.setdefault("submit_time", _LONG_AGO)
    if files and "vo_name" in files[0]:
        job.setdefault("vo_name", files[0]["vo_name"])
    if hidden := HIDDEN_VO.search(seen.setup):
        job.setdefault("vo_name", hidden[2] or hidden[3])
    if user := _TOKEN_USER.search(seen.setup):
        job.setdefault("user_dn", user[1])
        job.setdefault("vo_name", "localhost")  # the host of the issuer
    if kind := _JOB_TYPE.search(seen.setup):
        job.setdefault("job_type", kind[1])
    for field, parameter in (("user_dn", "user_dn"), ("source_se", "storage")):
        if parameter in seen.wanted:
            job.setdefault(field, seen.wanted[parameter])
    owner = _OWNER.search(seen.setup)
    if owner is None:
        return "alice"
    if owner[1] in ("alice", "bob"):
        return owner[1]
    job.setdefault("user_dn", _STRANGER)
    return "alice"


def _rewind(seen: SeenJob, job: dict[str, Any], files: list[dict[str, Any]]) -> None:
    """Undo a change that the first answer about a job already shows; the words of the set-up take precedence."""
    words = _states(seen.setup)
    hit = {file.get("file_index") for file in files if file.get("file_state") == "CANCELED"}
    for position, file in enumerate(files):
        state = file.get("file_state", "SUBMITTED")
        if "storage" in seen.wanted and hit and state == "SUBMITTED":
            # Not canceled, so it uses other storages; beside a canceled replica it was the spare one.
            file["source_se"] = file["dest_se"] = _ELSEWHERE
            file["file_state"] = "NOT_USED" if file.get("file_index") in hit else state
        elif len(words) == len(files):
            file["file_state"] = words[position]
        else:
            file["file_state"] = _BEFORE.get(state, state)
        if file["file_state"] in ACTIVE_FILE_STATES:
            file["reason"] = file["finish_time"] = None
    if seen.job.get("http_status", "").startswith("304") or job.get("job_state") != "CANCELED":
        return
    job["job_state"] = words[0] if words and words[0] not in TERMINAL_STATES else "SUBMITTED"
    job["job_finished"] = job["reason"] = None
    job["cancel_job"] = False


def _add_retries(made: Job, known: list[dict[str, Any]]) -> None:
    for file, record in zip(made.files, known, strict=False):
        rows = [row for row in record.get("retries") or [] if "attempt" in row]
        if rows:
            file.retries = [Retry(**{key: row.get(key) for key in RETRY_FIELDS}) for row in rows]
