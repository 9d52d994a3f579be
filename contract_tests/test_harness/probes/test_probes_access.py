"""Probes of access and conventions find nothing on the clean mock, and each finds the defect of a mock."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import attrs
import pytest
from test_harness.probes.probe_bench import (
    Bench,
    as_identity,
    edited,
    instead,
    remembering_nothing,
    then,
)

from fts_client import FTSClient, Job, Transfer
from fts_contract.harness.contract.operations import read_operations
from fts_contract.harness.options import RunOptions
from fts_contract.harness.probes.access import authorization, certificates, delegating
from fts_contract.harness.probes.general import conventions, effects
from fts_contract.harness.run import run_contract
from fts_contract.harness.sending.safety import changes_nothing
from fts_contract.mock import MockFTS
from fts_contract.mock.delegation_store import Delegations
from fts_contract.mock.errors import APIError, forbidden
from fts_contract.mock.exchange import HTML, Reply, json_reply
from fts_contract.mock.operations import Operation
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from test_harness.probes.probe_bench import Change

    from fts_contract.mock.asgi import ASGIApp, Receive, Scope, Send
    from fts_contract.mock.exchange import Call

    Handler = Callable[[Call], Reply]

MODULES = (authorization, certificates, conventions, delegating, effects)
CHECKS = [probe.check for module in MODULES for probe in module.PROBES]
EVERYBODY = {"transfer": "all", "config": "all", "datamanagement": "all"}
EVERY_OPERATION = tuple(operation.operation_id for operation in read_operations(load_spec()))
READS = count()
OTHERS = ("bob", "alice-novoms", "admin", "root")


def refused(_call: Call) -> Reply:
    raise forbidden()


def as_owner(handler: Handler) -> Handler:
    """Let every caller act on the delegation id of the path."""

    def handle(call: Call) -> Reply:
        caller = attrs.evolve(call.identity.caller, delegation_id=call.params["dlg_id"])
        return handler(attrs.evolve(call, identity=attrs.evolve(call.identity, caller=caller)))

    return handle


def accept_bad_signatures(handler: Handler) -> Handler:
    """Store a credential with a bad signature."""
    anything = accept_anything(handler)

    def handle(call: Call) -> Reply:
        try:
            return handler(call)
        except APIError as error:
            if "Failed to verify" not in str(error):
                raise
            return anything(call)

    return handle


def leaf_only(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        reply = handler(call)
        leaf, end, _ = reply.body.partition(b"-----END CERTIFICATE-----\n")
        return attrs.evolve(reply, body=leaf + end)

    return handle


def accept_anything(handler: Handler) -> Handler:
    """Accept every credential."""

    def handle(call: Call) -> Reply:
        try:
            return handler(call)
        except APIError:
            delegations = call.state.delegations
            delegations.store(call.identity.caller, proxy="", ends_at=call.now + 60, attributes="")
            return Reply(status=201, content_type=HTML)

    return handle


def new_key(handler: Handler) -> Handler:
    """Make another key each time, so that no signed proxy matches it."""

    def handle(call: Call) -> Reply:
        call.state.delegations._requests.clear()
        return handler(call)

    return handle


def always_page(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        return attrs.evolve(handler(call), content_type=HTML)

    return handle


def always_json(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        return attrs.evolve(handler(call), content_type="application/json")

    return handle


def shorter_head(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        reply = handler(call)
        return attrs.evolve(reply, body=b"") if call.method == "HEAD" else reply

    return handle


def no_head(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        if call.method == "HEAD":
            raise APIError(405, "no HEAD")
        return handler(call)

    return handle


def only_json(handler: Handler) -> Handler:
    """Refuse requests that do not accept JSON."""

    def handle(call: Call) -> Reply:
        if "json" not in call.headers.get("accept", ""):
            raise APIError(406, "JSON only")
        return handler(call)

    return handle


def forget_credential(call: Call) -> None:
    call.state.delegations.remove(call.identity.caller)


def note_read(call: Call) -> None:
    # Equal rows are shown once.
    call.state.config.record("/CN=x", action="read", config=str(next(READS)))


def cancel_jobs(call: Call) -> None:
    for job in call.state.jobs_of(None, only_open=False):
        job.priority = 1


# name: check, caller, changes, words, operation to blame
def forget_requests(call: Call) -> None:
    call.state.delegations = Delegations()


DEFECTS: dict[str, tuple[str, str, dict[str, Change], str, str]] = {
    "user reads the configuration": (
        "authorization-caller",
        "alice",
        {"GET /config/se": as_identity(**EVERYBODY)},
        "the caller gets 200, although the operation needs level config",
        "get_se_config",
    ),
    "user writes the configuration": (
        "authorization-caller",
        "alice",
        {"POST /config/links": as_identity(**EVERYBODY)},
        "the caller gets 400, although the operation needs level config",
        "set_link",
    ),
    "attributes in another order": (
        "attributes-in-order",
        "alice",
        {"GET /whoami": edited(lambda body, _: {**body, "voms_cred": body["voms_cred"][::-1]})},
        "voms_cred is",
        "whoami",
    ),
    "administrator is refused": (
        "authorization-caller",
        "admin",
        {"GET /ban/se": instead(refused)},
        "the caller is refused with 403",
        "list_banned_se",
    ),
    "anonymous caller lists jobs": (
        "authorization-others",
        "alice",
        {"GET /jobs": as_identity(**EVERYBODY)},
        "anonymous gets 200, although the operation needs level transfer",
        "list_jobs",
    ),
    "anonymous caller submits": (
        "authorization-others",
        "alice",
        {"POST /jobs": as_identity(**EVERYBODY)},
        "anonymous gets 400",
        "submit_job",
    ),
    "anonymous caller cancels": (
        "authorization-others",
        "alice",
        {"DELETE /jobs/{job_ids}": as_identity(**EVERYBODY)},
        "anonymous gets 200",
        "cancel_jobs",
    ),
    "another VO reads a job": (
        "authorization-others",
        "alice-novoms",
        {"GET /jobs/{job_id}/files": as_identity(**EVERYBODY)},
        "CN=bob gets 200",
        "list_job_files",
    ),
    "another VO changes a job": (
        "authorization-others",
        "alice-novoms",
        {"POST /jobs/{job_ids}": as_identity(**EVERYBODY)},
        "CN=bob gets 200",
        "modify_jobs",
    ),
    "another user reads the delegation": (
        "authorization-others",
        "alice",
        {"GET /delegation/{dlg_id}": as_owner},
        "CN=bob gets 200",
        "get_delegation",
    ),
    "same VO is refused": (
        "authorization-others",
        "alice",
        {"GET /jobs/{job_ids}": as_identity(transfer="")},
        "CN=bob is refused with 403",
        "get_jobs",
    ),
    "list is always a page": (
        "content-negotiation",
        "admin",
        {"GET /config/links": always_page},
        "text/html, expected application/json, for Accept: application/json",
        "list_links",
    ),
    "list is never a page": (
        "content-negotiation",
        "admin",
        {"GET /config/links": always_json},
        "application/json, expected text/html, for Accept: text/html",
        "list_links",
    ),
    "only JSON is acceptable": (
        "content-negotiation",
        "alice",
        {"GET /whoami": only_json},
        "status 406, expected 200, after Accept: text/html",
        "whoami",
    ),
    "HEAD refused": (
        "head-and-options",
        "alice",
        {"GET /whoami": no_head},
        "status 405, expected 200, after HEAD",
        "whoami",
    ),
    "HEAD of another length": (
        "head-and-options",
        "alice",
        {"GET /whoami": shorter_head},
        "Content-Length is '0'",
        "whoami",
    ),
    "chain of the caller lost": (
        "certificate-echo",
        "alice",
        {"GET /whoami/certificate": leaf_only},
        "after the handshake",
        "get_certificate",
    ),
    "altered signature taken": (
        "delegation-refused",
        "alice",
        {"PUT /delegation/{dlg_id}/credential": accept_bad_signatures},
        "status 201, expected 400 or 403, after a credential with an altered signature",
        "set_delegation_credential",
    ),
    "read of oneself ends the delegation": (
        "get-has-no-effect",
        "alice",
        {"GET /optimizer": then(forget_credential)},
        "/delegation/",
        "get_delegation",
    ),
    "list of jobs changes them": (
        "get-has-no-effect",
        "alice",
        {"GET /jobs": then(cancel_jobs)},
        "/jobs/",
        "get_jobs",
    ),
    "audit of reads": (
        "get-has-no-effect",
        "admin",
        {"GET /config/se": then(note_read)},
        "/config/audit",
        "list_config_audit",
    ),
    "delegation ends an hour later": (
        "delegation-round-trip",
        "alice",
        {
            "GET /delegation/{dlg_id}": edited(
                lambda info, _: info and {**info, "termination_time": "2036-01-01T00:00:00"}
            )
        },
        "termination_time is '2036-01-01T00:00:00'",
        "get_delegation",
    ),
    "another key at each request": (
        "delegation-round-trip",
        "alice",
        {"GET /delegation/{dlg_id}/request": new_key},
        "request is",
        "get_delegation_request",
    ),
    "attributes lost": (
        "delegation-round-trip",
        "alice",
        {
            "GET /delegation/{dlg_id}": edited(
                lambda info, _: info and {**info, "voms_attrs": [""]}
            )
        },
        "voms_attrs is ['']",
        "get_delegation",
    ),
    "any credential taken": (
        "delegation-refused",
        "alice",
        {"PUT /delegation/{dlg_id}/credential": accept_anything},
        "status 201, expected 400 or 403, after a credential for another key",
        "set_delegation_credential",
    ),
    "delegation of others served": (
        "delegation-foreign",
        "alice",
        {"GET /delegation/{dlg_id}/request": as_owner},
        "status 200, expected 403",
        "get_delegation_request",
    ),
    "request goes with the credential": (
        "delegation-removed",
        "alice",
        {"DELETE /delegation/{dlg_id}": then(forget_requests)},
        "request is",
        "get_delegation_request",
    ),
    "absence of a credential remembered": (
        "delegation-removed",
        "alice",
        {"GET /delegation/{dlg_id}": remembering_nothing()},
        "termination_time is None",
        "get_delegation",
    ),
    "credential stays": (
        "delegation-removed",
        "alice",
        {"DELETE /delegation/{dlg_id}": instead(lambda _: Reply(status=204, content_type=None))},
        "the credential is still there, after a delete",
        "get_delegation",
    ),
}


def nothing(_call: Call) -> Reply:
    return json_reply({"user_dn": "x"})


# What a mock that serves more than it should is found by.
MORE = {
    "slashes": (Operation("GET", "/whoami/", nothing), "whoami", "status 200, expected 404"),
    "method-not-allowed": (
        Operation("PATCH", "/whoami", nothing),
        "whoami",
        "status 200, expected 405, after PATCH",
    ),
    "unknown-path": (
        Operation("GET", "/{anything}", nothing),
        "get_server_info",
        "status 200, expected 404, after GET of an unknown path",
    ),
}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as started:
        yield started


def test_every_probe_of_access_has_a_defect() -> None:
    assert {check for check, *_ in DEFECTS.values()} | {*MORE, "foreign-origin"} == set(CHECKS)


@pytest.mark.parametrize("identity", ["alice", "admin", "root", "alice-novoms"])
@pytest.mark.parametrize("full", [True, False], ids=["full", "safe"])
def test_probes_on_the_clean_mock_find_nothing(identity: str, full: bool, bench: Bench) -> None:  # noqa: FBT001
    checks = [
        probe.check
        for module in MODULES
        for probe in module.PROBES
        if full or probe.profile == "safe"
    ]
    ran = bench.run(*checks, identity=identity, also=OTHERS, full=full, only=EVERY_OPERATION)
    assert ran.messages == []
    assert ran.skipped == {}
    assert full or all(changes_nothing(seen.method, seen.target) for seen in ran.requests)


@pytest.mark.parametrize("name", DEFECTS)
def test_probe_finds_the_defect(name: str, bench: Bench) -> None:
    check, identity, changes, words, blamed = DEFECTS[name]
    touched = tuple({*bench.touched(changes), blamed})
    ran = bench.run(check, identity=identity, also=("bob",), changes=changes, only=touched)
    assert any(words in message for message in ran.messages), ran
    assert blamed in ran.operations


@pytest.mark.parametrize("check", MORE)
def test_probe_finds_an_operation_that_must_not_exist(check: str) -> None:
    operation, blamed, words = MORE[check]
    with Bench(operation) as bench:
        ran = bench.run(check, only=(blamed,))
    assert any(words in message for message in ran.messages), ran
    assert ran.operations <= {blamed, ""}


def test_server_that_ignores_origin_is_found() -> None:
    def blind(application: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            kept = [entry for entry in scope.get("headers", ()) if entry[0] != b"origin"]
            await application({**scope, "headers": kept}, receive, send)

        return serve

    with MockFTS(middleware=blind) as mock:
        run = run_contract(
            RunOptions(
                url=mock.endpoint,
                cert=mock.credential("alice"),
                ca_dir=mock.ca_dir,
                operations="^whoami$",
                max_examples=1,
            )
        )
    assert {(failure.operation, failure.finding.check) for failure in run.results.failures} == {
        ("whoami", "foreign-origin")
    }


def test_job_that_ends_meanwhile_is_not_reported_as_an_effect_of_reading(bench: Bench) -> None:
    mocks: list[MockFTS] = []

    def submitted(mock: MockFTS) -> None:
        mocks.append(mock)
        with FTSClient(
            mock.endpoint, credential=mock.credential("alice"), ca_dir=mock.ca_dir
        ) as fts:
            fts.submit(Job([Transfer("mock://a.example.org/f", "mock://b.example.org/f")]))

    ran = bench.run(
        "get-has-no-effect",
        full=False,
        only=("get_jobs", "get_optimizer_enabled"),
        changes={"GET /optimizer": then(lambda _: mocks[0].clock.advance(100_000))},
        arrange=submitted,
    )
    assert [job.job_state for job in mocks[0].state.jobs_of(None, only_open=False)] == ["FINISHED"]
    assert ran.messages == []
