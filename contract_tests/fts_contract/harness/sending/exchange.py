"""One request as it was sent, with its answer."""

from __future__ import annotations

import json
import shlex
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl, unquote_plus, urlsplit

import attrs

from fts_contract.harness.contract.json_text import is_deep
from fts_contract.harness.sending.redaction import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Exchange", "Intent"]

Intent = Literal["valid", "invalid", "unknown"]

_SHOWN_ANSWER = 2000
_SHOWN_REQUEST = 100_000
"""Characters of a request; Linux takes 128 KiB as one argument of a command, so nearly all curl lines can be run as they are."""
_CURL_OPTIONS = {
    "certificate": '--cert "$X509_USER_PROXY" --capath "$X509_CERT_DIR"',
    "token": '-H "Authorization: Bearer $BEARER_TOKEN" --capath "$X509_CERT_DIR"',
}
# curl sets them itself, or they are secret.
_UNSHOWN_HEADERS = {
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "host",
    "user-agent",
}


@attrs.frozen
class Exchange:
    """A request on the wire and its answer.

    Attributes:
        method: Upper case.
        url: Absolute, as sent.
        request_headers: As sent, original spelling.
        request_body: None when no body was sent.
        status: HTTP status code; 0 when no complete answer came.
        headers: Names in lower case; several values are joined with a comma.
        body: The whole answer.
        elapsed_s: Time to the end of the answer.
        intent: Whether the request was meant to be within the contract, outside it, or neither.
        phase: The phase of the run that sent it, such as `coverage`.
        sender: Whose credential was sent and whose CAs were trusted, as options of curl; `certificate` or `token` stand for those
            of the environment.
    """

    method: str
    url: str
    request_headers: Mapping[str, str]
    request_body: bytes | None
    status: int
    headers: Mapping[str, str]
    body: bytes
    elapsed_s: float
    intent: Intent = "unknown"
    phase: str = ""
    sender: str = "certificate"

    @property
    def target(self) -> str:
        """Raw path and query, as in the request line."""
        parts = urlsplit(self.url)
        return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"

    @property
    def date(self) -> datetime | None:
        """The clock of the server, from its header `Date`; None when it is missing or unreadable."""
        try:
            date = parsedate_to_datetime(self.headers["date"])
        except (KeyError, TypeError, ValueError):
            return None
        return date if date.tzinfo else date.replace(tzinfo=UTC)

    @cached_property
    def query(self) -> dict[str, str]:
        """The query, decoded, with empty parameters; of a repeated one the first counts, as for FTS.

        Source: GET /jobs as observed on FTS 3.13.4.
        """
        pairs = parse_qsl(urlsplit(self.url).query, keep_blank_values=True)
        return dict(reversed(pairs))

    @cached_property
    def request_text(self) -> str:
        """The target and the request body as the server reads them, with the escapes of URL and JSON decoded."""
        text = (
            (self.request_body or b"").decode("utf-8", errors="replace")
            if self.request_json is None
            else json.dumps(self.request_json, ensure_ascii=False)
        )
        return f"{unquote_plus(self.target)}\n{text}"

    @cached_property
    def request_json(self) -> Any:
        """The decoded JSON body of the request; None when it has none."""
        try:
            return json.loads(self.request_body) if self.request_body else None
        except (ValueError, RecursionError):
            return None

    @property
    def request_content_type(self) -> str | None:
        """Content type of the request; None when it has none."""
        headers = {name.lower(): value for name, value in self.request_headers.items()}
        return headers.get("content-type")

    @cached_property
    def json(self) -> Any:
        """The decoded JSON body of the answer; None when it is not JSON, or nested too deeply."""
        if not self.body or is_deep(self.body):
            return None
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def curl(self) -> str:
        """Write the request as a command line that sends it as the same caller, without secrets."""
        words = ["curl"]
        if options := _CURL_OPTIONS.get(self.sender, self.sender):
            words.append(options)
        if self.method == "HEAD":
            words.append("--head")
        elif self.method != "GET":
            words.append(f"-X {self.method}")
        words += [
            f"-H {shlex.quote(f'{name}: {value}')}"
            for name, value in sorted(self.request_headers.items())
            if name.lower() not in _UNSHOWN_HEADERS
        ]
        if self.request_body is not None:
            words.append(f"--data-binary {shlex.quote(self.shown_request_body)}")
        words.append(shlex.quote(self.url))
        return " ".join(words)

    @cached_property
    def shown_request_body(self) -> str:
        """The request body as text, without secrets; cut only where no command line could carry it."""
        return _shown(self.request_body or b"", _SHOWN_REQUEST)

    @cached_property
    def shown_body(self) -> str:
        """The answer as text, cut to a readable length, without secrets."""
        return _shown(self.body, _SHOWN_ANSWER)


def _shown(body: bytes, limit: int) -> str:
    text = without_secrets(body.decode("utf-8", errors="backslashreplace"))
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text)} characters)"
