"""Defects of the optimizer, autocompletion and data management."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import (
    as_another_caller,
    everybody_may,
    given,
    ignored_parameters,
    query,
    sent_json,
)
from fts_contract.defects.seams import failing, member, on_json, status
from fts_contract.defects.stores import forgotten, without_credential
from fts_contract.mock.exchange import Call, Reply, json_reply

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler

_OK: Final = 200


def _positive(body: dict[str, Any]) -> None:
    for name in ("active", "nostreams"):
        if isinstance(body.get(name), int):
            body[name] = abs(body[name])


def _fraction(call: Call, carry_on: Handler) -> Reply:
    """Store a success rate of 100 % as 1."""
    reply = carry_on(call)
    rows = call.state.optimizer.decisions
    if reply.status != _OK or not rows or not rows[-1].success:
        return reply
    rows[-1] = attrs.evolve(rows[-1], success=rows[-1].success / 100)
    return attrs.evolve(reply)


def _old_row_too(_call: Call, body: Any) -> Any:
    return [row for row in body for _ in range(2)]


def _bad_date(call: Call) -> bool:
    return "datetime" in given(call)


def _anywhere(pairs: dict[str, str]) -> dict[str, str]:
    return {**pairs, "term": f"%{pairs['term']}"} if pairs.get("term") else pairs


def _local_files(call: Call, carry_on: Handler) -> Reply:
    surl = call.argument("surl") or ""
    if not surl.lower().startswith("file:"):
        return carry_on(call)
    return json_reply({"mode": 33188, "nlink": 1, "size": 1, "atime": 0, "mtime": 0, "ctime": 0})


def _done_for_anonymous(call: Call, carry_on: Handler) -> Reply:
    return json_reply(0) if call.identity.caller.is_anonymous else carry_on(call)


def _without_new(call: Call) -> bool:
    body = given(call)
    return bool(body) and "new" not in body


def _as_server_error(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != 404:  # noqa: PLR2004
        return reply
    body = {"status": "500 Internal Server Error", "message": "[2] No such file or directory"}
    return json_reply(body, status=500)


def _traced(_call: Call, body: Any) -> Any:
    if isinstance(body, dict) and "message" in body:
        body["message"] = (
            f"{body['message']}\nTraceback (most recent call last):\n"
            '  File "/usr/lib/python3.9/site-packages/fts3rest/controllers/datamanagement.py", line 97, in _stat'
        )
    return body


_get_optimizer_enabled = partial(
    defect_of, operation="get_optimizer_enabled", resource="optimizer", safe=True
)
_list_optimizer_evolution = partial(
    defect_of, operation="list_optimizer_evolution", resource="optimizer", safe=True
)
_set_optimizer_current = partial(
    defect_of, operation="set_optimizer_current", resource="optimizer"
)
_list_optimizer_current = partial(
    defect_of, operation="list_optimizer_current", resource="optimizer", safe=True
)
_complete_source = partial(
    defect_of, operation="complete_source", resource="autocomplete", safe=True
)
_complete_vo = partial(defect_of, operation="complete_vo", resource="autocomplete", safe=True)
_complete_storage = partial(
    defect_of, operation="complete_storage", resource="autocomplete", safe=True
)
_complete_dn = partial(defect_of, operation="complete_dn", resource="autocomplete", safe=True)
_complete_destination = partial(
    defect_of, operation="complete_destination", resource="autocomplete", safe=True
)
_list_directory = partial(defect_of, operation="list_directory", resource="dm", safe=True)
_stat_file = partial(defect_of, operation="stat_file", resource="dm", safe=True)
_unlink_file = partial(defect_of, operation="unlink_file", resource="dm")
_rename_file = partial(defect_of, operation="rename_file", resource="dm")
_make_directory = partial(defect_of, operation="make_directory", resource="dm")
_OPTIMIZER: Final = (
    _get_optimizer_enabled(
        "optimizer-enabled-as-text",
        "GET /optimizer answers text, not a boolean",
        "retyped-field",
        on_json(lambda _call, body: str(body)),
    ),
    _list_optimizer_evolution(
        "optimizer-history-oldest-first",
        "GET /optimizer/evolution gives the oldest decisions first",
        "order",
        on_json(lambda _call, body: body[::-1]),
    ),
    _list_optimizer_evolution(
        "optimizer-ignores-source",
        "GET /optimizer/evolution ignores source_se",
        "ignored-parameter",
        ignored_parameters("source_se"),
    ),
    _set_optimizer_current(
        "optimizer-success-as-fraction",
        "POST /optimizer/current stores success between 0 and 1",
        "wrong-unit",
        _fraction,
        with_operations=("list_optimizer_evolution",),
        only="optimizer-stored",
    ),
    _set_optimizer_current(
        "optimizer-set-by-users",
        "POST /optimizer/current is open to users without level config",
        "authorization-hole",
        as_another_caller(everybody_may("config")),
        caller="alice",
    ),
    _set_optimizer_current(
        "optimizer-takes-negative-numbers",
        "POST /optimizer/current takes a negative number of transfers",
        "accepts-invalid",
        sent_json(_positive),
    ),
    _set_optimizer_current(
        "optimizer-set-without-effect",
        "POST /optimizer/current answers and stores nothing",
        "lost-change",
        forgotten("optimizer"),
        with_operations=("list_optimizer_current",),
    ),
    _list_optimizer_current(
        "optimizer-keeps-old-rows",
        "GET /optimizer/current shows pairs twice, with the row that was replaced",
        "stale-data",
        on_json(_old_row_too),
    ),
    _set_optimizer_current(
        "optimizer-fails-on-time",
        "POST /optimizer/current fails when the time is given",
        "server-error",
        failing(_bad_date),
    ),
)
_AUTOCOMPLETE: Final = (
    _complete_source(
        "complete-source-ignores-term",
        "GET /autocomplete/source gives everything whatever term says",
        "ignored-parameter",
        query(lambda q: {**q, "term": ""} if "term" in q else q),
    ),
    _complete_vo(
        "complete-vo-as-objects",
        "GET /autocomplete/vo gives objects instead of names",
        "retyped-field",
        on_json(lambda _call, body: [{"vo": vo} for vo in body]),
    ),
    _complete_storage(
        "complete-storage-with-repetitions",
        "GET /autocomplete/storage gives names several times",
        "wrong-value",
        on_json(lambda _call, body: [*body, *body]),
    ),
    _complete_dn(
        "complete-dn-for-users",
        "GET /autocomplete/dn tells every caller who has delegated",
        "authorization-hole",
        as_another_caller(everybody_may("config")),
        caller="alice",
    ),
    _complete_destination(
        "complete-destination-anywhere",
        "GET /autocomplete/destination finds names that contain the term anywhere",
        "wrong-filter",
        query(_anywhere),
    ),
    _complete_source(
        "complete-source-fails-on-percent",
        "GET /autocomplete/source fails on a percent sign",
        "server-error",
        failing(lambda call: "%" in call.query.get("term", "")),
    ),
)
_DATA: Final = (
    _list_directory(
        "list-sizes-as-text",
        "GET /dm/list sends sizes as text",
        "retyped-field",
        member("[].size", str),
    ),
    _stat_file(
        "stat-mode-in-octal",
        "GET /dm/stat sends the mode as octal text",
        "retyped-field",
        member("mode", oct),
    ),
    _stat_file(
        "stat-of-local-files",
        "GET /dm/stat reads files of the server itself",
        "authorization-hole",
        _local_files,
    ),
    _stat_file(
        "stat-missing-file-as-500",
        "GET /dm/stat answers 500 for a file that does not exist",
        "wrong-status",
        _as_server_error,
        only="storage-files",
    ),
    _stat_file(
        "stat-with-traceback",
        "GET /dm/stat shows where in the server it failed",
        "leaked-secret",
        on_json(_traced, statuses=range(400, 600)),
    ),
    _stat_file(
        "stat-busy-as-404",
        "GET /dm/stat answers 404 when the storage is busy",
        "wrong-status",
        status(404, instead_of=503),
    ),
    _unlink_file(
        "unlink-without-credential",
        "POST /dm/unlink works without a delegated credential",
        "delegation-check",
        without_credential,
        with_operations=("delete_delegation",),
    ),
    _unlink_file(
        "unlink-answers-null",
        "POST /dm/unlink answers null, not 0",
        "retyped-field",
        on_json(lambda _call, _body: None),
    ),
    _rename_file(
        "rename-fails-without-target",
        "POST /dm/rename fails when the new name is missing",
        "server-error",
        failing(_without_new),
    ),
    _make_directory(
        "mkdir-for-anonymous",
        "POST /dm/mkdir answers 200 without a certificate",
        "authorization-hole",
        _done_for_anonymous,
    ),
)
DEFECTS: Final = (*_OPTIMIZER, *_AUTOCOMPLETE, *_DATA)
