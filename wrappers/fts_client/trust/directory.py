"""The CA directory: where it is, and which of its files OpenSSL reads."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from fts_client.errors import FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

HASHED_CA = re.compile(r"[0-9a-f]{8}\.[0-9]+")
HASHED_CRL = re.compile(r"[0-9a-f]{8}\.r[0-9]+")
_USUAL_CA_DIR = Path("/etc/grid-security/certificates")


def hashed_files(directory: Path, kind: re.Pattern[str]) -> list[Path]:
    """List the files of a CA directory that have a hashed name, `HASHED_CA` or `HASHED_CRL`, in order.

    Raises:
        FTSUsageError: The directory cannot be read.
    """
    try:
        names = os.listdir(directory)  # noqa: PTH208 - names only
    except OSError as error:
        raise FTSUsageError(
            f"The CA directory {directory} cannot be read: {error.strerror}",
            remedy="Give yourself the right to read it, or name another one.",
        ) from error
    return [directory / name for name in sorted(names) if kind.fullmatch(name)]


def find_ca_dir(
    ca_dir: str | os.PathLike[str] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    usual: Path = _USUAL_CA_DIR,
) -> Path | None:
    """Find the directory of trusted CAs.

    Args:
        ca_dir: Directory that the caller names; None when the caller names none.
        environ: Environment variables; None for those of the process.
        usual: Used when it exists and nothing else is named.

    Returns:
        The argument, or X509_CERT_DIR, or /etc/grid-security/certificates; None when there is none: then the system store is used.

    Raises:
        FTSUsageError: The directory named does not exist, cannot be read, or holds no CA under a hashed name.

    Source: order of `fts3.rest.client.context` 3.14.2.
    """
    environ = os.environ if environ is None else environ
    named = str(ca_dir) if ca_dir is not None else environ.get("X509_CERT_DIR", "").strip()
    if not named:
        return usual if usual.is_dir() and hashed_files(usual, HASHED_CA) else None
    path = Path(named)
    by = "ca_dir" if ca_dir is not None else "X509_CERT_DIR"
    if not os.path.isdir(path):  # noqa: PTH112 - never raises, not even for a name that is too long
        raise FTSUsageError(
            f"The CA directory {path} ({by}) does not exist or is not a directory",
            remedy="Name the directory that holds the CA certificates, usually /etc/grid-security/certificates.",
        )
    if not hashed_files(path, HASHED_CA):
        raise FTSUsageError(
            f"The CA directory {path} ({by}) holds no CA certificate under a hashed name (<8 hex digits>.0)",
            remedy=f"Run openssl rehash {path}, or pass a bundle as ca_file.",
        )
    return path
