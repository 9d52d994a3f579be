"""Settings of storages, cloud storages, the optimizer and hosts: what was written is read back, and nothing else changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fts_contract.harness.probes.answers import find, has_status, keeps, listed, record, rows, same
from fts_contract.harness.probes.fault import NotApplicableError
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.probes.fault import Fault

__all__ = ["PROBES"]

_INFO: dict[str, Any] = {
    "inbound_max_active": 100,
    "outbound_max_active": 200,
    "inbound_max_throughput": 12.5,
    "outbound_max_throughput": 25.5,
    "ipv6": 1,
    "udt": 0,
    "debug_level": 2,
    "site": "fts-contract",
    "se_metadata": "made by a test",
    "skip_eviction": 1,
    "overwrite_disk_enabled": 0,
    "tpc_support": "PULL",
}
# Columns of one character come back as strings. Source: "SE" as observed on FTS 3.13.4.
_READ_BACK = {**_INFO, "skip_eviction": "1", "overwrite_disk_enabled": "0"}


def _se(talk: Conversation) -> Iterator[Fault]:
    """Source: "SE" as observed on FTS 3.13.4."""
    first, second, vo = talk.storage("se-a"), talk.storage("se-b"), talk.name("vo")
    limits = {vo: {"delete": 22, "staging": 32}, f"{vo}-2": {"staging": 7}}
    try:
        body: dict[str, Any] = {
            second: {"se_info": {"site": "other"}},
            first: {"se_info": _INFO, "operations": limits},
        }
        talk.ask("POST", "/config/se", json=body)
        seen = talk.ask("GET", f"/config/se?se={first}")
        wanted: dict[str, Any] = {"se_info": _READ_BACK, "operations": limits}
        yield from same(seen, "storages", list(record(seen)), [first], after="a filter by storage")
        yield from same(seen, "settings", record(seen).get(first), wanted, after="a write")
        every = talk.ask("GET", "/config/se")
        yield from same(every, "settings", record(every).get(first), wanted, after="a write")
        other = record(every).get(second)
        info = other.get("se_info") if isinstance(other, dict) else None
        unset = {**dict.fromkeys(_INFO), "site": "other"}
        yield from same(every, "settings of the other storage", info, unset, after="a write")
        alone = talk.ask("GET", f"/config/se?se={second}")
        due = {second: {"se_info": unset}}
        yield from same(alone, "the other storage", alone.json, due, after="a write")
        change = {"se_info": {"inbound_max_active": 50}, "operations": {vo: {"staging": 0}}}
        talk.ask("POST", "/config/se", json={first: change})
        seen = talk.ask("GET", f"/config/se?se={first}")
        wanted = {
            "se_info": {**_READ_BACK, "inbound_max_active": 50},
            "operations": {**limits, vo: {"delete": 22}},
        }
        yield from same(seen, "settings", record(seen).get(first), wanted, after="a change")
        talk.ask("DELETE", f"/config/se?se={first}")
        seen = talk.ask("GET", f"/config/se?se={first}")
        yield from same(seen, "settings", seen.json, {}, after="a delete")
        every = talk.ask("GET", "/config/se")
        still = second in record(every)
        yield from same(every, "the other storage", still, True, after="a delete")  # noqa: FBT003
    finally:
        for storage in (first, second):
            talk.undo("DELETE", f"/config/se?se={storage}")


def _cloud(talk: Conversation) -> Iterator[Fault]:
    """Source: "Cloud storage" as observed on FTS 3.13.4."""
    name, vo = talk.name("cloud"), talk.name("vo")
    path = f"/config/cloud_storage/{name}"
    storage = {
        "storage_name": name,
        "app_key": "no-key",
        "app_secret": "no-secret",
        "service_api_url": "https://cloud.example.org",
    }
    user = {"vo_name": vo, "access_token": "no-token", "access_token_secret": "none"}
    # A server must not remember that there was none.
    talk.ask("GET", path)
    try:
        talk.write("/config/cloud_storage", storage)
        every = talk.ask("GET", "/config/cloud_storage")
        wanted: dict[str, Any] = {**storage, "users": []}
        yield from same(
            every, "cloud storage", find(every, storage_name=name), wanted, after="a write"
        )
        talk.ask("POST", path, json=user)
        users = talk.ask("GET", path)
        shown = {"storage_name": name, "user_dn": "", **user}
        yield from keeps(users, find(users, vo_name=vo), shown, after="a write", where="user.")
        yield from same(users, "number of users", len(listed(users)), 1)
        talk.ask("DELETE", f"{path}/{vo}")
        users = talk.ask("GET", path)
        yield from same(users, "users", users.json, [], after="a delete")
        talk.ask("POST", path, json=user)
        talk.ask("DELETE", path)
        talk.write("/config/cloud_storage", {"storage_name": name})
        every = talk.ask("GET", "/config/cloud_storage")
        wanted = {**dict.fromkeys(storage), "storage_name": name, "users": []}
        after = "a delete and a write of the name alone"
        yield from same(
            every, "cloud storage", find(every, storage_name=name), wanted, after=after
        )
    finally:
        talk.undo("DELETE", path)
    yield from has_status(talk.ask("GET", path), 404, after="a delete")
    every = talk.ask("GET", "/config/cloud_storage")
    yield from same(every, "cloud storage", find(every, storage_name=name), None, after="a delete")


def _optimizer(talk: Conversation) -> Iterator[Fault]:
    """Source: "Optimizer" as observed on FTS 3.13.4; rows cannot be deleted, so the same pair is used in every run."""
    pair = {"source_se": talk.storage("link-a"), "dest_se": talk.storage("link-b")}
    if reason := talk.session.lock("POST", "/optimizer/current", json.dumps(pair).encode()):
        raise NotApplicableError(reason)
    query = f"source_se={pair['source_se']}&dest_se={pair['dest_se']}"
    for active in (5, 7):
        decision = {"active": active, "queue_size": 9, "success": 50.5, "rationale": "a test"}
        decision |= {"throughput": 1024.5, "filesize_avg": 4096.25, "filesize_stddev": 512.75}
        decision |= {"ema": 2048.25, "diff": 3, "actual_active": active - 1}
        current = {"active": active, "nostreams": 3, "ema": 2048.25}
        for ends in (pair, {**pair, "dest_se": talk.storage("link-c")}):
            talk.ask("POST", "/optimizer/current", json={**ends, **decision, "nostreams": 3})
        seen = talk.ask("GET", f"/optimizer/current?{query}")
        yield from same(seen, "number of rows", len(listed(seen)), 1, after="a write")
        yield from keeps(seen, find(seen, **pair), {**pair, **current}, after="a write")
        # Of two writes within a second, either may be listed as the newer one.
        seen = talk.ask("GET", f"/optimizer/evolution?{query}")
        yield from keeps(seen, find(seen, active=active), {**pair, **decision}, after="a write")
    for path in ("current", "evolution"):
        other = talk.ask("GET", f"/optimizer/{path}?source_se={pair['dest_se']}")
        wrong = [row for row in rows(other) if row.get("source_se") != pair["dest_se"]]
        yield from same(other, "rows of other storages", wrong, [], after="a filter by source")


def _drain(talk: Conversation) -> Iterator[Fault]:
    """Source: "Host, drain" as observed on FTS 3.13.4: the drain is undone at once, and only hosts for which that is possible are drained."""
    unknown = talk.ask("POST", "/config/drain", json={"hostname": talk.name("no-host")})
    yield from has_status(unknown, 400, after="a drain of an unknown host")
    if not talk.exclusive:
        raise NotApplicableError("a drain concerns the whole server; add --exclusive")
    hosts = rows(talk.ask("GET", "/config"))
    for host in hosts:
        name, drain = host.get("hostname"), host.get("drain")
        services = [row.get("drain") for row in hosts if row.get("hostname") == name]
        body = json.dumps({"hostname": name}).encode()
        if set(services) != {drain} or talk.session.lock("POST", "/config/drain", body):
            continue
        try:
            talk.ask("POST", "/config/drain", json={"hostname": name, "drain": not drain})
            seen = talk.ask("GET", "/config")
            got = [row.get("drain") for row in rows(seen) if row.get("hostname") == name]
            yield from same(seen, "drain", got, [not drain] * len(services), after="a write")
            audit = talk.ask("GET", "/config/audit")
            noted = find(audit, action="drain", dn=talk.identity.user_dn) is not None
            yield from same(audit, "row of the audit", noted, wanted=True, after="a drain")
        finally:
            talk.undo("POST", "/config/drain", json={"hostname": name, "drain": bool(drain)})
        seen = talk.ask("GET", "/config")
        got = [row.get("drain") for row in rows(seen) if row.get("hostname") == name]
        due = [bool(drain)] * len(services)
        yield from same(seen, "drain", got, due, after="it was put back")
        return


PROBES = (
    Probe(
        check="se-stored",
        meaning="settings of a storage are not read back, a change loses other fields, or a deleted storage is still there",
        operations=("get_se_config", "set_se_config", "delete_se_config"),
        level="config",
        run=_se,
    ),
    Probe(
        check="cloud-stored",
        meaning="a cloud storage or its user is not read back, or is still there after a delete",
        operations=(
            "list_cloud_storages",
            "set_cloud_storage",
            "list_cloud_storage_users",
            "set_cloud_storage_user",
            "delete_cloud_storage",
            "delete_cloud_storage_user",
        ),
        level="config",
        run=_cloud,
    ),
    Probe(
        check="optimizer-stored",
        meaning="a decision of the optimizer is not read back as it was written, or appears under another pair",
        operations=("set_optimizer_current", "list_optimizer_current", "list_optimizer_evolution"),
        level="config",
        run=_optimizer,
    ),
    Probe(
        check="drain-visible",
        meaning="a drain of a host does not show, or that of an unknown host is accepted",
        operations=("set_drain", "list_hosts"),
        level="config",
        run=_drain,
    ),
)
