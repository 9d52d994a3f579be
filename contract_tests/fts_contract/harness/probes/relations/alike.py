"""Submissions that mean the same make the same job: by POST and PUT, with defaults and without, in other units or spellings."""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, Any, Final

from fts_contract.harness.probes.answers import find, has_status, record
from fts_contract.harness.probes.fault import Fault
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation

__all__ = ["PROBES"]

_DEFAULTS: Final[dict[str, Any]] = {
    "priority": 3,
    "retry": 0,
    "retry_delay": 0,
    "overwrite": False,
    "overwrite_on_retry": False,
    "multihop": False,
    "bring_online": -1,
    "copy_pin_lifetime": -1,
    "archive_timeout": -1,
    "verify_checksum": False,
    "dst_file_report": False,
    "max_time_in_queue": 0,
    "id_generator": "standard",
}
_QUEUE: Final = {"max_time_in_queue": 10}
_FULL: Final = {"nostreams": 4, "timeout": 3600, "retry": 2, "priority": 5, "retry_delay": 60}
# What is sent, and what means the same: parts of the file, and of the parameters.
# Source: "files[]" and "params" of the submission as observed on FTS 3.13.4.
_PAIRS: Final[tuple[tuple[str, dict[str, Any], dict[str, Any]], ...]] = (
    ("defaults", {}, _DEFAULTS),
    ("null", {}, dict.fromkeys(("retry", "bring_online", "job_metadata", "nostreams"))),
    ("unknown parameters", _FULL, {**_FULL, "no_such_parameter": "x"}),
    ("numbers as text", _FULL, {name: str(value) for name, value in _FULL.items()}),
    ("10 hours in seconds", _QUEUE, {"max_time_in_queue": "36000s"}),
    ("10 hours in minutes", _QUEUE, {"max_time_in_queue": "600m"}),
    ("10 hours with a unit", _QUEUE, {"max_time_in_queue": "10H"}),
    ("2 days in hours", {"max_time_in_queue": "2d"}, {"max_time_in_queue": 48}),
    ("a label", {"job_metadata": "text"}, {"job_metadata": {"label": "text"}}),
    ("words for yes", {"reuse": True}, {"reuse": "Yes"}),
    ("priorities above the highest", {"priority": 5}, {"priority": 99}),
    ("priorities below the lowest", {"priority": 1}, {"priority": -3}),
    ("words for checksums", {"verify_checksum": "both"}, {"verify_checksum": True}),
)
_FILES: Final[tuple[tuple[str, dict[str, Any], dict[str, Any]], ...]] = (
    (
        "defaults of files",
        {},
        {"checksum": None, "filesize": None, "activity": None, "metadata": None, "scitag": None},
    ),
    ("sizes as text", {"filesize": 123456789}, {"filesize": "123456789"}),
    ("labels of files", {"metadata": "text"}, {"metadata": {"label": "text"}}),
)
_OF_EACH_JOB: Final = {"job_id", "submit_time", "job_state"}
_OF_EACH_FILE: Final = {
    *("file_id", "job_id", "file_state", "hashed_id", "start_time", "transfer_host", "reason"),
    *("pid", "log_file", "log_debug", "internal_file_params", "throughput", "tx_duration"),
    *("filesize", "recoverable"),
}
_TOLERANCE_S: Final = 120


def _alike(talk: Conversation) -> Iterator[Fault]:
    file = talk.file("alike")
    for what, one, other in _PAIRS:
        yield from _same(talk, what, _body(file, one), _body(file, other))
    for what, one, other in _FILES:
        yield from _same(talk, what, _body({**file, **one}, {}), _body({**file, **other}, {}))
    body = _body(file, _FULL)
    yield from _same(talk, "PUT in place of POST", body, body, method="PUT")
    for what, data in _spellings(body):
        yield from _same(talk, what, body, data)
    padded = _body({**file, "sources": [f"  {file['sources'][0]} "], "unknown": 1}, _FULL)
    yield from _same(talk, "blanks around a URL", body, {**padded, "unknown": {}})


def _spellings(body: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The same JSON in other bytes. Source: "Body and content type" of the submission as observed on FTS 3.13.4."""
    text = json.dumps(body)
    escaped = re.sub('(?<=")[^"]+(?=")', _escaped, text)
    backwards = json.dumps(dict(reversed(body.items())), indent="\t", separators=(" ,", " : "))
    yield "a byte order mark", codecs.BOM_UTF8 + text.encode()
    yield "UTF-16", text.encode("utf-16")
    yield "escaped letters", escaped.encode()
    yield "blanks and another order", backwards.encode()


def _escaped(found: re.Match[str]) -> str:
    return (
        "".join(f"\\u{ord(char):04x}" for char in found[0]) if found[0][0].isalpha() else found[0]
    )


def _body(file: dict[str, Any], params: dict[str, Any]) -> dict[str, Any]:
    return {"files": [file], "params": params}


def _same(
    talk: Conversation,
    what: str,
    one: dict[str, Any],
    other: dict[str, Any] | bytes,
    *,
    method: str = "POST",
) -> Iterator[Fault]:
    first = _made(talk, "POST", one)
    if isinstance(other, bytes):
        # The document does not describe every spelling of JSON.
        headers = {"Content-Type": "application/json"}
        answer = talk.unjudged().ask(method, "/jobs", data=other, headers=headers)
    else:
        answer = talk.ask(method, "/jobs", json=other)
    talk.note_job(answer)
    yield from has_status(answer, 200, after=what)
    job_id = record(answer).get("job_id")
    if first is None or not isinstance(job_id, str):
        return
    second = _read(talk, job_id)
    for name, value in first.items():
        if not _equal(name, second.get(name), value):
            text = f"{name} is {second.get(name)!r} with {what}, expected {value!r}"
            yield Fault(talk.ask("GET", f"/jobs/{job_id}"), text, f"{what}: {name}")


def _made(talk: Conversation, method: str, body: dict[str, Any]) -> dict[str, Any] | None:
    answer = talk.ask(method, "/jobs", json=body)
    talk.note_job(answer)
    job_id = record(answer).get("job_id")
    return _read(talk, job_id) if answer.status == 200 and isinstance(job_id, str) else None  # noqa: PLR2004


def _read(talk: Conversation, job_id: str) -> dict[str, Any]:
    job = record(talk.ask("GET", f"/jobs/{job_id}"))
    file = find(talk.ask("GET", f"/jobs/{job_id}/files")) or {}
    of_job = {name: value for name, value in job.items() if name not in _OF_EACH_JOB}
    return of_job | {
        f"file.{name}": value for name, value in file.items() if name not in _OF_EACH_FILE
    }


def _equal(name: str, got: Any, wanted: Any) -> bool:
    if name == "max_time_in_queue" and isinstance(got, int) and isinstance(wanted, int):
        return abs(got - wanted) <= _TOLERANCE_S
    return bool(got == wanted)


PROBES = (
    Probe(
        check="same-submission",
        meaning="two submissions that mean the same make different jobs",
        operations=("submit_job", "submit_job_put", "get_jobs"),
        run=_alike,
    ),
)
