"""Take secrets out of what is shown or kept: private keys, tokens, and passwords in URLs."""

from __future__ import annotations

import re

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


def without_tokens(text: str, own: str = "") -> str:
    """Replace web tokens and the caller's own token, whose form may be any, by a mark."""
    return WEB_TOKEN.sub(TOKEN_REMOVED, text.replace(own, TOKEN_REMOVED) if own else text)


def without_secrets(text: str) -> str:
    """Replace private keys and web tokens by marks, and leave the user and password of URLs out."""
    return _URL_USER.sub("", _PRIVATE_KEY.sub(_KEY_REMOVED, without_tokens(text)))
