"""The trust of this machine examined: CA certificates and CRLs."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from fts_client.doctor.findings import Finding, fail, from_error, ok, warn
from fts_client.errors import FTSError
from fts_client.trust.context import find_ca_dir
from fts_client.trust.revocation import HASHED_CRL, read_crl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

__all__ = ["of_trust"]

_HASHED_CA = re.compile(r"[0-9a-f]{8}\.[0-9]+")
_NAMED = 3


def of_trust(ca_dir: Path | None, *, now: datetime) -> Iterator[Finding]:
    """Look at the CA certificates and CRLs of this machine.

    Args:
        ca_dir: Directory; None: the usual places.
        now: The time, aware.

    Yields:
        A finding about the directory, and one about its CRLs.
    """
    try:
        directory = find_ca_dir(ca_dir)
        names = sorted(os.listdir(directory)) if directory else []  # noqa: PTH208 - names only
    except FTSError as error:
        yield from_error("CA directory", error)
        return
    except OSError as error:
        yield fail("CA directory", f"{error.filename}: {error.strerror}", "make it readable")
        return
    if directory is None:
        text = "there is none; the certificates of the system are used, which rarely hold those of grids"
        remedy = "install the grid's CA certificates, or set X509_CERT_DIR"
        yield warn("CA directory", text, remedy)
        return
    count = sum(1 for name in names if _HASHED_CA.fullmatch(name))
    yield ok("CA directory", f"{directory}: {_plural(count, 'CA')}")
    yield _of_crls([directory / name for name in names if HASHED_CRL.fullmatch(name)], now)


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _of_crls(paths: list[Path], now: datetime) -> Finding:
    if not paths:
        text = "there are none: revoked certificates cannot be recognised"
        return warn("CRLs", text, "run fetch-crl")
    old, bad = [], []
    for path in paths:
        crl = read_crl(path)
        if crl is None:
            bad.append(path.name)
        elif crl.next_update_utc is not None and crl.next_update_utc <= now:
            old.append(path.name)
    wrong = [
        f"{_plural(len(names), 'list')} {what}: {', '.join(names[:_NAMED])}{', ...' if len(names) > _NAMED else ''}"
        for names, what in ((old, "older than the next update"), (bad, "unreadable"))
        if names
    ]
    if wrong:
        return warn("CRLs", f"of {len(paths)}, {'; '.join(wrong)}", "run fetch-crl")
    return ok("CRLs", f"{_plural(len(paths), 'list')}, none out of date")
