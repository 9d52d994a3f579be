"""One run of the contract tests from start to verdict."""

from __future__ import annotations

import gc
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.harness.callers import administrator_among, mistaken, other_callers
from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.leniency import relaxed
from fts_contract.harness.exchange_checks import exchange_checks
from fts_contract.harness.exchange_checks.model import Finding
from fts_contract.harness.generating.generator import Generator
from fts_contract.harness.generating.preparation import explore, prepare
from fts_contract.harness.generating.tailoring import tailor
from fts_contract.harness.judging.deviations import known_deviations
from fts_contract.harness.judging.judge import Judge
from fts_contract.harness.judging.news import News, NewsDesk
from fts_contract.harness.judging.results import Results
from fts_contract.harness.probing import Probing
from fts_contract.harness.progress import Progress, Tracker
from fts_contract.harness.selection import generated, select
from fts_contract.harness.sending.budget import Budget
from fts_contract.harness.sending.credential import Credential, find_credential, find_trust
from fts_contract.harness.sending.errors import CannotRunError
from fts_contract.harness.sending.safety import (
    FullLock,
    safe_lock,
)
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.harness.server import Server, meet_server
from fts_contract.harness.shared_state.guard import Guard
from fts_contract.harness.sink import Sink, Watch
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from fts_contract.harness.callers import OtherCaller
    from fts_contract.harness.generating.known_data import KnownData
    from fts_contract.harness.generating.preparation import DelegationKeeper
    from fts_contract.harness.options import RunOptions
    from fts_contract.harness.sending.exchange import Exchange
    from fts_contract.harness.shared_state.putting_back import Left

__all__ = ["Run", "run_contract"]

_OBJECTS = 50_000


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
        interrupted: It was ended early (Ctrl-C or SIGTERM).
        left: What the run changed and could not put back.
        record: The folder from which it can be put back later; None when nothing was changed.
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
    left: Sequence[Left]
    record: Path | None
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
    record: Path | None = None,
    tell: Callable[[str], None] = lambda _text: None,
) -> Run:
    """Test a server, and leave it as it was.

    Args:
        options: What to test, and how.
        document: The OpenAPI document; None takes that of FTS.
        progress: Called with the progress, after each request.
        watch: Called with each exchange and its operation, after it was judged.
        record: Folder for the state before the run and the journal of its changes, in profile `full`; None for a temporary one.
        tell: Called with a line for people that must not wait for the end of the run.

    Raises:
        CannotRunError: Nothing could be judged; says why and what to do.
    """
    started = time.monotonic()
    options.check()
    source = load_spec() if document is None else document
    contract = Contract.from_spec(source)
    credential = find_credential(options.cert, options.token_file)
    session = _session(options, credential)
    with ExitStack() as stack:
        stack.enter_context(_rare_collections())
        stack.enter_context(session)
        server, exchanges = meet_server(session)
        others = tuple(other_callers(session, options.also_cert, stack))
        results = Results(
            select(contract, options, server),
            deviations=known_deviations(server.version, options.deviations),
            without=frozenset(options.without),
        )
        selected = [entry.operation for entry in results.tested]
        if not selected:
            raise CannotRunError(
                "no operation is left to test", remedy="check --operations and --profile"
            )
        judge = Judge(contract, Contract.from_spec(relaxed(source)), server.version)
        judge.caller = server.identity.as_caller()
        judge.checks = exchange_checks(slow_after_s=options.slow_after_s)
        desk = NewsDesk(source, server.version)
        tracker = Tracker(progress, results, options.max_examples)
        sink = Sink(results, judge, desk, session.sender, watch, tracker)
        guard = _guard(options, session, server, exchanges[-1], others, record)
        if guard.kept is not None:
            tell(f"if this run is killed: fts contract restore {guard.kept}")
        with guard:
            tracker.begin("preparing")
            for exchange in exchanges:
                sink.take(exchange)
            _report_mistaken(sink, session, server, others)
            known = explore(session, server.identity, sink.take)
            known, keeper = _prepared(session, known, credential, sink.take)
            judge.credential = known.credential_pem.encode() if known.credential_pem else None
            probing = Probing(
                options=options,
                session=session,
                credential=credential,
                contract=contract,
                others=others,
                results=results,
                take=sink.take,
                trouble=sink.trouble,
            )

            def on_exchange(exchange: Exchange) -> None:
                sink.take(exchange)
                if keeper is not None:
                    keeper.restore(exchange)

            generator = Generator(
                document=tailor(source, generated(selected, session, results), known),
                session=session,
                seed=options.seed,
                max_examples=options.max_examples,
                on_exchange=on_exchange,
                on_trouble=sink.trouble,
                on_note=sink.note,
                kept_names=guard.drainable,
                file_ids=known.file_ids,
            )
            tracker.begin("probes")
            probing.run(known, keeper.delegate if keeper else _nothing)
            tracker.follow(generator.run())
            if session.budget.over is not None:
                sink.note(session.budget.over)
        if guard.interrupted:
            sink.note("interrupted; what came later is not judged")
    judged = any(result.checked for result in results.operations.values())
    if not judged and not guard.left:
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
        interrupted=guard.interrupted,
        left=guard.left,
        record=guard.kept,
        elapsed=timedelta(seconds=time.monotonic() - started),
        finished_at=datetime.now(UTC).replace(microsecond=0),
    )


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for cycles of objects less often: a run makes few, and each search costs more the more it has kept."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _session(options: RunOptions, credential: Credential) -> GuardedSession:
    return GuardedSession(
        options.base_url,
        credential=credential,
        verify=find_trust(
            ca_dir=options.ca_dir, ca_file=options.ca_file, insecure=options.insecure
        ),
        http_proxy=options.http_proxy,
        timeout_s=options.timeout_s,
        lock=safe_lock if options.profile == "safe" else FullLock(),
        budget=Budget(max_time_s=options.max_time_s, rate_limit=options.rate_limit),
    )


def _guard(  # noqa: PLR0917 - what a run knows by then
    options: RunOptions,
    session: GuardedSession,
    server: Server,
    whoami: Exchange,
    others: Sequence[OtherCaller],
    record: Path | None,
) -> Guard:
    """Read and write down the state of a server that is going to be changed."""
    if not isinstance(session.lock, FullLock):
        return Guard()
    return Guard.begin(
        (session, *(other.session for other in others)),
        administrator_among(session, server.identity, others),
        lock=session.lock,
        others=[other.identity for other in others if other.identity is not None],
        ban_callers=options.ban_callers,
        whoami=whoami.json,
        exclusive=options.exclusive,
        optimizer_rows=options.optimizer_rows,
        folder=record,
    )


def _report_mistaken(
    sink: Sink, session: GuardedSession, server: Server, others: Iterable[OtherCaller]
) -> None:
    """Report callers of `--also-cert` whom the server takes for the caller of the run: what they are refused proves nothing."""
    for other in mistaken(session, server.identity, others):
        credential = other.session.credential
        text = f"the server takes {credential and credential.subject} for {other.name}"
        operation = sink.judge.contract.operation("whoami")
        sink.results.add_finding(operation, Finding("caller-mistaken", text), other.whoami)


def _prepared(
    session: GuardedSession,
    known: KnownData,
    credential: Credential,
    take: Callable[[Exchange], None],
) -> tuple[KnownData, DelegationKeeper | None]:
    """Delegate and submit in profile `full`."""
    lock = session.lock
    if not isinstance(lock, FullLock):
        return known, None
    known, keeper = prepare(session, known, credential, take, lock.own_job_ids)
    lock.own_file_ids = known.file_ids if known.own_job_ids else ()
    return known, keeper


def _nothing() -> None:
    """Profile `safe` delegates nothing."""
