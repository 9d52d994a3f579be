"""JSON pointers (RFC 6901) and references within one OpenAPI document, looked up by the library `referencing`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from fts_contract.spec import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["dereferenced", "escape_token", "follow", "resolve"]


def escape_token(token: str) -> str:
    """Escape one token of a JSON pointer (RFC 6901 section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


def resolve(document: Mapping[str, Any], pointer: str) -> Any:
    """Get what a JSON pointer such as `/components/schemas/Job` leads to; percent-encoding is decoded first.

    Raises:
        SpecError: It leads nowhere.
    """
    resolver = Registry().resolver_with_root(DRAFT202012.create_resource(document))
    try:
        return resolver.lookup(f"#{pointer}").contents
    except (Unresolvable, TypeError, ValueError) as error:
        raise SpecError(f"#{pointer} leads nowhere") from error


def follow(document: Mapping[str, Any], pointer: str) -> tuple[str, Any]:
    """Get what a JSON pointer leads to, and follow references from there.

    Returns:
        The pointer of the object itself, and the object.

    Raises:
        SpecError: A reference leads nowhere, out of the document, or in a circle.
    """
    seen = {pointer}
    node = resolve(document, pointer)
    while isinstance(node, dict) and "$ref" in node:
        reference = str(node["$ref"])
        pointer = reference.removeprefix("#")
        if pointer == reference or pointer in seen:
            raise SpecError(f"reference {reference} is circular, or leads out of the document")
        seen.add(pointer)
        node = resolve(document, pointer)
    return pointer, node


def dereferenced(document: Mapping[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Get an object itself when a reference to it stands in its place; errors as for `follow`."""
    if "$ref" not in node:
        return node
    found: dict[str, Any] = follow(document, str(node["$ref"]).removeprefix("#"))[1]
    return found
