"""Defects of submission: what is stored in another way than it was sent."""

from __future__ import annotations

import html
import math
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fts_contract.defects.request_seams import sent_json
from unseen.seams import SUBMIT, in_operations, params_of, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.defects.defect import Handler, Seam
    from fts_contract.mock.exchange import Call, Reply

_KIB: Final = 1024
_MOST_FILES: Final = 100


def _files(body: dict[str, Any]) -> list[dict[str, Any]]:
    files = body.get("files")
    return [f for f in files if isinstance(f, dict)] if isinstance(files, list) else []


def _each_url(change: Callable[[str], str]) -> Seam:
    def edit(body: dict[str, Any]) -> None:
        for file in _files(body):
            for name in ("sources", "destinations"):
                if isinstance(file.get(name), list):
                    file[name] = [change(u) if isinstance(u, str) else u for u in file[name]]

    return sent_json(edit)


def _deep(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_deep(member, change) for member in value]
    if isinstance(value, dict):
        return {name: _deep(member, change) for name, member in value.items()}
    return value


def _metadata_owners(body: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    yield params_of(body), "job_metadata"
    for file in _files(body):
        yield from ((file, name) for name in ("metadata", "staging_metadata", "archive_metadata"))


def _metadata(change: Callable[[Any], Any]) -> Seam:
    def edit(body: dict[str, Any]) -> None:
        for owner, name in _metadata_owners(body):
            if isinstance(owner.get(name), dict):
                owner[name] = change(owner[name])

    return sent_json(edit)


def _without_nulls(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _without_nulls(v) for name, v in value.items() if v is not None}


def _inner_as_text(value: dict[str, Any]) -> dict[str, Any]:
    return {name: str(v) if isinstance(v, dict | list) else v for name, v in value.items()}


def _question_marks(text: str) -> str:
    return text.encode("ascii", "replace").decode()


def _activity_in_lower_case(body: dict[str, Any]) -> None:
    for file in _files(body):
        if isinstance(file.get("activity"), str):
            file["activity"] = file["activity"].lower()


def _sizes(change: Callable[[int], int]) -> Seam:
    def edit(body: dict[str, Any]) -> None:
        for file in _files(body):
            if type(file.get("filesize")) is int and 0 <= file["filesize"] < 2**63:
                file["filesize"] = change(file["filesize"])

    return sent_json(edit)


def _first_hundred(body: dict[str, Any]) -> None:
    if isinstance(body.get("files"), list):
        body["files"] = body["files"][:_MOST_FILES]


def _each_pair_once(body: dict[str, Any]) -> None:
    files = _files(body)
    if files and len(files) == len(body["files"]):
        pairs = {repr((f.get("sources"), f.get("destinations"))): f for f in reversed(files)}
        body["files"] = list(pairs.values())[::-1]


def _suffix_ignored(body: dict[str, Any]) -> None:
    limit = params_of(body).get("max_time_in_queue")
    if isinstance(limit, str) and limit[:-1].isdecimal() and limit[-1:].lower() in "smd":
        params_of(body)["max_time_in_queue"] = int(limit[:-1])


def _default_when_out_of_range(body: dict[str, Any]) -> None:
    priority = params_of(body).get("priority")
    if type(priority) is int and not 1 <= priority <= 5:  # noqa: PLR2004 - the range of FTS
        params_of(body)["priority"] = 3


def _mark_refused(call: Call, carry_on: Handler) -> Reply:
    if call.body.startswith(b"\xef\xbb\xbf"):
        return refusal(400, "Badly formatted JSON request")
    return carry_on(call)


_submitting = partial(
    in_operations,
    operations=SUBMIT,
    resource="jobs",
    with_operations=("get_jobs", "list_job_files"),
)

DEFECTS: Final = (
    _submitting(
        "percent-signs-escaped-again",
        "POST /jobs stores a URL with %20 as one with %2520",
        "wrong-value",
        _each_url(lambda url: url.replace("%", "%25")),
    ),
    _submitting(
        "plus-in-url-becomes-blank",
        "POST /jobs reads + in a URL as an escaped blank and stores %20",
        "wrong-value",
        _each_url(lambda url: url.replace("+", "%20")),
    ),
    _submitting(
        "fragment-of-url-dropped",
        "POST /jobs cuts URLs off at #, so that two files may become one",
        "wrong-value",
        _each_url(lambda url: url.partition("#")[0]),
    ),
    _submitting(
        "metadata-escaped-for-pages",
        "POST /jobs stores metadata with &amp; and &lt;, as a page needs them",
        "wrong-value",
        _metadata(lambda value: _deep(value, html.escape)),
    ),
    _submitting(
        "metadata-without-nulls",
        "POST /jobs drops members of metadata that are null",
        "missing-field",
        _metadata(_without_nulls),
    ),
    _submitting(
        "inner-metadata-become-text",
        "POST /jobs stores objects and arrays inside metadata as Python text",
        "retyped-field",
        _metadata(_inner_as_text),
    ),
    _submitting(
        "accents-become-question-marks",
        "POST /jobs stores text outside ASCII in metadata with question marks",
        "wrong-value",
        _metadata(lambda value: _deep(value, _question_marks)),
    ),
    _submitting(
        "activity-stored-in-lower-case",
        "POST /jobs stores the activity of a file in lower case, so that it has no share any more",
        "wrong-value",
        sent_json(_activity_in_lower_case),
    ),
    _submitting(
        "size-rounded-to-kib",
        "POST /jobs keeps filesize in KiB: user_filesize comes back as a multiple of 1024",
        "wrong-unit",
        _sizes(lambda size: math.ceil(size / _KIB) * _KIB),
    ),
    _submitting(
        "files-after-the-hundredth-lost",
        "POST /jobs accepts a job with more than a hundred files and keeps the first hundred",
        "lost-change",
        sent_json(_first_hundred),
    ),
    _submitting(
        "equal-pairs-merged",
        "POST /jobs makes one file of two with the same URLs, whose metadata differ",
        "lost-change",
        sent_json(_each_pair_once),
    ),
    _submitting(
        "suffix-of-queue-limit-ignored",
        "POST /jobs reads max_time_in_queue 10m as ten hours",
        "wrong-unit",
        sent_json(_suffix_ignored),
    ),
    _submitting(
        "priority-out-of-range-becomes-default",
        "POST /jobs stores priority 3 for a priority above 5 or below 1",
        "wrong-value",
        sent_json(_default_when_out_of_range),
    ),
    _submitting(
        "byte-order-mark-refused",
        "POST /jobs answers 400 to JSON that begins with a byte order mark",
        "refuses-valid",
        _mark_refused,
    ),
)
