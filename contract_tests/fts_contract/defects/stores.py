"""Seams that answer well and store something else."""

from __future__ import annotations

import copy
from operator import attrgetter
from typing import TYPE_CHECKING

import attrs

from fts_contract.defects.seams import after
from fts_contract.mock.records import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from fts_contract.defects.defect import Handler, Seam
    from fts_contract.mock.configuration import Configuration
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import File

_CHANGED_BY_REQUESTS = (
    "job_state",
    "job_finished",
    "cancel_job",
    "file_state",
    "finish_time",
    "reason",
    "priority",
)


def forgotten(*parts: str) -> Seam:
    """Carry a request out, answer it, and put parts of the state back to what they were.

    Args:
        parts: Attributes of the state, such as `grants` or `config.settings`.
    """

    def seam(call: Call, carry_on: Handler) -> Reply:
        before = {part: copy.deepcopy(attrgetter(part)(call.state)) for part in parts}
        reply = carry_on(call)
        if reply.status >= 300:  # noqa: PLR2004
            return reply
        for part, value in before.items():
            owner, _, name = part.rpartition(".")
            setattr(attrgetter(owner)(call.state) if owner else call.state, name, value)
        return attrs.evolve(reply)

    return seam


def spoiled(change: Callable[[Call, Configuration], bool]) -> Seam:
    """Carry a request out and then spoil the stored configuration; `change` says whether it did."""
    return after(lambda call, _reply: change(call, call.state.config))


def undone(records: Callable[[Call], Iterable[Job | File]]) -> Seam:
    """Carry a request out, answer it, and put these jobs and files back to what they were."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        before = [
            (
                record,
                {
                    name: getattr(record, name)
                    for name in _CHANGED_BY_REQUESTS
                    if hasattr(record, name)
                },
            )
            for record in records(call)
        ]
        reply = carry_on(call)
        changed = False
        for record, values in before:
            for name, value in values.items():
                changed |= getattr(record, name) != value
                setattr(record, name, value)
            if isinstance(record, Job):
                call.state.insert(record)
        return attrs.evolve(reply) if changed else reply

    return seam


def kept_credential(call: Call, carry_on: Handler) -> Reply:
    """Carry a request out, answer it, and leave the delegated credential of the caller as it was."""
    store, caller = call.state.delegations, call.identity.caller
    known = store.get(caller)
    reply = carry_on(call)
    if reply.status >= 300:  # noqa: PLR2004
        return reply
    store.remove(caller)
    if known is not None:
        store.store(caller, proxy=known.proxy, ends_at=known.ends_at, attributes=known.attributes)
    return attrs.evolve(reply)


def without_credential(call: Call, carry_on: Handler) -> Reply:
    """Carry a request out although the caller has delegated nothing."""
    store, caller = call.state.delegations, call.identity.caller
    if store.get(caller) is not None or caller.is_anonymous:
        return carry_on(call)
    store.store(caller, proxy="", ends_at=call.now + 12 * 3600, attributes="")
    reply = carry_on(attrs.evolve(call))
    store.remove(caller)
    return reply
