"""Take secrets out of what is shown or kept: private keys, tokens, and passwords and signatures in URLs."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["TOKEN_REMOVED", "WEB_TOKEN", "without_secrets", "without_tokens"]

TOKEN_REMOVED = "[token removed]"  # noqa: S105 - a mark, not a token
_KEY_REMOVED = "[private key removed]"
WEB_TOKEN = re.compile(r"eyJ[\w-]{8,4000}(?:\.[\w-]*){2,4}", re.ASCII)
"""A JSON web token: signed with a signature of any length, unsigned, or encrypted.

Source: RFC 7515 and RFC 7516, section 7.1: the header is a JSON object in base64url, so it begins with `eyJ`.
"""
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_URL_USER = re.compile(r"(?<=://)[^/?#@\s]+@")
_PARAMETER = re.compile(
    r"(?i)\b([\w-]{0,20}(?:token|signature|secret|password|authz|sig)=)[^\s&\"'<>\\]+"
)
_PIECE = 8
"""Characters. Servers cut what they quote; twice as much of a token is found in any case."""


def without_tokens(text: str, own: str = "") -> str:
    """Replace web tokens and the caller's own token, whose form may be any and which may be cut off, by a mark."""
    spans = sorted(
        {span for start in range(0, len(own), _PIECE) for span in _found(text, own, start)}
    )
    parts, end = [], 0
    for first, last in spans:
        if last > end:
            parts += [text[end:first], TOKEN_REMOVED]
            end = last
    return WEB_TOKEN.sub(TOKEN_REMOVED, "".join([*parts, text[end:]]))


def _found(text: str, own: str, start: int) -> Iterator[tuple[int, int]]:
    """Find where a text holds a piece of a token, with all that stands around it in both."""
    piece = own[start : start + _PIECE]
    if len(piece) < min(_PIECE, len(own)):
        return
    first = text.find(piece)
    while first >= 0:
        last = first + _alike(text[first : first + len(own)], own[start:])
        yield first - _alike(text[max(first - start, 0) : first][::-1], own[:start][::-1]), last
        first = text.find(piece, last)


def _alike(one: str, other: str) -> int:
    """Count the characters with which two texts begin alike."""
    return sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    )


def without_secrets(text: str) -> str:
    """Replace private keys, web tokens and secret parameters of URLs by marks, and leave their user and password out."""
    text = _PARAMETER.sub(rf"\1{TOKEN_REMOVED}", without_tokens(text))
    return _URL_USER.sub("", _PRIVATE_KEY.sub(_KEY_REMOVED, text))
