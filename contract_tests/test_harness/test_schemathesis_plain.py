"""schemathesis as its users start it: by its command, with the settings beside the API document, with our checks or without."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from spec_tools.schemathesis_run import settings_for_an_own_server

from fts_contract.mock import MockFTS
from fts_contract.mock.operations import OPERATIONS
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.mock.exchange import Call, Reply

ROOT = Path(__file__).parents[2]
SPEC, SETTINGS = ROOT / "openapi" / "fts-rest.yaml", ROOT / "openapi" / "schemathesis.toml"
HOOKS = "fts_contract.schemathesis_checks"


def schemathesis(
    mock: MockFTS, *options: str, hooks: str = ""
) -> subprocess.CompletedProcess[str]:
    alice = str(mock.credential("alice"))
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(SETTINGS)),
        *("run", str(SPEC), "--url", mock.endpoint, "--request-cert", alice),
        *("--tls-verify", str(mock.ca_file), "--seed", "1", "--max-examples", "3", "--no-color"),
        *options,
    ]
    variables = {"SCHEMATHESIS_HOOKS": hooks} if hooks else {}
    return subprocess.run(  # noqa: S603 - the command of schemathesis
        command,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def jobs_without_a_query(call: Call) -> Reply:
    """Answer `GET /jobs` as if it had been asked for all of them."""
    (usual,) = (
        one.handler for one in OPERATIONS if (one.method, one.template) == ("GET", "/jobs")
    )
    assert usual is not None
    return usual(attrs.evolve(call, query={}))


@pytest.fixture
def forgetful() -> Iterator[MockFTS]:
    operations = [
        attrs.evolve(one, handler=jobs_without_a_query)
        if (one.method, one.template) == ("GET", "/jobs")
        else one
        for one in OPERATIONS
    ]
    with MockFTS(operations=operations) as mock:
        for _ in range(3):
            mock.state.add_job()
        yield mock


def test_run_without_our_checks_gives_no_false_alarm() -> None:
    with MockFTS() as mock:
        done = schemathesis(mock)
    assert done.returncode == 0, done.stdout[-4000:]
    # Of a server that others use only reads are called.
    assert "Selected: 47/100" in done.stdout


def test_our_checks_find_a_filter_that_is_ignored_which_schemathesis_alone_does_not(
    forgetful: MockFTS,
) -> None:
    only = ("--include-operation-id", "list_jobs", "--phases", "examples,coverage,fuzzing")
    assert schemathesis(forgetful, *only).returncode == 0
    done = schemathesis(forgetful, *only, hooks=HOOKS)
    assert done.returncode == 1
    assert "fts_filter_ignored" in done.stdout


def _operations() -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for item in load_spec()["paths"].values()
        for operation in item.values()
        if "operationId" in operation
    }


def _named(settings: str, after: str) -> set[str]:
    """Give the operations that a table of the settings names, found by the comment before it."""
    found = re.search(r"include-operation-id = \[(.*?)\]", settings.partition(after)[2], re.DOTALL)
    assert found is not None
    return set(re.findall(r'"(\w+)"', found[1]))


def test_settings_know_the_operations_that_may_refuse_what_is_within_the_contract() -> None:
    named = _named(SETTINGS.read_text("utf-8"), "# Requests within the contract that are 400")
    refusing = {
        name
        for name, operation in _operations().items()
        if any(400 in refusal["status"] for refusal in operation.get("x-fts-refusals", ()))
    }
    assert refusing <= named <= set(_operations())


def test_settings_know_the_reads_that_change_something() -> None:
    named = _named(SETTINGS.read_text("utf-8"), "# Reads that change something")
    writing = {
        name
        for name, operation in _operations().items()
        if operation.get("x-fts-writes") and operation["tags"] != ["oauth2"]
    }
    assert named == writing


def test_settings_for_an_own_server_call_every_method() -> None:
    own = settings_for_an_own_server()
    assert "exclude-method" in SETTINGS.read_text("utf-8")
    assert "exclude-method" not in own
    assert "checks" in own
