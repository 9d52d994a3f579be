"""The generated client reads every recorded answer and writes it back without loss, also what it does not know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs
import httpx
import pytest

from fts_api import Client
from fts_api.types import UNSET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from fts_contract.harness.contract import Contract

FREE_FORM = {"get_job_field"}
"""Operations whose answer is any JSON value, which no model can hold."""


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


def test_recorded_answers_are_there_for_most_operations(answers: Any, contract: Contract) -> None:
    read = {answer.operation.operation_id for answer in answers}
    json_operations = {
        operation.operation_id
        for operation in contract.operations
        for status, response in operation.responses.items()
        if status.startswith("2") and "application/json" in response.content
    }
    assert json_operations - read == set()


def test_every_recorded_answer_survives_the_round_trip(
    endpoints: dict[str, ModuleType], answers: Any
) -> None:
    lost = [
        answer.recording_id
        for answer in answers
        if _plain(_parse(endpoints[answer.operation.operation_id], answer)) != answer.body
    ]
    assert lost == []


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
    """Put an unknown field into every object, and an unknown value into every state."""
    if isinstance(value, dict):
        changed = {name: _with_news(item, name) for name, item in value.items()}
        # In the map of links an unknown link is still a link.
        news = {"href": "/new"} if key == "_links" else {"deep": [1, None, "x"]}
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
