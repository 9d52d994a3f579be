"""Links: they lead to operations of this document and hand over what those need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fts_contract.harness.contract.operations import Operation, read_operations
from fts_contract.harness.contract.pointers import escape_token
from openapi.rules.rule import Found, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from openapi.rules.document import Document

_EXPRESSION = re.compile(
    r"\$(?:url|method|statusCode|(?:request|response)\.(?:header\.[\w-]+|body(?:#/.*|#)?|(?:path|query)\.\w+))"
)


@rule("link-target")
def link_target(document: Document) -> Found:
    """A link names an operation of this document by its operationId."""
    targets = {operation.operation_id for operation in read_operations(document.data)}
    for pointer, link, _ in _links(document):
        name = link.get("operationId")
        if name is None:
            yield pointer, "operationId is missing"
        elif name not in targets:
            yield f"{pointer}/operationId", f"{name} is not an operation"


@rule("link-parameters")
def link_parameters(document: Document) -> Found:
    """A link gives all path parameters of its target, and no parameter that the target has not."""
    targets = {operation.operation_id: operation for operation in read_operations(document.data)}
    for pointer, link, _ in _links(document):
        target = targets.get(link.get("operationId", ""))
        if target is None:
            continue
        given = {
            name.removeprefix("path.").removeprefix("query.")
            for name in link.get("parameters", {})
        }
        known = {parameter.name for parameter in target.parameters}
        needed = {parameter.name for parameter in target.parameters if parameter.place == "path"}
        for name in sorted(given - known):
            yield f"{pointer}/parameters", f"{target.operation_id} has no parameter {name}"
        for name in sorted(needed - given):
            yield pointer, f"{target.operation_id} needs {name}"


@rule("link-expression")
def link_expression(document: Document) -> Found:
    """What a link hands over exists: the expression is well formed and names a real parameter or field."""
    for pointer, link, (source, status) in _links(document):
        for name, expression in link.get("parameters", {}).items():
            if not isinstance(expression, str) or not expression.startswith("$"):
                continue
            where = f"{pointer}/parameters/{escape_token(name)}"
            if not _EXPRESSION.fullmatch(expression):
                yield where, f"{expression} is not an expression"
            elif not _exists(document, source, status, expression):
                yield where, f"{expression} leads nowhere"


@rule("link-no-body")
def link_no_body(document: Document) -> Found:
    """A link hands over parameters, not a body: openapi-generator refuses objects there."""
    for pointer, link, _ in _links(document):
        if "requestBody" in link:
            yield f"{pointer}/requestBody", "say in the description what to send"


def _exists(document: Document, source: Operation, status: str, expression: str) -> bool:
    place, _, name = expression.removeprefix("$").partition(".")
    kind, _, rest = name.partition(".")
    if place == "request" and kind in {"path", "query"}:
        return any(item.name == rest and item.place == kind for item in source.parameters)
    if place == "response" and kind == "header":
        headers = source.responses[status].headers
        return any(header.name.lower() == rest.lower() for header in headers)
    if "#/" in kind + rest:
        path = expression.partition("#/")[2].split("/")
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in path]
        body = source.request_body if place == "request" else source.responses[status]
        pointers = () if body is None else body.content.values()
        return any(pointer and _may_have(document, pointer, tokens) for pointer in pointers)
    return True


def _may_have(document: Document, pointer: str, tokens: list[str]) -> bool:
    """Say whether a value of this schema may have something at this path of names and indices."""
    pointer, schema = document.follow(pointer)
    if not isinstance(schema, dict):
        return False
    rest = tokens[1:]
    return any(
        not rest or _may_have(document, below, rest)
        for below in _members(pointer, schema, tokens[0])
    ) or any(
        _may_have(document, f"{pointer}/{keyword}/{index}", tokens)
        for keyword in ("allOf", "anyOf", "oneOf")
        for index in range(len(schema.get(keyword, ())))
    )


def _members(pointer: str, schema: Mapping[str, Any], token: str) -> Iterator[str]:
    """List the schemas of the member of this name or, for arrays, of this index."""
    if token in schema.get("properties", {}):
        yield f"{pointer}/properties/{escape_token(token)}"
    if token.isdecimal():
        if int(token) < len(schema.get("prefixItems", ())):
            yield f"{pointer}/prefixItems/{int(token)}"
        elif isinstance(schema.get("items"), dict):
            yield f"{pointer}/items"


def _links(document: Document) -> Iterator[tuple[str, Mapping[str, Any], tuple[Operation, str]]]:
    for operation in read_operations(document.data):
        base = f"/paths/{escape_token(operation.path)}/{operation.method.lower()}/responses"
        for status in operation.responses:
            pointer, answer = document.follow(f"{base}/{status}")
            for name in answer.get("links", {}):
                where, link = document.follow(f"{pointer}/links/{escape_token(name)}")
                yield where, link, (operation, status)
