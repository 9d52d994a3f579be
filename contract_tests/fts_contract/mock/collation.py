"""How the database of FTS compares texts."""

from __future__ import annotations

__all__ = ["collated"]


def collated(text: str) -> str:
    """Write a text as the database compares it: without regard to case, and to blanks at the end."""
    return text.rstrip(" ").lower()
