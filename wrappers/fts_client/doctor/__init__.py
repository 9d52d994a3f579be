"""What is wrong with my set-up: credential, trust, server, delegation.

Names are loaded when they are first used: the help pages of `fts` import this package and need no client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fts_client.doctor.diagnosis import Finding, Level, Patient, examine

__all__ = ["Finding", "Level", "Patient", "examine"]


def __getattr__(name: str) -> Any:
    """Load a public name at its first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.diagnosis"), name)
