"""`python -m fidelity`."""

from __future__ import annotations

import sys
from pathlib import Path

from fidelity.report import main

if __name__ == "__main__":
    default = Path(__file__).parents[1] / "fts_contract" / "recordings"
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else default))
