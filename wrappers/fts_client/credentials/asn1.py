"""Reading and writing ASN.1: names here, certificates in `certificate`, proxy policies in `proxy_kind`, VOMS attributes in `voms`.

Bytes that cannot be read raise `ASN1Error` and nothing else.
"""

from __future__ import annotations

from functools import lru_cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from asn1crypto import core, parser

if TYPE_CHECKING:
    from collections.abc import Callable

_P = ParamSpec("_P")
_R = TypeVar("_R")


class ASN1Error(ValueError):
    """The bytes are not the structure that was expected."""


def only_asn1_errors(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Turn every exception that asn1crypto raises on hostile bytes into `ASN1Error`."""

    @wraps(function)
    def read(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return function(*args, **kwargs)
        except (
            ValueError,  # what asn1crypto means to raise
            TypeError,
            KeyError,
            IndexError,
            AttributeError,
            OverflowError,
            RecursionError,
        ) as error:
            lines = str(error).splitlines() or [type(error).__name__]
            raise ASN1Error(lines[0][:200]) from error

    return read


class _TypeAndValue(core.Sequence):  # type: ignore[misc]
    _fields = [("type", core.ObjectIdentifier), ("value", core.Any)]  # noqa: RUF012 - asn1crypto's way


class _RDN(core.SetOf):  # type: ignore[misc]
    _child_spec = _TypeAndValue


class Name(core.SequenceOf):  # type: ignore[misc]
    """A distinguished name whose strings are not decoded."""

    _child_spec = _RDN


def encoded(tag: int, *parts: bytes) -> bytes:
    """Write DER: the tag, the length, and the parts one after the other."""
    content: bytes = parser.emit(tag >> 6, tag >> 5 & 1, tag & 31, b"".join(parts))
    return content


@lru_cache(maxsize=256)  # reading a credential asks for its few names a dozen times
@only_asn1_errors
def read_name(der: bytes) -> tuple[tuple[tuple[str, int, bytes], ...], ...]:
    """Take the DER of a distinguished name apart without decoding the strings.

    Returns:
        The relative names in order, each of (dotted object identifier, tag and raw bytes of the value).

    Raises:
        ASN1Error: The bytes are not a name.
    """
    return tuple(
        tuple(
            (part["type"].dotted, value.tag, bytes(value.contents))
            for part in rdn
            for value in [part["value"].parse()]
        )
        for rdn in Name.load(der, strict=True)
    )
