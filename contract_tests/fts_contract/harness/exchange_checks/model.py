"""What a check on every exchange is, and what it gets to know about the exchange."""

from __future__ import annotations

import traceback
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.sending.errors import LockedRequestError
from fts_contract.harness.sending.redaction import without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = [
    "NOBODY",
    "NO_SENSE",
    "STUMBLES",
    "Caller",
    "Check",
    "Context",
    "Finding",
    "Flaw",
    "rows_of",
    "stumbled",
]

NO_SENSE = "the answer makes no sense here"
"""How `stumbled` begins."""
STUMBLES = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
    LockedRequestError,
)
"""Errors that come from an answer that is nothing like what the document promises; other errors end the run."""


@attrs.frozen
class Flaw:
    """Something wrong with one exchange.

    Attributes:
        message: One line for people.
        where: Place in body, header or parameter; part of what makes two findings the same.
    """

    message: str
    where: str = ""


@attrs.frozen
class Finding:
    """A flaw with the check that found it.

    Attributes:
        check: Name of the check.
        message: See `Flaw`; without secrets.
        where: See `Flaw`.
        problems: For a server that failed on a wrong request: everything that is wrong with the request, as
            `at PLACE: WHAT`; the message names only the first. Empty where that is unknown or of no interest.
    """

    check: str
    message: str = attrs.field(converter=without_secrets)
    where: str = ""
    problems: tuple[str, ...] = attrs.field(default=(), eq=False)


def stumbled(error: Exception) -> str:
    """Describe an error in a check, probe or play: the answer is nothing like what the document promises, or there is a bug."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{NO_SENSE} ({type(error).__name__}: {error}, {Path(place.filename).name} line {place.lineno}); "
        "report it if the answer is as documented"
    )


@attrs.frozen(kw_only=True)
class Caller:
    """The caller, as `GET /whoami` describes it; None where that is unknown, and then nothing is concluded from it.

    Attributes:
        user_dn: DN of the end-entity certificate.
        delegation_id: 16 hexadecimal digits.
        vo: The first VO, which is the one that FTS uses.
        transfer_level: Whose jobs the caller sees: `all`, `vo`, or an empty string.
        base_id: Namespace of the deterministic job ids.
    """

    user_dn: str | None = None
    delegation_id: str | None = None
    vo: str | None = None
    transfer_level: str | None = None
    base_id: str | None = None


NOBODY = Caller()
"""A caller about whom nothing is known, as in recordings."""


@attrs.frozen(kw_only=True)
class Context:
    """One exchange with what is known about it.

    Attributes:
        operation: The operation that was addressed.
        exchange: The request and its answer.
        path: Path parameters, decoded.
        query: Query parameters; the first of repeated ones. Empty ones are left out, as FTS ignores them.
        caller: The caller.
        live: The server makes transfers. False: some records may have been arranged by hand, as in the recordings of a
            server without transfers; then only what the REST service itself writes is judged.
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
        """The objects of the answer: the answer itself, or the items of its array."""
        return rows_of(self.body)


@attrs.frozen
class Check:
    """One check on every exchange.

    Attributes:
        name: Deviations and `--without` refer to it.
        meaning: What a failure means, in one line.
        look: Yields the flaws of an exchange; none when the check does not concern it.
    """

    name: str
    meaning: str
    look: Callable[[Context], Iterator[Flaw]]

    def judge(self, context: Context) -> Iterator[Finding]:
        """Yield what is wrong with an exchange."""
        for flaw in self.look(context):
            yield Finding(self.name, flaw.message, flaw.where)


def rows_of(body: Any) -> list[dict[str, Any]]:
    """Get the objects in a JSON value: the value itself, or the items of an array."""
    items = body if isinstance(body, list) else [body]
    return [item for item in items if isinstance(item, dict)]
