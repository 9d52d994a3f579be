"""What a seeded defect is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Literal, get_args

import attrs

from fts_contract.mock.exchange import Call, Reply

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS
    from fts_contract.mock.asgi import ASGIApp

Handler = Callable[[Call], Reply]
Seam = Callable[[Call, Handler], Reply]
"""Wraps the handler of an operation: it gets the call and a function that carries the call out, and returns the reply.

A seam that changes nothing must pass the same call on and return the same reply object: this distinguishes a defect that
a run did not reach from one that it missed. Errors of the handler are replies here."""

Front = Callable[["ASGIApp"], "ASGIApp"]
"""Wraps the whole application; it must pass requests that it does not change on with the same scope object."""

Inside = Callable[["MockFTS", Callable[[], None]], None]

Kind = Literal[
    "wrong-status",
    "missing-field",
    "renamed-field",
    "retyped-field",
    "null",
    "wrong-value",
    "wrong-unit",
    "wrong-content-type",
    "html-instead-of-json",
    "broken-body",
    "header",
    "error-shape",
    "state-machine",
    "lost-job",
    "doubled-job",
    "lost-change",
    "wrong-id",
    "authorization-hole",
    "refuses-valid",
    "accepts-invalid",
    "ignored-parameter",
    "wrong-filter",
    "off-by-one",
    "order",
    "stale-data",
    "slow-answer",
    "server-error",
    "delegation-check",
    "side-effect",
    "leaked-secret",
    "routing",
]
KINDS: Final = get_args(Kind)


@attrs.frozen(kw_only=True, eq=False)
class Defect:
    """One way in which a server can be wrong.

    Attributes:
        name: Unique; words joined with hyphens.
        description: What the server does, in one line.
        kind: The kind of the defect.
        resource: The resource that is wrong, such as `jobs` or `config/links`.
        seams: Operation id of the spec to what wraps its handler.
        with_operations: Further operation ids that a run needs to see the defect.
        safe: Whether a run that changes nothing can see it.
        only: The one check that should catch it; None when any check may.
        caller: Test identity of the run; None to choose one that may call the operations.
        arrange: Called with the mock before it starts, or None.
        inside: Changes what lies deeper than the handlers, such as the engine; called with the new mock and with what to call
            whenever the change has an effect. None for no such change.
        middleware: What wraps the whole application, or None.
        timeout_s: Timeout of each request of the run, in seconds.
        slow_after_s: Seconds above which the run calls an answer slow.
    """

    name: str
    description: str
    kind: Kind
    resource: str
    seams: Mapping[str, Seam] = attrs.field(factory=dict)
    with_operations: tuple[str, ...] = ()
    safe: bool = False
    only: str | None = None
    caller: str | None = None
    arrange: Callable[[MockFTS], None] | None = None
    inside: Inside | None = None
    middleware: Front | None = None
    timeout_s: float = 10.0
    slow_after_s: float = 10.0

    @property
    def operations(self) -> tuple[str, ...]:
        """Operation ids to which a run is limited."""
        return tuple(dict.fromkeys((*self.seams, *self.with_operations)))


def defect_of(
    name: str,
    description: str,
    kind: Kind,
    seam: Seam,
    *,
    operation: str,
    resource: str,
    with_operations: tuple[str, ...] = (),
    safe: bool = False,
    only: str | None = None,
    caller: str | None = None,
) -> Defect:
    """Describe a defect of one operation; see `Defect` for the arguments.

    The modules of the catalogue fix `operation` and what its defects have in common with `functools.partial`.
    """
    return Defect(
        name=name,
        description=description,
        kind=kind,
        resource=resource,
        seams={operation: seam},
        with_operations=with_operations,
        safe=safe,
        only=only,
        caller=caller,
    )
