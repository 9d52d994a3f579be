"""Probes: short conversations with a server, written by hand, for what no single answer can show.

Each states its rule, the operations that it needs and whether it changes anything. A probe removes what it creates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.probes.access import authorization, certificates, delegating
from fts_contract.harness.probes.config import banning, configuring, limits, neighbours, storages
from fts_contract.harness.probes.general import conventions, effects, reading
from fts_contract.harness.probes.jobs import (
    cancelling,
    life,
    listing,
    modifying,
    once,
    submitting,
)
from fts_contract.harness.probes.relations import (
    alike,
    at_once,
    bystanders,
    callers,
    configuration,
    listings,
    many_files,
    settings_one_by_one,
    several_callers,
    texts_in_requests,
    texts_kept,
    transport,
    views,
)

if TYPE_CHECKING:
    from fts_contract.harness.probes.probe import Probe

__all__ = ["PROBES"]

PROBES: tuple[Probe, ...] = (
    *effects.PROBES,
    *authorization.PROBES,
    *conventions.PROBES,
    *certificates.PROBES,
    *reading.PROBES,
    *views.PROBES,
    *listings.PROBES,
    *callers.PROBES,
    *texts_in_requests.PROBES,
    *transport.PROBES,
    *configuration.PROBES,
    *delegating.PROBES,
    *submitting.PROBES,
    *once.PROBES,
    *cancelling.PROBES,
    *modifying.PROBES,
    *listing.PROBES,
    *configuring.PROBES,
    *storages.PROBES,
    *neighbours.PROBES,
    *limits.PROBES,
    *banning.PROBES,
    *bystanders.PROBES,
    *many_files.PROBES,
    *texts_kept.PROBES,
    *settings_one_by_one.PROBES,
    *at_once.PROBES,
    *alike.PROBES,
    *several_callers.PROBES,
    *life.PROBES,
)
"""In the order in which they run: those that only read first, the one that waits last."""
