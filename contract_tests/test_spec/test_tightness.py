"""The document is no rubber stamp: changed answers are refused, and no recorded field is undocumented."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from fts_contract.harness.contract import Contract, selects_fields
from fts_contract.harness.operations import Operation
from fts_contract.harness.recordings import check_recording, read_recordings
from fts_contract.spec import load_spec
from openapi.rules.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

Recorded = tuple[dict[str, Any], Operation]


@pytest.fixture(scope="module")
def answers(contract: Contract, recordings_folder: Any) -> list[Recorded]:
    """All recorded JSON successes of operations of the document."""
    found = []
    for path in sorted(recordings_folder.glob("*.json")):
        for recording in read_recordings(path):
            row = check_recording(recording, contract)
            headers = recording["response"]["headers"]
            is_json = "json" in headers.get("content-type", "")
            if row.conforms and is_json and row.operation_id is not None and row.status < 400:
                found.append((recording, contract.operation(row.operation_id)))
    return found


def _mutants(body: Any) -> Iterator[tuple[str, Any]]:
    """Change the type of the whole body, and of each field of the (first) object in it."""
    yield "", 3.5
    yield "[[]]", [[[]]]
    inside = body[0] if isinstance(body, list) and body else body
    if isinstance(inside, dict):
        for name, value in inside.items():
            changed = {**inside, name: {"not": ["expected"]} if value is None else [value]}
            yield name, [changed, *body[1:]] if isinstance(body, list) else changed


def test_answers_with_changed_types_are_refused(
    contract: Contract, answers: list[Recorded]
) -> None:
    refused, admitted = 0, []
    done = set()
    for recording, operation in answers:
        for name, body in _mutants(recording["response"]["body"]):
            if (operation.operation_id, name) in done:
                continue
            done.add((operation.operation_id, name))
            changed = {**recording, "response": {**recording["response"], "body": body}}
            if check_recording(changed, contract).problems:
                refused += 1
            else:
                admitted.append(f"{operation.operation_id} {name}")
    # Free-form members (metadata, the value of any field) admit everything by nature.
    assert refused / (refused + len(admitted)) >= 0.95, admitted


def test_answers_without_a_promised_field_are_refused(
    contract: Contract, answers: list[Recorded]
) -> None:
    """What every unselected answer of an operation holds is `required`, or promised by `x-fts-always`."""
    always: dict[str, set[str]] = {}
    samples: dict[str, dict[str, Any]] = {}
    for recording, operation in answers:
        body = recording["response"]["body"]
        selected = selects_fields(recording["request"]["query"])
        if isinstance(body, dict) and not selected and operation.operation_id != "get_job_field":
            known = always.setdefault(operation.operation_id, set(body))
            known &= set(body)
            samples.setdefault(operation.operation_id, recording)
    assert samples
    for name, recording in samples.items():
        for field in always[name]:
            body = {
                key: value for key, value in recording["response"]["body"].items() if key != field
            }
            changed = {**recording, "response": {**recording["response"], "body": body}}
            assert check_recording(changed, contract).problems, f"{name} without {field}"


def _closed(spec: dict[str, Any]) -> Contract:
    """Read a copy of a document in which answers admit only documented fields."""
    document = Document.from_text(yaml.safe_dump(spec, sort_keys=False))
    schemas = document.response_schemas()
    # What allOf combines stays open by itself: only the whole knows all fields.
    parts = {document.follow(pointer)[0] for pointer in schemas if "/allOf/" in pointer}
    for pointer, schema in schemas.items():
        if pointer in parts or "/allOf/" in pointer:
            continue
        target = document.follow(pointer)[1]
        if isinstance(target, bool):
            continue
        if {"properties", "allOf"} & set(target) and "additionalProperties" not in target:
            schema["unevaluatedProperties"] = False
    return Contract.from_spec(document.data)


def _undocumented(spec: dict[str, Any], answers: list[Recorded]) -> set[str]:
    closed = _closed(spec)
    return {
        f"{recording['id']}: {problem}"
        for recording, _ in answers
        if not selects_fields(recording["request"]["query"])  # may select internal attributes
        for problem in check_recording(recording, closed).problems
    }


def test_recorded_answers_hold_no_undocumented_field(answers: list[Recorded]) -> None:
    assert _undocumented(load_spec(), answers) == set()


@pytest.mark.parametrize("field", ["vos_id", "level"])
def test_field_deleted_from_the_document_is_noticed(answers: list[Recorded], field: str) -> None:
    spec = copy.deepcopy(load_spec())
    media = spec["paths"]["/whoami"]["get"]["responses"]["200"]["content"]["application/json"]
    name = media["schema"]["$ref"].rpartition("/")[2]
    schema = spec["components"]["schemas"][name]
    del schema["properties"][field]
    whoami = [answer for answer in answers if answer[0]["id"] == "whoami-alice"]
    assert _undocumented(spec, whoami)
    assert not _undocumented(load_spec(), whoami)
