"""`GET /autocomplete/*`: names that begin with a term."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fts_contract.mock.exchange import Call, Reply, json_reply

if TYPE_CHECKING:
    from collections.abc import Iterable


def _matching(call: Call, names: Iterable[str], *, default: str) -> Reply:
    """Answer the names that begin with `term`.

    Source: observed on FTS 3.13.4: `%` and `_` act as in SQL, case does not count, an empty term
    finds everything.
    """
    term = call.query.get("term", default)
    wildcards = {"%": ".*", "_": "."}
    pattern = "".join(wildcards.get(c) or re.escape(c) for c in term)
    like = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return json_reply([name for name in dict.fromkeys(names) if like.match(name)])


def complete_dn(call: Call) -> Reply:
    """DNs of delegated credentials, expired ones included."""
    call.need("config")
    return _matching(call, call.state.delegations.all_dns(), default="/DC=cern.ch")


def complete_source(call: Call) -> Reply:
    """Sources of links."""
    call.need("config")
    links = call.state.config.all_links()
    return _matching(call, (link.source for link in links), default="srm://")


def complete_destination(call: Call) -> Reply:
    """Destinations of links."""
    call.need("config")
    links = call.state.config.all_links()
    return _matching(call, (link.destination for link in links), default="srm://")


def complete_storage(call: Call) -> Reply:
    """Both ends of links."""
    call.need("config")
    links = call.state.config.all_links()
    ends = [*(link.source for link in links), *(link.destination for link in links)]
    return _matching(call, ends, default="srm://")


def complete_vo(call: Call) -> Reply:
    """VOs of jobs. The default term is that of storages, so that it finds none, as on FTS 3.13.4."""
    call.need("config")
    return _matching(call, call.state.vos(), default="srm://")
