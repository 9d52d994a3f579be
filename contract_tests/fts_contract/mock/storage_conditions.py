"""What tests want a storage to do to the transfers that use it: fail a number of times, be full, slow or offline."""

from __future__ import annotations

import errno
import os
from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import attrs

if TYPE_CHECKING:
    from fts_contract.mock.mock_url import MockURL


@attrs.frozen
class Failure:
    """An errno and its text."""

    code: int
    text: str


@attrs.define
class _Condition:
    failure: Failure
    left: int | None


def _checked_times(times: int | None) -> int | None:
    if times is not None and times < 1:
        raise ValueError(f"times must be 1 or more, or None for always, not {times}")
    return times


class Storage:
    """A storage of any scheme, as tests arrange it. What is arranged holds for steps of transfers that begin later.

    Args:
        name: `scheme://host`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.slowest_s: float | None = None
        self._conditions: dict[str, _Condition] = {}

    def fail(self, *, errno: int, times: int | None = None, message: str = "") -> None:
        """Let transfers from and to the storage fail.

        Args:
            errno: With which error; FTS retries all but errors such as 2 (no such file) that a retry cannot help.
            times: How many attempts fail; None for all.
            message: Text of the error; empty for that of the operating system.

        Raises:
            ValueError: `errno` or `times` is less than 1.
        """
        if errno < 1:
            raise ValueError(f"errno must be 1 or more, not {errno}")
        self._put("fail", Failure(errno, message or os.strerror(errno)), times)

    def full(self, *, times: int | None = None) -> None:
        """Let transfers to the storage fail with 28, "No space left on device"; those from it work.

        Args:
            times: How many attempts fail; None for all.

        Raises:
            ValueError: `times` is less than 1.
        """
        self._put("full", _failure(errno.ENOSPC), times)

    def offline(self, *, times: int | None = None) -> None:
        """Let the staging of files on the storage fail with 112, "Host is down"; transfers without staging work.

        Args:
            times: How many attempts fail; None for all.

        Raises:
            ValueError: `times` is less than 1.
        """
        self._put("offline", _failure(errno.EHOSTDOWN), times)

    def wrong_checksum(self, *, times: int | None = None) -> None:
        """Let the storage report a checksum that does not match; it counts in jobs that verify the checksum at this end.

        Args:
            times: How many attempts fail; None for all.

        Raises:
            ValueError: `times` is less than 1.
        """
        self._put("wrong_checksum", _failure(errno.EIO), times)

    def slow(self, seconds: float) -> None:
        """Let transfers from and to the storage take this many seconds of the mock's clock.

        Raises:
            ValueError: Negative.
        """
        if seconds < 0:
            raise ValueError(f"seconds must be 0 or more, not {seconds}")
        self.slowest_s = seconds

    def recover(self) -> None:
        """Let everything work again."""
        self.slowest_s = None
        self._conditions.clear()

    def _put(self, kind: str, failure: Failure, times: int | None) -> None:
        self._conditions[kind] = _Condition(failure, _checked_times(times))

    def take(self, *kinds: str) -> Failure | None:
        """Give the failure that hits an attempt, and count it.

        Args:
            kinds: What would hit: `fail`, `full`, `offline`, `wrong_checksum`.
        """
        for kind in kinds:
            condition = self._conditions.get(kind)
            if condition is None:
                continue
            if condition.left is not None:
                condition.left -= 1
                if condition.left == 0:
                    del self._conditions[kind]
            return condition.failure
        return None


def _failure(code: int) -> Failure:
    return Failure(code, os.strerror(code))


class Storages:
    """The storages that tests have arranged, and how often URLs with `errno_times` have failed."""

    def __init__(self) -> None:
        self._storages: dict[str, Storage] = {}
        self._failed: Counter[tuple[str, str]] = Counter()

    def arranged(self, name: str) -> Storage:
        """Give the storage of a name or URL, to arrange what it does.

        Args:
            name: `scheme://host`; port and path do not count.

        Raises:
            ValueError: Scheme or host are missing.
        """
        parts = urlsplit(name)
        if not parts.scheme or not parts.hostname:
            raise ValueError(f"expected a storage such as davs://host, got {name!r}")
        key = f"{parts.scheme}://{parts.hostname}"
        return self._storages.setdefault(key, Storage(key))

    def find(self, name: str | None) -> Storage:
        """Find a storage by the name that file records give it; one without conditions when nothing was arranged."""
        return self._storages.get((name or "").lower()) or _ORDINARY

    def errno_of(self, url: MockURL, key: str) -> int:
        """Give the errno that a URL asks for, as often as its `errno_times` says; 0 for none.

        Args:
            url: The URL.
            key: `errno`, `transfer_errno`, `staging_errno` or `archiving_errno`.
        """
        code, times = url.number(key), url.exact_number(f"{key}_times")
        if not code or times is None:
            return code
        self._failed[url.surl, key] += 1
        return code if self._failed[url.surl, key] <= times else 0


_ORDINARY: Final = Storage("")
