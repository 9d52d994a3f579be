"""The generated client reads every recorded answer and writes it back without loss, also what it does not know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs
import httpx
import pytest

from fts_api import Client
from fts_api.types import UNSET
from fts_contract.harness.contract.versions import served
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from fts_contract.harness.contract.contract import Contract

RECORDED_VERSION = "3.13.4"

NEVER_RECORDED = {"cancel_all_jobs", "make_directory", "remove_directory", "rename_file"}
"""One would have canceled the jobs of everybody, the others are beyond the storage plugin of the recorded server."""

FREE_FORM = {"get_job_field"}
"""Operations whose answer is any JSON value, which no model can hold."""


def _examples() -> Iterator[Any]:
    """Find the examples of all JSON answers that the document writes at its operations."""
    for item in load_spec()["paths"].values():
        for method, operation in item.items():
            if method == "parameters":
                continue
            for status, answer in operation["responses"].items():
                media = answer.get("content", {}).get("application/json", {})
                for name, example in media.get("examples", {}).items():
                    test_id = f"{operation['operationId']}-{status}-{name}"
                    yield pytest.param(
                        operation["operationId"], int(status), example["value"], id=test_id
                    )


each_example = pytest.mark.parametrize(("operation_id", "status", "body"), list(_examples()))


def _parse(module: ModuleType, answer: Any) -> Any:
    response = httpx.Response(answer.status, headers=answer.headers, content=answer.content)
    client = Client(base_url="https://fts.example.org", raise_on_unexpected_status=True)
    return module._parse_response(client=client, response=response)


def _plain(value: Any) -> Any:
    """Write a parsed answer back as plain data."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if hasattr(value, "to_dict"):
        return value.to_dict()
    assert value is not UNSET
    return value


def _models(value: Any) -> Iterator[Any]:
    yield from (
        (model for item in value for model in _models(item))
        if isinstance(value, list)
        else [value]
    )


def test_recorded_answers_are_there_for_every_operation_that_could_be_recorded(
    answers: Any, contract: Contract
) -> None:
    read = {answer.operation.operation_id for answer in answers}
    json_operations = {
        operation.operation_id
        for operation in contract.operations
        if served(RECORDED_VERSION, since=operation.since, until=operation.until)
        for status, response in operation.responses.items()
        if status.startswith("2") and "application/json" in response.content
    }
    assert json_operations - read == NEVER_RECORDED


def test_every_recorded_answer_survives_the_round_trip(
    endpoints: dict[str, ModuleType], answers: Any
) -> None:
    lost = [
        answer.recording_id
        for answer in answers
        if _plain(_parse(endpoints[answer.operation.operation_id], answer)) != answer.body
    ]
    assert lost == []


def test_every_recorded_error_survives_the_round_trip(
    endpoints: dict[str, ModuleType], errors: Any
) -> None:
    lost = [
        error.recording_id
        for error in errors
        if _plain(_parse(endpoints[error.operation.operation_id], error)) != error.body
    ]
    assert lost == []
    assert {419, 424} <= {error.status for error in errors}


@each_example
def test_example_of_the_document_survives_the_round_trip(
    endpoints: dict[str, ModuleType], operation_id: str, status: int, body: Any
) -> None:
    response = httpx.Response(
        status, headers={"content-type": "application/json"}, content=json.dumps(body).encode()
    )
    client = Client(base_url="https://fts.example.org", raise_on_unexpected_status=True)
    parsed = endpoints[operation_id]._parse_response(client=client, response=response)
    assert _plain(parsed) == body


def test_every_recorded_object_answers_by_item_as_it_was_sent(
    endpoints: dict[str, ModuleType], answers: Any
) -> None:
    compared = 0
    for answer in answers:
        parsed = _parse(endpoints[answer.operation.operation_id], answer)
        for model, sent in zip(_models(parsed), _models(answer.body), strict=True):
            if hasattr(model, "to_dict"):
                assert {name: _plain(model[name]) for name in sent} == sent
                assert all(name in model for name in sent)
                compared += len(sent)
    assert compared > 1000


def test_recorded_objects_become_models(endpoints: dict[str, ModuleType], answers: Any) -> None:
    raw = [
        answer.recording_id
        for answer in answers
        if answer.operation.operation_id not in FREE_FORM
        for model in _models(_parse(endpoints[answer.operation.operation_id], answer))
        if isinstance(model, dict)
    ]
    assert raw == []


def _with_news(value: Any, key: str = "") -> Any:
    """Put an unknown field into every object that has fields, and an unknown value into every state."""
    if isinstance(value, dict):
        changed = {name: _with_news(item, name) for name, item in value.items()}
        # Where every member is an object it may be a map by name, in which an unknown entry is one like the others.
        # So an empty one stays empty. In the map of links an unknown link is still a link.
        if not value:
            return value
        is_map = all(isinstance(item, dict) for item in value.values())
        news: Any = {"deep": [1, None, "x"]}
        if key == "_links":
            news = {"href": "/new"}
        elif is_map:
            news = next(iter(value.values()))
        return {**changed, "brand_new": news}
    if isinstance(value, list):
        return [_with_news(item) for item in value]
    if key.endswith("_state") and isinstance(value, str):
        return "BRAND_NEW_STATE"
    return value


def test_unknown_fields_and_states_survive_the_round_trip(
    endpoints: dict[str, ModuleType], answers: Any
) -> None:
    lost = []
    states = 0
    for answer in answers:
        news = attrs.evolve(answer, body=_with_news(answer.body))
        states += json.dumps(news.body).count("BRAND_NEW_STATE")
        if _plain(_parse(endpoints[answer.operation.operation_id], news)) != news.body:
            lost.append(answer.recording_id)
    assert lost == []
    assert states > 0


@pytest.mark.parametrize("body", [b"[", b"", b"<html>"])
def test_broken_answer_raises_no_silent_none(
    endpoints: dict[str, ModuleType], body: bytes
) -> None:
    response = httpx.Response(200, headers={"content-type": "application/json"}, content=body)
    client = Client(base_url="https://fts.example.org")
    with pytest.raises(ValueError, match="Expecting"):
        endpoints["whoami"]._parse_response(client=client, response=response)
