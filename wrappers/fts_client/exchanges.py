"""Look at what was sent and answered: each request in a block of code, with its raw answer and the equivalent curl command.

    with record_exchanges() as seen:
        fts.get_job(job_id)
    print(seen[-1].status_code, seen[-1].content, seen[-1].curl())

Secrets are not recorded.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_client.errors import FTSError
from fts_client.errors.chains import chainable
from fts_client.errors.redaction import redact, redact_body, redact_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

__all__ = [
    "Exchange",
    "NotSentError",
    "record_exchanges",
    "rehearse",
    "rehearsing",
    "watch_exchanges",
]

recorders: ContextVar[tuple[Callable[[Exchange], object], ...]] = ContextVar(
    "recorders", default=()
)
"""Who is told of every exchange in this context."""

rehearsal: ContextVar[bool] = ContextVar("rehearsal", default=False)
"""Whether requests are shown instead of being sent."""

# curl sets these itself, or they are secret.
_OMITTED_HEADERS: Final = frozenset(
    {
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "cookie",
        "host",
        "proxy-authorization",
        "transfer-encoding",
    }
)
_SHOWN_AS: Final = {
    "basic": '--user "$USERNAME:$PASSWORD"',
    "bearer": '-H "Authorization: Bearer $BEARER_TOKEN"',
}


def _showable(error: Exception | None) -> Exception | None:
    return chainable(error) or (error and FTSError(f"{type(error).__name__}: {error}"))


def _showable_words(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(redact, words))


@attrs.frozen(kw_only=True)
class Exchange:
    """One request as it was sent, and its answer; a request that was repeated is several exchanges.

    What was sent is kept without its secrets, so an exchange may be stored or passed on as far as its answer may.

    Attributes:
        method: HTTP method.
        url: Whole address; secrets are taken out of it.
        status_code: Status of the answer; None when none came.
        headers: Headers of the answer, names in lower case.
        content: Body of the answer as it came, decompressed; empty when none came.
        elapsed_s: Seconds from the start of sending to the end of the answer.
        error: What went wrong with the connection, or an `FTSError` that says it without a secret;
            None when an answer came.
    """

    method: str
    url: str = attrs.field(converter=redact)
    status_code: int | None
    headers: Mapping[str, str] = attrs.field(repr=False)
    content: bytes = attrs.field(repr=False)
    elapsed_s: float
    error: Exception | None = attrs.field(converter=_showable)
    _request_headers: Mapping[str, str] = attrs.field(repr=False, converter=redact_headers)
    _request_body: str = attrs.field(repr=False, converter=redact_body)
    _curl_options: tuple[str, ...] = attrs.field(repr=False, converter=_showable_words)

    def json(self) -> Any:
        """Parse the body of the answer.

        Returns:
            The JSON value.

        Raises:
            ValueError: It is not JSON.
        """
        return json.loads(self.content)

    def curl(self) -> str:
        """Write the request as a command for a shell.

        Returns:
            One line. A bearer token stands in it as `$BEARER_TOKEN`, user name and password as `$USERNAME` and
            `$PASSWORD`; other secrets are taken out of address and body.
        """
        import shlex  # noqa: PLC0415 - few programs print commands

        words = ["curl", "-X", self.method, *self._curl_options]
        for name, value in self._request_headers.items():
            if name.lower() not in _OMITTED_HEADERS:
                words += ["-H", f"{name}: {value}"]
        if self._request_body:
            words += ["--data-binary", self._request_body]
        command = shlex.join([*words, self.url])
        for name, scheme in self._request_headers.items():
            if name.lower() == "authorization":
                # In double quotes, so that the shell fills it in.
                shown = _SHOWN_AS.get(scheme, '-H "Authorization: $AUTHORIZATION"')
                command = command.replace("curl ", f"curl {shown} ", 1)
        return command


class NotSentError(Exception):
    """A request was shown instead of being sent, see `rehearse`.

    Attributes:
        exchange: The request.
    """

    def __init__(self, exchange: Exchange) -> None:
        super().__init__(f"{exchange.method} {exchange.url} was not sent")
        self.exchange = exchange


@contextmanager
def record_exchanges() -> Generator[list[Exchange]]:
    """Record every exchange of every client in this block, and in the tasks that are started in it.

    Yields:
        A list that grows with each exchange. It keeps the bodies, so record only what you need.
    """
    seen: list[Exchange] = []
    with watch_exchanges(seen.append):
        yield seen


@contextmanager
def watch_exchanges(tell: Callable[[Exchange], object]) -> Generator[None]:
    """Call a function for every exchange of every client in this block, and in the tasks that are started in it.

    Args:
        tell: Called with each exchange, in the thread that made it.
    """
    token = recorders.set((*recorders.get(), tell))
    try:
        yield
    finally:
        recorders.reset(token)


@contextmanager
def rehearse() -> Generator[None]:
    """Send nothing in this block: the first request raises `NotSentError`, which shows it."""
    token = rehearsal.set(True)
    try:
        yield
    finally:
        rehearsal.reset(token)


def rehearsing() -> bool:
    """Say whether requests are shown instead of being sent."""
    return rehearsal.get()
