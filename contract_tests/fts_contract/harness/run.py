"""One run of the contract tests from start to verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import requests

from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.leniency import relaxed
from fts_contract.harness.contract.versions import served
from fts_contract.harness.exchange_checks import exchange_checks
from fts_contract.harness.exchange_checks.model import Finding
from fts_contract.harness.generating.generator import Generator
from fts_contract.harness.generating.preparation import explore, prepare
from fts_contract.harness.generating.tailoring import tailor
from fts_contract.harness.judging.deviations import known_deviations
from fts_contract.harness.judging.judge import Judge
from fts_contract.harness.judging.news import News, NewsDesk
from fts_contract.harness.judging.results import OperationResult, Results
from fts_contract.harness.probing import Probing
from fts_contract.harness.progress import Progress, Tracker
from fts_contract.harness.sending.budget import Budget
from fts_contract.harness.sending.credential import Credential, find_credential, find_trust
from fts_contract.harness.sending.errors import CannotRunError
from fts_contract.harness.sending.safety import (
    EVERYBODYS_JOBS,
    changes_nothing,
    full_lock,
    safe_lock,
)
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.harness.server import Server, meet_server
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.options import RunOptions
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Run", "run_contract"]

Watch = Callable[["Operation", "Exchange"], None]
"""Called with each exchange."""


@attrs.frozen(kw_only=True)
class Run:
    """A finished run.

    Attributes:
        options: The options.
        server: The server that was tested.
        credential: The credential of the caller.
        contract: The contract.
        results: The results.
        news: What the server sends that the document does not describe.
        interrupted: It was ended early (Ctrl-C).
        elapsed: How long it took.
        finished_at: When it ended, UTC.
    """

    options: RunOptions
    server: Server
    credential: Credential
    contract: Contract
    results: Results
    news: Sequence[News]
    interrupted: bool
    elapsed: timedelta
    finished_at: datetime

    @property
    def conforms(self) -> bool:
        """The run came to its end, and every failure is a known deviation."""
        return not self.results.unexplained and not self.interrupted

    @property
    def verdict(self) -> str:
        """The result in words."""
        if self.results.unexplained:
            return "does not conform"
        return "interrupted" if self.interrupted else "conforms"


def run_contract(
    options: RunOptions,
    *,
    document: dict[str, Any] | None = None,
    progress: Progress = lambda _step: None,
    watch: Watch = lambda _operation, _exchange: None,
) -> Run:
    """Test a server.

    Args:
        options: What to test, and how.
        document: The OpenAPI document; None takes that of FTS.
        progress: Called with the progress, after each request.
        watch: Called with each exchange and its operation, after it was judged.

    Raises:
        CannotRunError: Nothing could be judged; says why and what to do.
    """
    started = time.monotonic()
    options.check()
    source = load_spec() if document is None else document
    contract = Contract.from_spec(source)
    credential = find_credential(options.cert, options.token_file)
    own_jobs: list[str] = []
    session = GuardedSession(
        options.base_url,
        credential=credential,
        verify=find_trust(
            ca_dir=options.ca_dir, ca_file=options.ca_file, insecure=options.insecure
        ),
        timeout_s=options.timeout_s,
        lock=safe_lock() if options.profile == "safe" else full_lock(own_jobs),
        budget=Budget(max_time_s=options.max_time_s, rate_limit=options.rate_limit),
    )
    with session:
        server, exchanges = meet_server(session)
        results = Results(
            _select(contract, options, server),
            deviations=known_deviations(server.version, options.deviations),
            without=frozenset(options.without),
        )
        judge = Judge(contract, Contract.from_spec(relaxed(source)), server.version)
        judge.caller = server.identity.as_caller()
        judge.checks = exchange_checks(slow_after_s=options.slow_after_s)
        desk = NewsDesk(source, server.version)
        tracker = Tracker(progress, results, options.max_examples)
        sink = _Sink(results, judge, desk, own_jobs, watch, tracker)
        tracker.begin("preparing")
        for exchange in exchanges:
            sink.take(exchange)
        known = explore(session, server.identity, sink.take)
        restore: Callable[[Exchange], None] = _nothing
        delegate: Callable[[], None] = _nothing
        if options.profile == "full":
            known, keeper = prepare(session, known, credential, sink.take, own_jobs)
            restore, delegate = keeper.restore, keeper.delegate
            judge.credential = known.credential_pem.encode() if known.credential_pem else None
        selected = [entry.operation for entry in results.tested]
        if not selected:
            raise CannotRunError(
                "no operation is left to test", remedy="check --operations and --profile"
            )

        probing = Probing(
            options=options,
            session=session,
            credential=credential,
            contract=contract,
            results=results,
            take=sink.take,
            trouble=sink.trouble,
        )

        def on_exchange(exchange: Exchange) -> None:
            sink.take(exchange)
            restore(exchange)

        generator = Generator(
            document=tailor(source, selected, known),
            session=session,
            seed=options.seed,
            max_examples=options.max_examples,
            on_exchange=on_exchange,
            on_trouble=sink.trouble,
            on_note=sink.note,
        )
        interrupted = False
        try:
            tracker.begin("probes")
            probing.run(known, delegate)
            for phase, label in generator.run():
                if label is None:
                    tracker.begin(phase)
                else:
                    tracker.done_with(label)
        except KeyboardInterrupt:
            interrupted = True
            sink.note("interrupted; what came later is not judged")
        if session.budget.over is not None:
            sink.note(session.budget.over)
    if not any(result.checked for result in results.operations.values()):
        raise CannotRunError(
            f"{server.name} answered no request in a way that could be judged",
            remedy="; ".join(results.errors[:1]) or "check the server's log",
        )
    return Run(
        options=options,
        server=server,
        credential=credential,
        contract=contract,
        results=results,
        news=desk.news,
        interrupted=interrupted,
        elapsed=timedelta(seconds=time.monotonic() - started),
        finished_at=datetime.now(UTC).replace(microsecond=0),
    )


def _select(contract: Contract, options: RunOptions, server: Server) -> dict[str, OperationResult]:
    chosen: dict[str, OperationResult] = {}
    for operation in contract.operations:
        result = OperationResult(operation)
        if not served(server.version, since=operation.since, until=operation.until):
            result.skipped = f"not in version {server.version}"
        elif not options.wants(operation.operation_id, str(operation)):
            result.skipped = "not selected"
        elif options.profile == "safe" and not changes_nothing(operation.method, operation.path):
            result.skipped = "not read-only"
        elif operation.method == "DELETE" and EVERYBODYS_JOBS.fullmatch(operation.path):
            result.skipped = "would cancel the jobs of others"
        chosen[operation.operation_id] = result
    return chosen


def _nothing(*_: object) -> None:
    """Profile `safe` has nothing to restore."""


@attrs.frozen
class _Sink:
    """Takes all exchanges of a run, judges them, and notes which jobs the run submitted."""

    results: Results
    judge: Judge
    desk: NewsDesk
    own_jobs: list[str]
    watch: Watch
    tracker: Tracker

    def take(self, exchange: Exchange) -> None:
        match = self.judge.contract.find(exchange.method, exchange.target)
        if match is None:
            return
        operation, body = match.operation, exchange.json
        submits = operation.path == "/jobs" and operation.method in {"POST", "PUT"}
        if submits and exchange.status == requests.codes.ok and isinstance(body, dict):
            job_id = body.get("job_id")
            if isinstance(job_id, str) and job_id not in self.own_jobs:
                self.own_jobs.append(job_id)
        findings = self.judge.judge(match, exchange)
        self.results.add(
            operation, exchange, findings, lambda: self.judge.wrong_with(match, exchange)
        )
        self.desk.take(operation, exchange)
        self.watch(operation, exchange)
        self.tracker.answered(operation)

    def trouble(self, label: str | None, text: str) -> None:
        """Report a request that could not be sent or was not answered."""
        line = " ".join(text.split())
        for operation in self.judge.contract.operations:
            if label == str(operation):
                self.results.add_finding(operation, Finding("no-answer", line, line[:40]), None)
                return
        self.note(line)

    def note(self, text: str) -> None:
        """Note something that was not tested, for a reason that says nothing about the server."""
        line = " ".join(text.split())
        if line not in self.results.errors:
            self.results.errors.append(line)
