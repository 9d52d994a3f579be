"""Which URLs a transfer may name, and the storage that a URL belongs to."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import ParseResult, quote_plus, urlparse

import attrs

_LONGEST_SURL: Final = 1100
_LONGEST_STORAGE: Final = 255


@attrs.frozen
class SURL:
    """A URL that was accepted.

    Attributes:
        url: As stored: only the scheme is normalised.
        storage: `scheme://host`, without port, in lower case.
        scheme: In lower case.
    """

    url: str
    storage: str
    scheme: str

    def with_activity(self, activity: str) -> SURL:
        """Tell a tape system the activity, as FTS does for `root` sources."""
        parts = urlparse(self.url)
        added = f"activity={quote_plus(activity)}"
        query = f"{parts.query}&{added}" if parts.query else added
        return attrs.evolve(self, url=parts._replace(query=query).geturl())


def read_surl(value: Any) -> SURL:
    """Check a source or a destination.

    Args:
        value: The member of the list; white space around it does not count.

    Raises:
        ValueError: No usable URL.
        AttributeError: No text (the reference answers 500).
    """
    parts: ParseResult = urlparse(value.strip())
    shown = parts.geturl()
    if not parts.scheme:
        raise ValueError(f"Missing scheme ({shown})")
    if parts.scheme == "file":
        raise ValueError(f"Can not transfer local files ({shown})")
    if not parts.path or (parts.path == "/" and not parts.query):
        raise ValueError(f"Missing path ({shown})")
    host = parts.hostname
    if not host:
        raise ValueError(f"Missing host ({shown})")
    storage = f"{parts.scheme}://{host}"
    if len(shown) > _LONGEST_SURL or len(storage) > _LONGEST_STORAGE:
        raise ValueError(f"The URL is too long ({len(shown)} characters)")
    return SURL(url=shown, storage=storage, scheme=parts.scheme)
