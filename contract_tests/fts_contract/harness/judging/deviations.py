"""Known deviations of real servers from the contract, as data with reason and evidence."""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import yaml

from fts_contract.harness.contract.operations import read_operations
from fts_contract.harness.contract.versions import covers
from fts_contract.harness.judging.check_names import CHECKS, PROBE_CHECKS
from fts_contract.harness.judging.request_values import request_values
from fts_contract.harness.sending.errors import CannotRunError
from fts_contract.spec import load_spec, read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.exchange_checks.model import Finding
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Deviation", "explanation", "known_deviations", "read_deviations"]

_DIRECTORY = Path(__file__).resolve().parents[2] / "deviations"
_REQUIRED_KEYS = {"id", "operation", "check", "versions", "reason"}
_LISTS = {"operation", "check", "versions"}
_KEYS = {*_REQUIRED_KEYS, "match", "needs", "evidence"}
_FAMILY = re.compile(r"\d+(\.\d+)*")
# In the order in which they are looked at: the last ones cost most.
_OF_REQUEST = ("target", "request_type", "request", "characters", "value", "problem")
_OF_ANSWER = ("status", "response")
_OF_FINDING = ("message", "where")
_MATCH_KEYS = {*_OF_REQUEST, *_OF_ANSWER, *_OF_FINDING}
_INCLUDE_BUNDLED = {"include": "bundled"}


@attrs.frozen(kw_only=True, eq=False)
class Deviation:
    """One known deviation: a cause, and how the requests that meet it and their answers are recognised.

    Attributes:
        id: Short and unique, such as `D-014`.
        operations: Operation ids; or rules, which are regular expressions for the whole of `METHOD /path`, such as
            `GET /cs/.*`; `*` for all.
        checks: Names of checks (`fts_contract.harness.judging.check_names.CHECKS`).
        match: How it is recognised; all must hold. In the request, regular expressions searched in the `target`, in
            the body (`request`), its content type (`request_type`), target and body with escapes decoded
            (`characters`), in each `value` (see `request_values`), and in each `problem` of a request that the server
            should have refused (see `Finding.problems`). In the answer: `status` (number or list) and the body
            (`response`). In the finding: `message` and place (`where`).
        needs: What must be so for it to occur that a run cannot tell from the request; empty when there is nothing.
        versions: Version families such as `3.13`.
        reason: The cause: what the server does with which requests, for people.
        evidence: Recordings or issues that show it.
    """

    id: str
    operations: tuple[str, ...]
    checks: tuple[str, ...]
    match: Mapping[str, Any]
    needs: str
    versions: tuple[str, ...]
    reason: str
    evidence: tuple[str, ...]

    def concerns(self, operation: Operation) -> bool:
        """Say whether it is about an operation."""
        return any(_is_about(rule, operation) for rule in self.operations)

    def explains(self, operation: Operation, finding: Finding, exchange: Exchange | None) -> bool:
        """Say whether a finding is this known deviation."""
        if finding.check not in self.checks or not self.concerns(operation):
            return False
        texts = {"message": finding.message, "where": finding.where}
        if not self._found(_OF_FINDING, lambda key: [texts[key]]):
            return False
        if exchange is None:
            return self.match.keys() <= set(_OF_FINDING)
        statuses = self.match.get("status", exchange.status)
        return (
            exchange.status in (statuses if isinstance(statuses, list) else [statuses])
            and self._found(["response"], lambda _key: [exchange.shown_body])
            and self._asked(operation, exchange, lambda: finding.problems)
        )

    def shows_in_one(self, operation: Operation) -> bool:
        """Say whether one exchange of an operation can show that the deviation does not occur: the request alone brings it about."""
        return (
            not self.needs
            and not set(self.checks) <= PROBE_CHECKS
            and not (
                self.match.keys() <= {*_OF_FINDING, *_OF_ANSWER}
                and self.match.keys() & _OF_FINDING
            )
            and self.concerns(operation)
        )

    def asked_by(
        self, operation: Operation, exchange: Exchange, wrong: Callable[[], tuple[str, ...]]
    ) -> bool:
        """Say whether an exchange shows that the deviation does not occur, if its answer is good and `shows_in_one` holds.

        Where the deviation is about a problem of the request, only 400 shows that the server read the request and found
        the problem: FTS looks at permissions (403) and some names in the path (404) first.

        Args:
            operation: The operation that was addressed.
            exchange: The request and its answer.
            wrong: Lists what is wrong with the request, as in `Finding.problems`.
        """
        return (
            "problem" not in self.match or exchange.status == HTTPStatus.BAD_REQUEST
        ) and self._asked(operation, exchange, wrong)

    def _asked(
        self, operation: Operation, exchange: Exchange, wrong: Callable[[], tuple[str, ...]]
    ) -> bool:
        texts: dict[str, Callable[[], Iterable[str]]] = {
            "target": lambda: [exchange.target],
            "request": lambda: [exchange.shown_request_body],
            "request_type": lambda: [exchange.request_content_type or ""],
            "characters": lambda: [exchange.request_text],
            "value": lambda: request_values(operation, exchange),
            "problem": wrong,
        }
        return self._found(_OF_REQUEST, lambda key: texts[key]())

    def _found(self, keys: Iterable[str], texts: Callable[[str], Iterable[str]]) -> bool:
        """Say whether the regular expressions under these keys are found in one of the texts each."""
        return all(
            any(re.search(str(self.match[key]), text, re.DOTALL) for text in texts(key))
            for key in keys
            if key in self.match
        )


def explanation(
    deviations: Iterable[Deviation],
    operation: Operation,
    finding: Finding,
    exchange: Exchange | None,
) -> Deviation | None:
    """Find the first known deviation that explains a finding; None when it is a failure."""
    return next(
        (entry for entry in deviations if entry.explains(operation, finding, exchange)), None
    )


def known_deviations(
    version: str, path: Path | None = None, checks: Collection[str] = CHECKS
) -> list[Deviation]:
    """Read the known deviations of a version from a file, or the bundled ones.

    Args:
        version: Of the REST service.
        path: The file; None for the bundled ones.
        checks: What entries of the file may name as `check`.

    Raises:
        CannotRunError: See `read_deviations`.
    """
    entries = _bundled() if path is None else read_deviations(path, checks)
    return [
        entry for entry in entries if any(covers(family, version) for family in entry.versions)
    ]


@cache
def _bundled() -> tuple[Deviation, ...]:
    return tuple(
        entry for path in sorted(_DIRECTORY.glob("*.yaml")) for entry in read_deviations(path)
    )


def read_deviations(path: Path, checks: Collection[str] = CHECKS) -> list[Deviation]:
    """Read a file of deviations; its entry `include: bundled` stands for all that come with this package.

    Args:
        path: The file.
        checks: What entries may name as `check`.

    Raises:
        CannotRunError: The file cannot be read, or an entry is invalid; says which entry and key.
    """
    try:
        content = read_yaml(path)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CannotRunError(
            f"cannot read deviations {path} ({' '.join(str(error).split())})",
            remedy="check --deviations",
        ) from error
    entries = content or []
    if not isinstance(entries, list):
        raise _wrong(path, "the file", "is not a list of entries")
    read: list[Deviation] = []
    for number, entry in enumerate(entries, 1):
        if entry == _INCLUDE_BUNDLED:
            read += _bundled()
        else:
            read.append(_entry(path, number, entry, checks))
    ids = [entry.id for entry in read]
    for entry_id in ids:
        if ids.count(entry_id) > 1:
            raise _wrong(path, entry_id, "occurs twice")
    return read


def _entry(path: Path, number: int, entry: Any, names: Collection[str]) -> Deviation:
    if not isinstance(entry, dict):
        raise _wrong(path, f"entry {number}", "is not a mapping")
    name = f"entry {number} ({entry.get('id', 'without id')})"
    if unknown := set(entry) - _KEYS:
        raise _wrong(path, name, f"has unknown key {min(map(str, unknown))!r}")
    if missing := _REQUIRED_KEYS - set(entry):
        raise _wrong(path, name, f"lacks {min(missing)!r}")
    for key in sorted(_REQUIRED_KEYS):
        values = _listed(entry[key]) if key in _LISTS else [entry[key]]
        if not values or any(one is None or isinstance(one, list | dict) for one in values):
            raise _wrong(path, name, f"has an invalid {key}: {entry[key]!r}")
    checks = _texts(entry["check"])
    if strange := [check for check in checks if check not in names]:
        raise _wrong(path, name, f"names unknown check {strange[0]!r}")
    for family in _texts(entry["versions"]):
        if not _FAMILY.fullmatch(family):
            raise _wrong(path, name, f"has an invalid version {family!r}; write it like '3.13'")
    return Deviation(
        id=str(entry["id"]),
        operations=_rules(path, name, entry["operation"]),
        checks=checks,
        match=_match(path, name, entry.get("match") or {}),
        needs=str(entry.get("needs") or ""),
        versions=_texts(entry["versions"]),
        reason=str(entry["reason"]),
        evidence=_texts(entry.get("evidence") or []),
    )


def _is_about(rule: str, operation: Operation) -> bool:
    return rule in {"*", operation.operation_id} or (
        " " in rule and re.fullmatch(rule, str(operation)) is not None
    )


@cache
def _operations() -> tuple[Operation, ...]:
    return read_operations(load_spec())


def _rules(path: Path, name: str, given: Any) -> tuple[str, ...]:
    rules = _texts(given)
    for rule in rules:
        _check_expression(path, name, "operation", rule if " " in rule else "")
        if not any(_is_about(rule, operation) for operation in _operations()):
            raise _wrong(path, name, f"names unknown operation {rule!r}")
    return rules


def _match(path: Path, name: str, match: Any) -> dict[str, Any]:
    if not isinstance(match, dict) or set(match) - _MATCH_KEYS:
        raise _wrong(path, name, f"match takes only {', '.join(sorted(_MATCH_KEYS))}")
    for key, value in match.items():
        if key != "status" and isinstance(value, str | int):
            _check_expression(path, name, f"match.{key}", str(value))
        elif key != "status" or not value or any(type(one) is not int for one in _listed(value)):
            raise _wrong(path, name, f"has an invalid match.{key}: {value!r}")
    return match


def _check_expression(path: Path, name: str, key: str, expression: str) -> None:
    try:
        re.compile(expression)
    except re.error as error:
        problem = f"{key} is not a valid regular expression: {error}"
        raise _wrong(path, name, problem) from error


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, _listed(value)))


def _wrong(path: Path, name: str, what: str) -> CannotRunError:
    return CannotRunError(
        f"deviations {path}: {name} {what}",
        remedy=f"an entry has the keys {', '.join(sorted(_KEYS))}",
    )
