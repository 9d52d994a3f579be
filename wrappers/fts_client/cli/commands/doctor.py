"""`fts doctor`."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import attrs
import typer

from fts_client.cli.connection import named_credential, shown_requests, with_common_options
from fts_client.cli.display.output import Output, fitted, on_terminal, printable
from fts_client.cli.exits import FAILED, explained, in_commands

if TYPE_CHECKING:
    from fts_client.cli.input.options import CommonOptions
    from fts_client.doctor import Finding


# Without --insecure: whether the server can be verified is one of the things to find out.
@functools.partial(with_common_options, without={"insecure"})
def doctor(options: CommonOptions) -> None:
    """Check the setup and say how to fix it.

    Checks credential, CA certificates, clock, server and delegation. Exit code 1 if a
    problem would make transfers fail. With --curl, only the first request to the
    server is printed.

    Examples:
      fts doctor                          # without an endpoint: this machine only
      fts doctor -s https://fts3-public.cern.ch:8446
      fts doctor --json | jq '.[] | select(.level == "fail")'
    """
    # Imported here because they load httpx, which `--help` does not need.
    from fts_client.credentials import find_credential  # noqa: PLC0415
    from fts_client.doctor import examine  # noqa: PLC0415

    findings = examine(
        options.endpoint or None,
        credential=lambda: named_credential(options) or find_credential(),
        ca_dir=options.ca_dir,
        ca_file=options.ca_file,
        proxy=options.http_proxy,
    )
    found: list[Finding] = []
    out = Output(options.as_json)
    with explained(debug=options.debug), shown_requests(curl=options.curl, debug=options.debug):
        for finding in findings:
            found.append(finding)
            if not options.as_json and not options.curl:
                # Line by line, because a server that does not answer may take a minute.
                out.show(None, _lines(finding))
    if options.curl:
        return
    if options.as_json:
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
