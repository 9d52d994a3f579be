"""Probes of configuration and bans: silent on the clean mock, and each finds what is wrong with a mock that has one defect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from test_harness.probes.probe_bench import Bench, edited, ignoring, instead, sent

from fts_contract.harness.probes.config import banning, configuring, neighbours, storages
from fts_contract.mock.exchange import Reply, json_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from test_harness.probes.probe_bench import Change

    from fts_contract.mock.exchange import Call
    from fts_contract.mock.server import MockFTS

    Handler = Callable[[Call], Reply]

MODULES = (banning, configuring, neighbours, storages)
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
    ran = bench.run(*CHECKS, identity=identity, arrange=mocks.append)
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
    ran = bench.run(check, identity="admin", changes=changes, arrange=with_host)
    assert any(words in message for message in ran.messages), ran
