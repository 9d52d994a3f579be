"""Check recorded exchanges with a real server against the contract.

Each recording conforms, fails, or is skipped by a named rule. Skips are counted by rule, so that none goes unnoticed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import attrs

from fts_contract.harness.contract.contract import Contract, selects_fields
from fts_contract.harness.contract.json_text import parse_json
from fts_contract.harness.contract.problems import Problem
from fts_contract.harness.exchange_checks import exchange_checks
from fts_contract.harness.exchange_checks.model import Context
from fts_contract.harness.judging.deviations import explanation, known_deviations
from fts_contract.harness.recordings.recorded import exchange_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fts_contract.harness.contract.matching import Match
    from fts_contract.harness.sending.exchange import Exchange

__all__ = [
    "RecordingsError",
    "Report",
    "Row",
    "SkipRule",
    "check_recording",
    "check_recordings",
    "read_recordings",
]

SkipRule = Literal[
    "head-or-options", "body-cut-off", "no-such-operation", "refused-before-routing"
]

_BEFORE_ROUTING = frozenset({400, 401, 403, 411, 414, 500})
"""Statuses that the web server and the authentication answer in HTML, before the application sees the path.

Source: recordings bearer-invalid-anonymous, origin-mismatch and tok-bad-sub-missing (FTS 3.13.4).
"""

_BODY_KINDS = frozenset({"body-not-json", "body-mismatch", "always-missing"})
_CUT_OFF = re.compile(r"\bcut off\b", re.IGNORECASE)


class RecordingsError(ValueError):
    """A file of recordings is missing, or does not hold recordings."""


@attrs.frozen
class Row:
    """The outcome for one recording.

    Attributes:
        file: Name of its file.
        id: Its id.
        method: HTTP method.
        path: Raw path as sent.
        status: HTTP status of the answer.
        operation_id: The operation that it addresses; None when the document has none.
        skipped: The rule by which it was not checked; None when it was checked.
        problems: What does not conform.
        deviations: Ids of the known deviations that it shows, which do not count as problems.
    """

    file: str
    id: str
    method: str
    path: str
    status: int
    operation_id: str | None
    skipped: SkipRule | None
    problems: tuple[Problem, ...]
    deviations: tuple[str, ...] = ()

    @property
    def conforms(self) -> bool:
        """True when it was checked and nothing was found."""
        return self.skipped is None and not self.problems


@attrs.frozen
class Report:
    """The outcomes for all recordings, in the order of the files."""

    rows: tuple[Row, ...]

    @property
    def checked(self) -> tuple[Row, ...]:
        """Those that were checked."""
        return tuple(row for row in self.rows if row.skipped is None)

    @property
    def failures(self) -> tuple[Row, ...]:
        """Those that do not conform."""
        return tuple(row for row in self.rows if row.problems)

    @property
    def skipped(self) -> Mapping[str, int]:
        """How many each rule skipped; rules that skipped none are left out."""
        return Counter(row.skipped for row in self.rows if row.skipped is not None)

    @property
    def deviations(self) -> Mapping[str, int]:
        """How many recordings show each known deviation."""
        return Counter(entry for row in self.rows for entry in set(row.deviations))

    @property
    def summary(self) -> str:
        """The last line of the command, `conform: A of B`: of the B that were checked."""
        return f"conform: {len(self.checked) - len(self.failures)} of {len(self.checked)}"

    @property
    def ok(self) -> bool:
        """True when everything checked conforms, and something was checked."""
        return bool(self.checked) and not self.failures


def check_recordings(
    paths: Path | Iterable[Path],
    *,
    contract: Contract | None = None,
    version: str | None = "3.13.4",
) -> Report:
    """Check files of recordings.

    Args:
        paths: A folder (all its `*.json`), a file, or several of them.
        contract: The contract; None for that of FTS.
        version: Version of the recorded server; None when it is unknown: then fields that only `x-fts-always` promises
            are not required.

    Raises:
        RecordingsError: A file cannot be read, or does not hold recordings.
        SpecError: The document of FTS cannot be read.
    """
    judge = contract or Contract.from_spec()
    rows = []
    for path in _files([paths] if isinstance(paths, Path) else paths):
        rows += [
            check_recording(recording, judge, file=path.name, version=version)
            for recording in read_recordings(path)
        ]
    return Report(tuple(rows))


def read_recordings(path: Path) -> list[dict[str, Any]]:
    """Read one file of recordings, a JSON array of exchanges.

    Raises:
        RecordingsError: The file cannot be read or holds something else; the message names file and entry.
    """
    try:
        recordings = parse_json(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RecordingsError(f"cannot read {path}: {error}") from error
    if not isinstance(recordings, list):
        raise RecordingsError(f"{path}: an array of recordings is expected")
    for index, recording in enumerate(recordings):
        if not _is_recording(recording):
            raise RecordingsError(
                f"{path}: entry {index} needs id, request (method, path), response (status)"
            )
    return recordings


def check_recording(
    recording: Mapping[str, Any],
    contract: Contract,
    *,
    file: str = "",
    version: str | None = "3.13.4",
) -> Row:
    """Check one exchange; `file` is the name of its file, for the row, and `version` as for `check_recordings`."""
    exchange, path = exchange_of(recording), recording["request"]["path"]
    match = contract.find(exchange.method, path)
    skipped = _skip_rule(exchange, known=match is not None)
    problems: list[Problem] = []
    known: list[str] = []
    if skipped is None and match is None:
        message = (
            f"{exchange.method} {path} is not in the document, but was answered {exchange.status}"
        )
        problems = [Problem("operation-unknown", "", message)]
    elif skipped is None and match is not None:
        problems = contract.check_response(
            match.operation,
            status=exchange.status,
            headers=exchange.headers,
            body=exchange.body,
            version=version,
            selected=selects_fields(match.operation, exchange.query),
        )
        noted = _CUT_OFF.search(recording.get("note") or "")
        if _is_broken_off(recording["response"]) and (problems or noted):
            # The body proves nothing, but status and headers are complete.
            problems = [problem for problem in problems if problem.kind not in _BODY_KINDS]
            skipped = None if problems else "body-cut-off"
        else:
            beyond, known = _beyond_schemas(match, exchange, version)
            problems += beyond
    return Row(
        file=file,
        id=recording["id"],
        method=exchange.method,
        path=path,
        status=exchange.status,
        operation_id=None if match is None else match.operation.operation_id,
        skipped=skipped,
        problems=tuple(problems),
        deviations=tuple(known),
    )


def _beyond_schemas(
    match: Match, exchange: Exchange, version: str | None
) -> tuple[list[Problem], list[str]]:
    """Apply the checks beyond the schemas; gives the problems, and the ids of known deviations."""
    context = Context(
        operation=match.operation,
        exchange=exchange,
        path=match.path_parameters,
        query={name: value for name, value in exchange.query.items() if value},
        live=False,
    )
    deviations = known_deviations(version) if version else []
    problems, known = [], []
    for finding in (found for check in exchange_checks() for found in check.judge(context)):
        entry = explanation(deviations, match.operation, finding, exchange)
        if entry:
            known.append(entry.id)
        else:
            problems.append(Problem(finding.check, finding.where, finding.message))
    return problems, known


def _skip_rule(exchange: Exchange, *, known: bool) -> SkipRule | None:
    is_html = exchange.headers.get("content-type", "").startswith("text/html")
    if exchange.method in {"HEAD", "OPTIONS"}:
        return "head-or-options"
    if not known and exchange.status in {404, 405}:
        return "no-such-operation"
    if not known and exchange.status in _BEFORE_ROUTING and is_html:
        return "refused-before-routing"
    return None


def _is_broken_off(response: Mapping[str, Any]) -> bool:
    """Say whether a body is the beginning of a JSON array or object.

    JSON bodies are recorded as values. A text in the place of one was cut off if something could follow that makes it
    JSON; otherwise the server sent something wrong.
    """
    body = response.get("body")
    if not isinstance(body, str) or not body.lstrip().startswith(("[", "{")):
        return False
    text = body.rstrip()
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        rest = text[error.pos :]
        return error.msg.startswith("Unterminated string") or any(
            word.startswith(rest) for word in ("true", "false", "null", "-")
        )
    return False


def _is_recording(recording: object) -> bool:
    match recording:
        case {
            "id": str(),
            "request": {"method": str(), "path": str()},
            "response": {"status": int()},
        }:
            return True
    return False


def _files(paths: Iterable[Path]) -> list[Path]:
    found = []
    for path in paths:
        inside = sorted(path.glob("*.json")) if path.is_dir() else [path]
        if not inside:
            raise RecordingsError(f"{path} holds no *.json file")
        found += inside
    return found
