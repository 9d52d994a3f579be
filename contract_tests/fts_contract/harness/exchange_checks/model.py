"""What a check is: a name, its meaning, and a judgement of one exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["NOBODY", "Caller", "Check", "Context", "Finding", "rows_of"]


@attrs.frozen
class Finding:
    """One disagreement that one exchange showed.

    Attributes:
        check: A key of `fts_contract.harness.judging.check_names.CHECKS`.
        message: One line for people.
        where: Place in body, header or parameter; part of what makes two findings the same.
    """

    check: str
    message: str
    where: str = ""


@attrs.frozen(kw_only=True)
class Caller:
    """Who asked, as `GET /whoami` said; None where it is not known, and then nothing is concluded from it.

    Attributes:
        user_dn: DN of the end-entity certificate.
        delegation_id: 16 hexadecimal digits.
        vo: The first VO, the one that counts.
        transfer_level: `all`, `vo`, or an empty text: whose jobs the caller sees.
        base_id: Namespace of the deterministic job ids.
    """

    user_dn: str | None = None
    delegation_id: str | None = None
    vo: str | None = None
    transfer_level: str | None = None
    base_id: str | None = None


NOBODY = Caller()
"""A caller of whom nothing is known, as in recordings."""


@attrs.frozen(kw_only=True)
class Context:
    """One exchange with what is known around it.

    Attributes:
        operation: The operation that was addressed.
        exchange: The request and its answer.
        path: Path parameters, decoded.
        query: Query parameters that are not empty; of repeated ones the first. Empty ones count as absent.
        caller: Who asked.
        live: The records come from a server at work. False: some may have been arranged by hand, as in the recordings
            of a server without transfers, and only what the REST service itself writes is judged.
    """

    operation: Operation
    exchange: Exchange
    path: Mapping[str, str]
    query: Mapping[str, str]
    caller: Caller = NOBODY
    live: bool = True

    @property
    def name(self) -> str:
        """Id of the operation."""
        return self.operation.operation_id

    @property
    def status(self) -> int:
        """Status of the answer."""
        return self.exchange.status

    @cached_property
    def body(self) -> Any:
        """The decoded JSON answer; None when it is not JSON."""
        return self.exchange.json

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The objects of the answer: the answer itself, or the items of the list that it is."""
        return rows_of(self.body)


Judgement = Callable[[Context], Iterator[Finding]]


@attrs.frozen
class Check:
    """One check on every exchange.

    Attributes:
        name: By which deviations and `--without` refer to it.
        meaning: What a failure means, for people.
        judge: Yields what is wrong; nothing for exchanges that it does not concern.
    """

    name: str
    meaning: str
    judge: Judgement


def rows_of(body: Any) -> list[dict[str, Any]]:
    """Give the objects in a JSON value: itself, or the items of a list."""
    items = body if isinstance(body, list) else [body]
    return [item for item in items if isinstance(item, dict)]
