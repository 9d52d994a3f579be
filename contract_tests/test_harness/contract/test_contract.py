"""Judging answers and requests against a small document: every kind of problem can be found, none is invented."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fts_contract.harness.contract.contract import Contract, selects_fields
from fts_contract.harness.contract.leniency import relaxed
from fts_contract.spec import SpecError, load_spec

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Small", "version": "7"},
    "paths": {
        "/things/{thing_id}": {
            "parameters": [{"$ref": "#/components/parameters/ThingId"}],
            "get": {
                "operationId": "get_thing",
                "parameters": [
                    {
                        "name": "limit",
                        "in": "query",
                        "schema": {"type": "integer", "maximum": 500},
                    },
                    {"name": "deep", "in": "query", "schema": {"type": "boolean"}},
                ],
                "responses": {
                    "200": {
                        "description": "The thing.",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "oneOf": [
                                        {"$ref": "#/components/schemas/Thing"},
                                        {
                                            "type": "array",
                                            "items": {"$ref": "#/components/schemas/Thing"},
                                        },
                                    ]
                                }
                            },
                            "text/html": {
                                "schema": {
                                    "type": "string",
                                    "contentMediaType": "application/json",
                                    "contentSchema": {"$ref": "#/components/schemas/Thing"},
                                }
                            },
                            "text/plain; charset=utf-8": {"schema": {"type": "string"}},
                        },
                    },
                    "201": {
                        "description": "Nothing to read.",
                        "headers": {"X-Id": {"required": True, "schema": {"pattern": "^[0-9]+$"}}},
                    },
                    "4XX": {"$ref": "#/components/responses/Bad"},
                },
            },
            "post": {
                "operationId": "set_thing",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}
                    },
                },
                "responses": {"default": {"$ref": "#/components/responses/Bad"}},
            },
        }
    },
    "components": {
        "parameters": {
            "ThingId": {
                "name": "thing_id",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "pattern": "^[a-z]+$"},
            }
        },
        "responses": {
            "Bad": {
                "description": "Bad.",
                "content": {
                    "application/json": {"schema": {"type": "object", "required": ["status"]}}
                },
            }
        },
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["id"],
                "x-fts-always": {"3.13": ["size"]},
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "size": {"type": ["integer", "null"], "format": "int64"},
                    "state": {"type": "string", "enum": ["A", "B"]},
                },
            }
        },
    },
}
ID = "5c100001-e6f5-11f1-9d01-02fc0000a001"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def small() -> Contract:
    return Contract.from_spec(DOCUMENT)


def _kinds(
    small: Contract,
    body: bytes | str,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    version: str | None = None,
    selected: bool = False,
) -> list[str]:
    problems = small.check_response(
        small.operation("get_thing"),
        status=status,
        headers=JSON if headers is None else headers,
        body=body,
        version=version,
        selected=selected,
    )
    return [problem.kind for problem in problems]


@pytest.mark.parametrize(
    "body",
    [
        {"id": ID},
        {"id": ID, "size": None, "state": "A", "new": [1]},
        [],
        [{"id": ID, "size": 2**62}],
    ],
)
def test_check_response_on_conforming_json_finds_nothing(small: Contract, body: Any) -> None:
    assert _kinds(small, json.dumps(body)) == []
    assert _kinds(small, json.dumps(body).encode()) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": 1},
        {"id": "no uuid"},
        {"id": ID, "size": "10"},
        {"id": ID, "size": 2**63},
        {"id": ID, "state": "C"},
        [{"id": ID}, {}],
        "text",
        None,
        1,
    ],
)
def test_check_response_on_wrong_json_finds_a_mismatch(small: Contract, body: Any) -> None:
    assert _kinds(small, json.dumps(body)) == ["body-mismatch"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[",
        b'{"id": NaN}',
        b"\xff",
        b"[" * 100_000,
        b"[" + b"9" * 5000 + b"]",
        b'[{"id": "a"}',
        b"<html>",
    ],
    ids=["empty", "cut", "nan", "not-utf8", "deep", "long-number", "unfinished", "html"],
)
def test_check_response_reports_text_that_is_not_json(small: Contract, body: bytes) -> None:
    assert _kinds(small, body) == ["body-not-json"]


def test_check_response_on_infinite_number_does_not_raise(small: Contract) -> None:
    assert _kinds(small, json.dumps({"id": ID})[:-1] + ', "size": 1e999}') == ["body-mismatch"]


def test_check_response_names_place_and_value(small: Contract) -> None:
    problems = small.check_response(
        small.operation("get_thing"),
        status=200,
        headers=JSON,
        body=json.dumps([{"id": ID}, {"id": ID, "size": "10"}]),
    )
    assert [str(problem) for problem in problems] == [
        'at [1].size: expected integer or null, got "10"'
    ]


def test_check_response_cuts_long_values_short(small: Contract) -> None:
    problems = small.check_response(
        small.operation("get_thing"),
        status=200,
        headers=JSON,
        body=json.dumps({"id": ID, "size": "9" * 10_000}),
    )
    assert len(problems[0].message) < 200


@pytest.mark.parametrize(
    ("status", "kinds"),
    [(200, []), (202, ["status-undocumented"]), (500, ["status-undocumented"])],
)
def test_check_response_reports_an_undocumented_status(
    small: Contract, status: int, kinds: list[str]
) -> None:
    assert _kinds(small, json.dumps({"id": ID}), status=status) == kinds


def test_check_response_on_status_class_uses_its_schema(small: Contract) -> None:
    assert _kinds(small, '{"status": "404"}', status=404) == []
    assert _kinds(small, "{}", status=404) == ["body-mismatch"]


def test_check_response_on_default_uses_its_schema(small: Contract) -> None:
    problems = small.check_response(
        small.operation("set_thing"), status=503, headers=JSON, body="{}"
    )
    assert [problem.kind for problem in problems] == ["body-mismatch"]


@pytest.mark.parametrize(
    ("content_type", "kinds"),
    [
        ("application/json", []),
        ("Application/JSON; charset=UTF-8", []),
        ("application/problem+json", ["content-type-undocumented"]),
        ("text/json", ["content-type-undocumented"]),
        ("", ["content-type-undocumented"]),
        (";;;=", ["content-type-undocumented"]),
        ("text/html; charset=utf-8", []),
        ("text/plain", ["content-type-undocumented"]),
        ("text/plain;charset=UTF-8", []),
    ],
)
def test_check_response_reports_an_undocumented_content_type(
    small: Contract, content_type: str, kinds: list[str]
) -> None:
    body = json.dumps({"id": ID})
    assert _kinds(small, body, headers={"content-type": content_type}) == kinds


def test_check_response_reports_a_missing_content_type(small: Contract) -> None:
    assert _kinds(small, json.dumps({"id": ID}), headers={}) == ["content-type-undocumented"]


def test_check_response_on_json_inside_text_judges_the_json(small: Contract) -> None:
    headers = {"Content-Type": "text/html; charset=utf-8"}
    assert _kinds(small, json.dumps({"id": ID}), headers=headers) == []
    assert _kinds(small, json.dumps({"id": 1}), headers=headers) == ["body-mismatch"]
    assert _kinds(small, "<html>", headers=headers) == ["body-not-json"]


def test_check_response_reports_a_body_where_none_is_documented(small: Contract) -> None:
    headers = {"X-ID": "12", "Content-Type": "text/html"}
    assert _kinds(small, b"", status=201, headers=headers) == []
    assert _kinds(small, b"x", status=201, headers=headers) == ["body-undocumented"]


def test_check_response_reports_a_missing_required_header(small: Contract) -> None:
    assert _kinds(small, b"", status=201, headers={}) == ["header-missing"]
    assert _kinds(small, b"", status=201, headers={"x-id": "a"}) == ["header-mismatch"]


@pytest.mark.parametrize(
    ("version", "selected", "kinds"),
    [
        ("3.13.4", False, ["always-missing"]),
        ("3.13.4", True, []),
        ("3.12.9", False, []),
        ("3.130.0", False, []),
        (None, False, []),
    ],
)
def test_check_response_reports_a_missing_field_that_the_version_always_sends(
    small: Contract, *, version: str | None, selected: bool, kinds: list[str]
) -> None:
    body = json.dumps([{"id": ID}])
    assert _kinds(small, body, version=version, selected=selected) == kinds


@pytest.mark.parametrize(
    ("path", "query", "selected"),
    [
        ("/jobs", {}, False),
        ("/jobs", {"limit": "1"}, False),
        ("/jobs", {"fields": "a"}, True),
        ("/jobs/a,b", {"files": ""}, True),
        # Ignored by these, so they still send everything.
        ("/files", {"fields": "a"}, False),
        ("/archive/a", {"files": "a"}, False),
    ],
)
def test_selects_fields_knows_the_parameters_of_the_operation(
    path: str, query: dict[str, str], *, selected: bool
) -> None:
    match = Contract.from_spec().find("GET", path)
    assert match is not None
    assert selects_fields(match.operation, query) is selected


@pytest.mark.parametrize(
    ("path", "query", "kinds"),
    [
        ({"thing_id": "a"}, {}, []),
        ({"thing_id": "a"}, {"limit": "500", "deep": "true"}, []),
        ({"thing_id": "a"}, {"limit": "501"}, ["parameter-mismatch"]),
        ({"thing_id": "a"}, {"limit": "ten"}, ["parameter-mismatch"]),
        ({"thing_id": "a"}, {"deep": "1"}, ["parameter-mismatch"]),
        ({"thing_id": "A"}, {}, ["parameter-mismatch"]),
        ({}, {}, ["parameter-missing"]),
        ({"thing_id": "a"}, {"other": "1"}, ["parameter-undocumented"]),
    ],
)
def test_check_parameters_checks_each_parameter(
    small: Contract, path: dict[str, str], query: dict[str, str], kinds: list[str]
) -> None:
    problems = small.check_parameters(small.operation("get_thing"), path=path, query=query)
    assert [problem.kind for problem in problems] == kinds


@pytest.mark.parametrize(
    ("name", "content_type", "body", "kinds"),
    [
        ("set_thing", "application/json", json.dumps({"id": ID}), []),
        ("set_thing", "application/json", "{}", ["body-mismatch"]),
        ("set_thing", "application/json", "", ["request-body-missing"]),
        ("set_thing", "text/plain", "{}", ["content-type-undocumented"]),
        ("get_thing", None, "", []),
        ("get_thing", "application/json", "{}", ["body-undocumented"]),
    ],
)
def test_check_request_body_reports_problems(
    small: Contract, name: str, content_type: str | None, body: str, kinds: list[str]
) -> None:
    problems = small.check_request_body(
        small.operation(name), content_type=content_type, body=body
    )
    assert [problem.kind for problem in problems] == kinds


def test_check_request_body_in_brief_finds_one_of_several_problems(small: Contract) -> None:
    operation = small.operation("set_thing")
    wrong = json.dumps({"id": 1, "state": "C"})
    every = small.check_request_body(operation, content_type="application/json", body=wrong)
    brief = small.check_request_body(
        operation, content_type="application/json", body=wrong, brief=True
    )
    assert len(every) == 2
    assert len(brief) == 1
    assert brief[0] in every


@pytest.mark.parametrize(
    ("value", "fits"),
    [(0, True), (1, True), (1.0, True), (False, False), (True, False), ("1", False), (1.5, False)],
)
def test_check_value_checks_a_value_again_that_only_resembles_one_that_fits(
    value: Any,
    fits: bool,  # noqa: FBT001
) -> None:
    document = {"paths": {}, "components": {"schemas": {"Count": {"type": "integer"}}}}
    contract = Contract.from_spec(document)
    for before in (0, 1, [True], [1.5]):
        contract.check_value(before, "/components/schemas/Count")
    for _ in range(2):
        assert (contract.check_value(value, "/components/schemas/Count") == []) is fits


def test_operation_by_unknown_name_raises(small: Contract) -> None:
    with pytest.raises(KeyError, match="no_such"):
        small.operation("no_such")


@pytest.mark.parametrize(
    "document",
    [
        {"paths": {"/a": {"get": {"responses": {"200": {"$ref": "#/components/gone"}}}}}},
        {"paths": {"/a": {"get": {"parameters": [{"in": "query"}]}}}},
        {"paths": {"/a": {"get": "nothing"}}},
        {
            "paths": {
                "/a": {"get": {"responses": {"200": {"$ref": "#/paths/~1a/get/responses/200"}}}}
            }
        },
        {"paths": {"/a": {"get": {"responses": {"200": {"$ref": "other.yaml#/a"}}}}}},
    ],
    ids=["gone", "nameless", "text", "circle", "outside"],
)
def test_from_spec_on_broken_document_raises_spec_error(document: dict[str, Any]) -> None:
    with pytest.raises(SpecError):
        Contract.from_spec(document)


@pytest.mark.parametrize(
    ("info", "strict", "lenient"),
    [
        ({"udt": 1}, True, True),
        ({"udt": 1, "tape_endpoint": None}, False, True),
        ({"tape_endpoint": None}, False, True),
        ({"tape_endpoint": 1}, False, False),
        ({"udt": "x", "tape_endpoint": None}, False, False),
    ],
)
def test_null_of_an_unknown_member_is_admitted_beside_known_ones_only_by_the_lenient_contract(
    info: dict[str, Any], *, strict: bool, lenient: bool
) -> None:
    document = load_spec()
    body = json.dumps({"mock://a.example.org": {"se_info": info}}).encode()
    for contract, expected in (
        (Contract.from_spec(document), strict),
        (Contract.from_spec(relaxed(document)), lenient),
    ):
        match = contract.find("POST", "/config/se")
        assert match is not None
        problems = contract.check_request_body(
            match.operation, content_type="application/json", body=body
        )
        assert (problems == []) is expected
