"""What a forked child must not take over from its parent: locks that a thread of the parent held, and connections."""

from __future__ import annotations

import os
import threading
import weakref


class LockOwner:
    """An object with a lock of its own; a forked child gets a new, free one."""

    _lock: threading.Lock

    def _own_lock(self) -> None:
        """Make the lock; call this before the object is used."""
        self._lock = threading.Lock()
        _owners.add(self)

    def _after_fork(self) -> None:
        """Give up, in a forked child, what else belongs to the parent."""


_owners: weakref.WeakSet[LockOwner] = weakref.WeakSet()


def _start_afresh() -> None:
    # A thread of the parent that held a lock does not exist in the child, so it would never be released there. The lock is
    # replaced, not released: code that forked inside `with` still releases the old one.
    for owner in list(_owners):
        owner._own_lock()  # noqa: SLF001 - of this module
        owner._after_fork()  # noqa: SLF001


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_afresh)
