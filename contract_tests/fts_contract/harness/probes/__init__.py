"""Probes: short conversations with a server, written by hand, for what no single answer can show.

Each knows its rule, the operations that it touches and whether it changes anything; what it makes, it removes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.probes import (
    authorization,
    banning,
    cancelling,
    certificates,
    configuring,
    conventions,
    delegating,
    effects,
    finishing,
    listing,
    many,
    modifying,
    searching,
    starting,
    storages,
    submitting,
)

if TYPE_CHECKING:
    from fts_contract.harness.probes.probe import Probe

__all__ = ["PROBES"]

PROBES: tuple[Probe, ...] = (
    *effects.PROBES,
    *authorization.PROBES,
    *conventions.PROBES,
    *certificates.PROBES,
    *many.PROBES,
    *searching.PROBES,
    *delegating.PROBES,
    *submitting.PROBES,
    *cancelling.PROBES,
    *modifying.PROBES,
    *starting.PROBES,
    *listing.PROBES,
    *configuring.PROBES,
    *storages.PROBES,
    *banning.PROBES,
    *finishing.PROBES,
)
"""In the order in which they are held: those that only read first, the one that waits last."""
