"""Defects of all operations: paths, headers, connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_contract.defects.defect import Defect
from fts_contract.defects.seams import (
    with_fault,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.mock.asgi import ASGIApp, Receive, Scope, Send

_HTML: Final = b"text/html; charset=utf-8"
_NOT_FOUND: Final = b'{"status": "404 Not Found", "message": "The requested URL was not found"}'
_KNOWN: Final = frozenset(
    b"whoami delegation jobs files archive api-docs autocomplete optimizer status ban dm config cs admin docs".split()
)


def instead(
    when: Callable[[Scope], bool], *, status: int, body: bytes, content_type: bytes
) -> Callable[[ASGIApp], ASGIApp]:
    """Answer some requests without asking the application."""

    def front(app: ASGIApp) -> ASGIApp:
        async def serve(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http" or not when(scope):
                await app(scope, receive, send)
                return
            headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body))]
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})

        return serve

    return front


def _without_origin(app: ASGIApp) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope.get("headers", ())
        if any(name == b"origin" for name, _ in headers):
            scope = {**scope, "headers": [h for h in headers if h[0] != b"origin"]}
        await app(scope, receive, send)

    return serve


def _path(scope: Scope) -> bytes:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw


def _is_unknown(scope: Scope) -> bool:
    first = _path(scope).lstrip(b"/").partition(b"/")[0]
    return scope["method"] == "GET" and bool(first) and first not in _KNOWN


DEFECTS: Final = (
    Defect(
        name="double-slash-not-found",
        description="Paths with two slashes are 404; clients that join URLs carelessly send them",
        kind="routing",
        resource="everything",
        with_operations=("whoami",),
        middleware=instead(
            lambda scope: b"//" in _path(scope),
            status=404,
            body=_NOT_FOUND,
            content_type=b"application/json",
        ),
        safe=True,
    ),
    Defect(
        name="trailing-slash-not-found",
        description="GET /jobs/ is 404, although it is the same as GET /jobs",
        kind="routing",
        resource="jobs",
        with_operations=("list_jobs",),
        middleware=instead(
            lambda scope: _path(scope) == b"/jobs/",
            status=404,
            body=_NOT_FOUND,
            content_type=b"application/json",
        ),
        safe=True,
    ),
    Defect(
        name="escaped-comma-not-found",
        description="GET /jobs/{ids} with %2C between the ids, as most libraries send it, is 404",
        kind="routing",
        resource="jobs",
        with_operations=("get_jobs",),
        middleware=instead(
            lambda scope: b"%2c" in _path(scope).lower(),
            status=404,
            body=b"<html><body><h1>Not Found</h1></body></html>",
            content_type=_HTML,
        ),
        safe=True,
        only="error-shape",
    ),
    Defect(
        name="unknown-path-as-page",
        description="Every unknown path answers 200 with the start page of a web monitor",
        kind="routing",
        resource="everything",
        with_operations=("get_server_info",),
        middleware=instead(
            _is_unknown,
            status=200,
            body=b"<html><body><h1>FTS Web Monitoring</h1></body></html>",
            content_type=_HTML,
        ),
        safe=True,
        only="unknown-path",
    ),
    Defect(
        name="foreign-origin-served",
        description="Requests that scripts on other sites send are served with the certificate of the user",
        kind="authorization-hole",
        resource="everything",
        with_operations=("whoami", "list_jobs"),
        middleware=_without_origin,
        safe=True,
        only="foreign-origin",
    ),
    Defect(
        name="files-cut-off-on-the-way",
        description="GET /files: the connection closes in the middle of the body",
        kind="broken-body",
        resource="files",
        with_operations=("list_files",),
        arrange=with_fault("truncated", "GET /files/?$"),
        safe=True,
        only="no-answer",
    ),
)
