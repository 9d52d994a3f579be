"""Who imports whom, read from the source of every module: at the top, in functions and for type checking alone."""
# ruff: noqa: INP001 - beside the tests that use it, not in a package

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Graph", "circles", "grouped", "import_graph", "imported_names", "levels"]

Graph = dict[str, set[str]]
"""For each module or room, those that it imports."""


def import_graph(package: Path) -> Graph:
    """Read the imports between the modules of a package, by dotted name.

    A package stands for its `__init__.py`; importing a module of it does not count as importing the package.
    """
    sources = {
        path.relative_to(package.parent).as_posix(): path.read_text("utf-8")
        for path in sorted(package.rglob("*.py"))
    }
    names = {path: module_name(path) for path in sources}
    known = set(names.values())
    graph: Graph = {}
    for path, source in sources.items():
        found = set()
        for name in imported_names(source, names[path], is_package=path.endswith("/__init__.py")):
            owner = name if name in known else name.rpartition(".")[0]
            if owner in known:
                found.add(owner)
        graph[names[path]] = found - {names[path]}
    return graph


def module_name(path: str) -> str:
    """Give the dotted name of a module whose path is relative to the folder of its package."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported_names(source: str, module: str, *, is_package: bool) -> Iterator[str]:
    """Give the dotted names that a module imports.

    Args:
        source: Its text.
        module: Its dotted name, for relative imports.
        is_package: It is an `__init__.py`.
    """
    package = module.split(".") if is_package else module.split(".")[:-1]
    top = module.partition(".")[0]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            yield from (f"{origin}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            # After `import fts_contract`, the expression `fts_contract.mock` uses a module without naming it in an import.
            if node.value.id in {top, *_OURS} and not node.attr.startswith("__"):
                yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.Call) and _calls_import(node.func) and node.args:
            argument = node.args[0]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


_OURS = frozenset({"fts_api", "fts_client", "fts_contract", "openapi"})


def _calls_import(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"import_module", "__import__"}


def grouped(graph: Graph, rooms: Mapping[str, str]) -> Graph:
    """Join modules into rooms.

    Args:
        graph: The imports between modules.
        rooms: The room of each module.
    """
    joined: Graph = {room: set() for room in rooms.values()}
    for module, imported in graph.items():
        joined[rooms[module]] |= {rooms[name] for name in imported} - {rooms[module]}
    return joined


def circles(graph: Graph) -> list[list[str]]:
    """List the groups of modules that import one another, directly or through others."""
    return sorted(sorted(group) for group in _components(graph) if len(group) > 1)


def levels(graph: Graph) -> int:
    """Count the modules of the longest chain of imports; those of a circle count as one."""
    height: dict[str, int] = {}
    for group in _components(graph):
        below = {name for member in group for name in graph[member]} - group
        height.update(dict.fromkeys(group, 1 + max((height[name] for name in below), default=0)))
    return max(height.values(), default=0)


def _components(graph: Graph) -> list[set[str]]:
    """Find the strongly connected components, what is imported before what imports it (Kosaraju's algorithm)."""
    importers: Graph = {name: set() for name in graph}
    for name, imported in graph.items():
        for other in imported:
            importers[other].add(name)
    finished: list[str] = []
    seen: set[str] = set()
    for name in sorted(graph):
        _visit(name, importers, seen, finished)
    components = []
    seen = set()
    for name in reversed(finished):
        group: list[str] = []
        _visit(name, graph, seen, group)
        if group:
            components.append(set(group))
    return components


def _visit(name: str, graph: Graph, seen: set[str], finished: list[str]) -> None:
    if name not in seen:
        seen.add(name)
        for other in sorted(graph[name]):
            _visit(other, graph, seen, finished)
        finished.append(name)
