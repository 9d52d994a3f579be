"""Examine whom this machine trusts: CA certificates and CRLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_client.doctor.findings import Finding, finding, from_error
from fts_client.errors import FTSError
from fts_client.trust.crl import read_crl
from fts_client.trust.directory import HASHED_CA, HASHED_CRL, find_ca_dir, hashed_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

__all__ = ["examine_trust"]

_NAMED = 3


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
    yield finding("ok", "CA directory", f"{directory}: {_plural(len(cas), 'CA')}")
    yield _examine_crls(crls, now)


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


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
        f"{_plural(len(names), 'list')} {what}: {', '.join(names[:_NAMED])}{', ...' if len(names) > _NAMED else ''}"
        for names, what in ((old, "past the next update"), (bad, "unreadable"))
        if names
    ]
    if wrong:
        return finding("warn", "CRLs", f"of {len(paths)}, {'; '.join(wrong)}", "run fetch-crl")
    return finding("ok", "CRLs", f"{_plural(len(paths), 'list')}, none out of date")
