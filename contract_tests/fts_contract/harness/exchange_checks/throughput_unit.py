"""`throughput-unit`: the throughput of a file is MiB/s, so that it fits its size and the time of the transfer.

Source: `throughput`, `tx_duration` and `filesize` of files as observed on FTS 3.13.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.exchange_checks.job_rows import file_rows
from fts_contract.harness.exchange_checks.model import Check, Context, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["THROUGHPUT_UNIT"]

_MIB = 1024 * 1024
# Mean or last rates and rounding make a transfer look faster than it was, but not this much. Bytes per second are a
# million times more; that a duration is in milliseconds is told by `times`.
_FACTOR = 10_000.0


def _judge(context: Context) -> Iterator[Finding]:
    for file in file_rows(context) if context.live else ():
        size, rate, taken = (
            _number(file.get(key)) for key in ("filesize", "throughput", "tx_duration")
        )
        # Less may have been moved, by a transfer that failed; more than there is, never.
        if size >= _MIB and taken >= 1 and rate * taken * _MIB > size * _FACTOR:
            message = f"{size:.0f} bytes in {taken:g} s are no {rate:g} MiB/s"
            yield Finding(THROUGHPUT_UNIT.name, message, "throughput")


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


THROUGHPUT_UNIT = Check(
    "throughput-unit",
    "the throughput of a file is not MiB/s: it contradicts its size and time",
    _judge,
)
