"""Files that list transfers: a job as JSON in the format of `fts-rest-transfer-submit`, or one transfer a line as CSV or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import sys
from contextlib import contextmanager
from difflib import get_close_matches
from typing import IO, TYPE_CHECKING, Any, Final, Literal

import attrs

from fts_client.cli.display.output import note
from fts_client.errors import FTSUsageError
from fts_client.jobs import JobParams, Transfer
from fts_client.jobs.parameters import PER_FILE, parameters_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = ["FORMATS", "FileFormat", "TransferLines", "make_transfer", "read_document"]

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
_FILE_NAMES: Final = _FILE_FIELDS | set(_ALIASES)
# FTS accepts and ignores them. Source: observed on FTS 3.13.4 (recordings of POST /jobs).
_WITHOUT_EFFECT: Final = frozenset(
    {"gridftp", "credential", "credentials", "spacetoken", "fail_nearline", "auth_method"}
)
_NUMBERS: Final = frozenset({"filesize", "scitag"})
_JSON_FIELDS: Final = frozenset({"metadata", "staging_metadata", "archive_metadata"})
_DEFAULT_COLUMNS: Final = ("sources", "destinations", "checksum", "filesize")
_STDIN: Final = "-"


FileFormat = Literal["json", "jsonl", "csv"]
FORMATS: Final[Mapping[str, FileFormat]] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
}
"""Formats by the ending of the file's name."""


def make_transfer(fields: Mapping[str, Any], defaults: Mapping[str, Any], where: str) -> Transfer:
    """Build a transfer from an entry of a file.

    Args:
        fields: Names as in `files` of a submission, or one of their aliases such as `source` and `destination`.
        defaults: Fields of `Transfer` that the entry does not have.
        where: Position of the entry, for messages.

    Raises:
        FTSUsageError: A name is unknown, or a value is invalid.
    """
    values: dict[str, Any] = {}
    for name, value in fields.items():
        known = _ALIASES.get(name, name)
        if known not in _FILE_FIELDS:
            raise _unknown(name, _FILE_NAMES, where)
        if known in values:
            raise FTSUsageError(f"{where}: {known} is given twice")
        if value is not None:
            values[known] = value
    for name in ("sources", "destinations"):
        surls = values.get(name)
        for surl in [surls] if isinstance(surls, str) else surls or ():
            if not isinstance(surl, str) or "://" not in surl:
                raise FTSUsageError(
                    f"{where}: {surl!r} is not a SURL", remedy="Write it as davs://host/path."
                )
    try:
        return Transfer(
            values.pop("sources", ()), values.pop("destinations", ()), **{**defaults, **values}
        )
    except (FTSUsageError, TypeError) as error:
        raise FTSUsageError(f"{where}: {error}") from error


def read_document(
    path: Path, defaults: Mapping[str, Any]
) -> tuple[list[Transfer], Mapping[str, Any]]:
    """Read a job in the format of `fts-rest-transfer-submit -f`.

    Args:
        path: The file; `-` for standard input.
        defaults: Fields of `Transfer` that the file does not set.

    Returns:
        Its files, and its parameters as they are written there; those without effect are left out with a warning.

    Raises:
        FTSUsageError: The file cannot be read, or contains something that FTS does not know.
    """
    with _opened(path) as stream:
        value = _json(stream.read(), str(path))
    if not isinstance(value, dict) or not isinstance(
        files := value.get("files", value.get("Files")), list
    ):
        raise FTSUsageError(
            f'{path}: expected {{"files": [...], "params": {{...}}}}',
            remedy="If it has one transfer a line, give --format csv or jsonl.",
        )
    params = {} if value.get("params") is None else value["params"]
    if not isinstance(params, dict):
        raise FTSUsageError(f"{path}: params must be an object")
    if value.get("delete"):
        raise FTSUsageError(f"{path}: delete is not possible: FTS no longer deletes files")
    file_defaults = {
        field: params[name] for name, field in PER_FILE.items() if params.get(name) is not None
    }
    job_params, ignored = {}, []
    for name, item in params.items():
        if name in _PARAM_FIELDS:
            job_params[name] = item
        elif name in _WITHOUT_EFFECT:
            ignored += [name] if item else []
        elif name not in PER_FILE:
            raise _unknown(name, _PARAM_FIELDS, f"{path}: params")
    if ignored:
        note(f"fts: warning: ignored, because FTS makes no use of it: {', '.join(ignored)}")
    return [
        make_transfer(_object(entry, where), {**file_defaults, **defaults}, where)
        for entry, where in ((file, f"{path}: files[{n}]") for n, file in enumerate(files))
    ], job_params


@attrs.define
class TransferLines:
    """The transfers of a CSV or JSON Lines file, which can be iterated several times.

    Attributes:
        path: The file; `-` for standard input, which is kept in memory.
        form: CSV or JSON Lines.
        defaults: Fields of `Transfer` that a line does not set.
    """

    path: Path
    form: FileFormat
    defaults: Mapping[str, Any]
    _text: str | None = None

    def __iter__(self) -> Iterator[Transfer]:
        """Read the transfers one by one.

        Raises:
            FTSUsageError: A line is invalid; names the line.
        """
        if self._text is None and str(self.path) == _STDIN:
            self._text = sys.stdin.read()
        with _opened(self.path, self._text) as stream:
            rows = self._rows(stream) if self.form == "csv" else self._lines(stream)
            for where, fields in rows:
                yield make_transfer(fields, self.defaults, where)

    def _lines(self, stream: IO[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for number, line in enumerate(stream, 1):
            if line.strip():
                where = f"{self.path}, line {number}"
                yield where, _object(_json(line, where), where)

    def _rows(self, stream: IO[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        names: tuple[str, ...] = ()
        reader = csv.reader(stream, skipinitialspace=True)
        try:
            for row in reader:
                if not row or row[0].startswith("#"):
                    continue
                where = f"{self.path}, line {reader.line_num}"
                if not names:
                    names, is_header = _columns(row, where)
                    if is_header:
                        continue
                yield where, _fields(names, row, where)
        except csv.Error as error:
            raise FTSUsageError(f"{self.path}, line {reader.line_num}: {error}") from error


def _columns(row: list[str], where: str) -> tuple[tuple[str, ...], bool]:
    """Name the columns: by the first row if it is a header, which contains at least one known name; else by default."""
    names = tuple(name.strip().lower() for name in row)
    if _FILE_NAMES.isdisjoint(names):
        return _DEFAULT_COLUMNS, False
    for name in names:
        if name not in _FILE_NAMES:
            raise _unknown(name, _FILE_NAMES, where)
    return names, True


def _fields(names: tuple[str, ...], row: list[str], where: str) -> dict[str, Any]:
    if len(row) > len(names):
        raise FTSUsageError(
            f"{where}: {len(row)} columns, but only {len(names)} column names",
            remedy="Begin the file with a line of column names: source,destination,checksum,...",
        )
    cells = ((name, text.strip()) for name, text in zip(names, row, strict=False))
    return {name: _cell(name, text, where) for name, text in cells if text}


def _cell(name: str, text: str, where: str) -> Any:
    known = _ALIASES.get(name, name)
    if known in _NUMBERS:
        try:
            return int(text)
        except ValueError:
            raise FTSUsageError(f"{where}: {name} must be a number, got {text!r}") from None
    if known in _JSON_FIELDS and text.startswith(("{", "[")):
        return _json(text, where)
    return text


@contextmanager
def _opened(path: Path, text: str | None = None) -> Iterator[IO[str]]:
    """Open a file, or standard input for `-`: again if its text is given, otherwise by reading it now."""
    try:
        if text is not None or str(path) == _STDIN:
            yield io.StringIO(sys.stdin.read() if text is None else text)
        else:
            with path.open(encoding="utf-8", newline="") as stream:
                yield stream
    except OSError as error:
        raise FTSUsageError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise FTSUsageError(f"{path} is not UTF-8 text") from error


def _json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise FTSUsageError(f"{where}: invalid JSON: {error}") from error


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise FTSUsageError(f"{where}: expected a JSON object")
    return value


def _unknown(name: str, known: Iterable[str], where: str) -> FTSUsageError:
    near = get_close_matches(name, sorted(known), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return FTSUsageError(f"{where}: unknown name {name!r}{hint}")
