"""A failure shows what was really sent, in order, and one cause is one failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from test_harness.probes.probe_bench import as_identity

from fts_contract.harness.options import RunOptions
from fts_contract.harness.reports.report_json import as_report
from fts_contract.harness.run import run_contract
from fts_contract.harness.sending.exchange import Exchange
from fts_contract.mock import MockFTS
from fts_contract.mock.exchange import Reply
from fts_contract.mock.operations import OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.harness.judging.results import Failure
    from fts_contract.harness.run import Run
    from fts_contract.mock.asgi import ASGIApp, Message, Receive, Scope, Send
    from fts_contract.mock.exchange import Call

    Handler = Callable[[Call], Reply]


def run(mock: MockFTS, who: str, operations: str, *also: str, **options: Any) -> Run:
    return run_contract(
        RunOptions(
            url=mock.endpoint,
            cert=mock.credential(who),
            also_cert=tuple(mock.credential(name) for name in also),
            ca_dir=mock.ca_dir,
            operations=operations,
            max_examples=1,
            **options,
        )
    )


def changed(path: str, change: Callable[[Handler], Handler]) -> MockFTS:
    return MockFTS(
        operations=[
            attrs.evolve(one, handler=change(one.handler))
            if one.handler and f"{one.method} {one.template}" == path
            else one
            for one in OPERATIONS
        ]
    )


def of_check(done: Run, check: str) -> list[Failure]:
    return [one for one in done.results.unexplained if one.finding.check == check]


FULL: dict[str, Any] = {"profile": "full", "allow_changes": True}


def test_command_of_an_anonymous_request_has_no_certificate() -> None:
    with changed("GET /files", as_identity(transfer="vo")) as mock:
        done = run(mock, "alice", "^list_files$", "bob-novoms")
    failures = of_check(done, "authorization-others")
    assert failures
    assert all(one.exchange is not None for one in failures)
    assert "--cert" not in as_report(done)["failures"][0]["request"]["curl"]


def test_command_of_another_caller_names_its_certificate() -> None:
    def everybody_known(handler: Handler) -> Handler:
        opened = as_identity(config="all")(handler)
        return lambda call: (handler if call.identity.caller.is_anonymous else opened)(call)

    with changed("GET /config/links", everybody_known) as mock:
        done = run(mock, "admin", "^list_links$", "bob")
        shown = [
            one.exchange.curl() for one in of_check(done, "authorization-others") if one.exchange
        ]
        assert any(f"--cert {mock.credential('bob')}" in text for text in shown), shown


def test_command_of_head_is_one_that_ends() -> None:
    exchange = Exchange("HEAD", "https://fts.example.org/jobs", {}, None, 200, {}, b"", 0.1)
    assert "--head" in exchange.curl()
    assert "-X" not in exchange.curl()


def test_caller_whom_the_server_takes_for_another_is_a_failure() -> None:
    first: list[Reply] = []

    def everybody_is_the_first(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            if not first:
                first.append(handler(call))
            return first[0]

        return handle

    with changed("GET /whoami", everybody_is_the_first) as mock:
        done = run(mock, "alice", "^whoami$", "bob")
    (failure,) = of_check(done, "caller-mistaken")
    assert "CN=bob" in failure.finding.message
    assert failure.exchange is not None
    with MockFTS() as mock:
        assert run(mock, "alice", "^whoami$", "alice", "bob").conforms


def test_failure_of_a_conversation_shows_all_its_requests_in_order() -> None:
    def keep(_handler: Handler) -> Handler:
        return lambda _call: Reply(status=204, content_type=None)

    with changed("DELETE /config/shares", keep) as mock:
        done = run(mock, "admin", "share$|shares$", **FULL)
    failure = next(one for one in of_check(done, "shares-stored") if one.steps)
    sent = [f"{step.method} {step.target.partition('?')[0]}" for step in failure.steps]
    assert sent[:2] == ["POST /config/links", "POST /config/shares"]
    assert "DELETE /config/shares" in sent
    assert failure.steps[-1] == failure.exchange
    told = next(one for one in as_report(done)["failures"] if one["check"] == "shares-stored")
    assert [step["method"] for step in told["steps"]] == [step.method for step in failure.steps]


def test_rule_that_every_path_breaks_is_one_failure() -> None:
    def without_allow(application: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            async def cut(message: Message) -> None:
                if message["type"] == "http.response.start":
                    kept = [one for one in message["headers"] if one[0].lower() != b"allow"]
                    message = {**message, "headers": kept}
                await send(message)

            await application(scope, receive, cut)

        return serve

    with MockFTS(middleware=without_allow) as mock:
        done = run(mock, "admin", "GET /(config|ban)", **FULL)
    (failure,) = of_check(done, "method-not-allowed")
    assert len(failure.also) > 5
    assert as_report(done)["failures"]


@pytest.mark.parametrize("who", ["admin", "alice"])
def test_broken_answer_in_a_probe_is_a_failure_with_its_request(who: str) -> None:
    def cut(application: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            async def end_early(message: Message) -> None:
                if message["type"] == "http.response.start":
                    kept = [
                        one for one in message["headers"] if one[0].lower() != b"content-length"
                    ]
                    length = (b"content-length", b"99999")
                    await send({**message, "headers": [*kept, length]})
                else:
                    await send(message)
                    raise ConnectionError("cut")

            asked = dict(scope.get("headers", ())).get(b"origin")
            await application(scope, receive, end_early if asked else send)

        return serve

    with MockFTS(middleware=cut) as mock:
        done = run(mock, who, "^whoami$", timeout_s=3.0)
    assert not done.conforms
    (failure,) = of_check(done, "no-answer")
    assert "foreign-origin" in failure.finding.message
    assert failure.exchange is not None
    assert "Origin" in failure.exchange.curl()
    told = next(one for one in as_report(done)["failures"] if one["check"] == "no-answer")
    assert told["response"] is None
    assert told["request"]["method"] == "GET"


def test_administrator_among_the_others_is_used_for_the_configuration() -> None:
    def forgets(_handler: Handler) -> Handler:
        return lambda call: Reply(status=200, content_type="application/json", body=call.body)

    with changed("POST /config/authorize", forgets) as mock:
        alone = run(mock, "alice", "grant", **FULL)
        done = run(mock, "alice", "grant", "admin", **FULL)
    assert "run again as an administrator" in alone.results.not_applicable["grants-stored"]
    failure = of_check(done, "grants-stored")[0]
    assert failure.exchange is not None
    assert "--cert /" in failure.exchange.curl()
