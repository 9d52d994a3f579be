"""Files of transfers, read and written without the command line."""

from __future__ import annotations

import os
import pathlib
import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fts_client import FTSUsageError, Transfer, read_transfers
from fts_client.jobs.transfer_files import write_transfers

if TYPE_CHECKING:
    from pathlib import Path

A, B = "mock://a.org/f", "mock://b.org/f"
MARK = "kT7wQ9zXkT7wQ9zXsecret42"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pairs.csv", f"source,destination,filesize\n{A},{B},7\n"),
        ("pairs.jsonl", f'{{"source": "{A}", "destination": "{B}", "size": 7}}\n'),
        (
            "job.json",
            f'{{"files": [{{"sources": ["{A}"], "destinations": ["{B}"], "filesize": 7}}]}}',
        ),
    ],
)
def test_transfers_are_read_by_the_name_of_the_file(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content)
    assert read_transfers(tmp_path / name) == [Transfer(A, B, filesize=7)]
    (tmp_path / "pairs").write_text(content)
    form = name.rpartition(".")[2]
    assert read_transfers(str(tmp_path / "pairs"), file_format=form) == [  # type: ignore[arg-type]
        Transfer(A, B, filesize=7)
    ]
    with pytest.raises(FTSUsageError, match="Cannot tell the format"):
        read_transfers(tmp_path / "pairs")


def test_a_mistake_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(f"source,destination\n{A},{B}\n{A},nowhere\n")
    with pytest.raises(FTSUsageError, match="line 3"):
        read_transfers(path)


TRANSFERS = st.builds(
    Transfer,
    st.sampled_from([A, f"{A}?x=1,2", f"{A};%22"]),
    st.just(B),
    checksum=st.sampled_from(["ADLER32:1a", "md5:1,2"]),
    filesize=st.integers(0, 2**40),
    metadata=st.one_of(
        st.text(max_size=5), st.dictionaries(st.text(max_size=3), st.text(max_size=3))
    ),
)


@given(
    transfers=st.lists(TRANSFERS, min_size=1, max_size=3),
    name=st.sampled_from(["a.csv", "a.jsonl"]),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_reads_the_same_or_is_refused(
    tmp_path: Path, transfers: list[Transfer], name: str
) -> None:
    path = tmp_path / name
    try:
        write_transfers(path, transfers)
    except FTSUsageError:
        # CSV drops blanks around a value, and takes text that begins with a brace for JSON.
        assert name == "a.csv"
        return
    assert read_transfers(path) == transfers


def test_csv_refuses_what_would_be_read_differently(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    for odd in ("{not JSON", " x "):
        with pytest.raises(FTSUsageError, match="CSV cannot hold these transfers"):
            write_transfers(path, [Transfer(A, B, metadata=odd)])
    assert not path.exists()


def test_file_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    with pytest.raises(FTSUsageError, match="No such file or directory"):
        write_transfers(tmp_path / "none" / "pairs.csv", [Transfer(A, B)])


def test_minus_is_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    write_transfers(pathlib.Path("-"), [Transfer(A, B)])
    out = capsys.readouterr().out
    assert A in out
    assert B in out


def test_standard_input_that_does_not_block_is_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)

    def write() -> None:
        with os.fdopen(writing, "w", buffering=1) as pipe:
            for number in range(3):
                pipe.write(f"{A},{B}/{number}\n")
                time.sleep(0.05)

    with os.fdopen(reading) as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        writer = threading.Thread(target=write)
        writer.start()
        transfers = read_transfers("-", file_format="csv")
        writer.join()
    assert [transfer.destinations for transfer in transfers] == [(f"{B}/{n}",) for n in range(3)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("job.json", f'{{"files": [{{"sources": ["{A}"], "source_tokens": ["{MARK}"]}}'.encode()),
        ("job.json", f'{{"token": "{MARK}", "a": {"[" * 100_000}'.encode()),
        ("pairs.jsonl", f'{{"source": "{A}", "source_token": "{MARK}"}}x'.encode()),
        ("pairs.csv", f"source,source_token\n{A},{MARK}".encode() + b"\xe9\n"),
        ("pairs.csv", f'source,metadata\n{A},"{{""token"": ""{MARK}"""\n'.encode()),
        (f"/missing/eyJhbGciOiJub25lIn0.{MARK}.csv", None),
    ],
)
def test_what_cannot_be_read_is_not_kept_by_the_error(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FTSUsageError) as caught:
        read_transfers(path)
    todo: list[object] = [caught.value]
    while todo:
        value = todo.pop()
        assert MARK not in repr(value)
        if isinstance(value, BaseException):
            todo += [value.args, value.__cause__, value.__context__]
            todo += [getattr(value, name, None) for name in ("doc", "object", "filename")]


def test_value_given_under_two_names_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text(f'{{"source": "{A}", "sources": ["{A}"], "destination": "{B}"}}')
    with pytest.raises(FTSUsageError, match="given twice"):
        read_transfers(path)
