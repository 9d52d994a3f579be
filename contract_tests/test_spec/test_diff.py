"""`fts contract diff`: changes that break clients are distinguished from others."""
# ruff: noqa: FBT003 - values of keywords that are put into documents

from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from typer.testing import CliRunner

from fts_contract.commands import contract as contract_app
from fts_contract.spec import load_spec, spec_path
from fts_contract.spec_diff.documents import compare_documents

if TYPE_CHECKING:
    from collections.abc import Callable

ITEM = {
    "type": "object",
    "required": ["id", "state"],
    "properties": {
        "id": {"type": "string", "maxLength": 36, "pattern": "^[0-9a-f-]+$"},
        "state": {"type": "string", "enum": ["NEW", "DONE"], "x-fts-known-values": ["NEW"]},
        "size": {"type": ["integer", "null"], "minimum": 0},
        "parent": {"$ref": "#/components/schemas/Item"},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}
OLD: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Small", "version": "1"},
    "paths": {
        "/items": {
            "parameters": [
                {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 50}}
            ],
            "get": {
                "operationId": "list_items",
                "x-fts-level": "transfer",
                "responses": {
                    "200": {"$ref": "#/components/responses/Items"},
                    404: {"description": "None."},
                },
            },
            "post": {
                "operationId": "add_item",
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Item"}}
                    }
                },
                "responses": {"201": {"description": "Done."}},
            },
        },
        "/items/{id}": {
            "get": {
                "operationId": "get_item",
                "parameters": [{"name": "id", "in": "path", "required": True}],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "oneOf": [
                                        {"$ref": "#/components/schemas/Item"},
                                        {"type": "null"},
                                    ]
                                }
                            }
                        },
                        "headers": {"Location": {"required": True, "schema": {}}},
                    }
                },
            }
        },
    },
    "components": {
        "schemas": {"Item": ITEM},
        "responses": {
            "Items": {
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "array",
                            "items": {"$ref": "#/components/schemas/Item"},
                        }
                    }
                }
            }
        },
    },
}


def at(document: dict[str, Any], path: str) -> tuple[Any, Any]:
    """Find the owner and the key of a place such as `paths /items get`."""
    *parents, last = path.split()
    node: Any = document
    for key in parents:
        node = node[int(key)] if isinstance(node, list) else node[key]
    return node, last


def put(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        owner, key = at(document, path)
        owner[key] = value

    return change


def drop(path: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        owner, key = at(document, path)
        del owner[int(key) if isinstance(owner, list) else key]

    return change


LIST = "paths /items get"
POST = "paths /items post"
GET = "paths /items/{id} get"
PROPERTIES = "components schemas Item properties"
BOTH = [("request", True), ("answer", False)]
OTHER_WAY = [("request", False), ("answer", True)]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (put("info description", "new"), []),
        (put(f"{PROPERTIES} id description", "new"), []),
        # operations
        (drop(LIST), [("GET /items: removed", True)]),
        (drop(GET), [("GET /items/{id}: removed", True)]),
        (put("paths /more", {"get": {"responses": {}}}), [("GET /more: added", False)]),
        (put(f"{GET} operationId", "read"), [("operationId was get_item, is read", True)]),
        (put(f"{GET} x-fts-level", "config"), [("x-fts-level was none, is config", True)]),
        (put(f"{LIST} x-fts-level", "none"), [("x-fts-level was transfer, is none", False)]),
        (put(f"{LIST} deprecated", True), [("GET /items: deprecated", False)]),
        (put(f"{LIST} x-fts-until", "3.14"), [("x-fts-until was absent, is 3.14", False)]),
        # parameters
        (drop("paths /items parameters 0"), [("query parameter limit: removed", True)]),
        (
            put(f"{GET} parameters", [*OLD["paths"]["/items/{id}"]["get"]["parameters"],
                {"name": "q", "in": "query"}]),
            [("query parameter q: added", False)],
        ),
        (
            put(f"{GET} parameters", [*OLD["paths"]["/items/{id}"]["get"]["parameters"],
                {"name": "q", "in": "query", "required": True}]),
            [("query parameter q: added (required)", True)],
        ),
        (put("paths /items parameters 0 required", True), [("is required", True)]),
        (put("paths /items parameters 0 schema maximum", 9), [("was 50, is 9", True)]),
        (put("paths /items parameters 0 schema maximum", 99), [("was 50, is 99", False)]),
        (put("paths /items parameters 0 schema type", "number"), [("is number", False)]),
        (
            put("paths /items parameters 0 schema enum", [1, 2]),
            [("no longer allowed: every value; allowed are 1, 2", True)],
        ),
        # request bodies
        (drop(f"{POST} requestBody"), [("request body: removed", True)]),
        (put(f"{POST} requestBody required", True), [("request body: was optional", True)]),
        (
            put(f"{LIST} requestBody", {"required": True, "content": {}}),
            [("request body: added (required)", True)],
        ),
        (
            put(f"{POST} requestBody content", {"text/csv": {}}),
            [("application/json: content type removed", True), ("text/csv: content", False)],
        ),
        # answers
        (drop(f"{POST} responses 201"), [("POST /items 201: removed", True)]),
        (put(f"{POST} responses 202", {}), [("POST /items 202: added", False)]),
        (put(f"{LIST} responses", {"200": {"$ref": "#/components/responses/Items"}}),
            [("GET /items 404: removed", False)]),
        (drop(f"{GET} responses 200 headers Location"), [("header Location: removed", True)]),
        (
            put(f"{GET} responses 200 headers Location required", False),
            [("header Location: was required", True)],
        ),
        (
            drop(f"{GET} responses 200 content application/json schema oneOf 1"),
            [("oneOf lost its part", False)],
        ),
        (
            put(f"{GET} responses 200 content application/json schema oneOf",
                [{"$ref": "#/components/schemas/Item"}, {"type": "null"}, {"type": "string"}]),
            [("oneOf has a further part", True)],
        ),
        # schemas, which requests and answers share
        (drop(f"{PROPERTIES} tags"), [("Item.tags: removed", True)] * 2),
        (put(f"{PROPERTIES} more", {}), [("Item.more: added", False)] * 2),
        (put("components schemas Item required", ["id"]), OTHER_WAY),
        (put("components schemas Item required", ["id", "state", "size"]), BOTH),
        (put(f"{PROPERTIES} size type", "integer"), BOTH),
        (put(f"{PROPERTIES} size type", ["integer", "null", "string"]), OTHER_WAY),
        (put(f"{PROPERTIES} size type", "string"), [("Item.size", True), ("Item.size", False)] * 2),
        (put(f"{PROPERTIES} state enum", ["NEW"]), BOTH),
        (put(f"{PROPERTIES} state enum", ["NEW", "DONE", "LOST"]), OTHER_WAY),
        (put(f"{PROPERTIES} state x-fts-known-values", ["NEW", "OLD"]),
            [("request", False), ("answer", False)]),
        (put(f"{PROPERTIES} id maxLength", 20), BOTH),
        (drop(f"{PROPERTIES} id maxLength"), OTHER_WAY),
        (put(f"{PROPERTIES} size minimum", -1), OTHER_WAY),
        (put(f"{PROPERTIES} id pattern", "^.$"), [("request", True), ("answer", True)]),
        (put(f"{PROPERTIES} tags items type", "integer"), [("Item.tags[]", True), ("Item.tags[]", False)] * 2),
        (put("components schemas Item additionalProperties", False), BOTH),
        (put(f"{PROPERTIES} tags items", {}), [("type", False), ("type", True)]),
    ],
)  # fmt: skip
def test_change_is_listed_as_breaking_or_not(
    change: Callable[[dict[str, Any]], None], told: list[tuple[str, bool]]
) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    changes = compare_documents(OLD, new)
    lines = [(f"{c.place}: {c.message} {c.side}", c.breaking) for c in changes]
    assert len(lines) == len(told), lines
    for text, breaking in told:
        assert any(text in line and breaking is broken for line, broken in lines), lines


def test_change_of_a_shared_schema_is_listed_once_with_all_its_operations() -> None:
    new = copy.deepcopy(OLD)
    drop(f"{PROPERTIES} tags")(new)
    answers = [change for change in compare_documents(OLD, new) if change.side == "answer"]
    assert [change.operations for change in answers] == [("list_items", "get_item")]


def test_document_is_equal_to_itself() -> None:
    assert compare_documents(load_spec(), load_spec()) == []


def test_removed_operation_of_the_real_document_is_found() -> None:
    new = copy.deepcopy(load_spec())
    del new["paths"]["/jobs"]["post"]
    changes = compare_documents(load_spec(), new)
    assert [(change.place, change.breaking) for change in changes] == [("POST /jobs", True)]


def run(*args: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(contract_app, ["diff", *map(str, args)])
    return result.exit_code, result.stdout, result.stderr


def test_command_prints_lines_or_json_and_has_an_exit_code(tmp_path: Path) -> None:
    old, new, added = (tmp_path / name for name in ("old.yaml", "new.json", "added.yaml"))
    old.write_text(yaml.safe_dump(OLD))
    changed = copy.deepcopy(OLD)
    changed["info"]["version"] = "2"
    put("paths /more", {"get": {"responses": {}}})(changed)
    added.write_text(yaml.safe_dump(changed))
    drop(f"{PROPERTIES} tags")(changed)
    new.write_text(json.dumps(changed))

    assert run(old, old) == (0, "1 -> 1\n0 breaking, 0 other\n", "")
    assert run(old, added) == (0, "1 -> 2\nother     GET /more: added\n0 breaking, 1 other\n", "")
    code, out, _ = run(old, new)
    assert code == 1
    assert "BREAKING  Item.tags: removed (answer of list_items, get_item)\n" in out
    assert out.endswith("\n2 breaking, 1 other\n")
    code, out, _ = run(old, new, "--json")
    data = json.loads(out)
    assert (code, data["old"], data["new"], data["breaking"]) == (1, "1", "2", 2)
    assert data["changes"][-1] == {
        "breaking": False,
        "place": "GET /more",
        "message": "added",
        "side": None,
        "operations": ["GET /more"],
    }


@pytest.mark.parametrize(
    "text",
    [
        None,
        "a: [",
        "just text",
        "info: {}",
        "paths: {/x: {get: {responses: {'200': {$ref: '#/components/responses/None'}}}}}",
    ],
    ids=["missing", "no-yaml", "no-mapping", "no-paths", "broken-reference"],
)
def test_command_on_unreadable_document_names_it(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    if text is not None:
        path.write_text(text)
    code, out, err = run(path, path)
    assert (code, out) == (2, "")
    assert err.startswith("fts: ")
    assert len(err.splitlines()) == 1


def test_two_versions_of_this_document_are_compared(tmp_path: Path) -> None:
    repository = Path(__file__).parents[2]
    if not (repository / ".git").exists() or "openapi" not in str(spec_path()):
        pytest.skip("needs the history of a checkout")

    def git(*args: str) -> str:
        return subprocess.run(  # noqa: S603 - fixed arguments
            ["git", *args],  # noqa: S607
            cwd=repository, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    commits = git("log", "--format=%H", "--", "openapi/fts-rest.yaml").split()
    if len(commits) == 1:
        pytest.skip("needs a history of more than one commit")
    old = tmp_path / "old.yaml"
    versions = (git("show", f"{commit}:openapi/fts-rest.yaml") for commit in reversed(commits))
    old.write_text(next(text for text in versions if "\npaths:\n" in text), encoding="utf-8")
    code, out, err = run(old, spec_path())
    assert err == ""
    assert code in {0, 1}
    assert out.splitlines()[-1].endswith(" other")
    assert len(out.splitlines()) > 2
