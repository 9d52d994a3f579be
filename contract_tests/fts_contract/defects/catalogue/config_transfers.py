"""Configuration of transfers: links, shares, storages, activity shares."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import one_seam
from fts_contract.defects.identities import everybody_may
from fts_contract.defects.seams import (
    accepting,
    as_somebody,
    failing,
    member,
    nulled,
    on_json,
    renamed,
    sent_json,
    status,
    unheard,
)
from fts_contract.defects.stores import forgotten, spoiled
from fts_contract.mock.exchange import Call, Reply, json_reply

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler
    from fts_contract.mock.configuration import Configuration


def _given(call: Call) -> dict[str, Any]:
    try:
        body = json.loads(call.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _one_more(call: Call, config: Configuration) -> bool:
    link = config.link_named(str(_given(call).get("symbolicname", "")))
    if link is None:
        return False
    link.max_active += 1
    return True


def _another_link(call: Call, carry_on: Handler) -> Reply:
    """Remove the first link beside the one that is named."""
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
    for name in _given(call):
        info = config.storage(name).info or {}
        for column in ("inbound_max_throughput", "outbound_max_throughput"):
            if info.get(column):
                info[column] *= 1024
                touched = True
    return touched


def _only_sent(call: Call, config: Configuration) -> bool:
    """Reset what a change of a storage does not name."""
    touched = False
    for name, wanted in _given(call).items():
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
    for name in _given(call):
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
    vo = str(_given(call).get("vo", "")).lower()
    shares = config.activity_shares.get(vo)
    if shares is None:
        return False
    config.activity_shares[vo] = attrs.evolve(shares, active=not shares.active)
    return True


def _merged(call: Call, carry_on: Handler) -> Reply:
    """Add the activities of a change to those that were there."""
    vo = str(_given(call).get("vo", "")).lower()
    before = call.state.config.activity_shares.get(vo)
    reply = carry_on(call)
    new = call.state.config.activity_shares.get(vo)
    if reply.status != 200 or before is None or new is None:  # noqa: PLR2004
        return reply
    call.state.config.activity_shares[vo] = attrs.evolve(new, shares=(*before.shares, *new.shares))
    return attrs.evolve(reply)


def _empty_se(call: Call) -> bool:
    return call.body.strip() == b"{}"


_link = partial(one_seam, resource="config/links")
_share = partial(one_seam, resource="config/shares")
_storage_config = partial(one_seam, resource="config/se")
_activity = partial(one_seam, resource="config/activity_shares")
_LINKS: Final = (
    _link(
        "link-limit-null",
        "GET /config/links sends null for max_active",
        "null",
        "list_links",
        nulled("max_active"),
        safe=True,
    ),
    _link(
        "link-destination-renamed",
        "GET /config/links calls the destination dest",
        "renamed-field",
        "list_links",
        renamed("destination", "dest"),
        safe=True,
    ),
    _link(
        "link-streams-as-text",
        "GET /config/links/{name} sends numbers of streams as text",
        "retyped-field",
        "get_link",
        member("nostreams", lambda n: n and str(n)),
        with_operations=("list_links",),
        safe=True,
    ),
    _link(
        "link-unknown-as-empty",
        "GET /config/links/{name} answers 200 and {} for an unknown link",
        "wrong-status",
        "get_link",
        _empty_for_unknown,
        safe=True,
    ),
    _link(
        "link-limit-one-too-many",
        "POST /config/links stores max_active plus one",
        "off-by-one",
        "set_link",
        spoiled(_one_more),
        with_operations=("get_link",),
        only="links-stored",
    ),
    _link(
        "link-set-answers-200",
        "POST /config/links answers 200 in the place of 201",
        "wrong-status",
        "set_link",
        status(200, instead_of=201),
    ),
    _link(
        "link-set-without-effect",
        "POST /config/links answers 201 and stores nothing",
        "lost-change",
        "set_link",
        forgotten("_links"),
        with_operations=("get_link",),
    ),
    _link(
        "link-limits-crossed",
        "POST /config/links takes a min_active above max_active",
        "accepts-invalid",
        "set_link",
        sent_json(_uncrossed),
    ),
    _link(
        "link-set-by-users",
        "POST /config/links is open to users without level config",
        "authorization-hole",
        "set_link",
        as_somebody(everybody_may("config")),
        caller="alice",
    ),
    _link(
        "link-delete-without-effect",
        "DELETE /config/links/{name} answers 204 and keeps the link",
        "lost-change",
        "delete_link",
        forgotten("_links"),
        with_operations=("get_link", "set_link"),
    ),
    _link(
        "link-delete-takes-another",
        "DELETE /config/links/{name} removes another link, too",
        "side-effect",
        "delete_link",
        _another_link,
        with_operations=("list_links", "set_link"),
    ),
)
_SHARES: Final = (
    _share(
        "share-as-percent",
        "GET /config/shares sends shares as text with a percent sign",
        "retyped-field",
        "list_shares",
        member("share", lambda n: f"{n}%"),
        safe=True,
    ),
    _share(
        "share-set-without-effect",
        "POST /config/shares answers and stores nothing",
        "lost-change",
        "set_share",
        forgotten("shares"),
        with_operations=("list_shares", "set_link"),
        only="shares-stored",
    ),
    _share(
        "share-negative-taken",
        "POST /config/shares takes a negative share",
        "accepts-invalid",
        "set_share",
        sent_json(_positive),
    ),
    _share(
        "share-answer-as-object",
        "POST /config/shares answers an object, not the number",
        "retyped-field",
        "set_share",
        on_json(lambda _call, body: {"share": body}),
    ),
    _share(
        "share-delete-of-all-vos",
        "DELETE /config/shares removes the shares of every VO on the link",
        "side-effect",
        "delete_share",
        _shares_of_all_vos,
        with_operations=("list_shares", "set_share", "set_link"),
    ),
)
_STORAGES: Final = (
    _storage_config(
        "se-filter-ignored",
        "GET /config/se ignores se",
        "ignored-parameter",
        "get_se_config",
        unheard("se"),
        safe=True,
        only="se-stored",
    ),
    _storage_config(
        "se-outbound-misspelt",
        "GET /config/se calls outbound_max_active oubound_max_active",
        "renamed-field",
        "get_se_config",
        renamed("[].se_info.outbound_max_active", "oubound_max_active"),
        safe=True,
    ),
    _storage_config(
        "se-eviction-as-number",
        "GET /config/se sends skip_eviction as a number",
        "retyped-field",
        "get_se_config",
        member("[].se_info.skip_eviction", lambda text: text and int(text)),
        safe=True,
    ),
    _storage_config(
        "se-throughput-in-kilobytes",
        "POST /config/se stores throughputs times 1024",
        "wrong-unit",
        "set_se_config",
        spoiled(_in_kilobytes),
        with_operations=("get_se_config",),
    ),
    _storage_config(
        "se-set-forgets-the-rest",
        "POST /config/se resets the settings that it does not name",
        "lost-change",
        "set_se_config",
        spoiled(_only_sent),
        with_operations=("get_se_config",),
    ),
    _storage_config(
        "se-limits-lost",
        "POST /config/se does not store limits of operations",
        "lost-change",
        "set_se_config",
        spoiled(_without_limits),
        with_operations=("get_se_config",),
    ),
    _storage_config(
        "se-fails-on-nothing",
        "POST /config/se fails on an empty object",
        "server-error",
        "set_se_config",
        failing(_empty_se),
    ),
    _storage_config(
        "se-delete-of-all",
        "DELETE /config/se removes every storage",
        "side-effect",
        "delete_se_config",
        _all_storages,
        with_operations=("get_se_config", "set_se_config"),
    ),
    _storage_config(
        "se-takes-unknown-fields",
        "POST /config/se answers 200 to settings that do not exist",
        "accepts-invalid",
        "set_se_config",
        accepting(b"unknown", lambda _call: json_reply([None, None])),
    ),
)
_ACTIVITIES: Final = (
    _activity(
        "activity-weights-as-text",
        "GET /config/activity_shares sends weights as text",
        "retyped-field",
        "list_activity_shares",
        member("[].share", lambda s: {k: str(v) for k, v in s.items()}),
        safe=True,
    ),
    _activity(
        "activity-switched-around",
        "POST /config/activity_shares stores the opposite of active",
        "wrong-value",
        "set_activity_shares",
        spoiled(_inverted),
        with_operations=("get_activity_shares",),
        only="activities-stored",
    ),
    _activity(
        "activity-fails-on-unknown",
        "GET /config/activity_shares/{vo} fails for a VO without shares",
        "server-error",
        "get_activity_shares",
        status(500, instead_of=404),
        safe=True,
    ),
    _activity(
        "activity-delete-unknown-as-204",
        "DELETE /config/activity_shares/{vo} answers 204 for a VO without shares",
        "wrong-status",
        "delete_activity_shares",
        status(204, instead_of=404),
    ),
    _activity(
        "activity-adds-to-the-old",
        "POST /config/activity_shares keeps activities that it should replace",
        "stale-data",
        "set_activity_shares",
        _merged,
        with_operations=("get_activity_shares",),
    ),
    _activity(
        "activity-takes-flags-as-weights",
        "POST /config/activity_shares takes true for a weight",
        "accepts-invalid",
        "set_activity_shares",
        accepting(
            b"must be a number",
            lambda _call: json_reply({"vo": "x", "active": True, "activity_share": []}),
        ),
    ),
)
DEFECTS: Final = (*_LINKS, *_SHARES, *_STORAGES, *_ACTIVITIES)
