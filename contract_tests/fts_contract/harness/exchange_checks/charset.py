"""`charset`: the bytes of a body are text in the character set that its header names; JSON is UTF-8.

Source: RFC 8259, section 8.1.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from fts_contract.harness.contract.media_types import MediaType
from fts_contract.harness.exchange_checks.model import Check, Context, Flaw

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CHARSET"]

_OF_JSON: Final = {"utf-8", "ascii"}


def _judge(context: Context) -> Iterator[Flaw]:
    content_type, body = context.exchange.headers.get("content-type", ""), context.exchange.body
    named = content_type.lower().partition("charset=")[2].partition(";")[0].strip(' "')
    if not named or not body:
        return
    try:
        charset = codecs.lookup(named).name
        body.decode(charset)
    except (LookupError, UnicodeDecodeError):
        yield Flaw(f"the body is not text in {named}", "content-type")
        return
    if MediaType.parse(content_type).is_json and charset not in _OF_JSON:
        yield Flaw(f"JSON is labelled {named}, but is UTF-8", "content-type")


CHARSET = Check("charset", "a body is not in the character set that its header names", _judge)
