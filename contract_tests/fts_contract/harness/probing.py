"""Run the probes: give them what they need, and add what they find to the results."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import attrs

from fts_contract.harness.exchange_checks.model import Finding
from fts_contract.harness.judging.results import NOT_SERVED
from fts_contract.harness.probes import PROBES
from fts_contract.harness.probes.runner import hold_probes
from fts_contract.harness.probes.strangers import meet_strangers
from fts_contract.harness.probes.talk import Talk

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from fts_contract.harness.contract.contract import Contract
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.generating.known_data import KnownData
    from fts_contract.harness.judging.results import Results
    from fts_contract.harness.options import RunOptions
    from fts_contract.harness.probes.fault import Fault
    from fts_contract.harness.probes.probe import Probe
    from fts_contract.harness.sending.credential import Credential
    from fts_contract.harness.sending.exchange import Exchange
    from fts_contract.harness.sending.session import GuardedSession

__all__ = ["Probing"]

_NOTHING_ELSE = "not in version"


@attrs.frozen(kw_only=True)
class Probing:
    """The probes of one run.

    Attributes:
        options: The options of the run.
        session: Sends as the caller.
        credential: The credential of the caller.
        contract: The contract.
        results: Collect the faults, and which probes could not be applied.
        take: Called with every exchange.
        trouble: Called with the label of an operation (or None) and a text when no answer came.
    """

    options: RunOptions
    session: GuardedSession
    credential: Credential
    contract: Contract
    results: Results
    take: Callable[[Exchange], None]
    trouble: Callable[[str | None, str], None]

    def run(self, known: KnownData, delegate: Callable[[], None]) -> None:
        """Run every probe that concerns a tested operation.

        Args:
            known: The caller, and the data that exist.
            delegate: Delegates a credential again.

        Raises:
            CannotRunError: A certificate of `--also-cert` cannot be used.
        """
        selected = tuple(entry.operation for entry in self.results.tested)
        probes = [probe for probe in PROBES if self._wants(probe, selected)]
        if not probes:
            return
        with ExitStack() as sessions:
            talk = Talk(
                session=self.session,
                identity=known.identity,
                credential=self.credential,
                contract=self.contract,
                selected=selected,
                strangers=tuple(meet_strangers(self.session, self.options.also_cert, sessions)),
                full=self.options.profile == "full",
                seed=self.options.seed,
                job_ids=(*known.own_job_ids, *known.job_ids),
                sink=self.take,
                delegate=delegate,
            )
            hold_probes(
                probes,
                talk,
                on_fault=self._fault,
                on_skip=self._skip,
                on_trouble=self._trouble,
            )

    def _wants(self, probe: Probe, selected: tuple[Operation, ...]) -> bool:
        if probe.check in self.options.without:
            return False
        if probe.profile == "full" and self.options.profile != "full":
            return False
        if not probe.concerns({operation.operation_id for operation in selected}):
            return False
        missing = [name for name in probe.operations if self._is_missing(name)]
        if missing:
            self._skip(probe, f"this version has no {missing[0]}")
        return not missing

    def _is_missing(self, operation_id: str) -> bool:
        entry = self.results.operations.get(operation_id)
        return entry is None or (entry.skipped or "").startswith(_NOTHING_ELSE)

    def _fault(self, probe: Probe, fault: Fault) -> None:
        if fault.exchange.status == NOT_SERVED:
            return  # The server does not have the operation, which is reported as such.
        match = self.contract.find(fault.exchange.method, fault.exchange.target)
        name = fault.operation or (match.operation.operation_id if match else probe.operations[0])
        finding = Finding(probe.check, fault.message, fault.where)
        self.results.add_finding(self.contract.operation(name), finding, fault.exchange)

    def _skip(self, probe: Probe, reason: str) -> None:
        self.results.not_applicable[probe.check] = reason

    def _trouble(self, probe: Probe, error: requests.RequestException) -> None:
        request = error.request
        match = None
        if request is not None and request.method and request.url:
            target = request.url.removeprefix(self.session.base_url)
            match = self.contract.find(request.method, target)
        label = str(match.operation) if match else None
        self.trouble(label, f"no answer to the probe {probe.check}: {type(error).__name__}")
