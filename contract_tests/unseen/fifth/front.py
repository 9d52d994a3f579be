"""Defects of what stands in front of the service: a reverse proxy with a cache, compression, and a clock of its own."""

from __future__ import annotations

import gzip
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect
from unseen.seams import OK, in_operations, memory

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply
    from unseen.seams import Application, Receive, Scope, Send

_LARGE: Final = 4096
_CACHED_S: Final = 60
_REFUSED: Final = 400
_NEGOTIATED: Final = (
    "get_global_config",
    "get_se_config",
    "list_activity_shares",
    "list_cloud_storages",
    "list_config_audit",
    "list_grants",
    "list_hosts",
    "list_links",
)


def _good_head(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if call.method == "HEAD" and reply.status >= _REFUSED:
        return attrs.evolve(reply, status=OK)
    return reply


def _without_vary(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != OK:
        return reply
    kept = memory(call).setdefault("kept forms", {})
    key = (call.path, *sorted(call.query.items()))
    at, first = kept.get(key, (float("-inf"), reply))
    if call.now - at >= _CACHED_S:
        kept[key] = (call.now, reply)
        return reply
    return reply if first.content_type == reply.content_type else first


def _compressed_unannounced(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    asked = "gzip" in call.headers.get("accept-encoding", "")
    if call.method == "HEAD" or not asked or reply.status != OK or len(reply.body) < _LARGE:
        return reply
    return attrs.evolve(reply, body=gzip.compress(reply.body, mtime=0))


def _an_hour_ahead(app: Application) -> Application:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return

        async def shifted(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = [(name, _shifted(name, value)) for name, value in message["headers"]]
                message = {**message, "headers": headers}
            await send(message)

        await app({**scope}, receive, shifted)

    return serve


def _shifted(name: bytes, value: bytes) -> bytes:
    if name != b"date":
        return value
    at = parsedate_to_datetime(value.decode()) + timedelta(hours=1)
    return format_datetime(at, usegmt=True).encode()


def _cors_filter(app: Application) -> Application:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "OPTIONS":
            await app(scope, receive, send)
            return
        headers = [
            (b"access-control-allow-origin", b"*"),
            (b"access-control-allow-methods", b"GET, POST, PUT, DELETE"),
        ]
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    return serve


DEFECTS: Final = (
    in_operations(
        "refused-head-is-200",
        "HEAD of what the caller may not read, or of what does not exist, is answered 200 where GET is refused",
        "wrong-status",
        _good_head,
        operations=(
            "get_jobs",
            "list_job_files",
            "get_job_field",
            "get_archived_job",
            "get_link",
            "get_delegation",
            "stat_file",
            "list_jobs",
            "list_links",
        ),
        resource="jobs",
        safe=True,
    ),
    in_operations(
        "cached-form-ignores-accept",
        "A cache keeps pages of the configuration for a minute without regard to Accept: after a browser, programs get HTML",
        "wrong-content-type",
        _without_vary,
        operations=_NEGOTIATED,
        resource="config",
        safe=True,
    ),
    in_operations(
        "large-answers-compressed-unannounced",
        "Answers of 4 KiB and more are compressed for clients that accept gzip, without Content-Encoding",
        "broken-body",
        _compressed_unannounced,
        operations=(
            "list_jobs",
            "list_files",
            "get_jobs",
            "list_job_files",
            "get_archived_job",
            "list_optimizer_evolution",
            "list_config_audit",
        ),
        resource="jobs",
        safe=True,
    ),
    Defect(
        name="front-clock-an-hour-ahead",
        description="The Date header of every answer is an hour ahead of the times in the bodies",
        kind="header",
        resource="whoami",
        middleware=_an_hour_ahead,
        with_operations=("whoami", "get_server_info", "list_jobs"),
        safe=True,
    ),
    Defect(
        name="options-answered-by-a-cors-filter",
        description="OPTIONS never reaches the service: every path gets 204 and the same methods, without Allow",
        kind="header",
        resource="jobs",
        middleware=_cors_filter,
        with_operations=("list_jobs", "get_jobs", "whoami", "list_links"),
        safe=True,
    ),
)
