"""Seams for operations that store something: they answer well and store something else."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Handler, Seam
    from fts_contract.mock.configuration import Configuration
    from fts_contract.mock.exchange import Call, Reply


def forgotten(*parts: str) -> Seam:
    """Carry a request out, answer it, and put these attributes of the configuration back to what they were."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        config = call.state.config
        before = {part: copy.deepcopy(getattr(config, part)) for part in parts}
        reply = carry_on(call)
        if reply.status >= 300:  # noqa: PLR2004
            return reply
        for part, value in before.items():
            setattr(config, part, value)
        return attrs.evolve(reply)

    return seam


def spoiled(change: Callable[[Call, Configuration], bool]) -> Seam:
    """Carry a request out and then spoil what is stored; `change` says whether it did."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        if reply.status >= 300 or not change(call, call.state.config):  # noqa: PLR2004
            return reply
        return attrs.evolve(reply)

    return seam
