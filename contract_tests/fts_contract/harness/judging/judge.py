"""Judge one exchange: the checks that hold for every request, each with a name that deviations can refer to."""

from __future__ import annotations

import re
from email.message import Message
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import attrs

from fts_contract.harness.contract.contract import Contract, selects_fields
from fts_contract.harness.contract.problems import Problem
from fts_contract.harness.contract.refusals import refuses
from fts_contract.harness.contract.request_problems import request_problems
from fts_contract.harness.contract.submission_rules import broken_rules
from fts_contract.harness.exchange_checks import exchange_checks
from fts_contract.harness.exchange_checks.model import NOBODY, Caller, Check, Context, Finding
from fts_contract.harness.probes import PROBES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fts_contract.harness.contract.matching import Match
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["ANSWER_CHECKS", "CHECKS", "Finding", "Judge"]

ANSWER_CHECKS = {
    "server-error": "the server failed on a request within the contract (5xx)",
    "server-error-on-invalid": "the server failed on a request that it should refuse (5xx)",
    "invalid-accepted": "a request outside the contract was served",
    "valid-rejected": "a request within the contract was refused",
    "status-undocumented": "the status is not documented",
    "content-type-undocumented": "the content type is not documented",
    "header-missing": "a header that is always sent is missing",
    "header-mismatch": "a header does not fit the contract",
    "body-undocumented": "a body where none is documented",
    "body-not-json": "the body is not JSON, or cut off",
    "body-mismatch": "the body does not fit the contract",
    "always-missing": "a field that this version always sends is missing",
    "error-status-mismatch": "the status in an error body is not the status of the answer",
    "no-answer": "the connection broke, or the answer did not come in time",
}

CHECKS = {
    **ANSWER_CHECKS,
    **{check.name: check.meaning for check in exchange_checks()},
    **{probe.check: probe.meaning for probe in PROBES},
}
"""Every check with its meaning in words."""

_REFUSALS = {400, 405, 406, 411, 413, 414, 415, 422}
"""Statuses that say: the request itself is wrong."""


@attrs.define
class Judge:
    """Judges exchanges against the contract of one server version.

    Attributes:
        contract: The contract.
        relaxed: The same with every documented leniency granted.
        version: Version of the server.
        caller: Who asks; what depends on what is not known of it is not judged.
        checks: The checks beyond the schemas; some remember what they saw, so each judge has its own.
        live: See `Context.live`.
        credential: The proxy that this run delegated: the one body that `PUT .../credential` must take. None: unknown.
    """

    contract: Contract
    relaxed: Contract
    version: str
    credential: bytes | None = None
    caller: Caller = NOBODY
    checks: Sequence[Check] = attrs.field(factory=exchange_checks)
    live: bool = True
    _judged: dict[tuple[object, ...], list[Problem]] = attrs.field(factory=dict, init=False)

    def operation(self, exchange: Exchange) -> Operation | None:
        """Find the operation that an exchange addressed."""
        match = self.contract.find(exchange.method, exchange.target)
        return match.operation if match else None

    def judge(self, exchange: Exchange) -> Iterator[Finding]:
        """Yield everything that is wrong with an exchange; nothing when it is no operation."""
        match = self.contract.find(exchange.method, exchange.target)
        if match is None:
            return
        query = _query(exchange)
        for problem in self._response(match.operation, exchange, query):
            yield Finding(problem.kind, str(problem), _place(problem))
        yield from _error_status(exchange)
        yield from self._request(match, exchange, query)
        context = Context(
            operation=match.operation,
            exchange=exchange,
            path=match.path_parameters,
            query={name: value for name, value in query.items() if value},
            caller=self.caller,
            live=self.live,
        )
        for check in self.checks:
            yield from check.judge(context)

    def _response(
        self, operation: Operation, exchange: Exchange, query: dict[str, str]
    ) -> list[Problem]:
        """Judge an answer once: long lists come back unchanged again and again, and are slow to validate."""
        headers = {name: exchange.headers[name] for name in exchange.headers if name != "date"}
        selected = selects_fields(operation, query)
        key = (
            operation.operation_id,
            exchange.status,
            tuple(sorted(headers.items())),
            exchange.body,
            selected,
        )
        if key not in self._judged:
            self._judged[key] = self.contract.check_response(
                operation,
                status=exchange.status,
                headers=headers,
                body=exchange.body,
                version=self.version,
                selected=selected,
            )
        return self._judged[key]

    def _request(
        self, match: Match[Operation], exchange: Exchange, query: dict[str, str]
    ) -> Iterator[Finding]:
        """Compare the answer with what the request deserved."""
        status, operation = exchange.status, match.operation
        if status < HTTPStatus.MULTIPLE_CHOICES:
            problems = request_problems(self.relaxed, match, exchange, query, lenient=True)
            problems += self._of_others(match, query)
            if problems:
                text = f"status {status} although {_of_request(problems[0])}"
                yield Finding("invalid-accepted", text, _place(problems[0]))
            return
        # Only of a failed server it is told what was wrong with the request.
        brief = status < HTTPStatus.INTERNAL_SERVER_ERROR
        problems = request_problems(self.contract, match, exchange, query, brief=brief)
        problems += self._of_others(match, query)
        said = _message(exchange)
        if not problems and refuses(operation.refusals, exchange, said):
            return
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            if problems:
                text = f"status {status} instead of 4xx: {_of_request(problems[0])}"
                yield Finding("server-error-on-invalid", text, _place(problems[0]))
            else:
                yield Finding("server-error", f"status {status}: {said}", str(status))
        elif status in _REFUSALS and not problems and not self._may_refuse(operation, exchange):
            yield Finding("valid-rejected", f"status {status}: {said}", _shape(said))

    def _of_others(self, match: Match[Operation], query: dict[str, str]) -> list[Problem]:
        """Say which parameters name somebody else; nobody may ask for others, not even root.

        Source: GET /jobs and "Delegation" as observed on FTS 3.13.4.
        """
        named = {
            "user_dn": (query.get("user_dn"), self.caller.user_dn),
            "dlg_id": (query.get("dlg_id"), self.caller.delegation_id),
            "delegation_id": (
                match.path_parameters.get("delegation_id"),
                self.caller.delegation_id,
            ),
        }
        return [
            Problem("parameter-mismatch", name, "it is not the caller's own")
            for name, (given, own) in named.items()
            if given and given != own and own and match.operation.tag in {"jobs", "delegation"}
        ]

    def _may_refuse(self, operation: Operation, exchange: Exchange) -> bool:
        """Reasons to refuse a request that no schema can say.

        Source: observed on FTS 3.13.4 (a credential must be signed for the server's request), and
        "Who is the caller" (a bearer token or an `Origin` is refused before routing), FTS 3.13.4.
        """
        if {"authorization", "origin"} & {name.lower() for name in exchange.request_headers}:
            return True
        if self.caller.user_dn is None and operation.tag in {"jobs", "delegation"}:
            query = _query(exchange)
            if {"user_dn", "dlg_id"} & set(query) or "{delegation_id}" in operation.path:
                return True
        if operation.path.endswith("/credential"):
            return exchange.request_body != self.credential
        if operation.path == "/jobs" and operation.method != "GET":
            return bool(broken_rules(exchange.request_json))
        return False


def _of_request(problem: Problem) -> str:
    return f"the request is wrong {problem}" if problem.location else str(problem)


def _place(problem: Problem) -> str:
    return re.sub(r"\[\d+\]", "[]", problem.location)


def _error_status(exchange: Exchange) -> Iterator[Finding]:
    """Both error shapes repeat the status as text; it must be the same one.

    Source: observed on FTS 3.13.4. A cancel or change of a terminal job says 304 inside 200.
    """
    body = exchange.json
    if not isinstance(body, dict) or exchange.status < HTTPStatus.BAD_REQUEST:
        return
    for key in ("status", "http_status"):
        text = body.get(key)
        if isinstance(text, str) and not text.startswith(f"{exchange.status} "):
            yield Finding(
                "error-status-mismatch", f"status {exchange.status}, body says {text!r}", key
            )


def _query(exchange: Exchange) -> dict[str, str]:
    """Read the query as FTS does: of a repeated parameter the first one counts.

    Source: GET /jobs as observed on FTS 3.13.4.
    """
    pairs = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    return dict(reversed(pairs))


def _message(exchange: Exchange) -> str:
    body: Any = exchange.json
    if isinstance(body, dict):
        for key in ("message", "http_message"):
            if isinstance(body.get(key), str):
                return str(body[key])
    return exchange.shown_body[:200]


def _shape(message: str) -> str:
    """Cut what differs from request to request off a message."""
    return re.sub(r"[\"'(\[{].*|\d+", "", message)[:60].strip()


def media_type(exchange: Exchange) -> str:
    """The content type of an answer without its parameters."""
    message = Message()
    message["content-type"] = exchange.headers.get("content-type", "")
    return message.get_content_type()
