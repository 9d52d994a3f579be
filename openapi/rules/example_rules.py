"""Examples: there are enough of them, and every one fits its own schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.harness.contract.json_text import parse_json
from fts_contract.harness.contract.pointers import escape_token
from fts_contract.harness.contract.validation import SchemaSet
from openapi.rules.rule import Found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from openapi.rules.document import Document


@rule("request-example")
def request_example(document: Document) -> Found:
    """Every request body has an example."""
    for operation in document.operations():
        if "requestBody" in operation.data:
            pointer, body = document.follow(f"{operation.pointer}/requestBody")
            for name, media in body.get("content", {}).items():
                if not _has_example(media):
                    yield (
                        f"{pointer}/content/{escape_token(name)}",
                        f"{operation.name}: no example",
                    )


@rule("response-example")
def response_example(document: Document) -> Found:
    """Every success with a body has an example."""
    for operation in document.operations():
        for status in operation.data.get("responses", {}):
            if str(status).startswith("2"):
                pointer, answer = document.follow(f"{operation.pointer}/responses/{status}")
                for name, media in answer.get("content", {}).items():
                    if not _has_example(media):
                        yield (
                            f"{pointer}/content/{escape_token(name)}",
                            f"{operation.name} {status}: no example",
                        )


@rule("example-valid")
def example_valid(document: Document) -> Found:
    """Every example fits its schema: tools skip one that does not, without a word."""
    schemas = SchemaSet(document.data)
    for example, value, schema in _examples(document):
        for problem in schemas.check(value, schema):
            yield example, str(problem)


@rule("example-form")
def example_form(document: Document) -> Found:
    """Examples of schemas stand in the list `examples`; the older `example` there is deprecated in 3.1."""
    for pointer, schema in document.schemas():
        if isinstance(schema, dict) and "example" in schema:
            yield f"{pointer}/example", "write examples: [...]"


def _has_example(media: Mapping[str, Any]) -> bool:
    return "example" in media or bool(media.get("examples"))


def _examples(document: Document) -> Iterator[tuple[str, Any, str]]:
    """Give pointer and value of each example, with the pointer of its schema."""
    for pointer, name, media in document.media_types():
        if "schema" in media:
            for where, value in _written_out(document, pointer, media):
                yield where, *_embedded(document, value, f"{pointer}/schema", name)
    for pointer, parameter in (*document.parameters(), *_headers(document)):
        if "schema" in parameter:
            for where, value in _written_out(document, pointer, parameter):
                yield where, value, f"{pointer}/schema"
    for pointer, schema in document.schemas():
        if isinstance(schema, dict):
            for index, value in enumerate(schema.get("examples", ())):
                yield f"{pointer}/examples/{index}", value, pointer


def _written_out(
    document: Document, pointer: str, owner: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    if "example" in owner:
        yield f"{pointer}/example", owner["example"]
    for name in owner.get("examples", {}):
        where, example = document.follow(f"{pointer}/examples/{escape_token(name)}")
        if "value" in example:
            yield f"{where}/value", example["value"]


def _embedded(document: Document, value: Any, schema: str, media_type: str) -> tuple[Any, str]:
    """Look inside a text that holds JSON, where the schema says so."""
    inner = SchemaSet(document.data).embedded_json(schema)
    if inner is None or media_type == "application/json" or not isinstance(value, str):
        return value, schema
    try:
        return parse_json(value), inner
    except ValueError:
        return value, inner


def _headers(document: Document) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, header in document.data.get("components", {}).get("headers", {}).items():
        yield f"/components/headers/{escape_token(name)}", header
    answers = [
        f"{operation.pointer}/responses/{status}"
        for operation in document.operations()
        for status in operation.data.get("responses", {})
    ]
    for answer in answers:
        pointer, value = document.follow(answer)
        for name, header in value.get("headers", {}).items():
            if "$ref" not in header:
                yield f"{pointer}/headers/{escape_token(name)}", header
