"""Defects of what stands in front of the application: paths that it rewrites, and answers that it keeps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from unseen.seams import OK, header_of, memory

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.asgi import ASGIApp, Receive, Scope, Send
    from fts_contract.mock.exchange import Call, Reply

_NOT_FOUND: Final = 404
_COMMA: Final = re.compile(b"%2c", re.IGNORECASE)


def _commas_stay_encoded(app: ASGIApp) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        raw_path = scope.get("raw_path") or b""
        if _COMMA.search(raw_path):
            scope = {**scope, "raw_path": _COMMA.sub(b"%252C", raw_path)}
        await app(scope, receive, send)

    return serve


def _slash_leads_out_of_tls(app: ASGIApp) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if path == "/" or not path.endswith("/"):
            await app(scope, receive, send)
            return
        location = f"http://{header_of(scope, b'host')}{path.rstrip('/')}"
        headers = [(b"location", location.encode()), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 301, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    return serve


def _once_unknown(call: Call, carry_on: Handler) -> Reply:
    unknown: dict[str, Reply] = memory(call).setdefault("unknown jobs", {})
    reply = carry_on(call)
    job_id = call.params["job_ids"]
    if reply.status == _NOT_FOUND:
        unknown[job_id] = reply
    kept = unknown.get(job_id)
    return attrs.evolve(kept) if kept is not None and reply.status == OK else reply


DEFECTS: Final = (
    Defect(
        name="encoded-comma-separates-nothing",
        description="GET /jobs/A%2CB looks for one job with a comma in its id, and answers 404",
        kind="routing",
        resource="jobs",
        with_operations=("get_jobs", "list_jobs"),
        safe=True,
        middleware=_commas_stay_encoded,
    ),
    Defect(
        name="final-slash-leads-to-plain-http",
        description="GET /jobs/, /files/ and /archive/ are redirected to http:// without the slash",
        kind="routing",
        resource="jobs",
        with_operations=("list_jobs", "list_files", "get_archive_index"),
        safe=True,
        middleware=_slash_leads_out_of_tls,
    ),
    defect_of(
        "unknown-job-stays-unknown",
        "A job that was asked for before it was submitted is answered 404 ever after: the front end keeps the 404",
        "stale-data",
        _once_unknown,
        operation="get_jobs",
        resource="jobs",
        with_operations=("submit_job", "whoami"),
    ),
)
