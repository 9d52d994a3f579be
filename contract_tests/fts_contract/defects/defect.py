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
"""Stands in front of the handler of an operation: gets the call and a way to carry it out.

One that changed nothing hands the very call on and gives the very reply back; that is how a defect which a run did
not reach is told from one that it missed. Errors come as replies."""

Front = Callable[["ASGIApp"], "ASGIApp"]
"""Stands in front of the whole application; a request that it does not concern is handed on with its very scope."""

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
        name: Unique, in words joined with hyphens.
        description: What the server does, in one line.
        kind: What sort of defect it is.
        resource: What it is about, such as `jobs` or `config/links`.
        seams: By operation id of the spec: what stands in front of the handler.
        with_operations: Operation ids that a run needs beside those of the seams, to see it.
        safe: It can be seen by a run that changes nothing.
        only: The one check that is meant to catch it; None when it does not matter which.
        caller: Test identity of the run; None for one that may call the operations.
        arrange: Called with the mock before it starts; None for nothing.
        middleware: What stands in front of the whole application, or None.
        timeout_s: Limit for each answer in the run, in seconds.
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
    middleware: Front | None = None
    timeout_s: float = 10.0
    slow_after_s: float = 10.0

    @property
    def operations(self) -> tuple[str, ...]:
        """Operation ids to which a run is limited."""
        return tuple(dict.fromkeys((*self.seams, *self.with_operations)))


def one_seam(
    name: str,
    description: str,
    kind: Kind,
    operation: str,
    seam: Seam,
    *,
    resource: str,
    with_operations: tuple[str, ...] = (),
    safe: bool = False,
    only: str | None = None,
    caller: str | None = None,
) -> Defect:
    """Describe a defect of one operation; see `Defect` for the arguments."""
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
