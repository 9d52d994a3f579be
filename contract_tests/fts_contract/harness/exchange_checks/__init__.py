"""Checks on every exchange beyond the schemas: each module is named after its check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.exchange_checks.bulk_status import BULK_STATUS
from fts_contract.harness.exchange_checks.charset import CHARSET
from fts_contract.harness.exchange_checks.error_shape import ERROR_SHAPE
from fts_contract.harness.exchange_checks.filter_ignored import FILTER_IGNORED
from fts_contract.harness.exchange_checks.identity_rule import IDENTITY_RULE
from fts_contract.harness.exchange_checks.job_accounts import JOB_ACCOUNTS
from fts_contract.harness.exchange_checks.job_history import job_history
from fts_contract.harness.exchange_checks.job_id_rule import JOB_ID_RULE
from fts_contract.harness.exchange_checks.job_state import JOB_STATE
from fts_contract.harness.exchange_checks.leak import leak
from fts_contract.harness.exchange_checks.slow_answer import SLOW_AFTER_S, slow_answer
from fts_contract.harness.exchange_checks.throughput_unit import THROUGHPUT_UNIT
from fts_contract.harness.exchange_checks.times import TIMES

if TYPE_CHECKING:
    from fts_contract.harness.exchange_checks.model import Check

__all__ = ["exchange_checks"]


def exchange_checks(*, slow_after_s: float = SLOW_AFTER_S) -> tuple[Check, ...]:
    """Make the checks for one run; some remember what they saw.

    Args:
        slow_after_s: See `slow_answer`.
    """
    return (
        BULK_STATUS,
        JOB_ACCOUNTS,
        JOB_STATE,
        job_history(),
        FILTER_IGNORED,
        JOB_ID_RULE,
        IDENTITY_RULE,
        TIMES,
        THROUGHPUT_UNIT,
        CHARSET,
        leak(),
        ERROR_SHAPE,
        slow_answer(slow_after_s),
    )
