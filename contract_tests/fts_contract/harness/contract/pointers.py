"""JSON pointers and references within one OpenAPI document (RFC 6901)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from fts_contract.spec import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["escape_token", "follow", "resolve"]


def escape_token(token: str) -> str:
    """Escape one token of a JSON pointer (RFC 6901 section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


def resolve(document: Mapping[str, Any], pointer: str) -> Any:
    """Get what a JSON pointer leads to.

    Args:
        document: Plain data.
        pointer: Such as `/components/schemas/Job`; percent-encoding is decoded first.

    Raises:
        SpecError: It leads nowhere.
    """
    node: Any = document
    for token in pointer.split("/")[1:]:
        key = unquote(token).replace("~1", "/").replace("~0", "~")
        try:
            node = node[int(key)] if isinstance(node, list) else node[key]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise SpecError(f"#{pointer} leads nowhere") from error
    return node


def follow(document: Mapping[str, Any], pointer: str) -> tuple[str, Any]:
    """Get what a JSON pointer leads to, following references until there is none.

    Args:
        document: Plain data.
        pointer: Where to begin.

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
            raise SpecError(f"reference {reference} is a circle, or leads out of the document")
        seen.add(pointer)
        node = resolve(document, pointer)
    return pointer, node
