"""What `generator.py` uses of schemathesis beyond its documented interface is still there, in this version of it."""

from __future__ import annotations

import inspect
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import pytest

from fts_contract.harness.generating import generator

HARNESS = Path(generator.__file__).parents[1]
INTERNALS = (
    ("schemathesis.engine.core", "Engine", ("schema",)),
    (
        "schemathesis.engine.core",
        "Engine.get_phase_config",
        ("is_supported", "requires_transitions"),
    ),
    ("schemathesis.engine.core", "ExecutionPlan", ("phases",)),
    ("schemathesis.engine.core", "ExecutionPlan.execute", ("engine",)),
    ("schemathesis.engine.run", "PhaseName", ()),
    ("schemathesis.engine.context", "EngineContext", ("schema", "stop_event")),
    ("schemathesis.engine.context", "EngineContext.get_session", ("operation",)),
    ("schemathesis.engine.events", "PhaseStarted", ()),
    ("schemathesis.engine.events", "ScenarioFinished", ()),
    ("schemathesis.engine.events", "NonFatalError", ()),
    ("schemathesis.engine.events", "Interrupted", ()),
    ("schemathesis.engine.events", "FatalError", ()),
    ("schemathesis.engine.errors", "ServerUnavailable", ()),
    ("schemathesis.core.errors", "HookExecutionError", ()),
    ("schemathesis.hooks", "HookDispatcher.register_hook_with_name", ()),
)
"""Module, name and parameters that `generator.py` relies on."""


@pytest.mark.parametrize(
    ("module", "name", "parameters"), INTERNALS, ids=[name for _, name, _ in INTERNALS]
)
def test_internal_of_schemathesis_is_there(
    module: str, name: str, parameters: tuple[str, ...]
) -> None:
    version = metadata.version("schemathesis")
    changed = (
        f"schemathesis {version} has changed {module}.{name}: see harness/generating/generator.py"
    )
    value: Any = import_module(module)
    for part in name.split("."):
        value = getattr(value, part, None)
        assert value is not None, changed
    if parameters:
        known = inspect.signature(value).parameters
        assert [one for one in parameters if one not in known] == [], changed


def test_phases_have_the_names_that_the_generator_asks_for() -> None:
    known = {phase.value for phase in import_module("schemathesis.engine.run").PhaseName}
    assert set(generator.PHASES) <= known


def test_no_other_module_of_the_harness_uses_the_internals() -> None:
    users = [
        path.relative_to(HARNESS).as_posix()
        for path in HARNESS.rglob("*.py")
        if "schemathesis." in path.read_text("utf-8")
    ]
    assert users == ["generating/generator.py"]
