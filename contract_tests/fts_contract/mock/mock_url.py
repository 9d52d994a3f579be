"""What a `mock://` URL asks for: the language of the storage plugin that FTS's own tests use."""

from __future__ import annotations

import re
from typing import Final

import attrs

_NUMBER: Final = re.compile(r"\s*([+-]?\d+)")


def _number(text: str) -> int:
    # As strtoll reads: leading digits count, anything else is 0.
    match = _NUMBER.match(text)
    return int(match.group(1)) if match else 0


@attrs.frozen
class MockURL:
    """The query of a `mock://` URL.

    Attributes:
        surl: The URL.
        pairs: Parameters in their order, values not decoded.
    """

    surl: str
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def parse(cls, surl: str) -> MockURL | None:
        """Read a URL.

        Args:
            surl: Any URL.

        Returns:
            None when its scheme is not `mock`, in lower case.

        Source: observed on FTS 3.13.4 (gfal2 mock plugin 2.21.3).
        """
        if not surl.startswith("mock:"):
            return None
        query = surl.partition("?")[2]
        parts = (part.partition("=") for part in query.split("&") if part)
        return cls(surl, tuple((key, value) for key, _, value in parts))

    def text(self, key: str) -> str | None:
        """Value of the first parameter whose name begins with `key`; None without one.

        `errno_times` and its like, which the plugin does not have, are not taken for an `errno`.
        """
        return next(
            (v for name, v in self.pairs if name.startswith(key) and not name.endswith("_times")),
            None,
        )

    def exact_number(self, name: str) -> int | None:
        """Value of the first parameter of exactly this name, as a number; None without one."""
        return next((_number(value) for given, value in self.pairs if given == name), None)

    def number(self, key: str, *, default: int = 0) -> int:
        """Read that value as a number; other text counts as 0."""
        value = self.text(key)
        return default if value is None else _number(value)

    @property
    def size(self) -> int:
        """Size in bytes; negative values wrap to unsigned 64 bit."""
        return self.number("size") % (1 << 64)

    @property
    def checksum(self) -> str:
        """Checksum value that the storage reports for any algorithm; empty without one."""
        return self.text("checksum") or ""
