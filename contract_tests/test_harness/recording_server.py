"""A mock FTS behind real TLS that writes down what arrives, and shows whether its memory changed."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from fts_contract.mock.asgi import ASGIApp, Message, Receive, Scope, Send

# Parts of the state that are not data, such as the heartbeat of the mock itself.
_NO_DATA = {"beat", "lock", "_clock", "clock", "_who", "who", "engine"}


class Arrived(NamedTuple):
    """One request, as it came in."""

    method: str
    target: str
    body: bytes


class RecordingServer:
    """Starts a mock with a stopped clock."""

    def __init__(self, *, oauth2: bool = False) -> None:
        self.arrived: list[Arrived] = []
        self._lock = threading.Lock()
        self.mock = MockFTS(time_scale=0, oauth2=oauth2, middleware=self._record)

    def __enter__(self) -> Self:
        self.mock.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.mock.stop()

    def _record(self, application: ASGIApp) -> ASGIApp:
        async def recording(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await application(scope, receive, send)
                return
            body = bytearray()

            async def receive_and_keep() -> Message:
                message = await receive()
                body.extend(message.get("body", b""))
                return message

            try:
                await application(scope, receive_and_keep, send)
            finally:
                query = scope["query_string"].decode()
                target = scope["raw_path"].decode() + (f"?{query}" if query else "")
                with self._lock:
                    self.arrived.append(Arrived(scope["method"], target, bytes(body)))

        return recording

    def memory(self) -> Any:
        """Copy everything that the mock knows, for comparison."""
        return _frozen(self.mock.state)


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {repr(key): _frozen(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_frozen(item) for item in value]
    if type(value).__module__.startswith("fts_contract.mock"):
        names = getattr(value, "__attrs_attrs__", None)
        fields = [entry.name for entry in names] if names else list(vars(value))
        return {name: _frozen(getattr(value, name)) for name in fields if name not in _NO_DATA}
    return repr(value)
