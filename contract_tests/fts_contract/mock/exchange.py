"""What a handler receives and what it returns: HTTP without a server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.mock.errors import APIError, PageError, bad_request, forbidden

if TYPE_CHECKING:
    from fts_contract.mock.identity import Caller, Identity
    from fts_contract.mock.state import State

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
HTML: Final = "text/html; charset=utf-8"
_CLOSING: Final = {400, 408, 411, 413, 414, 500, 501, 503}
"""Apache closes the connection after these statuses, also when FTS itself answers them. Source: observed on FTS 3.13.4, Apache 2.4."""


@attrs.frozen
class Reply:
    """An answer.

    Attributes:
        status: HTTP status.
        body: Bytes of the body.
        content_type: None for an answer without one (204).
        headers: Extra headers.
        streamed: The length is not announced.
    """

    status: int
    body: bytes = b""
    content_type: str | None = JSON
    headers: dict[str, str] = attrs.Factory(dict)
    streamed: bool = False


NO_CONTENT: Final = Reply(status=204, content_type=None)


def json_reply(value: Any, *, status: int = 200) -> Reply:
    """Answer with JSON; FTS sends lists piece by piece."""
    return Reply(status=status, body=json.dumps(value).encode(), streamed=isinstance(value, list))


def error_reply(error: APIError | PageError) -> Reply:
    """Give the answer that an error stands for."""
    closing = {"Connection": "close"} if error.status in _CLOSING else {}
    if isinstance(error, APIError):
        return Reply(status=error.status, body=error.body(), headers=error.headers | closing)
    content_type = f"text/html; charset={error.charset}"
    return Reply(
        status=error.status, body=error.body(), content_type=content_type, headers=closing
    )


@attrs.frozen
class Call:
    """A request on its way to a handler.

    Attributes:
        method: In capitals.
        path: Decoded, slashes merged.
        params: Values of the placeholders in the path.
        query: Query arguments, decoded; of repeated ones the first.
        headers: Headers by their names in lower case; of repeated ones the first.
        body: The whole body.
        form: Fields of a form body; empty for other bodies.
        identity: Who is calling.
        state: The memory of the mock.
        now: The time of the request, in seconds since 1970.
    """

    method: str
    path: str
    params: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    form: dict[str, str]
    identity: Identity
    state: State
    now: float

    @property
    def content_type(self) -> str:
        """The Content-Type as sent; empty without one."""
        return self.headers.get("content-type", "")

    @property
    def is_form(self) -> bool:
        """Whether Content-Type names a form, in letters of any case."""
        return self.content_type.lower().startswith(FORM)

    def argument(self, name: str) -> str | None:
        """Value of a query argument; None when it is absent or empty."""
        return self.query.get(name) or None

    @property
    def caller(self) -> Caller:
        """Whom the certificate or the token names."""
        return self.identity.caller

    def need(self, operation: str, *, certificate: bool = False) -> None:
        """Demand a level.

        Args:
            operation: `transfer`, `config`, `datamanagement` or `admin`.
            certificate: Demand a client certificate first.

        Raises:
            APIError: 403, the caller lacks the level or the certificate.
        """
        if certificate:
            self.need_certificate()
        if not self.identity.may(operation):
            raise forbidden()

    def record(self, action: str, config: str) -> None:
        """Write a row of the audit in the name of the caller.

        Args:
            action: What kind of change.
            config: The change in words or JSON.
        """
        self.state.config.record(self.caller.user_dn, action=action, config=config)

    def need_certificate(self) -> None:
        """Demand a client certificate.

        Raises:
            APIError: 403, the caller sent none, or a bearer token that hides it.
        """
        if not self.caller.has_certificate:
            raise forbidden("Certificate required")

    def json_object(self) -> dict[str, Any]:
        """Read the body as FTS reads most bodies: a JSON object, or the fields of a form.

        Raises:
            APIError: 400 for anything else.

        Source: observed on FTS 3.13.4.
        """
        content_type = self.content_type
        if self.method == "PUT" or content_type.startswith(JSON):
            # The parser of forms empties the body before the parser of JSON sees it.
            emptied = self.is_form or content_type.lower().startswith("multipart/")
            value = parse_json(b"" if emptied else self.body)
        elif content_type.startswith(FORM):
            # The case counts here, although the form itself has been read whatever the case.
            return {**self.form, **self.query}
        else:
            raise bad_request(f"Expecting {JSON} or {FORM}")
        if not isinstance(value, dict):
            raise bad_request("Expecting a dictionary")
        return value


def parse_json(body: bytes, *, refusal: str = "Badly formatted JSON request") -> Any:
    """Read JSON: UTF-8 with or without byte order mark, UTF-16 or UTF-32; the last of equal keys counts.

    Args:
        body: The bytes.
        refusal: What to answer to anything else.

    Raises:
        APIError: 400 with that text.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request(refusal) from None
