"""Plays about the ways to send one request: parameters in query, form and body; kinds of answers; credentials in headers; methods."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from fts_contract.compare.performing.play import plays_of
from fts_contract.harness.contract.operations import read_operations
from fts_contract.harness.sending.own_names import MARK
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["CALLING", "CALLING_ALL", "READING_ANSWERS"]

# fmt: off
# One step a line.

_FORM: Final = "application/x-www-form-urlencoded"
_A, _B = f"mock://{MARK}-call-a.example.org", f"mock://{MARK}-call-b.example.org"
_DN: Final = f"/DC=org/DC=example/CN={MARK} call"
_LINK: Final = {"symbolicname": f"{MARK}-call", "source": _A, "destination": _B}
_ENTRIES: Final[tuple[tuple[str, Any, dict[str, str]], ...]] = (
    ("/ban/se", {"storage": _A, "status": "wait", "message": "x", "allow_submit": True}, {"storage": _A}), ("/ban/dn", {"user_dn": _DN, "message": "x"}, {"user_dn": _DN}),
    ("/config/se", {_A: {"se_info": {"site": "x"}}}, {"se": _A}), ("/config/global", {"vo_name": f"{MARK}-call", "retry": 3}, {"vo_name": f"{MARK}-call"}),
    ("/config/authorize", {"dn": _DN, "operation": "transfer"}, {"dn": _DN, "operation": "transfer"}), ("/config/authorize", {"dn": _DN, "operation": "transfer"}, {"dn": _DN}),
    ("/config/shares", {"source": _A, "destination": _B, "vo": f"{MARK}-call", "share": 5}, {"source": _A, "destination": _B, "vo": f"{MARK}-call"}))
"""Where an entry is made, the entry, and the parameters that remove it."""
# None leaves the header out.
_ACCEPTS: Final[tuple[Any, ...]] = (None, "", "*", "*/*", "text/html", "TEXT/HTML", "text/html; charset=utf-8", "text/html;q=0.1, application/json", "application/json, text/html", "application/json;q=0", "text/*",
    "application/*", "application/xhtml+xml,text/html;q=0.9,*/*;q=0.8", "text/plain", "image/png", "text/html, x")


def parameters_everywhere(s: Script) -> None:
    """Parameters in the query, in a form and in JSON, alone and contradicting each other, for requests that make and that remove."""
    s.post("administrator", "/config/links", _LINK)
    for path, body, names in _ENTRIES:
        query, form, absent = urlencode(names), urlencode(names).encode(), urlencode(dict.fromkeys(names, "")).encode()
        other = urlencode({name: f"{value}-other" for name, value in names.items()})
        ways: tuple[tuple[str, bytes | None, str | None], ...] = (
            ("", form, _FORM), (f"?{query}", None, None), ("", json.dumps(names).encode(), "application/json"), ("", form, "text/plain"), ("", form, None), ("", form, f"{_FORM}; charset=utf-8"),
            ("", form, _FORM.upper()), (f"?{other}", form, _FORM), (f"?{query}", other.encode(), _FORM), (f"?{query}&{other}", None, None), (f"?{other}&{query}", None, None), (f"?{query}", absent, _FORM),
            (f"?{absent.decode()}", form, _FORM), (f"?{query.replace('%', '%25')}", None, None), (f"?{query.replace('=', '=%20')}", None, None), (f"?{query.replace('=', '=+')}", None, None),
            (f"?{query.upper()}", None, None), (f"?{query.replace('&', ';')}", None, None), (f"?x=1&{query}&x=2", None, None), (f"/?{query}", None, None), (f"?{query}#x", None, None))
        made = urlencode({name: str(value) for name, value in body.items()})
        for method in ("DELETE", "POST"):
            for tail, data, kind in ways:
                text = tail.replace(query, made)
                s.post("administrator", path, body) if method == "DELETE" else s.delete("administrator", path, **names)
                if method == "POST" and data == form:
                    data = made.encode()  # noqa: PLW2901 - all fields of the entry
                s.ask("administrator", method, f"{path}{tail if method == 'DELETE' else text}", data=data, headers={"Content-Type": kind} if kind else None)
                s.get("administrator", path)
        s.delete("administrator", path, **names)
        s.delete("administrator", path, **{name: f"{value}-other" for name, value in names.items()})
    s.delete("administrator", f"/config/links/{MARK}-call")
    s.submit("job", s.file("call"), priority=2)
    for tail, data, kind in (("?priority=5", b"{}", "application/json"), ("", b"priority=5", _FORM), ("?params=x", b'{"params": {"priority": 4}}', "application/json"), ("", b'{"params": {"priority": 3}}', None),
        ("", b'{"params": {"priority": 1}}', "text/plain"), ("", b'{"params": {"priority": 5}}', _FORM), ("", b"", None)):
        s.ask("user", "POST", f"/jobs/{{job}}{tail}", data=data, headers={"Content-Type": kind} if kind else None)
        s.get("user", "/jobs/{job}/priority")
    for tail in ("?files=file_id&files=reason", "?files=", "?FILES=file_id", "?files=file_id%2Creason", "?files=file_id,,reason", "?x=1"):
        s.get("user", f"/jobs/{{job}}{tail}")
    s.ask("user", "DELETE", "/jobs/{job}?x=1", data=b'{"params": {}}', headers={"Content-Type": "application/json"})
    s.get("user", "/jobs/{job}")


def kinds_of_answers(s: Script) -> None:
    """Answers and errors of every kind for every Accept header."""
    for who in ("user", "anonymous", "administrator"):
        for path in ("/", "/whoami", "/jobs/none", "/jobs?limit=-1", "/jobs", "/nothing", "/config/links", "/config/links/none", "/config/global", "/config/shares", "/ban/se", "/delegation/none", "/delegation",
            "/archive/none", "/dm/stat", "/cs/registered/none", "/jobs/none/files/1/retries", "/optimizer/current", "/autocomplete/dn", "/status/hosts", "/%2e%2e/x", "/config/authorize"):
            for accept in _ACCEPTS[::4] if who != "administrator" else _ACCEPTS:
                s.ask(who, "GET", path, headers={"Accept": accept})


def answers_to_changes(s: Script) -> None:
    """Answers to submissions and changes, and their errors, for every Accept header."""
    s.submit("job", s.file("call"))
    changes: tuple[tuple[str, str, str, Any], ...] = (
        ("user", "POST", "/jobs", {"files": [s.file("call")]}), ("user", "POST", "/jobs", {"files": []}), ("user", "PUT", "/jobs", []), ("user", "POST", "/jobs/{job}", {"params": {"priority": 2}}), ("anonymous", "POST", "/jobs", {}),
        ("user", "POST", "/jobs/{job}", []), ("user", "DELETE", "/jobs/{job}/files/1", None), ("colleague", "DELETE", "/jobs/none", None), ("administrator", "POST", "/config/links", _LINK), ("administrator", "POST", "/config/links", {}),
        ("administrator", "POST", "/config/global", {"vo_name": f"{MARK}-call", "retry": 1}), ("administrator", "POST", "/config/se", {_A: {"se_info": {"site": "x"}}}), ("administrator", "POST", "/ban/se", {"storage": _A, "status": "wait"}),
        ("user", "POST", "/ban/se", {"storage": _A}), ("administrator", "POST", "/config/authorize", {"dn": _DN, "operation": "admin"}), ("user", "POST", "/dm/mkdir", {"surl": f"{_A}/d"}), ("user", "PATCH", "/jobs", None))
    for accept in _ACCEPTS:
        for who, method, path, body in changes:
            s.ask(who, method, path, body, headers={"Accept": accept}, keep={"accepted": "job_id"} if path == "/jobs" else None)
    for target in (f"/config/links/{MARK}-call", f"/config/global?vo_name={MARK}-call", f"/config/se?se={_A}", f"/ban/se?storage={_A}"):
        for accept in ("text/html", "*/*"):
            s.ask("administrator", "DELETE", target, headers={"Accept": accept})


def credentials_in_headers(s: Script) -> None:
    """Authorization headers of every form, with a certificate and without."""
    good = s.bearer("token").get("Authorization", "Bearer a.b.c").partition(" ")[2]
    other = s.bearer("other-token").get("Authorization", "Bearer a.b.c").partition(" ")[2]
    head, _, rest = good.partition(".")
    values = (f"Bearer {good}", f"bearer {good}", f"BEARER {good}", f"Bearer  {good}", f"Bearer {good} ", f"Bearer {good} x", f"Bearer {good},Bearer {other}", f"Bearer\t{good}", f"Bearer={good}", f"Token {good}", good,
        f"Bearer {good[:-1]}", f"Bearer {good}x", f"Bearer {good.upper()}", f"Bearer {head}.{rest.partition('.')[0]}.", f"Bearer {head}..{rest.rpartition('.')[2]}", f"Bearer {other.rpartition('.')[0]}.{good.rpartition('.')[2]}",
        "Bearer", "Bearer ", "Bearer null", "Bearer undefined", "Bearer .", "Bearer ..", "Bearer a.b.c", f"Basic {good}", "Basic", "Basic Og==", "Digest username=x", "Negotiate YII=", "", "x" * 200, f"Bearer {'x' * 3000}", f"Bearer {'x' * 9000}")
    for who in ("anonymous", "user"):
        for value in values:
            for path in ("/whoami", "/jobs?limit=1", "/config/links", "/delegation/none", "/optimizer") if value else ("/whoami",):
                s.ask(who, "GET", path, headers={"Authorization": value})
            s.ask(who, "POST", "/jobs", {"files": []}, headers={"Authorization": value})
    for value in ("Bearer no-token", "Basic Og==", f"Bearer {good}"):
        s.raw("anonymous", ("HEAD", "/whoami", {"Authorization": value}), ("OPTIONS", "/jobs", {"Authorization": value}), ("GET", "/nothing", {"Authorization": value}))


def methods_everywhere(s: Script) -> None:
    """Every path under methods that it does not have."""
    operations = read_operations(load_spec())
    known = {(operation.method, operation.path) for operation in operations}
    for path in sorted({operation.path for operation in operations}):
        target = path
        while "{" in target:
            target = f"{target.partition('{')[0]}fts-contract-none{target.partition('}')[2]}"
        for method in ("POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
            if (method, path) not in known:
                s.ask("user", method, target)
        s.ask("administrator", "OPTIONS", f"{target}?x={quote('é')}")


READING_ANSWERS = plays_of(kinds_of_answers, needs="reading")
CALLING = plays_of(parameters_everywhere, answers_to_changes, credentials_in_headers)
CALLING_ALL = plays_of(methods_everywhere, needs="exclusive")
