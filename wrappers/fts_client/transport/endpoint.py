"""The address of a server and the name of this program: what every request carries, checked before anything is sent."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx

from fts_client._version import __version__
from fts_client.errors import FTSUsageError

_LONGEST_LABEL = 63
_REMEDY = "Write it like https://fts3-public.cern.ch:8446."


def checked_endpoint(endpoint: str, *, insecure_http: bool = False) -> str:
    """Check the address of a server.

    Args:
        endpoint: What the user gave.
        insecure_http: Whether an http address is taken too.

    Returns:
        The same without a slash at the end.

    Raises:
        FTSUsageError: It is not an https URL (with `insecure_http`, not an http URL either), or holds more than an address: a user, a query or a fragment.
    """
    if not isinstance(endpoint, str):
        raise FTSUsageError(
            f"An endpoint is a text, got {type(endpoint).__name__}", remedy=_REMEDY
        )
    if not isinstance(insecure_http, bool):
        # A configuration value that is not set must not switch TLS off.
        raise FTSUsageError(f"insecure_http must be True or False, got {insecure_http!r}")
    endpoint = endpoint.strip()
    schemes = {"https", "http"} if insecure_http else {"https"}
    try:
        parts = urlsplit(endpoint)
        labels = httpx.URL(endpoint).raw_host.removesuffix(b".").split(b".")
        # The resolver of Python ends in a UnicodeError for labels of other lengths.
        valid = (
            parts.scheme in schemes
            and parts.port != 0
            and all(0 < len(label) <= _LONGEST_LABEL for label in labels)
        )
    except (ValueError, httpx.InvalidURL):
        valid = False
    # User and password would appear in every message. Even an empty query or fragment would swallow the paths.
    if not valid or "@" in endpoint or "?" in endpoint or "#" in endpoint:
        # Not shown is what may be secret: a user, a query, and a path without a server before it. A password may hold any
        # character, even those that end a host name.
        shown = re.sub(r"(?<!:|/)[/?#].*", "...", endpoint.rpartition("@")[2], flags=re.DOTALL)
        raise FTSUsageError(f"{shown!r} is not a valid endpoint", remedy=_REMEDY)
    return endpoint.rstrip("/")


def checked_user_agent(value: object) -> str:
    """Check what to call this program.

    Args:
        value: What the user gave; None: `default_user_agent()`.

    Returns:
        The name.

    Raises:
        FTSUsageError: It cannot stand in a header.
    """
    value = value or default_user_agent()
    if not isinstance(value, str) or not (
        value.isascii() and value.isprintable() and value == value.strip()
    ):
        raise FTSUsageError(
            "A user_agent must be a single line of ASCII text without blanks around it"
        )
    return value


def default_user_agent() -> str:
    """Name this package to servers.

    Returns:
        "fts_client/<version>". With an underscore: the server treats `fts-<text>/<version from 3.12>` as its own new
        clients, and our version must never change what it answers.

    Source: observed on FTS 3.13.4: `[]` in place of `null`.
    """
    return f"fts_client/{__version__}"
