"""Read answers of any form without failing, and yield a fault for each value that is not as expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.harness.probes.fault import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["files_in", "find", "has_status", "keeps", "listed", "record", "rows", "same", "short"]

_SHOWN = 120


def record(exchange: Exchange) -> dict[str, Any]:
    """The JSON object of an answer; an empty one when it is something else."""
    return exchange.json if isinstance(exchange.json, dict) else {}


def listed(exchange: Exchange) -> list[Any]:
    """The JSON array of an answer; an empty one when it is something else."""
    return exchange.json if isinstance(exchange.json, list) else []


def rows(exchange: Exchange) -> list[dict[str, Any]]:
    """The objects in the JSON array of an answer."""
    return [row for row in listed(exchange) if isinstance(row, dict)]


def files_in(job: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files inside the record of a job."""
    files = job.get("files")
    return [file for file in files if isinstance(file, dict)] if isinstance(files, list) else []


def find(exchange: Exchange, **wanted: Any) -> dict[str, Any] | None:
    """The first object of the array that has these values; None when there is none."""
    for row in rows(exchange):
        if all(row.get(key) == value for key, value in wanted.items()):
            return row
    return None


def has_status(exchange: Exchange, *statuses: int, after: str = "") -> Iterator[Fault]:
    """Yield a fault unless the answer has one of these statuses."""
    if exchange.status not in statuses:
        wanted = " or ".join(map(str, statuses))
        yield Fault(
            exchange, _sentence(f"status {exchange.status}, expected {wanted}", after), "status"
        )


def same(
    exchange: Exchange, where: str, got: Any, wanted: Any, *, after: str = ""
) -> Iterator[Fault]:
    """Yield a fault unless two values are equal; 1 and true are not.

    Args:
        exchange: The answer that `got` comes from.
        where: What was compared.
        got: What the server sent.
        wanted: What is expected.
        after: What was done before, for people.
    """
    if got != wanted or isinstance(got, bool) != isinstance(wanted, bool):
        text = f"{where} is {short(got)}, expected {short(wanted)}"
        yield Fault(exchange, _sentence(text, after), where)


def keeps(
    exchange: Exchange,
    got: Mapping[str, Any] | None,
    wanted: Mapping[str, Any],
    *,
    after: str = "",
    where: str = "",
) -> Iterator[Fault]:
    """Yield a fault for each wanted key with another value; other keys are ignored."""
    if got is None:
        yield Fault(
            exchange, _sentence(f"{where.rstrip('.') or 'the entry'} is missing", after), where
        )
        return
    for key, value in wanted.items():
        yield from same(exchange, f"{where}{key}", got.get(key), value, after=after)


def _sentence(text: str, after: str) -> str:
    return f"{text}, after {after}" if after else text


def short(value: Any) -> str:
    """Show a value to people."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
