"""Take secrets out of text before a person or a log sees it.

Servers and libraries may repeat what they were sent, so every text that goes into an error passes through `redact`.
"""

from __future__ import annotations

import re

__all__ = ["redact"]

# Compiled when first used: programs that meet no error start faster.
# A key block that was cut off has no END line: everything up to the next BEGIN or the end goes.
_PRIVATE_KEY = (
    r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?"
    r"(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|(?=-----BEGIN )|\Z)"
)
# What a JWT is made of. Each run is looked at once: a pattern that begins at every "eyJ" takes quadratic time.
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
    """Replace private keys, bearer tokens and passwords in a text by a mark.

    Args:
        text: Any text, for instance the body of an answer.

    Returns:
        The text with each secret replaced; a text without secrets comes back as it is.
    """
    text = re.sub(_PRIVATE_KEY, "[private key removed]", text)
    text = re.sub(_JWT_RUN, _without_jwt, text)
    text = re.sub(_LISTED, r'\1["[token removed]"]', text)
    text = re.sub(_BEARER, r"\1\2[token removed]", text)
    text = re.sub(_PARAMETER, r"\1\2[secret removed]", text)
    return re.sub(_URL_USER, "[user removed]@", text)


def _without_jwt(run: re.Match[str]) -> str:
    """Cut a JWT out of a run of its characters.

    Header and claims are JSON objects: their base64url always starts with "eyJ". A token cut off after the first dot is
    still half a secret.
    """
    text = run.group()
    start = text.find("eyJ")
    return text[:start] + "[token removed]" if start >= 0 and "." in text[start:] else text
