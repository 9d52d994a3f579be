"""`fts doctor`."""

# ruff: noqa: TC001
# typer reads the annotations, so these must exist at run time.

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import attrs
import typer

from fts_client.cli.connection import named_credential, rehearsed, traced
from fts_client.cli.display.output import Output, fitted, on_terminal, printable
from fts_client.cli.exits import FAILED, explained, in_commands
from fts_client.cli.input.options import (
    AsJson,
    CADir,
    CAFile,
    Curl,
    Debug,
    Endpoint,
    Key,
    Proxy,
    TokenFile,
)

if TYPE_CHECKING:
    from fts_client.credentials import TokenCredential, X509Credential
    from fts_client.doctor import Finding

__all__ = ["doctor"]


def doctor(
    *,
    endpoint: Endpoint = "",
    proxy: Proxy = None,
    key: Key = None,
    token_file: TokenFile = None,
    ca_dir: CADir = None,
    ca_file: CAFile = None,
    as_json: AsJson = False,
    curl: Curl = False,
    debug: Debug = False,
) -> None:
    """Find out what is wrong, and say what to do.

    Credential, CA certificates, clock, server and delegation are examined. Exit code 1 when something is wrong that keeps transfers
    from working. With --curl only what would be asked of the server first is printed.

    Examples:
      fts doctor                          # without an endpoint: this machine only
      fts doctor -s https://fts3-public.cern.ch:8446
      fts doctor --json | jq '.[] | select(.level == "fail")'
    """
    # Not at the top: with them comes the HTTP library, which `--help` does not need.
    from fts_client.credentials import find_credential  # noqa: PLC0415
    from fts_client.doctor import examine  # noqa: PLC0415

    def credential() -> X509Credential | TokenCredential:
        return named_credential(proxy, key, token_file) or find_credential()

    examination = partial(
        examine, endpoint or None, credential=credential, ca_dir=ca_dir, ca_file=ca_file
    )
    if curl:
        with rehearsed():
            list(examination())
        return
    found: list[Finding] = []
    out = Output(as_json)
    with explained(debug=debug), traced(show=debug):
        for finding in examination():
            found.append(finding)
            if not as_json:
                # Line by line: a server that does not answer must not hold back what is known already.
                out.show(None, _lines(finding))
    if as_json:
        out.show([attrs.asdict(finding) for finding in found], [])
    if any(finding.level == "fail" for finding in found):
        raise typer.Exit(FAILED)


def _lines(finding: Finding) -> list[str]:
    start = f"{finding.level:<4}  {finding.topic:<13}  "
    text, remedy = in_commands(finding.text), in_commands(finding.remedy or "")
    if not on_terminal():
        return [start + text + (f" → {remedy}" if remedy else "")]
    lines = (start + fitted(printable(text), len(start))).splitlines()
    if remedy:
        indent = len(start) + 2
        lines += f"{'→ ':>{indent}}{fitted(printable(remedy), indent)}".splitlines()
    return lines
