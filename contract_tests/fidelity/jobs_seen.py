"""What the answers of a file tell about jobs that no request of the file submits."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fidelity.recorded import Recording

JOB_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HIDDEN_VO: Final = re.compile(r"belongs to (?:(\w+) in )?(?:VO (\w+)|(another) VO)")
TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_ABOUT_A_JOB: Final = (200, 207, 304, 400, 403)
_BAD_ENTRY: Final = ("4", "5")


@attrs.define
class SeenJob:
    """A job as the answers show it.

    Attributes:
        job: Its fields, each as it was shown first.
        files: Its files by number; negative numbers for files shown without.
        dm: Its deletions.
        archived: Whether it was first asked for in the archive.
        has_files: False for one that was shown to have none.
        shown_by_change: Whether what is known of it was answered to a request that changed it.
        setup: The words of the set-up of its first recording.
        wanted: The body of the change that first mentions it.
        first: Position of the first recording that mentions it.
    """

    first: int
    setup: str = ""
    archived: bool = False
    job: dict[str, Any] = attrs.Factory(dict)
    files: dict[int, dict[str, Any]] = attrs.Factory(dict)
    dm: list[dict[str, Any]] = attrs.Factory(list)
    has_files: bool = True
    shown_by_change: bool = False
    wanted: dict[str, Any] = attrs.Factory(dict)

    def add_file(self, record: dict[str, Any]) -> None:
        """Take up the record of a file or of a deletion."""
        if "dmhost" in record:
            if all(entry["file_id"] != record["file_id"] for entry in self.dm):
                self.dm.append(record)
            return
        _complete(self.files.setdefault(record["file_id"], {}), record)

    def add_job(self, record: dict[str, Any], filters: dict[str, str]) -> None:
        """Take up the record of a job, and what the filter tells that found it."""
        files = record.get("files") or []
        if self.archived and not files:
            self.has_files = False
        _complete(self.job, {k: filters[k] for k in ("source_se", "dest_se") if k in filters})
        _complete(self.job, record)
        for position, file in enumerate(files):
            _complete(self.files.setdefault(file.get("file_id", -1 - position), {}), file)

    def add_retry(self, record: dict[str, Any]) -> None:
        """Take up a failed attempt, which shows its file too."""
        self.add_file(record["file"])
        rows = self.files[record["file"]["file_id"]].setdefault("retries", [])
        if all(row["attempt"] != record["attempt"] for row in rows):
            rows.append({key: value for key, value in record.items() if key != "file"})


def _complete(known: dict[str, Any], more: dict[str, Any]) -> None:
    for key, value in more.items():
        known.setdefault(key, value)


def records(value: Any) -> Iterator[dict[str, Any]]:
    """Go through every object inside an answer."""
    if isinstance(value, dict):
        yield value
    for member in value.values() if isinstance(value, dict) else _members(value):
        yield from records(member)


def _members(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()


class SeenJobs:
    """The jobs of one file of recordings.

    Args:
        recordings: All of them, in their order.

    Attributes:
        jobs: By id, without those that a request of the file submits and those that do not exist.
        started: Numbers of files that a request starts by force.
    """

    def __init__(self, recordings: list[Recording]) -> None:
        self._all: dict[str, SeenJob] = {}
        self.started: set[int] = set()
        submitted = set()
        for position, recording in enumerate(recordings):
            if job_id := _submitted_id(recording):
                submitted.add(job_id)
            else:
                self._look(recording, position)
        self.jobs = {
            job_id: seen
            for job_id, seen in self._all.items()
            if job_id not in submitted and not _is_unknown(job_id)
        }

    def _look(self, recording: Recording, position: int) -> None:
        if recording.changes and isinstance(recording.sent, list):
            self.started.update(number for number in recording.sent if isinstance(number, int))
        filters = dict(parse_qsl(recording.path.partition("?")[2]))
        for record in records(recording.answer):
            if "attempt" in record and "file" in record:
                self._job(record["file"]["job_id"], recording, position).add_retry(record)
            job_id = record.get("job_id")
            if not isinstance(job_id, str) or record.get("http_status", "")[:1] in _BAD_ENTRY:
                continue
            seen = self._job(job_id, recording, position)
            if "file_id" in record:
                seen.add_file(record)
            elif len(record) > 1:
                seen.add_job(record, filters)
        if recording.status in _ABOUT_A_JOB:
            named = JOB_ID.findall(recording.path)
            if recording.changes:
                # Bans answer with the bare ids of the jobs that they hit.
                named += [m for m in _members(recording.answer) if _is_id(m)]
            for job_id in named:
                self._job(job_id, recording, position)

    def _job(self, job_id: str, recording: Recording, position: int) -> SeenJob:
        seen = self._all.get(job_id)
        if seen is None:
            seen = self._all[job_id] = SeenJob(
                first=position,
                setup=recording.setup,
                archived=recording.path.startswith("/archive/"),
            )
            if recording.changes and isinstance(recording.sent, dict):
                seen.wanted = recording.sent
        if not seen.job and not seen.files:
            seen.shown_by_change = recording.changes or bool(seen.wanted)
            if HIDDEN_VO.search(recording.setup):
                seen.setup = recording.setup
        return seen


def _submitted_id(recording: Recording) -> str | None:
    is_submission = recording.method in ("POST", "PUT") and recording.path.strip("/") == "jobs"
    if is_submission and isinstance(recording.answer, dict):
        return recording.answer.get("job_id")
    return None


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and JOB_ID.fullmatch(value) is not None


def _is_unknown(job_id: str) -> bool:
    """Say whether an id is one that people write for a job that does not exist."""
    return len(set(job_id.replace("-", ""))) == 1


def age_s(recordings: list[Recording]) -> float:
    """Seconds from the newest time that the answers show to now."""
    now = time.time()
    shown = [
        read_time(text)
        for recording in recordings
        if recording.method == "GET"
        for record in records(recording.answer)
        for text in (record.get("job_finished"), record.get("submit_time"))
        if isinstance(text, str) and TIME.fullmatch(text)
    ]
    return now - max((at for at in shown if at < now), default=now)


def read_time(text: str) -> float:
    """Seconds since 1970 of a time on the wire."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
