"""From method and path to an operation, with the 404 and 405 rules of FTS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from fts_contract.mock.errors import METHOD_NOT_ALLOWED, UNKNOWN_PATH, APIError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fts_contract.mock.operations import Operation

# Static files are looked for under every path, so every path has these methods.
_STATIC: Final = ("GET", "HEAD", "OPTIONS")


@attrs.frozen
class Match:
    """What a request is for.

    Attributes:
        operation: The operation; None for an OPTIONS request.
        params: Values of the placeholders.
        allow: Value of the `Allow` header of the path.
    """

    operation: Operation | None
    params: dict[str, str]
    allow: str


class Router:
    """Finds operations.

    Args:
        operations: In order of preference.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._fixed: dict[str, list[Operation]] = {}
        # By the number of slashes: a placeholder never holds one.
        self._patterns: dict[int, list[tuple[re.Pattern[str], Operation]]] = {}
        for operation in operations:
            if "{" in operation.template:
                pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(operation.template))
                slashes = operation.template.count("/")
                self._patterns.setdefault(slashes, []).append(
                    (re.compile(rf"{pattern}\n?"), operation)
                )
            else:
                self._fixed.setdefault(operation.template, []).append(operation)

    def match(self, method: str, path: str) -> Match:
        """Find the operation of a request.

        Args:
            method: In capitals.
            path: Decoded, slashes merged.

        Raises:
            APIError: 404 or 405.

        Source: observed on FTS 3.13.4: an unknown path is 404 for GET and 405 for what changes;
            a path without GET is 404 for GET.
        """
        wanted = "GET" if method == "HEAD" else method
        methods = dict.fromkeys(_STATIC)
        for operation, params in self._fitting(path):
            if operation.method == wanted:
                return Match(operation=operation, params=params, allow="")
            methods[operation.method] = None
        allow = ", ".join(methods)
        if method == "OPTIONS":
            return Match(operation=None, params={}, allow=allow)
        if wanted == "GET":
            raise APIError(404, UNKNOWN_PATH)
        raise APIError(405, METHOD_NOT_ALLOWED, {"Allow": allow})

    def _fitting(self, path: str) -> Iterator[tuple[Operation, dict[str, str]]]:
        # Source: FTS 3.13.4 ignores a line end after the path, unless a placeholder takes it.
        for operation in self._fixed.get(path.removesuffix("\n"), ()):
            yield operation, {}
        for pattern, operation in self._patterns.get(path.count("/"), ()):
            if match := pattern.fullmatch(path):
                yield operation, match.groupdict()
