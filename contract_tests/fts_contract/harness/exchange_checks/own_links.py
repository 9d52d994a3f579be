"""`own-links`: links and redirects lead to the server that the client asked, under the address that the client knows.

Source: `_links` of `GET /` and `GET /archive` as observed on FTS 3.13.4: paths without a host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from fts_contract.harness.exchange_checks.model import Check, Context, Flaw

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["OWN_LINKS"]


def _judge(context: Context) -> Iterator[Flaw]:
    own = urlsplit(context.exchange.url).netloc.lower()
    body = context.body
    links = body.get("_links") if isinstance(body, dict) else None
    for href in (*_links(links), context.exchange.headers.get("location", "")):
        try:
            host = urlsplit(href).netloc.lower()
        except ValueError:
            host = href
        if host and host != own:
            yield Flaw(f"a link leads to another host: {href[:80]}", "href")


def _links(value: Any) -> Iterator[str]:
    """Find the links; `curies` name the documentation, which is elsewhere."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == "href" and isinstance(item, str):
                yield item
            elif name != "curies":
                yield from _links(item)
    elif isinstance(value, list):
        for item in value:
            yield from _links(item)


OWN_LINKS = Check("own-links", "a link or redirect leads to another host than was asked", _judge)
