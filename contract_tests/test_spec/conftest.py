"""Make the lint rules importable: `openapi` is a folder of the checkout, not an installed package."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from fts_contract.spec import spec_path
from openapi.rules.document import Document


@pytest.fixture(scope="session")
def document() -> Document:
    """The OpenAPI document of FTS, as the lint rules see it."""
    return Document.from_text(spec_path().read_text(encoding="utf-8"))
