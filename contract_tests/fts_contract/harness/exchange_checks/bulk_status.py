"""`bulk-status`: the statuses inside an answer about several jobs agree with the status outside.

Source: `GET`, `DELETE` and `POST /jobs/{ids}` as observed on FTS 3.13.4: a comma in the path makes a list; 207 means
that at least one entry is an error; a job that has ended is 304 inside 200.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fts_contract.harness.exchange_checks.job_rows import ENDED_JOBS, STARTED_BY_IDS, state_of
from fts_contract.harness.exchange_checks.model import Check, Context, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BULK_STATUS"]

_CODE = re.compile(r"[1-5][0-9][0-9](?= )")


def _judge(context: Context) -> Iterator[Finding]:
    if context.name not in STARTED_BY_IDS or context.body is None:
        return
    several = "," in context.path.get("job_ids", "")
    if context.status not in {HTTPStatus.OK, HTTPStatus.MULTI_STATUS}:
        return
    if isinstance(context.body, list) != several:
        yield _finding("one id gives an object, and any comma a list", "")
        return
    if context.status == HTTPStatus.MULTI_STATUS and not several:
        yield _finding("status 207 about a single job", "")
    inner = [_code(row) for row in context.rows]
    if context.status == HTTPStatus.MULTI_STATUS and not any(_is_error(code) for code in inner):
        yield _finding("status 207, but no entry is an error", "http_status")
    for row, code in zip(context.rows, inner, strict=True):
        yield from _entry(context, row, code)


def _entry(context: Context, row: dict[str, Any], code: int | None) -> Iterator[Finding]:
    text = row.get("http_status")
    if code is None:
        yield _finding(f"an entry without its own status: {text!r}", "http_status")
    elif _is_error(code):
        if context.status == HTTPStatus.OK:
            yield _finding(f"status 200, but an entry says {text!r}", "http_status")
        if "job_state" in row:
            yield _finding(f"an entry that says {text!r} shows the job all the same", "job_state")
    elif row.get("http_message") and code == HTTPStatus.OK:
        yield _finding(f"an entry says {text!r} and {row['http_message']!r}", "http_message")
    else:
        yield from _state(context, row, code)


def _state(context: Context, row: dict[str, Any], code: int) -> Iterator[Finding]:
    state = state_of(row)
    if code == HTTPStatus.NOT_MODIFIED:
        if context.name == "get_jobs":
            yield _finding("a job that was only read is said to be not modified", "http_status")
        elif state not in ENDED_JOBS:
            yield _finding(f"304 means that the job has ended, but it is {state}", "job_state")
    elif code != HTTPStatus.OK:
        yield _finding(f"an entry says {row.get('http_status')!r}", "http_status")
    elif context.name == "cancel_jobs" and state != "CANCELED":
        yield _finding(f"the job was canceled, but it is {state}", "job_state")
    elif context.name == "modify_jobs" and state in ENDED_JOBS:
        yield _finding(f"the job is {state}, but is said to be changed", "job_state")


def _code(row: dict[str, Any]) -> int | None:
    found = _CODE.match(str(row.get("http_status")))
    return int(found[0]) if found else None


def _is_error(code: int | None) -> bool:
    return code is not None and code >= HTTPStatus.BAD_REQUEST


def _finding(message: str, where: str) -> Finding:
    return Finding(BULK_STATUS.name, message, where)


BULK_STATUS = Check(
    "bulk-status", "the statuses of single jobs do not agree with that of the answer", _judge
)
