"""Turn an answer into answers that the server never gives, each wrong in one way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import attrs

from tightness.evidence import USER_OBJECTS, Answer, Evidence, json_type
from tightness.places import Node, Places, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Kind", "Mutant", "mutants"]

Kind = Literal["dropped field", "type changed", "null", "number as string", "wrapped in a list"]

_SPECIMENS: dict[str, Any] = {
    "string": "x",
    "number": 1,
    "boolean": True,
    "array": [],
    "object": {},
}


@attrs.frozen(eq=False)
class Mutant:
    """One wrong answer.

    Attributes:
        kind: What was done to it.
        place: Where, as a generic path: the field that was dropped, or the value that was changed.
        becomes: Type of the new value; empty for a dropped field.
    """

    kind: Kind
    place: str
    becomes: str
    _answer: Answer
    _path: tuple[str | int, ...]
    _change: Callable[[Any], Any]

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Equal for mutants that are wrong in the same way at the same place of the same schema."""
        return (self._answer.pointer, self.kind, self.place, self.becomes)

    @property
    def kept(self) -> tuple[str | int, ...]:
        """The way to the innermost list item on the path: bodies trimmed alike have it in common."""
        lists = [index for index, part in enumerate(self._path) if isinstance(part, int)]
        return self._path[: lists[-1] + 1] if lists else ()

    def right(self) -> Any:
        """Give the body as it was, with only the items on the path in the lists on the way."""
        return _replace(self._answer.body, self._path, lambda old: old, trim=True)

    def wrong(self, *, trim: bool) -> Any:
        """Give the wrong body.

        Args:
            trim: Keep, of every list on the way, only the item that is changed: quicker to judge.
        """
        return _replace(self._answer.body, self._path, self._change, trim=trim)


def mutants(answer: Answer, places: Places, evidence: Evidence) -> Iterator[Mutant]:
    """Make every mutant of an answer.

    No mutant is what might be right: types that were seen at this place in any recording, changes of a
    null (which says nothing about the type), and what lies inside objects of the user.

    Args:
        answer: A conforming answer.
        places: Names the places in it.
        evidence: What all recordings show.
    """
    for node in places.walk(answer.body, answer.pointer):
        if USER_OBJECTS.intersection(node.generic[:-1]) or (answer.of_user and node.path):
            continue
        for kind, value in _changes(node, evidence.types(node)):
            becomes = json_type(value) if kind == "type changed" else ""
            yield Mutant(kind, show(node.generic), becomes, answer, node.path, _constant(value))
        of_user = answer.of_user or USER_OBJECTS.intersection(node.generic)
        if not answer.selected and not of_user:
            for name in sorted(evidence.always(answer, node)):
                place = show((*node.generic, name))
                yield Mutant("dropped field", place, "", answer, node.path, _without(name))


def _changes(node: Node, seen: set[str]) -> Iterator[tuple[Kind, Any]]:
    own = json_type(node.value)
    if own == "null":
        return
    if "null" not in seen:
        yield "null", None
    for name, specimen in _SPECIMENS.items():
        if name not in seen:
            yield "type changed", specimen
    if own == "number" and "string" not in seen:
        yield "number as string", json.dumps(node.value)
    if "array" not in (_item_types(node.value) if own == "array" else seen):
        yield "wrapped in a list", [node.value]


def _item_types(items: list[Any]) -> set[str]:
    # An empty list may be a list of lists.
    return {json_type(item) for item in items} or {"array"}


def _constant(value: Any) -> Callable[[Any], Any]:
    return lambda _: value


def _without(name: str) -> Callable[[Any], Any]:
    return lambda fields: {key: value for key, value in fields.items() if key != name}


def _replace(
    body: Any,
    path: tuple[str | int, ...],
    change: Callable[[Any], Any],
    *,
    trim: bool,
) -> Any:
    if not path:
        return change(body)
    head = path[0]
    inner = _replace(body[head], path[1:], change, trim=trim)
    if isinstance(body, dict):
        return {**body, head: inner}
    if trim:
        return [inner]
    index = int(head)
    return [*body[:index], inner, *body[index + 1 :]]
