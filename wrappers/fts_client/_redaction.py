"""Take secrets out of text before a person or a log sees it.

Servers and libraries may repeat what they were sent, so every text that goes into an error passes through `redact`.
"""

from __future__ import annotations

import re

__all__ = ["redact"]

# A key block that was cut off has no END line: everything up to the next BEGIN or the end goes.
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|(?=-----BEGIN )|\Z)",
    re.DOTALL,
)
# Header and claims of a JWT are JSON objects: their base64url always starts with "eyJ". A token cut off after the
# first dot is still half a secret.
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){1,4}")
# A word of plain letters after "bearer" is prose ("bearer authentication"), not a token.
_BEARER = re.compile(r"\b((?i:bearer))([\s=:]+)(?=[a-z]*[A-Z0-9._~+/=-])[A-Za-z0-9._~+/=-]{4,}")
_PARAMETER = re.compile(
    r"\b((?:access|refresh|id|bearer)[_-]?token|client_secret|passphrase|password)"
    r"(\"?'?\s*[=:]\s*[\"']?)(?!\[)[^\s\"'&;,<>}]{4,}",
    re.IGNORECASE,
)
_URL_USER = re.compile(r"(?<=://)[^/\s@:]*:[^/\s@]*@")


def redact(text: str) -> str:
    """Replace private keys, bearer tokens and passwords in a text by a mark.

    Args:
        text: Any text, for instance the body of an answer.

    Returns:
        The text with each secret replaced; a text without secrets comes back as it is.
    """
    text = _PRIVATE_KEY.sub("[private key removed]", text)
    text = _JWT.sub("[token removed]", text)
    text = _BEARER.sub(r"\1\2[token removed]", text)
    text = _PARAMETER.sub(r"\1\2[secret removed]", text)
    return _URL_USER.sub("[user removed]@", text)
