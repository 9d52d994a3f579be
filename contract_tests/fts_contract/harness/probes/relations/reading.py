"""Read the same thing in two ways, and compare, although a busy server changes in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.harness.probes.answers import short
from fts_contract.harness.probes.fault import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["MISSING", "Reading", "agree"]

_ROUNDS: Final = 3


class _Missing:
    def __repr__(self) -> str:
        return "missing"


MISSING: Final = _Missing()
"""Stands for a member that is not there, which is not the same as null."""


@attrs.frozen
class Reading:
    """A value in the answer to a GET, read anew at each call; None when the answer does not show it.

    Attributes:
        talk: Sends the request.
        path: Path and query.
        pick: Finds the value in the answer.
    """

    talk: Conversation
    path: str
    pick: Callable[[Exchange], Any]

    def __call__(self) -> tuple[Exchange, Any]:
        """Ask for it."""
        answer = self.talk.ask("GET", self.path)
        return answer, self.pick(answer)


def agree(one: Reading, other: Reading, what: str, *, known: Any = MISSING) -> Iterator[Fault]:
    """Yield a fault for each member in which two readings differ while neither changes.

    Args:
        one: What is right.
        other: What must show the same; where it shows nothing, nothing is compared.
        what: The second view, for people.
        known: What `one` gave a moment ago.
    """
    wanted = one()[1] if known is MISSING else known
    for _ in range(_ROUNDS):
        answer, got = other()
        if got is None or got == wanted:
            return
        again, still = one()[1], other()[1]
        if again == wanted and still == got:
            yield from _differences(answer, got, wanted, what, one.path)
            return
        wanted = again


def _differences(answer: Exchange, got: Any, wanted: Any, what: str, path: str) -> Iterator[Fault]:
    if not isinstance(got, dict) or not isinstance(wanted, dict):
        yield Fault(answer, f"{what} shows {short(got)}, but {path} {short(wanted)}", what)
        return
    for name in _names(got, wanted):
        if got.get(name, MISSING) != wanted.get(name, MISSING):
            shown, due = short(got.get(name, MISSING)), short(wanted.get(name, MISSING))
            text = f"{name} is {shown} in {what}, but {due} in {path}"
            yield Fault(answer, text, f"{what}.{name}")


def _names(got: dict[str, Any], wanted: dict[str, Any]) -> Iterable[str]:
    return dict.fromkeys((*wanted, *got))
