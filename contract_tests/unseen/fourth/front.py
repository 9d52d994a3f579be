"""Defects of what stands in front of the application: a new balancer, its limits, and the headers that it rewrites."""

from __future__ import annotations

import html
import json
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect
from fts_contract.defects.seams import on_call
from fts_contract.mock.exchange import HTML
from unseen.seams import header_of, in_operations

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from fts_contract.defects.defect import Handler
    from fts_contract.mock.asgi import ASGIApp, Receive, Scope, Send
    from fts_contract.mock.exchange import Call, Reply

_LARGEST_BODY: Final = 64 * 1024
_ERRORS: Final = range(400, 600)
_READS: Final = (
    "list_jobs",
    "get_jobs",
    "list_job_files",
    "get_job_field",
    "list_files",
    "get_archived_job",
    "get_link",
)
_BY_FORM: Final = (
    "unban_se",
    "unban_dn",
    "delete_se_config",
    "delete_global_config",
    "delete_share",
    "remove_grants",
)


def _two_hours_ahead(date: bytes) -> bytes:
    at = parsedate_to_datetime(date.decode()) + timedelta(hours=2)
    return format_datetime(at, usegmt=True).encode()


def _local_time(app: ASGIApp) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def rewritten(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = [
                    (name, _two_hours_ahead(value) if name == b"date" else value)
                    for name, value in message["headers"]
                ]
                message = {**message, "headers": headers}
            await send(message)

        await app({**scope}, receive, rewritten)

    return serve


def _bodies_limited(app: ASGIApp) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if int(header_of(scope, b"content-length") or 0) <= _LARGEST_BODY:
            await app(scope, receive, send)
            return
        while (await receive()).get("more_body", False):
            pass
        body = b"<html><body><h1>413 Request Entity Too Large</h1></body></html>"
        headers = [(b"content-type", b"text/html"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 413, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return serve


def _unauthorized(app: ASGIApp) -> ASGIApp:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if header_of(scope, b"authorization"):
            kept = [header for header in scope["headers"] if header[0] != b"authorization"]
            scope = {**scope, "headers": kept}
        await app(scope, receive, send)

    return serve


def _negotiated_error(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status not in _ERRORS or "json" in call.headers.get("accept", ""):
        return reply
    said = html.escape(json.dumps(json.loads(reply.body)))
    body = f"<!DOCTYPE html>\n<title>Error</title>\n<p>{said}</p>\n".encode()
    return attrs.evolve(reply, body=body, content_type=HTML)


def _without_body(call: Call) -> Call:
    return attrs.evolve(call, body=b"", form={}) if call.body else call


DEFECTS: Final = (
    Defect(
        name="date-header-in-local-time",
        description="The Date of every answer is two hours ahead: it holds the local time and calls it GMT",
        kind="header",
        resource="whoami",
        with_operations=("whoami", "list_jobs", "submit_job"),
        safe=True,
        middleware=_local_time,
    ),
    Defect(
        name="large-submissions-are-413",
        description="A POST or PUT with more than 64 KiB is answered 413: the new balancer came with a limit for web forms",
        kind="refuses-valid",
        resource="jobs",
        with_operations=("submit_job", "submit_job_put", "list_job_files"),
        middleware=_bodies_limited,
    ),
    Defect(
        name="authorization-header-does-not-arrive",
        description="A bearer token is not refused but dropped on the way: the certificate counts, or the caller is anonymous",
        kind="accepts-invalid",
        resource="whoami",
        with_operations=("whoami", "list_jobs"),
        safe=True,
        middleware=_unauthorized,
    ),
    in_operations(
        "errors-are-pages-unless-json-is-named",
        "404, 403 and 400 are HTML pages for clients whose Accept is */* or missing",
        "html-instead-of-json",
        _negotiated_error,
        operations=_READS,
        resource="jobs",
        safe=True,
    ),
    in_operations(
        "body-of-a-delete-is-dropped",
        "DELETE with its parameters in a form is 400: the balancer passes no body on with DELETE",
        "refuses-valid",
        on_call(_without_body),
        operations=_BY_FORM,
        resource="ban/se",
        with_operations=("ban_se", "list_banned_se"),
    ),
)
