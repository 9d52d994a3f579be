"""The exceptions of the official client, by name and inheritance; `args` and `str()` are the same.

Source: fts3 3.14.2, `fts3.rest.client.exceptions`.
"""

# ruff: noqa: N818
# These are the official names.
from __future__ import annotations

from typing import Any, Self

from fts_client.errors.chains import secret_free
from fts_client.errors.redaction import clean

__all__ = [
    "BadAnswer",
    "BadEndpoint",
    "ClientError",
    "ConnectionFailed",
    "FTS3ClientException",
    "FailedDependency",
    "MethodNotAllowed",
    "NeedDelegation",
    "NotFound",
    "ServerError",
    "TryAgain",
    "Unauthorized",
]


@secret_free
class FTS3ClientException(Exception):
    """Base of all exceptions of `easy`. Like all errors of this package, they hold no secrets."""

    def __new__(cls, *args: Any, **_named: Any) -> Self:
        """Set `args`, which the constructors below leave alone."""
        return super().__new__(cls, *map(clean, args))


class BadEndpoint(FTS3ClientException):
    """There is no FTS server at the endpoint, or it cannot be reached; raised by `Context` only."""

    def __init__(self, reason: Any) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return f"Bad endpoint: {self.reason}"


class Unauthorized(FTS3ClientException):
    """401, 402 or 403."""

    def __init__(self, reason: Any = None) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return f"Unauthorized: {self.reason}" if self.reason else "Unauthorized"


class MethodNotAllowed(FTS3ClientException):
    """405."""

    def __init__(self, reason: Any = None) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return f"Method Not Allowed: {self.reason}" if self.reason else "Method Not Allowed"


class ClientError(FTS3ClientException):
    """400, 409 and every other 4xx without a class of its own; also wrong arguments."""

    def __init__(self, reason: Any) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return f"Client error: {self.reason}"


class NeedDelegation(ClientError):
    """419: no delegated credential, or too little is left of it."""

    def __str__(self) -> str:
        return "Need to delegate credentials"


class FailedDependency(ClientError):
    """424."""

    def __str__(self) -> str:
        return "Failed dependency"


class ServerError(FTS3ClientException):
    """5xx, or an answer that is not what FTS sends."""

    def __init__(self, reason: Any) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return f"Server error: {self.reason}"


class TryAgain(ServerError):
    """503."""

    def __str__(self) -> str:
        return f"Try again: {self.reason}"


class NotFound(FTS3ClientException):
    """404."""

    def __init__(self, resource: Any, reason: Any = None) -> None:
        self.resource = resource
        self.reason = reason

    def __str__(self) -> str:
        return str(self.reason) if self.reason else f"Not found: {self.resource}"


class ConnectionFailed(FTS3ClientException, ConnectionError):
    """No connection, a broken one, or a time-out.

    The official client lets the exception of requests through, which is an OSError too: `except OSError` works with both.
    """


class BadAnswer(ServerError, ValueError):
    """An answer that is not what FTS sends.

    The official client lets the ValueError of its JSON parser through: `except ValueError` works with both.
    """
