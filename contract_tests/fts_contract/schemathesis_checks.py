"""Our checks inside other people's runs of schemathesis: `SCHEMATHESIS_HOOKS=fts_contract.schemathesis_checks schemathesis run ...`.

Each check of `fts contract run` that judges a single exchange becomes a check of schemathesis called `fts_` and its name: `valid-rejected`
becomes `fts_valid_rejected`. They know what the schemas cannot say and schemathesis does not read: which refusals depend on what the
server holds, what servers take beyond the contract, how answers of FTS hang together, and the known deviations of FTS 3.13. Bodies in
PEM form can be sent as well.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import schemathesis

from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.leniency import relaxed
from fts_contract.harness.exchange_checks import exchange_checks
from fts_contract.harness.judging.check_names import ANSWER_CHECKS
from fts_contract.harness.judging.deviations import explanation, known_deviations
from fts_contract.harness.judging.judge import Judge
from fts_contract.harness.sending.session import to_exchange
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from fts_contract.harness.exchange_checks.model import Finding

__all__ = ["CHECKS"]

_VERSION: Final = "3.13"


@cache
def _contract() -> Contract:
    return Contract.from_spec(load_spec())


@cache
def _judge() -> Judge:
    return Judge(_contract(), Contract.from_spec(relaxed(load_spec())), _VERSION)


_seen = threading.local()
"""The answer that each worker of schemathesis judged last, with what was wrong with it."""


def _findings(case: schemathesis.Case[Any], response: schemathesis.Response) -> list[Finding]:
    """Judge an answer once: some checks remember what they saw, and each of ours asks about the same answer."""
    if getattr(_seen, "response", None) is not response:
        exchange = to_exchange(
            response.request,
            status=response.status_code,
            headers={name: ", ".join(values) for name, values in response.headers.items()},
            body=response.content or b"",
            elapsed_s=response.elapsed,
            sender="certificate",
            intent="unknown",
            phase=case.meta.phase.name.value if case.meta else "",
        )
        match = _contract().find(exchange.method, exchange.target)
        _seen.response, _seen.findings = response, []
        if match is not None:
            _seen.findings = [
                finding
                for finding in _judge().judge(match, exchange)
                if explanation(known_deviations(_VERSION), match.operation, finding, exchange)
                is None
            ]
    findings: list[Finding] = _seen.findings
    return findings


def _check(name: str, meaning: str) -> schemathesis.CheckFunction:
    def check(
        _context: schemathesis.CheckContext,
        response: schemathesis.Response,
        case: schemathesis.Case[Any],
    ) -> None:
        wrong = [finding.message for finding in _findings(case, response) if finding.check == name]
        if wrong:
            raise AssertionError(f"{meaning}: {'; '.join(wrong)}")

    check.__name__ = f"fts_{name.replace('-', '_')}"
    check.__doc__ = meaning
    return schemathesis.check(check)


CHECKS: Final = tuple(
    _check(name, meaning)
    for name, meaning in {
        **ANSWER_CHECKS,
        **{check.name: check.meaning for check in exchange_checks()},
    }.items()
)
"""The checks, which importing this module adds to those of schemathesis."""


@schemathesis.serializer("application/x-pem-file")
def pem(_context: schemathesis.SerializationContext, value: object) -> bytes:
    """Send a body in PEM form as it is."""
    return value if isinstance(value, bytes) else str(value).encode()
