"""Each lint rule reports its own defect in a small document, and nothing in the sound one."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from openapi.rules.catalogue import RULES, lint
from openapi.rules.document import Document
from openapi.rules.lint import main, validity

if TYPE_CHECKING:
    from pathlib import Path

SOUND: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Sound", "version": "1"},
    "security": [{"x509": []}],
    "tags": [
        {"name": "jobs", "description": "Jobs."},
        {"name": "server", "description": "Server."},
    ],
    "paths": {
        "/jobs": {
            "post": {
                "operationId": "submit_job",
                "tags": ["jobs"],
                "summary": "Submit a job",
                "description": "Anybody with level transfer.",
                "x-fts-level": "transfer",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Submission"},
                            "example": {"priority": 3, "kind": "N"},
                        }
                    },
                },
                "responses": {
                    "200": {
                        "description": "Submitted.",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Submitted"},
                                "example": {"job_id": "a", "sizes": [1]},
                            },
                            "text/html": {"schema": {"type": "string"}, "example": "<p>a</p>"},
                        },
                        "links": {
                            "get": {
                                "operationId": "get_job",
                                "parameters": {"job_id": "$response.body#/job_id"},
                            }
                        },
                    },
                    "400": {"$ref": "#/components/responses/Bad"},
                },
            }
        },
        "/jobs/{job_id}": {
            "get": {
                "operationId": "get_job",
                "tags": ["jobs"],
                "summary": "Get a job",
                "description": "Anybody with level transfer.",
                "x-fts-level": "transfer",
                "x-fts-evidence": ["whoami-alice"],
                "parameters": [
                    {
                        "name": "job_id",
                        "in": "path",
                        "required": True,
                        "description": "The job.",
                        "schema": {"type": "string"},
                    },
                    {
                        "name": "limit",
                        "in": "query",
                        "description": "Number of entries.",
                        "schema": {"type": "integer"},
                    },
                ],
                "responses": {
                    "200": {
                        "description": "The job.",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Submitted"},
                                "example": {"job_id": "a"},
                            }
                        },
                    }
                },
            }
        },
    },
    "components": {
        "securitySchemes": {"x509": {"type": "mutualTLS"}},
        "responses": {"Bad": {"description": "Bad request."}},
        "schemas": {
            "Submission": {
                "type": "object",
                "description": "A job.",
                "required": ["priority"],
                "properties": {
                    "priority": {"type": "integer", "description": "Priority, 1 to 5."},
                    "kind": {"type": "string", "description": "Kind.", "enum": ["N", "Y"]},
                },
            },
            "Submitted": {
                "type": "object",
                "description": "The answer.",
                "required": ["job_id"],
                "x-fts-always": {"3.13": ["sizes"]},
                "properties": {
                    "job_id": {
                        "type": "string",
                        "description": "Its id.",
                        "x-fts-known-values": ["a", "b"],
                        "examples": ["a"],
                    },
                    "sizes": {
                        "type": "array",
                        "description": "Sizes.",
                        "x-fts-since": "3.13",
                        "items": {"type": "integer", "description": "Bytes."},
                    },
                },
            },
        },
    },
}

Change = Callable[[dict[str, Any]], object]


def _post(spec: dict[str, Any]) -> Any:
    return spec["paths"]["/jobs"]["post"]


def _get(spec: dict[str, Any]) -> Any:
    return spec["paths"]["/jobs/{job_id}"]["get"]


def _refusal(**changes: Any) -> dict[str, Any]:
    return {"status": [400], "message": "full", "description": "It is full.", **changes}


def _schemas(spec: dict[str, Any]) -> Any:
    return spec["components"]["schemas"]


def _properties(spec: dict[str, Any]) -> Any:
    return _schemas(spec)["Submitted"]["properties"]


def _add_property(**schema: Any) -> Change:
    """Add a property `extra` of the given schema, described well."""
    described = {"description": "Extra bytes.", **schema}
    return lambda spec: _properties(spec).update(extra=described)


def _link(spec: dict[str, Any]) -> Any:
    return _post(spec)["responses"]["200"]["links"]["get"]


def _content(spec: dict[str, Any]) -> Any:
    return _post(spec)["responses"]["200"]["content"]


DEFECTS: list[tuple[str, str, Change]] = [
    ("operation-id", "camel-case", lambda s: _get(s).update(operationId="getJob")),
    ("operation-id", "unknown-verb", lambda s: _get(s).update(operationId="fetch_job")),
    ("operation-id", "missing", lambda s: _get(s).pop("operationId")),
    ("operation-id-unique", "twice", lambda s: _get(s).update(operationId="submit_job")),
    ("operation-tag", "two", lambda s: _get(s).update(tags=["jobs", "server"])),
    ("operation-tag", "unknown", lambda s: _get(s).update(tags=["job"])),
    ("tags-declared", "undeclared", lambda s: _get(s).update(tags=["files"])),
    ("tags-declared", "order", lambda s: s["tags"].reverse()),
    ("tags-declared", "description", lambda s: s["tags"][0].pop("description")),
    ("operation-summary", "missing", lambda s: _get(s).pop("summary")),
    ("operation-summary", "full-stop", lambda s: _get(s).update(summary="Get a job.")),
    ("operation-description", "missing", lambda s: _get(s).pop("description")),
    ("operation-description", "repeats", lambda s: _get(s).update(description="Get a job")),
    ("operation-level", "missing", lambda s: _get(s).pop("x-fts-level")),
    ("operation-level", "unknown", lambda s: _get(s).update({"x-fts-level": "user"})),
    ("operation-level", "certificate", lambda s: _get(s).update({"x-fts-certificate": "yes"})),
    ("security-global", "missing", lambda s: s.pop("security")),
    ("security-global", "local", lambda s: _get(s).update(security=[{"x509": []}])),
    ("security-global", "not-public", lambda s: _get(s).update(security=[])),
    ("status-form", "lower", lambda s: _get(s)["responses"].update({"4xx": {"description": "x"}})),
    (
        "success-documented",
        "only-errors",
        lambda s: _get(s).update(responses={"400": {"$ref": "#/components/responses/Bad"}}),
    ),
    (
        "error-shared",
        "inline",
        lambda s: _get(s)["responses"].update({"404": {"description": "x"}}),
    ),
    (
        "json-first",
        "html-first",
        lambda s: _post(s)["responses"]["200"].update(content=dict(reversed(_content(s).items()))),
    ),
    (
        "one-request-type",
        "form-too",
        lambda s: _post(s)["requestBody"]["content"].update(
            {"application/x-www-form-urlencoded": {"example": "a=1"}}
        ),
    ),
    ("parameter-description", "missing", lambda s: _get(s)["parameters"][1].pop("description")),
    (
        "parameter-scalar",
        "array",
        lambda s: _get(s)["parameters"][1].update(
            schema={"type": "array", "items": {"type": "string"}}
        ),
    ),
    (
        "parameter-schema",
        "content",
        lambda s: _get(s)["parameters"][1].update(content=_get(s)["parameters"][1].pop("schema")),
    ),
    (
        "parameter-name",
        "dot",
        lambda s: _get(s)["parameters"].append(
            {"name": "a.b", "in": "path", "description": "A.", "schema": {"type": "string"}}
        ),
    ),
    (
        "parameter-unit",
        "no-unit",
        lambda s: _get(s)["parameters"][1].update(description="The limit."),
    ),
    ("property-description", "missing", lambda s: _properties(s)["sizes"].pop("description")),
    ("property-unit", "no-unit", _add_property(type="integer", description="How long it takes.")),
    ("property-unit", "nullable", _add_property(type=["number", "null"], description="Speed.")),
    ("array-items", "missing", lambda s: _properties(s)["sizes"].pop("items")),
    ("object-typed", "bare", _add_property(type="object")),
    ("required-known", "unknown", lambda s: _schemas(s)["Submitted"]["required"].append("job")),
    ("no-boolean-schema", "true", lambda s: _properties(s)["sizes"].update(items=True)),
    ("no-date-time", "format", _add_property(type="string", format="date-time")),
    (
        "no-request-default",
        "default",
        lambda s: _schemas(s)["Submission"]["properties"]["priority"].update(default=3),
    ),
    ("open-answers", "enum", _add_property(type="string", enum=["a"])),
    ("open-answers", "const", _add_property(const="a")),
    (
        "open-objects",
        "closed",
        lambda s: _schemas(s)["Submitted"].update(additionalProperties=False),
    ),
    ("component-used", "unused", lambda s: _schemas(s).update(Spare={"type": "string"})),
    (
        "path-item-inline",
        "reference",
        lambda s: s["paths"].update({"/files": {"$ref": "#/components/pathItems/files"}}),
    ),
    (
        "reference-once",
        "two-steps",
        lambda s: s["components"]["responses"].update(
            Worse={"$ref": "#/components/responses/Bad"}
        ),
    ),
    (
        "no-local-definitions",
        "defs",
        lambda s: _schemas(s)["Submitted"].update({"$defs": {"x": {"type": "string"}}}),
    ),
    ("enum-form", "null", _add_property(enum=["a", None])),
    ("enum-form", "mixed", _add_property(enum=["a", 1])),
    ("null-not-alone", "alone", _add_property(type="null")),
    (
        "no-recursion",
        "direct",
        lambda s: _properties(s).update(inner={"$ref": "#/components/schemas/Submitted"}),
    ),
    ("property-name", "local-variable", lambda s: _properties(s).update(d={"type": "string"})),
    (
        "property-name",
        "own-schema",
        lambda s: _properties(s).update(submitted={"type": "string", "description": "x"}),
    ),
    (
        "objects-named",
        "properties",
        _add_property(type="object", properties={"a": {"type": "string", "description": "A."}}),
    ),
    ("objects-named", "title", _add_property(type="string", title="Extra")),
    (
        "all-of-several",
        "required-beside",
        lambda s: _schemas(s).update(
            Whole={"allOf": [{"$ref": "#/components/schemas/Submitted"}], "required": ["sizes"]}
        ),
    ),
    (
        "text-schema-inline",
        "reference",
        lambda s: _content(s)["text/html"].update(
            schema={"$ref": "#/components/schemas/Submitted"}
        ),
    ),
    (
        "request-example",
        "missing",
        lambda s: _post(s)["requestBody"]["content"]["application/json"].pop("example"),
    ),
    ("response-example", "missing", lambda s: _content(s)["application/json"].pop("example")),
    (
        "example-valid",
        "answer",
        lambda s: _content(s)["application/json"].update(example={"job_id": 1}),
    ),
    (
        "example-valid",
        "named",
        lambda s: _content(s)["text/html"].update(examples={"one": {"value": 1}}),
    ),
    (
        "example-valid",
        "parameter",
        lambda s: _get(s)["parameters"][1].update(example="ten"),
    ),
    ("example-valid", "schema", lambda s: _properties(s)["job_id"].update(examples=[1])),
    ("example-form", "old", lambda s: _properties(s)["job_id"].update(example="a")),
    ("link-target", "unknown", lambda s: _link(s).update(operationId="get_jobs")),
    ("link-target", "missing", lambda s: _link(s).pop("operationId")),
    ("link-parameters", "needed", lambda s: _link(s).update(parameters={})),
    ("link-parameters", "unknown", lambda s: _link(s)["parameters"].update(job="a")),
    (
        "link-expression",
        "no-such-field",
        lambda s: _link(s)["parameters"].update(job_id="$response.body#/id"),
    ),
    (
        "link-expression",
        "no-such-field-below",
        lambda s: _link(s)["parameters"].update(job_id="$response.body#/job_id/first"),
    ),
    (
        "link-expression",
        "no-such-index",
        lambda s: _link(s)["parameters"].update(job_id="$response.body#/0"),
    ),
    (
        "link-expression",
        "no-such-field-of-request",
        lambda s: _link(s)["parameters"].update(job_id="$request.body#/job_id"),
    ),
    (
        "link-expression",
        "malformed",
        lambda s: _link(s)["parameters"].update(job_id="$response.job_id"),
    ),
    (
        "link-expression",
        "no-such-parameter",
        lambda s: _link(s)["parameters"].update(job_id="$request.path.job_id"),
    ),
    ("link-no-body", "object", lambda s: _link(s).update(requestBody={"a": "$request.body#/a"})),
    ("comment-end", "media-range", lambda s: _get(s).update(description="Takes */* too.")),
    (
        "condition-form",
        "not",
        lambda s: _schemas(s)["Submission"].update(
            {"not": {"properties": {"kind": {"const": "Y"}}}}
        ),
    ),
    ("extension-known", "mistyped", lambda s: _get(s).update({"x-fts-evidense": "a"})),
    ("evidence-known", "unknown", lambda s: _get(s).update({"x-fts-evidence": "no-such-id"})),
    (
        "always-known",
        "no-property",
        lambda s: _schemas(s)["Submitted"]["x-fts-always"]["3.13"].append("size"),
    ),
    (
        "always-known",
        "required",
        lambda s: _schemas(s)["Submitted"]["x-fts-always"]["3.13"].append("job_id"),
    ),
    ("always-known", "list", lambda s: _schemas(s)["Submitted"].update({"x-fts-always": ["a"]})),
    ("lenient-known", "unknown", lambda s: _get(s).update({"x-fts-lenient": ["fraction"]})),
    ("lenient-known", "bare", lambda s: s.update({"x-fts-leniencies": {"fraction": {}}})),
    ("refusal-form", "bare", lambda s: _get(s).update({"x-fts-refusals": [{"status": [400]}]})),
    ("refusal-form", "text", lambda s: _get(s).update({"x-fts-refusals": ["no"]})),
    ("refusal-form", "success", lambda s: s.update({"x-fts-refusals": [_refusal(status=[200])]})),
    ("refusal-form", "number", lambda s: s.update({"x-fts-refusals": [_refusal(status=400)]})),
    (
        "refusal-form",
        "undocumented",
        lambda s: _get(s).update({"x-fts-refusals": [_refusal(status=[418])]}),
    ),
    ("refusal-form", "pattern", lambda s: s.update({"x-fts-refusals": [_refusal(message="(")]})),
    ("writes-form", "false", lambda s: _get(s).update({"x-fts-writes": False})),
    ("writes-form", "post", lambda s: _post(s).update({"x-fts-writes": True})),
    ("version-form", "number", lambda s: _properties(s)["sizes"].update({"x-fts-since": 3.13})),
    (
        "known-values-form",
        "twice",
        lambda s: _properties(s)["job_id"].update({"x-fts-known-values": ["a", "a"]}),
    ),
]

TEXT_DEFECTS = [
    ("yaml-quoting", "on", "title: Sound", "title: on"),
    ("yaml-quoting", "date", "title: Sound", "title: 2024-01-01"),
    ("yaml-quoting", "base-60", "title: Sound", "title: 12:30:45"),
    ("yaml-quoting", "octal", "title: Sound", "title: 0644"),
    ("yaml-key-quoting", "status", "'400':", "400:"),
    ("yaml-duplicate-key", "twice", "title: Sound", "title: Sound\n  title: Other"),
]


def _dump(spec: dict[str, Any]) -> str:
    return str(yaml.dump(spec, Dumper=_Plain, sort_keys=False))


class _Plain(yaml.SafeDumper):
    """Writes repeated values out instead of by anchor."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def test_valid_document_has_no_findings() -> None:
    document = Document.from_text(_dump(SOUND))
    assert validity(document) == []
    assert lint(document) == []


@pytest.mark.parametrize(
    ("rule", "change"),
    [pytest.param(rule, change, id=f"{rule}-{name}") for rule, name, change in DEFECTS],
)
def test_rule_on_its_defect_reports_it(rule: str, change: Change) -> None:
    spec = copy.deepcopy(SOUND)
    change(spec)
    findings = RULES[rule].findings(Document.from_text(_dump(spec)))
    assert [finding.rule for finding in findings] == [rule] * len(findings)
    assert findings


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [pytest.param(rule, old, new, id=f"{rule}-{name}") for rule, name, old, new in TEXT_DEFECTS],
)
def test_rule_on_its_text_defect_reports_it(rule: str, old: str, new: str) -> None:
    text = _dump(SOUND)
    assert old in text
    findings = RULES[rule].findings(Document.from_text(text.replace(old, new, 1)))
    assert len(findings) == 1


def test_schemas_of_conditions_need_no_descriptions_units_or_types() -> None:
    spec = copy.deepcopy(SOUND)
    condition = {
        "type": "object",
        "properties": {"priority": {"type": "integer", "not": {"enum": [1, None]}}},
        "anyOf": [{"required": ["kind"], "properties": {"kind": {"type": "null"}}}],
    }
    _schemas(spec)["Submission"].update({"if": condition, "then": {"not": {}}})
    assert lint(Document.from_text(_dump(spec))) == []


def test_property_named_like_a_keyword_must_be_described_too() -> None:
    spec = copy.deepcopy(SOUND)
    _properties(spec)["not"] = {"type": "integer", "description": "How long."}
    findings = lint(Document.from_text(_dump(spec)))
    assert [finding.rule for finding in findings] == ["property-unit"]


def test_every_rule_has_a_failing_example() -> None:
    shown = {rule for rule, *_ in (*DEFECTS, *TEXT_DEFECTS)}
    assert shown == set(RULES)


def test_every_rule_explains_itself() -> None:
    assert [rule.id for rule in RULES.values() if not rule.why] == []


def test_finding_names_the_line_of_the_defect() -> None:
    text = _dump(SOUND).replace(
        "operationId: get_job\n      tags", "operationId: getJob\n      tags"
    )
    wanted = next(
        number for number, line in enumerate(text.splitlines(), 1) if "operationId: getJob" in line
    )
    findings = RULES["operation-id"].findings(Document.from_text(text))
    assert [finding.line for finding in findings] == [wanted]


def test_lint_command_on_a_valid_document_exits_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(_dump(SOUND), encoding="utf-8")
    assert main([str(path)]) == 0
    assert capsys.readouterr().out.endswith(" 0 findings\n")


def test_lint_command_on_rule_finding_prints_place_and_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "spec.yaml"
    spec = copy.deepcopy(SOUND)
    _get(spec)["operationId"] = "getJob"
    path.write_text(_dump(spec), encoding="utf-8")
    assert main([str(path)]) == 1
    assert f"{path}:" in (out := capsys.readouterr().out)
    assert "operation-id: getJob" in out


def test_lint_command_on_invalid_document_reports_validity_and_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "spec.yaml"
    spec = copy.deepcopy(SOUND)
    spec["paths"]["/jobs"]["post"]["responses"]["200"].pop("description")
    path.write_text(_dump(spec), encoding="utf-8")
    assert main([str(path)]) == 1
    assert "openapi-valid" in capsys.readouterr().out


def test_lint_command_on_dangling_reference_names_it_and_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "spec.yaml"
    spec = copy.deepcopy(SOUND)
    spec["paths"]["/jobs"]["post"]["responses"]["400"] = {"$ref": "#/components/responses/Gone"}
    path.write_text(_dump(spec), encoding="utf-8")
    assert main([str(path)]) == 1
    assert "#/components/responses/Gone leads nowhere" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["- a list", "a: [", ""], ids=["list", "broken", "empty"])
def test_lint_command_without_a_document_exits_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(content, encoding="utf-8")
    assert main([str(path)]) == 2
    assert capsys.readouterr().err
