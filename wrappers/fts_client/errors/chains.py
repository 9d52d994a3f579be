"""Let errors show no secret: neither in their attributes nor in the errors that they are chained to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from fts_client.errors.redaction import clean, redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

E = TypeVar("E", bound=BaseException)
Kind = TypeVar("Kind", bound=type[BaseException])


def chainable(error: E | None) -> E | None:
    """Return an error that may be the cause of another: None if it, or anything chained to it, holds a secret, or a whole text.

    Errors of libraries keep what they failed on: a whole body, a header, a request.
    """
    todo: list[Any] = [error]
    seen: set[int] = set()
    while todo:
        value = todo.pop()
        if value is None or id(value) in seen or isinstance(value, int | float):
            continue
        seen.add(id(value))
        if isinstance(value, UnicodeError | json.JSONDecodeError):
            # They keep the whole text that could not be read.
            return None
        if isinstance(getattr(type(value), "__cause__", None), _Chained):
            # It is clean already, and so are its cause and context.
            continue
        if isinstance(value, BaseException):
            todo += [value.__cause__, value.__context__, *_parts(value, dir(value))]
            todo += getattr(value, "__notes__", ())
            with suppress(Exception):
                todo.append(str(value))
        elif isinstance(value, list | tuple):
            todo += value
        elif isinstance(value, Mapping):
            todo += [f"{name!r}: {item!r}" for name, item in value.items()]
        elif isinstance(value, str | bytes):
            text = value if isinstance(value, str) else value.decode("latin-1")
            if redact(text) != text:
                return None
        else:
            todo += [repr(value), *_parts(value, ("headers", "content", "url"))]
    return error


def _parts(value: object, names: Iterable[str]) -> Iterator[Any]:
    for name in names:
        if not name.startswith("__"):
            with suppress(Exception):
                part = getattr(value, name)
                if not callable(part):
                    yield part


class _Chained:
    """`__cause__` or `__context__` as it was set, or None if it shows a secret. The interpreter sets both, also for `from None`."""

    def __init__(self, name: str) -> None:
        self._slot = BaseException.__dict__[name]

    def __get__(self, error: BaseException | None, _owner: type | None = None) -> Any:
        return self if error is None else chainable(self._slot.__get__(error))

    def __set__(self, error: BaseException, value: BaseException | None) -> None:
        self._slot.__set__(error, value)


def _set_clean(error: BaseException, name: str, value: object) -> None:
    BaseException.__setattr__(error, name, clean(value))


def secret_free(cls: Kind) -> Kind:
    """Let errors of a class show no secret: neither in their attributes nor in what they were raised from or while handling.

    A decorator, because programs may rely on the base classes of the official exceptions.
    """
    for name in ("__cause__", "__context__"):
        setattr(cls, name, _Chained(name))
    setattr(cls, "__setattr__", _set_clean)  # noqa: B010 - mypy refuses to assign methods
    return cls
