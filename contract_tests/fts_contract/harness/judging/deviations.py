"""Known deviations of real servers from the contract, as data with reason and evidence."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import yaml

from fts_contract.harness.contract.versions import covers
from fts_contract.harness.judging.check_names import CHECKS
from fts_contract.harness.sending.errors import CannotRunError
from fts_contract.spec import YAML_LOADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.exchange_checks.model import Finding
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Deviation", "bundled_deviations", "explanation", "read_deviations"]

_DIRECTORY = Path(__file__).resolve().parents[2] / "deviations"
_KEYS = {"id", "operation", "check", "match", "versions", "reason", "evidence"}
_MATCH_KEYS = {
    *("status", "message", "where", "target", "request", "request_type", "characters", "response")
}


@attrs.frozen(kw_only=True, eq=False)
class Deviation:
    """One known deviation.

    Attributes:
        id: Short and unique, such as `D-014`.
        operations: Operation ids; `*` for all.
        checks: Names of checks (`fts_contract.harness.judging.check_names.CHECKS`).
        match: `status` (number or list), and regular expressions searched in the `message` and place (`where`) of
            the finding, in the request `target`, in the `request` and `response` bodies, in the content type of the
            request (`request_type`), and in target and body with escapes decoded (`characters`); all must match.
        versions: Version families such as `3.13`.
        reason: Why this is tolerated, for people.
        evidence: Recordings or issues that show it.
    """

    id: str
    operations: tuple[str, ...]
    checks: tuple[str, ...]
    match: Mapping[str, Any]
    versions: tuple[str, ...]
    reason: str
    evidence: tuple[str, ...]

    def concerns(self, operation: Operation) -> bool:
        """Say whether it is about an operation."""
        return bool({"*", operation.operation_id} & set(self.operations))

    def explains(self, operation: Operation, finding: Finding, exchange: Exchange | None) -> bool:
        """Say whether a finding is this known deviation."""
        if finding.check not in self.checks or not self.concerns(operation):
            return False
        texts = {"message": finding.message, "where": finding.where}
        if exchange is not None:
            texts |= {
                "target": exchange.target,
                "request": exchange.shown_request_body,
                "request_type": exchange.request_content_type or "",
                "characters": exchange.request_text,
                "response": exchange.shown_body,
            }
        for key, wanted in self.match.items():
            if key == "status":
                statuses = wanted if isinstance(wanted, list) else [wanted]
                if exchange is None or exchange.status not in statuses:
                    return False
            elif not re.search(str(wanted), texts.get(key, "")):
                return False
        return True


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


def bundled_deviations(version: str) -> list[Deviation]:
    """Read the bundled deviations of a version."""
    return [
        entry for entry in _bundled() if any(covers(family, version) for family in entry.versions)
    ]


@cache
def _bundled() -> tuple[Deviation, ...]:
    return tuple(
        entry for path in sorted(_DIRECTORY.glob("*.yaml")) for entry in read_deviations(path)
    )


def read_deviations(path: Path) -> list[Deviation]:
    """Read a file of deviations.

    Raises:
        CannotRunError: The file cannot be read, or an entry is invalid; says which entry and key.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=YAML_LOADER)  # noqa: S506 - a safe one
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CannotRunError(
            f"cannot read deviations {path} ({' '.join(str(error).split())})",
            remedy="check --deviations",
        ) from error
    entries = content or []
    if not isinstance(entries, list):
        raise _wrong(path, "the file", "is not a list of entries")
    read = [_entry(path, number, entry) for number, entry in enumerate(entries, 1)]
    ids = [entry.id for entry in read]
    for entry_id in ids:
        if ids.count(entry_id) > 1:
            raise _wrong(path, entry_id, "occurs twice")
    return read


def _entry(path: Path, number: int, entry: Any) -> Deviation:
    if not isinstance(entry, dict):
        raise _wrong(path, f"entry {number}", "is not a mapping")
    name = f"entry {number} ({entry.get('id', 'without id')})"
    if unknown := set(entry) - _KEYS:
        raise _wrong(path, name, f"has unknown key {min(map(str, unknown))!r}")
    if missing := _KEYS - {"match", "evidence"} - set(entry):
        raise _wrong(path, name, f"lacks {min(missing)!r}")
    checks = _texts(entry["check"])
    if strange := [check for check in checks if check not in CHECKS]:
        raise _wrong(path, name, f"names unknown check {strange[0]!r}")
    match = entry.get("match") or {}
    if not isinstance(match, dict) or set(match) - _MATCH_KEYS:
        raise _wrong(path, name, f"match takes only {', '.join(sorted(_MATCH_KEYS))}")
    for key in match.keys() - {"status"}:
        try:
            re.compile(str(match[key]))
        except re.error as error:
            problem = f"match.{key} is not a valid regular expression: {error}"
            raise _wrong(path, name, problem) from error
    return Deviation(
        id=str(entry["id"]),
        operations=_texts(entry["operation"]),
        checks=checks,
        match=match,
        versions=_texts(entry["versions"]),
        reason=str(entry["reason"]),
        evidence=_texts(entry.get("evidence") or []),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in (value if isinstance(value, list) else [value]))


def _wrong(path: Path, name: str, what: str) -> CannotRunError:
    return CannotRunError(
        f"deviations {path}: {name} {what}",
        remedy=f"an entry has the keys {', '.join(sorted(_KEYS))}",
    )
