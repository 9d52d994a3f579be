"""Content types: reading them, and finding the documented one that an answer fits."""

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
    """A content type, compared without case and with its parameters apart.

    Attributes:
        name: Type and subtype in lower case, `application/json`; may be a range such as `text/*`.
        parameters: Names in lower case with their values in lower case.
    """

    name: str
    parameters: frozenset[tuple[str, str]] = frozenset()

    # The same few are read for every exchange.
    @classmethod
    @lru_cache(maxsize=500)
    def parse(cls, text: str) -> MediaType:
        """Read a `Content-Type` value; never fails: a senseless value simply fits nothing.

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
        """Say whether an answer of type `other` is of this documented type.

        Parameters that the documentation does not name are free: FTS adds charsets to some answers.
        """
        family, _, subtype = self.name.partition("/")
        names_fit = self.name in {other.name, "*/*"} or (
            subtype == "*" and other.name.startswith(f"{family}/")
        )
        return names_fit and self.parameters <= other.parameters


def best_documented(documented: Iterable[str], content_type: str) -> str | None:
    """Find the most specific documented content type that admits the one of an answer.

    Args:
        documented: Keys of a `content` object of the OpenAPI document.
        content_type: The header value of the answer.

    Returns:
        The key, or None when none admits it.
    """
    sent = MediaType.parse(content_type)
    fitting = [key for key in documented if MediaType.parse(key).admits(sent)]
    return max(fitting, key=_specificity, default=None)


def _specificity(key: str) -> tuple[int, int]:
    documented = MediaType.parse(key)
    return (-documented.name.count("*"), len(documented.parameters))
