"""Files that list transfers: a job as JSON in the format of `fts-rest-transfer-submit`, or one transfer a line as CSV or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from difflib import get_close_matches
from pathlib import Path
from reprlib import repr as shortened
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from fts_client.errors import FTSUsageError
from fts_client.errors.chains import chainable
from fts_client.jobs.job import JobParams, Transfer
from fts_client.jobs.parameters import PER_FILE, parameters_of
from fts_client.jobs.reading import read_json, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = [
    "FileFormat",
    "TransferLines",
    "format_of",
    "make_transfer",
    "read_document",
    "read_transfers",
    "write_transfers",
]

_FIELDS: Final = tuple(parameters_of(Transfer))
_FILE_FIELDS: Final = frozenset(_FIELDS)
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
# rucio sends it, for its own use.
_SENT_AS_WRITTEN: Final = frozenset({"account"})
_NUMBERS: Final = frozenset({"filesize", "scitag"})
_JSON_FIELDS: Final = frozenset({"metadata", "staging_metadata", "archive_metadata"})
_DEFAULT_COLUMNS: Final = ("sources", "destinations", "checksum", "filesize")
_SURL_FIELDS: Final = ("sources", "destinations")
_SURLS: Final = frozenset(_SURL_FIELDS)
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,19}")
# What other programs write between columns instead of a comma.
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}

FileFormat = Literal["json", "jsonl", "csv"]
FORMATS: Final[Mapping[str, FileFormat]] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
}
"""Formats by the ending of the file's name."""


def format_of(path: Path, form: FileFormat | None) -> FileFormat:
    """Name the format of a file: the one given, or that of its name.

    Raises:
        FTSUsageError: The name does not tell.
    """
    if form := form or FORMATS.get(path.suffix.lower()):
        return form
    raise FTSUsageError(
        f"Cannot tell the format of {str(path)!r} by its name",
        remedy="Give --format json, jsonl or csv.",
    )


def read_transfers(path: str | Path, *, file_format: FileFormat | None = None) -> list[Transfer]:
    """Read transfers from a file as `fts submit -f` does.

        for outcome in fts.submit_many(read_transfers("pairs.csv"), campaign="nightly"):
            print(outcome.job_id or outcome.error)

    Args:
        path: A CSV file whose first line names its columns (`source,destination,checksum,filesize,...`), a JSON Lines file with
            the same names, or a JSON document `{"files": [...]}`, whose `params` are not read. `-` stands for standard input.
        file_format: "csv", "jsonl" or "json"; None: by the name of the file.

    Raises:
        FTSUsageError: The file cannot be read, or a transfer is invalid; the message names the line.
    """
    path = Path(path)
    form = format_of(path, file_format)
    if form == "json":
        return read_document(path, {})[0]
    return list(TransferLines(path, form, {}))


def write_transfers(path: Path, transfers: Sequence[Transfer]) -> None:
    """Write transfers so that `read_transfers` reads the same.

    Args:
        path: JSON Lines if its name says so, otherwise CSV; `-` stands for standard output.
        transfers: Not empty.

    Raises:
        FTSUsageError: CSV cannot hold them, as it cannot hold several sources; or the file cannot be written.
    """
    rows = [transfer.to_dict() for transfer in transfers]
    if FORMATS.get(path.suffix.lower()) == "jsonl":
        text = "".join(f"{json.dumps(row)}\n" for row in rows)
    else:
        text = _as_csv(rows)
        try:
            same = list(TransferLines(path, "csv", {}, text)) == list(transfers)
        except FTSUsageError:
            same = False
        if not same:
            raise FTSUsageError(
                "CSV cannot hold these transfers", remedy="Name the file .jsonl for JSON Lines."
            )
    try:
        if str(path) == "-":
            sys.stdout.write(text)
        else:
            path.write_text(text, "utf-8")
    except OSError as error:
        raise FTSUsageError(f"{path}: {error.strerror}") from chainable(error)


def _as_csv(rows: Sequence[dict[str, Any]]) -> str:
    for row in rows:
        row["source"], row["destination"] = (" ".join(row.pop(name)) for name in _SURL_FIELDS)
    names = [name for name in ("source", "destination", *_FIELDS) if any(name in r for r in rows)]
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {k: json.dumps(v) if isinstance(v, dict | list) else v for k, v in row.items()}
        )
    return text.getvalue()


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
    try:
        return Transfer(
            values.pop("sources", ()), values.pop("destinations", ()), **{**defaults, **values}
        )
    except (FTSUsageError, TypeError) as error:
        raise FTSUsageError(f"{where}: {error}") from error


def read_document(
    path: Path, defaults: Mapping[str, Any]
) -> tuple[list[Transfer], Mapping[str, Any], list[str]]:
    """Read a job in the format of `fts-rest-transfer-submit -f`.

    Args:
        path: The file; `-` for standard input.
        defaults: Fields of `Transfer` that the file does not set.

    Returns:
        Its files; its parameters as they are written there; and the names of those that were left out because FTS ignores them.

    Raises:
        FTSUsageError: The file cannot be read, or contains something that FTS does not know.
    """
    value = read_json(read_text(path), str(path))
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
    job_params: dict[str, Any] = {}
    ignored: list[str] = []
    for name, item in params.items():
        if name in _PARAM_FIELDS:
            job_params[name] = item
        elif name in _SENT_AS_WRITTEN:
            job_params.setdefault("extra", {})[name] = item
        elif name in _WITHOUT_EFFECT:
            ignored += [name] if item else []
        elif name not in PER_FILE:
            raise _unknown(name, _PARAM_FIELDS, f"{path}: params")
    transfers = [
        make_transfer(_object(entry, where), {**file_defaults, **defaults}, where)
        for entry, where in ((file, f"{path}: files[{n}]") for n, file in enumerate(files))
    ]
    return transfers, job_params, ignored


@attrs.frozen
class TransferLines:
    """The transfers of a CSV or JSON Lines file, which can be iterated several times although the file is read once.

    Attributes:
        path: The file, which may be a pipe; `-` for standard input. With a `text` only its name, for messages.
        form: CSV or JSON Lines.
        defaults: Fields of `Transfer` that a line does not set.
        text: Its content; read from the file unless given.
    """

    path: Path | str
    form: FileFormat
    defaults: Mapping[str, Any] = attrs.field(repr=False)
    _text: str = attrs.field(
        default=attrs.Factory(lambda self: read_text(self.path), takes_self=True), repr=False
    )

    def __iter__(self) -> Iterator[Transfer]:
        """Make the transfers one by one.

        Raises:
            FTSUsageError: A line is invalid; names the line.
        """
        for where, fields in self._rows() if self.form == "csv" else self._objects():
            yield make_transfer(fields, self.defaults, where)

    def _lines(self) -> Iterator[str]:
        return (line[0] for line in _LINE.finditer(self._text))

    def _objects(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for number, line in enumerate(self._lines(), 1):
            if line.strip():
                where = f"{self.path}, line {number}"
                yield where, _object(read_json(line, where), where)

    def _rows(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        names: tuple[str, ...] = ()
        # A comment becomes an empty line, so that a quote in it opens nothing and lines are counted as they stand.
        lines = ("\n" if line.startswith("#") else line for line in self._lines())
        reader = csv.reader(lines, skipinitialspace=True, strict=True)
        first = 1
        try:
            for row in reader:
                where, first = f"{self.path}, line {first}", reader.line_num + 1
                if not any(map(str.strip, row)):
                    continue
                if not names:
                    names, is_header = _columns(row, where)
                    if is_header:
                        continue
                yield where, _fields(names, row, where)
        except csv.Error as error:
            raise FTSUsageError(
                f"{self.path}, line {first}: {error}",
                remedy='Is a quote wrong? A value with a comma or a quote is written as "a, ""b""".',
            ) from error


def _columns(row: list[str], where: str) -> tuple[tuple[str, ...], bool]:
    """Name the columns: by the first row if it is a header, which contains at least one known name; else by default."""
    names = tuple(name.strip().lower() for name in row)
    if len(row) == 1:
        for sign, what in _SEPARATORS.items():
            if sign in row[0]:
                raise FTSUsageError(
                    f"{where}: no commas, but {what}: {shortened(row[0])}",
                    remedy="Separate the columns by commas.",
                )
    if _FILE_NAMES.isdisjoint(names):
        return _DEFAULT_COLUMNS, False
    for name in names:
        if name not in _FILE_NAMES:
            raise _unknown(name, _FILE_NAMES, where)
    fields = [_ALIASES.get(name, name) for name in names]
    if twice := [
        name for name, field in zip(names, fields, strict=True) if fields.count(field) > 1
    ]:
        raise FTSUsageError(
            f"{where}: columns for the same are given twice: {', '.join(twice)}",
            remedy="For several sources or destinations of a transfer use JSON Lines.",
        )
    return names, True


def _fields(names: tuple[str, ...], row: list[str], where: str) -> dict[str, Any]:
    if len(row) > len(names):
        raise FTSUsageError(
            f"{where}: {len(row)} columns, but only {len(names)} column names",
            remedy="Begin the file with a line of column names: source,destination,checksum,...",
        )
    cells = zip(names, row, strict=False)
    return {name: _cell(name, text, where) for name, text in cells if text.strip()}


def _cell(name: str, raw: str, where: str) -> Any:
    known, text = _ALIASES.get(name, name), raw.strip()
    if known in _NUMBERS:
        if not _NUMBER.fullmatch(text):
            raise FTSUsageError(f"{where}: {name} must be a number, got {shortened(text)}")
        return int(text)
    if known in _JSON_FIELDS and text.startswith(("{", "[")):
        return read_json(text, where)
    if _CONTROL.search(raw.strip(" \t")) or (known in _SURLS and '"' in text):
        # Behind a wrong quote a value swallows the lines that follow.
        raise FTSUsageError(
            f"{where}: {name} has a line end, a control character or a quote in it: {shortened(text)}",
            remedy="Is a quote wrong? In a SURL write it as %22.",
        )
    return text


def _object(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise FTSUsageError(f"{where}: expected a JSON object")
    return value


def _unknown(name: str, known: Iterable[str], where: str) -> FTSUsageError:
    near = get_close_matches(name, sorted(known), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return FTSUsageError(f"{where}: unknown name {name!r}{hint}")
