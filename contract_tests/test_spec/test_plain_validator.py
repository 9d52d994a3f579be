"""A validator that knows nothing of this project agrees: plain `jsonschema` on the raw YAML, for every recording.

Nothing of this project is imported here, on purpose. What the harness reads out of the document is read a second
time, in the shortest way: a path becomes a regular expression, a status is looked up, the body is validated.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).resolve().parents[2]
# Every process that collects tests reads this: the pure Python loader, ten times slower, only where there is no other.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DOCUMENT = yaml.load((ROOT / "openapi" / "fts-rest.yaml").read_bytes(), Loader=LOADER)  # noqa: S506
FILES = sorted((ROOT / "contract_tests" / "fts_contract" / "recordings").glob("*.json"))
REGISTRY: Any = Registry().with_resource("urn:fts", DRAFT202012.create_resource(DOCUMENT))


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        target = DOCUMENT
        for token in part["$ref"].split("/")[1:]:
            target = target[token]
        part = target
    return part


def _absolute(part: Any) -> Any:
    """Make references lead into the document, wherever the part is."""
    if isinstance(part, list):
        return [_absolute(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: f"urn:fts{value}" if key == "$ref" else _absolute(value)
        for key, value in part.items()
    }


def _operation(method: str, path: str) -> dict[str, Any] | None:
    wanted = re.sub("/+", "/", path.partition("?")[0])
    # "{" sorts behind letters, so that literal paths come before templates.
    for template, item in sorted(DOCUMENT["paths"].items()):
        operation = item.get(method.lower())
        if operation is None:
            continue
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        slash = "/?" if operation.get("x-fts-trailing-slash") else ""
        if re.fullmatch(pattern + slash, wanted):
            found: dict[str, Any] = operation
            return found
    return None


def _schema(operation: dict[str, Any], recording: dict[str, Any]) -> tuple[Any, Any]:
    """Find the schema for the answer, and the value that must fit it; a text in place of the schema says what is amiss."""
    response = recording["response"]
    status, body = str(response["status"]), response["body"]
    if status not in operation["responses"]:
        return f"status {status}", body
    content = _resolved(operation["responses"][status]).get("content", {})
    if not content:
        return {"enum": [None, ""]}, body
    sent = response["headers"].get("content-type", "").partition(";")[0]
    schema = content.get(sent, {}).get("schema", f"content type {sent}")
    if sent == "application/json" or "contentSchema" in schema:
        return schema.get("contentSchema", schema), body
    return schema, body if isinstance(body, str) else json.dumps(body)


def _judge(recording: dict[str, Any]) -> str:
    """Say what is wrong; `ok`, or `skipped` for what no document can describe."""
    request, response = recording["request"], recording["response"]
    operation = _operation(request["method"], request["path"])
    if request["method"] in {"HEAD", "OPTIONS"}:
        return "skipped"
    if operation is None:
        return "skipped" if response["status"] in {404, 405} else "no operation"
    if response["status"] < 400 and response["body"] in ("[", "{"):
        return "skipped"  # the server cut the answer off, so it is not JSON
    schema, value = _schema(operation, recording)
    if isinstance(schema, str):
        return schema
    validator = jsonschema.Draft202012Validator(_absolute(schema), registry=REGISTRY)
    error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    return "ok" if error is None else f"{error.json_path}: {error.message}"


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_recordings_fit_the_document_by_plain_jsonschema(file: Path) -> None:
    verdicts = {
        recording["id"]: _judge(recording)
        for recording in json.loads(file.read_text(encoding="utf-8"))
    }
    wrong = {name: text for name, text in verdicts.items() if text not in {"ok", "skipped"}}
    assert wrong == {}
    assert list(verdicts.values()).count("ok") > len(verdicts) / 2
