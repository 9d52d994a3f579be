"""What `fts proxy info` prints: the lines of `voms-proxy-info -all`, or the same as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fts_client.timestamps import clock_form

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_client.credentials.chain import CredentialInfo
    from fts_client.credentials.x509 import X509Credential

_KINDS = {"rfc": "RFC compliant proxy", "draft": "draft proxy", "legacy": "legacy globus proxy"}


def _kind(info: CredentialInfo) -> str:
    if info.kind is None:
        return "end-entity certificate"
    return _KINDS[info.kind].replace("proxy", "limited proxy" if info.limited else "proxy")


def report_lines(credential: X509Credential, *, now: datetime | None = None) -> Iterator[str]:
    """Describe a credential, which may have expired, as `voms-proxy-info -all` does.

    Args:
        credential: Proxy or certificate. The signatures of its VOMS attributes are not verified.
        now: Time to count from, aware; None: now.

    Yields:
        `name : value`; first for the credential, then for each VO.

    Source: layout of `voms-proxy-info -all` 2.1.
    """
    now = now or datetime.now(UTC)
    info = credential.info
    yield f"subject   : {info.subject}"
    yield f"issuer    : {info.issuer}"
    yield f"identity  : {info.identity}"
    yield f"type      : {_kind(info)}"
    yield f"strength  : {info.key_bits} bits"
    yield f"path      : {credential.path or 'in memory'}"
    yield f"timeleft  : {clock_form(info.time_left(now=now))}"
    for item in info.voms.attributes:
        yield f"=== VO {item.vo} extension information ==="
        yield f"VO        : {item.vo}"
        yield f"subject   : {info.identity}"
        yield f"issuer    : {item.issuer}"
        for fqan in item.fqans:
            yield f"attribute : {fqan}"
        yield f"timeleft  : {clock_form(item.time_left(now=now))}"
        if item.uri is not None:
            yield f"uri       : {item.uri}"
    for note in info.voms.notes:
        yield f"warning   : VOMS attributes not shown: {note.detail}"


def report_value(credential: X509Credential, *, now: datetime | None = None) -> dict[str, Any]:
    """Describe a credential as `report_lines` does, but as JSON values.

    Returns:
        Times in ISO 8601 with offset; remaining times in seconds, negative after expiry; `kind` null for a certificate.
    """
    now = now or datetime.now(UTC)
    info = credential.info
    direct = ("subject", "issuer", "identity", "kind", "limited", "depth", "key", "key_bits")
    return {
        **{name: getattr(info, name) for name in direct},
        "path": None if credential.path is None else str(credential.path),
        "not_before": info.not_before.isoformat(),
        "expires_at": info.expires_at.isoformat(),
        "time_left_s": int(info.time_left(now=now).total_seconds()),
        "weakest": info.weakest,
        "voms": [
            {
                "vo": item.vo,
                "fqans": list(item.fqans),
                "issuer": item.issuer,
                "uri": item.uri,
                "expires_at": item.expires_at.isoformat(),
                "time_left_s": int(item.time_left(now=now).total_seconds()),
            }
            for item in info.voms.attributes
        ],
        "voms_notes": [note.detail for note in info.voms.notes],
    }
