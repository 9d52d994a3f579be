"""GET has no side effect: what the caller can see is the same before and after many GETs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from fts_contract.harness.exchange_checks.job_rows import ENDED_JOBS
from fts_contract.harness.probes.answers import record, same
from fts_contract.harness.probes.fault import NotApplicableError
from fts_contract.harness.probes.harmless_requests import readable, sample
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.probes.fault import Fault
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

# Fields that only the owner changes while a job runs.
_OWNERS = (
    "job_id",
    "priority",
    "cancel_job",
    "user_dn",
    "vo_name",
    "submit_time",
    "job_metadata",
    "retry",
)
_CONFIGURATION = (
    "global",
    "links",
    "shares",
    "se",
    "authorize",
    "activity_shares",
    "cloud_storage",
    "audit",
)


def _effects(talk: Conversation) -> Iterator[Fault]:
    operations = readable(talk)
    if not operations:
        raise NotApplicableError("no operation that only reads is selected")
    jobs = talk.job_ids[:1]
    if talk.full and any(operation.tag in {"jobs", "files"} for operation in operations):
        jobs = (*_submitted(talk), *jobs)
    before = _seen(talk, jobs)
    for operation in operations:
        # This probe runs first, so it takes the samples for all others.
        sample(talk, operation)
    for (name, was), (_, now) in zip(before.items(), _seen(talk, jobs).items(), strict=True):
        ended = _ended(was)
        yield from same(
            now,
            name,
            _lasting(now, ended=ended),
            _lasting(was, ended=ended),
            after="requests that only read",
        )


def _submitted(talk: Conversation) -> tuple[str, ...]:
    """Submit a job and cancel it, so that only a request can change it; empty when the server accepts no job."""
    try:
        job_id = talk.submit(talk.file("reading"))
    except NotApplicableError:
        return ()
    talk.ask("DELETE", f"/jobs/{job_id}")
    return (job_id,)


def _seen(talk: Conversation, job_ids: tuple[str, ...]) -> dict[str, Exchange]:
    paths = [f"/delegation/{talk.identity.delegation_id}", "/whoami"]
    for job_id in job_ids:
        paths += [f"/jobs/{job_id}", f"/jobs/{job_id}/files"]
    if talk.full and "config" in talk.identity.level:
        paths += [*(f"/config/{name}" for name in _CONFIGURATION), "/ban/se", "/ban/dn"]
    return {path: talk.ask("GET", path) for path in paths}


def _ended(seen: Exchange) -> bool:
    return record(seen).get("job_state") in ENDED_JOBS


def _lasting(seen: Exchange, *, ended: bool) -> Any:
    """Get what must not change without a request; of a job that still runs, only what belongs to its owner."""
    if seen.status != requests.codes.ok:
        return seen.status
    if seen.target.endswith("/files"):
        entries = seen.json if isinstance(seen.json, list) else []
        kept = ("file_id", "source_surl", "dest_surl", "priority", "file_metadata")
        return sorted(
            str([entry.get(name) for name in kept]) for entry in entries if isinstance(entry, dict)
        )
    if seen.target.startswith("/jobs/") and not ended:
        return {name: record(seen).get(name) for name in _OWNERS}
    return seen.json


PROBES = (
    Probe(
        check="get-has-no-effect",
        meaning="something changed while only GET requests were sent",
        profile="safe",
        run=_effects,
    ),
)
