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

# Run as a script, this folder stands on the path instead of the repository that holds the package `openapi`.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from openapi.code_samples import code_samples
from openapi.examples import operations_of

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

_PROJECT = "https://github.com/fts-client/fts-client"
_TAG_NAMES = {"datamanagement": "Data management", "oauth2": "OAuth2 provider"}
"""Names of tags for people, where they are not simply the words of the tag."""

_TEXT_FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"
)
_CODE_FONT = "ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"

_OPTIONS: dict[str, Any] = {
    # The page has a link of its own, to the document as it is; Redoc would offer the copy that it shows.
    "hideDownloadButton": True,
    "hideHostname": True,
    "jsonSampleExpandLevel": 2,
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

_DARK: dict[str, Any] = {
    "colors": {
        "primary": {"main": "#8ab4f8"},
        "text": {"primary": "#d5dae1", "secondary": "#aab2bd"},
        "border": {"dark": "#3a4350", "light": "#2b323c"},
        "gray": {"50": "#1b2027", "100": "#232a33"},
        "responses": {
            "success": {"color": "#7fd18b", "backgroundColor": "#1c2b20"},
            "error": {"color": "#f0938a", "backgroundColor": "#322020"},
            "redirect": {"color": "#e3c26f", "backgroundColor": "#2d2818"},
        },
    },
    "schema": {
        "linesColor": "#4a5563",
        "nestedBackground": "#1b2027",
        "typeNameColor": "#aab2bd",
        "typeTitleColor": "#aab2bd",
    },
    "typography": {
        "code": {"color": "#e4e8ee", "backgroundColor": "#2a313b"},
        "links": {"color": "#8ab4f8", "visited": "#8ab4f8", "hover": "#b3cdfb"},
    },
    "sidebar": {"backgroundColor": "#171b21", "textColor": "#d5dae1"},
    "rightPanel": {"backgroundColor": "#0f1318"},
}
"""What is different where the system of the reader is dark."""


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


def render_page(spec: dict[str, Any], *, site: bool = False) -> str:
    """Build the page.

    Args:
        spec: The API document as plain data; it is not changed.
        site: The page lies in the documentation, beside `index.html` and `fts-rest.yaml`, and links to them. Otherwise it stands alone
            and links to the project.

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
        home="index.html" if site else _PROJECT,
        document_url="fts-rest.yaml" if site else f"{_PROJECT}/blob/main/openapi/fts-rest.yaml",
        download=" download" if site else "",
        policy=html.escape(_POLICY),
        plain=_plain(spec),
        licenses="\n\n".join(_javascript(_file(name)) for name in _LICENSES),
        document=_json(_for_people(spec)),
        options=_json(_OPTIONS),
        dark=_json(_DARK),
        anchors=_json(_anchors(spec)),
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
        page = render_page(read_document(options.spec), site=True)
    except RendererMissingError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(page, encoding="utf-8")
    (options.output.parent / SPEC.name).write_bytes(options.spec.read_bytes())
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
    """Copy the document, and write into it what Redoc does not show by itself: names, callers, samples of code, leniencies."""
    shown = copy.deepcopy(spec)
    for tag in shown.get("tags", ()):
        words = tag["name"].replace("_", " ")
        tag["x-displayName"] = _TAG_NAMES.get(tag["name"], words[:1].upper() + words[1:])
    refused = {
        f"#/components/schemas/{name}": _without_conditions(schema)
        for name, schema in shown.get("components", {}).get("schemas", {}).items()
    }
    for path, method, complete in operations_of(spec):
        operation = shown["paths"][path][method]
        if complete.get("tags"):
            operation["x-codeSamples"] = code_samples(spec, path, method, complete)
        notes = [f"Operation `{operation.get('operationId', '')}`"]
        if level := operation.get("x-fts-level"):
            notes.append("open to everybody" if level == "none" else f"level `{level}`")
        if operation.get("x-fts-certificate"):
            notes.append("a bearer token is not enough")
        media = operation.get("requestBody", {}).get("content", {}).values()
        schemas = [one.get("schema", {}).get("$ref") for one in media]
        operation["description"] = _paragraphs(
            operation.get("description", ""),
            *(refused.get(name, "") for name in schemas),
            " · ".join(notes) + ".",
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


def _without_conditions(schema: dict[str, Any]) -> str:
    """Take the conditions out of a schema, which Redoc shows as if they were alternatives; give in words what they refuse."""
    condition = schema.pop("if", {})
    schema.pop("then", None)
    schema.pop("else", None)
    rows = [
        f"- {' '.join(one['description'].split())}"
        for one in condition.get("anyOf", ())
        if "description" in one
    ]
    return _paragraphs("Refused in combination:", "\n".join(rows)) if rows else ""


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text.strip() for text in texts if text.strip())


def _plain(spec: dict[str, Any]) -> str:
    """List the operations for readers without JavaScript."""
    rows = [
        f"<tr><td>{method.upper()}</td><td><code>{html.escape(path)}</code></td>"
        f"<td><code>{html.escape(operation.get('operationId', ''))}</code></td>"
        f"<td>{html.escape(operation.get('summary', ''))}</td></tr>"
        for path, method, operation in operations_of(spec)
    ]
    return "\n".join(rows)


def _anchors(spec: dict[str, Any]) -> dict[str, str]:
    """Give for each operation, by its name, the anchor that Redoc makes for it."""
    return {
        operation[
            "operationId"
        ]: f"tag/{operation['tags'][0]}/operation/{operation['operationId']}"
        for _, _, operation in operations_of(spec)
        if operation.get("tags") and "operationId" in operation
    }


_TEMPLATE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; }}
header {{ display: flex; gap: 1.5em; padding: 0.6em 1.2em; font: 15px system-ui, sans-serif; background: #0b5394; }}
header a {{ color: #fff; }}
@media (prefers-color-scheme: dark) {{
  :root {{ color-scheme: dark; }}
  body {{ background: #12161b; color: #d5dae1; }}
  header {{ background: #171b21; }}
  /* What the theme of Redoc does not reach. */
  .menu-content {{ border-right: 1px solid #2b323c; }}
  h1, h2, h3, h4, h5, h5 span, td, label {{ color: #d5dae1 !important; }}
  .react-tabs__tab--selected {{ background: #2a313b !important; }}
  #reference svg polygon {{ fill: #aab2bd; }}
  #reference td button {{ background: #1b2027; }}
}}
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
<header>
<a href="{home}">fts-client</a>
<a href="{document_url}"{download}>The API document (YAML)</a>
</header>
<main id="reference"></main>
<script type="text/plain" id="licenses">
{licenses}
</script>
<script>
{script}
</script>
<script>
const anchors = {anchors}, scheme = matchMedia("(prefers-color-scheme: dark)");
// The name of an operation is an anchor that stays, whatever Redoc calls it.
const named = () => anchors[decodeURIComponent(location.hash.slice(1))];
if (named()) history.replaceState(null, "", "#" + named());
addEventListener("hashchange", () => {{ if (named()) location.replace("#" + named()); }});
const mixed = (one, other) => Object.fromEntries(Object.entries({{...one, ...other}}).map(([name, value]) =>
  [name, one[name] && typeof value === "object" ? mixed(one[name], value) : value]));
const options = {options}, dark = {dark};
if (scheme.matches) options.theme = mixed(options.theme, dark);
scheme.addEventListener("change", () => location.reload());
Redoc.init({document}, options, document.getElementById("reference"));
</script>
</body>
</html>
"""


if __name__ == "__main__":
    sys.exit(main())
