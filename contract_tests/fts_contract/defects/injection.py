"""Put defects into a mock, and count how often a run met them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.mock import MockFTS
from fts_contract.mock.errors import APIError, PageError
from fts_contract.mock.exchange import Call, Reply, error_reply
from fts_contract.mock.operations import OPERATIONS, Operation
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_contract.defects.defect import Defect, Front, Handler, Seam
    from fts_contract.mock.asgi import ASGIApp, Receive, Scope, Send

_METHODS = ("get", "put", "post", "delete")


@attrs.define
class Injected:
    """A mock with a defect, not started yet.

    Attributes:
        mock: The mock.
        hits: How often the defect changed what the mock did.
    """

    mock: MockFTS = attrs.field(init=False)
    hits: int = 0

    def count(self) -> None:
        """Note that the defect changed what the mock did."""
        self.hits += 1

    def wrap(self, seam: Seam, handler: Handler) -> Handler:
        """Wrap a handler in a seam."""

        def answer(call: Call) -> Reply:
            untouched: list[Reply] = []

            def carry_on(passed: Call) -> Reply:
                try:
                    reply = handler(passed)
                except (APIError, PageError) as error:
                    reply = error_reply(error)
                if passed is call:
                    untouched.append(reply)
                return reply

            reply = seam(call, carry_on)
            if not (len(untouched) == 1 and untouched[0] is reply):
                self.hits += 1
            return reply

        return answer

    def watch(self, front: Front, app: ASGIApp) -> ASGIApp:
        """Wrap an application in a middleware, and count the requests that it does not pass on unchanged."""
        untouched: list[Scope] = []

        async def inner(scope: Scope, receive: Receive, send: Send) -> None:
            untouched.append(scope)
            await app(scope, receive, send)

        wrapped = front(inner)

        async def outer(scope: Scope, receive: Receive, send: Send) -> None:
            await wrapped(scope, receive, send)
            if any(passed is scope for passed in untouched):
                untouched.clear()
            else:
                self.hits += 1

        return outer


def inject(*defects: Defect, **settings: Any) -> Injected:
    """Make a mock with defects.

    Args:
        defects: The defects; none for a clean mock.
        settings: Arguments of `MockFTS`.

    Returns:
        The mock, not started. What a defect has to `arrange` is left to the caller, who may fill the mock first.

    Raises:
        KeyError: A defect names an operation that the spec or the mock does not have.
        OSError: As for `MockFTS`.
        ValueError: As for `MockFTS`.
    """
    injected = Injected()
    operations = list(OPERATIONS)
    for defect in defects:
        seams = _seams(defect)
        operations = [_with_seam(injected, operation, seams) for operation in operations]

    def in_front(app: ASGIApp) -> ASGIApp:
        for defect in defects:
            app = app if defect.middleware is None else injected.watch(defect.middleware, app)
        return app

    injected.mock = MockFTS(operations=operations, middleware=in_front, **settings)
    for defect in defects:
        if defect.inside is not None:
            defect.inside(injected.mock, injected.count)
    return injected


def faulty_mock(defects: Iterable[Defect], **settings: Any) -> MockFTS:
    """Make a mock with defects, arranged, not started; see `inject`."""
    chosen = tuple(defects)
    mock = inject(*chosen, **settings).mock
    for defect in chosen:
        if defect.arrange is not None:
            defect.arrange(mock)
    return mock


def _seams(defect: Defect) -> dict[tuple[str, str], Seam]:
    """Give the seams of a defect by method and template."""
    served = {_key(operation.method, operation.template) for operation in OPERATIONS}
    seams = {}
    for operation_id, seam in defect.seams.items():
        place = _place(operation_id)
        if place not in served:
            raise KeyError(f"{defect.name}: the mock does not serve {operation_id}")
        seams[place] = seam
    return seams


def _with_seam(
    injected: Injected, operation: Operation, seams: dict[tuple[str, str], Seam]
) -> Operation:
    seam = seams.get(_key(operation.method, operation.template))
    if seam is None or operation.handler is None:
        return operation
    return attrs.evolve(operation, handler=injected.wrap(seam, operation.handler))


def _place(operation_id: str) -> tuple[str, str]:
    for path, item in load_spec()["paths"].items():
        for method in _METHODS:
            if item.get(method, {}).get("operationId") == operation_id:
                return _key(method.upper(), path)
    raise KeyError(operation_id)


def _key(method: str, template: str) -> tuple[str, str]:
    """Identify an operation by its template, ignoring the names of placeholders and a final slash."""
    return method, re.sub(r"\{\w+\}", "{}", template).rstrip("/") or "/"
