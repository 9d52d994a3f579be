"""A job of many files is whole in every view, and many of its files can be canceled in one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.harness.probes.answers import files_in, listed, record, rows
from fts_contract.harness.probes.fault import Fault
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_MANY: Final = 120


def _many(talk: Conversation) -> Iterator[Fault]:
    job_id = talk.submit(*(talk.file("many") for _ in range(_MANY)))
    ids: list[Any] = []
    for path in (
        f"/jobs/{job_id}/files",
        f"/files?source_se={talk.storage('many-from')}",
        f"/jobs/{job_id}?files=file_id,source_surl,dest_surl,file_state,reason",
        f"/jobs?source_se={talk.storage('many-from')}&fields=files",
    ):
        answer = talk.ask("GET", path)
        found = _files(answer)
        got = sorted(str(file.get("file_id")) for file in found)
        ids = ids or got
        if len(set(got)) != _MANY or got != ids:
            text = f"{len(set(got))} files, of a job that was submitted with {_MANY}"
            yield Fault(answer, text, "files")
            return
    answer = talk.ask("DELETE", f"/jobs/{job_id}/files/{','.join(ids[:-1])}")
    if listed(answer) != ["CANCELED"] * (_MANY - 1):
        yield Fault(answer, "not all files are said to be CANCELED", "state")
    states = [file.get("file_state") for file in _files(talk.ask("GET", f"/jobs/{job_id}/files"))]
    if states.count("CANCELED") != _MANY - 1:
        text = f"{states.count('CANCELED')} files are CANCELED, after a cancel of {_MANY - 1}"
        yield Fault(answer, text, "file_state")


def _files(answer: Exchange) -> list[dict[str, Any]]:
    found = [*rows(answer), record(answer)]
    inner = [file for row in found for file in files_in(row)]
    return inner or [row for row in found if "file_id" in row]


PROBES = (
    Probe(
        check="many-files",
        meaning="a view of a job of many files lacks some, or a cancel of many files forgets some",
        operations=(
            "submit_job",
            "list_job_files",
            "list_files",
            "get_jobs",
            "cancel_job_files",
        ),
        run=_many,
    ),
)
