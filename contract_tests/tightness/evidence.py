"""What the recordings show of the answers: the types at each place, and the fields that are always there."""

from __future__ import annotations

from collections import defaultdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.contract.contract import Contract, selects_fields
from fts_contract.harness.contract.json_text import parse_json
from fts_contract.harness.contract.media_types import MediaType, best_documented
from fts_contract.harness.recordings.check import check_recording, read_recordings

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping
    from pathlib import Path

    from fts_contract.harness.contract.validation import SchemaSet
    from tightness.places import Node, Places

__all__ = ["Answer", "Evidence", "json_type", "read_answers", "recording_files"]

USER_OBJECTS = frozenset({"job_metadata", "file_metadata", "staging_metadata", "archive_metadata"})
"""Fields in which FTS returns any object that the user attached: its content proves nothing.

Source: observed on FTS 3.13.4, POST /jobs.
"""


@attrs.frozen(eq=False)
class Answer:
    """A complete JSON answer that conforms.

    Attributes:
        recording_id: Where it comes from.
        owner: Who describes it: the operation with the status, or the name of a shared response.
        pointer: JSON pointer of its schema.
        body: The JSON value.
        failed: The status was 400 or above.
        selected: The caller chose the fields, so that none is always there.
        of_user: The whole body is an object of the user's, asked for by its name.
    """

    recording_id: str
    owner: str
    pointer: str
    body: Any
    failed: bool
    selected: bool
    of_user: bool = False


def recording_files(paths: Iterable[Path]) -> list[Path]:
    """List the files of recordings: of a folder all `*.json`."""
    found = []
    for path in paths:
        found += sorted(path.glob("*.json")) if path.is_dir() else [path]
    return found


def read_answers(
    files: Iterable[Path], contract: Contract, schemas: SchemaSet, *, version: str | None
) -> list[Answer]:
    """Read the answers that can be mutated, the smallest bodies first.

    Left out is what does not conform (a mutant of it would be refused for the wrong reason), what is no
    JSON, and what the document gives no schema for.

    Raises:
        RecordingsError: A file cannot be read, or does not hold recordings.
    """
    answers: list[Answer] = []
    for file in files:
        for recording in read_recordings(file):
            if check_recording(recording, contract, version=version).conforms:
                answers += _answer(recording, contract, schemas)
    return sorted(answers, key=lambda answer: (len(repr(answer.body)), answer.recording_id))


def _answer(
    recording: Mapping[str, Any], contract: Contract, schemas: SchemaSet
) -> Iterator[Answer]:
    request, response = recording["request"], recording["response"]
    match = contract.find(request["method"], request["path"])
    documented = match and match.operation.response(response["status"])
    headers = {str(name).lower(): str(v) for name, v in (response.get("headers") or {}).items()}
    content_type = headers.get("content-type", "")
    if not match or not documented or "body" not in response:
        return
    media = best_documented(documented.content, content_type)
    pointer = documented.content[media] if media else ""
    body = response["body"]
    if not pointer:
        return
    if not MediaType.parse(content_type).is_json:
        embedded = schemas.embedded_json(pointer)
        if embedded is None:
            return
        pointer, body = embedded, parse_json(body) if isinstance(body, str) else body
    query = {**_inside(request["path"]), **(request.get("query") or {})}
    shared = pointer.removeprefix("/components/responses/").partition("/")[0]
    owner = shared or f"{match.operation.operation_id} {response['status']}"
    yield Answer(
        recording_id=recording["id"],
        owner=owner,
        pointer=pointer,
        body=body,
        failed=response["status"] >= HTTPStatus.BAD_REQUEST,
        selected=selects_fields(match.operation, query),
        of_user=not USER_OBJECTS.isdisjoint(match.path_parameters.values()),
    )


def _inside(path: str) -> dict[str, str]:
    query = path.partition("?")[2].partition("#")[0]
    return {part.partition("=")[0]: part.partition("=")[2] for part in query.split("&") if part}


class Evidence:
    """What all answers together show.

    Args:
        answers: All of them: what only a few show may look like a rule.
        places: Names the places in their bodies.
    """

    def __init__(self, answers: Iterable[Answer], places: Places) -> None:
        self._types: dict[Hashable, set[str]] = defaultdict(set)
        self._records: dict[tuple[str, tuple[str, ...]], set[frozenset[str]]] = defaultdict(set)
        for answer in answers:
            for node in places.walk(answer.body, answer.pointer):
                self._types[node.identity].add(json_type(node.value))
                if isinstance(node.value, dict) and not answer.selected:
                    self._records[answer.pointer, node.generic].add(node.fields)

    def types(self, node: Node) -> set[str]:
        """List the JSON types that were seen at the place of a value."""
        return self._types[node.identity]

    def always(self, answer: Answer, node: Node) -> frozenset[str]:
        """List the fields that every object of the same record type has at this place.

        Objects are of one record type when they share fields, directly or through others: so the error of
        one job and the job itself, which share the id, are compared, and two shapes of errors are not.
        """
        seen = self._records[answer.pointer, node.generic]
        kin = {node.fields}
        while touching := {other for other in seen - kin if any(other & known for known in kin)}:
            kin |= touching
        common = frozenset[str].intersection(*kin)
        # Without the field it may still be valid, as an object of another type: `{}` occurs.
        return frozenset(name for name in common if node.fields - {name} not in seen)


def json_type(value: Any) -> str:
    """Name the JSON type of a value; integers and fractions are both `number`."""
    names: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "boolean"),
        ((int, float), "number"),
        (str, "string"),
        (list, "array"),
        (dict, "object"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "null")
