"""The measure of tightness: a loose document scores low, a tight one full; what may be valid is not a mutant."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from tightness.__main__ import main
from tightness.answers import measure_answers
from tightness.report import Tightness
from tightness.requests import measure_requests

if TYPE_CHECKING:
    from pathlib import Path

    from tightness.answers import Verdict

JOB = {"job_id": "j", "files": [{"size": 4, "tag": "a"}, {"size": 5, "tag": None}], "done": False}
ERROR = {"status": "404 Not Found", "message": "no"}

TIGHT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Small", "version": "1"},
    "x-fts-leniencies": {
        "numeric-string": {"type": "string", "pattern": "^[0-9]+$"},
        "boolean": {"type": "boolean"},
    },
    "paths": {
        "/jobs/{job_id}": {
            "get": {
                "operationId": "get_job",
                "parameters": [
                    {"name": "fields", "in": "query", "schema": {"type": "string"}},
                    {"name": "files", "in": "query", "schema": {"type": "string"}},
                ],
                "responses": {
                    "200": {
                        "description": "The job.",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Job"}}
                        },
                    },
                    "404": {"$ref": "#/components/responses/NotFound"},
                },
            },
            "post": {
                "operationId": "modify_job",
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Change"}}
                    },
                    "x-fts-lenient": ["charset-parameter", "form-fields"],
                },
                "responses": {
                    "200": {"description": "Done."},
                    "404": {"$ref": "#/components/responses/NotFound"},
                },
            },
        }
    },
    "components": {
        "responses": {
            "NotFound": {
                "description": "No such job.",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["status", "message"],
                            "properties": {
                                "status": {"type": "string"},
                                "message": {"type": "string"},
                            },
                        }
                    }
                },
            }
        },
        "schemas": {
            "Job": {
                "type": "object",
                "required": ["job_id", "files"],
                "x-fts-always": {"3.13": ["done"]},
                "properties": {
                    "job_id": {"type": "string"},
                    "done": {"type": "boolean"},
                    "files": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["size", "tag"],
                            "properties": {
                                "size": {"type": "integer"},
                                "tag": {"type": ["string", "null"]},
                            },
                        },
                    },
                    "file_metadata": {},
                    "limits": {
                        "type": "object",
                        "additionalProperties": {"type": "integer"},
                    },
                },
            },
            "Change": {
                "type": "object",
                "required": ["priority"],
                "properties": {
                    "priority": {
                        "type": "integer",
                        "maximum": 5,
                        "x-fts-lenient": ["numeric-string", "boolean"],
                    },
                    "name": {"type": "string"},
                },
            },
        },
    },
}


def recording(status: int, body: Any, /, **request: Any) -> dict[str, Any]:
    return {
        "id": f"r-{status}-{json.dumps(body)}-{json.dumps(request)}",
        "request": {"method": "GET", "path": "/jobs/j", **request},
        "response": {
            "status": status,
            "headers": {"content-type": "application/json"},
            "body": body,
        },
    }


def change(
    status: int, body: Any, *, content_type: str | None = "application/json", says: Any = None
) -> dict[str, Any]:
    headers = {"content-type": content_type} if content_type else {}
    answer = {"status": "400 Bad Request", "message": "no"} if says is None else says
    return recording(status, answer, method="POST", body=body, headers=headers)


def answers(
    tmp_path: Path, recordings: list[Any], document: Any = TIGHT, version: str | None = "3.13.4"
) -> list[Verdict]:
    file = tmp_path / "some.json"
    file.write_text(json.dumps(recordings))
    return measure_answers([file], document, version=version)


def requests(
    tmp_path: Path, recordings: list[Any], document: Any = TIGHT
) -> list[tuple[bool, str, tuple[str, ...]]]:
    file = tmp_path / "some.json"
    file.write_text(json.dumps(recordings))
    return [(v.accepted, v.outcome, v.leniencies) for v in measure_requests([file], document)]


def places(verdicts: list[Verdict], kind: str) -> set[str]:
    return {verdict.place for verdict in verdicts if verdict.kind == kind}


def loose() -> dict[str, Any]:
    document = copy.deepcopy(TIGHT)
    document["components"]["schemas"]["Job"] = {"type": "object"}
    return document


def test_tight_document_refuses_every_mutant(tmp_path: Path) -> None:
    verdicts = answers(tmp_path, [recording(200, JOB), recording(404, ERROR)])

    assert {verdict.kind for verdict in verdicts} == {
        "dropped field",
        "type changed",
        "null",
        "number as string",
        "wrapped in a list",
    }
    assert [verdict for verdict in verdicts if not verdict.refused] == []


def test_loose_document_refuses_only_changes_of_the_whole(tmp_path: Path) -> None:
    verdicts = answers(tmp_path, [recording(200, JOB)], loose())

    assert {verdict.place for verdict in verdicts if verdict.refused} == {"(body)"}
    assert places(verdicts, "dropped field") == {
        "job_id",
        "files",
        "done",
        "files[].size",
        "files[].tag",
    }


@pytest.mark.parametrize(
    ("where", "keyword", "value", "survivor"),
    [
        ((), "required", ["job_id"], ("dropped field", "files")),
        (("properties", "job_id"), "type", ["string", "null"], ("null", "job_id")),
        (("properties", "done"), "type", ["boolean", "string"], ("type changed", "done")),
        (
            ("properties", "files", "items", "properties", "size"),
            "type",
            ["integer", "string"],
            ("number as string", "files[].size"),
        ),
        (("properties", "done"), "type", ["boolean", "array"], ("wrapped in a list", "done")),
    ],
)
def test_loosened_keyword_lets_its_mutant_survive(
    tmp_path: Path, where: tuple[str, ...], keyword: str, value: Any, survivor: tuple[str, str]
) -> None:
    document = copy.deepcopy(TIGHT)
    schema = document["components"]["schemas"]["Job"]
    for part in where:
        schema = schema[part]
    schema[keyword] = value

    verdicts = answers(tmp_path, [recording(200, JOB)], document)

    assert survivor in {(v.kind, v.place) for v in verdicts if not v.refused}


def test_field_promised_for_one_version_counts_for_that_version_only(tmp_path: Path) -> None:
    def survivors(version: str | None) -> set[str]:
        verdicts = answers(tmp_path, [recording(200, JOB)], version=version)
        return {verdict.place for verdict in verdicts if not verdict.refused}

    assert survivors("3.13.4") == set()
    assert survivors("3.12.1") == {"done"}


def test_field_that_one_answer_lacks_is_not_dropped(tmp_path: Path) -> None:
    one, other = {**JOB, "one": 1}, {**JOB, "other": 1}

    verdicts = answers(tmp_path, [recording(200, one), recording(200, other)])

    assert {"one", "other"}.isdisjoint(places(verdicts, "dropped field"))
    assert "done" in places(verdicts, "dropped field")


def test_object_that_occurs_elsewhere_does_not_count_as_a_mutant(tmp_path: Path) -> None:
    full, empty = {**JOB, "opts": {"only": 1}}, {**JOB, "opts": {}}

    assert "opts.only" in places(answers(tmp_path, [recording(200, full)]), "dropped field")
    both = answers(tmp_path, [recording(200, full), recording(200, empty)])
    assert "opts.only" not in places(both, "dropped field")


def test_answer_with_selected_fields_does_not_hide_those_that_are_always_there(
    tmp_path: Path,
) -> None:
    few = recording(200, {"job_id": "j"}, query={"fields": "job_id"})

    verdicts = answers(tmp_path, [recording(200, JOB), few], loose())

    assert "files" in places(verdicts, "dropped field")


def test_field_selection_is_left_out_of_dropped_fields_only(tmp_path: Path) -> None:
    verdicts = answers(
        tmp_path, [recording(200, {"job_id": "j", "files": []}, query={"fields": "job_id,files"})]
    )
    assert places(verdicts, "dropped field") == set()
    assert "job_id" in places(verdicts, "type changed")

    in_path = answers(
        tmp_path, [recording(200, {"job_id": "j", "files": []}, path="/jobs/j?files=size")]
    )
    assert places(in_path, "dropped field") == set()


def test_records_of_another_type_do_not_hide_fields_that_are_always_there(tmp_path: Path) -> None:
    document = copy.deepcopy(TIGHT)
    other = {"type": "object", "required": ["code"], "properties": {"code": {"type": "integer"}}}
    document["components"]["schemas"]["Job"] = {
        "anyOf": [TIGHT["components"]["schemas"]["Job"], other]
    }

    verdicts = answers(tmp_path, [recording(200, JOB), recording(200, {"code": 7})], document)

    assert {"job_id", "code"} <= places(verdicts, "dropped field")


def test_type_that_occurs_at_the_same_place_does_not_count_as_a_mutant(tmp_path: Path) -> None:
    verdicts = answers(tmp_path, [recording(200, JOB)])

    # One of the two files has no tag.
    assert "files[].tag" not in places(verdicts, "null")
    assert "files[].size" in places(verdicts, "null")


def test_other_type_that_occurs_at_the_same_place_does_not_count_as_a_mutant(
    tmp_path: Path,
) -> None:
    jobs = [{**JOB, "file_metadata": value} for value in ("text", {"a": 1})]

    verdicts = answers(tmp_path, [recording(200, job) for job in jobs])

    changed = {
        v.becomes for v in verdicts if (v.kind, v.place) == ("type changed", "file_metadata")
    }
    assert changed == {"number", "boolean", "array"}


def test_empty_list_is_not_wrapped(tmp_path: Path) -> None:
    empty = answers(tmp_path, [recording(200, {**JOB, "files": []})])
    filled = answers(tmp_path, [recording(200, JOB)])

    assert "files" not in places(empty, "wrapped in a list")
    assert "files" in places(filled, "wrapped in a list")


def test_null_alone_says_nothing_about_the_type(tmp_path: Path) -> None:
    job = {**JOB, "files": [{"size": 4, "tag": None}]}

    verdicts = answers(tmp_path, [recording(200, job)])

    assert "files[].tag" not in {verdict.place for verdict in verdicts if not verdict.is_drop}


def test_inside_of_user_objects_is_not_mutated(tmp_path: Path) -> None:
    verdicts = answers(tmp_path, [recording(200, {**JOB, "file_metadata": {"mine": 1}})])

    assert not any(verdict.place.startswith("file_metadata.") for verdict in verdicts)
    assert "file_metadata" in places(verdicts, "type changed")


def test_user_object_asked_for_by_its_name_is_mutated_as_a_whole_only(tmp_path: Path) -> None:
    document = loose()
    asked = recording(200, {"mine": 1}, path="/jobs/file_metadata")

    verdicts = answers(tmp_path, [asked], document)

    assert {verdict.place for verdict in verdicts} == {"(body)"}


def test_keys_of_a_map_do_not_count_as_fields_but_their_values_do(tmp_path: Path) -> None:
    verdicts = answers(tmp_path, [recording(200, {**JOB, "limits": {"atlas": 1}})])

    assert not any(place.startswith("limits.") for place in places(verdicts, "dropped field"))
    assert "limits.{}" in places(verdicts, "number as string")


def test_same_mutant_in_many_answers_counts_once(tmp_path: Path) -> None:
    one = answers(tmp_path, [recording(200, JOB)])
    many = answers(tmp_path, [recording(200, {**JOB, "job_id": name}) for name in "abc"])

    assert len(many) == len(one)


def test_shared_error_counts_once_for_all_operations(tmp_path: Path) -> None:
    verdicts = answers(
        tmp_path,
        [recording(404, ERROR), recording(404, ERROR, method="POST", body={"priority": 1})],
    )

    assert {verdict.owner for verdict in verdicts} == {"NotFound"}
    assert len(places(verdicts, "dropped field")) == 2


def test_answer_that_does_not_conform_is_not_mutated(tmp_path: Path) -> None:
    assert answers(tmp_path, [recording(200, {"job_id": 1})]) == []


def test_list_that_needs_several_items_is_checked_as_a_whole(tmp_path: Path) -> None:
    document = copy.deepcopy(TIGHT)
    document["components"]["schemas"]["Job"]["properties"]["files"] |= {
        "minItems": 2,
        "items": {"type": "object", "properties": {"size": {"type": "integer"}}},
    }

    verdicts = answers(tmp_path, [recording(200, JOB)], document)

    # Cut to one item, the list would be refused for its length, and the loose items would look tight.
    assert "files[].tag" in {v.place for v in verdicts if v.is_drop and not v.refused}


def test_refused_request_counts_when_its_content_is_wrong(tmp_path: Path) -> None:
    assert requests(tmp_path, [change(400, {"priority": 9})]) == [(False, "refused", ())]
    assert requests(tmp_path, [change(400, {"priority": 1, "clash": 1})]) == [
        (False, "admitted", ())
    ]


@pytest.mark.parametrize(
    "recordings",
    [
        pytest.param([change(400, "{", content_type="application/json")], id="no JSON"),
        pytest.param([change(400, '{"priority": 1}', content_type="text/plain")], id="other type"),
        pytest.param(
            [change(400, {"priority": 1}, content_type="application/json; charset=utf-8")],
            id="type with parameter",
        ),
        pytest.param([change(400, {"priority": 1}, says="<html>")], id="answered in HTML"),
        pytest.param([change(404, {"priority": 9})], id="other status"),
        pytest.param([recording(400, ERROR, body={"priority": 9})], id="operation without body"),
        pytest.param([change(200, '{"priority": "\\xff"}')], id="bytes that are not UTF-8"),
    ],
)
def test_request_not_refused_for_its_content_is_not_judged(
    tmp_path: Path, recordings: list[Any]
) -> None:
    assert requests(tmp_path, recordings) == []


def test_request_refused_for_the_state_of_the_server_is_not_judged(tmp_path: Path) -> None:
    both = [change(200, {"name": "x", "priority": 1}), change(400, {"priority": 1, "name": "x"})]

    assert requests(tmp_path, both) == [(True, "admitted", ())]


def test_accepted_request_is_admitted_by_the_leniency_that_it_needs(tmp_path: Path) -> None:
    taken = [
        change(200, {"priority": 4}),
        change(200, {"priority": "4"}),
        change(200, {"priority": True}),
    ]

    assert requests(tmp_path, taken) == [
        (True, "admitted", ()),
        (True, "admitted by leniency", ("numeric-string",)),
        (True, "admitted by leniency", ("boolean",)),
    ]


def test_leniency_counts_at_its_own_schema_only(tmp_path: Path) -> None:
    assert requests(tmp_path, [change(200, {"priority": 1, "name": True})]) == [
        (True, "refused", ())
    ]
    assert requests(tmp_path, [change(200, {"priority": "soon"})]) == [(True, "refused", ())]


def test_accepted_form_needs_the_leniency_of_its_operation(tmp_path: Path) -> None:
    form = [change(200, {"priority": "4"}, content_type=None)]
    document = copy.deepcopy(TIGHT)
    del document["paths"]["/jobs/{job_id}"]["post"]["requestBody"]["x-fts-lenient"]

    assert requests(tmp_path, form) == [(True, "admitted by leniency", ("form-fields",))]
    assert requests(tmp_path, form, document) == [(True, "refused", ())]


def test_accepted_content_type_needs_the_leniency_of_its_operation(tmp_path: Path) -> None:
    def outcome(content_type: str, body: str, *names: str) -> tuple[bool, str, tuple[str, ...]]:
        document = copy.deepcopy(TIGHT)
        operation = document["paths"]["/jobs/{job_id}"]["post"]
        operation["requestBody"]["x-fts-lenient"] = [*names]
        return requests(tmp_path, [change(200, body, content_type=content_type)], document)[0]

    good, bad = '{"priority": 4}', '{"priority": []}'
    assert outcome("text/plain", good, "any-content-type")[1:] == (
        "admitted by leniency",
        ("any-content-type",),
    )
    assert outcome("application/json, text/plain", good, "charset-parameter")[1] != "refused"
    assert outcome("text/plain", good, "charset-parameter")[1] == "refused"
    # Another content type does not evade the schema.
    assert outcome("text/plain", bad, "any-content-type")[1] == "refused"


@pytest.mark.parametrize(
    ("document", "extra", "status", "last"),
    [
        (
            TIGHT,
            change(200, {"priority": 4}),
            0,
            "accepted requests admitted: 1 of 1 (+ 0 by named leniency)",
        ),
        (
            TIGHT,
            change(200, {"priority": "4"}),
            0,
            "accepted requests admitted: 0 of 1 (+ 1 by named leniency)",
        ),
        (
            TIGHT,
            change(200, {"priority": {}}),
            1,
            "accepted requests admitted: 0 of 1 (+ 0 by named leniency)",
        ),
        (
            loose(),
            change(400, {"priority": 9}),
            1,
            "accepted requests admitted: 0 of 0 (+ 0 by named leniency)",
        ),
    ],
)
def test_command_exit_status_says_whether_the_document_is_tight_enough(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    document: Any,
    extra: Any,
    status: int,
    last: str,
) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps(document))
    folder = tmp_path / "recordings"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps([recording(200, JOB), extra]))

    assert main([str(folder), "--spec", str(spec), "--survivors"]) == status

    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[-4:-1]] == [
        "type changes refused",
        "dropped fields refused",
        "requests refused",
    ]
    assert lines[-1] == last
    assert ("  get_job 200  dropped field  job_id" in "\n".join(lines)) == (document is not TIGHT)


def test_command_fails_without_recordings_that_can_be_mutated(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")

    assert main([str(tmp_path / "a.json")]) == 1
    assert main([str(tmp_path / "missing.json")]) == 2


def test_figures_do_not_depend_on_the_order_of_recordings(tmp_path: Path) -> None:
    recordings = [
        recording(200, JOB),
        recording(404, ERROR),
        recording(200, {**JOB, "done": True}),
    ]

    def figures(order: list[Any]) -> list[tuple[str, str, str, bool]]:
        return [(v.owner, v.kind, v.place, v.refused) for v in answers(tmp_path, order)]

    assert figures(recordings) == figures(recordings[::-1])
    assert Tightness(tuple(answers(tmp_path, recordings)), ()).ok
