"""The samples on the reference page: those in Python call what there is, and the one for curl reaches the mock."""

from __future__ import annotations

import ast
import inspect
import shlex
from importlib import import_module
from typing import Any

import pytest

from fts_client import FTSClient
from fts_contract.spec import load_spec
from openapi.code_samples import WRAPPED, code_samples
from openapi.examples import operations_of

SAMPLES = {
    operation["operationId"]: {
        sample["label"]: sample["source"]
        for sample in code_samples(load_spec(), path, method, operation)
    }
    for path, method, operation in operations_of(load_spec())
}
each_operation = pytest.mark.parametrize("operation", SAMPLES)


def _names(tree: ast.Module) -> dict[str, Any]:
    """Import what a sample imports."""
    found = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                module = import_module(str(node.module))
                if not hasattr(module, alias.name):
                    import_module(f"{node.module}.{alias.name}")
                found[alias.name] = getattr(module, alias.name)
    return found


def _calls(tree: ast.Module) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


@each_operation
@pytest.mark.parametrize("label", ["fts_client", "fts_api"])
def test_sample_in_python_calls_what_there_is(operation: str, label: str) -> None:
    tree = ast.parse(SAMPLES[operation][label])
    names = _names(tree)
    called = 0
    for call in _calls(tree):
        if not isinstance(call.func, ast.Attribute) or not isinstance(call.func.value, ast.Name):
            continue
        owner = FTSClient if call.func.value.id == "fts" else names.get(call.func.value.id)
        if owner is None:
            continue
        signature = inspect.signature(getattr(owner, call.func.attr))
        own = [None] if owner is FTSClient else []
        keywords = {str(keyword.arg): None for keyword in call.keywords}
        signature.bind(*own, *(None for _ in call.args), **keywords)
        called += 1
    assert called


def test_every_method_of_the_client_that_is_shown_belongs_to_an_operation() -> None:
    assert set(WRAPPED) <= set(SAMPLES)


@each_operation
def test_sample_for_curl_sends_the_proxy_to_a_whole_url(operation: str) -> None:
    words = shlex.split(SAMPLES[operation]["curl"].replace("\\\n", ""))
    assert words[:5] == ["curl", "--cert", "$X509_USER_PROXY", "--key", "$X509_USER_PROXY"]
    assert words[-1].startswith("https://fts.example.org:8446/")
    assert "{" not in words[-1]
