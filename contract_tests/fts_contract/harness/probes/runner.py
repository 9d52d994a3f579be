"""Hold the probes of a run, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import requests

from fts_contract.harness.probes.probe import NotApplicableError
from fts_contract.harness.sending.budget import OverError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fts_contract.harness.probes.probe import Fault, Probe
    from fts_contract.harness.probes.talk import Talk

__all__ = ["hold_probes"]


def hold_probes(
    probes: Sequence[Probe],
    talk: Talk,
    *,
    on_fault: Callable[[Probe, Fault], None],
    on_skip: Callable[[Probe, str], None],
    on_trouble: Callable[[Probe, requests.RequestException], None],
) -> None:
    """Hold probes until the budget of the run is used up.

    Args:
        probes: In this order.
        talk: What they talk with.
        on_fault: Told what is wrong.
        on_skip: Told which probe says nothing here, and why.
        on_trouble: Told when no answer came; that ends the probe.
    """
    for probe in probes:
        try:
            _hold(probe, talk, on_fault)
        except NotApplicableError as error:
            on_skip(probe, str(error))
        except OverError:
            return
        except requests.RequestException as error:
            on_trouble(probe, error)


def _hold(probe: Probe, talk: Talk, on_fault: Callable[[Probe, Fault], None]) -> None:
    if probe.level is not None and probe.level not in talk.identity.level:
        raise NotApplicableError(f"the caller has no level {probe.level}")
    try:
        for fault in probe.hold(talk):
            on_fault(probe, fault)
    finally:
        talk.clean_up()
