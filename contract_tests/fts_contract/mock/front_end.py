"""What Apache, in front of FTS, answers without asking the application."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from fts_contract.mock.errors import PageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fts_contract.mock.asgi import Scope

# Source: observed on FTS 3.13.4 (of job ids in a path 109 pass, 110 are 404, 250 are 414).
_LONGEST_REQUEST_LINE: Final = 8190
_NOT_UNDERSTOOD: Final = "Your browser sent a request that it could not understand"


def check_front_end(
    scope: Scope, raw_path: bytes, headers: Mapping[str, str], *, path_limit: int
) -> None:
    """Refuse what never reaches the application.

    Args:
        scope: The request.
        raw_path: Its path, not decoded.
        headers: Its headers by their names in lower case.
        path_limit: Longest path in bytes; 0 for a server that limits neither path nor request line.

    Raises:
        PageError: 400, 404, 405, 411 or 414.

    Source: observed on FTS 3.13.4.
    """
    if path_limit and len(raw_path) + len(scope["query_string"]) > _LONGEST_REQUEST_LINE:
        raise _page(414, "The requested URL's length exceeds the capacity limit")
    longest = max((len(name) + len(value) for name, value in scope["headers"]), default=0)
    if longest > _LONGEST_REQUEST_LINE:
        raise _page(400, "Size of a request header field exceeds server limit.")
    if "host" not in headers and scope["http_version"] != "1.0":
        raise _page(400, _NOT_UNDERSTOOD)
    if scope["method"] == "TRACE":
        raise _page(405, "The requested method TRACE is not allowed for this URL.")
    if _UNREADABLE.search(raw_path) or 0 < path_limit < len(raw_path):
        raise _page(404, "The requested URL was not found on this server.")
    if "chunked" in headers.get("transfer-encoding", ""):
        raise _page(411, "A request of the requested method requires a valid length")
    plain = _DOT.sub(b".", raw_path)
    if b".." in plain and _leaves_the_root(plain):
        raise _page(400, _NOT_UNDERSTOOD)


_UNREADABLE: Final = re.compile(rb"%2f|%00", re.IGNORECASE)
# Apache decodes dots before it looks for the segments that lead up. Source: observed on FTS 3.13.4 (/%2e%2e/x).
_DOT: Final = re.compile(rb"%2e", re.IGNORECASE)


def _page(status: int, message: str) -> PageError:
    return PageError(status, message, "iso-8859-1")


def _leaves_the_root(raw_path: bytes) -> bool:
    depth = 0
    for segment in raw_path.split(b"/"):
        depth += {b"": 0, b".": 0, b"..": -1}.get(segment, 1)
        if depth < 0:
            return True
    return False
