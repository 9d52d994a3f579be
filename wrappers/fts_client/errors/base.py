"""The base of every error: message, remedy, and pickling."""

from __future__ import annotations

from typing import Any, ClassVar

from fts_client.errors.chains import secret_free

__all__ = ["FTSError", "FTSUsageError"]


def _rebuild(cls: type[FTSError], args: tuple[Any, ...], state: dict[str, Any]) -> FTSError:
    error = cls.__new__(cls, *args)
    error.args = args  # OSError leaves them empty when a class below it has an __init__ of its own
    for name, value in state.items():
        setattr(error, name, value)
    return error


@secret_free
class FTSError(Exception):
    """Base of every error of this package.

    Attributes:
        message: What happened, where, with which credential; `str()` adds the remedy.
        remedy: What to do about it; None when the message says so.
        job_id: The job that the error is about, or that may exist although no answer came; None when there is none or several.
        after_doubt: Whether the request repeated one that got no answer and may have been carried out.
    """

    default_remedy: ClassVar[str | None] = None
    job_id: str | None = None
    after_doubt: bool = False

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        self.message = message
        self.remedy = remedy or self.default_remedy
        super().__init__(self.message)

    def __str__(self) -> str:
        text = str(self.args[0])
        if self.job_id and self.job_id not in f"{text} {self.remedy}":
            text = f"{text} (job {self.job_id})"
        if not self.remedy:
            return text
        stop = "" if text.endswith((".", "!", "?")) else "."
        return f"{text}{stop} {self.remedy}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors are pickled when they leave a process pool. The inherited way calls the class with `args`, which fails for
        # keyword-only arguments, and leaves out what OSError keeps outside of `__dict__`.
        state = dict(self.__dict__)
        if isinstance(self, OSError):
            state |= {"errno": self.errno, "filename": self.filename}
        return _rebuild, (type(self), self.args, state)


class FTSUsageError(FTSError, ValueError):
    """Wrong arguments, found before anything was sent."""
