"""Whom we believe: CA certificates and revocation lists.

Names are loaded when they are first used: the help pages of `fts` import this package and need no cryptography.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fts_client.trust.context import CrlCheck, client_context, find_ca_dir

__all__ = ["CrlCheck", "client_context", "find_ca_dir"]


def __getattr__(name: str) -> Any:
    """Load a public name at its first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.context"), name)
