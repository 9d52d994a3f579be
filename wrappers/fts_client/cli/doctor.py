"""`fts doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import typer

# typer reads the annotations, so these must exist at run time.
from fts_client.cli.connection import (
    FAILED,
    AsJson,
    CADir,
    Endpoint,
    Key,
    Output,
    Proxy,
    TokenFile,
    named_credential,
)
from fts_client.clock import Clock
from fts_client.discovery import find_credential
from fts_client.doctor import Finding, Patient, examine

if TYPE_CHECKING:
    from fts_client.credentials import TokenCredential, X509Credential

__all__ = ["doctor"]


def doctor(
    *,
    endpoint: Endpoint = "",
    proxy: Proxy = None,
    key: Key = None,
    token_file: TokenFile = None,
    ca_dir: CADir = None,
    as_json: AsJson = False,
) -> None:
    """Check credential, CA certificates, clock, server and delegation, and say what to do.

    Exit code 1 when something is wrong that keeps transfers from working.
    """

    def credential() -> X509Credential | TokenCredential:
        return named_credential(proxy, key, token_file) or find_credential()

    patient = Patient(
        endpoint=endpoint or None, credential=credential, ca_dir=ca_dir, clock=Clock()
    )
    found: list[Finding] = []
    out = Output(as_json)
    for finding in examine(patient):
        found.append(finding)
        if not as_json:
            # Line by line: a server that does not answer must not hold back what is known already.
            out.show(None, [_line(finding)])
    if as_json:
        out.show([attrs.asdict(finding) for finding in found], [])
    if any(finding.level == "fail" for finding in found):
        raise typer.Exit(FAILED)


def _line(finding: Finding) -> str:
    remedy = f" → {finding.remedy}" if finding.remedy else ""
    return f"{finding.level:<4}  {finding.topic:<13}  {finding.text}{remedy}"
