"""`GET /autocomplete/*`: names that begin with a term."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fts_contract.mock.exchange import Call, Reply, json_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fts_contract.mock.state import State


def _completing(
    names_in: Callable[[State], Iterable[str]], *, default: str = "srm://"
) -> Callable[[Call], Reply]:
    """Make the handler that answers the names that begin with `term`.

    Args:
        names_in: Gives all the names.
        default: The term of a request without one.

    Source: observed on FTS 3.13.4: `%` and `_` act as in SQL, case does not count, an empty term
        finds everything.
    """

    def complete(call: Call) -> Reply:
        call.need("config")
        wildcards = {"%": ".*", "_": "."}
        term = call.query.get("term", default)
        pattern = "".join(wildcards.get(c) or re.escape(c) for c in term)
        like = re.compile(pattern, re.IGNORECASE | re.DOTALL)
        return json_reply(list(dict.fromkeys(n for n in names_in(call.state) if like.match(n))))

    return complete


def _sources(state: State) -> list[str]:
    return [link.source for link in state.config.all_links()]


def _destinations(state: State) -> list[str]:
    return [link.destination for link in state.config.all_links()]


# Expired credentials are found as well. As on FTS 3.13.4, VOs have the default term of storages, which matches none of them.
complete_dn = _completing(lambda state: state.delegations.all_dns(), default="/DC=cern.ch")
complete_source = _completing(_sources)
complete_destination = _completing(_destinations)
complete_storage = _completing(lambda state: _sources(state) + _destinations(state))
complete_vo = _completing(lambda state: state.vos())
