"""Which part of the house may import which: the rules of the layout, read from the source of every module."""
# ruff: noqa: INP001, S101, D103 - a test module outside of the folders by subject, as it concerns all of them

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[1]
ROOTS = ("generated_client", "wrappers", "contract_tests", ".")
OURS = frozenset({"fts_api", "fts_client", "fts_contract", "openapi"})
HTTP_MODULES = (
    "wrappers/fts_client/exchanges.py",
    "wrappers/fts_client/recorders.py",
    "wrappers/fts_client/transport",
)
BASE = frozenset({"asn1crypto", "attr", "attrs", "cryptography", "httpx"})
CLI = BASE | {"rich", "typer"}
MOCK = CLI | {"uvicorn"}
HARNESS = CLI | {
    "hypothesis",
    "jsonschema",
    "pytest",
    "referencing",
    "requests",
    "schemathesis",
    "urllib3",
    "yaml",
}


@attrs.frozen
class Layer:
    """A part of the house.

    Attributes:
        folder: Where its modules are, from the root of the repository; or one module.
        ours: Modules of this project that it may import, with all below them.
        others: Distributed packages that it may import.
        but: Modules below `folder` that have their own entry.
    """

    folder: str
    ours: tuple[str, ...]
    others: frozenset[str]
    but: tuple[str, ...] = ()


CONTRACT = "contract_tests/fts_contract"
LAYERS = (
    Layer(
        "generated_client/fts_api", ("fts_api",), frozenset({"attr", "attrs", "dateutil", "httpx"})
    ),
    Layer(
        "wrappers/fts_client",
        ("fts_api", "fts_client"),
        BASE - {"httpx"},
        (*HTTP_MODULES, "wrappers/fts_client/cli"),
    ),
    *(Layer(m, ("fts_api", "fts_client"), BASE | {"httpcore"}) for m in HTTP_MODULES),
    Layer("wrappers/fts_client/cli", ("fts_api", "fts_client"), CLI - {"httpx"}),
    Layer(
        f"{CONTRACT}/mock",
        ("fts_contract.mock", "fts_contract.reference_page", "fts_contract.spec"),
        MOCK,
    ),
    Layer(f"{CONTRACT}/harness", ("fts_contract.harness", "fts_contract.spec"), HARNESS),
    Layer(f"{CONTRACT}/suite", ("fts_contract.harness", "fts_contract.spec"), HARNESS),
    Layer(
        f"{CONTRACT}/defects",
        ("fts_contract.defects", "fts_contract.mock", "fts_contract.harness", "fts_contract.spec"),
        HARNESS | MOCK,
    ),
    Layer(
        f"{CONTRACT}/spec_diff",
        ("fts_contract.spec_diff", "fts_contract.harness.contract.pointers", "fts_contract.spec"),
        frozenset({"attrs"}),
    ),
    # What only shows or asks comes from the command `fts`; what is judged does not.
    Layer(
        f"{CONTRACT}/commands",
        ("fts_contract", "fts_client.cli.help_pages", "fts_client.cli.display.output"),
        frozenset({"typer"}),
    ),
    Layer(f"{CONTRACT}/spec.py", (), frozenset({"yaml"})),
    Layer(
        "openapi",
        ("openapi", "fts_contract.harness", "fts_contract.spec"),
        frozenset({"attrs", "hatchling", "openapi_spec_validator", "yaml"}),
    ),
)
MODULES = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for folder in ("generated_client/fts_api", "wrappers/fts_client", CONTRACT, "openapi")
    for path in (REPOSITORY / folder).rglob("*.py")
)


def _module_name(path: str) -> str:
    """Give the dotted name under which a file is imported."""
    for root in ROOTS:
        if root == "." or path.startswith(f"{root}/"):
            dotted = path.removeprefix(f"{root}/").removesuffix(".py").replace("/", ".")
            return dotted.removesuffix(".__init__")
    raise AssertionError(path)


def _imports(source: str, path: str) -> Iterator[str]:
    """Give the dotted names that a module imports anywhere: in functions and for types only, too."""
    package = _module_name(path).split(".")
    if not path.endswith("/__init__.py"):
        package = package[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            yield from (f"{origin}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            # After `import fts_contract`, `fts_contract.mock` uses a module as good as imported.
            if node.value.id in OURS and not node.attr.startswith("__"):
                yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Call) and _calls_import(node.func) and node.args:
            argument = node.args[0]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def _calls_import(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"import_module", "__import__"}


def _is_below(name: str, parent: str) -> bool:
    return name == parent or name.startswith(f"{parent}.")


def _forbidden(source: str, path: str, layer: Layer) -> list[str]:
    """List what a module of a layer imports and must not."""
    found = []
    for name in _imports(source, path):
        top = name.partition(".")[0]
        if top in OURS:
            own_package = name == _module_name(path).partition(".")[0]  # it holds nothing itself
            allowed = own_package or any(_is_below(name, parent) for parent in layer.ours)
        else:
            allowed = top in layer.others or top in sys.stdlib_module_names
        if not allowed:
            found.append(name)
    return found


def _members(layer: Layer) -> list[str]:
    def inside(path: str, folder: str) -> bool:
        return path == folder or path.startswith(f"{folder}/")

    return [
        path
        for path in MODULES
        if inside(path, layer.folder) and not any(inside(path, other) for other in layer.but)
    ]


@pytest.mark.parametrize("layer", LAYERS, ids=[layer.folder for layer in LAYERS])
def test_layer_imports_only_what_it_may(layer: Layer) -> None:
    wrong = {
        path: found
        for path in _members(layer)
        if (found := _forbidden((REPOSITORY / path).read_text("utf-8"), path, layer))
    }
    assert wrong == {}


@pytest.mark.parametrize("name", ["fts_client", "harness", "mock", "rules", "fts_api"])
def test_walls_that_matter_have_modules_behind_them(name: str) -> None:
    assert any(f"/{name}/" in path for layer in LAYERS for path in _members(layer))


def test_defects_are_imported_by_commands_alone() -> None:
    importers = {
        path
        for path in MODULES
        if not path.startswith(f"{CONTRACT}/defects/")
        for name in _imports((REPOSITORY / path).read_text("utf-8"), path)
        if _is_below(name, "fts_contract.defects")
    }
    assert importers <= {f"{CONTRACT}/commands/contract.py"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc"}
    own = [path for path in MODULES if not path.startswith("generated_client/")]
    assert [
        path for path in own if empty & {part.removesuffix(".py") for part in path.split("/")}
    ] == []


MOCK_LAYER = next(layer for layer in LAYERS if layer.folder.endswith("/mock"))
WRAPPER_LAYER = next(layer for layer in LAYERS if layer.folder == "wrappers/fts_client")


@pytest.mark.parametrize(
    "source",
    [
        "import fts_api",
        "import fts_client.proxy as p",
        "from fts_contract import harness",
        "from fts_contract.harness.contract.contract import Contract",
        "from ..harness import contract",
        "from .. import harness",
        "def f():\n    import fts_client",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from fts_api import Client",
        "import importlib\nimportlib.import_module('fts_client')",
        "import pytest",
        "from starlette.requests import Request",
        "import fts_contract\nfts_contract.harness",
    ],
)
def test_forbidden_import_in_mock_is_found(source: str) -> None:
    assert len(_forbidden(source, f"{CONTRACT}/mock/app.py", MOCK_LAYER)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "from fts_contract.mock import clock",
        "from . import clock",
        "from .pki import names",
        "import ssl, uvicorn",
        "from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol",
    ],
)
def test_allowed_import_in_mock_is_admitted(source: str) -> None:
    assert _forbidden(source, f"{CONTRACT}/mock/app.py", MOCK_LAYER) == []


def test_http_library_outside_of_the_transport_is_found() -> None:
    assert _forbidden("import httpx", "wrappers/fts_client/retry.py", WRAPPER_LAYER) == ["httpx"]
