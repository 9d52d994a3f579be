"""The values of a request as lines of text, by which known deviations recognise it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from fts_contract.harness.contract.matching import Router

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["request_values"]


def request_values(operation: Operation, exchange: Exchange) -> list[str]:
    r"""Write each value of a request as one text, with the escapes of URL and JSON decoded.

    These are `path.NAME: VALUE`, `query.NAME: VALUE` and `body.PLACE: VALUE`, such as
    `body.files[0].sources[0]: davs://a.example.org/f`. A text stands as it is, everything else as JSON
    (`body.params.retry: 3`); an empty list or object is a value of its own. Query parameters that the operation does
    not know are left out, because FTS ignores them. A body that is neither JSON nor a form is one value, `body: ...`.
    """
    match = _router(operation).find(exchange.method, exchange.target)
    declared = {item.name for item in operation.parameters if item.place == "query"}
    return [
        *(
            f"path.{name}: {text}"
            for name, text in (match.path_parameters if match else {}).items()
        ),
        *(f"query.{name}: {text}" for name, text in exchange.query.items() if name in declared),
        *(f"{place}: {text}" for place, text in _body(exchange)),
    ]


@cache
def _router(operation: Operation) -> Router:
    return Router([operation])


def _body(exchange: Exchange) -> Iterator[tuple[str, str]]:
    if not exchange.request_body:
        return
    if exchange.request_json is not None:
        yield from _leaves(exchange.request_json)
        return
    text = exchange.request_body.decode("utf-8", errors="replace")
    if "x-www-form-urlencoded" in (exchange.request_content_type or ""):
        for name, value in parse_qsl(text, keep_blank_values=True):
            yield f"body.{name}", value
    else:
        yield "body", text


def _leaves(body: Any) -> Iterator[tuple[str, str]]:
    """Walk through a JSON value without recursion: generated bodies can be nested deeply."""
    left: list[tuple[str, Any]] = [("body", body)]
    while left:
        place, value = left.pop()
        if isinstance(value, dict) and value:
            left += [(f"{place}.{name}", item) for name, item in value.items()]
        elif isinstance(value, list) and value:
            left += [(f"{place}[{index}]", item) for index, item in enumerate(value)]
        else:
            yield place, value if isinstance(value, str) else json.dumps(value)
