"""Limits concern what has not started: what runs goes on, whichever limit falls below it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from fts_contract.harness.probes.answers import record, rows, same
from fts_contract.harness.probes.fault import NotApplicableError
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.sending.own_names import is_own

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.probes.fault import Fault
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_PAGE: Final = {"Accept": "text/html"}
_START_S: Final = 1.4
_ENOUGH_H: Final = 1000
"""No job that was submitted waits as long as that."""


def _lowered(talk: Conversation) -> Iterator[Fault]:
    """Source: "Links", "SE" and "Global" as observed on FTS 3.13.4."""
    job_id, (source, destination) = _running(talk)
    running = _in(talk.ask("GET", f"/jobs/{job_id}/files"), "ACTIVE")
    name, usual = talk.name("limit"), _of_everybody(talk)
    ends = {"symbolicname": name, "source": source, "destination": destination}
    try:
        for limit in (50, 1):
            links = {"min_active": 1, "max_active": limit}
            info = {
                f"{way}_{of}": limit
                for way in ("inbound", "outbound")
                for of in ("max_active", "max_throughput")
            }
            part = {"se_info": info, "operations": {talk.vo: {"staging": limit}}}
            bodies = {
                "/config/links": ends | links,
                "/config/se": {source: part, destination: part},
                "/config/global": usual and {**usual, "max_time_queue": limit * _ENOUGH_H},
            }
            for path, body in bodies.items():
                if body:
                    talk.write(path, body, headers=_PAGE if "global" in path else None)
                    files = talk.ask("GET", f"/jobs/{job_id}/files")
                    after = f"limits of {limit} in {path}"
                    going_on = _in(files, "ACTIVE", "FINISHED")
                    stopped = [one for one in running if one not in going_on]
                    yield from same(files, "files that were stopped", stopped, [], after=after)
    finally:
        talk.undo("DELETE", f"/config/links/{name}")
        for storage in (source, destination):
            talk.undo("DELETE", f"/config/se?se={storage}")
        if usual:
            talk.undo("POST", "/config/global", json=usual, headers=_PAGE)


def _running(talk: Conversation) -> tuple[str, tuple[str, str]]:
    """Find a job of this run whose files run, and its storages.

    Raises:
        NotApplicableError: There is none.
    """
    for wait_s in (0, _START_S):
        if wait_s:
            talk.sleep(wait_s)
        # Those that the run submitted when it began come first, and the second of them runs for longer.
        for job_id in reversed(talk.job_ids[:2]):
            files = talk.ask("GET", f"/jobs/{job_id}/files")
            for file in rows(files):
                ends = (str(file.get("source_se")), str(file.get("dest_se")))
                if file.get("file_state") == "ACTIVE" and all(map(is_own, ends)):
                    return job_id, ends
    raise NotApplicableError("no job that the run submitted is running")


def _in(files: Exchange, *states: str) -> list[Any]:
    return [row.get("file_id") for row in rows(files) if row.get("file_state") in states]


def _of_everybody(talk: Conversation) -> dict[str, Any]:
    """The limit of the queue for all VOs, if the run may change it; empty otherwise."""
    settings = record(talk.ask("GET", "/config/global")).get("*")
    body = {"vo_name": "*", "max_time_queue": (settings or {}).get("max_time_queue")}
    refused = talk.session.lock("POST", "/config/global", json.dumps(body).encode())
    return {} if refused or body["max_time_queue"] is None else body


PROBES = (
    Probe(
        check="limits-spare-running",
        meaning="a file that runs is stopped or sent back when a limit is lowered",
        operations=("set_link", "set_se_config", "set_global_config", "list_job_files"),
        level="config",
        run=_lowered,
    ),
)
