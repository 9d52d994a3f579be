"""Options that several commands of `fts contract` have."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "AllowChanges",
    "AlsoCert",
    "AsJson",
    "CaDir",
    "CaFile",
    "Cert",
    "Deviations",
    "HTTPProxy",
    "Insecure",
    "JUnit",
    "ProfileName",
    "Timeout",
    "TokenFile",
]

AsJson = Annotated[bool, typer.Option("--json", "-j", help="Print JSON.")]
Cert = Annotated[
    Path | None,
    typer.Option(
        "--cert",
        "--proxy",
        metavar="PEM",
        help="Proxy or certificate with chain and key. Default: X509_USER_PROXY, /tmp/x509up_u<uid>, X509_USER_CERT.",
    ),
]
TokenFile = Annotated[Path | None, typer.Option(metavar="FILE", help="File with a bearer token.")]
AlsoCert = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="PEM",
        help="Another caller (of another VO, an administrator), to test what each is refused; may be repeated.",
    ),
]
CaDir = Annotated[
    Path | None,
    typer.Option(
        "--ca-dir",
        "--capath",
        metavar="DIR",
        help="Hashed directory of CAs. Default: X509_CERT_DIR, /etc/grid-security/certificates.",
    ),
]
CaFile = Annotated[Path | None, typer.Option(metavar="FILE", help="PEM file of CAs.")]
Insecure = Annotated[
    bool, typer.Option("--insecure", help="Do not verify the server's certificate.")
]
HTTPProxy = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="HTTP proxy to go through, '' for none. Default: HTTPS_PROXY, ALL_PROXY and NO_PROXY.",
    ),
]
AllowChanges = Annotated[
    bool,
    typer.Option("--allow-changes", help="Required for --profile full; for test servers only."),
]
Timeout = Annotated[float, typer.Option(metavar="SECONDS", help="Limit for each answer.")]
JUnit = Annotated[Path | None, typer.Option(metavar="FILE", help="Write a JUnit report there.")]
Deviations = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Known deviations, in place of the bundled ones."),
]


class ProfileName(StrEnum):
    """Profiles of a run."""

    safe = "safe"
    full = "full"
