"""Requests that only read: many ids at once, completions, attempts of files, files on storages."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING
from urllib.parse import quote

from fts_contract.harness.probes.answers import has_status, keeps, listed, record, rows, same
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation

__all__ = ["PROBES"]

_HUNDRED = 100

_COMPLETIONS = (
    "complete_dn",
    "complete_source",
    "complete_destination",
    "complete_storage",
    "complete_vo",
)
_NO_DELEGATION = 419
_OK = 200
_PRECISE = 2**53 + 1
"""The smallest number that a double cannot hold."""
_ERRORS = {
    **dict.fromkeys((errno.EPERM, errno.EACCES), 403),
    **dict.fromkeys((errno.EAGAIN, errno.EBUSY, errno.ETIMEDOUT), 503),
    errno.ENOENT: 404,
    errno.ENOTDIR: 400,
}
"""What a storage refuses with, and the status that tells it."""


def _hundred(talk: Conversation) -> Iterator[Fault]:
    """Source: "URL length" and "GET /jobs/{ids}" as observed on FTS 3.13.4: 109 ids are served, in the order of the path."""
    known = list(talk.job_ids[:1])
    # Well-formed ids that no server made, with an impossible node and time.
    unknown = [f"00000000-0000-1000-8000-{number:012x}" for number in range(1, _HUNDRED + 1)]
    ids = [*unknown[: _HUNDRED // 2], *known, *unknown[_HUNDRED // 2 :]][:_HUNDRED]
    answer = talk.ask("GET", f"/jobs/{','.join(ids)}")
    yield from has_status(answer, 207, after="a request for 100 ids")
    yield from same(answer, "entries", len(listed(answer)), _HUNDRED)
    got = [row.get("job_id") for row in rows(answer)]
    if len(got) == _HUNDRED and got != ids:
        yield Fault(answer, "the entries are not in the order of the ids", "order")
    for row in rows(answer):
        wanted = "200 Ok" if row.get("job_id") in known else "404 Not Found"
        yield from same(answer, "http_status", row.get("http_status"), wanted)


def _completions(talk: Conversation) -> Iterator[Fault]:
    """Source: "Autocomplete" as observed on FTS 3.13.4: an empty term finds all names, `%` is a wildcard, case is ignored."""
    for operation in talk.selected:
        if operation.operation_id not in _COMPLETIONS:
            continue
        everything = talk.ask("GET", f"{operation.path}?term=")
        names = [name for name in listed(everything) if isinstance(name, str)]
        wild = talk.ask("GET", f"{operation.path}?term=%25")
        yield from same(
            wild, "names", sorted(listed(wild), key=str), sorted(names), after="term=%"
        )
        for name in [name for name in names if name.isascii() and len(name) > 3][:2]:  # noqa: PLR2004
            for term in (name, name[:-1], name.upper()):
                found = talk.ask("GET", f"{operation.path}?term={quote(term, safe='')}")
                yield from same(
                    found, "name", name in listed(found), wanted=True, after=f"term={term}"
                )
            inner = talk.ask("GET", f"{operation.path}?term={quote(name[1:], safe='')}")
            begins = any(other.lower().startswith(name[1:].lower()) for other in names)
            yield from same(inner, "name", bool(listed(inner)), begins, after=f"term={name[1:]}")


def _files(talk: Conversation) -> Iterator[Fault]:
    """Source: "Data management" as observed on FTS 3.13.4: the scheme is refused before the credential is looked up."""
    for path in ("/dm/stat", "/dm/list"):
        for surl in ("file:///etc/hostname", "FILE:///etc"):
            answer = talk.ask("GET", f"{path}?surl={quote(surl, safe='')}", intent="invalid")
            yield from has_status(answer, 400, after=f"surl={surl}")
    # A missing file on the storage plugin for tests; a server without the plugin refuses the protocol.
    missing = talk.ask("GET", f"/dm/stat?surl={quote('mock://host/file?errno=2', safe='')}")
    yield from has_status(missing, 404, 400, _NO_DELEGATION, after="a file that does not exist")
    if missing.status == _ERRORS[errno.ENOENT]:
        yield from _refusals(talk)
    yield from _measures(talk)


def _refusals(talk: Conversation) -> Iterator[Fault]:
    """Source: the table of errors in "Data management" as observed on FTS 3.13.4."""
    for number, status in _ERRORS.items():
        for path, query in (("/dm/stat", ""), ("/dm/list", "&list=a:0644:1")):
            surl = quote(f"mock://host/file?errno={number}{query}", safe="")
            answer = talk.ask("GET", f"{path}?surl={surl}")
            yield from has_status(answer, status, after=f"error {number} of the storage")


def _measures(talk: Conversation) -> Iterator[Fault]:
    """Source: "`mock://` URLs" as observed on FTS 3.13.4: sizes in bytes, as the URL of the storage plugin says."""
    for size in (123456789, 1, _PRECISE):
        surl = quote(f"mock://host/file?size={size}", safe="")
        stat = talk.ask("GET", f"/dm/stat?surl={surl}")
        if stat.status == _OK:
            yield from keeps(stat, record(stat), {"size": size, "mtime": 0}, after=f"size={size}")
    surl = quote("mock://host/dir?list=a:0644:1048576,b:0755:3", safe="")
    entries = talk.ask("GET", f"/dm/list?surl={surl}")
    if entries.status == _OK:
        sizes = {
            name: file.get("size") if isinstance(file, dict) else file
            for name, file in record(entries).items()
        }
        yield from same(entries, "sizes", sizes, {"a": 1048576, "b": 3})


def _attempts(talk: Conversation) -> Iterator[Fault]:
    """Source: "Retry" and `retry` of a file as observed on FTS 3.13.4: failed attempts, counted from 1."""
    failed = talk.ask("GET", "/jobs?state_in=FAILED,FINISHEDDIRTY&limit=3")
    tried = [
        (job.get("job_id"), file)
        for job in rows(failed)
        for file in rows(talk.ask("GET", f"/jobs/{job.get('job_id')}/files"))
        if file.get("retry")
    ]
    if not tried:
        raise NotApplicableError("no file had a failed attempt")
    for job_id, file in tried[:2]:
        retries = talk.ask("GET", f"/jobs/{job_id}/files/{file.get('file_id')}/retries")
        got = sorted(str(row.get("attempt")) for row in rows(retries))
        wanted = sorted(str(number + 1) for number in range(int(file["retry"])))
        yield from same(retries, "attempts", got, wanted, after=f"retry {file['retry']}")


PROBES = (
    Probe(
        check="hundred-ids",
        meaning="a request for a hundred jobs is not served with one entry for each, in order",
        operations=("get_jobs",),
        profile="safe",
        run=_hundred,
    ),
    Probe(
        check="completions",
        meaning="a completion leaves out a name that starts with the term, or lists one that does not",
        operations=_COMPLETIONS,
        profile="safe",
        level="config",
        run=_completions,
    ),
    Probe(
        check="attempts-add-up",
        meaning="the failed attempts of a file do not match its `retry`, or are not counted from 1",
        operations=("list_file_retries",),
        profile="safe",
        run=_attempts,
    ),
    Probe(
        check="storage-files",
        meaning="files of the server itself can be read, or a missing file is answered with an error of the server",
        operations=("stat_file", "list_directory"),
        profile="safe",
        run=_files,
    ),
)
