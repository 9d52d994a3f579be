"""One delegation at a time: callers in one process that want the same delegation share a lock, so it is made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_client._fork import LockOwner

if TYPE_CHECKING:
    import threading


class Turn(LockOwner):
    """The right to delegate under one id at one server.

    Attributes:
        done: How many delegations this process made. A caller that waited for the lock sees by it that another one was faster.
    """

    def __init__(self) -> None:
        self.done = 0
        self._own_lock()

    @property
    def lock(self) -> threading.Lock:
        """Held by the caller that delegates now. Any thread may release it."""
        return self._lock


_turns: dict[tuple[str, str], Turn] = {}


def turn_of(endpoint: str, delegation_id: str) -> Turn:
    """Find the turn that all clients of this process share.

    Args:
        endpoint: Address of the server.
        delegation_id: Another DN or other VOMS attributes have another id, and so another turn.

    Returns:
        The turn; the same object for the same arguments.
    """
    # setdefault is atomic: two threads get the same turn.
    return _turns.setdefault((endpoint, delegation_id), Turn())
