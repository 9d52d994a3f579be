"""Checks on every exchange beyond what the schemas say: one module for each concern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.exchange_checks.accounts import JOB_ACCOUNTS
from fts_contract.harness.exchange_checks.bulk import BULK_STATUS
from fts_contract.harness.exchange_checks.error_shapes import ERROR_SHAPE
from fts_contract.harness.exchange_checks.filters import FILTER_IGNORED
from fts_contract.harness.exchange_checks.history import job_history
from fts_contract.harness.exchange_checks.identity import IDENTITY_RULE
from fts_contract.harness.exchange_checks.ids import JOB_ID_RULE
from fts_contract.harness.exchange_checks.job_states import JOB_STATE
from fts_contract.harness.exchange_checks.leaks import leak
from fts_contract.harness.exchange_checks.slow import SLOW_AFTER_S, slow_answer
from fts_contract.harness.exchange_checks.throughput import THROUGHPUT_UNIT
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
        leak(),
        ERROR_SHAPE,
        slow_answer(slow_after_s),
    )
