"""Rows that compare our client with the official one, with itself, and with bare httpx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.figures import TIMES, Counts, Figure, Row, interleaved

if TYPE_CHECKING:
    from bench.processes import Bench, Distance, Driver

__all__ = ["CLIENT_ROWS"]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms"


def _parts(driver: Driver, what: str, **arguments: Any) -> dict[str, float]:
    parts: dict[str, float] = driver.do("profile", what=what, arguments=arguments)
    return parts


def _calls(distance: Distance, counts: Counts) -> int:
    # A call on loopback is so short that the start of a series would weigh more than it does for users.
    return counts.calls * 5 if distance == "loopback" else counts.calls


def _submit(distance: Distance) -> Row:
    def measure(bench: Bench, counts: Counts) -> Figure:
        official, ours = bench.official(distance), bench.ours(distance)
        calls = _calls(distance, counts)
        few = max(calls // 4, 1)
        pair = interleaved(
            lambda: official.do("submit", count=few) / few,
            lambda: ours.do("easy_submit", count=calls) / calls,
            pairs=counts.pairs,
        )
        return Figure(
            value=pair.ratio,
            detail=f"official {_ms(pair.first_s)}, ours {_ms(pair.second_s)} per job",
            parts=_parts(ours, "easy_submit", count=calls),
        )

    return Row(
        name=f"submit-{_short(distance)}",
        title=f"easy.submit, {distance}",
        target=15.0 if distance == "loopback" else 8.0,
        sense=">=",
        unit=TIMES,
        limit="1 round trip, 3 TLS records (official: 3 connections, 9 round trips)",
        measure=measure,
        needs_official=True,
    )


def _status(distance: Distance) -> Row:
    def measure(bench: Bench, counts: Counts) -> Figure:
        official, ours = bench.official(distance), bench.ours(distance)
        calls = _calls(distance, counts)
        ids = bench.mock().do("hold", count=calls)
        few = ids[: max(calls // 2, 1)]
        pair = interleaved(
            lambda: official.do("status", job_ids=few) / len(few),
            lambda: ours.do("easy_status", job_ids=ids) / len(ids),
            pairs=counts.pairs,
        )
        return Figure(
            value=pair.ratio,
            detail=f"official {_ms(pair.first_s)}, ours {_ms(pair.second_s)} per job",
            parts=_parts(ours, "easy_status", job_ids=ids),
        )

    return Row(
        name=f"status-{_short(distance)}",
        title=f"easy.get_job_status, {distance}",
        target=8.0 if distance == "loopback" else 2.8,
        sense=">=",
        unit=TIMES,
        limit="1 round trip, 2 TLS records (official: 1 connection, 3 round trips; so at most 3 times at a distance)",
        measure=measure,
        needs_official=True,
    )


def _short(distance: Distance) -> str:
    return distance.replace(" ", "")


def _bulk(bench: Bench, counts: Counts) -> Figure:
    official, ours = bench.official(), bench.ours()
    ids = bench.mock().do("hold", count=counts.many)
    pair = interleaved(
        lambda: official.do("status", job_ids=ids),
        lambda: ours.do("bulk_status", job_ids=ids),
        pairs=max(counts.pairs // 3, 1),
    )
    return Figure(
        value=pair.ratio,
        detail=f"official {pair.first_s:.3g} s, ours {_ms(pair.second_s)} for {counts.many} jobs",
        parts=_parts(ours, "bulk_status", job_ids=ids),
    )


def _async_submit(distance: Distance) -> Row:
    def measure(bench: Bench, counts: Counts) -> Figure:
        ours = bench.ours(distance)
        some = max(counts.many // 10, 1)
        pair = interleaved(
            lambda: ours.do("submit", count=some) / some,
            lambda: ours.do("async_submit", count=counts.many) / counts.many,
            pairs=max(counts.pairs // 2, 1),
        )
        return Figure(
            value=pair.ratio,
            detail=f"sync {_ms(pair.first_s)} ({some} jobs), async {_ms(pair.second_s)} ({counts.many} jobs) per job",
            parts=_parts(ours, "async_submit", count=counts.many),
        )

    return Row(
        name=f"async-{_short(distance)}",
        title=f"async submit of 1,000 jobs against our sync, {distance}",
        target=0.7 if distance == "loopback" else 12.0,
        sense=">=",
        unit=TIMES,
        limit="processor time of one event loop per request, then that of the mock"
        if distance == "loopback"
        else "connections, at most; then processor time of one event loop per request",
        measure=measure,
    )


def _cost_get(bench: Bench, counts: Counts) -> Figure:
    ours = bench.ours()
    (job_id,) = bench.mock().do("hold", count=1)
    n = counts.calls * 5
    pair = interleaved(
        lambda: ours.do("get_job", job_id=job_id, count=n) / n,
        lambda: ours.do("bare_get", job_id=job_id, count=n) / n,
        pairs=counts.pairs,
    )
    return Figure(
        value=pair.ratio,
        detail=f"get_job {_ms(pair.first_s)}, httpx {_ms(pair.second_s)}",
        parts=_parts(ours, "get_job", job_id=job_id, count=n),
    )


def _cost_submit(bench: Bench, counts: Counts) -> Figure:
    ours = bench.ours()
    n = counts.calls * 5
    pair = interleaved(
        lambda: ours.do("submit", count=n) / n,
        lambda: ours.do("bare_submit", count=n) / n,
        pairs=counts.pairs,
    )
    return Figure(
        value=pair.ratio,
        detail=f"submit {_ms(pair.first_s)}, httpx {_ms(pair.second_s)}",
        parts=_parts(ours, "submit", count=n),
    )


def _large_answer(bench: Bench, counts: Counts) -> str:
    path = bench.directory / f"files-{counts.files}.json"
    if not path.exists():
        job_id = bench.mock().do("big_job", files=counts.files)
        bench.ours().do("large_fetch", job_id=job_id, path=str(path))
    return str(path)


def _large_time(bench: Bench, counts: Counts) -> Figure:
    ours, path = bench.ours(), _large_answer(bench, counts)
    pair = interleaved(
        lambda: ours.do("large_models", path=path, times=2),
        lambda: ours.do("large_dicts", path=path, times=2),
        pairs=counts.pairs,
    )
    return Figure(
        value=pair.ratio,
        detail=f"models {_ms(pair.first_s)}, json.loads {_ms(pair.second_s)}",
        parts=_parts(ours, "large_models", path=path, times=1),
    )


def _large_memory(bench: Bench, counts: Counts) -> Figure:
    sizes = bench.ours().do("large_memory", path=_large_answer(bench, counts))
    mib = {name: size / 2**20 for name, size in sizes.items()}
    return Figure(
        value=sizes["peak"] / sizes["dicts"],
        detail=f"peak {mib['peak']:.1f} MiB, models {mib['models']:.1f} MiB, plain dicts {mib['dicts']:.1f} MiB",
    )


CLIENT_ROWS = (
    _submit("loopback"),
    _submit("20 ms"),
    _status("loopback"),
    _status("20 ms"),
    Row(
        name="bulk-status",
        title="status of 1,000 jobs, bulk against one by one",
        target=100.0,
        sense=">=",
        unit=TIMES,
        limit="10 requests: 100 ids fit into a path; about 0.5 MB of JSON",
        measure=_bulk,
        needs_official=True,
    ),
    _async_submit("20 ms"),
    _async_submit("loopback"),
    Row(
        name="cost-get",
        title="get_job over a bare pooled httpx call",
        target=1.25,
        sense="<=",
        unit=TIMES,
        limit="1: the bare call, and the JSON into plain dicts",
        measure=_cost_get,
    ),
    Row(
        name="cost-submit",
        title="submit over a bare pooled httpx call",
        target=1.25,
        sense="<=",
        unit=TIMES,
        limit="1: the bare call with a body that is ready",
        measure=_cost_submit,
    ),
    Row(
        name="large-time",
        title="job with 10,000 files into models over json.loads",
        target=3.0,
        sense="<=",
        unit=TIMES,
        limit="1: json.loads; each of 42 fields of a file is looked at once more",
        measure=_large_time,
    ),
    Row(
        name="large-memory",
        title="the same, peak memory over the plain dicts",
        target=3.0,
        sense="<=",
        unit=TIMES,
        limit="1: the dicts, which exist before the models; the text is decoded beside them",
        measure=_large_memory,
    ),
)
