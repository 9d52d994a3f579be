"""Build the reference page for people: one HTML file that needs no network, from the API document and Redoc.

`python openapi/api_page.py` writes `site/api.html`. The script of Redoc comes out of the package
drf-spectacular-sidecar, which ships it as a file; nothing else of that package is used, and its requirement,
Django, need not be installed.
"""

from __future__ import annotations

import argparse
import copy
import html
import json
import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any

import yaml

__all__ = ["RendererMissingError", "main", "read_document", "render_page"]

ROOT = Path(__file__).resolve().parents[1]
SPEC = ROOT / "openapi" / "fts-rest.yaml"
PAGE = ROOT / "site" / "api.html"

RENDERER = "drf-spectacular-sidecar"
_SCRIPT = "redoc/bundles/redoc.standalone.js"
_LICENSES = ("redoc/LICENSE", "redoc/bundles/redoc.standalone.js.LICENSE.txt")

# Redoc shows its logo from a server of its makers. The policy below blocks it; without the address nothing is tried.
_LOGO = "https://cdn.redoc.ly/redoc/logo-mini.svg"
_SOURCE_MAP = "//# sourceMappingURL=redoc.standalone.js.map"

# The worker is the search index, which Redoc makes of its own script.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; worker-src blob:; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
"""What the browser lets the page do (Content Security Policy): with this it cannot reach any network."""

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_TEXT_FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"
)
_CODE_FONT = "ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"

_OPTIONS: dict[str, Any] = {
    "hideDownloadButton": True,
    "hideHostname": True,
    "jsonSampleExpandLevel": 4,
    "nativeScrollbars": True,
    "pathInMiddlePanel": True,
    "showExtensions": ["x-fts-known-values", "x-fts-since", "x-fts-until", "x-fts-lenient"],
    "theme": {
        "colors": {"primary": {"main": "#0b5394"}, "text": {"primary": "#1f2933"}},
        "typography": {
            "fontSize": "15px",
            "lineHeight": "1.55",
            "fontFamily": _TEXT_FONT,
            "headings": {"fontFamily": _TEXT_FONT, "fontWeight": "600"},
            "code": {
                "fontFamily": _CODE_FONT,
                "fontSize": "13px",
                "color": "#1f2933",
                "backgroundColor": "#eef2f6",
                "wrap": True,
            },
            "links": {"color": "#0b5394"},
        },
        "sidebar": {"width": "300px", "backgroundColor": "#f7f9fb"},
        "rightPanel": {"backgroundColor": "#1f2a37", "width": "38%"},
    },
}


class RendererMissingError(ImportError):
    """The package that ships the script of Redoc is not installed, or has changed its layout."""


def read_document(path: Path = SPEC) -> dict[str, Any]:
    """Read an API document.

    Args:
        path: A YAML or JSON file.

    Returns:
        The document as plain data.

    Raises:
        OSError: It cannot be read.
        yaml.YAMLError: It is not YAML.
    """
    # The C loader is ten times faster, but not every build of PyYAML has it.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, Any] = yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506
    return document


def render_page(spec: dict[str, Any]) -> str:
    """Build the page.

    Args:
        spec: The API document as plain data; it is not changed.

    Returns:
        HTML that loads nothing: script, styles, the document and the licences are inside. The same for the same
        document and the same release of the script.

    Raises:
        RendererMissingError: The script is not installed; the message says how to get it.
    """
    info = spec.get("info", {})
    title = html.escape(f"{info.get('title', 'API')} {info.get('version', '')}".strip())
    return _TEMPLATE.format(
        title=title,
        policy=html.escape(_POLICY),
        plain=_plain(spec),
        licenses="\n\n".join(_javascript(_file(name)) for name in _LICENSES),
        document=_json(_for_people(spec)),
        options=_json(_OPTIONS),
        script=_javascript(_redoc()),
    )


def main(arguments: list[str] | None = None) -> int:
    """Write the page.

    Args:
        arguments: Command line without the program; None for that of the process.

    Returns:
        Exit code: 0 written, 2 Redoc is not installed.
    """
    parser = argparse.ArgumentParser(description="Build the reference page of the API.")
    parser.add_argument("--spec", type=Path, default=SPEC, help="the API document")
    parser.add_argument(
        "--output", type=Path, default=PAGE, help="the page (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    try:
        page = render_page(read_document(options.spec))
    except RendererMissingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(page, encoding="utf-8")
    sys.stdout.write(f"{options.output}\n")
    return 0


def _redoc() -> str:
    script = _file(_SCRIPT)
    if _LOGO not in script:
        raise RendererMissingError(f"{RENDERER} ships another Redoc than this program knows")
    return script.replace(_LOGO, "data:,").replace(_SOURCE_MAP, "")


def _file(name: str) -> str:
    try:
        found = [path for path in files(RENDERER) or () if str(path).endswith(f"/{name}")]
    except PackageNotFoundError:
        found = []
    if len(found) != 1:
        raise RendererMissingError(
            f"the page needs {name} of {RENDERER}: python -m pip install --no-deps {RENDERER}"
        )
    return Path(str(found[0].locate())).read_text(encoding="utf-8")


def _javascript(text: str) -> str:
    """Keep a script from ending the element around it; the replacements mean the same in strings and patterns.

    Source: WHATWG HTML, "Restrictions for contents of script elements".
    """
    return text.replace("</script", r"<\/script").replace("<!--", r"\x3c!--")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("<", r"\u003c")


def _for_people(spec: dict[str, Any]) -> dict[str, Any]:
    """Copy the document, and write into its texts what Redoc does not show: names, callers, leniencies."""
    shown = copy.deepcopy(spec)
    for _, _, operation in _operations(shown):
        notes = [f"Operation `{operation.get('operationId', '')}`"]
        if level := operation.get("x-fts-level"):
            notes.append("open to everybody" if level == "none" else f"level `{level}`")
        if operation.get("x-fts-certificate"):
            notes.append("a bearer token is not enough")
        operation["description"] = _paragraphs(
            operation.get("description", ""), " · ".join(notes) + "."
        )
    if leniencies := shown.get("x-fts-leniencies"):
        rows = [
            f"| `{name}` | {str(meaning.get('description', '')).strip().replace(chr(10), ' ')} |"
            for name, meaning in sorted(leniencies.items())
        ]
        # Redoc shows a "trait" tag as a chapter of text; at the end, where it is looked up and not in the way.
        chapter = _paragraphs(
            "What the server takes beyond this document, where a field says `fts-lenient`. "
            "Callers should not rely on any of it.",
            "\n".join(("| name | what is taken |", "|---|---|", *rows)),
        )
        tags = shown.setdefault("tags", [])
        tags.append({"name": "Leniencies", "x-traitTag": True, "description": chapter})
    return shown


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text.strip() for text in texts if text.strip())


def _plain(spec: dict[str, Any]) -> str:
    """List the operations for readers without JavaScript."""
    rows = [
        f"<tr><td>{method.upper()}</td><td><code>{html.escape(path)}</code></td>"
        f"<td><code>{html.escape(operation.get('operationId', ''))}</code></td>"
        f"<td>{html.escape(operation.get('summary', ''))}</td></tr>"
        for path, method, operation in _operations(spec)
    ]
    return "\n".join(rows)


def _operations(spec: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, item[method])
        for path, item in (spec.get("paths") or {}).items()
        for method in _METHODS
        if method in item
    ]


_TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; }}
noscript {{ display: block; margin: 2em; font-family: sans-serif; }}
noscript td {{ padding: 0.2em 1em 0.2em 0; }}
</style>
</head>
<body>
<noscript>
<h1>{title}</h1>
<p>This page needs JavaScript to show more than the list of operations.</p>
<table>
{plain}
</table>
</noscript>
<main id="reference"></main>
<script type="text/plain" id="licenses">
{licenses}
</script>
<script>
{script}
</script>
<script>
Redoc.init({document}, {options}, document.getElementById("reference"));
</script>
</body>
</html>
"""


if __name__ == "__main__":
    sys.exit(main())
