"""The benchmarks run, and report rows that miss their target. No test depends on the speed of the machine."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from bench import __main__ as command
from bench.client_rows import CLIENT_ROWS
from bench.drivers.calls import calls_in
from bench.drivers.delay import DelayProxy
from bench.drivers.shares import part_of
from bench.figures import Counts, Figure, Result, Row, interleaved
from bench.mock_rows import MOCK_ROWS
from bench.processes import Bench, Driver, DriverError
from bench.report import as_json, line, misses
from bench.start_rows import START_ROWS

import fts_client
from fts_client.retry import is_repeatable, pause_before_repeat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TINY = Counts(pairs=1, calls=2, many=4, files=3, held=5, starts=1, requests=8)
ALONE = [row for row in (*CLIENT_ROWS, *START_ROWS, *MOCK_ROWS) if not row.needs_official]


def _row(measure: Callable[[Bench, Counts], Figure], **changes: Any) -> Row:
    row = Row(
        name="r",
        title="a row",
        target=2.0,
        sense=">=",
        unit="/s",
        limit="none",
        measure=measure,
    )
    return attrs.evolve(row, **changes)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with Bench(tmp_path_factory.mktemp("bench")) as running:
        yield running


@pytest.mark.parametrize("row", ALONE, ids=[row.name for row in ALONE])
def test_row_with_tiny_counts_gives_a_figure(bench: Bench, row: Row) -> None:
    figure = row.measure(bench, TINY)
    assert isinstance(figure.value, float)
    if row.name != "mock-memory":  # eight jobs fit into memory that the process already has
        assert figure.value > 0
    if figure.parts is not None:
        assert sum(figure.parts.values()) == pytest.approx(1)


def test_names_of_rows_are_unique() -> None:
    assert len({row.name for row in command.ROWS}) == len(command.ROWS)


@pytest.mark.parametrize(
    ("sense", "value", "met"),
    [(">=", 1.9, False), (">=", 2.0, True), ("<=", 2.1, False), ("<=", 2.0, True)],
)
def test_row_with_a_value_on_the_wrong_side_misses(sense: Any, value: float, met: bool) -> None:  # noqa: FBT001
    row = _row(lambda *_: Figure(value=value), sense=sense)
    result = Result(row=row, figure=Figure(value=value), others=0.0, attempts=1)
    assert result.met is met
    assert bool(misses([result])) is not met
    assert line(result).startswith("ok" if met else "MISS")
    assert as_json([result])["rows"][0]["met"] is met


def test_slow_row_is_measured_again_and_the_second_figure_counts(bench: Bench) -> None:
    figures = [1.0, 3.0]
    row = _row(lambda *_: Figure(value=figures.pop(0)))
    (result,) = command.measured([row], bench, TINY)
    assert (result.figure.value, result.attempts, result.met) == (3.0, 2, True)


def test_command_with_a_slow_row_exits_1_and_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = _row(lambda *_: Figure(value=1.0), name="slow")
    fast = _row(lambda *_: Figure(value=5.0), name="fast")
    monkeypatch.setattr(command, "ROWS", (slow, fast))
    path = tmp_path / "bench.json"
    assert command.main(["--json", str(path)]) == 1
    out = capsys.readouterr().out
    assert "1 of 2 rows reach their target" in out
    assert "MISS slow: 1/s, expected >= 2/s" in out
    assert [row["met"] for row in json.loads(path.read_text())["rows"]] == [False, True]


def test_command_with_fast_rows_exits_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "ROWS", (_row(lambda *_: Figure(value=5.0)),))
    assert command.main(["--json", str(tmp_path / "b.json")]) == 0


def test_command_without_a_matching_row_exits_2(tmp_path: Path) -> None:
    assert command.main(["--rows", "no such row", "--json", str(tmp_path / "b.json")]) == 2


def test_pairs_alternate_and_the_ratio_is_taken_within_each() -> None:
    order: list[str] = []
    # The machine becomes ten times slower for the second pair: the ratio within the pair stays.
    first, second = iter([2.0, 20.0, 2.0]), iter([1.0, 10.0, 1.0])

    def note(name: str, times: Any) -> float:
        order.append(name)
        return float(next(times))

    pair = interleaved(lambda: note("a", first), lambda: note("b", second), pairs=3)
    assert pair.ratio == 2.0
    assert "".join(order) == "abbaab"


def test_error_of_a_driver_has_its_reason() -> None:
    driver = Driver("load")
    try:
        with pytest.raises(DriverError, match="FileNotFoundError"):
            driver.do("open", credential="/nowhere", ca_file="/nowhere")
    finally:
        driver.stop()


@pytest.mark.parametrize(
    ("file", "function", "part"),
    [
        ("~", "<method 'read' of '_ssl._SSLSocket' objects>", "waiting for the server"),
        ("/x/h11/_connection.py", "next_event", "HTTP library"),
        ("/x/fts_api/models/file.py", "from_dict", "models"),
        ("/x/fts_client/_flows.py", "submit", "fts_client"),
        ("/x/functools.py", "wrapper", "Python"),
    ],
)
def test_function_belongs_to_the_part_that_defines_it(file: str, function: str, part: str) -> None:
    assert part_of(file, function) == part


async def test_delay_proxy_delays_an_answer_and_changes_no_byte() -> None:
    echoed = asyncio.Event()

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()
        await writer.wait_closed()
        echoed.set()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    proxy = DelayProxy(server.sockets[0].getsockname()[1], round_trip_s=0.05)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        sent = bytes(range(256)) * 1000
        start = time.monotonic()
        writer.write(sent)
        assert await reader.readexactly(len(sent)) == sent
        # At least, on however slow a machine: a round trip, and the one of TCP before the first byte.
        assert time.monotonic() - start >= 0.1
        writer.close()
        await writer.wait_closed()
        # The loop ends with the test: a connection still open then is reported in some later test.
        await asyncio.wait_for(echoed.wait(), timeout=10)
    finally:
        proxy.stop()
        server.close()
        await server.wait_closed()


def test_calls_of_functions_of_a_package_are_counted_by_file() -> None:
    policy = fts_client.RetryPolicy()
    files = calls_in(
        fts_client,
        lambda: [
            pause_before_repeat(policy, 0, kind, repeatable=is_repeatable("GET", "/", b""))
            for kind in ("refused", "refused")
        ],
    )
    assert files == ["retry.py"] * 4
    assert sys.getprofile() is None
