"""Comparing a recorded answer with that of the mock."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from fidelity.recorded import Recording

_JOB_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DOTS = re.compile(r"\.{3,}")  # progress output of a tool
_NUMBER = re.compile(r"\d+")
_MESSAGES = {"message", "http_message", "http_status", "status", "reason"}


@attrs.frozen
class Answer:
    """What the mock answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def value(self) -> Any:
        """The body as JSON, else as text."""
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body.decode("latin-1")


def differences(recording: Recording, answer: Answer) -> list[str]:
    """Say what differs: status, content type, methods in `Allow`, names and types of fields, messages.

    Numbers and ids inside messages do not count, nor do other values. Pages are compared by their kind only.

    Returns:
        A sentence per difference; empty when the answers are the same.
    """
    value = answer.value
    if answer.status != recording.status:
        return [f"status {recording.status}, here {answer.status}: {str(value)[:120]}"]
    expected = recording.answer_headers
    found = []
    if expected.get("content-type") != answer.headers.get("content-type"):
        found.append(
            f"content type {expected.get('content-type')}, here {answer.headers.get('content-type')}"
        )
    if "allow" in expected and _words(expected["allow"]) != _words(
        answer.headers.get("allow", "")
    ):
        found.append(f"Allow {expected['allow']}, here {answer.headers.get('allow')}")
    return found + _compare(recording.answer, value, "body")


def _words(text: str) -> set[str]:
    return {word.strip() for word in text.split(",")}


def _compare(recorded: Any, ours: Any, where: str) -> list[str]:
    if isinstance(recorded, dict) and isinstance(ours, dict):
        found = [f"{where}.{key}: not here" for key in recorded.keys() - ours.keys()]
        found += [f"{where}.{key}: only here" for key in ours.keys() - recorded.keys()]
        for key in recorded.keys() & ours.keys():
            at = f"{where}.{key}"
            if key in _MESSAGES and isinstance(recorded[key], str) and isinstance(ours[key], str):
                if _pattern(recorded[key]) != _pattern(ours[key]):
                    found.append(f"{at}: {recorded[key][:90]!r}, here {ours[key][:90]!r}")
            else:
                found += _compare(recorded[key], ours[key], at)
        return found
    if isinstance(recorded, list) and isinstance(ours, list):
        if bool(recorded) != bool(ours):
            return [f"{where}: {len(recorded)} members, here {len(ours)}"]
        shapes, our_shapes = _shapes(recorded), _shapes(ours)
        return [] if shapes == our_shapes else [f"{where}: {_first_difference(recorded, ours)}"]
    if _kind(recorded) != _kind(ours):
        return [f"{where}: {str(recorded)[:60]!r}, here {str(ours)[:60]!r}"]
    return []


def _shapes(members: list[Any]) -> set[str]:
    return {_shape(member) for member in members}


def _shape(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_shape(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(sorted(_shapes(value))) + "]"
    return _kind(value)


def _first_difference(recorded: list[Any], ours: list[Any]) -> str:
    only, only_ours = _shapes(recorded) - _shapes(ours), _shapes(ours) - _shapes(recorded)
    return f"only there {sorted(only)[:1]}, only here {sorted(only_ours)[:1]}"[:600]


def _kind(value: Any) -> str:
    """Type of a value; of text also whether it is a page or certificates."""
    if isinstance(value, str):
        start = value.lstrip()[:30].lower()
        if start.startswith(("<!doctype", "<html")):
            return "page"
        return "PEM" if start.startswith("-----begin") else "text"
    return type(value).__name__


def _pattern(text: str) -> str:
    return _NUMBER.sub("N", _JOB_ID.sub("ID", _DOTS.sub("...", text)))
