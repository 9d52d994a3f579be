"""The ASGI application: what happens to a request before and after its handler."""

from __future__ import annotations

import asyncio
import re
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote

import attrs

from fts_contract.mock.authentication import authenticate
from fts_contract.mock.delegation_required import no_delegation
from fts_contract.mock.docs import docs_reply
from fts_contract.mock.errors import APIError, NotBuiltError, PageError
from fts_contract.mock.exchange import FORM, HTML, JSON, Call, Reply, error_reply
from fts_contract.mock.front_end import check_front_end
from fts_contract.mock.handlers.cloud import need_known_caller
from fts_contract.mock.identity import ANONYMOUS, Caller
from fts_contract.mock.operations import OPERATIONS
from fts_contract.mock.routing import Router

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_contract.mock.asgi import Receive, Scope, Send
    from fts_contract.mock.faults import Fault, Faults
    from fts_contract.mock.operations import Operation
    from fts_contract.mock.state import State

_PIECE_S: Final = 0.02


class App:
    """The mock as an ASGI application.

    Args:
        state: Its memory.
        faults: Faults to inject.
        operations: What it answers.
    """

    def __init__(
        self, *, state: State, faults: Faults, operations: Iterable[Operation] = OPERATIONS
    ) -> None:
        self._state = state
        self._faults = faults
        self._router = Router(operations)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
        path = _as_apache_reads(unquote(raw_path.decode("latin-1")))
        method: str = scope["method"]
        body = await _read_body(receive)
        resets = self._state.resets
        fault = self._faults.take(f"{method} {path}")
        if fault is not None and await _before(fault, scope, receive):
            return
        if self._state.resets != resets:
            # The mock was reset while a fault held the request back: a job of it would show up in the next test.
            await _reset(scope, receive)
            return
        reply = self._injected(fault, scope)
        if reply is None and path == "/docs" and method in ("GET", "HEAD"):
            # Rendering the page takes seconds in a checkout; meanwhile other requests are answered.
            reply = await asyncio.to_thread(docs_reply)
        if reply is None:
            reply = self._answer(scope, raw_path=raw_path, path=path, body=body)
        # The mock's time, so that the header agrees with the times in the body.
        date = formatdate(self._state.now(), usegmt=True)
        reply = attrs.evolve(reply, headers={**reply.headers, "Date": date})
        if fault is not None and await _instead(fault, reply, scope, receive, send):
            return
        await _send(reply, send, head=method == "HEAD")

    def _injected(self, fault: Fault | None, scope: Scope) -> Reply | None:
        if fault is None or fault.kind not in ("status", "need-delegation"):
            return None
        if fault.kind == "need-delegation":
            return error_reply(no_delegation(_caller(scope)))
        headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
        return error_reply(APIError(fault.status, fault.message, headers))

    def _answer(self, scope: Scope, *, raw_path: bytes, path: str, body: bytes) -> Reply:
        headers = _first_values(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]
        )
        query = scope["query_string"].decode("latin-1")
        form = ""
        if headers.get("content-type", "").lower().startswith(FORM):
            form = body.decode("utf-8", "replace")
        try:
            check_front_end(scope, raw_path, headers, path_limit=self._state.settings.path_limit)
            with self._state.serving() as now:
                identity = authenticate(headers, _caller(scope), state=self._state, now=now)
                match = self._router.match(scope["method"], path)
                if match.operation is None:
                    if path.startswith("/cs/"):
                        need_known_caller(identity)
                    return Reply(status=200, content_type=HTML, headers={"Allow": match.allow})
                if match.operation.handler is None:
                    raise NotBuiltError(f"{scope['method']} {match.operation.template}")
                call = Call(
                    method=scope["method"],
                    path=path,
                    params=match.params,
                    query=_first_values(parse_qsl(query, keep_blank_values=True)),
                    headers=headers,
                    body=body,
                    form=_first_values(parse_qsl(form, keep_blank_values=True)),
                    identity=identity,
                    state=self._state,
                    now=now,
                )
                return match.operation.handler(call)
        except (APIError, PageError) as error:
            return error_reply(error)


def _caller(scope: Scope) -> Caller:
    caller: Caller = scope.get("state", {}).get("caller", ANONYMOUS)
    return caller


def _first_values(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Keep the first value of each name, as FTS reads queries, forms and headers."""
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


async def _read_body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            break
    return b"".join(parts)


def _as_apache_reads(path: str) -> str:
    """Merge slashes, and follow the segments `.` and `..`."""
    path = re.sub("/{2,}", "/", path)
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            kept = kept[:1] + kept[1:-1]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept) or "/"


def _header_list(reply: Reply) -> list[tuple[bytes, bytes]]:
    headers = [
        (name.lower().encode(), value.encode("latin-1")) for name, value in reply.headers.items()
    ]
    if reply.content_type is not None:
        headers.append((b"content-type", reply.content_type.encode()))
        if not reply.streamed:
            headers.append((b"content-length", str(len(reply.body)).encode()))
    return headers


def _start_of(reply: Reply) -> dict[str, Any]:
    return {"type": "http.response.start", "status": reply.status, "headers": _header_list(reply)}


async def _send(reply: Reply, send: Send, *, head: bool) -> None:
    await send(_start_of(reply))
    await send({"type": "http.response.body", "body": b"" if head else reply.body})


async def _send_slowly(reply: Reply, send: Send, *, bytes_per_s: float) -> None:
    size = max(1, int(bytes_per_s * _PIECE_S))
    await send(_start_of(reply))
    for begin in range(0, len(reply.body), size):
        piece = reply.body[begin : begin + size]
        await asyncio.sleep(len(piece) / bytes_per_s)
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _transport(scope: Scope) -> Any:
    return scope["state"]["transport"]


async def _reset(scope: Scope, receive: Receive) -> None:
    _transport(scope).abort()
    # uvicorn logs an application that ends without an answer while the connection still seems to be open.
    await _disconnected(receive)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _before(fault: Fault, scope: Scope, receive: Receive) -> bool:
    """Apply a fault that comes before the request is carried out.

    Returns:
        True when there will be no answer.
    """
    if fault.kind == "delay":
        await asyncio.sleep(fault.delay_s)
    if fault.kind == "reset":
        await _reset(scope, receive)
        return True
    return False


async def _instead(fault: Fault, reply: Reply, scope: Scope, receive: Receive, send: Send) -> bool:
    """Apply a fault that spoils the answer.

    Returns:
        True when the fault has taken the place of the answer.
    """
    if fault.kind == "reset-after":
        await _reset(scope, receive)
        return True
    if fault.kind == "slow":
        await _send_slowly(reply, send, bytes_per_s=fault.bytes_per_s)
        return True
    if fault.kind == "malformed":
        broken = reply.body[: max(len(reply.body) // 2, 1)] or b"["
        await _send(Reply(status=200, body=broken, content_type=JSON), send, head=False)
        return True
    if fault.kind == "truncated":
        await send(_start_of(reply))
        half = reply.body[: len(reply.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        _transport(scope).close()
        await _disconnected(receive)
        return True
    return False
