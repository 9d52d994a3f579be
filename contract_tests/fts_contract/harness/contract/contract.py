"""The contract of FTS as the harness reads it: which operation does a request address, and what does not conform?

This reading of the OpenAPI document shares nothing with the generated client or the mock server. It sends nothing.
Malformed answers are reported as problems; they never raise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.contract.json_text import parse_json
from fts_contract.harness.contract.matching import Match, Router
from fts_contract.harness.contract.media_types import MediaType, best_documented
from fts_contract.harness.contract.operations import (
    Operation,
    Parameter,
    Response,
    read_operations,
)
from fts_contract.harness.contract.problems import Problem
from fts_contract.harness.contract.validation import SchemaSet
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Contract", "selects_fields"]

SELECTIONS = frozenset({"fields", "files"})
"""Query parameters by which a caller chooses the fields of the answer, so that no field is always present.

Source: GET /jobs (`fields`) and GET /jobs/{ids} (`files`) as observed on FTS 3.13.4.
"""

# Python refuses to convert more digits.
_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,4000}\s*", re.ASCII)


@attrs.frozen(eq=False)
class Contract:
    """All operations of an OpenAPI document, ready to judge exchanges.

    Attributes:
        version: `info.version` of the document.
        operations: In the order of the document.
    """

    version: str
    operations: tuple[Operation, ...]
    _router: Router = attrs.field(repr=False)
    _schemas: SchemaSet = attrs.field(repr=False)

    @classmethod
    def from_spec(cls, document: Mapping[str, Any] | None = None) -> Contract:
        """Read a document.

        Args:
            document: An OpenAPI 3.1 document as plain data, with all references within itself; do not change it
                afterwards. None takes the document of FTS.

        Raises:
            SpecError: A reference leads nowhere, or a part does not have the form of OpenAPI.
        """
        source = load_spec() if document is None else document
        operations = read_operations(source)
        version = str(source.get("info", {}).get("version", ""))
        return cls(version, operations, Router(operations), SchemaSet(source))

    def find(self, method: str, path: str) -> Match | None:
        """Find the operation that a request addresses; see `Router.find`."""
        return self._router.find(method, path)

    def methods(self, path: str) -> frozenset[str]:
        """List the methods (upper case) for which a raw path is an operation."""
        return self._router.methods(path)

    def operation(self, operation_id: str) -> Operation:
        """Get an operation by its name.

        Raises:
            KeyError: No operation has this name.
        """
        for operation in self.operations:
            if operation.operation_id == operation_id:
                return operation
        raise KeyError(operation_id)

    def check_response(
        self,
        operation: Operation,
        *,
        status: int,
        headers: Mapping[str, str],
        body: bytes | str,
        version: str | None = None,
        selected: bool = False,
    ) -> list[Problem]:
        """List what does not conform in an answer.

        Args:
            operation: The operation that was called.
            status: HTTP status.
            headers: Response headers, names in any case.
            body: The body as received; empty when there was none.
            version: Version of the server such as `3.13.4`, to require what `x-fts-always` promises for it.
                None: unknown, only `required` counts.
            selected: The caller chose the fields of the answer, so `x-fts-always` does not apply; see
                `selects_fields`.
        """
        response = operation.response(status)
        if response is None:
            documented = ", ".join(operation.responses) or "none"
            message = f"status {status} is not documented (documented: {documented})"
            return [Problem("status-undocumented", "", message)]
        lowered = {name.lower(): value for name, value in headers.items()}
        expected = None if selected else version
        return [
            *self._check_headers(response, lowered),
            *self._check_body(response, lowered.get("content-type"), body, expected),
        ]

    def check_parameters(
        self,
        operation: Operation,
        *,
        path: Mapping[str, str],
        query: Mapping[str, str],
    ) -> list[Problem]:
        """List what does not conform in the path and query parameters of a request, given as decoded text.

        Names that the document does not know are `parameter-undocumented`.
        """
        sent = {"path": path, "query": query}
        declared = [parameter for parameter in operation.parameters if parameter.place in sent]
        problems = []
        for parameter in declared:
            value = sent[parameter.place].get(parameter.name)
            if value is not None:
                problems += self._check_parameter(parameter, value)
            elif parameter.required:
                message = f"{parameter.place} parameter is required"
                problems.append(Problem("parameter-missing", parameter.name, message))
        known = {parameter.name for parameter in declared if parameter.place == "query"}
        problems += [
            Problem("parameter-undocumented", name, "query parameter is not documented")
            for name in query
            if name not in known
        ]
        return problems

    def check_request_body(
        self,
        operation: Operation,
        *,
        content_type: str | None,
        body: bytes | str,
        brief: bool = False,
    ) -> list[Problem]:
        """List what does not conform in the body of a request; leniencies (`operation.lenient`) are not granted.

        Args:
            operation: The operation that is called.
            content_type: The content type sent; None when there was none.
            body: The body as sent; empty when there was none.
            brief: Stop at the first problem, for callers who only need to know whether there is one.
        """
        expected = operation.request_body
        if not body:
            missing = expected is not None and expected.required
            return [Problem("request-body-missing", "", "a body is required")] if missing else []
        if expected is None:
            return [Problem("body-undocumented", "", "the operation takes no body")]
        return self._check_content(expected.content, content_type, body, None, brief=brief)

    def check_value(
        self, value: Any, pointer: str, *, version: str | None = None
    ) -> list[Problem]:
        """List what does not fit in a JSON value, given the JSON pointer of a schema of the document."""
        return self._schemas.check(value, pointer, version=version)

    def _check_headers(self, response: Response, headers: Mapping[str, str]) -> list[Problem]:
        problems = []
        for header in response.headers:
            value = headers.get(header.name.lower())
            if value is None:
                if header.required:
                    message = "this header is always sent, but is missing"
                    problems.append(Problem("header-missing", header.name, message))
            elif header.pointer:
                found = self._schemas.check(value, header.pointer, kind="header-mismatch")
                problems += [attrs.evolve(problem, location=header.name) for problem in found]
        return problems

    def _check_body(
        self, response: Response, content_type: str | None, body: bytes | str, version: str | None
    ) -> list[Problem]:
        if not response.content:
            # A content type without a body is allowed: FTS labels its empty 201 text/html.
            message = "the answer has a body, but none is documented"
            return [Problem("body-undocumented", "", message)] if body else []
        return self._check_content(response.content, content_type, body, version)

    def _check_content(
        self,
        content: Mapping[str, str],
        content_type: str | None,
        body: bytes | str,
        version: str | None,
        *,
        brief: bool = False,
    ) -> list[Problem]:
        documented = best_documented(content, content_type or "")
        if documented is None:
            message = f"content type {content_type or '(none)'} is not documented (documented: {', '.join(content)})"
            return [Problem("content-type-undocumented", "", message)]
        pointer = content[documented]
        if not pointer:
            return []
        if MediaType.parse(content_type or "").is_json:
            return self._check_json(body, pointer, version, brief=brief)
        text = body if isinstance(body, str) else body.decode("utf-8", errors="replace")
        embedded = self._schemas.embedded_json(pointer)
        if embedded is not None:
            return self._check_json(text, embedded, version, brief=brief)
        return self._schemas.check(text, pointer)

    def _check_json(
        self, body: bytes | str, pointer: str, version: str | None, *, brief: bool
    ) -> list[Problem]:
        try:
            value = parse_json(body)
        except ValueError as error:
            return [Problem("body-not-json", "", f"not JSON: {error}")]
        return self._schemas.check(value, pointer, version=version, brief=brief)

    def _check_parameter(self, parameter: Parameter, text: str) -> list[Problem]:
        if not parameter.schema:
            return []
        value = _as_json(text, parameter.types)
        found = self._schemas.check(value, parameter.schema, kind="parameter-mismatch")
        return [attrs.evolve(problem, location=parameter.name) for problem in found]


def selects_fields(operation: Operation, query: Mapping[str, str]) -> bool:
    """Say whether a query chooses the fields of the answer, so that `x-fts-always` does not apply.

    An operation without such a parameter ignores it and sends every field.
    """
    return any(
        parameter.place == "query" and parameter.name in SELECTIONS and parameter.name in query
        for parameter in operation.parameters
    )


def _as_json(text: str, types: frozenset[str]) -> Any:
    """Read a parameter as the type that its schema names; what does not fit stays text, which the schema refuses.

    Integers are those that the server reads: it refuses `1e3`. Source: GET /jobs as observed on FTS 3.13.4.
    """
    if "string" in types:
        return text
    if "integer" in types:
        return int(text) if _INTEGER.fullmatch(text) else text
    try:
        value = parse_json(text)
    except ValueError:
        return text
    return text if isinstance(value, (dict, list, str)) else value
