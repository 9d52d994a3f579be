"""Each unseen defect of lists of jobs and files shows in the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from unseen import file_lists, job_lists

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

STORAGE = "mock://source.example.org"
DEST = "mock://dest.example.org"


def ids(rows: Any) -> Any:
    """What is the same on two servers, which differ in ids and may differ in times."""
    if not isinstance(rows, list):
        return rows
    return [
        (row.get("job_state"), row.get("source_se"), row.get("dest_se"), row.get("user_dn"))
        for row in rows
    ]


def listing(**arguments: str) -> Callable[[Talk], Any]:
    return lambda talk: ids(talk.get("alice", "/jobs", **arguments))


def one_after_another(talk: Talk) -> Any:
    mine = ids(talk.get("alice", "/jobs", limit="5"))
    return mine, ids(talk.get("bob-novoms", "/jobs", limit="5"))


def files(**arguments: str) -> Callable[[Talk], Any]:
    def ask(talk: Talk) -> Any:
        rows = talk.get("alice", "/files", **arguments)
        return [
            (row["file_state"], row["source_se"], row["dest_se"], row["vo_name"]) for row in rows
        ]

    return ask


def repeated(talk: Talk) -> Any:
    return ids(talk.ask("alice", "GET", f"/jobs?source_se={STORAGE}&source_se=x").json)


def quoted(talk: Talk) -> Any:
    path = "/jobs?source_se=mock%3A%2F%2Fx%27"
    return talk.ask("alice", "GET", path).status, len(
        talk.ask("alice", "GET", f"{path}+or+%271%27%3D%271").json
    )


def dlg_id_of_admin(talk: Talk) -> Any:
    me, other = talk.get("alice", "/whoami"), talk.get("admin", "/whoami")
    return ids(talk.get("alice", "/jobs", dlg_id=other["delegation_id"], user_dn=me["user_dn"]))


def files_of_other_vo(talk: Talk) -> Any:
    vo = talk.get("bob-novoms", "/whoami")["vos"][0]
    return len(talk.get("alice", "/files", vo_name=vo))


def chosen(talk: Talk) -> Any:
    return talk.get("alice", "/jobs", fields="source_se,dest_se,job_state", limit="3")


CONVERSATIONS: dict[str, Callable[[Talk], Any]] = {
    "first-found-cut-then-sorted": listing(state_in="FINISHED,SUBMITTED,FAILED,ACTIVE", limit="1"),
    "limit-counts-jobs-of-other-storages": listing(limit="1", dest_se="root://tape.example.org"),
    "state-in-finds-longer-states": listing(state_in="FINISHED", limit="0"),
    "storage-filter-matches-beginnings": listing(source_se="mock://source"),
    "empty-storage-filter-is-a-filter": listing(source_se=""),
    "last-of-repeated-arguments-counts": repeated,
    "window-counts-beside-limit": listing(state_in="FINISHED,ACTIVE", limit="9", time_window="1"),
    "window-hours-read-as-minutes": listing(state_in="FINISHED,FAILED", time_window="3"),
    "zero-limit-lists-nothing": listing(limit="0"),
    "fields-get-values-of-neighbours": chosen,
    "own-dn-excuses-foreign-delegation-id": dlg_id_of_admin,
    "list-cache-shared-by-callers": one_after_another,
    "quote-ends-storage-in-sql": quoted,
    "final-slash-redirects-to-backend": lambda talk: talk.ask("alice", "GET", "/jobs/").status,
    "list-without-filter-hides-colleagues": listing(),
    "files-of-vo-asked-for": files_of_other_vo,
    "files-of-colleagues-hidden": files(),
    "files-source-filter-matches-destination": files(source_se=DEST),
}


@pytest.mark.parametrize(
    "defect", [*job_lists.DEFECTS, *file_lists.DEFECTS], ids=lambda defect: defect.name
)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    differ(defect, CONVERSATIONS[defect.name])
