"""The base of every error: message, remedy, pickling."""

from __future__ import annotations

from typing import Any, ClassVar

from fts_client.errors.redaction import redact

__all__ = ["FTSError", "FTSUsageError"]


def _rebuild(cls: type[FTSError], args: tuple[Any, ...], state: dict[str, Any]) -> FTSError:
    error = cls.__new__(cls, *args)
    error.args = args
    for name, value in state.items():
        setattr(error, name, value)
    return error


class FTSError(Exception):
    """Base of every error of this package.

    Attributes:
        message: What happened, where, with which credential; `str()` adds the remedy.
        remedy: What to do about it; None when the message says it.
        after_doubt: Whether the request was the repeat of one that got no answer and may have been carried out.
    """

    default_remedy: ClassVar[str | None] = None
    after_doubt: bool = False

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        remedy = remedy or self.default_remedy
        self.message = redact(message)
        self.remedy = redact(remedy) if remedy else None
        super().__init__(self.message)

    def __str__(self) -> str:
        text = str(self.args[0])
        if not self.remedy:
            return text
        stop = "" if text.endswith((".", "!", "?")) else "."
        return f"{text}{stop} {self.remedy}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # OSError and keyword-only arguments both defeat the inherited way; errors cross processes in pools.
        state = dict(self.__dict__)
        if isinstance(self, OSError):
            state |= {"errno": self.errno, "filename": self.filename}
        return _rebuild, (type(self), self.args, state)


class FTSUsageError(FTSError, ValueError):
    """Wrong arguments, found before anything was sent."""
