"""The files of CAs and revocation lists, watched: OpenSSL remembers what it has read, so a context must be made anew when they change."""

from __future__ import annotations

import os
import ssl
import time
from typing import TYPE_CHECKING, TypeAlias

from fts_client._fork import LockOwner
from fts_client.errors import FTSUsageError
from fts_client.errors.logs import safe_logger
from fts_client.trust.directory import HASHED_CA, HASHED_CRL, find_ca_dir

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_client.trust.context import Trust

_log = safe_logger(__name__)

_LOOK_EVERY_S = 2.0
_GRACE_S = 60.0

_Stamps: TypeAlias = tuple[tuple[str, tuple[int, ...] | None], ...]


class TrustFiles(LockOwner):
    """What one client trusts, as it stands on the disk.

    Args:
        trust: Which files; nothing is watched when it does not verify.
        monotonic: Seconds that never go back.
    """

    def __init__(self, trust: Trust, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._trust = trust
        self._monotonic = monotonic
        self._generation = 0
        self._unusable_since: float | None = None
        self._looked_at = 0.0
        self._used: _Stamps | None = None
        self._own_lock()

    def generation(self) -> int:
        """Return a number that grows from 0 when the files have changed since the first call: connections made before are outdated.

        A new, removed or replaced file of a CA directory, and any change of a bundle, is seen at once; a file of a directory that is
        rewritten in place within two seconds. While what is there cannot be used, as during an update, the number stays, for a minute at
        most.
        """
        if not self._trust.verify:
            return 0
        with self._lock:
            now = self._monotonic()
            if self._used is None:
                self._looked_at, self._used = now, self._look()
                return 0
            # The directory and the bundle themselves come first: looking at them is cheap enough for every request.
            same = all(_stamp(path) == stamp for path, stamp in self._used[:2])
            if not same or now - self._looked_at >= _LOOK_EVERY_S:
                self._looked_at = now
                self._compare(self._look(), now)
            return self._generation

    def _compare(self, found: _Stamps, now: float) -> None:
        if found == self._used:
            self._unusable_since = None
            return
        try:
            self._trust.context()
        except FTSUsageError as error:
            if self._unusable_since is None:
                self._unusable_since = now
                _log.warning("The files of the CAs have changed and cannot be used yet: %s", error)
            if now - self._unusable_since < _GRACE_S:
                return
        self._unusable_since = None
        self._used = found
        self._generation += 1

    def _look(self) -> _Stamps:
        """Stamps of the files that count, those of the directory and the bundle themselves first."""
        directory: str | os.PathLike[str] | None = None
        bundle = self._trust.ca_file
        names: list[str] = []
        try:
            if self._trust.ca_dir is not None or bundle is None:
                directory = find_ca_dir(self._trust.ca_dir)
            if directory is None and bundle is None:
                system = ssl.get_default_verify_paths()
                directory, bundle = system.capath, system.cafile
            if directory is not None:
                folder = os.fspath(directory)
                names = [
                    os.path.join(folder, name)  # noqa: PTH118 - a Path for each file takes half of the time
                    for name in sorted(os.listdir(folder))  # noqa: PTH208
                    if HASHED_CA.fullmatch(name) or HASHED_CRL.fullmatch(name)
                ]
        except (FTSUsageError, OSError):
            pass  # making the context says what is wrong
        first = [os.fspath(item) for item in (directory, bundle) if item]
        return tuple((path, _stamp(path)) for path in (*first, *names))


def _stamp(path: str) -> tuple[int, ...] | None:
    """What changes when a file is replaced or rewritten; None when there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - as above
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns
