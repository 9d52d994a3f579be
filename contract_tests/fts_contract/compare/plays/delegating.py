"""Plays about callers and their delegated credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.compare.performing.play import plays_of
from fts_contract.compare.servers.side import EVERYBODY, ROLES
from fts_contract.harness.sending.safety import UNKNOWN_DELEGATION_ID

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["DELEGATING", "INTRODUCTION"]

# fmt: off
# One step a line.

_PEM: Final = {"Content-Type": "application/x-pem-file"}
_OWNERS: Final = ("user", "colleague", "stranger", "administrator", "root", "other-attributes", "many-attributes")


def introduction(s: Script) -> None:
    """The server says who each caller is."""
    for who in EVERYBODY:
        s.get(who, "/whoami")
        s.get(who, "/whoami/certificate")
        s.get(who, "/")
        s.get(who, "/delegation")


def nothing_delegated(s: Script) -> None:
    """Before anything is delegated, every caller asks for every delegation."""
    for who in ROLES:
        s.ask(who, "GET", "/whoami", keep={f"of-{who}": "delegation_id"})
    for who in ROLES:
        s.ask(who, "GET", f"/delegation/{{of-{who}}}", headers={"User-Agent": "fts-rest-cli/3.14.1"})
        for other in ROLES:
            s.get(who, f"/delegation/{{of-{other}}}")
        s.get(who, f"/delegation/{UNKNOWN_DELEGATION_ID}")


def everybody_delegates(s: Script) -> None:
    """Every caller delegates, and sees only its own delegation."""
    for who in _OWNERS:
        s.delegate(who)
        s.get(who, "/delegation/{dlg}")
    for who in _OWNERS:
        s.ask(who, "GET", "/whoami", keep={f"of-{who}": "delegation_id"})
        for other in _OWNERS:
            s.get(other, f"/delegation/{{of-{who}}}")
            s.get(other, f"/delegation/{{of-{who}}}/request")
    s.get("administrator", "/autocomplete/dn", term="/DC=org")


def together(s: Script) -> None:
    """Many callers ask at the same time, and each gets its own answer."""
    for path in ("/whoami", "/jobs", "/files", "/config/links"):
        s.together(*((who, "GET", path, None) for who in EVERYBODY), *((who, "GET", path, None) for who in reversed(EVERYBODY)))


def requests_and_keys(s: Script) -> None:
    """The certificate request stays the same until it is used, and each caller gets another one."""
    s.ask("user", "GET", "/whoami", keep={"dlg": "delegation_id"})
    for _ in range(2):
        s.get("user", "/delegation/{dlg}/request")
    s.delegate("user")
    s.get("user", "/delegation/{dlg}/request")
    s.delegate("other-attributes")
    s.delegate("colleague")


def broken_credentials(s: Script) -> None:
    """Invalid credentials are refused, and the delegation stays as it was."""
    s.ask("user", "GET", "/whoami", keep={"dlg": "delegation_id"})
    s.get("user", "/delegation/{dlg}/request")
    for method in ("PUT", "POST"):
        bodies: tuple[Any, ...] = (b"", b"text", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        for body in bodies:
            s.ask("user", method, "/delegation/{dlg}/credential", data=body, headers=_PEM)
    s.delegate("user", lifetime_h=7, drop_last=True)
    s.delegate("user", lifetime_h=7, as_="colleague")
    s.delegate("user", lifetime_h=-1)
    s.get("user", "/delegation/{dlg}")
    s.delegate("user", lifetime_h=7, method="POST")
    s.get("user", "/delegation/{dlg}")


def lifetimes(s: Script) -> None:
    """A delegation runs out: submission needs an hour of it, reading needs none."""
    for hours in (0.5, 1.5, 3):
        s.delegate("user", lifetime_h=hours)
        s.get("user", "/delegation/{dlg}")
        s.submit("short", s.file("short"))
        s.delete("user", "/jobs/{short}")
        s.get("user", "/dm/stat", surl="mock://fts-contract-a/f?size=5")
    s.delegate("user")


def delegation_removed(s: Script) -> None:
    """A delegation is removed: nothing can be submitted until there is a new one."""
    s.ask("user", "GET", "/whoami", keep={"dlg": "delegation_id"})
    for _ in range(2):
        s.delete("user", "/delegation/{dlg}")
        s.get("user", "/delegation/{dlg}")
        s.submit("without", s.file("without"))
        s.get("user", "/dm/stat", surl="mock://fts-contract-a/f?size=5")
        s.post("user", "/dm/unlink", {"surl": "mock://fts-contract-a/f"})
    for who in ("anonymous", "colleague", "administrator", "root", "token"):
        s.delete(who, "/delegation/{dlg}")
    s.delegate("user")
    s.delegate("user", removed_meanwhile=True)
    s.get("user", "/delegation/{dlg}/request")
    s.submit("with", s.file("with"))
    s.delete("user", "/jobs/{with}")


def delegation_expired(s: Script) -> None:
    """Time passes, and a delegation expires."""
    s.delegate("user", lifetime_h=2)
    for hours in (0.5, 0.8, 1):
        s.later(3600 * hours)
        s.get("user", "/delegation/{dlg}")
        s.submit("late", s.file("late"))
        s.get("user", "/dm/stat", surl="mock://fts-contract-a/f?size=5")
        s.post("user", "/delegation/{dlg}/voms", ["testvo"])
    for who in _OWNERS:
        s.delegate(who)


def renewals(s: Script) -> None:
    """A delegation is renewed with longer and shorter lifetimes, and attributes are added in between: how long it lasts then, and what it allows."""
    s.submit("before", s.file("before"))
    for hours in (30, 2, 0.98, 1.02, 12, 0.5, 100, 24 * 8, 0.02, 3):
        s.delegate("user", lifetime_h=hours)
        for who in ("user", "other-attributes", "colleague"):
            s.get(who, "/delegation/{dlg}")
        s.submit("lasts", s.file("lasts"), bring_online=7200 if hours > 1 else -1)
        s.submit("others", s.file("lasts"), by="other-attributes")
        s.get("user", "/dm/stat", surl="mock://fts-contract-a/f?size=5")
        for attributes in (["testvo"], ["testvo:/testvo/Role=production", "testvo"], ["testvo:/testvo:/x"]):
            s.post("user", "/delegation/{dlg}/voms", attributes)
            s.get("user", "/delegation/{dlg}")
        s.get("user", "/delegation/{dlg}/request")
        s.get("user", "/whoami")
        s.get("user", "/jobs/{before}")
        s.later(61)
        s.get("user", "/delegation/{dlg}")
    s.delegate("user", lifetime_h=2)
    if s.side.clock is not None:
        for minutes in (50, 9, 2, 50, 8, 2, 5):
            s.later(60 * minutes)
            s.get("user", "/delegation/{dlg}")
            s.submit("late", s.file("lasts"))
            s.submit("staged", s.file("lasts"), bring_online=60)
            s.post("user", "/dm/unlink", {"surl": "mock://fts-contract-a/f"})
            s.post("user", "/delegation/{dlg}/voms", ["testvo"])
    for who in _OWNERS:
        s.delegate(who)
        s.get(who, "/delegation/{dlg}")


def voms_attributes(s: Script) -> None:
    """VOMS attributes are requested for a delegation."""
    s.delegate("user")
    bodies: tuple[Any, ...] = (["testvo"], ["testvo:/testvo/Role=production"], [], ["nothing"], {}, "testvo", [1], None)
    for body in bodies:
        s.post("user", "/delegation/{dlg}/voms", body)
        s.get("user", "/delegation/{dlg}")
    s.ask("user", "POST", "/delegation/{dlg}/voms", data=b"not json")
    for who in ("anonymous", "colleague", "root", "token"):
        s.post(who, "/delegation/{dlg}/voms", ["testvo"])
    s.delegate("user")


INTRODUCTION = plays_of(introduction, together, needs="reading")
DELEGATING = (*plays_of(nothing_delegated, needs="reading"), *plays_of(everybody_delegates, prepares=True),
    *plays_of(requests_and_keys, broken_credentials, lifetimes),
    *plays_of(delegation_removed, voms_attributes), *plays_of(delegation_expired, renewals, needs="exclusive"))
