"""Names that begin with a term, attempts of files, files on storages: requests that read, with values that tell something."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fts_contract.harness.probes.answers import has_status, listed, rows, same
from fts_contract.harness.probes.probe import Fault, NotApplicableError, Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.talk import Talk

__all__ = ["PROBES"]

_COMPLETIONS = (
    "complete_dn",
    "complete_source",
    "complete_destination",
    "complete_storage",
    "complete_vo",
)
_NO_DELEGATION = 419


def _completions(talk: Talk) -> Iterator[Fault]:
    """Source: "Autocomplete" as observed on FTS 3.13.4: an empty term finds all, `%` is a wildcard, case does not count."""
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


def _files(talk: Talk) -> Iterator[Fault]:
    """Source: "Data management" as observed on FTS 3.13.4: the scheme is refused before a credential is looked for."""
    for path in ("/dm/stat", "/dm/list"):
        for surl in ("file:///etc/hostname", "FILE:///etc"):
            answer = talk.ask("GET", f"{path}?surl={quote(surl, safe='')}", intent="invalid")
            yield from has_status(answer, 400, after=f"surl={surl}")
    # A file that is not there, on the storage plugin for tests; a server without the plugin refuses the protocol.
    missing = talk.ask("GET", f"/dm/stat?surl={quote('mock://host/file?errno=2', safe='')}")
    yield from has_status(missing, 404, 400, _NO_DELEGATION, after="a file that is not there")


def _attempts(talk: Talk) -> Iterator[Fault]:
    """Source: "Retry" and `retry` of a file as observed on FTS 3.13.4: failed attempts, counted from 1."""
    failed = talk.ask("GET", "/jobs?state_in=FAILED,FINISHEDDIRTY&limit=3")
    tried = [
        (job.get("job_id"), file)
        for job in rows(failed)
        for file in rows(talk.ask("GET", f"/jobs/{job.get('job_id')}/files"))
        if file.get("retry")
    ]
    if not tried:
        raise NotApplicableError("no file was tried again")
    for job_id, file in tried[:2]:
        retries = talk.ask("GET", f"/jobs/{job_id}/files/{file.get('file_id')}/retries")
        got = sorted(str(row.get("attempt")) for row in rows(retries))
        wanted = sorted(str(number + 1) for number in range(int(file["retry"])))
        yield from same(retries, "attempts", got, wanted, after=f"retry {file['retry']}")


PROBES = (
    Probe(
        check="completions",
        meaning="a completion leaves out a name that begins with the term, or does not begin with it",
        operations=_COMPLETIONS,
        profile="safe",
        level="config",
        hold=_completions,
    ),
    Probe(
        check="attempts-add-up",
        meaning="the failed attempts of a file are not as many as it says, or not counted from 1",
        operations=("list_file_retries",),
        profile="safe",
        hold=_attempts,
    ),
    Probe(
        check="storage-files",
        meaning="files of the server itself can be looked at, or a file that is not there is an error of the server",
        operations=("stat_file", "list_directory"),
        profile="safe",
        hold=_files,
    ),
)
