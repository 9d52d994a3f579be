"""Relations between answers hold on the clean mock, and each finds what breaks it."""

from __future__ import annotations

import codecs
import json
import re
import unicodedata
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import attrs
import pytest
from test_harness.probes.probe_bench import (
    Bench,
    composed,
    edited,
    instead,
    remembering_nothing,
    sent,
    texts,
    then,
)

from fts_contract.defects.server_contents import fill
from fts_contract.harness.probes import PROBES
from fts_contract.mock.clock import wire_time
from fts_contract.mock.errors import APIError
from fts_contract.mock.exchange import json_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from test_harness.probes.probe_bench import Change, Handler

    from fts_contract.mock.asgi import ASGIApp, Receive, Scope, Send
    from fts_contract.mock.exchange import Call, Reply

RELATIONS = {probe.check: probe for probe in PROBES if ".relations." in str(probe.run.__module__)}
LISTS, IDS, FILES = "GET /jobs", "GET /jobs/{job_ids}", "GET /jobs/{job_id}/files"


def read_as(change: Callable[[Call], Call]) -> Change:
    """Have the server read another request than was sent."""
    return lambda handler: lambda call: handler(change(call))


def exchanged(one: str, other: str) -> Change:
    """Have two fields take each other's place."""

    def edit(body: Any, _call: Call) -> Any:
        for row in body if isinstance(body, list) else [body]:
            if one in row and other in row:
                row[one], row[other] = row[other], row[one]
        return body

    return edited(edit)


def of_query(change: Callable[[dict[str, str]], dict[str, str]]) -> Change:
    return read_as(lambda call: attrs.evolve(call, query=change(dict(call.query))))


def with_all_rights(handler: Handler, *, when: Callable[[Call], bool]) -> Handler:
    def handle(call: Call) -> Reply:
        if not when(call) or not call.caller.has_certificate:
            return handler(call)
        level = {**call.identity.level, "transfer": "all"}
        return handler(attrs.evolve(call, identity=attrs.evolve(call.identity, level=level)))

    return handle


def in_lists(handler: Handler) -> Handler:
    return with_all_rights(handler, when=lambda call: "," in call.params["job_ids"])


def limited_first(handler: Handler) -> Handler:
    """Cut the list off before it is sorted."""

    def handle(call: Call) -> Reply:
        limit = int(call.query.get("limit") or 0)
        if not limit:
            return handler(call)
        rows = json.loads(handler(attrs.evolve(call, query={**call.query, "limit": "500"})).body)
        kept = sorted(rows, key=lambda row: str(row.get("job_id")))[:limit]
        return json_reply(sorted(kept, key=lambda row: str(row["submit_time"]), reverse=True))

    return handle


def failing_on_quotes(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        if any("'" in text for text in (*call.params.values(), *call.query.values())):
            raise APIError(500, "You have an error")
        return handler(call)

    return handle


def remembering(answer: Callable[[Handler, Call, list[Call]], Reply]) -> Change:
    """Have the server remember its calls."""
    calls: list[Call] = []

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            calls.append(call)
            return answer(handler, call, calls)

        return handle

    return change


def second_lost(handler: Handler, call: Call, calls: list[Call]) -> Reply:
    same = [one for one in calls if one.params == call.params]
    return handler(call if len(same) % 2 else attrs.evolve(call, body=b'{"params": {}}'))


def read_once() -> Change:
    replies: dict[str, Reply] = {}
    return lambda handler: lambda call: replies.setdefault(call.path, handler(call))


def as_the_caller_before(handler: Handler, call: Call, calls: list[Call]) -> Reply:
    # The harness has met all callers by then.
    return handler(attrs.evolve(call, identity=calls[-2].identity) if len(calls) > 4 else call)


def every_other_time_empty(handler: Handler, call: Call, calls: list[Call]) -> Reply:
    return handler(call) if len(calls) % 2 else json_reply([])


def canceling_files_of_others(call: Call) -> None:
    for job in call.state.jobs_of(None, only_open=True):
        for file in job.files:
            if str(file.file_id) in call.params["file_ids"].split(","):
                call.state.set_file_state(file, "CANCELED")


def without_quote(text: str) -> str:
    return text.replace("'", "")


def with_the_key_of_the_first(handler: Handler, call: Call, calls: list[Call]) -> Reply:
    request = call.state.delegations.request(calls[0].caller)
    return attrs.evolve(handler(call), body=request.pem)


def refusing(when: Callable[[Call], bool], status: int) -> Change:
    """Have the server refuse some of its calls."""

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            if when(call):
                raise APIError(status, "refused")
            return handler(call)

        return handle

    return change


def with_first_level() -> Change:
    """Have the server remember the level of each caller."""
    levels: dict[str, dict[str, str]] = {}

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            level = levels.setdefault(call.caller.user_dn, call.identity.level)
            identity = attrs.evolve(call.identity, level=level)
            return handler(attrs.evolve(call, identity=identity))

        return handle

    return change


def last_of_source(rows: list[Any], call: Call) -> list[Any]:
    return list({row["source_se"]: row for row in rows}.values()) if not call.query else rows


def files_of_the_first(jobs: Any, _call: Call) -> Any:
    if isinstance(jobs, list) and all("files" in job for job in jobs):
        return [{**job, "files": jobs[0]["files"]} for job in jobs]
    return jobs


def in_capitals(call: Call) -> bool:
    return any(text.isupper() for text in (*call.params.values(), *call.query.values()))


def has_longer_ban(call: Call) -> bool:
    return any(dn.startswith(call.caller.user_dn) for dn in call.state.banned_dns)


def submitted_in_window(rows: list[Any], call: Call) -> list[Any]:
    hours, _, minutes = call.query.get("time_window", "9999").partition(":")
    oldest = wire_time(call.now - 3600 * int(hours) - 60 * int(minutes or 0))
    return [row for row in rows if row.get("submit_time", oldest) >= oldest]


DEFECTS: dict[str, tuple[str, str, dict[str, Change]]] = {
    "jobs-in-lower-case-only": ("names-in-any-case", "alice", {IDS: refusing(in_capitals, 404)}),
    "service-in-lower-case-only": (
        "names-in-any-case",
        "alice",
        {
            "GET /cs/registered/{service}": refusing(
                lambda c: c.params["service"] == "Dropbox", 404
            )
        },
    ),
    "links-in-lower-case-only": (
        "configuration-matches",
        "admin",
        {"GET /config/links/{sym_name}": refusing(in_capitals, 404)},
    ),
    "window-of-submissions": ("filters-add-up", "alice", {LISTS: edited(submitted_in_window)}),
    "mark-of-byte-order-refused": (
        "same-submission",
        "alice",
        {"POST /jobs": refusing(lambda call: call.body.startswith(codecs.BOM_UTF8), 400)},
    ),
    "more-running-than-listed": (
        "hosts-match",
        "root",
        {
            "GET /status/hosts": edited(
                lambda hosts, _: {name: {"active": 9, "staging": 9} for name in hosts}
            )
        },
    ),
    "ends-exchanged-in-files": (
        "views-match",
        "alice",
        {FILES: exchanged("source_surl", "dest_surl")},
    ),
    "selected-size-in-kib": (
        "views-match",
        "alice",
        {
            IDS: edited(
                lambda body, _: (
                    body
                    if "files" not in body
                    else {**body, "files": [{**f, "user_filesize": 1} for f in body["files"]]}
                )
            )
        },
    ),
    "field-always-null": (
        "views-match",
        "alice",
        {
            "GET /jobs/{job_id}/{field}": edited(
                lambda body, call: None if call.params["field"] == "priority" else body
            )
        },
    ),
    "end-hidden-in-a-field": (
        "views-match",
        "alice",
        {
            "GET /jobs/{job_id}/{field}": edited(
                lambda body, call: None if call.params["field"] == "job_finished" else body
            )
        },
    ),
    "priority-of-files-in-one-view": (
        "views-match",
        "alice",
        {FILES: edited(lambda files, _: [{**file, "priority": 1} for file in files])},
    ),
    "limit-before-sort": ("filters-add-up", "alice", {LISTS: limited_first}),
    "wildcards-in-storages": (
        "filters-add-up",
        "alice",
        {LISTS: of_query(lambda q: {k: v for k, v in q.items() if not v.endswith("%")})},
    ),
    "one-of-two-filters": (
        "filters-add-up",
        "alice",
        {
            "GET /optimizer/evolution": of_query(
                lambda q: {"source_se": q["source_se"]} if "source_se" in q else q
            )
        },
    ),
    "rights-by-list": ("jobs-shown-to-owners", "bob-novoms", {IDS: in_lists}),
    "files-of-everybody": (
        "jobs-shown-to-owners",
        "bob-novoms",
        {FILES: partial(with_all_rights, when=lambda _: True)},
    ),
    "the-caller-before": (
        "callers-take-turns",
        "alice",
        {"GET /whoami": remembering(as_the_caller_before)},
    ),
    "archive-for-everybody": (
        "archive-shown-to-owners",
        "bob-novoms",
        {"GET /archive/{job_id}": partial(with_all_rights, when=lambda _: True)},
    ),
    "quote-in-an-id": ("special-characters", "alice", {IDS: failing_on_quotes}),
    "unescaped-twice": (
        "escapes",
        "alice",
        {
            IDS: read_as(
                lambda call: attrs.evolve(
                    call, params={"job_ids": unquote(call.params["job_ids"])}
                )
            )
        },
    ),
    "different-each-time": (
        "same-again",
        "alice",
        {"GET /optimizer/current": remembering(every_other_time_empty)},
    ),
    "long-answer-cut": ("long-answers", "alice", {IDS: edited(lambda body, _: body[:50])}),
    "ends-of-link-exchanged": (
        "configuration-matches",
        "admin",
        {"GET /config/links/{sym_name}": exchanged("source", "destination")},
    ),
    "completion-without-star": (
        "completions-match",
        "admin",
        {"GET /autocomplete/source": edited(lambda body, _: [x for x in body if x != "*"])},
    ),
    "no-host-runs-anything": (
        "hosts-match",
        "root",
        {"GET /status/hosts": instead(lambda _: json_reply({"fts-a.example.org": {}}))},
    ),
    "second-change-lost": (
        "changes-only-that",
        "alice",
        {"POST /jobs/{job_ids}": remembering(second_lost)},
    ),
    "field-read-once": (
        "changes-only-that",
        "alice",
        {"GET /jobs/{job_id}/{field}": read_once()},
    ),
    "file-of-another-job": (
        "changes-only-that",
        "alice",
        {"DELETE /jobs/{job_id}/files/{file_ids}": then(canceling_files_of_others)},
    ),
    "stranger-cancels-a-list": (
        "strangers-change-nothing",
        "alice",
        {"DELETE /jobs/{job_ids}": in_lists},
    ),
    "first-files-only": ("many-files", "alice", {FILES: edited(lambda body, _: body[:20])}),
    "surl-unescaped": ("texts-of-jobs-kept", "alice", {"POST /jobs": texts(unquote)}),
    "letters-composed": ("texts-of-jobs-kept", "alice", {"POST /jobs": texts(composed)}),
    "blanks-trimmed": ("texts-of-jobs-kept", "alice", {"POST /jobs": texts(str.strip)}),
    "blanks-collapsed": (
        "texts-of-jobs-kept",
        "alice",
        {"POST /jobs": texts(lambda text: text.replace("  ", " "))},
    ),
    "slashes-merged": (
        "texts-of-jobs-kept",
        "alice",
        {"POST /jobs": texts(lambda text: re.sub("(?<!:)//+", "/", text))},
    ),
    "dots-resolved": (
        "texts-of-jobs-kept",
        "alice",
        {"POST /jobs": texts(lambda text: text.replace("/./", "/"))},
    ),
    "escapes-in-capitals": (
        "texts-of-jobs-kept",
        "alice",
        {"POST /jobs": texts(lambda text: text.replace("%2f", "%2F"))},
    ),
    "case-of-names-folded": (
        "texts-of-configuration-kept",
        "admin",
        {"POST /config/links": texts(str.lower)},
    ),
    "compatible-letters-in-grants": (
        "texts-of-configuration-kept",
        "admin",
        {"POST /config/authorize": texts(partial(unicodedata.normalize, "NFKC"))},
    ),
    "absence-of-a-link-remembered": (
        "texts-of-configuration-kept",
        "admin",
        {"GET /config/links/{sym_name}": remembering_nothing()},
    ),
    "absence-of-a-grant-remembered": (
        "texts-of-configuration-kept",
        "admin",
        {"GET /config/authorize": remembering_nothing()},
    ),
    "level-remembered": (
        "grants-in-force",
        "admin",
        {"GET /config/links": with_first_level()},
    ),
    "one-row-a-source": (
        "optimizer-matches",
        "alice",
        {"GET /optimizer/current": edited(last_of_source)},
    ),
    "files-of-the-first-job": ("long-answers", "alice", {IDS: edited(files_of_the_first)}),
    "files-of-the-first-job-in-views": ("views-match", "alice", {IDS: edited(files_of_the_first)}),
    "quote-lost-in-ban": (
        "texts-of-configuration-kept",
        "admin",
        {"POST /ban/dn": texts(without_quote)},
    ),
    "false-is-ignored": (
        "settings-one-by-one",
        "admin",
        {
            "POST /config/global": sent(
                lambda body: {k: v for k, v in body.items() if v is not False}
            )
        },
    ),
    "hours-are-minutes": (
        "same-submission",
        "alice",
        {"POST /jobs": texts(lambda text: "10m" if text == "10H" else text)},
    ),
    "key-shared": (
        "delegation-keys",
        "alice",
        {"GET /delegation/{dlg_id}/request": remembering(with_the_key_of_the_first)},
    ),
    "longer-names-banned": (
        "user-banned",
        "admin",
        {"GET /whoami": refusing(has_longer_ban, 403)},
    ),
    "banned-user-keeps-jobs": (
        "user-banned",
        "admin",
        {"POST /ban/dn": edited(lambda _body, _call: [])},
    ),
    "sid-used-twice": (
        "submissions-at-once",
        "alice",
        {"POST /jobs": sent(lambda body: {**body, "params": {}})},
    ),
}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as started:
        yield started


def others_of(identity: str) -> list[str]:
    return [name for name in ("alice", "bob-novoms", "admin") if name != identity]


@pytest.mark.parametrize("identity", ["alice", "admin", "root", "bob-novoms"])
@pytest.mark.parametrize("full", [True, False])
def test_relations_hold_on_the_clean_mock(identity: str, full: bool, bench: Bench) -> None:  # noqa: FBT001
    checks = [c for c, probe in RELATIONS.items() if full or probe.profile == "safe"]
    ran = bench.run(*checks, identity=identity, also=others_of(identity), full=full, arrange=fill)
    assert ran.messages == []


@pytest.mark.parametrize("name", DEFECTS)
def test_broken_relation_is_found(name: str, bench: Bench) -> None:
    check, identity, changes = DEFECTS[name]
    full = RELATIONS[check].profile == "full"
    ran = bench.run(
        check,
        identity=identity,
        also=others_of(identity),
        full=full,
        changes=changes,
        arrange=fill,
    )
    assert ran.messages != []


@pytest.mark.parametrize("part", ["raw_path", "query_string"])
def test_server_that_unescapes_nothing_is_found(part: str) -> None:
    def front(app: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if part in scope:
                scope[part] = scope[part].replace(b"%", b"%25")
            await app(scope, receive, send)

        return serve

    with Bench(middleware=front) as bench:
        ran = bench.run("escapes", full=False, arrange=fill)
    assert ran.messages != []


def test_every_relation_has_a_defect() -> None:
    without_a_handler = {"head-without-body", "answers-not-mixed-up", "archive-matches"}
    assert {check for check, _, _ in DEFECTS.values()} == set(RELATIONS) - without_a_handler
