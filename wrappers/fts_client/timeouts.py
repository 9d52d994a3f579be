"""How long one exchange with the server may take."""

from __future__ import annotations

import math
from typing import Any

import attrs

from fts_client.errors import FTSUsageError

__all__ = ["Timeouts"]


def _positive(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    del instance
    if not isinstance(value, int | float) or not 0 < value < math.inf:
        raise FTSUsageError(f"{attribute.name} must be more than 0 and finite, got {value!r}")


@attrs.frozen(kw_only=True)
class Timeouts:
    """Limits of each step of one attempt, in seconds. Each step has one.

    Attributes:
        connect_s: TCP connection and TLS handshake, each.
        read_s: How long the server may be silent while it answers.
        write_s: How long sending the request may make no progress.
        pool_s: Waiting for a free connection when all are in use.

    Raises:
        FTSUsageError: A value is not more than 0, or infinite.
    """

    connect_s: float = attrs.field(default=10.0, validator=_positive)
    read_s: float = attrs.field(default=60.0, validator=_positive)
    write_s: float = attrs.field(default=60.0, validator=_positive)
    pool_s: float = attrs.field(default=60.0, validator=_positive)
