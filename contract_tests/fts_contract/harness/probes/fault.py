"""What a probe yields: a rule that the server broke, or the reason why the probe does not apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Fault", "NotApplicableError"]


class NotApplicableError(Exception):
    """The probe cannot judge this server, for the reason in the text; the server has done nothing wrong."""


@attrs.frozen
class Fault:
    """A rule that the server broke.

    Attributes:
        exchange: The answer that shows it.
        message: One line for people.
        where: The place; part of what makes two faults the same.
        operation: Id of the operation to blame; None for the operation of the exchange.
    """

    exchange: Exchange
    message: str
    where: str = ""
    operation: str | None = None
