"""Run the probes of a run, and put what they find among its results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import requests

from fts_contract.harness.exchange_checks.model import STUMBLES, Finding, stumbled
from fts_contract.harness.judging.results import NOT_SERVED
from fts_contract.harness.probes import PROBES
from fts_contract.harness.probes.conversation import Conversation
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.sending.budget import OverError
from fts_contract.harness.sending.errors import LockedRequestError
from fts_contract.harness.sending.safety import FullLock
from fts_contract.harness.sending.session import unanswered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fts_contract.harness.callers import OtherCaller
    from fts_contract.harness.contract.contract import Contract
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.generating.known_data import KnownData
    from fts_contract.harness.judging.results import Results
    from fts_contract.harness.options import RunOptions
    from fts_contract.harness.probes.probe import Probe
    from fts_contract.harness.sending.credential import Credential
    from fts_contract.harness.sending.exchange import Exchange
    from fts_contract.harness.sending.session import GuardedSession

__all__ = ["Probing", "run_probes"]

_NOT_IN_VERSION = "not in version"


@attrs.frozen(kw_only=True)
class Probing:
    """The probes of one run.

    Attributes:
        options: The options of the run.
        session: Sends requests as the caller.
        credential: The credential of the caller.
        contract: The contract.
        others: Other callers.
        results: Collect faults, and the probes that do not apply.
        take: Called with every answer.
        trouble: Called when no answer came, with the label of the operation (None when unknown), a text and the error.
    """

    options: RunOptions
    session: GuardedSession
    credential: Credential
    contract: Contract
    others: tuple[OtherCaller, ...]
    results: Results
    take: Callable[[Exchange], None]
    trouble: Callable[[str | None, str, requests.RequestException], None]

    def run(self, known: KnownData, delegate: Callable[[], None]) -> None:
        """Run every probe that concerns an operation under test.

        Args:
            known: The caller, and the data on the server.
            delegate: Delegates a credential again.
        """
        selected = tuple(entry.operation for entry in self.results.tested)
        probes = [probe for probe in PROBES if self._wants(probe, selected)]
        if not probes:
            return
        talk = Conversation(
            session=self.session,
            identity=known.identity,
            credential=self.credential,
            contract=self.contract,
            selected=selected,
            others=self.others,
            full=self.options.profile == "full",
            exclusive=self.options.exclusive,
            seed=self.options.seed,
            job_ids=(*known.own_job_ids, *known.job_ids),
            archived=self.options.archived_jobs,
            sink=self.take,
            delegate=delegate,
        )
        run_probes(
            probes, talk, on_fault=self._fault, on_skip=self._skip, on_trouble=self._trouble
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
        return entry is None or (entry.skipped or "").startswith(_NOT_IN_VERSION)

    def _fault(self, probe: Probe, fault: Fault, steps: tuple[Exchange, ...]) -> None:
        if fault.exchange.status == NOT_SERVED:
            return  # The server does not implement the operation, which coverage reports.
        match = self.contract.find(fault.exchange.method, fault.exchange.target)
        name = fault.operation or (match.operation.operation_id if match else probe.operations[0])
        finding = Finding(probe.check, fault.message, fault.where)
        self.results.add_finding(
            self.contract.operation(name),
            finding,
            fault.exchange,
            steps=steps,
            everywhere=probe.everywhere,
        )

    def _skip(self, probe: Probe, reason: str) -> None:
        self.results.not_applicable[probe.check] = reason

    def _trouble(self, probe: Probe, error: requests.RequestException) -> None:
        exchange = unanswered(error, self.session.sender)
        match = exchange and self.contract.find(exchange.method, exchange.target)
        # Of a request that is not in the document, the operation that the probe was about.
        names = [name for name in probe.operations if not self._is_missing(name)]
        blamed = match.operation if match else self.contract.operation((names or ["whoami"])[0])
        text = f"no complete answer while checking {probe.check}: {type(error).__name__}"
        self.trouble(str(blamed), text, error)


def run_probes(
    probes: Sequence[Probe],
    talk: Conversation,
    *,
    on_fault: Callable[[Probe, Fault, tuple[Exchange, ...]], None],
    on_skip: Callable[[Probe, str], None],
    on_trouble: Callable[[Probe, requests.RequestException], None],
) -> None:
    """Run probes one after the other, until the budget of the run is used up.

    Args:
        probes: Run in this order.
        talk: Sends their requests.
        on_fault: Called with each fault, and the requests of the conversation that led to it.
        on_skip: Called with a probe that does not apply, and the reason.
        on_trouble: Called when no answer came, which ends the probe.
    """
    for probe in probes:
        try:
            _run_probe(probe, talk, on_fault)
        except NotApplicableError as error:
            on_skip(probe, str(error))
        except OverError:
            return
        except requests.RequestException as error:
            on_trouble(probe, error)


def _run_probe(
    probe: Probe,
    talk: Conversation,
    on_fault: Callable[[Probe, Fault, tuple[Exchange, ...]], None],
) -> None:
    talk = talk.at_level(probe.level)
    talk.steps.clear()
    try:
        for fault in _faults(probe, talk):
            # A probe that only reads is a list of single requests.
            seen = list(talk.steps) if probe.profile == "full" and not probe.everywhere else []
            if fault.exchange in seen:
                seen = seen[: seen.index(fault.exchange) + 1]
            on_fault(probe, fault, tuple(seen))
    finally:
        talk.clean_up()


def _faults(probe: Probe, talk: Conversation) -> Iterator[Fault]:
    try:
        yield from probe.run(talk)
    except requests.RequestException:
        raise  # Some are ValueErrors.
    except STUMBLES as error:
        lock = talk.session.lock
        if isinstance(error, LockedRequestError) and isinstance(lock, FullLock) and lock.unread:
            raise NotApplicableError(str(error)) from error
        answers = [*talk.samples.values(), *talk.steps]
        if not answers:
            raise
        yield Fault(answers[-1], stumbled(error))
