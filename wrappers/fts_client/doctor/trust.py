"""Examine whom this machine trusts: CA certificates and CRLs."""

from __future__ import annotations

import binascii
import ssl
from typing import TYPE_CHECKING

from fts_client.credentials.asn1 import ASN1Error
from fts_client.credentials.certificate import Certificate
from fts_client.credentials.names import name_hash
from fts_client.credentials.pem import der_of, pem_blocks
from fts_client.doctor.findings import Finding, finding, from_error
from fts_client.errors import FTSError
from fts_client.trust.crl import read_crl
from fts_client.trust.directory import HASHED_CA, HASHED_CRL, find_ca_dir, hashed_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

_NAMED = 3
_CERTIFICATES = {"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}
_MISNAMED = "under a name that OpenSSL does not look for"


def examine_trust(ca_dir: Path | None, *, now: datetime) -> Iterator[Finding]:
    """Examine a CA directory, None: the usual one; yields a finding about the CAs and one about their CRLs."""
    try:
        directory = find_ca_dir(ca_dir)
        cas, crls = (
            hashed_files(directory, kind) if directory else [] for kind in (HASHED_CA, HASHED_CRL)
        )
    except FTSError as error:
        yield from_error("CA directory", error)
        return
    if directory is None:
        text = "none was found; the certificates of the system are used, which rarely include those of grids"
        remedy = "install the CA certificates of the grid, or set X509_CERT_DIR"
        yield finding("warn", "CA directory", text, remedy)
        return
    yield _examine_cas(directory, cas, now)
    yield _examine_crls(crls, now)


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _examine_cas(directory: Path, paths: list[Path], now: datetime) -> Finding:
    wrong: dict[str, list[str]] = {}
    for path in paths:
        if trouble := _trouble(path, now):
            wrong.setdefault(trouble, []).append(path.name)
    usable = len(paths) - sum(map(len, wrong.values()))
    text = f"{directory}: {_plural(usable, 'CA')}"
    if not wrong:
        return finding("ok", "CA directory", text)
    text = "; ".join(
        [text, *(f"{len(names)} {what}: {_some(names)}" for what, names in wrong.items())]
    )
    remedy = (
        f"run openssl rehash {directory}"
        if list(wrong) == [_MISNAMED]
        else "update the CA certificates of the grid, or set X509_CERT_DIR"
    )
    return finding("warn" if usable else "fail", "CA directory", text, remedy)


def _trouble(path: Path, now: datetime) -> str | None:
    """Say why OpenSSL would not use a file of the CA directory; None when it would."""
    try:
        blocks = [
            block for label, block in pem_blocks(path.read_bytes()) if label in _CERTIFICATES
        ]
        certificates = [Certificate.read(der_of(block)) for block in blocks]
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
        valid = [
            item.not_valid_before_utc <= now < item.not_valid_after_utc for item in certificates
        ]
    except (OSError, binascii.Error, ASN1Error):  # also ssl.SSLError
        return "unreadable"
    if not any(valid):
        return "expired or not valid yet"
    hashes = {name_hash(item.subject_name) for item in certificates}
    return None if path.name.partition(".")[0] in hashes else _MISNAMED


def _some(names: list[str]) -> str:
    return f"{', '.join(names[:_NAMED])}{', ...' if len(names) > _NAMED else ''}"


def _examine_crls(paths: list[Path], now: datetime) -> Finding:
    if not paths:
        text = "there are none: revoked certificates cannot be recognised"
        return finding("warn", "CRLs", text, "run fetch-crl")
    old, bad = [], []
    for path in paths:
        crl = read_crl(path)
        if crl is None:
            bad.append(path.name)
        elif crl.next_update_utc is not None and crl.next_update_utc <= now:
            old.append(path.name)
    wrong = [
        f"{_plural(len(names), 'list')} {what}: {_some(names)}"
        for names, what in ((old, "past the next update"), (bad, "unreadable"))
        if names
    ]
    if wrong:
        return finding("warn", "CRLs", f"of {len(paths)}, {'; '.join(wrong)}", "run fetch-crl")
    return finding("ok", "CRLs", f"{_plural(len(paths), 'list')}, none out of date")
