"""The journal of a run: each change is on disk before it is sent, so that a run that was killed can be put right."""

from __future__ import annotations

import itertools
import json
import os
import threading
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.sending.redaction import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Change", "Journal", "read_changes"]

_LONGEST_BODY = 16_384
_OK, _BAD_REQUEST, _SERVER_ERROR = 200, 400, 500


@attrs.frozen(kw_only=True)
class Change:
    """A request that may have changed something.

    Attributes:
        method: Upper case.
        target: Raw path and query.
        body: The body, as text without secrets; only the beginning of a long one that submits no job.
        status: Status of the answer; None when no complete answer came.
        job_id: The job that it submitted, if any.
    """

    method: str
    target: str
    body: str = ""
    status: int | None = None
    job_id: str | None = None

    @property
    def submits(self) -> bool:
        """It submits a job."""
        return (
            self.method in {"POST", "PUT"} and self.target.partition("?")[0].strip("/") == "jobs"
        )

    @property
    def may_have_submitted(self) -> bool:
        """It may have submitted a job whose id did not arrive: it was not refused."""
        refused = self.status is not None and _BAD_REQUEST <= self.status < _SERVER_ERROR
        return self.submits and self.job_id is None and not refused


@attrs.define
class Journal:
    """Writes changes to a file, line by line.

    Attributes:
        path: The file; it must not exist.
        job_ids: Jobs that were submitted so far.
    """

    path: Path
    job_ids: list[str] = attrs.field(factory=list)
    _file: int = attrs.field(init=False)
    # Probes send some requests at the same time.
    _numbers: Iterator[int] = attrs.field(factory=lambda: itertools.count(1), init=False)
    _turn: threading.Lock = attrs.field(factory=threading.Lock, init=False)

    def __attrs_post_init__(self) -> None:
        self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)

    def begin(self, method: str, target: str, body: bytes | None) -> int:
        """Note a change that is about to be sent; returns its number."""
        number = next(self._numbers)
        # A job whose id does not arrive is found by its files, which can be long.
        most = None if Change(method=method, target=target).submits else _LONGEST_BODY
        text = without_secrets((body or b"")[:most].decode("utf-8", errors="replace"))
        self._write({"n": number, "method": method, "target": target, "body": text})
        return number

    def end(self, number: int, method: str, target: str, status: int, body: bytes) -> None:
        """Note the answer to a change."""
        change = Change(method=method, target=target)
        job_id = _job_id(body) if change.submits and status == _OK else None
        if job_id is not None and job_id not in self.job_ids:
            self.job_ids.append(job_id)
        self._write({"n": number, "status": status, "job_id": job_id})

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _write(self, entry: dict[str, Any]) -> None:
        """Write a whole line or none.

        Raises:
            OSError: It cannot be written, for example because the disk is full.
        """
        rest = json.dumps(entry).encode() + b"\n"
        with self._turn:
            size = os.fstat(self._file).st_size
            try:
                while rest:
                    rest = rest[os.write(self._file, rest) :]
            except OSError:
                os.ftruncate(self._file, size)
                raise


def read_changes(lines: Iterable[str]) -> Iterator[Change]:
    """Read a journal; a last line that was cut off is ignored, because its request was not sent."""
    begun: dict[int, dict[str, Any]] = {}
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        begun.setdefault(entry["n"], {}).update(entry)
    for _, entry in sorted(begun.items()):
        entry.pop("n")
        yield Change(**entry)


def _job_id(body: bytes) -> str | None:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    job_id = value.get("job_id") if isinstance(value, dict) else None
    return job_id if isinstance(job_id, str) else None
