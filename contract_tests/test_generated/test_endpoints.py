"""The generated client has one module per operation, and each builds the request that the document describes."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import pytest

import fts_api
from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.pointers import resolve
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from types import ModuleType

    from fts_contract.harness.contract.operations import Operation

OPERATIONS = Contract.from_spec().operations
NUMBER_OF_OPERATIONS = 100
"""Counted by hand: an operation that is lost together with its recordings is noticed here only."""

each_operation = pytest.mark.parametrize(
    "operation", OPERATIONS, ids=[operation.operation_id for operation in OPERATIONS]
)


def test_modules_are_the_operations_of_the_document(
    endpoints: dict[str, ModuleType], contract: Contract
) -> None:
    assert sorted(endpoints) == sorted(item.operation_id for item in contract.operations)


def test_number_of_modules_is_that_of_operations(endpoints: dict[str, ModuleType]) -> None:
    methods = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}
    written = [methods & set(item) for item in load_spec()["paths"].values()]
    assert len(endpoints) == sum(map(len, written)) == NUMBER_OF_OPERATIONS


def test_module_of_each_operation_lies_in_its_tag(
    endpoints: dict[str, ModuleType], contract: Contract
) -> None:
    for operation in contract.operations:
        assert endpoints[operation.operation_id].__name__.split(".")[-2] == operation.tag


@each_operation
def test_operation_has_sync_and_async_functions(
    endpoints: dict[str, ModuleType], operation: Operation
) -> None:
    module = endpoints[operation.operation_id]
    assert not inspect.iscoroutinefunction(module.sync_detailed)
    assert inspect.iscoroutinefunction(module.asyncio_detailed)
    same = [
        dict(inspect.signature(function).parameters)
        for function in (module.sync_detailed, module.asyncio_detailed)
    ]
    assert same[0] == same[1]


@each_operation
def test_operation_takes_the_documented_parameters(
    endpoints: dict[str, ModuleType], operation: Operation
) -> None:
    taken = set(inspect.signature(endpoints[operation.operation_id].sync_detailed).parameters)
    documented = {item.name for item in operation.parameters if item.place in {"path", "query"}}
    body = {"body"} if operation.request_body is not None else set()
    assert taken == {"client", *documented, *body}


@each_operation
def test_operation_sends_the_request_of_the_document(
    endpoints: dict[str, ModuleType], contract: Contract, operation: Operation
) -> None:
    build = endpoints[operation.operation_id]._get_kwargs
    values = {
        place: {
            item.name: f"{place}{index}"
            for index, item in enumerate(operation.parameters)
            if item.place == place and item.required
        }
        for place in ("path", "query")
    }
    examples = _request_examples(operation)
    bodies = [{"body": _as_model(build, example)} for example in examples] or [{}]
    for body, example in zip(bodies, examples or [None], strict=True):
        sent = build(**values["path"], **values["query"], **body)
        match = contract.find(sent["method"], sent["url"])
        assert match is not None
        assert match.operation.operation_id == operation.operation_id
        assert match.path_parameters == values["path"]
        assert sent.get("params", {}) == values["query"]
        if example is not None and not isinstance(example, str):
            assert sent[_sent_as(operation)] == example


def test_path_parameter_with_slash_and_comma_stays_one_segment(
    endpoints: dict[str, ModuleType], contract: Contract
) -> None:
    sent = endpoints["get_jobs"]._get_kwargs("a/b,c d")
    match = contract.find(sent["method"], sent["url"])
    assert match is not None
    assert match.path_parameters == {"job_ids": "a/b,c d"}


def test_generated_package_is_typed() -> None:
    assert Path(fts_api.__file__).with_name("py.typed").is_file()


def _request_examples(operation: Operation) -> list[Any]:
    if operation.request_body is None:
        return []
    (pointer,) = operation.request_body.content.values()
    media = resolve(load_spec(), pointer.rpartition("/")[0])
    examples = [example["value"] for example in media.get("examples", {}).values()]
    return examples + ([media["example"]] if "example" in media else [])


def _sent_as(operation: Operation) -> str:
    """Name the argument of httpx that carries bodies of the documented content type."""
    assert operation.request_body is not None
    (content_type,) = operation.request_body.content
    return "data" if content_type == "application/x-www-form-urlencoded" else "json"


def _as_model(build: Any, example: Any) -> Any:
    """Make of an example what the function wants as `body`."""
    kind = get_type_hints(build)["body"]
    for option in getattr(kind, "__args__", (kind,)):
        if hasattr(option, "from_dict"):
            return option.from_dict(example)
    return kind(example.encode()) if isinstance(example, str) else example
