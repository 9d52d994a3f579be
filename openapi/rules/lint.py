"""Check the OpenAPI document: first that it is valid, then our own rules.

Usage: python openapi/rules/lint.py [--list] [FILE]

Prints `FILE:LINE: RULE: MESSAGE` for each finding and exits with 1 when there is one, with 2 when the file cannot be
read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from openapi_spec_validator import OpenAPIV31SpecValidator

# Run as a script, this folder stands on the path instead of the repository that holds the package `openapi`.
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fts_contract.spec import SpecError, spec_path
from openapi.rules.catalogue import RULES, lint
from openapi.rules.document import Document
from openapi.rules.references import dangling_references
from openapi.rules.rule import Finding


def validity(document: Document) -> list[Finding]:
    """Give what keeps the document from being OpenAPI: references to nothing, else what the validator finds."""
    findings = [
        Finding("reference-resolves", pointer, document.line(pointer), message)
        for pointer, message in dangling_references(document)
    ]
    if findings:
        return findings
    for error in OpenAPIV31SpecValidator(dict(document.data)).iter_errors():
        pointer = "".join(f"/{part}" for part in getattr(error, "absolute_path", ()))
        message = str(getattr(error, "message", error))
        findings.append(Finding("openapi-valid", pointer, document.line(pointer), message))
    return findings


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: Those of the command line; None takes `sys.argv`.

    Returns:
        The exit code.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", nargs="?", type=Path, help="default: openapi/fts-rest.yaml")
    parser.add_argument("--list", action="store_true", help="list the rules and what they want")
    options = parser.parse_args(arguments)
    write = sys.stdout.write
    if options.list:
        write("".join(f"{item.id:24}{item.why}\n" for item in RULES.values()))
        return 0
    try:
        path = options.file or spec_path()
        document = Document.from_text(path.read_text(encoding="utf-8"))
        # The rules follow references, so they can only walk a valid document.
        findings = validity(document) or lint(document)
    except (OSError, UnicodeDecodeError, SpecError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for finding in findings:
        write(f"{path}:{finding}\n")
    write(f"{path}: {len(RULES) + 1} rules, {len(findings)} findings\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
