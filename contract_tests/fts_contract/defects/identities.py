"""Callers as a server with a hole sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.mock.exchange import Call


def everybody_may(*operations: str) -> Callable[[Call], Call]:
    """Give every caller levels, without a certificate too."""

    def change(call: Call) -> Call:
        level = {**call.identity.level, **dict.fromkeys(operations, "all")}
        return attrs.evolve(call, identity=attrs.evolve(call.identity, level=level))

    return change


def known_by_path(call: Call) -> Call:
    """Take whoever names a delegation id for its owner."""
    caller = attrs.evolve(call.identity.caller, delegation_id=call.params["dlg_id"])
    return attrs.evolve(call, identity=attrs.evolve(call.identity, caller=caller))


def certified(call: Call) -> Call:
    """Take a caller without a certificate for one with it."""
    caller = attrs.evolve(call.identity.caller, delegation_id="0" * 16)
    return attrs.evolve(call, identity=attrs.evolve(call.identity, caller=caller))
