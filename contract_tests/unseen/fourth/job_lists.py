"""Defects of the lists of jobs and files, after they moved to another database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_contract.defects.defect import defect_of
from fts_contract.defects.seams import on_call
from unseen.seams import asking, in_operations, without

if TYPE_CHECKING:
    from fts_contract.mock.exchange import Call


def _as_written(call: Call) -> Call:
    text = call.argument("state_in")
    if text is None or text == text.upper():
        return call
    # Blanks are not cut off, so that a state with one matches nothing.
    states = (state if state == state.upper() else f"{state} " for state in text.split(","))
    return asking(call, {**call.query, "state_in": ",".join(states)})


def _own_is_no_filter(call: Call) -> Call:
    return without(call, "user_dn") if call.argument("user_dn") == call.caller.user_dn else call


DEFECTS: Final = (
    in_operations(
        "states-in-lower-case-find-nothing",
        "GET /jobs and /files find nothing for state_in=submitted: the new database compares texts with regard to case",
        "wrong-filter",
        on_call(_as_written),
        operations=("list_jobs", "list_files"),
        resource="jobs",
        safe=True,
    ),
    defect_of(
        "own-dn-lists-the-whole-vo",
        "GET /jobs?user_dn= checks that the DN is that of the caller, and then lists the jobs of the whole VO",
        "ignored-parameter",
        on_call(_own_is_no_filter),
        operation="list_jobs",
        resource="jobs",
        with_operations=("whoami",),
        safe=True,
        caller="alice",
    ),
)
