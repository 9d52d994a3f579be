"""Plays that change one thing and then read everything else that a server could have changed with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from fts_contract.compare.performing.play import plays_of
from fts_contract.compare.plays.configuring import survey
from fts_contract.harness.sending.own_names import MARK

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["SURROUNDINGS"]

# fmt: off
# One step a line.

_NAMES: Final = ("near", "near2", "other")
_LINK_AND_SHARES: Final = 3
"""Place of the last of the requests that remove these, of all that remove something."""
_VO: Final = f"{MARK}-vo"
_TO: Final = f"mock://{MARK}-to.example.org"


def _forms(name: str) -> tuple[str, str, str]:
    """Give the plain name, the storage and the DN that belong to a name."""
    return f"{MARK}-{name}", f"mock://{MARK}-{name}.example.org", f"/DC=org/DC=example/CN={MARK} {name}"


def _entries(plain: str, url: str, dn: str) -> tuple[tuple[str, Any], ...]:
    """List what is made under a name: an entry of each kind, with all that belongs to it."""
    share = {"source": url, "destination": _TO}
    info = {"inbound_max_active": 11, "outbound_max_active": 12, "site": plain, "se_metadata": url, "tpc_support": "PULL", "inbound_max_throughput": 1.25}
    return (
        ("/config/links", {"symbolicname": plain, **share, "min_active": 3, "max_active": 30, "nostreams": 4, "tcp_buffer_size": 9, "optimizer_mode": 2}),
        ("/config/shares", {**share, "vo": _VO, "share": 30}),
        ("/config/shares", {**share, "vo": f"{_VO}-2", "share": 70}),
        ("/config/se", {url: {"se_info": info, "operations": {_VO: {"delete": 5, "staging": 6}, "testvo": {"staging": 7}}}}),
        ("/config/global", {"vo_name": plain, "retry": 3, "max_time_queue": 4, "global_timeout": 5, "sec_per_mb": 6, "no_streaming": True, "show_user_dn": True}),
        ("/config/authorize", {"dn": dn, "operation": "transfer"}),
        ("/config/authorize", {"dn": dn, "operation": "config"}),
        ("/config/activity_shares", {"vo": plain, "share": [{"default": 0.25}, {"Production": 0.75}], "active": True}),
        ("/config/cloud_storage", {"storage_name": plain, "app_key": "k", "app_secret": "s", "service_api_url": "https://cloud.example.org"}),
        (f"/config/cloud_storage/{plain}", {"vo_name": _VO, "access_token": "a", "access_token_secret": "b", "request_token": "c", "request_token_secret": "d"}),
        (f"/config/cloud_storage/{plain}", {"user_dn": "plain", "access_token": "e"}),
        ("/ban/se", {"storage": url, "status": "wait", "message": plain}),
        ("/ban/dn", {"user_dn": dn, "message": plain}))


def _fewer(plain: str, url: str, dn: str) -> tuple[tuple[str, Any], ...]:
    """List entries that are made again with other or fewer members."""
    return (
        ("/config/links", {"symbolicname": plain, "source": url, "destination": _TO}), ("/config/links", {"symbolicname": plain, "source": url, "destination": _TO, "max_active": 31}),
        ("/config/shares", {"source": url, "destination": _TO, "vo": _VO, "share": 31}),
        ("/config/se", {url: {"se_info": {"site": "x"}}}), ("/config/se", {url: {"operations": {_VO: {"delete": 8}}}}), ("/config/se", {url: {"operations": {_VO: {"staging": 0}}}}),
        ("/config/global", {"vo_name": plain, "retry": 9}), ("/config/global", {"vo_name": plain, "no_streaming": False}),
        ("/config/authorize", {"dn": dn, "operation": "transfer"}), ("/config/activity_shares", {"vo": plain, "share": [{"default": 1}]}),
        ("/config/cloud_storage", {"storage_name": plain}), (f"/config/cloud_storage/{plain}", {"vo_name": _VO, "access_token": "z"}),
        (f"/config/cloud_storage/{plain}", {"user_dn": "plain"}), ("/ban/se", {"storage": url}), ("/ban/se", {"storage": url, "status": "wait", "allow_submit": True}),
        ("/ban/se", {"storage": url, "status": "wait", "message": "again"}), ("/ban/dn", {"user_dn": dn}))


def _removals(plain: str, url: str, dn: str) -> tuple[str, ...]:
    """List what removes the entries, parts of them first; a link with shares stays."""
    name = quote(plain, safe="")
    shares = (f"/config/shares?{urlencode({'source': url, 'destination': _TO, 'vo': vo}, quote_via=quote)}" for vo in (_VO, f"{_VO}-2"))
    return (f"/config/links/{name}", *shares, f"/config/links/{name}", *(f"{path}?{urlencode(query, quote_via=quote)}" for path, query in (
        ("/config/authorize", {"dn": dn, "operation": "transfer"}), ("/config/authorize", {"dn": dn}), ("/config/se", {"se": url}),
        ("/config/global", {"vo_name": plain}), ("/ban/se", {"storage": url}), ("/ban/dn", {"user_dn": dn}))),
        f"/config/activity_shares/{name}", f"/config/cloud_storage/{name}/{_VO}", f"/config/cloud_storage/{name}/plain", f"/config/cloud_storage/{name}")


def _everything(s: Script) -> None:
    """Read everything that an administrator can read, and each of our entries alone."""
    survey(s)
    for plain, url, dn in map(_forms, _NAMES[:2]):
        for path in (f"/config/links/{plain}", f"/config/activity_shares/{plain}", f"/config/cloud_storage/{plain}", f"/config/se?se={url}", f"/config/authorize?dn={quote(dn)}"):
            s.get("administrator", path)


def _read_jobs(s: Script, *names: str) -> None:
    """Read all that is known of jobs."""
    s.look_together(*names)
    for name in names:
        s.get("user", f"/jobs/{{{name}}}/files")


def _make(s: Script, *names: str) -> None:
    for name in names:
        for path, body in _entries(*_forms(name)):
            s.post("administrator", path, body)


def entries_beside_each_other(s: Script) -> None:
    """Entries of the configuration with similar names: each is changed and removed, and all the others stay."""
    _make(s, *_NAMES)
    _everything(s)
    plain, url, dn = forms = _forms("near")
    for path, body in _fewer(*forms):
        s.post("administrator", path, body)
        _everything(s)
    _make(s, "near")
    _everything(s)
    # Names of which a careless server might take one for another.
    for similar in ((plain[:-1], url[:-1], dn[:-1]), (f"{plain}x", f"{url}x", f"{dn}x"), (f"{MARK}-%", f"mock://{MARK}-%", f"/DC=org/DC=example/CN={MARK} %"),
        (f"{MARK}-nea_", f"mock://{MARK}-nea_.example.org", f"/DC=org/DC=example/CN={MARK} nea_"), (f"{plain} ", f"{url}/", f"{dn} "), (f"{MARK}*", f"{url}:8443", f"{dn}/CN=proxy"), (plain.upper(), url.upper(), dn.upper())):
        for target in _removals(*similar):
            s.delete("administrator", target)
        _everything(s)
        _make(s, "near")
    for number, target in enumerate(_removals(*forms)):
        for _ in range(2):
            s.delete("administrator", target)
        _everything(s)
        if number > _LINK_AND_SHARES:
            _make(s, "near")
    for name in _NAMES:
        for target in _removals(*_forms(name)):
            s.delete("administrator", target)
        _everything(s)


# Source: "States" as observed on FTS 3.13.4.
_JOBS: Final[dict[str, tuple[tuple[tuple[int, str], ...], dict[str, Any]]]] = {
    "finished": (((4, ""), (4, "")), {"retry": 2}), "failed": (((4, ""), (4, "&errno=2")), {}), "retried": (((9000, ""), (4, "&errno=5")), {"retry": 3, "retry_delay": 5}),
    "half": (((4, ""), (9000, "")), {"priority": 2}), "staged": (((9000, "&staging_time=5"), (9000, "&staging_time=9000")), {"bring_online": 90_000}),
    "hop": (((4, ""), (9000, "")), {"multihop": True}), "session": (((4, ""), (4, "&errno=5"), (9000, "")), {"reuse": True}), "mine": (((9000, ""), (9000, "")), {})}
"""By name of a job: for each file the seconds that it takes and more of the query of its source; parameters."""

_STAYING: Final = ("finished", "failed", "mine")


def _submit(s: Script) -> None:
    for priority, (name, (files, params)) in enumerate(_JOBS.items()):
        if s.side.clock is None and name not in _STAYING:
            continue  # Its files would go on at another step on each server.
        word = f"sur-{name}"
        s.submit(name, *(s.file(word, takes=takes, source=source, metadata={"n": n}, checksum=f"ADLER32:0000000{n}") for n, (takes, source) in enumerate(files)),
            job_metadata={"name": name}, **{"priority": priority % 5 + 1} | params)
    s.submit("theirs", s.file("sur-mine"), by="colleague")
    s.submit("strangers", s.file("sur-mine"), by="stranger")
    if s.side.clock is None:
        s.until_ended("finished", "failed")
        s.settled = False
    s.later(40)


def jobs_beside_changes(s: Script) -> None:
    """Jobs in every state: each change of one of them, or of something else, leaves the rest of them as it was."""
    names = (*_JOBS, "theirs", "canceled", "fresh", "fresh-staged")
    storage, dn = f"mock://{MARK}-sur-half-a.example.org", f"/DC=org/DC=example/CN={MARK} sur"
    link = {"symbolicname": f"{MARK}-sur", "source": storage, "destination": s.storage("sur-half-b"), "max_active": 5}
    changes: tuple[tuple[str, str, str, Any], ...] = (
        ("user", "POST", "/jobs/{mine}", {"params": {"priority": 5}}), ("user", "POST", "/jobs/{mine},{finished}", {"params": {"priority": 1}}),
        ("user", "POST", "/jobs/{finished}", {"params": {"priority": 5}}), ("user", "DELETE", "/jobs/{half}/files/{half.0}", None),
        ("administrator", "POST", "/ban/se", {"storage": storage, "status": "wait"}), ("administrator", "DELETE", f"/ban/se?storage={storage}", None),
        ("administrator", "POST", "/ban/dn", {"user_dn": dn}), ("administrator", "DELETE", f"/ban/dn?user_dn={quote(dn)}", None),
        ("administrator", "POST", "/config/links", link), ("administrator", "POST", "/config/se", {storage: {"se_info": {"outbound_max_active": 1}}}),
        ("administrator", "DELETE", f"/config/links/{MARK}-sur", None), ("administrator", "DELETE", f"/config/se?se={storage}", None),
        ("administrator", "POST", "/config/activity_shares", {"vo": f"{MARK}-sur", "share": {"default": 1}}), ("administrator", "DELETE", f"/config/activity_shares/{MARK}-sur", None),
        ("root", "POST", "/admin/force-start", ["{#mine.1}", "{#finished.0}", "{#failed.1}"]), ("user", "DELETE", "/delegation/{dlg}", None),
        ("user", "delegate", "", None), ("user", "DELETE", "/jobs/{mine}/files/{mine.0}", None), ("user", "DELETE", "/jobs/{canceled}", None),
        ("user", "DELETE", "/jobs/{staged}", None), ("user", "DELETE", "/jobs/{hop}", None), ("user", "DELETE", "/jobs/{finished},{failed},{session}", None),
        ("user", "POST", "/jobs/{failed}", {"params": {"priority": 4}}), ("colleague", "DELETE", "/jobs/{theirs}", None),
        ("administrator", "POST", "/ban/se", {"storage": storage, "status": "cancel"}), ("administrator", "DELETE", f"/ban/se?storage={storage}", None))
    _submit(s)
    s.submit("canceled", s.file("sur-half"), s.file("sur-half"))
    s.delete("user", "/jobs/{canceled}")
    s.ask("user", "GET", "/whoami", keep={"dlg": "delegation_id"})
    _read_jobs(s, *names[:-2])
    for who, method, target, body in changes:
        # Their files are in states that last for a moment.
        s.submit("fresh", s.file("sur-half"), s.file("sur-mine"))
        s.submit("fresh-staged", s.file("sur-half"), bring_online=600)
        if method == "delegate":
            s.delegate(who)
        else:
            s.ask(who, method, target, body)
        _read_jobs(s, *names)
        s.get("stranger", "/jobs/{strangers}/files")
        s.get("administrator", "/status/hosts")
        s.later(7)
    s.later(4000)
    _read_jobs(s, *names)
    s.get("user", "/jobs", state_in="FINISHED,FAILED,FINISHEDDIRTY,CANCELED", limit=20)
    s.get("user", "/files")


SURROUNDINGS = plays_of(entries_beside_each_other, jobs_beside_changes)
