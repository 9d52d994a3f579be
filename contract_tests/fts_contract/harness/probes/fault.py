"""What a probe finds: a rule that the server broke, or a reason why it cannot say anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Fault", "NotApplicableError"]


class NotApplicableError(Exception):
    """The probe cannot say anything here; the text says why, and that is no fault of the server."""


@attrs.frozen
class Fault:
    """A rule that the server broke.

    Attributes:
        exchange: The answer that shows it.
        message: One line for people.
        where: The place; part of what makes two faults the same.
        operation: Id of the operation that is to blame; None for that of the exchange.
    """

    exchange: Exchange
    message: str
    where: str = ""
    operation: str | None = None
