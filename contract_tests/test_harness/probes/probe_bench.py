"""Run single probes against a mock with a defect, without the rest of a run."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import attrs

from fts_contract.harness.callers import other_callers
from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.versions import served
from fts_contract.harness.generating.preparation import explore, prepare
from fts_contract.harness.options import RunOptions
from fts_contract.harness.probes import PROBES
from fts_contract.harness.probes.conversation import Conversation
from fts_contract.harness.probing import run_probes
from fts_contract.harness.sending.credential import find_credential
from fts_contract.harness.sending.journal import Journal
from fts_contract.harness.sending.safety import FullLock, safe_lock
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.harness.server import meet_server
from fts_contract.mock import MockFTS
from fts_contract.mock.errors import APIError
from fts_contract.mock.operations import OPERATIONS, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fts_contract.harness.probes.fault import Fault
    from fts_contract.harness.probes.probe import Probe
    from fts_contract.harness.sending.exchange import Exchange
    from fts_contract.mock.asgi import ASGIApp
    from fts_contract.mock.exchange import Call, Reply

    Handler = Callable[[Call], Reply]
    Change = Callable[[Handler], Handler]


class ProbeRun(NamedTuple):
    """What probes found: the faults, and by check the reason why it did not apply."""

    faults: list[Fault]
    skipped: dict[str, str]
    requests: list[Exchange]

    @property
    def messages(self) -> list[str]:
        return [fault.message for fault in self.faults]

    @property
    def operations(self) -> set[str]:
        """Ids of the operations that the faults blame."""
        matches = [
            _contract().find(fault.exchange.method, fault.exchange.target) for fault in self.faults
        ]
        return {
            fault.operation or (match.operation.operation_id if match else "")
            for fault, match in zip(self.faults, matches, strict=True)
        }


class Bench:
    """A mock whose handlers can be replaced from one run to the next.

    Args:
        more: Further operations that it serves.
        middleware: See `MockFTS`.
    """

    def __init__(
        self, *more: Operation, middleware: Callable[[ASGIApp], ASGIApp] | None = None
    ) -> None:
        self._changes: dict[str, Change] = {}
        usual = [attrs.evolve(o, handler=self._changed(o)) for o in OPERATIONS]
        self._mock = MockFTS(operations=[*usual, *more], time_scale=0, middleware=middleware)

    def __enter__(self) -> Self:
        self._mock.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._mock.stop()

    @staticmethod
    def touched(changes: Iterable[str]) -> set[str]:
        """Get the ids of operations that are named by method and path."""
        matches = [_contract().find(*name.split()) for name in changes]
        return {match.operation.operation_id for match in matches if match}

    def _changed(self, operation: Operation) -> Handler:
        handler = operation.handler
        assert handler is not None

        def handle(call: Call) -> Reply:
            change = self._changes.get(f"{operation.method} {operation.template}")
            return (change(handler) if change else handler)(call)

        return handle

    def run(
        self,
        *checks: str,
        identity: str = "alice",
        also: Iterable[str] = (),
        changes: dict[str, Change] | None = None,
        full: bool = True,
        only: tuple[str, ...] = (),
        arrange: Callable[[MockFTS], object] = lambda _mock: None,
    ) -> ProbeRun:
        """Empty the mock, then run probes against it.

        Args:
            checks: Names of the probes.
            identity: The caller.
            also: Further callers.
            changes: `METHOD /path` to a function that replaces its handler.
            full: The profile.
            only: Ids of the operations under test; empty: those of the probes.
            arrange: Prepares the mock.
        """
        self._changes = changes or {}
        unknown = set(self._changes) - {f"{o.method} {o.template}" for o in OPERATIONS}
        assert not unknown, unknown
        mock = self._mock
        mock.reset()
        arrange(mock)
        options = RunOptions(
            url=mock.endpoint,
            cert=mock.credential(identity),
            also_cert=tuple(mock.credential(name) for name in also),
            ca_dir=mock.ca_dir,
        )
        probes = [probe for probe in PROBES if probe.check in checks]
        assert len(probes) == len(checks), checks
        with ExitStack() as stack:
            return _run(probes, mock, options, stack, full=full, only=only)


def _run(
    probes: list[Probe],
    mock: MockFTS,
    options: RunOptions,
    stack: ExitStack,
    *,
    full: bool,
    only: tuple[str, ...],
) -> ProbeRun:
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    journal = Journal(Path(folder) / "journal")
    stack.callback(journal.close)
    seen: list[Exchange] = []
    take = seen.append
    credential = find_credential(options.cert, options.token_file)
    session = stack.enter_context(
        GuardedSession(
            mock.endpoint,
            credential=credential,
            verify=str(mock.ca_dir),
            timeout_s=10,
            # A mock of its own: everything may be tested.
            lock=FullLock(
                own_job_ids=journal.job_ids, exclusive=True, optimizer_rows=True, cloud_access=True
            )
            if full
            else safe_lock,
            journal=journal,
        )
    )
    server, _ = meet_server(session)
    others = tuple(other_callers(session, options.also_cert, stack))
    if isinstance(session.lock, FullLock):
        for other in others:
            other.session.journal = journal
        known_others = [other.identity for other in others if other.identity is not None]
        session.lock.callers = frozenset(one.delegation_id for one in known_others)
        session.lock.bannable = frozenset(one.user_dn.lower() for one in known_others)
        session.lock.delegation_id = server.identity.delegation_id
        hosts = mock.state.config.all_hosts()
        session.lock.drainable = frozenset(host.hostname.lower() for host in hosts)
    known = explore(session, server.identity, take)
    delegate: Callable[[], object] = list
    if full:
        known, keeper = prepare(session, known, credential, take, journal.job_ids)
        delegate = keeper.delegate
    ids = only or {name for probe in probes for name in probe.operations}
    talk = Conversation(
        session=session,
        identity=server.identity,
        credential=credential,
        contract=_contract(),
        selected=tuple(
            operation
            for operation in _contract().operations
            if served(server.version, since=operation.since, until=operation.until)
            and (not ids or operation.operation_id in ids)
            and not operation.path.startswith(("/jobs/all", "/jobs/vo"))
        ),
        others=others,
        full=full,
        exclusive=full,
        seed=7,
        archived=("0c4cb6b2-e6f5-11f1-9d01-02fc00000001",),
        job_ids=(*known.own_job_ids, *known.job_ids),
        sink=take,
        delegate=delegate,
        sleep=mock.clock.advance,
    )
    faults: list[Fault] = []
    skips: dict[str, str] = {}
    seen.clear()
    run_probes(
        probes,
        talk,
        on_fault=lambda _probe, fault, _steps: faults.append(fault),
        on_skip=lambda probe, reason: skips.update({probe.check: reason}),
        on_trouble=lambda probe, error: skips.update({probe.check: f"no answer: {error}"}),
    )
    return ProbeRun(faults, skips, seen)


@cache
def _contract() -> Contract:
    return Contract.from_spec()


def edited(edit: Callable[[Any, Call], Any]) -> Change:
    """Change the JSON of successful answers."""

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            reply = handler(call)
            if reply.status >= 300:
                return reply
            return attrs.evolve(
                reply, body=json.dumps(edit(json.loads(reply.body), call)).encode()
            )

        return handle

    return change


def sent(edit: Callable[[Any], Any]) -> Change:
    """Have the server read another JSON body than was sent."""

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            body = json.dumps(edit(json.loads(call.body))).encode()
            return handler(attrs.evolve(call, body=body))

        return handle

    return change


def ignoring(*names: str) -> Change:
    """Have the server ignore query parameters."""

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            kept = {name: value for name, value in call.query.items() if name not in names}
            return handler(attrs.evolve(call, query=kept))

        return handle

    return change


def then(act: Callable[[Call], object]) -> Change:
    """Do something else after each request."""

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            reply = handler(call)
            act(call)
            return reply

        return handle

    return change


def remembering_nothing() -> Change:
    """Have the server answer as before where it had nothing to show before."""
    known: dict[str, Reply | APIError] = {}

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            asked = f"{call.path} {sorted(call.query.items())}"
            if asked not in known:
                try:
                    reply = handler(call)
                except APIError as error:
                    if error.status == 404:
                        known[asked] = error
                    raise
                if reply.status != 404 and reply.body not in {b"[]", b"{}", b"null"}:
                    return reply
                known[asked] = reply
            answer = known[asked]
            if isinstance(answer, APIError):
                raise answer
            return answer

        return handle

    return change


def texts(change: Callable[[str], str]) -> Change:
    """Have the server change all texts that it is sent."""

    def deep(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: deep(item) for key, item in value.items()}
        if isinstance(value, list):
            return [deep(item) for item in value]
        return change(value) if isinstance(value, str) else value

    return sent(deep)


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def freeing_sids_of(*states: str) -> Change:
    """Forget the id of a job that has ended."""

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            params = json.loads(call.body).get("params", {})
            ended = [j for j in call.state.jobs_of(None, only_open=False) if j.job_state in states]
            if "sid" in params and ended:
                other = {**json.loads(call.body), "params": {}}
                return handler(attrs.evolve(call, body=json.dumps(other).encode()))
            return handler(call)

        return handle

    return change


def same_put_same_job() -> Change:
    replies: dict[bytes, Reply] = {}

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            if call.body not in replies:
                replies[call.body] = handler(call)
            return replies[call.body]

        return handle

    return change


def instead(answer: Callable[[Call], Reply]) -> Change:
    """Answer without doing anything."""
    return lambda _handler: answer


def as_identity(**level: str) -> Change:
    """Have the server treat every caller as one with these levels."""

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            return handler(attrs.evolve(call, identity=attrs.evolve(call.identity, level=level)))

        return handle

    return change
