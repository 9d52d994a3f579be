"""Defects of the configuration of transfers: links, shares, storages, activity shares."""

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
    sent_json,
)
from fts_contract.defects.seams import (
    accepting,
    after,
    failing,
    member,
    nulled,
    on_json,
    renamed,
    status,
)
from fts_contract.defects.stores import forgotten, spoiled
from fts_contract.mock.exchange import Call, Reply, json_reply

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.configuration import Configuration


def _one_more(call: Call, config: Configuration) -> bool:
    link = config.link_named(str(given(call).get("symbolicname", "")))
    if link is None:
        return False
    link.max_active += 1
    return True


def _another_link(call: Call, carry_on: Handler) -> Reply:
    """Remove the first link besides the one that is named."""
    known = call.state.config.link_named(call.params["sym_name"]) is not None
    reply = carry_on(call)
    links = call.state.config.all_links()
    if not known or not links:
        return reply
    call.state.config.remove_link(links[0].symbolicname)
    return attrs.evolve(reply)


def _empty_for_unknown(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    return json_reply({}) if reply.status == 404 else reply  # noqa: PLR2004


def _uncrossed(body: dict[str, Any]) -> None:
    least, most = body.get("min_active", 2), body.get("max_active", 2)
    if isinstance(least, int) and isinstance(most, int) and least > most:
        body["min_active"] = body["max_active"] = most


def _positive(body: dict[str, Any]) -> None:
    if isinstance(body.get("share"), int):
        body["share"] = abs(body["share"])


def _shares_of_all_vos(call: Call, carry_on: Handler) -> Reply:
    before = dict(call.state.config.shares)
    reply = carry_on(call)
    gone = set(before) - set(call.state.config.shares)
    others = [key for key in call.state.config.shares for lost in gone if key[:2] == lost[:2]]
    for key in others:
        del call.state.config.shares[key]
    return attrs.evolve(reply) if others else reply


def _in_kilobytes(call: Call, config: Configuration) -> bool:
    touched = False
    for name in given(call):
        info = config.storage(name).info or {}
        for column in ("inbound_max_throughput", "outbound_max_throughput"):
            if info.get(column):
                info[column] *= 1024
                touched = True
    return touched


def _only_sent(call: Call, config: Configuration) -> bool:
    """Reset what a change of a storage does not name."""
    touched = False
    for name, wanted in given(call).items():
        info = config.storage(name).info
        sent = wanted.get("se_info") if isinstance(wanted, dict) else None
        if info is None or not isinstance(sent, dict):
            continue
        for column in [column for column in info if column not in sent]:
            del info[column]
            touched = True
    return touched


def _without_limits(call: Call, config: Configuration) -> bool:
    touched = False
    for name in given(call):
        limits = config.storage(name).limits
        touched |= bool(limits)
        limits.clear()
    return touched


def _all_storages(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if reply.status != 204 or not call.state.config.storages:  # noqa: PLR2004
        return reply
    call.state.config.storages.clear()
    return attrs.evolve(reply)


def _inverted(call: Call, config: Configuration) -> bool:
    vo = str(given(call).get("vo", "")).lower()
    shares = config.activity_shares.get(vo)
    if shares is None:
        return False
    config.activity_shares[vo] = attrs.evolve(shares, active=not shares.active)
    return True


def _merged(call: Call, carry_on: Handler) -> Reply:
    """Add the activities of a change to those that were there."""
    vo = str(given(call).get("vo", "")).lower()
    before = call.state.config.activity_shares.get(vo)
    reply = carry_on(call)
    new = call.state.config.activity_shares.get(vo)
    if reply.status != 200 or before is None or new is None:  # noqa: PLR2004
        return reply
    call.state.config.activity_shares[vo] = attrs.evolve(new, shares=(*before.shares, *new.shares))
    return attrs.evolve(reply)


def _empty_se(call: Call) -> bool:
    return call.body.strip() == b"{}"


def _of_longer_names(call: Call, _reply: Reply) -> bool:
    shares, name = call.state.config.activity_shares, call.params["vo_name"].lower()
    longer = [vo for vo in shares if vo.startswith(name)]
    for vo in longer:
        del shares[vo]
    return bool(longer)


_list_links = partial(defect_of, operation="list_links", resource="config/links", safe=True)
_get_link = partial(defect_of, operation="get_link", resource="config/links", safe=True)
_set_link = partial(defect_of, operation="set_link", resource="config/links")
_delete_link = partial(defect_of, operation="delete_link", resource="config/links")
_list_shares = partial(defect_of, operation="list_shares", resource="config/shares", safe=True)
_set_share = partial(defect_of, operation="set_share", resource="config/shares")
_delete_share = partial(defect_of, operation="delete_share", resource="config/shares")
_get_se_config = partial(defect_of, operation="get_se_config", resource="config/se", safe=True)
_set_se_config = partial(defect_of, operation="set_se_config", resource="config/se")
_delete_se_config = partial(defect_of, operation="delete_se_config", resource="config/se")
_list_activity_shares = partial(
    defect_of, operation="list_activity_shares", resource="config/activity_shares", safe=True
)
_set_activity_shares = partial(
    defect_of, operation="set_activity_shares", resource="config/activity_shares"
)
_get_activity_shares = partial(
    defect_of, operation="get_activity_shares", resource="config/activity_shares", safe=True
)
_delete_activity_shares = partial(
    defect_of, operation="delete_activity_shares", resource="config/activity_shares"
)
_LINKS: Final = (
    _list_links(
        "link-limit-null",
        "GET /config/links sends null for max_active",
        "null",
        nulled("max_active"),
    ),
    _list_links(
        "link-destination-renamed",
        "GET /config/links calls the destination dest",
        "renamed-field",
        renamed("destination", "dest"),
    ),
    _get_link(
        "link-streams-as-text",
        "GET /config/links/{name} sends numbers of streams as text",
        "retyped-field",
        member("nostreams", lambda n: n and str(n)),
        with_operations=("list_links",),
    ),
    _get_link(
        "link-unknown-as-empty",
        "GET /config/links/{name} answers 200 and {} for an unknown link",
        "wrong-status",
        _empty_for_unknown,
    ),
    _set_link(
        "link-limit-one-too-many",
        "POST /config/links stores max_active plus one",
        "off-by-one",
        spoiled(_one_more),
        with_operations=("get_link",),
        only="links-stored",
    ),
    _set_link(
        "link-set-answers-200",
        "POST /config/links answers 200 instead of 201",
        "wrong-status",
        status(200, instead_of=201),
    ),
    _set_link(
        "link-set-without-effect",
        "POST /config/links answers 201 and stores nothing",
        "lost-change",
        forgotten("config._links"),
        with_operations=("get_link",),
    ),
    _set_link(
        "link-limits-crossed",
        "POST /config/links takes a min_active above max_active",
        "accepts-invalid",
        sent_json(_uncrossed),
    ),
    _set_link(
        "link-set-by-users",
        "POST /config/links is open to users without level config",
        "authorization-hole",
        as_another_caller(everybody_may("config")),
        caller="alice",
    ),
    _delete_link(
        "link-delete-without-effect",
        "DELETE /config/links/{name} answers 204 and keeps the link",
        "lost-change",
        forgotten("config._links"),
        with_operations=("get_link", "set_link"),
    ),
    _delete_link(
        "link-delete-takes-another",
        "DELETE /config/links/{name} also removes another link",
        "side-effect",
        _another_link,
        with_operations=("list_links", "set_link"),
    ),
)
_SHARES: Final = (
    _list_shares(
        "share-as-percent",
        "GET /config/shares sends shares as text with a percent sign",
        "retyped-field",
        member("share", lambda n: f"{n}%"),
    ),
    _set_share(
        "share-set-without-effect",
        "POST /config/shares answers and stores nothing",
        "lost-change",
        forgotten("config.shares"),
        with_operations=("list_shares", "set_link"),
        only="shares-stored",
    ),
    _set_share(
        "share-negative-taken",
        "POST /config/shares takes a negative share",
        "accepts-invalid",
        sent_json(_positive),
    ),
    _set_share(
        "share-answer-as-object",
        "POST /config/shares answers an object, not the number",
        "retyped-field",
        on_json(lambda _call, body: {"share": body}),
    ),
    _delete_share(
        "share-delete-of-all-vos",
        "DELETE /config/shares removes the shares of every VO on the link",
        "side-effect",
        _shares_of_all_vos,
        with_operations=("list_shares", "set_share", "set_link"),
    ),
)
_STORAGES: Final = (
    _get_se_config(
        "se-filter-ignored",
        "GET /config/se ignores se",
        "ignored-parameter",
        ignored_parameters("se"),
        only="se-stored",
    ),
    _get_se_config(
        "se-outbound-misspelt",
        "GET /config/se calls outbound_max_active oubound_max_active",
        "renamed-field",
        renamed("[].se_info.outbound_max_active", "oubound_max_active"),
    ),
    _get_se_config(
        "se-eviction-as-number",
        "GET /config/se sends skip_eviction as a number",
        "retyped-field",
        member("[].se_info.skip_eviction", lambda text: text and int(text)),
    ),
    _set_se_config(
        "se-throughput-in-kilobytes",
        "POST /config/se stores throughputs times 1024",
        "wrong-unit",
        spoiled(_in_kilobytes),
        with_operations=("get_se_config",),
    ),
    _set_se_config(
        "se-set-forgets-the-rest",
        "POST /config/se resets the settings that it does not name",
        "lost-change",
        spoiled(_only_sent),
        with_operations=("get_se_config",),
    ),
    _set_se_config(
        "se-limits-lost",
        "POST /config/se does not store limits of operations",
        "lost-change",
        spoiled(_without_limits),
        with_operations=("get_se_config",),
    ),
    _set_se_config(
        "se-fails-on-nothing",
        "POST /config/se fails on an empty object",
        "server-error",
        failing(_empty_se),
    ),
    _delete_se_config(
        "se-delete-of-all",
        "DELETE /config/se removes every storage",
        "side-effect",
        _all_storages,
        with_operations=("get_se_config", "set_se_config"),
    ),
    _set_se_config(
        "se-takes-unknown-fields",
        "POST /config/se answers 200 to settings that do not exist",
        "accepts-invalid",
        accepting(b"unknown", lambda _call: json_reply([None, None])),
    ),
)
_ACTIVITIES: Final = (
    _list_activity_shares(
        "activity-weights-as-text",
        "GET /config/activity_shares sends weights as text",
        "retyped-field",
        member("[].share", lambda s: {k: str(v) for k, v in s.items()}),
    ),
    _set_activity_shares(
        "activity-switched-around",
        "POST /config/activity_shares stores the opposite of active",
        "wrong-value",
        spoiled(_inverted),
        with_operations=("get_activity_shares",),
        only="activities-stored",
    ),
    _get_activity_shares(
        "activity-fails-on-unknown",
        "GET /config/activity_shares/{vo} fails for a VO without shares",
        "server-error",
        status(500, instead_of=404),
    ),
    _delete_activity_shares(
        "activity-delete-unknown-as-204",
        "DELETE /config/activity_shares/{vo} answers 204 for a VO without shares",
        "wrong-status",
        status(204, instead_of=404),
    ),
    _delete_activity_shares(
        "activity-delete-takes-longer-names",
        "DELETE /config/activity_shares/{vo} removes the shares of all VOs whose names begin with the text",
        "side-effect",
        after(_of_longer_names),
        with_operations=("set_activity_shares", "list_activity_shares"),
        only="deletes-only-that",
    ),
    _set_activity_shares(
        "activity-adds-to-the-old",
        "POST /config/activity_shares keeps activities that it should replace",
        "stale-data",
        _merged,
        with_operations=("get_activity_shares",),
    ),
    _set_activity_shares(
        "activity-takes-flags-as-weights",
        "POST /config/activity_shares accepts true as a weight",
        "accepts-invalid",
        accepting(
            b"must be a number",
            lambda _call: json_reply({"vo": "x", "active": True, "activity_share": []}),
        ),
    ),
)
DEFECTS: Final = (*_LINKS, *_SHARES, *_STORAGES, *_ACTIVITIES)
