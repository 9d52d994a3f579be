"""`bulk-status`: the statuses inside an answer about several jobs agree with the status outside.

Source: `GET`, `DELETE` and `POST /jobs/{ids}` as observed on FTS 3.13.4: a comma in the path makes a list; 207 means
that at least one entry is an error; a job that has ended is 304 inside 200.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fts_contract.harness.exchange_checks.job_rows import ENDED_JOBS, STARTED_BY_IDS, state_of
from fts_contract.harness.exchange_checks.model import Check, Context, Flaw

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BULK_STATUS"]

_CODE = re.compile(r"[1-5][0-9][0-9](?= )")


def _judge(context: Context) -> Iterator[Flaw]:
    if context.name not in STARTED_BY_IDS or context.body is None:
        return
    several = "," in context.path.get("job_ids", "")
    if context.status not in {HTTPStatus.OK, HTTPStatus.MULTI_STATUS}:
        return
    if isinstance(context.body, list) != several:
        yield Flaw("expected an object for one job id, and an array when the path has a comma", "")
        return
    if context.status == HTTPStatus.MULTI_STATUS and not several:
        yield Flaw("status 207 for a single job, expected the status of that job", "")
    inner = [_code(row) for row in context.rows]
    if context.status == HTTPStatus.MULTI_STATUS and not any(_is_error(code) for code in inner):
        yield Flaw("status 207, but no entry is an error", "http_status")
    for row, code in zip(context.rows, inner, strict=True):
        yield from _entry(context, row, code)


def _entry(context: Context, row: dict[str, Any], code: int | None) -> Iterator[Flaw]:
    text = row.get("http_status")
    if code is None:
        yield Flaw(f"an entry has no status of its own: http_status is {text!r}", "http_status")
    elif _is_error(code):
        if context.status == HTTPStatus.OK:
            yield Flaw(f"status 200, although an entry says {text!r}; expected 207", "http_status")
        if "job_state" in row:
            yield Flaw(f"an entry with {text!r} also contains the job", "job_state")
    elif row.get("http_message") and code == HTTPStatus.OK:
        yield Flaw(
            f"an entry with {text!r} has the message {row['http_message']!r}, expected null",
            "http_message",
        )
    else:
        yield from _state(context, row, code)


def _state(context: Context, row: dict[str, Any], code: int) -> Iterator[Flaw]:
    state = state_of(row)
    if code == HTTPStatus.NOT_MODIFIED:
        if context.name == "get_jobs":
            yield Flaw(
                "an entry says 304 for a job that was only read, expected 200", "http_status"
            )
        elif state not in ENDED_JOBS:
            yield Flaw(
                f"an entry says 304, which means that the job has ended, but it is {state}",
                "job_state",
            )
    elif code != HTTPStatus.OK:
        yield Flaw(f"an entry has the unexpected status {row.get('http_status')!r}", "http_status")
    elif context.name == "cancel_jobs" and state != "CANCELED":
        yield Flaw(f"an entry says that the job was canceled, but it is {state}", "job_state")
    elif context.name == "modify_jobs" and state in ENDED_JOBS:
        yield Flaw(
            f"an entry says that the job was changed, but it has ended: it is {state}", "job_state"
        )


def _code(row: dict[str, Any]) -> int | None:
    found = _CODE.match(str(row.get("http_status")))
    return int(found[0]) if found else None


def _is_error(code: int | None) -> bool:
    return code is not None and code >= HTTPStatus.BAD_REQUEST


BULK_STATUS = Check(
    "bulk-status", "the statuses of single jobs do not agree with that of the answer", _judge
)
