"""Find the operation that a raw request path addresses, as the server's own router does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fts_contract.harness.contract.operations import Operation

__all__ = ["Match", "Router", "split_path"]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@attrs.frozen
class Match:
    """An operation with the values of its path parameters, percent-decoded."""

    operation: Operation
    path_parameters: Mapping[str, str]


def split_path(path: str) -> tuple[list[str], bool]:
    """Split a request target such as `//jobs/a%2Cb?files=job_id` into decoded segments.

    Repeated slashes count as one, `.` and `..` are resolved, and a query or fragment is left out. A `%2F` stays
    inside its segment. A path that leads above the root, which the web server refuses, keeps its `..`.

    Returns:
        The segments, and whether the path ends in a slash (never for the root).

    Source: recordings root-double-slash and view-double-slash (FTS 3.13.4 behind Apache); RFC 3986 section 5.2.4.
    """
    bare = re.split(r"[?#]", path, maxsplit=1)[0]
    segments: list[str] = []
    last = ""
    for raw in bare.split("/"):
        last = unquote(raw)
        if last == ".." and segments and segments[-1] != "..":
            segments.pop()
        elif last not in {"", "."}:
            segments.append(last)
    return segments, bool(segments) and last in {"", ".", ".."}


class Router:
    """All operations of a document, ready for look-up.

    Of several matching templates with the method, the one with the earliest literal segment wins: `/jobs/all` before
    `/jobs/{job_ids}`. FTS routes by method and path together: `GET /jobs/all` asks for a job called `all`, since
    only DELETE has the path `/jobs/all`.

    Source: recording jobs-get-word-all (FTS 3.13.4).
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        compiled = [_Route.compile(operation) for operation in operations]
        self._routes = sorted(compiled, key=lambda route: route.specificity)

    def find(self, method: str, path: str) -> Match | None:
        """Find the operation that a request addresses.

        Args:
            method: In upper or lower case.
            path: The raw path as sent, see `split_path`.

        Returns:
            The most specific match; None when no operation of the document matches.
        """
        segments, slash = split_path(path)
        for route in self._routes:
            if route.operation.method != method.upper():
                continue
            if slash and not route.operation.trailing_slash:
                continue
            values = route.match(segments)
            if values is not None:
                return Match(route.operation, values)
        return None

    def methods(self, path: str) -> frozenset[str]:
        """List the methods, in upper case, for which a raw path addresses an operation."""
        segments, slash = split_path(path)
        return frozenset(
            route.operation.method
            for route in self._routes
            if route.match(segments) is not None and (route.operation.trailing_slash or not slash)
        )


@attrs.frozen
class _Route:
    operation: Operation
    segments: tuple[re.Pattern[str], ...]
    names: tuple[tuple[str, ...], ...]

    @classmethod
    def compile(cls, operation: Operation) -> _Route:
        parts = [part for part in operation.path.split("/") if part]
        return cls(
            operation,
            tuple(re.compile(_segment_pattern(part), re.DOTALL) for part in parts),
            tuple(tuple(_PLACEHOLDER.findall(part)) for part in parts),
        )

    @property
    def specificity(self) -> tuple[bool, ...]:
        """Sort key: literal segments before placeholders, from the left."""
        return tuple(bool(names) for names in self.names)

    def match(self, segments: list[str]) -> dict[str, str] | None:
        if len(segments) != len(self.segments):
            return None
        values: dict[str, str] = {}
        for pattern, names, segment in zip(self.segments, self.names, segments, strict=True):
            found = pattern.fullmatch(segment)
            if found is None:
                return None
            values.update(zip(names, found.groups(), strict=True))
        return values


def _segment_pattern(part: str) -> str:
    pieces = _PLACEHOLDER.split(part)
    return "".join(
        "(.+)" if index % 2 else re.escape(unquote(piece)) for index, piece in enumerate(pieces)
    )
