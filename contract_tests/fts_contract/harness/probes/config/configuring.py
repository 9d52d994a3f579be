"""Configuration: what was written is read back in every view, a change keeps the rest, and a delete removes it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from fts_contract.harness.probes.answers import find, has_status, keeps, listed, record, rows, same
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.probes.fault import Fault

__all__ = ["PROBES"]

# Ask for the page instead of JSON, which 3.13.4 cuts off.
_PAGE = {"Accept": "text/html"}


def _global(talk: Conversation) -> Iterator[Fault]:
    """Source: "Global" as observed on FTS 3.13.4: fields that are left out keep their values."""
    vo = talk.name("vo")
    settings = {
        "vo_name": vo,
        "retry": 3,
        "max_time_queue": 24,
        "global_timeout": 7200,
        "sec_per_mb": 2,
        "no_streaming": True,
        "show_user_dn": False,
    }
    others = {
        key: value for key, value in record(talk.ask("GET", "/config/global")).items() if key != vo
    }
    try:
        talk.ask("POST", "/config/global", json=settings, headers=_PAGE)
        seen = talk.ask("GET", "/config/global")
        yield from same(seen, "settings", record(seen).get(vo), settings, after="a write")
        talk.ask("POST", "/config/global", json={"vo_name": vo, "retry": 4}, headers=_PAGE)
        seen = talk.ask("GET", "/config/global")
        changed = {**settings, "retry": 4}
        yield from same(
            seen, "settings", record(seen).get(vo), changed, after="a change of one field"
        )
    finally:
        talk.undo("DELETE", f"/config/global?vo_name={vo}")
    seen = talk.ask("GET", "/config/global")
    yield from same(seen, "settings", record(seen).get(vo), None, after="a delete")
    for key, value in others.items():
        yield from same(seen, "settings of others", record(seen).get(key), value, after="a delete")


def _links(talk: Conversation) -> Iterator[Fault]:
    """Source: "Links" as observed on FTS 3.13.4; autocomplete searches both ends of links."""
    name, source, destination = talk.name("link"), talk.storage("link-a"), talk.storage("link-b")
    link = {
        "symbolicname": name,
        "source": source,
        "destination": destination,
        "min_active": 3,
        "max_active": 12,
        "optimizer_mode": 2,
        "tcp_buffer_size": 65536,
        "nostreams": 4,
        "no_delegation": True,
    }
    before = _link_names(talk)
    # What is not set is null, but for the limits and the flag. Source: the same.
    plain = dict.fromkeys(link) | {"min_active": 2, "max_active": 2, "no_delegation": False}
    ends = {"symbolicname": name, "source": source, "destination": destination}
    try:
        talk.ask("POST", "/config/links", json=ends)
        yield from _is_link(talk, plain | ends, after="a write without settings")
        crossed = {**link, "min_active": 9, "max_active": 3}
        refused = talk.ask("POST", "/config/links", json=crossed, intent="invalid")
        yield from has_status(refused, 400, after="min_active above max_active")
        answer = talk.ask("POST", "/config/links", json=link)
        yield from keeps(answer, record(answer), link)
        yield from _is_link(talk, link, after="a write")
        talk.ask("POST", "/config/links", json={**ends, "max_active": 20})
        yield from _is_link(talk, {**link, "max_active": 20}, after="a change of one field")
        for end, paths in (
            (source, ("source", "storage")),
            (destination, ("destination", "storage")),
        ):
            for path in paths:
                found = talk.ask("GET", f"/autocomplete/{path}?term={end[:-4]}")
                yield from same(found, path, end in listed(found), wanted=True, after="a new link")
                found = talk.ask("GET", f"/autocomplete/{path}?term={end}x")
                yield from same(found, path, found.json, [], after="a term that matches nothing")
    finally:
        talk.undo("DELETE", f"/config/links/{name}")
    gone = talk.ask("GET", f"/config/links/{name}")
    yield from has_status(gone, 404, after="a delete")
    links = talk.ask("GET", "/config/links")
    yield from same(links, "link", find(links, symbolicname=name), None, after="a delete")
    lost = sorted(before - {str(row.get("symbolicname")) for row in rows(links)})
    yield from same(links, "other links that are gone", lost, [], after="a delete")


def _link_names(talk: Conversation) -> set[str]:
    return {str(row.get("symbolicname")) for row in rows(talk.ask("GET", "/config/links"))}


def _is_link(talk: Conversation, link: dict[str, object], *, after: str) -> Iterator[Fault]:
    single = talk.ask("GET", f"/config/links/{link['symbolicname']}")
    yield from same(single, "link", single.json, link, after=after)
    links = talk.ask("GET", "/config/links")
    yield from same(
        links, "link", find(links, symbolicname=link["symbolicname"]), link, after=after
    )


def _audit(talk: Conversation) -> Iterator[Fault]:
    """Source: "Audit rows" as observed on FTS 3.13.4: a write of a link adds one, a GET none."""
    name = talk.name("audit")
    link = {
        "symbolicname": name,
        "source": talk.storage("audit"),
        "destination": talk.storage("audit-b"),
    }
    try:
        talk.ask("POST", "/config/links", json=link)
        audit = talk.ask("GET", "/config/audit")
        row = next(
            (
                row
                for row in listed(audit)
                if isinstance(row, dict) and name in str(row.get("config"))
            ),
            None,
        )
        wanted = {"dn": talk.identity.user_dn, "action": "link"}
        yield from keeps(audit, row, wanted, after="a write of a link", where="audit row.")
    finally:
        talk.undo("DELETE", f"/config/links/{name}")


def _shares(talk: Conversation) -> Iterator[Fault]:
    """Source: "Shares" as observed on FTS 3.13.4: URLs are reduced to storages, and a share needs a link."""
    source, destination, vo = talk.storage("share-a"), talk.storage("share-b"), talk.name("vo")
    key = {"source": source, "destination": destination, "vo": vo}
    query = f"source={source}&destination={destination}&vo={vo}"
    name = talk.name("share-link")
    try:
        talk.ask(
            "POST",
            "/config/links",
            json={"symbolicname": name, "source": source, "destination": destination},
        )
        other = {**key, "vo": f"{vo}-2"}
        talk.ask("POST", "/config/shares", json={**other, "share": 7})
        refused = talk.ask("POST", "/config/shares", json={**key, "share": -5}, intent="invalid")
        yield from has_status(refused, 400, after="a negative share")
        for share in (40, 60):
            answer = talk.ask(
                "POST", "/config/shares", json={**key, "source": f"{source}/path", "share": share}
            )
            yield from same(answer, "share", answer.json, share)
            shares = talk.ask("GET", "/config/shares")
            yield from same(
                shares, "share", find(shares, **key), {**key, "share": share}, after="a write"
            )
        talk.undo("DELETE", f"/config/shares?{query}")
        shares = talk.ask("GET", "/config/shares")
        kept = {**other, "share": 7}
        yield from same(
            shares, "share", find(shares, **other), kept, after="a delete of that of another VO"
        )
    finally:
        talk.undo("DELETE", f"/config/shares?{query}")
        talk.undo("DELETE", f"/config/shares?{query}-2")
        talk.undo("DELETE", f"/config/links/{name}")
    shares = talk.ask("GET", "/config/shares")
    yield from same(shares, "share", find(shares, **key), None, after="a delete")


def _grants(talk: Conversation) -> Iterator[Fault]:
    """Source: "Authorize" as observed on FTS 3.13.4."""
    dn = f"/DC=org/DC=example/CN={talk.name('nobody')}"
    asked = f"/config/authorize?dn={quote(dn, safe='')}"
    try:
        for operation in ("transfer", "deleg"):
            answer = talk.ask("POST", "/config/authorize", json={"dn": dn, "operation": operation})
            yield from same(answer, "grant", answer.json, {"dn": dn, "operation": operation})
        refused = talk.ask(
            "POST", "/config/authorize", json={"dn": dn, "operation": "admin"}, intent="invalid"
        )
        yield from has_status(refused, 400, after="a grant of the level admin")
        grants = talk.ask("GET", asked)
        got = sorted(
            str(grant.get("operation")) for grant in listed(grants) if isinstance(grant, dict)
        )
        yield from same(grants, "operations", got, ["deleg", "transfer"], after="two grants")
        grants = talk.ask("GET", f"{asked}&operation=deleg")
        yield from same(grants, "grants", grants.json, [{"dn": dn, "operation": "deleg"}])
        talk.ask("DELETE", f"{asked}&operation=deleg")
        grants = talk.ask("GET", asked)
        yield from same(
            grants,
            "grants",
            grants.json,
            [{"dn": dn, "operation": "transfer"}],
            after="a delete of one",
        )
    finally:
        talk.undo("DELETE", asked)
    grants = talk.ask("GET", asked)
    yield from same(grants, "grants", grants.json, [], after="a delete of all")


def _activities(talk: Conversation) -> Iterator[Fault]:
    """Source: "Activity shares" as observed on FTS 3.13.4; an unknown VO is 404 by the contract."""
    vo = talk.name("vo")
    path = f"/config/activity_shares/{vo}"
    try:
        for share, active in (
            ({"Production": 0.7, "default": 0.3}, True),
            ({"default": 1}, False),
        ):
            body = {"vo": vo, "active": active, "share": share}
            answer = talk.ask("POST", "/config/activity_shares", json=body)
            yield from keeps(answer, record(answer), {"vo": vo, "active": active})
            single = talk.ask("GET", path)
            stored = {"share": share, "active": active}
            yield from same(single, "activity shares", single.json, stored, after="a write")
            every = talk.ask("GET", "/config/activity_shares")
            yield from same(
                every, "activity shares", record(every).get(vo), stored, after="a write"
            )
    finally:
        talk.undo("DELETE", path)
    every = talk.ask("GET", "/config/activity_shares")
    yield from same(every, "activity shares", record(every).get(vo), None, after="a delete")
    yield from has_status(talk.ask("DELETE", path), 404, after="a delete")


def _probe(
    check: str,
    what: str,
    operations: tuple[str, ...],
    run: Callable[[Conversation], Iterator[Fault]],
) -> Probe:
    meaning = f"{what}: what was written is not read back, a change loses other fields, or a deleted entry is still there"
    return Probe(check=check, meaning=meaning, operations=operations, level="config", run=run)


PROBES = (
    _probe(
        "global-stored",
        "settings of a VO",
        ("get_global_config", "set_global_config", "delete_global_config"),
        _global,
    ),
    _probe(
        "links-stored",
        "links and their autocompletion",
        (
            "set_link",
            "get_link",
            "list_links",
            "delete_link",
            "complete_source",
            "complete_destination",
            "complete_storage",
        ),
        _links,
    ),
    _probe("shares-stored", "shares", ("set_share", "list_shares", "delete_share"), _shares),
    _probe("grants-stored", "grants", ("add_grant", "list_grants", "remove_grants"), _grants),
    _probe(
        "activities-stored",
        "activity shares",
        (
            "set_activity_shares",
            "get_activity_shares",
            "list_activity_shares",
            "delete_activity_shares",
        ),
        _activities,
    ),
    Probe(
        check="audit-written",
        meaning="a change of a link adds no row to the audit log, or one with another author",
        operations=("list_config_audit", "set_link"),
        level="config",
        run=_audit,
    ),
)
