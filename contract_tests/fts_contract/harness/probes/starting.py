"""Force-start: what cannot be started is told, and what can be is started once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.probes.answers import has_status, rows, same
from fts_contract.harness.probes.probe import Fault, Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.talk import Talk

__all__ = ["PROBES"]

_NO_FILE = 2**62


def _started(talk: Talk) -> Iterator[Fault]:
    """Source: POST /admin/force-start as observed on FTS 3.13.4: the answer lists what could not be started."""
    answer = talk.ask("POST", "/admin/force-start", json=[_NO_FILE])
    yield from has_status(answer, 200, after="a file that does not exist")
    told = [row.get("file_id") for row in rows(answer)]
    yield from same(answer, "file_id", told, [_NO_FILE], after="a file that does not exist")


PROBES = (
    Probe(
        check="force-start-told",
        meaning="a file that cannot be started is not told",
        operations=("start_files",),
        level="admin",
        hold=_started,
    ),
)
