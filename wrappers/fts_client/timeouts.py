"""How long one exchange with the server may take."""

from __future__ import annotations

from typing import Any, Final

import attrs

from fts_client.errors import FTSUsageError

__all__ = ["Timeouts"]

_LONGEST_S: Final = 1_000_000


def _positive(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    del instance
    # A larger one does not fit into what the operating system takes.
    if not isinstance(value, int | float) or not 0 < value <= _LONGEST_S:
        raise FTSUsageError(
            f"{attribute.name} must be more than 0 and at most {_LONGEST_S:,}, got {value!r}"
        )


@attrs.frozen(kw_only=True)
class Timeouts:
    """Limits of one attempt at a request, in seconds: of each step, and of all of it.

    Attributes:
        connect_s: TCP connection to an address of the host, answer of an HTTP proxy, and TLS handshake, each.
        read_s: How long the server may be silent while it answers.
        write_s: How long sending the request may make no progress.
        pool_s: Waiting for a free connection when all are in use.
        total_s: From waiting for a connection to the last byte of the answer: a server that sends a byte now and then keeps
            each of the others.

    Raises:
        FTSUsageError: A value is not more than 0, or more than a million.
    """

    connect_s: float = attrs.field(default=10.0, validator=_positive)
    read_s: float = attrs.field(default=60.0, validator=_positive)
    write_s: float = attrs.field(default=60.0, validator=_positive)
    pool_s: float = attrs.field(default=60.0, validator=_positive)
    total_s: float = attrs.field(default=600.0, validator=_positive)
