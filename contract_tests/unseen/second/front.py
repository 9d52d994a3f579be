"""Defects of HTTP itself: lengths, HEAD, what `Accept` asks for, blanks in queries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import attrs

from fts_contract.defects.defect import Defect
from fts_contract.mock.pages import wants_html
from unseen.seams import OK, in_operations

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply
    from unseen.seams import Application, Receive, Scope, Send

_PAGES: Final = (
    "list_hosts",
    "list_config_audit",
    "get_global_config",
    "list_links",
    "get_se_config",
    "list_grants",
)


def _cut_by_characters(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    try:
        text = json.dumps(json.loads(reply.body), ensure_ascii=False)
    except ValueError:
        return reply
    body = text.encode(errors="replace")[: len(text)]
    return reply if body.isascii() else attrs.evolve(reply, body=body)


def _nothing_announced(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    empty = call.method != "HEAD" or reply.status != OK or not reply.body
    return reply if empty else attrs.evolve(reply, body=b"")


def _page_when_mentioned(call: Call, carry_on: Handler) -> Reply:
    if "text/html" not in call.headers.get("accept", "").lower() or wants_html(call):
        return carry_on(call)
    return carry_on(attrs.evolve(call, headers={**call.headers, "accept": "text/html"}))


def _plus_as_it_is(app: Application) -> Application:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        query: bytes = scope["query_string"]
        if b"+" in query:
            scope = {**scope, "query_string": query.replace(b"+", b"%2B")}
        await app(scope, receive, send)

    return serve


DEFECTS: Final = (
    in_operations(
        "length-counted-in-characters",
        "Answers with text outside ASCII lose a byte at the end for each such character: GET /jobs/%C3%A9 is not valid JSON",
        "broken-body",
        _cut_by_characters,
        operations=("get_jobs", "list_job_files", "get_archived_job", "list_jobs"),
        resource="jobs",
        safe=True,
    ),
    in_operations(
        "head-announces-empty-body",
        "HEAD /jobs and others answer Content-Length: 0, whatever GET would send",
        "header",
        _nothing_announced,
        operations=("list_jobs", "get_jobs", "whoami", "list_files"),
        resource="jobs",
        safe=True,
    ),
    in_operations(
        "quality-of-accept-not-read",
        "GET /config/links and others answer a page to `application/json, text/html;q=0.1`",
        "html-instead-of-json",
        _page_when_mentioned,
        operations=_PAGES,
        resource="config",
        safe=True,
    ),
    Defect(
        name="plus-in-query-is-no-blank",
        description="A + in a query is not read as a blank: GET /config/authorize?dn=/CN=Ann+Lee finds no grant",
        kind="wrong-filter",
        resource="config/authorize",
        with_operations=("add_grant", "list_grants", "remove_grants", "ban_dn", "unban_dn"),
        middleware=_plus_as_it_is,
    ),
)
