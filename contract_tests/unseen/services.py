"""Defects of the optimizer, of autocompletion, of data management and of clouds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.request_seams import query
from fts_contract.defects.seams import on_json
from fts_contract.defects.server_contents import SOURCE
from fts_contract.mock.clock import wire_time
from fts_contract.mock.exchange import json_reply
from fts_contract.mock.handlers import autocomplete
from fts_contract.mock.optimizer_rows import Decision
from unseen.seams import OK, in_operations, refusal, replaced, rows_instead, rows_of, without

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock import MockFTS
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.optimizer_rows import Current

_MIB: Final = 2**20
_FILTERS: Final = ("source_se", "dest_se")
_TERMS: Final = ("complete_source", "complete_destination", "complete_storage", "complete_dn")


def _swapped(arguments: dict[str, str]) -> dict[str, str]:
    names = {"source_se": "dest_se", "dest_se": "source_se"}
    return {names.get(name, name): value for name, value in arguments.items()}


def _cut_then_filtered(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    wanted = {n: v.lower() for n in _FILTERS if (v := call.argument(n)) is not None}
    if rows_of(reply) is None or not wanted:
        return reply
    rows = rows_of(carry_on(without(call, *_FILTERS))) or []
    return rows_instead(
        reply, [row for row in rows if all(row[n].lower() == v for n, v in wanted.items())]
    )


def _busy_other_link(mock: MockFTS) -> None:
    for minutes in range(60):
        when = wire_time(mock.state.now() - minutes)
        mock.state.optimizer.add(
            Decision("mock://busy.example.org", SOURCE, when, ema=1.0e8, active=minutes % 5 + 2)
        )


def _oldest_of_a_link_first(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if call.argument("source_se") is None:
        return reply
    rows = rows_of(reply) or []
    return rows_instead(reply, sorted(rows, key=lambda row: str(row["datetime"])))


def _rows_pile_up(call: Call, carry_on: Handler) -> Reply:
    optimizer = call.state.optimizer
    rows: dict[tuple[str, str], Current] = vars(optimizer)["_current"]
    before = len(rows)
    hit = False

    def add(current: Current) -> None:
        nonlocal hit
        hit = (current.source_se.lower(), current.dest_se.lower()) in rows
        place = f"{current.source_se.lower()}#{before}" if hit else current.source_se.lower()
        rows[place, current.dest_se.lower()] = current

    with replaced(optimizer, set_current=add):
        reply = carry_on(call)
    return attrs.evolve(reply) if hit else reply


def _throughput_in_mib(call: Call, carry_on: Handler) -> Reply:
    decisions = call.state.optimizer.decisions
    before = len(decisions)
    reply = carry_on(call)
    if len(decisions) == before or not decisions[-1].throughput:
        return reply
    last = decisions[-1]
    decisions[-1] = attrs.evolve(last, throughput=round((last.throughput or 0) / _MIB, 3))
    return attrs.evolve(reply)


# Autocompletion


def _quote_in_term(call: Call, carry_on: Handler) -> Reply:
    term = call.argument("term") or ""
    if "'" not in term or not call.identity.may("config"):
        return carry_on(call)
    where = f"WHERE t_link_config.source_se LIKE '{term}%'"
    return refusal(500, f"(1064, 'You have an error in your SQL syntax; near {where}')")


def _sources_of_both_ends(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != OK:
        return reply
    return rows_instead(reply, rows_of(autocomplete.complete_storage(call)) or [])


# Data management and clouds


def _shown(_call: Call, body: Any) -> Any:
    return {name: entry for name, entry in body.items() if not name.startswith(".")}


def _size_in_32_bits(_call: Call, body: Any) -> Any:
    body["size"] = (body["size"] + 2**31) % 2**32 - 2**31
    return body


def _errors_of_storage_hidden(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    return json_reply(0) if reply.status >= 400 and b'"message": "[' in reply.body else reply  # noqa: PLR2004


def _exact_service(call: Call, carry_on: Handler) -> Reply:
    service = call.params["service"]
    if service in {service.lower(), service.upper()} or call.identity.caller.is_anonymous:
        return carry_on(call)
    return refusal(404, f'There is no service "{service}"')


_evolution = partial(
    Defect, resource="optimizer", with_operations=("list_optimizer_current",), safe=True
)
_set_current = partial(
    defect_of,
    operation="set_optimizer_current",
    resource="optimizer",
    with_operations=("list_optimizer_current", "list_optimizer_evolution"),
)
_complete = partial(defect_of, resource="autocomplete", safe=True)
_dm = partial(defect_of, resource="dm")

DEFECTS: Final = (
    defect_of(
        "optimizer-filters-swapped",
        "GET /optimizer/current takes source_se for the destination and dest_se for the source",
        "wrong-filter",
        query(_swapped),
        operation="list_optimizer_current",
        resource="optimizer",
        safe=True,
    ),
    _evolution(
        name="evolution-cut-before-filter",
        description="GET /optimizer/evolution filters the newest fifty rows of all links: a quiet link has no history",
        kind="wrong-filter",
        seams={"list_optimizer_evolution": _cut_then_filtered},
        arrange=_busy_other_link,
    ),
    _evolution(
        name="evolution-of-a-link-starts-at-the-end",
        description="GET /optimizer/evolution?source_se= answers the oldest row first, without the filter the newest",
        kind="order",
        seams={"list_optimizer_evolution": _oldest_of_a_link_first},
    ),
    _set_current(
        "current-rows-pile-up",
        "POST /optimizer/current adds a row to GET /optimizer/current where it should replace the one of the pair",
        "doubled-job",
        _rows_pile_up,
    ),
    _set_current(
        "throughput-stored-in-mib",
        "POST /optimizer/current stores throughput in MiB/s: GET /optimizer/evolution shows a millionth",
        "wrong-unit",
        _throughput_in_mib,
    ),
    in_operations(
        "quote-in-term-shows-sql",
        "A quote in the term of GET /autocomplete/... is a 500 with the SQL statement",
        "leaked-secret",
        _quote_in_term,
        operations=_TERMS,
        resource="autocomplete",
        safe=True,
    ),
    _complete(
        "destinations-among-the-sources",
        "GET /autocomplete/source answers both ends of the links",
        "wrong-filter",
        _sources_of_both_ends,
        operation="complete_source",
        with_operations=("complete_destination", "list_links"),
    ),
    _dm(
        "entries-with-a-dot-hidden",
        "GET /dm/list leaves out entries whose names begin with a dot",
        "missing-field",
        on_json(_shown),
        operation="list_directory",
        safe=True,
    ),
    _dm(
        "size-of-file-in-32-bits",
        "GET /dm/stat answers sizes of 2 GiB and more as negative numbers",
        "wrong-value",
        on_json(_size_in_32_bits),
        operation="stat_file",
        safe=True,
    ),
    _dm(
        "unlink-hides-errors",
        "POST /dm/unlink answers 0 although the storage has refused",
        "wrong-status",
        _errors_of_storage_hidden,
        operation="unlink_file",
    ),
    defect_of(
        "service-name-in-one-case-only",
        "GET /cs/registered/Dropbox is 404; dropbox and DROPBOX are known",
        "refuses-valid",
        _exact_service,
        operation="get_cloud_registration",
        resource="cs",
        safe=True,
    ),
)
