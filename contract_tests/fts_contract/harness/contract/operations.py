"""Read the operations of an OpenAPI 3.1 document into small values that name schemas by JSON pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.contract.pointers import escape_token, follow
from fts_contract.harness.contract.refusals import Refusal, read_refusals
from fts_contract.spec import SpecError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "MEANT",
    "METHODS",
    "Header",
    "Operation",
    "Parameter",
    "RequestBody",
    "Response",
    "read_operations",
]

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
MEANT = "x-fts-meant"
"""In a parameter that `leniency.relaxed` widened: its original schema, whose type decides how the text is read."""


@attrs.frozen
class Parameter:
    """One parameter.

    Attributes:
        name: Name on the wire.
        place: `path`, `query`, `header` or `cookie`.
        required: It must be sent.
        types: JSON types that its schema admits; empty for all.
        pointer: JSON pointer of the parameter itself.
        schema: JSON pointer of its schema; empty when it has none.
    """

    name: str
    place: str
    required: bool
    types: frozenset[str]
    pointer: str
    schema: str


@attrs.frozen
class Header:
    """One documented response header; `pointer` is that of its schema."""

    name: str
    required: bool
    pointer: str


@attrs.frozen
class RequestBody:
    """The documented body of a request: content types with the pointers of their schemas, and its own pointer."""

    required: bool
    content: Mapping[str, str]
    pointer: str


@attrs.frozen
class Response:
    """One documented answer: content types with the pointers of their schemas, headers, and its own pointer."""

    content: Mapping[str, str]
    headers: tuple[Header, ...]
    pointer: str


@attrs.frozen(eq=False)
class Operation:
    """One operation of the document.

    Attributes:
        operation_id: Its unique name.
        method: Upper case.
        path: The template, such as `/jobs/{job_ids}`.
        tag: Its only tag, or an empty string.
        parameters: Those of the path item and its own, own ones winning.
        request_body: None when it takes no body.
        responses: By status as documented: `200`, `4XX` or `default`.
        level: `x-fts-level`: who may call it; None when the document does not say.
        needs_certificate: `x-fts-certificate`: a bearer token is not enough.
        trailing_slash: `x-fts-trailing-slash`: the path with a slash at its end is the same.
        writes: `x-fts-writes`: a GET that changes something.
        lenient: `x-fts-lenient`: names of the leniencies that real servers show on requests.
        refusals: `x-fts-refusals`, with those of the whole document.
        since: `x-fts-since`: first version that serves it; None for every earlier one.
        until: `x-fts-until`: last version that serves it; None for every later one.
        raw: The operation object of the document.
    """

    operation_id: str
    method: str
    path: str
    tag: str
    parameters: tuple[Parameter, ...]
    request_body: RequestBody | None
    responses: Mapping[str, Response]
    level: str | None
    needs_certificate: bool
    trailing_slash: bool
    writes: bool
    lenient: frozenset[str]
    refusals: tuple[Refusal, ...]
    since: str | None
    until: str | None
    raw: Mapping[str, Any]

    def response(self, status: int) -> Response | None:
        """Find the documented answer for a status; None when it is not documented."""
        key = self.response_key(status)
        return None if key is None else self.responses[key]

    def response_key(self, status: int) -> str | None:
        """Say under which key a status is documented: exact, then its class (`4XX`), then `default`."""
        keys = (str(status), f"{status // 100}XX", "default")
        return next((key for key in keys if key in self.responses), None)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def read_operations(document: Mapping[str, Any]) -> tuple[Operation, ...]:
    """Read every operation of a document, in the order of the document.

    Raises:
        SpecError: A reference leads nowhere, or a part does not have the form of OpenAPI.
    """
    try:
        reader = _Reader(document, read_refusals(document))
        return tuple(reader.operations())
    except (AttributeError, KeyError, TypeError) as error:
        raise SpecError(f"not an OpenAPI document: {error!r}") from error


@attrs.frozen
class _Reader:
    document: Mapping[str, Any]
    refusals: tuple[Refusal, ...]

    def operations(self) -> Iterator[Operation]:
        for path, item in (self.document.get("paths") or {}).items():
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item)

    def _operation(self, path: str, method: str, item: Mapping[str, Any]) -> Operation:
        raw = item[method]
        base = f"/paths/{escape_token(path)}"
        parameters = {
            (parameter.place, parameter.name): parameter
            for parameter in (
                *self._parameters(item, base),
                *self._parameters(raw, f"{base}/{method}"),
            )
        }
        lenient = raw.get("x-fts-lenient", ())
        return Operation(
            operation_id=raw.get("operationId", f"{method.upper()} {path}"),
            method=method.upper(),
            path=path,
            tag=next(iter(raw.get("tags", ())), ""),
            parameters=tuple(parameters.values()),
            request_body=self._request_body(raw, f"{base}/{method}"),
            responses={
                str(status): self._response(f"{base}/{method}/responses/{status}")
                for status in raw.get("responses", {})
            },
            level=raw.get("x-fts-level"),
            needs_certificate=bool(raw.get("x-fts-certificate", False)),
            trailing_slash=bool(raw.get("x-fts-trailing-slash", False)),
            writes=bool(raw.get("x-fts-writes", False)),
            lenient=frozenset(lenient),
            refusals=(*read_refusals(raw), *self.refusals),
            since=_text(raw.get("x-fts-since")),
            until=_text(raw.get("x-fts-until")),
            raw=raw,
        )

    def _parameters(self, owner: Mapping[str, Any], base: str) -> Iterator[Parameter]:
        for index in range(len(owner.get("parameters", ()))):
            pointer, parameter = follow(self.document, f"{base}/parameters/{index}")
            schema: Mapping[str, Any] = {}
            if "schema" in parameter:
                meant = MEANT if MEANT in parameter else "schema"
                _, schema = follow(self.document, f"{pointer}/{meant}")
            yield Parameter(
                name=parameter["name"],
                place=parameter["in"],
                required=bool(parameter.get("required", False)),
                types=_types(schema),
                pointer=pointer,
                schema=f"{pointer}/schema" if "schema" in parameter else "",
            )

    def _request_body(self, raw: Mapping[str, Any], base: str) -> RequestBody | None:
        if "requestBody" not in raw:
            return None
        pointer, body = follow(self.document, f"{base}/requestBody")
        return RequestBody(bool(body.get("required", False)), _content(body, pointer), pointer)

    def _response(self, pointer: str) -> Response:
        pointer, answer = follow(self.document, pointer)
        headers = []
        for name in answer.get("headers", {}):
            where, value = follow(self.document, f"{pointer}/headers/{escape_token(name)}")
            schema = f"{where}/schema" if "schema" in value else ""
            headers.append(Header(name, bool(value.get("required", False)), schema))
        return Response(_content(answer, pointer), tuple(headers), pointer)


def _content(owner: Mapping[str, Any], pointer: str) -> dict[str, str]:
    """Give each content type the pointer of its schema, or an empty string when it has none."""
    return {
        name: f"{pointer}/content/{escape_token(name)}/schema" if "schema" in media else ""
        for name, media in owner.get("content", {}).items()
    }


def _types(schema: Mapping[str, Any]) -> frozenset[str]:
    # The first alternative of a schema that a leniency has widened is the original.
    alternatives = schema.get("anyOf") or [{}]
    declared = schema.get("type", alternatives[0].get("type", ()))
    return frozenset((declared,) if isinstance(declared, str) else declared)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
