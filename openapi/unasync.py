"""Generate `fts_client/async_client.py` from `fts_client/client.py`, or check that it is up to date.

`python openapi/unasync.py` writes the module; with `--check` it changes nothing and fails on any difference. The synchronous
client is the source because people read it first and because it needs no event loop to be tried out. The rules below are all
that differs. This script stands beside `generate.py` and not in `wrappers/`, as `make generate` runs both and `wrappers/` holds
what users install.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "wrappers" / "fts_client"
SOURCE = PACKAGE / "client.py"
TARGET = PACKAGE / "async_client.py"
RULES = (
    (
        r'\A""".*?"""',
        '# generated: do not edit\n"""The asynchronous client: the same methods, awaited."""',
    ),
    # A method that returns an iterator is called without `await`: its results are awaited one by one.
    (r"^    def (?=\w+\([^()]*\) -> (?!(?:Iterator|Outcomes)\b))", "    async def "),
    (r"\b(Iterator|Outcomes)\b", r"Async\1"),
    (r"\bself\._run\(", "await self._run("),
    (r"\bimport run$", "import run_async"),
    (r"\breturn run\(", "return await run_async("),
    (r"\b(in_turn|side_by_side)\b", r"\1_async"),
    (r"\bdef close\(", "def aclose("),
    (r"\bself\.(_transport\.)?close\(", r"await self.\1aclose("),
    (r"\b__(enter|exit)__\b", r"__a\1__"),
    (r"\bFTSClient\b", "AsyncFTSClient"),
    # The examples in docstrings.
    (r"\bwith (?=AsyncFTSClient\()", "async with "),
    (r"= fts\.", "= await fts."),
    (r"^( +)for (?=\w+ in fts\.)", r"\1async for "),
    (r"\bmany threads\b", "many tasks"),
)
"""Regular expression and replacement, applied in this order; `^` and `$` match at every line."""


class UnusedRuleError(Exception):
    """A rule matches nothing: the source has changed, and the result may lack something."""


def convert(source: str) -> str:
    """Turn the synchronous client into the asynchronous one.

    Args:
        source: Python source of the synchronous client.

    Returns:
        Source of the asynchronous client, formatted.

    Raises:
        UnusedRuleError: A rule matches nothing.
        subprocess.CalledProcessError: Ruff cannot read the result.
    """
    for pattern, replacement in RULES:
        source, count = re.subn(pattern, replacement, source, flags=re.MULTILINE)
        if not count:
            raise UnusedRuleError(f"{SOURCE.name}: nothing matches the rule {pattern!r}")
    # New names change the order of imports and the breaks of lines.
    source = _ruff("check", "--fix", "--select", "I", "--quiet", source=source)
    return _ruff("format", source=source)


def _ruff(*arguments: str, source: str) -> str:
    # The ruff beside this interpreter is the pinned one. The name says which settings apply: those of the source.
    command = [
        str(Path(sys.executable).parent / "ruff"),
        *arguments,
        "--stdin-filename",
        str(SOURCE),
        "-",
    ]
    done = subprocess.run(command, input=source, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603 - a fixed program
    return done.stdout


def main(arguments: list[str] | None = None) -> int:
    """Generate or check.

    Args:
        arguments: Command line without the program; None for that of the process.

    Returns:
        Exit code: 0 done or up to date, 1 out of date, 2 a rule matches nothing.
    """
    parser = argparse.ArgumentParser(description="Generate fts_client/async_client.py.")
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail on any difference"
    )
    options = parser.parse_args(arguments)
    try:
        fresh = convert(SOURCE.read_text(encoding="utf-8")).encode()
    except UnusedRuleError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the output of this command
        return 2
    if not options.check:
        TARGET.write_bytes(fresh)
    elif not TARGET.is_file() or TARGET.read_bytes() != fresh:
        message = (
            f"{TARGET.name} differs from {SOURCE.name}: run `make generate`, commit the result."
        )
        print(message, file=sys.stderr)  # noqa: T201 - output
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
