"""A mock that others use, and its whole state in a form that can be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.defects.server_contents import fill
from fts_contract.mock import MockFTS
from fts_contract.mock.configuration import Link
from fts_contract.mock.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.mock.exchange import Call, Reply

    Handler = Callable[[Call], Reply]

ENDED = {"CANCELED", "FAILED", "FINISHED", "FINISHEDDIRTY"}


def furnish(mock: MockFTS) -> None:
    """Fill a mock, with the default link of every real server, and credentials that others have delegated."""
    fill(mock)
    with mock.state.lock:
        mock.state.config.put_link(
            Link(
                "*", min_active=2, max_active=130, optimizer_mode=2, tcp_buffer_size=0, nostreams=0
            )
        )
        mock.state.config.add_host(
            "fts-a.example.org", service_name="fts_server", beat="2030-01-01T00:00:00"
        )
        mock.state.ban_storage(
            "davs://held.example.org", vo="othervo", status="WAIT", message="tape"
        )


def contents(mock: MockFTS, *, without_jobs: bool = False) -> dict[str, Any]:
    """Everything that the mock holds but audit rows and heartbeats, and the keys of delegated credentials."""
    state = mock.state
    with state.lock:
        config = state.config
        return {
            "jobs": {} if without_jobs else {key: _job(job) for key, job in state._jobs.items()},
            "archive": sorted(state._archive),
            "grants": {dn: sorted(found) for dn, found in state.grants.items() if found},
            "bans": sorted(str(ban) for ban in state.bans),
            "banned users": sorted(map(str, state.banned_dns.values())),
            "links": [attrs.asdict(link) for link in config.all_links()],
            "shares": sorted(str(share) for share in config.shares.values()),
            "settings": dict(config.settings),
            "storages": sorted(str(storage) for storage in config.storages.values()),
            "activities": sorted(str(one) for one in config.activity_shares.values()),
            "clouds": [attrs.asdict(cloud) for cloud in config.clouds.all()],
            "drains": sorted((h.hostname, h.service_name, h.drain) for h in config.all_hosts()),
            "optimizer": [
                state.optimizer.current(source_se=None, dest_se=None),
                state.optimizer.evolution(source_se=None, dest_se=None),
            ],
            "credentials": {
                slot: (int(one.ends_at), one.attributes)
                for slot, one in state.delegations._credentials.items()
            },
        }


def _job(job: Any) -> tuple[Any, ...]:
    files = [
        (file.file_state, file.priority if hasattr(file, "priority") else 0) for file in job.files
    ]
    return (job.job_state, job.priority, str(files))


def jobs_of_the_run(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Take the jobs that were submitted meanwhile out of the state after a run."""
    new = set(after["jobs"]) - set(before["jobs"])
    return {name: after["jobs"].pop(name) for name in new}


def differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What differs, jobs of the run left out."""
    jobs_of_the_run(before, after)
    return {name: (before[name], after[name]) for name in before if before[name] != after[name]}


def unfinished(before: dict[str, Any], after: dict[str, Any]) -> list[Any]:
    """The jobs that were submitted meanwhile and have not ended."""
    new = set(after["jobs"]) - set(before["jobs"])
    return [after["jobs"][name] for name in new if after["jobs"][name][0] not in ENDED]


def changed(path: str, change: Callable[[Handler], Handler]) -> MockFTS:
    """Make a mock with another handler at `METHOD /path`."""
    return MockFTS(
        operations=[
            attrs.evolve(one, handler=change(one.handler))
            if one.handler and f"{one.method} {one.template}" == path
            else one
            for one in OPERATIONS
        ]
    )
