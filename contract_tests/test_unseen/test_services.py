"""Each unseen defect of the optimizer, of data management and of clouds shows in the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from unseen.services import DEFECTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

SOURCE = "mock://source.example.org"
DEST = "mock://dest.example.org"
DIRECTORY = "mock://a.example.org/d?list=.hidden:644:1,shown:644:1"
LARGE = "mock://a.example.org/f?size=3000000000"


def rows(path: str, *names: str, **arguments: str) -> Callable[[Talk], Any]:
    def conversation(talk: Talk) -> Any:
        return [[row[name] for name in names] for row in talk.get("alice", path, **arguments)]

    return conversation


def set_current(talk: Talk) -> Any:
    row = {"source_se": SOURCE, "dest_se": DEST, "active": 3, "throughput": 104857600}
    talk.post("admin", "/optimizer/current", row)
    current = rows("/optimizer/current", "source_se", "dest_se", "active")(talk)
    return sorted(current), talk.get("alice", "/optimizer/evolution")[0]["throughput"]


def unlink(talk: Talk) -> Any:
    return talk.post("alice", "/dm/unlink", {"surl": "mock://a.example.org/f?errno=2"}).status


CONVERSATIONS: dict[str, Callable[[Talk], Any]] = {
    "optimizer-filters-swapped": rows("/optimizer/current", "source_se", source_se=SOURCE),
    "evolution-cut-before-filter": rows("/optimizer/evolution", "active", source_se=SOURCE),
    "evolution-of-a-link-starts-at-the-end": rows(
        "/optimizer/evolution", "active", source_se=SOURCE
    ),
    "current-rows-pile-up": set_current,
    "throughput-stored-in-mib": set_current,
    "quote-in-term-shows-sql": lambda talk: talk.get("admin", "/autocomplete/source", term="it's"),
    "destinations-among-the-sources": lambda talk: talk.get(
        "admin", "/autocomplete/source", term=""
    ),
    "entries-with-a-dot-hidden": lambda talk: talk.get("alice", "/dm/list", surl=DIRECTORY),
    "size-of-file-in-32-bits": lambda talk: talk.get("alice", "/dm/stat", surl=LARGE),
    "unlink-hides-errors": unlink,
    "service-name-in-one-case-only": lambda talk: talk.get("alice", "/cs/registered/Dropbox"),
}


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    differ(defect, CONVERSATIONS[defect.name])
