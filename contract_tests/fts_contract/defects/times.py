"""Times of another place."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def shifted(*, hours: float) -> Callable[[Any], Any]:
    """Move a time on the wire; what is none stays as it is."""

    def shift(text: Any) -> Any:
        if not isinstance(text, str):
            return text
        return (datetime.fromisoformat(text) + timedelta(hours=hours)).isoformat()

    return shift
