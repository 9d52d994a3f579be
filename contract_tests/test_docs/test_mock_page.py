"""What docs/mock.md lists is complete; its examples run with those of all pages."""

from __future__ import annotations

import pytest
from test_docs.pages import ROOT

from fts_contract.mock.faults import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_page_explains_every_kind_of_fault(kind: str) -> None:
    assert f"\n| `{kind}` |" in (ROOT / "docs" / "mock.md").read_text("utf-8")
