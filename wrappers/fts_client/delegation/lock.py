"""Taking turns: callers of one process that want the same delegation make it once."""

from __future__ import annotations

import threading

import attrs

from fts_client._fork import LockOwner

__all__ = ["Turn", "turn_of"]


@attrs.define(eq=False, repr=False)
class Turn:
    """The right to delegate under one id at one server.

    Attributes:
        done: How many delegations were made in this process; tells a caller that waited that another one was served meanwhile.
        lock: Held by whoever delegates now. Any thread may release it.
    """

    done: int = 0
    lock: threading.Lock = attrs.field(factory=threading.Lock)


class _Turns(LockOwner):
    """All turns of this process."""

    def __init__(self) -> None:
        self._turns: dict[tuple[str, str], Turn] = {}
        self._own_lock()

    def of(self, endpoint: str, delegation_id: str) -> Turn:
        with self._lock:
            return self._turns.setdefault((endpoint, delegation_id), Turn())

    def _after_fork(self) -> None:
        # A thread of the parent may hold one; in the child nobody would ever release it.
        self._turns.clear()


_process = _Turns()


def turn_of(endpoint: str, delegation_id: str) -> Turn:
    """Find the turn that all clients of this process share.

    Args:
        endpoint: Address of the server.
        delegation_id: Another DN or other VOMS attributes have another id, and so another turn.

    Returns:
        The turn; the same object for the same arguments.
    """
    return _process.of(endpoint, delegation_id)
