"""One connection to a server: HTTP/1.1 on it, without I/O, and that of the synchronous client, which has a socket."""

from __future__ import annotations

import re
import select
import socket
import ssl
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import h11

from fts_client.transport.route import NoAnswer, said

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import httpx

    from fts_client.errors import TimeoutPhase
    from fts_client.transport.route import Route

_MAX_HEAD_BYTES: Final = 100 * 2**10
_DEFAULT_TOTAL_S: Final = 600.0
# How much of the time that a server allows is used; an announcement of hours is not believed, as firewalls forget.
_SHARE_OF_ALLOWED: Final = 0.8
_ALLOWED_AT_MOST_S: Final = 60.0
_END: Final = h11.EndOfMessage()
_CHUNK: Final = 65536
_KEEP_ALIVE: Final = re.compile(rb"\b(timeout|max)\s*=\s*(\d{1,9})\b", re.IGNORECASE)


class RawAnswer(NamedTuple):
    """A complete answer as it came."""

    status: int
    headers: list[tuple[bytes, bytes]]
    content: bytes


class TooLarge(Exception):  # noqa: N818 - never leaves the transport
    """The body of an answer is larger than allowed."""


class Limits:
    """Until when each step of one attempt, and all of it, must be done.

    Args:
        extensions: Those of the request: its `timeout`, and the `deadline` of its procedure.
    """

    def __init__(self, extensions: Mapping[str, object]) -> None:
        steps: Mapping[str, float | None] = extensions.get("timeout") or {}  # type: ignore[assignment]
        self._steps = steps
        self._end_s = time.monotonic() + (steps.get("total") or _DEFAULT_TOTAL_S)
        deadline_s = extensions.get("deadline")
        if isinstance(deadline_s, float):
            self._end_s = min(self._end_s, deadline_s)

    def left(self, step: TimeoutPhase) -> float:
        """Return the seconds that a step may take from now on.

        Raises:
            TimeoutError: There is no time left.
        """
        left_s = self._end_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        limit_s = self._steps.get(step)
        return left_s if limit_s is None or limit_s > left_s else limit_s

    def of_step(self, step: TimeoutPhase) -> Limits:
        """Return limits for a step that begins now and takes several operations."""
        return Limits({"timeout": {"total": self.left(step)}})

    def late(self, step: TimeoutPhase) -> NoAnswer:
        """Say that a step was not done in time."""
        over = time.monotonic() >= self._end_s
        return NoAnswer(
            "It took too long.",
            sent=step in {"write", "read"},
            late="total" if over else step,
        )


def arrivals(descriptor: int) -> Callable[[], object]:
    """Return a function that says whether something has arrived at a socket, or it was closed.

    Args:
        descriptor: That of the socket.
    """
    if not hasattr(select, "poll"):
        # gevent and eventlet remove it.
        return lambda: any(select.select([descriptor], [], [], 0))
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return partial(poll.poll, 0)


class HTTP1Connection:
    """One connection to a server, as far as HTTP goes.

    Args:
        route: How to get to the server.

    Attributes:
        answers: How many answers have come.
        reusable: Whether another request may be written: the last answer is complete, nothing came after it, and the server
            means to keep the connection.
        announced_s: Seconds for which the server says that it keeps an idle connection; None when it does not say.
        allowed_s: Seconds after which an idle connection is not used again.
        asked_s: When the last request was written, by the monotonic clock.
        idle_since_s: When the last answer was complete.
        hung_up: Whether the server closed it in place of an answer.
    """

    _arrived: Callable[[], object]

    def __init__(self, route: Route) -> None:
        self._machine = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)
        self._route = route
        self._head: h11.Response | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self.answers = 0
        self.reusable = False
        self.announced_s: float | None = None
        self.allowed_s = route.expiry_s
        self.asked_s = 0.0
        self.idle_since_s = 0.0
        self.hung_up = False

    def is_open(self) -> bool:
        """Say whether the server has neither closed it nor sent anything that was not asked for."""
        return not self._arrived()

    def write(self, request: httpx.Request) -> bytes:
        """Return the bytes of a request; its body has been read."""
        self.reusable = False
        self.asked_s = time.monotonic()
        send = self._machine.send
        try:
            head = send(
                h11.Request(
                    method=request.method, target=request.url.raw_path, headers=request.headers.raw
                )
            )
            return (head or b"") + (send(h11.Data(request.content)) or b"") + (send(_END) or b"")
        except h11.LocalProtocolError:
            # Not chained: it quotes the header, which may be a token.
            raise NoAnswer(
                "the request has a header that HTTP does not allow", sent=False, final=True
            ) from None

    def feed(self, data: bytes) -> RawAnswer | None:
        """Take what the server sent; no bytes mean that it has closed the connection.

        Returns:
            The answer when it is complete, else None.

        Raises:
            NoAnswer: This will not become an answer.
            TooLarge: The body is larger than allowed.
        """
        machine = self._machine
        if not data and machine.their_state is h11.SEND_RESPONSE:
            self.hung_up = True
            raise self._closed("the server disconnected without an answer")
        try:
            machine.receive_data(data)
            while (event := machine.next_event()) is not h11.NEED_DATA:
                kind = type(event)
                if kind is h11.Data:
                    data = bytes(event.data)  # type: ignore[union-attr]
                    self._size += len(data)
                    if self._size > self._route.max_bytes:
                        raise TooLarge
                    self._parts.append(data)
                elif kind is h11.Response:
                    self._head = event  # type: ignore[assignment]
                elif kind is h11.EndOfMessage:
                    return self._complete()
        except h11.RemoteProtocolError as error:
            # What comes after the colon quotes the answer.
            raise NoAnswer(str(error).partition(":")[0], sent=True) from None
        return None

    def broken(self, error: OSError) -> NoAnswer:
        """Say that the connection broke before the answer was complete."""
        self.hung_up = isinstance(error, ConnectionError)
        return self._closed(said(error))

    def _closed(self, why: str) -> NoAnswer:
        return NoAnswer(why, sent=True, hung_up=self.hung_up, kept=self.answers > 0)

    def _complete(self) -> RawAnswer:
        machine, head, parts = self._machine, self._head, self._parts
        assert head is not None  # noqa: S101 - h11 tells of the end only after a head
        self._head, self._parts, self._size = None, [], 0
        self.answers += 1
        # More bytes than the answer has would be taken for the answer to the next request.
        if machine.our_state is h11.DONE is machine.their_state and not machine.trailing_data[0]:
            machine.start_next_cycle()
            self.reusable = True
            self.idle_since_s = time.monotonic()
            for name, value in head.headers:
                if name == b"keep-alive":
                    self._announced(value)
        return RawAnswer(head.status_code, head.headers.raw_items(), b"".join(parts))

    def _announced(self, keep_alive: bytes) -> None:
        """Read a Keep-Alive header, for instance "timeout=5, max=99"."""
        said = {name.lower(): int(value) for name, value in _KEEP_ALIVE.findall(keep_alive)}
        if b"timeout" in said:
            self.announced_s = float(said[b"timeout"])
            self.allowed_s = min(self.announced_s * _SHARE_OF_ALLOWED, _ALLOWED_AT_MOST_S)
        if said.get(b"max") == 0:
            self.reusable = False


def _connect(host: str, port: int, limits: Limits) -> socket.socket:
    """Connect to the first address of a host that answers; all of them together end with the exchange."""
    trouble = OSError("the name has no address")
    for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        limit_s = limits.left("connect")
        try:
            return socket.create_connection((str(address[0]), port), limit_s)
        except OSError as error:
            trouble = error
    raise trouble


class BlockingConnection(HTTP1Connection):
    """One connection of the synchronous client."""

    _channel: Any = None

    def exchange(self, request: httpx.Request, limits: Limits) -> RawAnswer:
        """Send a request and return its answer.

        Raises:
            NoAnswer: None came.
            TooLarge: Its body is too large.
        """
        unsent = memoryview(self.write(request))
        channel = self._channel or self._open(request.url, limits)
        try:
            while unsent:
                channel.settimeout(limits.left("write"))
                unsent = unsent[channel.send(unsent) :]
        except TimeoutError as error:
            raise limits.late("write") from error
        except OSError:
            # A server may refuse a large body before it has read all of it, and close: its answer can be read.
            pass
        try:
            while True:
                channel.settimeout(limits.left("read"))
                answer = self.feed(channel.recv(_CHUNK))
                if answer is not None:
                    return answer
        except TimeoutError as error:
            raise limits.late("read") from error
        except OSError as error:
            raise self.broken(error) from error

    def _open(self, url: httpx.URL, limits: Limits) -> Any:
        route, proxy = self._route, self._route.http_proxy
        try:
            with route.explaining(limits.late):
                self._channel = _connect(*route.first_hop(url), limits)
                self._channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                if proxy:
                    if route.proxy_context:
                        self._start_tls(route.proxy_context, proxy.host, limits)
                    self._channel.sendall(proxy.connect(url))
                    step, head = limits.of_step("connect"), b""
                    while not proxy.has_connected(head):
                        self._channel.settimeout(step.left("connect"))
                        head += self._channel.recv(_CHUNK) or proxy.hung_up()
            with route.explaining(limits.late, at_server=True):
                if url.scheme == "https":
                    self._start_tls(route.context, url.raw_host.decode("ascii"), limits)
        except BaseException:
            self.close()
            raise
        arrived = arrivals(self._channel.fileno())
        # What TLS has taken from the socket does not show there.
        pending = getattr(self._channel, "pending", lambda: 0)
        self._arrived = lambda: pending() or arrived()
        return self._channel

    def _start_tls(self, context: ssl.SSLContext, host: str, limits: Limits) -> None:
        self._channel.settimeout(limits.left("connect"))
        if isinstance(self._channel, ssl.SSLSocket):
            from fts_client.transport.tls_in_tls import TLSInTLS  # noqa: PLC0415 - few programs need it

            self._channel = TLSInTLS(self._channel, context, host)
        else:
            self._channel = context.wrap_socket(self._channel, server_hostname=host)

    def close(self) -> None:
        """Close it."""
        if self._channel is not None:
            self._channel.close()
