"""Files that name transfers: a job as JSON in the format of `fts-rest-transfer-submit`, or pairs as CSV or JSON lines."""

from __future__ import annotations

import csv
import io
import json
import sys
from difflib import get_close_matches
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any, Final

import attrs

from fts_client.errors import FTSUsageError
from fts_client.job_parameters import PER_FILE, parameters_of
from fts_client.jobs import JobParams, Transfer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["Document", "FileFormat", "Pairs", "make_transfer", "read_document", "recognise"]

_FILE_FIELDS: Final = frozenset(parameters_of(Transfer))
_PARAM_FIELDS: Final = frozenset(parameters_of(JobParams))
# Other names of the same thing, in hand-written files and in those of older clients.
_ALIASES: Final = {
    "source": "sources",
    "destination": "destinations",
    "source_surl": "sources",
    "dest_surl": "destinations",
    "file_metadata": "metadata",
    "size": "filesize",
    "source_token": "source_tokens",
    "destination_token": "destination_tokens",
}
# FTS takes them and does nothing with them. Source: observed on FTS 3.13.4 (recordings of POST /jobs).
_WITHOUT_EFFECT: Final = frozenset(
    {"gridftp", "credential", "credentials", "spacetoken", "fail_nearline", "auth_method"}
)
_NUMBERS: Final = frozenset({"filesize", "scitag"})
_JSON_FIELDS: Final = frozenset({"metadata", "staging_metadata", "archive_metadata"})
_BY_POSITION: Final = ("sources", "destinations", "checksum", "filesize")
_STDIN: Final = "-"


class FileFormat(StrEnum):
    """How transfers are written."""

    json = "json"
    jsonl = "jsonl"
    csv = "csv"


@attrs.frozen
class Document:
    """A job in one JSON document.

    Attributes:
        transfers: Its files.
        params: Its parameters, as they stand there.
        ignored: Parameters that were left out because FTS does nothing with them.
    """

    transfers: tuple[Transfer, ...]
    params: Mapping[str, Any]
    ignored: tuple[str, ...]


def recognise(path: Path) -> FileFormat:
    """Tell the format of a file by its name.

    Args:
        path: `.csv`, `.jsonl` or `.ndjson`, `.json`.

    Raises:
        FTSUsageError: The name says nothing, as that of standard input.
    """
    formats = {
        ".csv": FileFormat.csv,
        ".jsonl": FileFormat.jsonl,
        ".ndjson": FileFormat.jsonl,
        ".json": FileFormat.json,
    }
    try:
        return formats[path.suffix.lower()]
    except KeyError:
        raise FTSUsageError(
            f"The name {str(path)!r} does not tell the format",
            remedy="Give --format json, jsonl or csv.",
        ) from None


def make_transfer(fields: Mapping[str, Any], defaults: Mapping[str, Any], where: str) -> Transfer:
    """Build a transfer from what a file says.

    Args:
        fields: Names as in `files` of a submission; also `source` and `destination`.
        defaults: Fields of `Transfer` for what is not said.
        where: Of which entry this is; for messages.

    Raises:
        FTSUsageError: Unknown names, or values that cannot be meant.
    """
    values: dict[str, Any] = {}
    for name, value in fields.items():
        known = _ALIASES.get(name, name)
        if known not in _FILE_FIELDS:
            raise FTSUsageError(f"{where}: {_unknown(name, _FILE_FIELDS | set(_ALIASES))}")
        if known in values:
            raise FTSUsageError(f"{where}: {known} is given twice")
        if value is not None:
            values[known] = value
    for name in ("sources", "destinations"):
        surls = values.get(name)
        for surl in [surls] if isinstance(surls, str) else surls or ():
            if not isinstance(surl, str) or "://" not in surl:
                raise FTSUsageError(
                    f"{where}: {surl!r} is no SURL", remedy="Write it like davs://host/path."
                )
    try:
        return Transfer(
            values.pop("sources", ()), values.pop("destinations", ()), **{**defaults, **values}
        )
    except (FTSUsageError, TypeError) as error:
        raise FTSUsageError(f"{where}: {error}") from error


def read_document(path: Path, defaults: Mapping[str, Any]) -> Document:
    """Read a job in the format of `fts-rest-transfer-submit -f`.

    Args:
        path: The file; `-` for standard input.
        defaults: Fields of `Transfer` for what the file does not say.

    Raises:
        FTSUsageError: It cannot be read, or holds what FTS does not know.
    """
    with _opened(path) as stream:
        try:
            text = stream.read()
        except UnicodeDecodeError as error:
            raise FTSUsageError(f"{path} is no UTF-8 text") from error
    value = _json(text, str(path))
    if not isinstance(value, dict) or not isinstance(
        files := value.get("files", value.get("Files")), list
    ):
        raise FTSUsageError(
            f'{path}: this is no {{"files": [...], "params": {{...}}}}',
            remedy="For one pair in each line give --format csv or jsonl.",
        )
    params = {} if value.get("params") is None else value["params"]
    if not isinstance(params, dict):
        raise FTSUsageError(f"{path}: params is no object")
    if value.get("delete"):
        raise FTSUsageError(f"{path}: FTS does not delete files any more")
    of_files = {
        field: params[name] for name, field in PER_FILE.items() if params.get(name) is not None
    }
    of_job, ignored = {}, []
    for name, item in params.items():
        if name in _PARAM_FIELDS:
            of_job[name] = item
        elif name in _WITHOUT_EFFECT:
            ignored += [name] if item else []
        elif name not in PER_FILE:
            raise FTSUsageError(f"{path}: params: {_unknown(name, _PARAM_FIELDS)}")
    if not files:
        raise FTSUsageError(f"{path}: there is no transfer in it")
    transfers = [
        make_transfer(_object(entry, where), {**of_files, **defaults}, where)
        for entry, where in ((file, f"{path}: files[{n}]") for n, file in enumerate(files))
    ]
    return Document(tuple(transfers), of_job, tuple(ignored))


@attrs.define
class Pairs:
    """Transfers of a file with one in each line; they can be gone through several times.

    Attributes:
        path: The file; `-` for standard input, which is kept in memory.
        form: CSV or JSON lines.
        defaults: Fields of `Transfer` for what a line does not say.
    """

    path: Path
    form: FileFormat
    defaults: Mapping[str, Any]
    _text: str | None = None

    def __iter__(self) -> Iterator[Transfer]:
        """Read the transfers one by one.

        Raises:
            FTSUsageError: A line that cannot be meant; which.
        """
        read: Callable[[IO[str]], Iterator[tuple[int, Mapping[str, Any]]]] = (
            self._rows if self.form is FileFormat.csv else self._lines
        )
        with self._stream() as stream:
            try:
                for number, fields in read(stream):
                    yield make_transfer(fields, self.defaults, f"{self.path}, line {number}")
            except UnicodeDecodeError as error:
                raise FTSUsageError(f"{self.path} is no UTF-8 text") from error

    def _stream(self) -> IO[str]:
        if str(self.path) != _STDIN:
            return _opened(self.path)
        if self._text is None:
            self._text = sys.stdin.read()
        return io.StringIO(self._text)

    def _lines(self, stream: IO[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for number, line in enumerate(stream, 1):
            if line.strip():
                where = f"{self.path}, line {number}"
                yield number, _object(_json(line, where), where)

    def _rows(self, stream: IO[str]) -> Iterator[tuple[int, Mapping[str, Any]]]:
        names: tuple[str, ...] = ()
        reader = csv.reader(stream, skipinitialspace=True)
        try:
            for row in reader:
                if not row or row[0].startswith("#"):
                    continue
                if not names:
                    names, is_header = _columns(row, f"{self.path}, line {reader.line_num}")
                    if is_header:
                        continue
                yield reader.line_num, self._fields(names, row, reader.line_num)
        except csv.Error as error:
            raise FTSUsageError(f"{self.path}, line {reader.line_num}: {error}") from error

    def _fields(self, names: tuple[str, ...], row: list[str], number: int) -> dict[str, Any]:
        where = f"{self.path}, line {number}"
        if len(row) > len(names):
            raise FTSUsageError(
                f"{where}: {len(row)} columns, but names for {len(names)}",
                remedy="Begin the file with a line of names: source,destination,checksum,...",
            )
        return {
            name: _cell(name, text.strip(), where)
            for name, text in zip(names, row, strict=False)
            if text.strip()
        }


def _columns(row: list[str], where: str) -> tuple[tuple[str, ...], bool]:
    """Take the names of the columns from the first row if it holds a name, or else those that are usual."""
    names = tuple(name.strip().lower() for name in row)
    known = _FILE_FIELDS | set(_ALIASES)
    if known.isdisjoint(names):
        return _BY_POSITION, False
    for name in names:
        if name not in known:
            raise FTSUsageError(f"{where}: {_unknown(name, known)}")
    return names, True


def _cell(name: str, text: str, where: str) -> Any:
    known = _ALIASES.get(name, name)
    if known in _NUMBERS:
        try:
            return int(text)
        except ValueError:
            raise FTSUsageError(f"{where}: {name} is a number, not {text!r}") from None
    if known in _JSON_FIELDS and text.startswith(("{", "[")):
        return _json(text, where)
    return text


def _opened(path: Path) -> IO[str]:
    if str(path) == _STDIN:
        return io.StringIO(sys.stdin.read())
    try:
        return path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise FTSUsageError(f"{path}: {error.strerror}") from error


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise FTSUsageError(f"{where}: no JSON: {error}") from error


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise FTSUsageError(f"{where}: no JSON object")
    return value


def _unknown(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f"{name!r} is not known{f'; is {near[0]!r} meant?' if near else ''}"
