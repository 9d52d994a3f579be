"""Print how tight the OpenAPI document is: `python -m tightness`.

Exit status 0 when it is tight enough and admits every request that the server took, 1 when not, 2 when it
cannot be measured.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import fts_contract
from fts_contract.harness.recordings.check import RecordingsError
from fts_contract.spec import SpecError, read_spec, spec_path
from tightness.answers import measure_answers
from tightness.evidence import recording_files
from tightness.report import Tightness
from tightness.requests import measure_requests

__all__ = ["main"]

RECORDINGS = Path(fts_contract.__file__).parent / "recordings"


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and say by the exit status whether it is enough.

    Args:
        arguments: Of the command line; None takes those of the process.

    Returns:
        0, 1 or 2, see above.
    """
    parser = argparse.ArgumentParser(
        prog="python -m tightness",
        description="Mutate recorded answers of a real FTS and count what the OpenAPI document refuses.",
    )
    parser.add_argument(
        "recordings", nargs="*", type=Path, help="files or folders; default: those of the package"
    )
    parser.add_argument("--spec", type=Path, help="the OpenAPI document; default: that of FTS")
    parser.add_argument(
        "--server-version",
        default="3.13.4",
        help="version of the server that was recorded (default: %(default)s)",
    )
    parser.add_argument("--survivors", action="store_true", help="list what slips through")
    options = parser.parse_args(arguments)
    try:
        document = read_spec(options.spec or spec_path())
        files = recording_files(options.recordings or [RECORDINGS])
        answers = measure_answers(files, document, version=options.server_version)
        requests = measure_requests(files, document)
    except (SpecError, RecordingsError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    tightness = Tightness(tuple(answers), tuple(requests))
    for line in tightness.lines(survivors=options.survivors):
        sys.stdout.write(f"{line}\n")
    return 0 if tightness.ok else 1


if __name__ == "__main__":
    sys.exit(main())
