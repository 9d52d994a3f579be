"""Read content types, and find the documented one that an answer matches."""

from __future__ import annotations

from email.message import Message
from functools import lru_cache
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["MediaType", "best_documented"]


@attrs.frozen
class MediaType:
    """A content type in lower case: the name, such as `application/json` or the range `text/*`, and its parameters."""

    name: str
    parameters: frozenset[tuple[str, str]] = frozenset()

    # Every exchange has one of the same few values.
    @classmethod
    @lru_cache(maxsize=500)
    def parse(cls, text: str) -> MediaType:
        """Read a `Content-Type` value; a malformed one gives a type that matches nothing.

        Source: RFC 9110 section 8.3.1 (names and charsets are case-insensitive).
        """
        message = Message()
        message["Content-Type"] = text.replace("\r", " ").replace("\n", " ")
        parameters = message.get_params(failobj=[], unquote=True)[1:]
        name = text.partition(";")[0].strip().lower()
        return cls(name, frozenset((key.lower(), value.lower()) for key, value in parameters))

    @property
    def is_json(self) -> bool:
        """True for `application/json` and for every type with the suffix `+json`."""
        return self.name == "application/json" or self.name.endswith("+json")

    def admits(self, other: MediaType) -> bool:
        """Say whether an answer of type `other` matches this documented type.

        It may have parameters that are not documented: FTS adds charsets to some answers.
        """
        family, _, subtype = self.name.partition("/")
        names_fit = self.name in {other.name, "*/*"} or (
            subtype == "*" and other.name.startswith(f"{family}/")
        )
        return names_fit and self.parameters <= other.parameters


def best_documented(documented: Iterable[str], content_type: str) -> str | None:
    """Find the most specific documented content type, a key of a `content` object, that admits a header value."""
    sent = MediaType.parse(content_type)
    fitting = [key for key in documented if MediaType.parse(key).admits(sent)]
    return max(fitting, key=_specificity, default=None)


def _specificity(key: str) -> tuple[int, int]:
    documented = MediaType.parse(key)
    return (-documented.name.count("*"), len(documented.parameters))
