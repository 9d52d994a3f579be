"""The ASN.1 that `cryptography` does not read: raw names and ProxyCertInfo.

Only this module and `voms` use asn1crypto. Bytes that cannot be read raise `ASN1Error` and nothing else.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import attrs
from asn1crypto import core

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ASN1Error", "ProxyPolicy", "only_asn1_errors", "read_name", "read_proxy_policy"]

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


class _Name(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _RDN


@only_asn1_errors
def read_name(der: bytes) -> list[list[tuple[str, bytes]]]:
    """Take a distinguished name apart without decoding the strings.

    Args:
        der: The name.

    Returns:
        The relative names in order, each a list of (dotted object identifier, raw bytes of the value).

    Raises:
        ASN1Error: The bytes are not a name.
    """
    return [
        [(part["type"].dotted, bytes(part["value"].parse().contents)) for part in rdn]
        for rdn in _Name.load(der, strict=True)
    ]


@attrs.frozen(eq=False, repr=False, kw_only=True)
class ProxyPolicy:
    """Content of a ProxyCertInfo extension.

    Attributes:
        language: Dotted object identifier of the policy language.
        path_length: How many proxies may follow; None when not limited.
    """

    language: str
    path_length: int | None


class _Items(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.Any


@only_asn1_errors
def read_proxy_policy(der: bytes) -> ProxyPolicy:
    """Read a ProxyCertInfo extension, of RFC 3820 or of the draft before it.

    Args:
        der: Value of the extension.

    Returns:
        Policy language and path length.

    Raises:
        ASN1Error: The bytes are not a ProxyCertInfo.

    Source: RFC 3820 section 3.8 (path length first); draft proxies hold it last, tagged [1].
    """
    language, path_length = None, None
    for item in _Items.load(der, strict=True):
        value = item.parse()
        if isinstance(value, core.Integer):
            path_length = value.native
        elif isinstance(value, core.Sequence):
            language = _Items.load(value.dump())[0].parse(core.ObjectIdentifier).dotted
        elif value.class_ == 2 and value.tag == 1:  # noqa: PLR2004 - context class
            path_length = core.Integer.load(value.contents).native
    if language is None:
        raise ASN1Error("no policy language")
    return ProxyPolicy(language=language, path_length=path_length)
