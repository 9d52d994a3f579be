"""Defects of what stands in front of the operations: connections, callers, bytes, headers."""

from __future__ import annotations

import gzip
import json
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import attrs

from fts_contract.defects.defect import Defect
from fts_contract.mock.exchange import JSON
from unseen.seams import as_somebody_else, in_operations

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from fts_contract.defects.defect import Front, Handler, Kind
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.identity import Caller
    from unseen.seams import Application, Receive, Scope, Send

_REMEMBERED_S: Final = 2.0
_PIECE: Final = 8192
_OVERLAP: Final = 512
_WORTH_IT: Final = 1000
_CLIENT_ERROR: Final = 400
_LCGADMIN: Final = "/testvo/Role=lcgadmin/Capability=NULL"
_READS: Final = ("list_jobs", "get_jobs", "list_job_files")

# Who is on the other side


def _last_caller(app: Application) -> Application:
    last: list[tuple[float, Caller]] = []

    def choose(caller: Caller, scope: Scope) -> Caller:
        if not caller.is_anonymous:
            last[:] = [(time.monotonic(), caller)]
            return caller
        recent = [c for at, c in last if time.monotonic() - at < _REMEMBERED_S]
        return recent[0] if recent and scope["method"] == "GET" else caller

    front: Front = as_somebody_else(choose)
    return front(app)


def _double_slash(caller: Caller, scope: Scope) -> Caller:
    raw: bytes = scope["raw_path"]
    if caller.is_anonymous or not raw.startswith(b"//") or _LCGADMIN in caller.fqans:
        return caller
    return attrs.evolve(caller, fqans=(*caller.fqans, _LCGADMIN))


# What a request says


def _query_sticks(app: Application) -> Application:
    last: WeakKeyDictionary[Any, tuple[bytes, bytes]] = WeakKeyDictionary()

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        connection, path = scope["state"]["transport"], scope["raw_path"]
        before = last.get(connection, (b"", b""))
        query = scope["query_string"]
        last[connection] = (path, query)
        if scope["method"] == "GET" and before[0] == path and before[1] and not query:
            scope = {**scope, "query_string": before[1]}
        await app(scope, receive, send)

    return serve


def _commas_in_ids(app: Application) -> Application:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        path: bytes = scope["raw_path"]
        if path.startswith(b"/jobs/") and b"%2c" in path.lower():
            read = path.replace(b"%2C", b"%252C").replace(b"%2c", b"%252c")
            scope = {**scope, "raw_path": read}
        await app(scope, receive, send)

    return serve


def _options_for_members(app: Application) -> Application:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "OPTIONS" or not scope["state"]["caller"].is_anonymous:
            await app(scope, receive, send)
            return
        body = json.dumps({"status": "403 Forbidden", "message": "Certificate required"}).encode()
        headers = [(b"content-type", JSON.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return serve


# What an answer looks like


def _closed_after_errors(app: Application) -> Application:
    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        statuses: list[int] = []

        async def noting(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
            await send(message)

        await app({**scope}, receive, noting)
        if statuses and statuses[0] >= _CLIENT_ERROR:
            scope["state"]["transport"].close()

    return serve


def _packed(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if "gzip" in call.headers.get("accept-encoding", "") or len(reply.body) < _WORTH_IT:
        return reply
    headers = {**reply.headers, "Content-Encoding": "gzip"}
    return attrs.evolve(reply, body=gzip.compress(reply.body, mtime=0), headers=headers)


def _piece_sent_twice(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if len(reply.body) <= _PIECE:
        return reply
    body = reply.body[:_PIECE] + reply.body[_PIECE - _OVERLAP :]
    return attrs.evolve(reply, body=body)


def _latin1(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    try:
        value = json.loads(reply.body)
    except ValueError:
        return reply
    body = json.dumps(value, ensure_ascii=False).encode("latin-1", "replace")
    return reply if body.isascii() else attrs.evolve(reply, body=body)


def _unauthorized_head(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if call.method != "HEAD" or reply.status != 403:  # noqa: PLR2004
        return reply
    return attrs.evolve(reply, status=200, body=b"{}")


def _front(
    name: str, description: str, kind: Kind, front: Front, *, resource: str = "jobs", **others: Any
) -> Defect:
    """Describe a defect in front of the application; see `Defect` for the arguments."""
    return Defect(
        name=name, description=description, kind=kind, resource=resource, middleware=front,
        safe=True, **others,
    )  # fmt: skip


_bytes = partial(in_operations, resource="jobs", safe=True)

DEFECTS: Final = (
    _front(
        "no-certificate-inherits-last-caller",
        "A request without a certificate is taken for one of the last caller when that is two seconds ago or less",
        "authorization-hole",
        _last_caller,
        resource="whoami",
        with_operations=("whoami", "list_jobs"),
    ),
    _front(
        "double-slash-passes-as-administrator",
        "The rules for levels are those of paths with one slash: //config is open to every certificate",
        "authorization-hole",
        as_somebody_else(_double_slash),
        resource="config",
        with_operations=("get_se_config", "list_links", "list_hosts"),
        caller="alice",
    ),
    _front(
        "query-stays-on-connection",
        "A GET without a query has the query of the request before, when that had the same path and connection",
        "stale-data",
        _query_sticks,
        with_operations=("list_jobs", "list_files"),
    ),
    _front(
        "escaped-comma-is-part-of-the-id",
        "%2C between job ids does not separate them",
        "refuses-valid",
        _commas_in_ids,
        with_operations=("get_jobs", "list_jobs"),
    ),
    _front(
        "options-asks-for-a-certificate",
        "OPTIONS is 403 without a certificate",
        "refuses-valid",
        _options_for_members,
        with_operations=("whoami", "list_jobs", "get_archive_index"),
    ),
    _front(
        "connection-ends-after-errors",
        "After an error the server closes the connection without announcing it",
        "header",
        _closed_after_errors,
        with_operations=("get_jobs", "list_jobs", "whoami"),
    ),
    _bytes(
        "packed-without-being-asked",
        "Answers of a kilobyte and more are sent with gzip to clients that do not accept it",
        "header",
        _packed,
        operations=_READS,
    ),
    _bytes(
        "piece-of-answer-sent-twice",
        "Answers above 8 KiB repeat half a kilobyte at the border of the first piece",
        "broken-body",
        _piece_sent_twice,
        operations=_READS,
    ),
    _bytes(
        "json-in-latin1",
        "Texts outside ASCII are sent in Latin-1 under application/json",
        "wrong-content-type",
        _latin1,
        operations=("get_jobs", "list_job_files", "get_archived_job"),
    ),
    in_operations(
        "head-needs-no-level",
        "HEAD /config/se is 200 for callers whose GET is 403",
        "authorization-hole",
        _unauthorized_head,
        operations=("get_se_config", "list_links"),
        resource="config",
        safe=True,
        caller="alice",
    ),
)
