"""Seams that read a request wrongly, or mistake its caller for another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.defects.seams import on_call, owners

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Handler, Seam
    from fts_contract.mock.exchange import Call, Reply


def given(call: Call) -> dict[str, Any]:
    """Get the JSON object of a request; an empty one when the body is something else."""
    try:
        body = json.loads(call.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def ignored_parameters(*names: str) -> Seam:
    """Ignore parameters of the query."""
    return query(lambda pairs: {k: v for k, v in pairs.items() if k not in names})


def query(change: Callable[[dict[str, str]], dict[str, str]]) -> Seam:
    """Read the query wrongly."""

    def changed(call: Call) -> Call:
        after_change = change(dict(call.query))
        return call if after_change == call.query else attrs.evolve(call, query=after_change)

    return on_call(changed)


def sent_json(edit: Callable[[dict[str, Any]], Any]) -> Seam:
    """Read the JSON object of a request wrongly; `edit` changes it in place or returns another."""

    def changed(call: Call) -> Call:
        try:
            before = json.loads(call.body)
        except ValueError:
            return call
        if not isinstance(before, dict):
            return call
        given = json.loads(call.body)
        edited = edit(given)
        body = given if edited is None else edited
        if body == before:
            return call
        return attrs.evolve(call, body=json.dumps(body).encode())

    return on_call(changed)


def ignored_members(*names: str) -> Seam:
    """Ignore members of the JSON object of a request, by dotted path."""

    def forget(body: dict[str, Any]) -> None:
        for path in names:
            for owner, name in owners(body, path):
                owner.pop(name, None)

    return sent_json(forget)


def as_another_caller(change: Callable[[Call], Call]) -> Seam:
    """Where a request is refused, carry it out as another caller: others keep their own identity."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        if reply.status not in {401, 403}:
            return reply
        return carry_on(change(call))

    return seam


def everybody_may(*operations: str) -> Callable[[Call], Call]:
    """Give every caller these levels, even without a certificate."""

    def change(call: Call) -> Call:
        level = {**call.identity.level, **dict.fromkeys(operations, "all")}
        return attrs.evolve(call, identity=attrs.evolve(call.identity, level=level))

    return change


def known_by_path(call: Call) -> Call:
    """Take the caller for the owner of the delegation id in the path."""
    caller = attrs.evolve(call.identity.caller, delegation_id=call.params["dlg_id"])
    return attrs.evolve(call, identity=attrs.evolve(call.identity, caller=caller))


def certified(call: Call) -> Call:
    """Take the caller for one with a certificate."""
    caller = attrs.evolve(call.identity.caller, delegation_id="0" * 16)
    return attrs.evolve(call, identity=attrs.evolve(call.identity, caller=caller))
