"""Plays about bans and what they do to jobs."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from fts_contract.compare.performing.play import plays_of
from fts_contract.compare.plays.texts import FLAGS, TEXTS
from fts_contract.compare.servers.side import ROLES

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["BANNING"]

# fmt: off
# One step a line.

_STORAGE: Final = "mock://fts-contract-ban-a.example.org"
_READ: Final = "file_state,reason,source_se,finish_time,file_index"
_DN: Final = "/DC=org/DC=example/CN=fts-contract nobody"


def _jobs(s: Script) -> None:
    """Submit jobs from a storage, to it and between others, in several states and of several users."""
    s.submit("from", s.file("ban"), s.file("beside"))
    s.submit("to", {"sources": [f"{s.storage('x')}/f?size=9"], "destinations": [f"{_STORAGE}/f?size_post=9&time=9999"]})
    s.submit("beside", s.file("beside"))
    s.submit("staging", s.file("ban", source="&staging_time=9999"), bring_online=9999)
    s.submit("replicas", {"sources": [f"{_STORAGE}/f?size=9", f"{s.storage('y')}/f?size=9"], "selection_strategy": "orderly",
        "destinations": [f"{s.storage('z')}/f?size_post=9&time=9999"]})
    s.submit("hops", s.file("beside"), s.file("ban"), multihop=True)
    s.submit("colleagues", s.file("ban"), by="colleague")
    s.submit("strangers", s.file("ban"), by="stranger")
    s.submit("done", s.file("ban", takes=0))
    s.until_running("from", "to", "beside", "staging", "replicas", "hops", "done")


def _read(s: Script) -> None:
    for name in ("from", "to", "beside", "staging", "replicas", "hops", "done"):
        s.get("user", f"/jobs/{{{name}}}", files=_READ)
    s.get("colleague", "/jobs/{colleagues}/files")
    s.get("stranger", "/jobs/{strangers}/files")
    s.get("administrator", "/ban/se")
    s.get("administrator", "/ban/dn")
    s.get("administrator", "/config/audit")


def storage_banned(s: Script) -> None:
    """A storage is banned in every way: what happens to jobs and submissions, and what returns when the ban is removed."""
    for wait, body in ((0, {"status": "cancel"}), (5, {}), (0, {"status": "wait"}), (5, {"status": "WAIT", "allow_submit": True}), (0, {"status": "WAIT", "allow_submit": True})):
        _jobs(s)
        s.later(wait)
        s.post("administrator", "/ban/se", {"storage": _STORAGE, "message": "it's down", **body})
        _read(s)
        for number, url in enumerate((_STORAGE, f"{_STORAGE}:8443", _STORAGE.upper(), _STORAGE.replace("mock", "davs"), f"{_STORAGE}.cern.ch")):
            s.submit(f"late{number}", {"sources": [f"{url}/f?size=9"], "destinations": [f"{s.storage('q')}/f?size_post=9&time=9999"]})
            s.submit(f"to{number}", {"sources": [f"{s.storage('q')}/f?size=9"], "destinations": [f"{url}/f?size_post=9&time=9999"]})
        s.submit("replica", {"sources": [f"{s.storage('y')}/f?size=9", f"{_STORAGE}/f?size=9"], "destinations": [f"{s.storage('z')}/f?size_post=9&time=9999"]})
        s.submit("other-vo", s.file("ban"), by="stranger")
        s.submit("root-too", s.file("ban"), by="root")
        s.later(20)
        _read(s)
        s.delete("administrator", "/ban/se", storage=_STORAGE)
        _read(s)
        s.later(20)
        _read(s)
        s.delete("user", "/jobs/{from},{to},{beside},{staging},{replicas},{hops},{replica},{late1},{late2},{late3},{late4}")
        s.delete("user", "/jobs/{to0},{to1},{to2},{to3},{to4},{late0}")


def storage_bans_of_everybody(s: Script) -> None:
    """Everybody bans and unbans a storage, and reads the bans."""
    for who in ROLES:
        s.post(who, "/ban/se", {"storage": f"mock://fts-contract-{who}", "message": who})
        s.get(who, "/ban/se")
        s.get("administrator", "/ban/se")
        s.delete(who, "/ban/se", storage=f"mock://fts-contract-{who}")
        s.delete("administrator", "/ban/se", storage=f"mock://fts-contract-{who}")
        s.get("administrator", "/ban/se")


def ban_parameters(s: Script) -> None:
    """Bans with every kind of parameter."""
    s.submit("waits", s.file("ban"))
    for text in (*TEXTS, "x" * 241, "x" * 300):
        s.post("administrator", "/ban/se", {"storage": f"mock://fts-contract-{text}", "message": text})
        s.post("administrator", "/ban/dn", {"user_dn": f"{_DN}{text}", "message": text})
        s.get("administrator", "/ban/se")
        s.get("administrator", "/ban/dn")
        s.delete("administrator", "/ban/se", storage=f"mock://fts-contract-{text}")
        s.delete("administrator", "/ban/dn", user_dn=f"{_DN}{text}")
    for name in ("status", "allow_submit", "message", "vo_name", "timeout", "storage"):
        for value in (*FLAGS, "cancel", "WAIT", "wait", 7, "x"):
            if name == "storage" and isinstance(value, str):
                continue
            s.post("administrator", "/ban/se", {"storage": _STORAGE, "status": "wait", name: value})
            s.get("administrator", "/ban/se")
            s.delete("administrator", "/ban/se", storage=_STORAGE)
    bodies: tuple[Any, ...] = ({}, [], None, {"user_dn": ""}, {"user_dn": 7}, {"user_dn": None}, {"message": "x"}, {"user_dn": _DN, "message": 7})
    for body in bodies:
        s.post("administrator", "/ban/dn", body)
        s.post("administrator", "/ban/se", body)
        s.get("administrator", "/ban/dn")
    for target in ("/ban/se", "/ban/se?storage=", f"/ban/se?STORAGE={_STORAGE}", "/ban/dn", "/ban/dn?user_dn=", "/ban/dn?user_dn=/CN=x"):
        s.delete("administrator", target)
    s.delete("administrator", "/ban/dn", user_dn=_DN)
    s.delete("user", "/jobs/{waits}")


def ban_twice(s: Script) -> None:
    """A ban replaces another one, and one unban removes it."""
    for status in ("wait", "cancel", "wait"):
        s.submit("job", s.file("ban"))
        s.until_running("job")
        s.post("administrator", "/ban/se", {"storage": _STORAGE, "status": status, "message": status})
        s.get("administrator", "/ban/se")
        s.get("user", "/jobs/{job}/files")
        s.later(3)
    s.post("root", "/ban/se", {"storage": _STORAGE, "status": "cancel"})
    s.get("root", "/ban/se")
    s.delete("root", "/ban/se", storage=_STORAGE)
    s.delete("administrator", "/ban/se", storage=_STORAGE.upper())
    s.get("root", "/ban/se")
    s.submit("job", s.file("ban"))
    s.delete("user", "/jobs/{job}")


def two_storages_banned(s: Script) -> None:
    """Two storages of a job are banned: lifting one ban lets all its files go on, and so does lifting a ban that was never set."""
    first, second, third, fourth = (s.storage(f"both-{end}") for end in "abcd")
    pairs = ((first, second), (first, third), (fourth, second), (fourth, third))
    files = [{"sources": [f"{source}/{n}?size=9"], "destinations": [f"{dest}/{n}?size_post=9&time=9999"]} for n, (source, dest) in enumerate(pairs)]
    for lifted in ((first, second), (second, first), (third, first, second)):
        s.submit("both", files[0])
        s.submit("mixed", *files[1:])
        for storage in (first, second):
            s.post("administrator", "/ban/se", {"storage": storage, "status": "wait"})
        for storage in lifted:
            for who in ("root", "administrator"):
                s.delete(who, "/ban/se", storage=storage)
                s.get("user", "/jobs/{both},{mixed}", files=_READ)
        s.delete("user", "/jobs/{both},{mixed}")


def unused_storage_banned(s: Script) -> None:
    """A storage that only unused replicas or hops name is banned, while the job waits and after it was cancelled."""
    ends = [s.storage(f"unused-{end}") for end in "abcd"]
    replicas = {"sources": [f"{end}/f?size=9" for end in ends[:3]], "destinations": [f"{ends[3]}/f?size_post=9&time=9999"], "selection_strategy": "orderly"}
    hops = [{"sources": [f"{source}/f?size=9"], "destinations": [f"{dest}/f?size_post=9&time=9999"]} for source, dest in pairwise(ends)]
    for storage in ends:
        # A replica that FTS queues in a job that has ended cannot be cancelled any more, so this is left to mocks.
        for canceled in (False,) if s.side.clock is None else (False, True):
            for bring_online in (-1, 9999):
                s.submit("replicas", replicas, bring_online=bring_online)
                s.submit("hops", *hops, multihop=True, bring_online=bring_online)
                if canceled:
                    s.delete("user", "/jobs/{replicas},{hops}")
                s.post("administrator", "/ban/se", {"storage": storage})
                s.get("user", "/jobs/{replicas},{hops}", files=_READ)
                s.delete("administrator", "/ban/se", storage=storage)
                s.delete("user", "/jobs/{replicas},{hops}")
                s.get("user", "/jobs/{replicas},{hops}", files=_READ)


def user_banned(s: Script) -> None:
    """A user is banned: the jobs of this user end, every request is refused, and other users are not affected."""
    s.ask("colleague", "GET", "/whoami", keep={"dn": "user_dn", "dlg": "delegation_id"})
    for similar in (s.names.get("dn", "")[:-1], "{dn}x"):
        s.post("administrator", "/ban/dn", {"user_dn": similar})
        s.get("colleague", "/whoami")
        s.delete("administrator", "/ban/dn", user_dn=similar)
    for wait in (0, 5):
        _jobs(s)
        s.later(wait)
        s.post("administrator", "/ban/dn", {"user_dn": "{dn}", "message": "left"})
        _read(s)
        s.get("user", "/jobs/{colleagues}")
        s.submit("while", s.file("ban"), by="colleague")
        for path in ("/", "/whoami", "/jobs", "/jobs/{colleagues}", "/delegation/{dlg}", "/optimizer", "/nothing", "/status/hosts"):
            s.get("colleague", path)
            s.get("user", path)
        s.delete("colleague", "/jobs/{colleagues}")
        s.post("colleague", "/ban/dn", {"user_dn": "/CN=x"})
        s.get("administrator", "/ban/dn")
        s.later(60)
        _read(s)
        s.delete("administrator", "/ban/dn", user_dn="{dn}")
        s.get("administrator", "/ban/dn")
        s.get("colleague", "/whoami")
        s.get("colleague", "/jobs/{colleagues}")
        s.submit("after", s.file("beside"), by="colleague")
        s.delete("colleague", "/jobs/{after}")
        s.delete("user", "/jobs/{from},{to},{beside},{staging},{replicas},{hops}")


def bans_of_another_vo(s: Script) -> None:
    """A member of another VO who may configure bans a storage: only the jobs of that VO are affected, and only that VO lifts the ban."""
    s.ask("stranger", "GET", "/whoami", keep={"dn": "user_dn"})
    s.post("administrator", "/config/authorize", {"dn": "{dn}", "operation": "config"})
    for first, second in (("stranger", "administrator"), ("administrator", "stranger"), ("root", "stranger")):
        for status in ("cancel", "wait"):
            _jobs(s)
            s.later(3)
            s.post(first, "/ban/se", {"storage": _STORAGE, "status": status, "message": first})
            _read(s)
            s.post(second, "/ban/se", {"storage": _STORAGE, "status": "wait", "message": second})
            _read(s)
            for who in ("user", "stranger", "root"):
                s.submit(f"late-{who}", s.file("ban"), by=who)
            for who in (second, first):
                s.delete(who, "/ban/se", storage=_STORAGE)
                _read(s)
            s.later(20)
            _read(s)
            s.delete("user", "/jobs/{from},{to},{beside},{staging},{replicas},{hops},{late-user}")
    s.delete("administrator", "/config/authorize", dn="{dn}")


def user_banned_twice(s: Script) -> None:
    """A user is banned again with another message, by another administrator and in other letters; one unban lets the user in."""
    s.ask("colleague", "GET", "/whoami", keep={"dn": "user_dn"})
    s.call("upper", s.value_of("dn").upper())
    for who, dn, message in (("administrator", "{dn}", "one"), ("root", "{dn}", "two"), ("administrator", "{upper}", ""), ("administrator", "{dn}", None)):
        s.later(5)
        s.post(who, "/ban/dn", {"user_dn": dn, "message": message})
        s.get("administrator", "/ban/dn")
        s.get("colleague", "/whoami")
    for dn in ("{dn}x", "{upper}", "{dn}"):
        s.delete("administrator", "/ban/dn", user_dn=dn)
        s.get("administrator", "/ban/dn")
        s.get("colleague", "/whoami")


def ban_oneself(s: Script) -> None:
    """Every caller bans itself, and a user that does not exist."""
    for who in ROLES:
        s.ask(who, "GET", "/whoami", keep={"own": "user_dn"})
        s.post(who, "/ban/dn", {"user_dn": "{own}"})
        s.get(who, "/whoami")
        s.post(who, "/ban/dn", {"user_dn": f"{_DN} {who}"})
        s.get("administrator", "/ban/dn")
        s.delete(who, "/ban/dn", user_dn=f"{_DN} {who}")
        s.delete("administrator", "/ban/dn", user_dn=f"{_DN} {who}")


BANNING = (*plays_of(storage_banned, storage_bans_of_everybody, ban_parameters, ban_twice, two_storages_banned, unused_storage_banned), *plays_of(user_banned, user_banned_twice, bans_of_another_vo, ban_oneself, needs="exclusive"))
