"""The reference page of the API, as HTML.

In an installed wheel it is package data; in a checkout it is rendered, if the script that it needs is there.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["reference_page"]

_NAME = "api.html"

_HINT = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>FTS REST</title></head>
<body>
<h1>FTS REST</h1>
<p>The reference page is missing: {reason}</p>
</body>
</html>
"""


def reference_page() -> str:
    """Get the page as HTML.

    Returns:
        The page of the wheel; in a checkout, a page rendered from the current API document; where that is not
        possible, a short page that says what is missing.
    """
    page = Path(__file__).resolve().parent / _NAME
    if page.is_file():
        return page.read_text(encoding="utf-8")
    renderer = _renderer()
    if renderer is None:
        return _HINT.format(reason="this installation was built without it.")
    # Imported here, because only a checkout needs it: the extra [mock] of a wheel installs no YAML reader.
    from fts_contract.spec import load_spec  # noqa: PLC0415

    try:
        return str(renderer.render_page(load_spec()))
    except renderer.RendererMissingError as error:
        return _HINT.format(reason=error)


def _renderer() -> ModuleType | None:
    """Load `openapi/api_page.py` of the checkout, which is not part of a package; None outside a checkout."""
    file = Path(__file__).resolve().parents[2] / "openapi" / "api_page.py"
    found = importlib.util.spec_from_file_location("fts_api_page", file)
    if not file.is_file() or found is None or found.loader is None:
        return None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module
