"""Plays about the configuration: written, read, changed by other callers, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.compare.performing.play import plays_of
from fts_contract.compare.plays.texts import TEXTS
from fts_contract.compare.servers.side import ROLES
from fts_contract.harness.sending.own_names import MARK

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["CONFIGURING", "CONFIGURING_ALL", "READING_CONFIG"]

# fmt: off
# One step a line.

_LISTS: Final = ("/config", "/config/audit", "/config/global", "/config/links", "/config/shares", "/config/se", "/config/authorize",
    "/config/activity_shares", "/config/cloud_storage", "/ban/se", "/ban/dn", "/optimizer/current", "/optimizer/evolution",
    "/status/hosts", "/autocomplete/source?term=", "/autocomplete/destination?term=", "/autocomplete/storage?term=",
    "/autocomplete/vo?term=", "/autocomplete/dn?term=")
_PAGE: Final = {"Accept": "text/html"}
_A, _B = "mock://fts-contract-a.example.org", "mock://fts-contract-b.example.org"


def survey(s: Script, who: str = "administrator") -> None:
    """Read all lists that an administrator can read."""
    for path in _LISTS:
        s.get(who, path)


def reading_config(s: Script) -> None:
    """Everybody reads the configuration, as JSON and as a page."""
    for who in ROLES:
        survey(s, who)
    for path in _LISTS:
        for accept in ("text/html", "*/*", "application/xml", "application/json;q=0.5, text/html"):
            s.ask("administrator", "GET", path, headers={"Accept": accept})
    s.borrow("administrator", "/config/links", "default", "link", place="symbolicname")
    for path in ("/config/global?vo_name=testvo", "/config/se?se=", "/config/se?se=mock://nothing", "/config/links/nothing", "/config/links/*",
        "/config/authorize?dn=", "/config/authorize?operation=config", "/config/authorize?operation=nothing", "/config/activity_shares/nobody",
        "/config/activity_shares/testvo", "/config/activity_shares/othervo", "/config/cloud_storage/nothing", "/config/links/{link}",
        "/config/links/source-to-dest", "/config/se?se=davs://tape.example.org", "/config/authorize?dn=/DC=org/DC=example/O=Users/CN=carol"):
        for who in ("administrator", "root", "user", "anonymous", "token"):
            s.get(who, path)
    for end in ("source", "destination", "storage", "vo", "dn"):
        for term in (None, "", "mock", "MOCK", "davs", "%", "_", "/DC", "/dc=ORG", "test", "x'", "*", "davs://d%k"):
            s.get("administrator", f"/autocomplete/{end}", **({} if term is None else {"term": term}))


def _cycle(s: Script, path: str, *bodies: dict[str, Any], remove: str, one: str = "") -> None:
    """Write an entry as every caller, read it, change it and remove it."""
    for who in ROLES:
        s.post(who, path, bodies[0])
        if one:
            s.get(who, one)
        s.get("administrator", path)
        s.delete(who, remove)
        s.get("administrator", path)
        s.delete("administrator", remove)
    for body in bodies:
        s.post("administrator", path, body)
        s.get("administrator", path)
        if one:
            s.get("root", one)
        s.later(2)
    survey(s)
    s.delete("administrator", remove)
    survey(s)


def links(s: Script) -> None:
    """Links are made, changed, renamed, moved and removed."""
    link = {"symbolicname": f"{MARK}-l", "source": _A, "destination": _B}
    _cycle(s, "/config/links",
        link | {"min_active": 2, "max_active": 20, "optimizer_mode": 2, "tcp_buffer_size": 1024, "nostreams": 3, "no_delegation": True},
        link | {"max_active": 30}, link | {"max_active": 1}, link | {"min_active": 30}, {"symbolicname": f"{MARK}-l", "source": _B, "destination": _A},
        remove=f"/config/links/{MARK}-l", one=f"/config/links/{MARK}-l")
    s.post("administrator", "/config/links", link)
    s.post("administrator", "/config/links", link | {"symbolicname": f"{MARK}-m"})
    s.get("administrator", f"/config/links/{MARK}-l")
    s.get("administrator", f"/config/links/{MARK.upper()}-M")
    for text in TEXTS:
        name = f"{MARK}-{text}"
        s.post("administrator", "/config/links", {"symbolicname": name, "source": f"{_A}/{text}", "destination": text})
        s.ask("administrator", "GET", f"/config/links/{s.quoted(name)}")
        s.ask("administrator", "DELETE", f"/config/links/{s.quoted(name)}")
        s.get("administrator", "/config/links")
    s.delete("administrator", f"/config/links/{MARK}-m")


def link_limits(s: Script) -> None:
    """A link limits how many files are transferred at once."""
    link = {"symbolicname": f"{MARK}-q", "source": s.storage("q-a"), "destination": s.storage("q-b")}
    for limit in (2, 3):
        s.post("administrator", "/config/links", link | {"max_active": limit})
        s.submit("queue", *(s.file("q", takes=30) for _ in range(5)))
        for seconds in (3, 30, 30, 60):
            s.later(seconds)
            if s.side.clock is not None:
                s.get("user", "/jobs/{queue}", files="file_state")
        s.delete("user", "/jobs/{queue}")
    s.delete("administrator", f"/config/links/{MARK}-q")


def shares(s: Script) -> None:
    """Shares of links are made, changed and removed, with and without their link."""
    share = {"source": _A, "destination": _B, "vo": f"{MARK}-vo", "share": 50}
    s.post("administrator", "/config/shares", share)
    s.get("administrator", "/config/shares")
    s.post("administrator", "/config/links", {"symbolicname": f"{MARK}-l", "source": _A, "destination": _B})
    _cycle(s, "/config/shares", share, share | {"share": 70}, share | {"source": f"{_A.upper()}:80/x?y", "share": 1}, share | {"destination": _A},
        share | {"vo": f"{MARK}-other", "share": "20"}, remove=f"/config/shares?source={_A}&destination={_B}&vo={MARK}-vo")
    s.delete("administrator", f"/config/links/{MARK}-l")
    s.delete("administrator", "/config/shares", source=_A, destination=_B, vo=f"{MARK}-other")
    s.delete("administrator", "/config/shares", source=_A, destination=_B)
    s.delete("administrator", f"/config/links/{MARK}-l")
    survey(s)


def storages(s: Script) -> None:
    """Settings of storages are made, changed, renamed and removed."""
    info = {"inbound_max_active": 10, "outbound_max_active": 20, "inbound_max_throughput": 1.5, "outbound_max_throughput": 123456.789, "ipv6": 1,
        "udt": 0, "debug_level": 2, "site": "SITE", "se_metadata": "it's", "skip_eviction": 1, "eviction": 0, "overwrite_disk_enabled": 1,
        "tpc_support": "PULL"}
    limits = {f"{MARK}-vo": {"delete": 5, "staging": 7}, "testvo": {"staging": 9}}
    _cycle(s, "/config/se", {_A: {"se_info": info}}, {_A: {"se_info": {"site": "OTHER", "ipv6": None}}}, {_A: {"operations": limits}},
        {_A: {"operations": {"testvo": {"staging": 0}}}}, {_A: {"se_info": {"outbound_max_active": 3}, "operations": limits}, _B: {"se_info": info}},
        {_A: {"se_info": {"nothing": 1}}}, {_A: {}}, {_A: {"se_info": {"storage": f"{_A}-renamed"}}},
        remove=f"/config/se?se={_A}", one=f"/config/se?se={_A}")
    for name in (_A, _B, f"{_A}-renamed"):
        s.get("administrator", "/config/se", se=name)
        s.delete("administrator", "/config/se", se=name)
    s.get("administrator", "/config/se", se=_A)
    for text in TEXTS:
        name = f"{MARK}-{text}"
        s.post("administrator", "/config/se", {name: {"se_info": {"site": text[:40], "se_metadata": text}, "operations": {text: {text: 4}}}})
        s.get("administrator", "/config/se", se=name)
        s.get("administrator", "/config/se")
        s.delete("administrator", "/config/se", se=name)


def storage_limits(s: Script) -> None:
    """A storage limits how many of its files are transferred at once."""
    s.post("administrator", "/config/se", {s.storage("r-a"): {"se_info": {"outbound_max_active": 2}}})
    s.submit("queue", *(s.file("r", takes=30) for _ in range(4)))
    for seconds in (3, 30, 60):
        s.later(seconds)
        if s.side.clock is not None:
            s.get("user", "/jobs/{queue}", files="file_state")
    s.delete("user", "/jobs/{queue}")
    s.delete("administrator", "/config/se", se=s.storage("r-a"))


def settings(s: Script) -> None:
    """Global settings of a VO are made, changed and removed."""
    vo = {"vo_name": f"{MARK}-vo"}
    s.ask("administrator", "POST", "/config/global", vo | {"retry": 2}, headers=_PAGE)
    _cycle(
        s, "/config/global", vo, vo | {"retry": 3, "max_time_queue": 4, "global_timeout": 5, "sec_per_mb": 6, "no_streaming": True, "show_user_dn": True},
        vo | {"retry": -1}, vo | {"show_user_dn": "no"}, vo | {"nothing": 1}, {"vo_name": f"{MARK.upper()}-VO", "retry": 9},
        remove=f"/config/global?vo_name={MARK}-vo")
    for path in ("/config/global", "/config/global?vo_name=", "/config/global?vo_name=*", "/config/global?vo_name=nobody"):
        s.delete("administrator", path)
    for text in TEXTS:
        s.post("administrator", "/config/global", {"vo_name": f"{MARK}-{text}", "retry": 1})
        s.get("administrator", "/config/global")
        s.delete("administrator", "/config/global", vo_name=f"{MARK}-{text}")


def grants(s: Script) -> None:
    """Grants are given, listed with filters, and revoked."""
    dn = "/DC=org/DC=example/CN=fts-contract somebody"
    _cycle(
        s, "/config/authorize", *({"dn": dn, "operation": operation} for operation in ("config", "transfer", "deleg", "datamanagement", "fly", "admin", "config")),
        remove=f"/config/authorize?dn={dn}&operation=config")
    for query in ({}, {"dn": dn}, {"operation": "transfer"}, {"dn": dn, "operation": "transfer"}, {"dn": dn.upper()}, {"dn": f"{dn}x"}, {"dn": "", "operation": ""}):
        s.get("administrator", "/config/authorize", **query)
    for query in ({"dn": dn, "operation": "admin"}, {"operation": "transfer"}, {"dn": dn, "operation": "deleg"}, {"dn": f"{dn}x"}, {"dn": dn}):
        s.delete("administrator", "/config/authorize", **query)
        s.get("administrator", "/config/authorize")
    for text in TEXTS:
        s.post("administrator", "/config/authorize", {"dn": f"{dn} {text}", "operation": text})
        s.get("administrator", "/config/authorize", dn=f"{dn} {text}")
        s.delete("administrator", "/config/authorize", dn=f"{dn} {text}")


def grants_work(s: Script) -> None:
    """A user may do what is granted, until the grant is revoked."""
    s.ask("stranger", "GET", "/whoami", keep={"dn": "user_dn"})
    s.submit("users", s.file("users"))
    for operation in ("config", "transfer", "datamanagement", "deleg", "admin", "nothing"):
        s.post("administrator", "/config/authorize", {"dn": "{dn}", "operation": operation})
        for path in ("/whoami", "/config/links", "/ban/se", "/jobs", "/jobs/{users}", "/files", "/config/authorize", "/status/hosts"):
            s.get("stranger", path)
            s.get("colleague", path)
        s.post("stranger", "/jobs/{users}", {"params": {"priority": 2}})
        s.post("stranger", "/admin/force-start", ["{#users.0}"])
        s.delete("stranger", "/jobs/all")
        s.delete("administrator", "/config/authorize", dn="{dn}", operation=operation)
        s.get("stranger", "/whoami")
        s.get("stranger", "/config/links")
    s.delete("user", "/jobs/{users}")


def activity_shares(s: Script) -> None:
    """Shares of activities are made, changed and removed."""
    vo = f"{MARK}-vo"
    _cycle(
        s, "/config/activity_shares", {"vo": vo, "share": [{"default": 0.3}, {"Production": 0.7}]}, {"vo": vo, "share": {"default": 1}, "active": False},
        {"vo": vo, "share": [{"a": 1}, {"a": 2}], "active": "true"}, {"vo": vo, "share": {"it's é": -1.5}}, {"vo": vo, "share": {"x": "1"}}, {"vo": vo},
        {"vo": vo, "share": []}, {"share": {"a": 1}}, {"vo": vo, "share": [{"a": 1, "b": 2}, {}]},
        remove=f"/config/activity_shares/{vo}", one=f"/config/activity_shares/{vo}")
    s.delete("administrator", f"/config/activity_shares/{vo}")
    for size in (1000, 1013, 1014, 1015, 1016, 1030):
        s.post("administrator", "/config/activity_shares", {"vo": vo, "share": {"x" * size: 1}})
    s.delete("administrator", f"/config/activity_shares/{vo}")


def cloud_storages(s: Script) -> None:
    """Cloud storages and their users are made, read, replaced and removed."""
    name = f"{MARK}-S3:host"
    keys = {"app_key": "k", "app_secret": "s", "service_api_url": "https://cloud.example.org/a?b=c"}
    _cycle(
        s, "/config/cloud_storage", {"storage_name": name, **keys}, {"storage_name": name}, {"storage_name": f"{name}-2", "app_key": "x"}, {"app_key": "x"},
        remove=f"/config/cloud_storage/{name}", one=f"/config/cloud_storage/{name}")
    s.post("administrator", "/config/cloud_storage", {"storage_name": name, **keys})
    _cycle(
        s, f"/config/cloud_storage/{name}", {"vo_name": "testvo", "access_key": "a", "secret_key": "b"}, {"vo_name": "testvo", "access_token": "c"},
        {"user_dn": "/CN=x", "access_token": "c", "access_token_secret": "d", "request_token": "e", "request_token_secret": "f"},
        {"user_dn": "x", "vo_name": "y"}, {}, {"user_dn": "plain"}, {"user_dn": None}, remove=f"/config/cloud_storage/{name}/testvo")
    s.delete("administrator", f"/config/cloud_storage/{name}/plain")
    s.delete("administrator", f"/config/cloud_storage/{name}/nobody")
    for gone in (name, f"{name}-2", name):
        s.delete("administrator", f"/config/cloud_storage/{gone}")
        s.get("administrator", "/config/cloud_storage")
    s.post("administrator", f"/config/cloud_storage/{name}", {"vo_name": "testvo"})
    s.get("administrator", f"/config/cloud_storage/{name}")


def default_link(s: Script) -> None:
    """The default link and the global settings of all VOs are changed and put back."""
    for body in ({"max_active": 140}, {"source": "*", "min_active": 3}, {"destination": "*", "optimizer_mode": 1},
        {"max_active": 130, "min_active": 2, "optimizer_mode": 2}):
        s.post("administrator", "/config/links", {"symbolicname": "*", **body})
        survey(s)
    s.ask("administrator", "POST", "/config/global", {"retry": 1}, headers=_PAGE)
    survey(s)
    s.submit("retried", s.file("retried", takes=1, source="&errno=5"))
    s.until_ended("retried")
    s.look("retried")
    s.ask("administrator", "POST", "/config/global", {"retry": 0}, headers=_PAGE)
    survey(s)


def drains(s: Script) -> None:
    """Hosts are drained, and put back into use."""
    # A host has a row for each of its services.
    s.borrow("administrator", "/config", "host", "other", "third", "last", place="hostname")
    for body in ({"hostname": "{host}"}, {"hostname": "{host}", "drain": False}, {"hostname": "{other}", "drain": True}, {"hostname": "{other}", "drain": False},
        {"hostname": "nothing"}, {"hostname": ""}, {}, {"hostname": None}, {"hostname": "{host}", "drain": "x"}, {"hostname": "{host}", "drain": None},
        {"hostname": "{last}"}, {"hostname": "{host}", "drain": True}, {"hostname": "{last}", "drain": False}, {"hostname": "{host}", "drain": 0}, {"hostname": "{host}", "service_name": "fts_server", "drain": True}, {"hostname": "{host}", "drain": False}):
        for who in ("user", "anonymous", "token", "administrator"):
            s.post(who, "/config/drain", body)
            s.get("administrator", "/config")
    s.ask("administrator", "POST", "/config/drain", data=b"hostname=nothing", headers={"Content-Type": "application/x-www-form-urlencoded"})
    s.get("administrator", "/config/audit")


READING_CONFIG = plays_of(reading_config, needs="reading")
CONFIGURING = plays_of(links, link_limits, shares, storages, storage_limits, settings, grants, activity_shares, cloud_storages)
CONFIGURING_ALL = plays_of(grants_work, default_link, drains, needs="exclusive")
