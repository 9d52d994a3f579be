"""`throughput-unit`: the throughput of a file is in MiB/s, and fits its size and the duration of the transfer.

Source: `throughput`, `tx_duration` and `filesize` of files as observed on FTS 3.13.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.exchange_checks.job_rows import file_rows
from fts_contract.harness.exchange_checks.model import Check, Context, Flaw

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["THROUGHPUT_UNIT"]

_MIB = 1024 * 1024
# Averaging and rounding may show a higher rate than the real one, but not by this factor. In bytes per second the value
# would be a million times higher. A duration in milliseconds is found by the check `times`.
_FACTOR = 10_000.0


def _judge(context: Context) -> Iterator[Flaw]:
    for file in file_rows(context) if context.live else ():
        size, rate, taken = (
            _number(file.get(key)) for key in ("filesize", "throughput", "tx_duration")
        )
        # A failed transfer may have moved less than the size of the file, but never more.
        if size >= _MIB and taken >= 1 and rate * taken * _MIB > size * _FACTOR:
            message = f"throughput is {rate:g} MiB/s, but {size:.0f} bytes took {taken:g} s"
            yield Flaw(message, "throughput")


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


THROUGHPUT_UNIT = Check(
    "throughput-unit",
    "the throughput of a file is not in MiB/s: it contradicts size and duration",
    _judge,
)
