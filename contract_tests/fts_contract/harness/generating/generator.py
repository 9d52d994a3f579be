"""Drive schemathesis, which makes the requests and sends them through our session; we judge the answers.

We run its engine with a context of our own: only so does every request, even one that schemathesis makes internally,
go through the locked session. `_settings` switches off what it must not do: invent `DELETE` for ids found in lists,
send undeclared methods, and learn from answers, which would make runs unrepeatable.
"""

from __future__ import annotations

import os
import re
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import attrs
import requests

from fts_contract.harness.contract.json_text import is_deep
from fts_contract.harness.contract.operations import METHODS
from fts_contract.harness.sending.budget import OverError
from fts_contract.harness.sending.errors import CannotRunError, LockedRequestError
from fts_contract.harness.sending.own_names import MARK, own_body, own_text
from fts_contract.harness.sending.session import GuardedSession, to_exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from schemathesis.engine.context import EngineContext
    from schemathesis.engine.events import EngineEvent
    from schemathesis.generation.case import Case
    from schemathesis.hooks import HookContext
    from schemathesis.schemas import BaseSchema

    from fts_contract.harness.sending.exchange import Exchange, Intent

__all__ = ["PHASES", "Generator"]

PHASES = ("examples", "coverage", "fuzzing", "stateful")
_PEM_FILE = "application/x-pem-file"


@attrs.frozen(kw_only=True)
class Generator:
    """Makes and sends the requests of a run.

    Attributes:
        document: The tailored document to make requests from.
        session: Sends them.
        seed: Same seed, same requests.
        max_examples: Generated requests per operation and phase.
        kept_names: Names that are not ours and may be used nevertheless, in lower case.
        file_ids: Files of jobs of the run.
        on_exchange: Called with each exchange.
        on_trouble: Called with the label of an operation (or None), a text and the error when a request got no answer.
        on_note: Called with a text when something else failed that says nothing about the server.
    """

    document: dict[str, Any]
    session: GuardedSession
    seed: int
    max_examples: int
    on_exchange: Callable[[Exchange], None]
    on_trouble: Callable[[str | None, str, requests.RequestException], None]
    on_note: Callable[[str], None]
    kept_names: Collection[str] = ()
    file_ids: Sequence[int] = ()

    def run(self) -> Iterator[tuple[str, str | None]]:
        """Send everything; yields each phase when it begins, and again with the label of each operation it finishes.

        Raises:
            CannotRunError: schemathesis is not installed, or cannot read the document.
        """
        schema = self._load()
        dispatcher = schema.hooks
        dispatcher.register_hook_with_name(self._is_allowed, "filter_case")
        dispatcher.register_hook_with_name(self._choose_examples, "before_add_examples")
        dispatcher.register_hook_with_name(self._after_call, "after_call")
        _register_pem()
        for event in self._events(schema):
            yield from self._handle(event)

    def _load(self) -> BaseSchema:
        try:
            import schemathesis  # noqa: PLC0415 - an extra; only runs need it
        except ImportError as error:
            raise CannotRunError(
                f"the extra 'contract' is not installed ({error.name} is missing)",
                remedy="pip install 'fts-client[contract]'",
            ) from error
        # schemathesis would load the hooks of another test suite, which could change what is sent and judged.
        hooks = os.environ.pop("SCHEMATHESIS_HOOKS", None)
        try:
            config = schemathesis.Config.from_dict(self._settings())
            return schemathesis.openapi.from_dict(self.document, config=config)
        finally:
            if hooks is not None:
                os.environ["SCHEMATHESIS_HOOKS"] = hooks

    def _settings(self) -> dict[str, Any]:
        # Without this, requests would depend on the answers of the server and on their order.
        no_memory = {"extra-data-sources": {"responses": False}, "operation-ordering": "none"}
        return {
            "seed": self.seed,
            "base-url": self.session.base_url,
            "tls-verify": self.session.verify,
            "request-timeout": self.session.timeout_s,
            "workers": 1,
            "continue-on-failure": True,
            "warnings": False,
            "cache": {"enabled": False},
            # They depend on the load of this machine.
            "suppress-health-check": ["all"],
            "generation": {
                "max-examples": self.max_examples,
                "database": "none",
                "with-security-parameters": False,
                "no-shrink": True,
            },
            # The engine requires at least one check; its verdict is ignored.
            "checks": {"enabled": False, "not_a_server_error": {"enabled": True}},
            "phases": {
                "examples": dict(no_memory),
                "coverage": {"unexpected-methods": [], **no_memory},
                "fuzzing": {"error-feedback": {"enabled": False}, **no_memory},
                "stateful": {
                    "inference": {"algorithms": []},
                    "link-calibration": False,
                },
            },
            "operations": [
                {
                    "include-operation-id": name,
                    "phases": {"fuzzing": {"generation": {"mode": "positive"}}},
                }
                for name in self._of_known_ids()
            ],
        }

    def _of_known_ids(self) -> Iterator[str]:
        """Yield the operations whose only input is an id that the lock must know.

        The lock stops every invalid id, and Hypothesis would try for seconds to find one that passes.
        """
        for path, item in self.document["paths"].items():
            for method in filter(item.get, METHODS):
                operation = item[method]
                others = [one for one in operation.get("parameters", ()) if one["in"] != "path"]
                made_up = re.sub(r"\{\w+\}", MARK, path)
                if (
                    not others
                    and "requestBody" not in operation
                    and self.session.lock(method.upper(), made_up, None)
                ):
                    yield operation["operationId"]

    def _events(self, schema: BaseSchema) -> Iterator[EngineEvent]:
        from schemathesis.engine.core import Engine, ExecutionPlan  # noqa: PLC0415
        from schemathesis.engine.run import PhaseName  # noqa: PLC0415

        engine = Engine(schema=schema)
        phases = [
            engine.get_phase_config(
                PhaseName(name), is_supported=True, requires_transitions=name == "stateful"
            )
            for name in PHASES
        ]
        context = _context(schema, self.session)
        for event in ExecutionPlan(phases).execute(context):
            yield event
            if self.session.budget.over is not None:
                context.control.stop()

    def _handle(self, event: EngineEvent) -> Iterator[tuple[str, str | None]]:
        from schemathesis.engine import events  # noqa: PLC0415
        from schemathesis.engine.errors import ServerUnavailable  # noqa: PLC0415

        if isinstance(event, events.PhaseStarted):
            yield event.phase.name.value, None
        elif isinstance(event, events.ScenarioFinished) and event.label is not None:
            yield event.phase.value, event.label
        elif isinstance(event, events.NonFatalError):
            _raise_if_ours(event.value)
            text = f"{event.info.title}: {event.info.message}"
            if isinstance(event.value, OverError):
                return
            if isinstance(event.value, ServerUnavailable):
                # The text of this error shows requests with their headers.
                self.on_note("the server stopped answering; what came later is not judged")
            elif isinstance(event.value, requests.RequestException):
                label = event.label if event.related_to_operation else None
                self.on_trouble(label, text, event.value)
            else:
                self.on_note(f"{event.label}: {text}" if event.related_to_operation else text)
        elif isinstance(event, events.Interrupted):
            # schemathesis ends quietly on Ctrl-C, and when we stop it at the end of the time.
            if self.session.budget.over is None:
                raise KeyboardInterrupt
        elif isinstance(event, events.FatalError):
            _raise_if_ours(event.exception)
            raise event.exception

    def _is_allowed(self, _context: HookContext, case: Case[Any]) -> bool:
        """Give the things that a test case changes names of ours; leave out those that the lock would stop still."""
        method = case.method.upper()
        if method != "GET":
            _use_own_names(case, kept=self.kept_names, files=self.file_ids)
        try:
            path = case.formatted_path
            if method == "GET":
                return self.session.lock(method, path, None) is None
            request = requests.Request(**case.as_transport_kwargs()).prepare()
        except (KeyError, ValueError, TypeError, requests.RequestException):
            return True
        body = request.body.encode() if isinstance(request.body, str) else request.body
        query = urlsplit(str(request.url)).query
        return self.session.lock(method, f"{path}?{query}", body) is None

    def _choose_examples(self, context: HookContext, examples: list[Case[Any]]) -> None:
        """Treat the examples of the document like other test cases."""
        examples[:] = [case for case in examples if self._is_allowed(context, case)]

    def _after_call(self, _context: HookContext, case: Case[Any], response: Any) -> None:
        self.on_exchange(
            to_exchange(
                response.request,
                status=response.status_code,
                headers={name: ", ".join(values) for name, values in response.headers.items()},
                body=response.content or b"",
                elapsed_s=response.elapsed,
                intent=_intent(case),
                phase=case.meta.phase.name.value if case.meta else "",
                sender=self.session.sender,
            )
        )
        if response.content and is_deep(response.content):
            # It is already judged. schemathesis would look for ids in it and exceed the recursion limit.
            response.content = b""


def _use_own_names(case: Case[Any], *, kept: Collection[str], files: Sequence[int]) -> None:
    path = case.operation.path
    if path == "/admin/force-start" and isinstance(case.body, list) and files:
        case.body = [
            files[item % len(files)] if isinstance(item, int) and item > 0 else item
            for item in case.body
        ]
    case.body = own_body(path, case.body, kept=kept)
    case.query = own_body(path, case.query)
    if path.startswith("/config/"):
        case.path_parameters = {
            name: own_text(value, "symbolicname") if isinstance(value, str) else value
            for name, value in (case.path_parameters or {}).items()
        }


def _intent(case: Case[Any]) -> Intent:
    if case.meta is None:
        return "unknown"
    return "invalid" if case.meta.generation.mode.is_negative else "valid"


def _context(schema: BaseSchema, session: GuardedSession) -> EngineContext:
    from schemathesis.engine.context import EngineContext  # noqa: PLC0415

    class LockedContext(EngineContext):
        """Sends everything through our session, in place of one of the engine."""

        def get_session(self, *, operation: Any = None) -> GuardedSession:
            del operation
            return session

    return LockedContext(schema=schema, stop_event=threading.Event())


def _register_pem() -> None:
    import schemathesis  # noqa: PLC0415

    # Registering it again replaces it.
    @schemathesis.serializer(_PEM_FILE)
    def pem(_context: Any, value: Any) -> bytes:
        return value if isinstance(value, bytes) else str(value).encode()


def _raise_if_ours(error: BaseException | None) -> None:
    """Raise the errors that are defects of the harness: they say nothing about the server."""
    from schemathesis.core.errors import HookExecutionError  # noqa: PLC0415

    while error is not None:
        if isinstance(error, LockedRequestError | HookExecutionError):
            raise error
        error = error.__cause__ or error.__context__
