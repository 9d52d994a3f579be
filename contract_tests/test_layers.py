"""Which part of the house may import which: the rules of the layout, read from the source of every module."""
# ruff: noqa: INP001, S101, D103, PLR2004 - a test module outside of the folders by subject, as it concerns all of them

from __future__ import annotations

import ast
import sys
from collections import Counter
from pathlib import Path

import attrs
import pytest
from import_graph import (
    Graph,
    circles,
    grouped,
    import_graph,
    imported_names,
    levels,
    module_name,
)

REPOSITORY = Path(__file__).resolve().parents[1]
ROOTS = ("generated_client/", "wrappers/", "contract_tests/")
OURS = frozenset({"fts_api", "fts_client", "fts_contract", "openapi"})
WRAPPER = "wrappers/fts_client"
CONTRACT = "contract_tests/fts_contract"

WRAPPER_ORDER = (
    "errors states timestamps timeouts retry clock jobs models _version _fork",
    "credentials proxy tokens",
    "trust",
    "delegation procedures",
    "transport exchanges",
    "client_base",
    "client async_client client_pool easy",
    "fts_client doctor",
    "cli",
    "airflow",
)
"""Rooms of the wrapper: each may import those of its own line and of the lines above it.

`fts_client` is the package itself with the public names; `proxy` and `tokens` are public paths into `credentials`.
"""

HARNESS_ORDER = (
    "contract",
    "sending",
    "exchange_checks",
    "server",
    "callers shared_state",
    "generating probes",
    "judging",
    "options progress",
    "probing recordings restoring selection sink",
    "run",
    "reports",
)
"""Rooms of the harness, likewise."""

WITHOUT_IO = ("delegation", "procedures")
IO_MODULES = frozenset(
    {
        *(
            "fcntl",
            "http",
            "httpcore",
            "httpx",
            "io",
            "os",
            "pathlib",
            "requests",
            "select",
            "selectors",
        ),
        *("shutil", "socket", "ssl", "subprocess", "tempfile", "urllib.request", "urllib3"),
    }
)
IO_CALLS = frozenset({"open", "print", "read_bytes", "read_text", "write_bytes", "write_text"})

MOST_MODULES = 16
MOST_LEVELS = 10


@attrs.frozen
class Layer:
    """A part of the house.

    Attributes:
        folder: Where its modules are, from the root of the repository; or one module.
        ours: Modules of this project that it may import, with all below them.
        others: Distributed packages that it may import.
        but: Folders below `folder` that have their own entry.
    """

    folder: str
    ours: tuple[str, ...]
    others: frozenset[str]
    but: tuple[str, ...] = ()


BASE = frozenset({"attr", "attrs"})
X509 = BASE | {"asn1crypto", "cryptography"}
CLI = BASE | {"rich", "typer"}
MOCK = X509 | CLI | {"httptools", "httpx", "uvicorn"}
HARNESS = (
    X509
    | CLI
    | {
        "hypothesis",
        "jsonschema",
        "jsonschema_rs",
        "pytest",
        "referencing",
        "requests",
        "schemathesis",
        "urllib3",
        "yaml",
    }
)
LAYERS = (
    Layer(
        "generated_client/fts_api", ("fts_api",), frozenset({"attr", "attrs", "dateutil", "httpx"})
    ),
    Layer(
        WRAPPER,
        ("fts_api", "fts_client"),
        BASE,
        tuple(
            f"{WRAPPER}/{room}" for room in ("airflow", "cli", "credentials", "transport", "trust")
        ),
    ),
    Layer(f"{WRAPPER}/credentials", ("fts_client",), X509),
    Layer(f"{WRAPPER}/trust", ("fts_client",), X509),
    Layer(f"{WRAPPER}/transport", ("fts_api", "fts_client"), BASE | {"h11", "httpx"}),
    Layer(f"{WRAPPER}/cli", ("fts_api", "fts_client"), CLI),
    Layer(f"{WRAPPER}/airflow", ("fts_api", "fts_client"), BASE | {"airflow"}),
    Layer(
        f"{CONTRACT}/mock",
        ("fts_contract.mock", "fts_contract.reference_page", "fts_contract.spec"),
        MOCK,
    ),
    Layer(f"{CONTRACT}/harness", ("fts_contract.harness", "fts_contract.spec"), HARNESS),
    Layer(f"{CONTRACT}/suite", ("fts_contract.harness", "fts_contract.spec"), HARNESS),
    Layer(
        f"{CONTRACT}/defects",
        tuple(
            f"fts_contract.{room}" for room in ("compare", "defects", "mock", "harness", "spec")
        ),
        HARNESS | MOCK,
    ),
    Layer(
        f"{CONTRACT}/compare",
        ("fts_contract.compare", "fts_contract.mock", "fts_contract.harness", "fts_contract.spec"),
        HARNESS | MOCK,
    ),
    Layer(
        f"{CONTRACT}/spec_diff",
        ("fts_contract.spec_diff", "fts_contract.harness.contract", "fts_contract.spec"),
        BASE,
    ),
    # Display and prompts are shared with the command `fts`.
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
    for folder in ("generated_client/fts_api", WRAPPER, CONTRACT, "openapi")
    for path in (REPOSITORY / folder).rglob("*.py")
)


def _source(path: str) -> str:
    return (REPOSITORY / path).read_text("utf-8")


def _imports(source: str, path: str) -> list[str]:
    root = next((root for root in ROOTS if path.startswith(root)), "")
    name = module_name(path.removeprefix(root))
    return list(imported_names(source, name, is_package=path.endswith("/__init__.py")))


def _is_below(name: str, parent: str) -> bool:
    return name == parent or name.startswith(f"{parent}.")


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _forbidden(source: str, path: str, layer: Layer) -> list[str]:
    """List the imports of a module that its layer does not allow."""
    found = []
    own_package = next((top for top in OURS if f"/{top}/" in f"/{path}"), "")
    for name in _imports(source, path):
        top = name.partition(".")[0]
        if top in OURS:
            # The package itself holds nothing.
            allowed = name == own_package or any(_is_below(name, one) for one in layer.ours)
        else:
            allowed = top in layer.others or top in sys.stdlib_module_names
        if not allowed:
            found.append(name)
    return found


def _members(layer: Layer) -> list[str]:
    return [
        path
        for path in MODULES
        if _inside(path, layer.folder) and not any(_inside(path, other) for other in layer.but)
    ]


def _graph(package: str) -> tuple[Graph, Graph]:
    """Give the imports of a package by module and by room: its folders and its own modules."""
    graph = import_graph(REPOSITORY / package)
    return graph, grouped(graph, {name: _room(name) for name in graph})


def _room(name: str) -> str:
    """Name the room of a module; those of the harness count by themselves."""
    parts = name.removeprefix("fts_contract.harness").split(".")
    return parts[1] if len(parts) > 1 else parts[0] or "harness"


@pytest.mark.parametrize("package", [WRAPPER, CONTRACT])
def test_no_modules_import_one_another_in_a_circle(package: str) -> None:
    graph, rooms = _graph(package)
    found = circles(graph)
    arrows = [sum(map(len, one.values())) for one in (graph, rooms)]
    print(  # noqa: T201 - shown by `pytest -s`: the figures are of interest also when they are good
        f"{package}: {len(graph)} modules on {levels(graph)} levels with {arrows[0]} imports, "
        f"{len(rooms)} rooms on {levels(rooms)} levels with {arrows[1]}, {len(found)} circles"
    )
    assert found == []


def test_rooms_of_the_wrapper_stand_on_few_levels() -> None:
    assert levels(_graph(WRAPPER)[1]) <= MOST_LEVELS


@pytest.mark.parametrize(
    ("package", "order"),
    [(WRAPPER, WRAPPER_ORDER), (f"{CONTRACT}/harness", HARNESS_ORDER)],
    ids=["wrapper", "harness"],
)
def test_rooms_import_only_what_stands_above_them(package: str, order: tuple[str, ...]) -> None:
    line = {room: number for number, rooms in enumerate(order) for room in rooms.split()}
    _, rooms = _graph(package)
    assert set(rooms) - set(line) <= {"harness"}  # its __init__.py, which imports nothing
    wrong = [
        f"{room} imports {other}"
        for room, imported in rooms.items()
        for other in imported
        if line[other] > line[room]
    ]
    assert wrong == []


@pytest.mark.parametrize("package", [WRAPPER, f"{CONTRACT}/compare", f"{CONTRACT}/harness"])
def test_no_folder_holds_more_modules_than_one_can_survey(package: str) -> None:
    folders = Counter(
        path.rpartition("/")[0]
        for path in MODULES
        if _inside(path, package) and not path.endswith(("/__init__.py", "/_version.py"))
    )
    assert {folder: count for folder, count in folders.items() if count > MOST_MODULES} == {}


def _input_and_output(source: str, path: str) -> list[str]:
    """List the imports and calls by which a module reaches the network or a file."""
    calls = [
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
    ]
    return [
        *(n for n in _imports(source, path) if any(_is_below(n, one) for one in IO_MODULES)),
        *(name for name in calls if name in IO_CALLS),
    ]


@pytest.mark.parametrize("room", WITHOUT_IO)
def test_procedures_leave_input_and_output_to_their_drivers(room: str) -> None:
    found = {
        path: wrong
        for path in MODULES
        if _inside(path, f"{WRAPPER}/{room}")
        if (wrong := _input_and_output(_source(path), path))
    }
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "import ssl",
        "def f():\n    from http.client import HTTPResponse",
        "open('x')",
        "path.read_text()",
    ],
)
def test_input_and_output_in_a_procedure_is_found(source: str) -> None:
    assert len(_input_and_output(source, f"{WRAPPER}/procedures/driver.py")) == 1


def test_circles_of_imports_are_counted_also_in_functions_and_for_types(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    for name, source in {
        "__init__": "from package.a import x",
        "a": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from package import b",
        "b": "def f():\n    from .c import x",
        "c": "import package.a, ssl",
        "d": "from package import a, c",
    }.items():
        (package / f"{name}.py").write_text(source)
    graph = import_graph(package)
    assert circles(graph) == [["package.a", "package.b", "package.c"]]
    assert levels(graph) == 2
    (package / "c.py").write_text("import ssl")
    assert circles(import_graph(package)) == []
    assert levels(import_graph(package)) == 4


@pytest.mark.parametrize("layer", LAYERS, ids=[layer.folder for layer in LAYERS])
def test_layer_imports_only_what_it_may(layer: Layer) -> None:
    wrong = {
        path: found
        for path in _members(layer)
        if (found := _forbidden(_source(path), path, layer))
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
        for name in _imports(_source(path), path)
        if _is_below(name, "fts_contract.defects")
    }
    assert importers <= {f"{CONTRACT}/commands/{name}.py" for name in ("defects", "mock")}


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc"}
    own = [path for path in MODULES if not path.startswith("generated_client/")]
    assert [
        path for path in own if empty & {part.removesuffix(".py") for part in path.split("/")}
    ] == []


MOCK_LAYER = next(layer for layer in LAYERS if layer.folder.endswith("/mock"))
WRAPPER_LAYER = next(layer for layer in LAYERS if layer.folder == WRAPPER)


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


@pytest.mark.parametrize("package", ["httpx", "httpcore", "cryptography", "asn1crypto"])
def test_package_that_one_room_hides_is_found_elsewhere(package: str) -> None:
    assert _forbidden(f"import {package}", f"{WRAPPER}/retry.py", WRAPPER_LAYER) == [package]
