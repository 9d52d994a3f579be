"""Probes of configuration and bans: silent on the clean mock, and each finds what is wrong with a mock that has one defect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from test_harness.probes.probe_bench import Bench, edited, ignoring, instead, sent, then

from fts_contract.harness.probes.config import banning, configuring, limits, neighbours, storages
from fts_contract.mock.errors import APIError
from fts_contract.mock.exchange import Reply, json_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from test_harness.probes.probe_bench import Change

    from fts_contract.mock.exchange import Call
    from fts_contract.mock.server import MockFTS

    Handler = Callable[[Call], Reply]

MODULES = (banning, configuring, limits, neighbours, storages)
CHECKS = [probe.check for module in MODULES for probe in module.PROBES]

NO_DELETE = instead(lambda _: Reply(status=204, content_type=None))
EMPTY_LIST = instead(lambda _: json_reply([]))


def losing(name: str) -> Change:
    """Let the server overlook a field of what is sent."""
    return sent(lambda body: {key: value for key, value in body.items() if key != name})


def forgetting(**defaults: Any) -> Change:
    """Let the server reset what a change leaves out."""
    return sent(lambda body: {**defaults, **body})


def without_reasons(rows: Any, _call: Call) -> Any:
    return [{**row, "message": ""} for row in rows]


def release_nothing(handler: Handler) -> Handler:
    """Lift the ban, but leave files on hold."""

    def handle(call: Call) -> Reply:
        held = [
            file
            for job in call.state.jobs_of(None, only_open=True)
            for file in job.files
            if file.file_state == "ON_HOLD"
        ]
        reply = handler(call)
        for file in held:
            file.file_state = "ON_HOLD"
        return reply

    return handle


def stage_on(handler: Handler) -> Handler:
    """Hold only files that wait for their transfer."""

    def handle(call: Call) -> Reply:
        reply = handler(call)
        for job in call.state.jobs_of(None, only_open=True):
            for file in job.files:
                if file.file_state == "ON_HOLD_STAGING":
                    file.file_state = "STAGING"
        return reply

    return handle


def cancel_in_place_of_wait(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in {"status", "allow_submit"}}


def forget_ban_of_submission(handler: Handler) -> Handler:
    """Take jobs for banned storages."""

    def handle(call: Call) -> Reply:
        bans, call.state.bans = call.state.bans, []
        reply = handler(call)
        call.state.bans = bans
        return reply

    return handle


def unban_all(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        call.state.bans = []
        return handler(call)

    return handle


def in_lower_case_only(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        return (
            Reply(status=204, content_type=None)
            if call.params["sym_name"].isupper()
            else handler(call)
        )

    return handle


def keep_limits(handler: Handler) -> Handler:
    """Delete the settings of a storage, and find its limits again when there are new ones."""

    def handle(call: Call) -> Reply:
        config = call.state.config
        kept = config.storage(call.query["se"])
        reply = handler(call)
        config.put_storage(attrs.evolve(kept, info=None))
        return reply

    return handle


def forget_bans_of_urls_with_port(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        bans = call.state.bans
        if b":8443/" in call.body:
            call.state.bans = []
        try:
            return handler(call)
        finally:
            call.state.bans = bans

    return handle


def also_refusing(part: bytes) -> Change:
    """Refuse submissions with this text too while a storage is banned."""

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            if call.state.bans and part in call.body:
                raise APIError(403, "banned")
            return handler(call)

        return handle

    return change


def unban_for_everybody(call: Call) -> None:
    call.state.bans = [ban for ban in call.state.bans if ban.storage != call.query["storage"]]


def for_every_vo(handler: Handler) -> Handler:
    """Ban a storage for all VOs."""

    def handle(call: Call) -> Reply:
        reply = handler(call)
        call.state.bans = [attrs.evolve(ban, vo="*") for ban in call.state.bans]
        return reply

    return handle


def cancel_running(call: Call) -> None:
    for job in call.state.jobs_of(None, only_open=True):
        for file in job.files:
            if b'"max_active": 1' in call.body or b'"inbound_max_active": 1' in call.body:
                call.state.set_file_state(file, "SUBMITTED")


def reset_other_vos(handler: Handler) -> Handler:
    """Replace all limits of a storage by those that are sent."""

    def handle(call: Call) -> Reply:
        for name, part in call.json_object().items():
            storage = call.state.config.storage(name)
            if "operations" in part:
                storage.limits.clear()
                call.state.config.put_storage(storage)
        return handler(call)

    return handle


def keep_cloud_users(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        clouds = call.state.config.clouds
        known = clouds.find(call.params["storage_name"])
        reply = handler(call)
        if known is not None and known.users:
            clouds.put(attrs.evolve(known, app_key=None, app_secret=None, service_api_url=None))
        return reply

    return handle


def one_row_a_source(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        every = json.loads(handler(attrs.evolve(call, query={})).body)
        newest = {row["source_se"]: row for row in reversed(every)}
        return json_reply(
            [row for row in newest.values() if all(row[k] == v for k, v in call.query.items())]
        )

    return handle


def zero_for_null(links: Any, _call: Call) -> Any:
    return [{key: value or 0 for key, value in link.items()} for link in links]


DEFECTS: dict[str, tuple[str, dict[str, Change], str]] = {
    "settings lose a field": (
        "global-stored",
        {"POST /config/global": losing("sec_per_mb")},
        "after a write",
    ),
    "settings reset what is left out": (
        "global-stored",
        {"POST /config/global": forgetting(max_time_queue=0)},
        "after a change of one field",
    ),
    "settings stay": ("global-stored", {"DELETE /config/global": NO_DELETE}, "after a delete"),
    "link loses a field": (
        "links-stored",
        {"POST /config/links": losing("tcp_buffer_size")},
        "tcp_buffer_size",
    ),
    "link resets what is left out": (
        "links-stored",
        {"POST /config/links": forgetting(min_active=2)},
        "after a change of one field",
    ),
    "link stays": (
        "links-stored",
        {"DELETE /config/links/{sym_name}": NO_DELETE},
        "status 200, expected 404",
    ),
    "list of links is stale": (
        "links-stored",
        {"GET /config/links": EMPTY_LIST},
        "link is None",
    ),
    "completion finds everything": (
        "links-stored",
        {"GET /autocomplete/source": ignoring("term")},
        "source is",
    ),
    "completion finds nothing": (
        "links-stored",
        {"GET /autocomplete/storage": EMPTY_LIST},
        "storage is False",
    ),
    "share not replaced": (
        "shares-stored",
        {"GET /config/shares": edited(lambda rows, _: [{**row, "share": 40} for row in rows])},
        "share is",
    ),
    "share stays": ("shares-stored", {"DELETE /config/shares": NO_DELETE}, "after a delete"),
    "grants of everybody": (
        "grants-stored",
        {"GET /config/authorize": ignoring("operation")},
        "grants",
    ),
    "all grants deleted": (
        "grants-stored",
        {"DELETE /config/authorize": ignoring("operation")},
        "after a delete of one",
    ),
    "activities always active": (
        "activities-stored",
        {"POST /config/activity_shares": sent(lambda body: {**body, "active": True})},
        "activity shares is",
    ),
    "activities stay": (
        "activities-stored",
        {"DELETE /config/activity_shares/{vo_name}": NO_DELETE},
        "after a delete",
    ),
    "delete removes all": (
        "deletes-only-that",
        {"DELETE /ban/se": unban_all},
        "is gone, after a delete of another entry",
    ),
    "name in one case only": (
        "deletes-only-that",
        {"DELETE /config/links/{sym_name}": in_lower_case_only},
        "is still there, after a delete, by its name in capitals",
    ),
    "settings outlive their storage": (
        "deletes-only-that",
        {"DELETE /config/se": keep_limits},
        "an entry that was deleted and written again",
    ),
    "audit silent": (
        "audit-written",
        {"GET /config/audit": EMPTY_LIST},
        "audit row is missing",
    ),
    "audit with another author": (
        "audit-written",
        {"GET /config/audit": edited(lambda rows, _: [{**row, "dn": "/CN=x"} for row in rows])},
        "dn is '/CN=x'",
    ),
    "storage loses its site": (
        "se-stored",
        {
            "GET /config/se": edited(
                lambda every, _: {
                    name: {**entry, "se_info": {**(entry.get("se_info") or {}), "site": None}}
                    for name, entry in every.items()
                }
            )
        },
        "settings is",
    ),
    "storage filter ignored": ("se-stored", {"GET /config/se": ignoring("se")}, "storages is"),
    "storage stays": ("se-stored", {"DELETE /config/se": NO_DELETE}, "after a delete"),
    "cloud user stays": (
        "cloud-stored",
        {"DELETE /config/cloud_storage/{storage_name}/{id}": NO_DELETE},
        "users is",
    ),
    "cloud storage loses its address": (
        "cloud-stored",
        {"POST /config/cloud_storage": losing("service_api_url")},
        "cloud storage is",
    ),
    "optimizer decides otherwise": (
        "optimizer-stored",
        {"POST /optimizer/current": sent(lambda body: {**body, "active": 1})},
        "active is 1, expected 5",
    ),
    "optimizer filter ignored": (
        "optimizer-stored",
        {"GET /optimizer/current": ignoring("source_se")},
        "rows of other storages",
    ),
    "host never drains": (
        "drain-visible",
        {"POST /config/drain": instead(lambda _: json_reply(None))},
        "drain is [False], expected [True]",
    ),
    "host drains for ever": (
        "drain-visible",
        {"POST /config/drain": sent(lambda body: {**body, "drain": True})},
        "drain is [True], expected [False], after it was put back",
    ),
    "ban not listed": ("ban-in-force", {"GET /ban/se": EMPTY_LIST}, "ban is missing"),
    "ban without its reason": (
        "ban-in-force",
        {"GET /ban/se": edited(without_reasons)},
        "message",
    ),
    "ban not in force": (
        "ban-in-force",
        {"POST /jobs": forget_ban_of_submission},
        "status 200, expected 403",
    ),
    "ban stays": ("ban-in-force", {"DELETE /ban/se": NO_DELETE}, "after it was lifted"),
    "wait cancels": ("ban-waits", {"POST /ban/se": sent(cancel_in_place_of_wait)}, "status is"),
    "staging is not held": (
        "ban-waits",
        {"POST /ban/se": stage_on},
        "a file is 'STAGING', after a ban with status wait",
    ),
    "held files stay": (
        "ban-waits",
        {"DELETE /ban/se": release_nothing},
        "a file is 'ON_HOLD', after the ban was lifted",
    ),
    "ban evaded by a port": (
        "ban-spellings",
        {"POST /jobs": forget_bans_of_urls_with_port},
        "status 200, expected 403",
    ),
    "ban of hosts below": (
        "ban-spellings",
        {"POST /jobs": also_refusing(b"sub.fts-contract")},
        "status 403, expected 200 or 419, after a ban of",
    ),
    "ban of every scheme": (
        "ban-spellings",
        {"POST /jobs": also_refusing(b"davs://")},
        "status 403, expected 200 or 419, after a ban of",
    ),
    "ban of one VO holds for all": (
        "ban-of-one-vo",
        {"POST /ban/se": for_every_vo},
        "status 403, expected 200 or 419, after a ban by an administrator of another VO",
    ),
    "unban of one VO lifts all": (
        "ban-of-one-vo",
        {"DELETE /ban/se": then(unban_for_everybody)},
        "ban is missing, after an unban by an administrator of another VO",
    ),
    "link stops what runs": (
        "limits-spare-running",
        {"POST /config/links": then(cancel_running)},
        "after limits of 1 in /config/links",
    ),
    "storage stops what runs": (
        "limits-spare-running",
        {"POST /config/se": then(cancel_running)},
        "after limits of 1 in /config/se",
    ),
    "limits of one VO replace those of others": (
        "se-stored",
        {"POST /config/se": reset_other_vos},
        "after a change",
    ),
    "users outlive their cloud storage": (
        "cloud-stored",
        {"DELETE /config/cloud_storage/{storage_name}": keep_cloud_users},
        "after a delete and a write of the name alone",
    ),
    "zero where nothing is set": (
        "links-stored",
        {"GET /config/links": edited(zero_for_null)},
        "after a write without settings",
    ),
    "optimizer remembers one destination": (
        "optimizer-stored",
        {"GET /optimizer/current": one_row_a_source},
        "number of rows is 0, expected 1",
    ),
    "optimizer cuts decimals": (
        "optimizer-stored",
        {
            "POST /optimizer/current": sent(
                lambda body: {k: int(v) if isinstance(v, float) else v for k, v in body.items()}
            )
        },
        "ema is 2048.0, expected 2048.25",
    ),
    "user ban not listed": ("dn-ban-listed", {"GET /ban/dn": EMPTY_LIST}, "ban is missing"),
    "user ban stays": ("dn-ban-listed", {"DELETE /ban/dn": NO_DELETE}, "after it was lifted"),
}


def with_host(mock: MockFTS) -> None:
    mock.state.config.add_host("fts-agent.example.org", drain=False)


def test_every_probe_of_configuration_has_a_defect() -> None:
    assert {check for check, _, _ in DEFECTS.values()} == set(CHECKS)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as started:
        yield started


@pytest.mark.parametrize("identity", ["admin", "root"])
def test_probes_on_the_clean_mock_find_nothing_and_leave_nothing_behind(
    identity: str, bench: Bench
) -> None:
    mocks: list[MockFTS] = []
    also = [name for name in ("admin", "root") if name != identity]
    ran = bench.run(*CHECKS, identity=identity, also=also, arrange=mocks.append)
    assert ran.messages == []
    assert ran.skipped == {}
    state = mocks[0].state
    config = state.config
    assert (state.bans, state.banned_dns, state.grants) == ([], {}, {})
    assert (config.settings, config.all_links(), config.clouds.all()) == ({}, [], [])


def test_probes_without_the_level_are_skipped_with_the_reason(bench: Bench) -> None:
    ran = bench.run(*CHECKS, identity="alice")
    assert ran.skipped == dict.fromkeys(
        CHECKS,
        "the caller has no level config; run again as an administrator, or add one with --also-cert",
    )
    assert ran.requests == []


@pytest.mark.parametrize("name", DEFECTS)
def test_probe_finds_the_defect(name: str, bench: Bench) -> None:
    check, changes, words = DEFECTS[name]
    ran = bench.run(check, identity="admin", also=["root"], changes=changes, arrange=with_host)
    assert any(words in message for message in ran.messages), ran


def test_file_that_finishes_while_limits_are_lowered_was_not_stopped(bench: Bench) -> None:
    def finish_running(call: Call) -> None:
        for job in call.state.jobs_of(None, only_open=True):
            for file in job.files:
                if file.file_state == "ACTIVE":
                    call.state.set_file_state(file, "FINISHED")

    ran = bench.run(
        "limits-spare-running",
        identity="admin",
        also=["root"],
        changes={"POST /config/links": then(finish_running)},
        arrange=with_host,
    )
    assert (ran.messages, ran.skipped) == ([], {})
