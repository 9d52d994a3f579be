"""Judge one exchange: compare it with the contract, and apply the checks that hold for every exchange."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.contract.contract import Contract, selects_fields
from fts_contract.harness.contract.problems import Problem
from fts_contract.harness.contract.submission_rules import broken_rules
from fts_contract.harness.exchange_checks import exchange_checks
from fts_contract.harness.exchange_checks.model import (
    NOBODY,
    STUMBLES,
    Caller,
    Check,
    Context,
    Finding,
    stumbled,
)
from fts_contract.harness.judging.request_problems import request_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fts_contract.harness.contract.matching import Match
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Judge"]

_REFUSALS = {400, 405, 406, 411, 413, 414, 415, 422}
"""Statuses that say: the request itself is wrong."""


@attrs.define
class Judge:
    """Judges exchanges against the contract of one server version.

    Attributes:
        contract: The contract.
        relaxed: The same with every documented leniency granted.
        version: Version of the server.
        credential: The proxy that this run delegated: the only body that `PUT .../credential` must accept. None: unknown.
        caller: Who asks; what depends on an unknown property of the caller is not judged.
        checks: The checks beyond the schemas; some remember exchanges, so each judge has its own.
        live: See `Context.live`.
    """

    contract: Contract
    relaxed: Contract
    version: str
    credential: bytes | None = None
    caller: Caller = NOBODY
    checks: Sequence[Check] = attrs.field(factory=exchange_checks)
    live: bool = True
    _judged: dict[tuple[object, ...], list[Problem]] = attrs.field(factory=dict, init=False)

    def judge(self, match: Match, exchange: Exchange) -> Iterator[Finding]:
        """Yield everything that is wrong with an exchange.

        Args:
            match: The operation that it addressed, as `Contract.find` gives it.
            exchange: The request and its answer.
        """
        for problem in self._response(match.operation, exchange):
            yield Finding(problem.kind, str(problem), _place(problem))
        yield from _error_status(exchange)
        yield from self._request(match, exchange)
        context = Context(
            operation=match.operation,
            exchange=exchange,
            path=match.path_parameters,
            query={name: value for name, value in exchange.query.items() if value},
            caller=self.caller,
            live=self.live,
        )
        for check in self.checks:
            try:
                yield from check.judge(context)
            except STUMBLES as error:
                yield Finding(check.name, stumbled(error))

    def wrong_with(self, match: Match, exchange: Exchange) -> tuple[str, ...]:
        """List everything that is wrong with a request, as in `Finding.problems`."""
        return tuple(map(str, request_problems(self.contract, match, exchange)))

    def _response(self, operation: Operation, exchange: Exchange) -> list[Problem]:
        """List what does not conform in an answer; equal ones, often long lists, are validated once."""
        headers = {name: exchange.headers[name] for name in exchange.headers if name != "date"}
        selected = selects_fields(operation, exchange.query)
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

    def _request(self, match: Match, exchange: Exchange) -> Iterator[Finding]:
        """Compare the outcome with that which the request should have."""
        status, operation = exchange.status, match.operation
        if status < HTTPStatus.MULTIPLE_CHOICES:
            problems = request_problems(self.relaxed, match, exchange, lenient=True)
            problems += self._of_others(match, exchange.query)
            if problems:
                text = f"status {status} although {_of_request(problems[0])}"
                yield Finding("invalid-accepted", text, _place(problems[0]))
            return
        # The details of the request are reported only when the server failed.
        brief = status < HTTPStatus.INTERNAL_SERVER_ERROR
        problems = request_problems(self.contract, match, exchange, brief=brief)
        problems += self._of_others(match, exchange.query)
        said = _message(exchange)
        if not problems and any(
            refusal.explains(status=status, message=said, request=exchange.request_text)
            for refusal in operation.refusals
        ):
            return
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            if problems:
                text = f"status {status} instead of 4xx: {_of_request(problems[0])}"
                wrong = tuple(map(str, problems))
                yield Finding("server-error-on-invalid", text, _place(problems[0]), wrong)
            else:
                yield Finding("server-error", f"status {status}: {said}", str(status))
        elif status in _REFUSALS and not problems and not self._may_refuse(operation, exchange):
            yield Finding("valid-rejected", f"status {status}: {said}", _shape(said))

    def _of_others(self, match: Match, query: dict[str, str]) -> list[Problem]:
        """List the parameters that name somebody else; nobody may ask on behalf of others, not even root.

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
            Problem("parameter-mismatch", name, "it is not that of the caller")
            for name, (given, own) in named.items()
            if given and given != own and own and match.operation.tag in {"jobs", "delegation"}
        ]

    def _may_refuse(self, operation: Operation, exchange: Exchange) -> bool:
        """Say whether there is a reason to refuse a request that no schema can express.

        Source: observed on FTS 3.13.4: a credential must be signed for the server's request, and a bearer token or an
        `Origin` is refused before routing.
        """
        if {"authorization", "origin"} & {name.lower() for name in exchange.request_headers}:
            return True
        names_somebody = (
            not {"user_dn", "dlg_id"}.isdisjoint(exchange.query)
            or "{delegation_id}" in operation.path
        )
        if (
            self.caller.user_dn is None
            and operation.tag in {"jobs", "delegation"}
            and names_somebody
        ):
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
    """Check that the status in the text of an error, which both error shapes have, is that of the answer.

    Source: observed on FTS 3.13.4. Below 400 it may differ: cancelling or changing a terminal job gives 304 inside 200.
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


def _message(exchange: Exchange) -> str:
    body: Any = exchange.json
    if isinstance(body, dict):
        for key in ("message", "http_message"):
            if isinstance(body.get(key), str):
                return str(body[key])
    return exchange.shown_body[:200]


def _shape(message: str) -> str:
    """Leave out what differs between requests, such as quoted values and numbers."""
    return re.sub(r"[\"'(\[{].*|\d+", "", message)[:60].strip()
