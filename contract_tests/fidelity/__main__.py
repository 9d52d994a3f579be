"""`python -m fts_contract.fidelity`."""

from __future__ import annotations

import sys
from pathlib import Path

from fts_contract.fidelity.report import main

if __name__ == "__main__":
    default = Path(__file__).parents[1] / "recordings"
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else default))
