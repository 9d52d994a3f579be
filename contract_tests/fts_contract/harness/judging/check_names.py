"""The names of all checks, by which users switch them off and deviations refer to them, with their meanings."""

from __future__ import annotations

from fts_contract.harness.exchange_checks import exchange_checks
from fts_contract.harness.probes import PROBES

__all__ = ["ANSWER_CHECKS", "CHECKS", "OF_ONE_EXCHANGE", "PROBE_CHECKS"]

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
}

OF_ONE_EXCHANGE = frozenset(ANSWER_CHECKS)
"""The checks that need nothing but one request and its answer."""

PROBE_CHECKS = frozenset(probe.check for probe in PROBES)
"""The checks that take several requests."""

CHECKS = {
    **ANSWER_CHECKS,
    "caller-mistaken": "the server takes the certificate of another caller for that of the one who runs the tests",
    "no-answer": "the connection broke, or the answer did not come in time",
    **{check.name: check.meaning for check in exchange_checks()},
    **{probe.check: probe.meaning for probe in PROBES},
}
"""Every check with its meaning in words."""
