"""docs/retries.md is true: every cell of its table, against the mock."""

from __future__ import annotations

import socket
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest

from fts_client import FTSClient, FTSError, Job, JobParams, Timeouts, Transfer, X509Credential
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fts_contract.mock import MockFTS

TRANSFER: Final = Transfer("mock://a.example/f", "mock://b.example/f?time=900")
STANDARD: Final = Job([TRANSFER], params=JobParams(id_generator="standard"))
MISSING: Final = "00000000-0000-0000-0000-000000000000"


@attrs.frozen
class Row:
    """A row of the table.

    Attributes:
        pattern: The request that meets the failure.
        calls: Calls that send it.
    """

    pattern: str
    calls: tuple[Callable[[FTSClient], Any], ...]


ROWS: Final = {
    "everything that reads": Row(
        "GET /",
        (
            lambda fts: fts.server_info(),
            lambda fts: fts.whoami(),
            lambda fts: fts.list_jobs(),
            lambda fts: fts.list_banned_se(),
        ),
    ),
    "`submit`, `submit_many`": Row(
        "POST /jobs$",
        (
            lambda fts: fts.submit(Job([TRANSFER])),
            lambda fts: [outcome for outcome in fts.submit_many([TRANSFER]) if _ok(outcome)],
        ),
    ),
    '`submit` with `id_generator="standard"`': Row(
        "POST /jobs$", (lambda fts: fts.submit(STANDARD),)
    ),
    "`cancel_jobs`, `modify_jobs`, bans, limits": Row(
        "(POST|DELETE) /",
        (
            lambda fts: fts.cancel_jobs([MISSING]).raise_for_failures(),
            lambda fts: fts.modify_jobs([MISSING], priority=3).raise_for_failures(),
            lambda fts: fts.ban_se("mock://a.example"),
            lambda fts: fts.unban_se("mock://a.example"),
            lambda fts: fts.set_se_config({"mock://a.example": {"se_info": {"debug_level": 0}}}),
        ),
    ),
}
FAULTS: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "connection broken": ({"kind": "reset"}, {"kind": "reset-after"}),
    "time-out": ({"kind": "delay", "delay_s": 3.0},),
    "502, 503, 504": tuple({"kind": "status", "status": status} for status in (502, 503, 504)),
    "success cut off or not JSON": ({"kind": "truncated"}, {"kind": "malformed"}),
    "419": ({"kind": "need-delegation"},),
    "other 4xx, 500": tuple({"kind": "status", "status": s} for s in (400, 403, 404, 500)),
}


def _ok(outcome: Any) -> bool:
    if outcome.error:
        raise outcome.error
    return True


@pytest.fixture(scope="module")
def table(repository: Path) -> dict[tuple[str, str], str]:
    lines = (repository / "docs" / "retries.md").read_text(encoding="utf-8").splitlines()
    # The first table of the page.
    begin = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in takewhile(lambda line: line.startswith("|"), lines[begin:])
    ]
    head, _, *body = rows
    return {(row[0], name): cell for row in body for name, cell in zip(head, row, strict=True)}


@pytest.fixture
def fts(mock_fts: MockFTS) -> Iterator[FTSClient]:
    credential = X509Credential.from_file(mock_fts.credential("admin"))
    mock_fts.state.delegate("admin")
    with FTSClient(
        mock_fts.endpoint,
        credential=credential,
        ca_dir=mock_fts.ca_dir,
        timeouts=Timeouts(read_s=1.0),
    ) as client:
        client.delegate()
        client._clock.sleep = lambda _seconds: None
        yield client


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_table_has_the_rows_and_columns_that_are_tested(
    table: dict[tuple[str, str], str],
) -> None:
    assert {row for row, _ in table} == set(ROWS)
    assert {column for _, column in table} == {"operation", "no connection", *FAULTS}


@pytest.mark.parametrize("column", FAULTS)
@pytest.mark.parametrize("row", ROWS)
def test_failure_is_met_as_the_table_says(
    mock_fts: MockFTS, fts: FTSClient, table: dict[tuple[str, str], str], row: str, column: str
) -> None:
    pattern = ROWS[row].pattern
    for call in ROWS[row].calls:
        for fault in FAULTS[column]:
            mock_fts.faults.clear()
            # A complete answer may have been the last on its connection, which shows at the next request only.
            fts.whoami()
            mock_fts.faults.add(Fault(operation=pattern, **fault))
            mock_fts.faults.add(Fault("delay", pattern, delay_s=0, count=None))
            try:
                call(fts)
            except FTSError as error:
                raised: FTSError | None = error
            else:
                raised = None
            times = len(mock_fts.faults.hits)
            wanted = table[row, column]
            said = f"{fault}: {times} requests, {raised!r}"
            if wanted == "raised":
                assert times == 1, said
                # A bodyless success has nothing to cut off.
                assert raised is not None or fault["kind"] in {"truncated", "malformed"}, said
            else:
                assert wanted in {"retried", "delegated"}
                assert times == 2, said
                assert raised is None, said


@pytest.mark.parametrize("row", ROWS)
def test_request_that_met_no_server_is_repeated(
    mock_fts: MockFTS, table: dict[tuple[str, str], str], free_port: int, row: str
) -> None:
    assert table[row, "no connection"] == "retried"
    credential = X509Credential.from_file(mock_fts.credential("admin"))
    for call in ROWS[row].calls:
        pauses: list[float] = []
        with FTSClient(
            f"https://localhost:{free_port}", credential=credential, ca_dir=mock_fts.ca_dir
        ) as fts:
            fts._clock.sleep = pauses.append
            with pytest.raises(FTSError):
                call(fts)
        assert len(pauses) == 3
