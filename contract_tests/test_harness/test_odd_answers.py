"""A server whose JSON makes no sense here and there: the run goes on to its end, and says so."""

from __future__ import annotations

import json
import os
import random
from typing import TYPE_CHECKING, Any, Final

import pytest

from fts_contract.harness import probing
from fts_contract.harness import run as run_module
from fts_contract.harness.exchange_checks.model import NO_SENSE, Check, Flaw
from fts_contract.harness.options import RunOptions
from fts_contract.harness.probes.fault import Fault
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.run import run_contract
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.harness.exchange_checks.model import Context
    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.run import Run
    from fts_contract.mock.asgi import ASGIApp

# FTS_FUZZ=20 makes the search twenty times as long.
SEEDS: Final = int(os.environ.get("FTS_FUZZ", "1"))
ODD: Final = ("null", "[]", "{}", '"x"', '""', "0", "-1", "true", "[null]", '{"a": null}', "1e308")


def changed(value: Any, chance: random.Random) -> Any:
    """Replace or remove one part of a JSON value."""
    places: list[tuple[Any, Any]] = [(None, None)]
    for parent, key in places:
        part = value if parent is None else parent[key]
        if isinstance(part, dict | list):
            places += [(part, k) for k in (part if isinstance(part, dict) else range(len(part)))]
    parent, key = chance.choice(places)
    odd = json.loads(chance.choice(ODD))
    if parent is None:
        return odd
    if isinstance(parent, dict) and chance.random() < 0.3:
        del parent[key]
    else:
        parent[key] = odd
    return value


def answering_oddly(seed: int, share: float) -> Callable[[ASGIApp], ASGIApp]:
    """Change this share of the JSON answers."""
    chance = random.Random(seed)  # noqa: S311 - no secret

    def wrap(app: ASGIApp) -> ASGIApp:
        async def answer(scope: Any, receive: Any, send: Any) -> None:
            messages: list[Any] = []

            async def keep(message: Any) -> None:
                messages.append(message)

            await app(scope, receive, keep)
            met = scope["path"] in {"/", "/whoami"}  # What does not answer these is not an FTS.
            if len(messages) == 2 and not met and chance.random() < share:
                start, content = messages
                is_json = (b"content-type", b"application/json") in start["headers"]
                if is_json and content["body"]:
                    content["body"] = json.dumps(
                        changed(json.loads(content["body"]), chance)
                    ).encode()
                    length = str(len(content["body"])).encode()
                    start["headers"] = [
                        (name, length if name == b"content-length" else text)
                        for name, text in start["headers"]
                    ]
            for message in messages:
                await send(message)

        return answer

    return wrap


def run_on(mock: MockFTS, **options: Any) -> Run:
    return run_contract(
        RunOptions(
            url=mock.endpoint,
            cert=mock.credential("admin"),
            also_cert=(mock.credential("bob-novoms"),),
            ca_dir=mock.ca_dir,
            max_examples=1,
            **options,
        )
    )


@pytest.mark.parametrize("seed", range(SEEDS))
def test_run_on_odd_answers_comes_to_its_end(seed: int) -> None:
    with MockFTS(in_use=True, middleware=answering_oddly(seed, 0.1)) as mock:
        run = run_on(mock, operations="list_jobs|get_job_field|archive", seed=seed)
    assert run.results.requests > 100
    assert run.results.unexplained


def test_error_of_a_check_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def look(context: Context) -> Iterator[Flaw]:
        yield Flaw(context.body["no such member"])

    broken = Check("broken", "a check with a bug", look)
    monkeypatch.setattr(run_module, "exchange_checks", lambda **_settings: [broken])
    with MockFTS() as mock:
        run = run_on(mock, operations="^whoami$")
    assert {failure.finding.check for failure in run.results.unexplained} == {"broken"}
    assert "KeyError: 'no such member'" in run.results.unexplained[0].finding.message


def test_error_of_a_probe_is_a_failure_and_the_next_one_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run_broken(talk: Conversation) -> Iterator[Fault]:
        yield from talk.ask("GET", "/whoami").json["no such member"]

    def run_good(talk: Conversation) -> Iterator[Fault]:
        yield Fault(talk.ask("GET", "/whoami"), "found")

    probes = [
        Probe(check=name, meaning="", operations=("whoami",), profile="safe", run=run)
        for name, run in (("broken", run_broken), ("good", run_good))
    ]
    monkeypatch.setattr(probing, "PROBES", probes)
    with MockFTS() as mock:
        run = run_on(mock, operations="^whoami$")
    messages = {one.finding.check: one.finding.message for one in run.results.unexplained}
    assert messages["broken"].startswith(f"{NO_SENSE} (KeyError: 'no such member'")
    assert messages["good"] == "found"


@pytest.mark.parametrize("null", ["null", "{}"])
def test_archived_job_without_id_ends_no_run(null: str) -> None:
    def wrap(app: ASGIApp) -> ASGIApp:
        async def answer(scope: Any, receive: Any, send: Any) -> None:
            if scope["path"] != "/archive/gone":
                await app(scope, receive, send)
                return
            headers = [(b"content-type", b"application/json")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": null.encode()})

        return answer

    with MockFTS(in_use=True, middleware=wrap) as mock:
        there = mock.state.add_job(job_state="FINISHED").job_id
        mock.state.archive(there)
        run = run_on(mock, operations="archive", archived_jobs=(there, "gone"))
    messages = [one.finding.message for one in run.results.unexplained]
    assert messages
    assert not any(NO_SENSE in message for message in messages)
