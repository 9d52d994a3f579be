"""Rows about the mock: its speed, also with many jobs, and its memory per job."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Final

from bench.figures import TIMES, Counts, Figure, Row, interleaved

if TYPE_CHECKING:
    from bench.processes import Bench

__all__ = ["MOCK_ROWS"]

_CONNECTIONS: Final = 4
_FLAT: Final = 1.2


def _rate(kind: str, *, target: float) -> Row:
    def measure(bench: Bench, counts: Counts) -> Figure:
        endpoint = bench.place("running")["endpoint"]
        load = bench.load()
        rates = []
        for _ in range(max(counts.pairs // 2, 1)):
            bench.mock("running").do("forget")
            rates.append(
                load.do(
                    "rate",
                    endpoint=endpoint,
                    kind=kind,
                    count=counts.requests,
                    connections=_CONNECTIONS,
                )
            )
        return Figure(
            value=median(rates),
            detail=f"{min(rates):.0f} to {max(rates):.0f}/s over {_CONNECTIONS} connections",
        )

    return Row(
        name=f"mock-{kind}",
        title=f"mock: {kind} per second, one client process",
        target=target,
        sense=">=",
        unit="/s",
        limit="one process, one thread: its processor time per request",
        measure=measure,
    )


def _flat(kind: str) -> Row:
    def measure(bench: Bench, counts: Counts) -> Figure:
        full, empty = bench.mock("full"), bench.mock("running")
        missing = counts.held - full.do("memory")["jobs"]
        full.do("hold", count=max(missing, 0))
        empty.do("forget")
        places = {name: bench.place(name)["endpoint"] for name in ("full", "running")}
        ids = {"full": full.do("hold", count=100), "running": empty.do("hold", count=100)}
        load = bench.load()

        def seconds(name: str) -> float:
            times: list[float] = load.do(
                "latencies",
                endpoint=places[name],
                kind=kind,
                job_ids=ids[name],
                count=counts.calls * 10,
            )
            return median(times)

        pair = interleaved(lambda: seconds("full"), lambda: seconds("running"), pairs=counts.pairs)
        return Figure(
            value=pair.ratio,
            detail=f"{pair.second_s * 1e6:.0f} µs empty, {pair.first_s * 1e6:.0f} µs with {counts.held:,} jobs",
        )

    return Row(
        name=f"flat-{kind}",
        title=f"mock: {kind} with 100,000 jobs held over none",
        target=_FLAT,
        sense="<=",
        unit=TIMES,
        limit="1: the same look-ups",
        measure=measure,
    )


def _memory(bench: Bench, counts: Counts) -> Figure:
    # A mock keeps the memory of jobs that it has forgotten, so this row needs one that never had any.
    mock = bench.mock("new")
    endpoint = bench.place("new")["endpoint"]
    load = bench.load()
    arguments = {"endpoint": endpoint, "kind": "submit", "connections": _CONNECTIONS}
    load.do("rate", count=counts.requests, **arguments)
    before = mock.do("memory")
    load.do("rate", count=counts.requests, **arguments)
    after = mock.do("memory")
    each = (after["bytes"] - before["bytes"]) / max(after["jobs"] - before["jobs"], 1)
    return Figure(value=each / 1024, detail="jobs of one file, submitted over HTTP")


MOCK_ROWS = (
    _rate("whoami", target=1000.0),
    _rate("submit", target=800.0),
    _flat("whoami"),
    _flat("submit"),
    _flat("status"),
    Row(
        name="mock-memory",
        title="mock: memory per job held",
        target=None,
        sense="<=",
        unit=" KiB",
        limit="the 42 fields of a file, the job, and the texts in them",
        measure=_memory,
    ),
)
