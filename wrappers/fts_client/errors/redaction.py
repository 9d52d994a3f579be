"""Take secrets out of texts, bodies and headers before a person or a log sees them.

Servers and libraries may repeat what they were sent, so everything that goes into an error or a recorded exchange passes through here.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BODY_LIMIT", "redact", "redact_body", "redact_headers"]

BODY_LIMIT = 16_384
"""Characters of a body that an error keeps."""

_SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})
_TOKEN_FIELDS = ("source_tokens", "destination_tokens")

# Compiled when first used, so that programs without errors start faster.
# A key block that was cut off has no END line, so everything up to the next BEGIN or the end of the text is removed.
_PRIVATE_KEY = (
    r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?"
    r"(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|(?=-----BEGIN )|\Z)"
)
# Characters of a JWT. Matching whole runs of them takes linear time; a pattern that begins at every "eyJ" takes quadratic time.
_JWT_RUN = r"[A-Za-z0-9_.-]{8,}"
# A word of plain letters after "bearer" is prose ("bearer authentication"), not a token.
_BEARER = r"\b((?i:bearer))([\s=:]+)(?=[a-z]*[A-Z0-9._~+/=-])[A-Za-z0-9._~+/=-]{4,}"
_PARAMETER = (
    r"(?i)\b((?:access|refresh|request|id|bearer)[_-]?token(?:_secret)?|(?:client|app)_secret|secret_key|authz|passphrase|password)"
    r"(\"?'?\s*[=:]\s*[\"']?)(?!\[)[^\s\"'&;,<>}]{4,}"
)
# The tokens of a submission. A body that was cut off in the middle of them has no end.
_LISTED = (
    r'("(?:source|destination)_tokens"\s*:\s*)'
    r'(?:\[(?:[^\]"]|"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z))+(?:\]|\Z)|"(?:[^"\\]|\\(?:.|\Z))+(?:"|\Z))'
)
_URL_USER = r"(?<=://)[^/\s@:]*:[^/\s@]*@"


def redact(text: str) -> str:
    """Replace private keys, bearer tokens and passwords in a text by a mark; a text without secrets is returned unchanged."""
    text = re.sub(_PRIVATE_KEY, "[private key removed]", text)
    text = re.sub(_JWT_RUN, _without_jwt, text)
    text = re.sub(_LISTED, r'\1["[token removed]"]', text)
    text = re.sub(_BEARER, r"\1\2[token removed]", text)
    text = re.sub(_PARAMETER, r"\1\2[secret removed]", text)
    return re.sub(_URL_USER, "[user removed]@", text)


def _without_jwt(run: re.Match[str]) -> str:
    # Header and claims are JSON objects, so their base64url always starts with "eyJ". What is left of a token that was cut off
    # after the first dot is still secret.
    text = run.group()
    start = text.find("eyJ")
    return text[:start] + "[token removed]" if start >= 0 and "." in text[start:] else text


def redact_body(body: bytes) -> str:
    """Decode a body and remove its secrets, also tokens of transfers that hold characters no pattern expects."""
    text = body.decode("utf-8", errors="replace")
    if any(name in text for name in _TOKEN_FIELDS):
        try:
            value = json.loads(text)
            for file in value["files"]:
                file |= {name: ["[token removed]"] for name in _TOKEN_FIELDS if file.get(name)}
            text = json.dumps(value)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            pass  # the body is not a submission
    return redact(text)


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Reduce each header that holds a secret to its scheme: "basic", "bearer" or "other"."""
    return {
        name: _scheme(value) if name.lower() in _SECRET_HEADERS else value
        for name, value in headers.items()
    }


def _scheme(value: str) -> str:
    # A value of one word is the secret itself.
    scheme, _, secret = value.partition(" ")
    return scheme.lower() if secret and scheme.lower() in {"basic", "bearer"} else "other"
