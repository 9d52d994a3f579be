"""Taking turns: callers of one process that want the same delegation make it once."""

from __future__ import annotations

import os
import threading

import attrs

__all__ = ["Turn", "turn_of"]


@attrs.define(eq=False)
class Turn:
    """The right to delegate under one id at one server.

    Attributes:
        done: How many delegations were made in this process; tells a caller that waited that another one was served meanwhile.
        lock: Held by whoever delegates now. Any thread may release it.
    """

    done: int = 0
    lock: threading.Lock = attrs.field(factory=threading.Lock)


_turns: dict[tuple[str, str], Turn] = {}
_guard = threading.Lock()


def turn_of(endpoint: str, delegation_id: str) -> Turn:
    """Find the turn that all clients of this process share.

    Args:
        endpoint: Address of the server.
        delegation_id: Another DN or other VOMS attributes have another id, and so another turn.

    Returns:
        The turn; the same object for the same arguments.
    """
    with _guard:
        return _turns.setdefault((endpoint, delegation_id), Turn())


def _start_afresh() -> None:
    # A thread of the parent may have held a lock; in the child nobody would ever release it.
    global _guard  # noqa: PLW0603 - replaced in a child process only
    _guard = threading.Lock()
    _turns.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_afresh)
