"""Defects of the lists of jobs and files: filters, windows of time, and files of the wrong job."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.seams import on_call, on_json
from unseen.seams import asking, rows_instead, rows_of, without

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_WINDOW: Final = re.compile(r"(\d+):(\d+)")


def _states_by_beginning(call: Call) -> Call:
    states = (call.argument("state_in") or "").upper().split(",")
    if "FINISHED" not in states or "FINISHEDDIRTY" in states:
        return call
    return asking(call, {**call.query, "state_in": ",".join([*states, "FINISHEDDIRTY"])})


def _minutes_as_seconds(call: Call) -> Call:
    window = _WINDOW.match(call.argument("time_window") or "")
    if window is None or int(window[2]) == 0:
        return call
    return asking(call, {**call.query, "time_window": f"{window[1]}:{int(window[2]) // 60}"})


def _files_of_first(_call: Call, body: Any) -> Any:
    return [{**row, "files": body[0]["files"]} if "files" in row else row for row in body]


def _destination_by_beginning(call: Call, carry_on: Handler) -> Reply:
    wanted = call.argument("dest_surl")
    if wanted is None:
        return carry_on(call)
    reply = carry_on(without(call, "dest_surl"))
    rows = rows_of(reply)
    if rows is None:
        return reply
    found = (row for row in rows if (row["dest_surl"] or "").startswith(wanted))
    return attrs.evolve(rows_instead(reply, found))


DEFECTS: Final = (
    defect_of(
        "finished-finds-finisheddirty",
        "GET /jobs?state_in=FINISHED lists FINISHEDDIRTY jobs as well: the beginning of the state is compared",
        "wrong-filter",
        on_call(_states_by_beginning),
        operation="list_jobs",
        resource="jobs",
        safe=True,
    ),
    defect_of(
        "minutes-of-window-are-seconds",
        "GET /jobs?time_window=1:59 looks back one hour and 59 seconds",
        "wrong-unit",
        on_call(_minutes_as_seconds),
        operation="list_jobs",
        resource="jobs",
        safe=True,
    ),
    defect_of(
        "all-jobs-have-the-files-of-the-first",
        "GET /jobs?fields=job_id,files shows the files of the first job with each job",
        "wrong-value",
        on_json(_files_of_first),
        operation="list_jobs",
        resource="jobs",
        safe=True,
    ),
    defect_of(
        "destination-found-by-its-beginning",
        "GET /files?dest_surl=.../f1 lists the files .../f10 and .../f11 as well",
        "wrong-filter",
        _destination_by_beginning,
        operation="list_files",
        resource="files",
        safe=True,
    ),
)
