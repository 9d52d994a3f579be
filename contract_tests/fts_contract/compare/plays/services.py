"""Plays about the optimizer, data management, cloud accounts and the conventions of HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fts_contract.compare.performing.play import plays_of
from fts_contract.compare.plays.texts import NUMBERS, TEXTS
from fts_contract.compare.servers.side import ROLES
from fts_contract.harness.contract.operations import read_operations
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["CONVENTIONS", "OPTIMIZER", "SERVICES"]

# fmt: off
# One step a line.

_PAIR: Final = {"source_se": "mock://fts-contract-a", "dest_se": "mock://fts-contract-b"}
_DM: Final = (
    "mock://a/f", "mock://a/f?size=5", "mock://a/f?size=-1", "mock://a/f?size=1k", "mock://a/f?errno=2", "mock://a/f?errno=13", "mock://a/f?errno=11",
    "mock://a/f?errno=110", "mock://a/f?errno=20", "mock://a/f?errno=93", "mock://a/f?errno=258", "mock://a/f?errno=5", "mock://a/d?list=a:644:5,b:755:7",
    "mock://a/d?list=,", "mock://a/d?list=a:40755:0,c%20d:600:1", "mock://a/d?list=x", "MOCK://a/f", "davs://a/f", "file:///etc/passwd", "FILE:///x", "/x", "", "x",
    "mock://a/f?size=007", "mock://a/f?size=9007199254740993", "mock://a/f?size=1.5", "mock://a/f?size=", "mock://a/f?errno=0", "mock://a/f?errno=9999", "mock://a/d/?list=a:100644:9007199254740993",
    "mock://a/d?list=b:644:1,a:644:2,B:644:3", "mock://a/d?list=.:755:0,..:755:0", "mock://a/d?size=3&list=a:644:5", "mock://a//d/../f?size=1", "mock://a:80/f?size=1", "mock://a/f?size=1#x", "mock:a", "mock:///f?size=1",
    "mock://a/f?size_pre=2", "mock://a/é", "mock://a/f?checksum=1&size=3")


def data_management(s: Script) -> None:
    """Files of made-up storages are listed, looked at, made, renamed and deleted."""
    for surl in _DM:
        for path in ("/dm/stat", "/dm/list"):
            s.get("user", path, surl=surl)
        for path in ("/dm/unlink", "/dm/mkdir", "/dm/rmdir"):
            s.post("user", path, {"surl": surl})
        s.post("user", "/dm/rename", {"old": surl, "new": f"{surl}-new"})
        s.post("user", "/dm/rename", {"old": "mock://a/f", "new": surl})
    for who in ROLES:
        s.get(who, "/dm/stat", surl="mock://a/f?size=5")
        s.get(who, "/dm/list", surl="mock://a/d?list=a:644:5")
        s.post(who, "/dm/unlink", {"surl": "mock://a/f"})
        s.post(who, "/dm/mkdir", {"surl": "mock://a/f"})
    bodies: tuple[Any, ...] = ({}, [], None, {"surl": 7}, {"surl": None}, {"old": "mock://a/f"}, {"new": "mock://a/f"})
    for body in bodies:
        for path in ("/dm/unlink", "/dm/mkdir", "/dm/rmdir", "/dm/rename"):
            s.post("user", path, body)
    for kind in ("application/json; charset=utf-8", "text/plain", "application/x-www-form-urlencoded"):
        s.ask("user", "POST", "/dm/unlink", data=b'{"surl": "mock://a/f"}', headers={"Content-Type": kind})
    s.get("user", "/dm/stat")
    s.get("user", "/dm/list")


def cloud_accounts(s: Script) -> None:
    """Every caller asks for cloud accounts, which do not exist."""
    for who in ROLES:
        for service in ("dropbox", "DropBox", "other"):
            for path in ("registered/{}", "access_request/{}", "access_request/{}/", "remote_content/{}?surl=x", "file_urllink/{}/x", "access_grant/{}"):
                s.get(who, f"/cs/{path.format(service)}")
        s.get(who, "/cs/access_request/dropbox/request")
        s.delete(who, "/cs/access_grant/dropbox")


def cloud_access(s: Script) -> None:
    """A cloud storage is registered and users ask for access, have it, and give it up: what each of them is told at each point."""
    people, keys = ("user", "colleague", "administrator"), {"access_token": "a", "access_token_secret": "b"}
    steps: tuple[tuple[str, str, str, Any], ...] = (
        ("administrator", "POST", "/config/cloud_storage", {"storage_name": "dropbox", "app_key": "k", "app_secret": "s", "service_api_url": "https://cloud.example.org"}),
        ("administrator", "POST", "/config/cloud_storage/DROPBOX", {"user_dn": "{user}", "request_token": "r", "request_token_secret": "q"}),
        ("administrator", "POST", "/config/cloud_storage/Dropbox", {"user_dn": "{colleague}", **keys}), ("administrator", "POST", "/config/cloud_storage/DROPBOX", {"vo_name": "testvo", **keys}),
        ("administrator", "POST", "/config/cloud_storage/DROPBOX", {"user_dn": "{user}", **keys, "request_token": "r"}), ("administrator", "POST", "/config/cloud_storage", {"storage_name": "DROPBOX"}),
        ("administrator", "POST", "/config/cloud_storage/DROPBOX", {"user_dn": "{administrator}", "access_token": ""}), ("user", "DELETE", "/cs/access_grant/dropbox", None), ("user", "DELETE", "/cs/access_grant/DropBox", None),
        ("stranger", "DELETE", "/cs/access_grant/dropbox", None), ("administrator", "DELETE", "/config/cloud_storage/DROPBOX/testvo", None), ("administrator", "DELETE", "/config/cloud_storage/dropbo", None),
        ("colleague", "DELETE", "/cs/access_grant/dropbox", None), ("administrator", "DELETE", "/config/cloud_storage/dropbox", None), ("administrator", "POST", "/config/cloud_storage", {"storage_name": "DROPBOX"}),
        ("administrator", "DELETE", "/config/cloud_storage/DROPBOX", None))
    for who in people:
        s.ask(who, "GET", "/whoami", keep={who: "user_dn"})
    for caller, method, target, body in steps:
        s.ask(caller, method, target, body)
        for who in (*people, "stranger", "anonymous"):
            for path in ("registered/dropbox", "access_request/DropBox", "access_request/dropbox/request", "access_grant/dropbox", "remote_content/dropbox?surl=x"):
                s.get(who, f"/cs/{path}")
        for path in ("/config/cloud_storage", "/config/cloud_storage/DROPBOX", "/config/cloud_storage/dropbox", "/config/audit"):
            s.get("administrator", path)


def optimizer_pairs(s: Script) -> None:
    """Decisions about several pairs of storages, made in turn: each row is about its pair, newest first."""
    ends = [f"mock://fts-contract-{name}" for name in ("p", "p2", "P", "q")]
    for number in range(12):
        source, dest = ends[number % 4], ends[(number * 3 + 1) % 4]
        s.post("administrator", "/optimizer/current", {"source_se": source, "dest_se": dest, "active": number, "nostreams": number + 1, "throughput": 1234567.89 * number, "success": 99.123456789, "ema": 0.1 * number, "rationale": f"r{number}",
            "diff": number, "actual_active": number, "queue_size": number, "filesize_avg": 0.3 * number, "filesize_stddev": number / 7})
        s.later(3)
        for path in ("/optimizer/current", "/optimizer/evolution"):
            s.get("user", path)
            for query in ({"source_se": source}, {"dest_se": dest}, {"source_se": source, "dest_se": dest}, {"source_se": dest, "dest_se": source}, {"source_se": source.upper()}, {"source_se": source[:-1]}):
                s.get("user", path, **query)


def conventions(s: Script) -> None:
    """Every path under every method, with and without a slash at the end."""
    paths = sorted({operation.path for operation in read_operations(load_spec())})
    for path in paths:
        for name in ("{job_ids}", "{job_id}", "{delegation_id}", "{file_ids}", "{file_id}", "{vo_name}", "{symbolicname}", "{vo}", "{storage_name}",
            "{id}", "{service}", "{path}", "{field}", "{resource}", "{client_id}"):
            path = path.replace(name, "fts-contract-none")  # noqa: PLW2901 - the template filled in
        for who in ("user", "anonymous"):
            for method in ("OPTIONS", "HEAD", "GET"):
                s.ask(who, method, path)
        s.ask("user", "GET", f"{path}/")
        s.ask("administrator", "OPTIONS", f"{path}/")
        s.ask("administrator", "GET", path.upper())
        s.ask("user", "PATCH", path)
    for path in ("/", "/nothing", "/jobs/", "/config/nothing", "/%2e%2e/x", "/jobs%2Fx", "/jobs/%2F", "/whoami/x", "//whoami", "/favicon.ico"):
        for method in ("GET", "HEAD", "OPTIONS", "PATCH"):
            s.ask("user", method, path)


def headers(s: Script) -> None:
    """Headers that change the answer, and headers that do not."""
    for who in ("user", "anonymous"):
        for path in ("/whoami", "/jobs", "/optimizer", "/jobs/none", "/nothing", "/delegation/none"):
            for name, value in (("Origin", "https://evil.example.org"), ("Origin", "null"), ("Origin", ""), ("Accept", "text/html"), ("Accept", "image/png"),
                ("Authorization", "Bearer x.y.z"), ("Authorization", "bearer x"), ("Authorization", "Basic eDp5"), ("Authorization", "Bearer"),
                ("X-Forwarded-For", "10.0.0.1"), ("X-Forwarded-Host", "evil.example.org"), ("Accept-Language", "de"), ("Range", "bytes=0-3"),
                ("If-None-Match", "*"), ("If-Modified-Since", "Mon, 30 Nov 2026 00:00:00 GMT"), ("Accept-Encoding", "gzip"), ("Cookie", "a=b"),
                ("User-Agent", "fts-rest-cli/3.12.0"), ("X-HTTP-Method-Override", "DELETE"), ("Accept-Charset", "latin1"), ("TE", "trailers")):
                s.ask(who, "GET", path, headers={name: value})


def optimizer(s: Script) -> None:
    """Decisions of the optimizer are written and read under filters."""
    for who in ROLES:
        s.post(who, "/optimizer/current", _PAIR | {"active": 7, "rationale": who})
        s.get(who, "/optimizer/current")
        s.get(who, "/optimizer/evolution")
        s.get(who, "/optimizer")
        s.later(2)
    numbers = ("active", "nostreams", "diff", "actual_active", "queue_size", "ema", "throughput", "success", "filesize_avg", "filesize_stddev")
    for name in numbers:
        for value in NUMBERS:
            s.post("administrator", "/optimizer/current", _PAIR | {name: value})
            s.get("administrator", "/optimizer/current", **_PAIR)
            s.later(1)
        s.get("administrator", "/optimizer/evolution", source_se=_PAIR["source_se"])
    for text in TEXTS:
        s.post("administrator", "/optimizer/current", _PAIR | {"source_se": f"mock://fts-contract-{text}", "rationale": text, text: 1})
        s.get("anonymous", "/optimizer/current", source_se=f"mock://fts-contract-{text}")
    bodies: tuple[Any, ...] = (_PAIR | {"datetime": "2026-01-02T03:04:05"}, _PAIR | {"datetime": "x"}, _PAIR | {"rationale": {}}, {"source_se": "x"}, {}, [], None,
        _PAIR | {"source_se": ""}, _PAIR | {"source_se": 7}, _PAIR | {"dest_se": "x" * 151})
    for body in bodies:
        s.post("administrator", "/optimizer/current", body)
        s.get("anonymous", "/optimizer/evolution")
    form = b"source_se=mock://fts-contract-a&dest_se=mock://fts-contract-b&active=3"
    for kind in ("application/x-www-form-urlencoded", "text/plain", "application/json"):
        s.ask("administrator", "POST", "/optimizer/current?ema=5", data=form, headers={"Content-Type": kind})
    for query in ({"source_se": "x"}, {"dest_se": _PAIR["dest_se"]}, {"dest_se": _PAIR["source_se"]}, {"source_se": ""}, {"SOURCE_SE": "x"}, _PAIR):
        s.get("user", "/optimizer/current", **query)
        s.get("user", "/optimizer/evolution", **query)


CONVENTIONS = plays_of(conventions, headers, needs="reading")
SERVICES = plays_of(data_management, cloud_accounts)
OPTIMIZER = plays_of(cloud_access, optimizer_pairs, optimizer, needs="exclusive")
