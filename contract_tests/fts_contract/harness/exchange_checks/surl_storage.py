"""`surl-storage`: the storage of a file is that of its URL, at both ends, and the storages of a job are those of its files.

Source: "URL rules" and "Job type" of the submission as observed on FTS 3.13.4: scheme and host in lower case, without
port and brackets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fts_contract.harness.exchange_checks.job_rows import file_rows, job_rows
from fts_contract.harness.exchange_checks.model import Check, Context, Flaw, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SURL_STORAGE"]

_ENDS: Final = (("source_surl", "source_se"), ("dest_surl", "dest_se"))
_ONE_PAIR: Final = {"N", "Y"}


def _judge(context: Context) -> Iterator[Flaw]:
    if not context.live:
        return
    deletions = context.rows if context.name == "list_job_deletions" else []
    for file in (*file_rows(context), *deletions):
        for surl, storage in _ENDS:
            due = _storage(file.get(surl))
            if due is not None and isinstance(file.get(storage), str) and file[storage] != due:
                yield Flaw(f"{storage} is {file[storage]}, but {surl} is at {due}", storage)
    for job in job_rows(context):
        yield from _of_job(job)


def _of_job(job: dict[str, Any]) -> Iterator[Flaw]:
    if job.get("job_type") not in _ONE_PAIR:
        return
    for _, storage in _ENDS:
        found = {str(file[storage]) for file in rows_of(job.get("files")) if storage in file}
        if isinstance(job.get(storage), str) and found - {job[storage]}:
            other = min(found - {job[storage]})
            yield Flaw(f"{storage} of the job is {job[storage]}, of a file {other}", storage)


def _storage(surl: Any) -> str | None:
    if not isinstance(surl, str):
        return None
    try:
        parts = urlsplit(surl)
        host = parts.hostname
    except ValueError:
        return None
    return f"{parts.scheme.lower()}://{host.lower()}" if parts.scheme and host else None


SURL_STORAGE = Check(
    "surl-storage", "the storage of a file or job is not that of its URLs", _judge
)
