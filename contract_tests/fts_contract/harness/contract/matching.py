"""Find the operation behind a raw request path, as the server's own router does."""

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
    """An operation, and what stood in the place of its path parameters (percent-decoded)."""

    operation: Operation
    path_parameters: Mapping[str, str]


def split_path(path: str) -> tuple[list[str], bool]:
    """Cut a raw path into decoded segments.

    Runs of slashes are one slash, `.` and `..` are resolved, and a query or fragment is left out. A `%2F` stays
    inside its segment.

    Args:
        path: The request target as sent, for example `//jobs/a%2Cb?files=job_id`.

    Returns:
        The segments, and whether the path ends in a slash (never for the root). A path that leads above the
        root, which the web server refuses, keeps its `..`.

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

    Among several templates with the wanted method the one wins that is literal earliest: `/jobs/all` before
    `/jobs/{job_ids}`. Templates without the method do not count, since FTS routes by method and path together
    (`GET /jobs/all` looks for a job called `all`, since only DELETE has the path `/jobs/all`).

    Source: recording jobs-get-word-all (FTS 3.13.4).
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        compiled = [_Route.compile(operation) for operation in operations]
        self._routes = sorted(compiled, key=lambda route: route.specificity)

    def find(self, method: str, path: str) -> Match | None:
        """Find the operation that a request addresses.

        Args:
            method: Any case.
            path: Raw request path, see `split_path`.

        Returns:
            The most specific match, or None when the request is no operation of the document.
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
        """List the methods for which the path is an operation."""
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
        """Sorts literal segments before placeholders, from the left."""
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
