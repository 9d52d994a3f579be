"""Plays about lists of jobs and files: filters and pairs of them, limits, order, time."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from fts_contract.compare.performing.play import plays_of
from fts_contract.compare.plays.texts import TEXTS
from fts_contract.compare.servers.side import ROLES
from fts_contract.harness.sending.safety import UNKNOWN_JOB_ID

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["LISTING", "READING"]

# fmt: off
# One step a line.

_FILTERS: Final = (("state_in", "ACTIVE"), ("state_in", "submitted,CANCELED"), ("state_in", "FINISHED,FAILED"), ("state_in", "STAGING"),
    ("source_se", "mock://fts-contract-l1-a.example.org"), ("source_se", "MOCK://FTS-contract-l2-a.example.org"),
    ("dest_se", "mock://fts-contract-l1-b.example.org"), ("dest_se", "mock://fts-contract-l3-b.example.org"),
    ("vo_name", "testvo"), ("vo_name", "othervo"), ("limit", "1"), ("limit", "3"), ("limit", "0"), ("time_window", "1"),
    ("time_window", "0:1"), ("user_dn", "{dn}"), ("dlg_id", "{dlg}"), ("fields", "job_id,job_state,priority"), ("fields", "files"))
_STATES: Final = "FINISHED,FINISHEDDIRTY,FAILED,CANCELED,ACTIVE,SUBMITTED,STAGING,ARCHIVING"
_ODD: Final = (("limit", "-1"), ("limit", "501"), ("limit", "500"), ("limit", "abc"), ("limit", "1.5"), ("limit", " 2 "), ("limit", ""),
    ("time_window", "-1"), ("time_window", "24:30:9"), ("time_window", "x"), ("time_window", "0"), ("time_window", ""),
    ("state_in", "NOTHING"), ("state_in", ""), ("state_in", "ACTIVE, SUBMITTED"), ("state_in", ","), ("state_in", "NOT_USED"),
    ("user_dn", "/CN=nobody"), ("dlg_id", "0123456789abcdef"), ("dlg_id", ""), ("fields", "nothing"), ("fields", "job_id,nothing"),
    ("fields", "dm"), ("fields", ""), ("source_se", "mock://fts-contract-l1-a.example.org:80"), ("source_se", "%"), ("unknown", "1"),
    ("dest_surl", "mock://fts-contract-l1-b.example.org/l1?size_post=1024&time=100000"), ("dest_surl", "x"))


def _population(s: Script) -> None:
    """Submit jobs in several states, between several storages, of several users, one minute apart."""
    s.ask("user", "GET", "/whoami", keep={"dn": "user_dn", "dlg": "delegation_id"})
    for number in (1, 2, 1, 3):
        s.submit(f"j{number}", s.file(f"l{number}"), s.file(f"l{number}"), priority=number)
        s.later(61)
    s.submit("gone", s.file("l1"))
    s.delete("user", "/jobs/{gone}")
    s.later(61)
    s.submit("done", s.file("l2", takes=1))
    s.submit("failed", s.file("l3", takes=1, source="&errno=2"))
    s.submit("staging", s.file("l1", source="&staging_time=99999"), bring_online=99999)
    s.submit("crossed", {"sources": [f"{s.storage('l1-b')}/x?size=1024"], "destinations": [f"{s.storage('l1-a')}/x?size_post=1024&time=99999"]})
    s.submit("theirs", s.file("l1"), by="colleague")
    s.submit("foreign", s.file("l1"), by="stranger")
    s.later(61)
    s.until_ended("done", "failed")


def filters(s: Script) -> None:
    """Lists of jobs and files under every pair of filters."""
    _population(s)
    for (name, value), (other, second) in combinations(_FILTERS, 2):
        if name != other:
            s.get("user", "/jobs", **{name: value, other: second})
            if "fields" not in {name, other} and "dlg_id" not in {name, other}:
                s.get("user", "/files", **{name: value, other: second})
    for name, value in (*_FILTERS, *_ODD):
        s.get("user", "/jobs", **{name: value})
        s.get("user", "/files", **{name: value})
        s.get("user", f"/jobs?{name}={value}&{name}=x")
    for who in ROLES:
        for name, value in _FILTERS[::2]:
            s.get(who, "/jobs", **{name: value})
            s.get(who, "/files", **{name: value})
    s.delete("user", "/jobs/{j1},{j2},{j3},{staging},{crossed}")


def paging(s: Script) -> None:
    """The newest jobs come first, however many are asked for, and time windows end where they should."""
    _population(s)
    states = "SUBMITTED,READY,ACTIVE,STAGING,FINISHED,FAILED,CANCELED"
    for limit in range(12):
        s.get("user", "/jobs", limit=limit)
        s.get("user", "/jobs", limit=limit, state_in=states)
        s.get("user", "/jobs/", limit=limit, state_in=states, fields="submit_time,job_id")
    for seconds in (0, 1700, 1800, 1800, 3600):
        s.later(seconds)
        if s.side.clock is not None:
            for window in ("0:29", "0:30", "0:59", "1", "1:00", "1:01", "2", "24"):
                s.get("user", "/jobs", state_in=states, time_window=window)
                s.get("user", "/jobs", state_in="CANCELED", time_window=window, limit=1)
    s.delete("user", "/jobs/{j1},{j2},{j3},{staging},{crossed}")


def ended_leave(s: Script) -> None:
    """Jobs and files leave the lists when they end."""
    for name in ("x1", "x2", "x3"):
        s.submit(name, s.file(name), s.file(f"{name}-b"))
    s.delete("user", "/jobs/{x1}/files/{x1.0}")
    s.delete("user", "/jobs/{x2}")
    for path in ("/jobs", "/files"):
        for who in ("user", "colleague", "root", "administrator"):
            s.get(who, path)
            s.get(who, f"{path}/")
            s.get(who, path, state_in="CANCELED")
    s.delete("user", "/jobs/{x1},{x3}")


def selections(s: Script) -> None:
    """Selected fields of jobs and files, known and unknown."""
    s.submit("sel", s.file("sel"), s.file("sel-b"))
    s.submit("sel-too", s.file("sel"))
    for fields in ("file_id", "file_id,file_state", "retries", "nothing", "", "job_id,source_surl", "FILE_ID", " file_id", "job_metadata", ","):
        for ids in ("{sel}", "{sel},{sel-too}", "{sel},nothing", "nothing", "{sel},"):
            s.get("user", f"/jobs/{ids}", files=fields)
    for field in ("job_id", "JOB_ID", "files", "dm", "retry", "isFinished", "http_status", "it's", "%2561", "user_dn", "priority", ""):
        for who in ("user", "stranger", "anonymous", "token"):
            s.get(who, f"/jobs/{{sel}}/{field}")
    s.delete("user", "/jobs/{sel},{sel-too}")


def odd_ids(s: Script) -> None:
    """Invalid ids, in every place of a path and in every filter."""
    s.submit("real", s.file("real"))
    for text in (*TEXTS, "{real}'", "{real}%00", "{real}%20", "{real}/", "{real}%", "{real}x"):
        for path in ("/jobs/{}", "/jobs/{}/files", "/jobs/{}/dm", "/jobs/{}/job_state", "/archive/{}", "/jobs/{{real}}/files/{}/retries"):
            s.ask("user", "GET", path.format(s.quoted(text)))
        for name in ("state_in", "source_se", "dest_se", "vo_name", "dlg_id", "user_dn", "fields", "limit", "time_window"):
            s.get("user", "/jobs", **{name: text})
        s.get("user", "/files", source_se=text)
    s.get("user", "/jobs/{real}".upper())
    s.get("user", "//jobs//{real}")
    s.get("user", "/jobs/" + ",".join(["{real}"] * 100))
    s.get("user", "/jobs/" + ",".join(["{real}"] * 120))
    for others in (49, 50, 63, 64, 99):
        s.get("user", "/jobs/{real}," + ",".join([UNKNOWN_JOB_ID] * others))
    s.delete("user", "/jobs/{real}")


def reading_lists(s: Script) -> None:
    """Jobs that are there already, as every caller sees them."""
    for who in ROLES:
        for path in ("/jobs", "/jobs/", "/files", "/files/", "/archive"):
            s.get(who, path)
        s.get(who, "/jobs", limit=3)
        s.get(who, "/jobs", limit=2, state_in="FINISHED,FAILED,FINISHEDDIRTY,CANCELED,ACTIVE,SUBMITTED,STAGING")
    s.borrow("user", f"/jobs?limit=20&state_in={_STATES}", *(f"j{n}" for n in range(12)))
    for number in range(12):
        for who in ("user", "colleague", "stranger", "anonymous", "administrator", "root"):
            s.get(who, f"/jobs/{{j{number}}}")
            s.get(who, f"/jobs/{{j{number}}}/files")
        s.get("user", f"/jobs/{{j{number}}}/dm")
        s.get("user", f"/jobs/{{j{number}}}", files="file_id,file_state,retries")
        s.get("user", f"/jobs/{{j{number}}}/job_state")
        s.get("stranger", f"/jobs/{{j{number}}}/job_state")
    s.get("user", "/jobs/{j0},{j1},{j2}")
    s.get("user", "/jobs/{j0},{j0}")
    s.get("stranger", "/jobs/{j1},{j2}")
    # Many kilobytes.
    s.get("user", "/jobs/" + ",".join(["{j0},{j1},{j2}"] * 30))
    s.get("user", "/jobs/" + ",".join(["{j0}"] * 90), files="file_id,source_surl,dest_surl,file_metadata")
    s.borrow("user", "/jobs/{j0}/files", "f0", "f1", place="file_id")
    for who in ("user", "stranger", "anonymous"):
        s.get(who, "/jobs/{j0}/files/{f0}/retries")
        s.get(who, "/jobs/{j1}/files/{f0}/retries")
    for field in ("job_id", "user_dn", "priority", "submit_time", "job_metadata", "files", "nothing", "vo_name", "reason"):
        s.get("user", f"/jobs/{{j0}}/{field}")


def reading_filters(s: Script) -> None:
    """Jobs that are there already, under pairs of filters."""
    s.ask("user", "GET", "/whoami", keep={"dn": "user_dn", "dlg": "delegation_id"})
    for first, second in combinations(_FILTERS, 2):
        if first[0] != second[0]:
            s.get("user", "/jobs", **dict((first, second)))
    for name, value in (*_FILTERS, *_ODD):
        s.get("user", "/jobs", **{name: value})
        s.get("user", "/files", **{name: value})
    for state in _STATES.split(","):
        for window in ("1", "3", "48"):
            s.get("user", "/jobs", state_in=state, time_window=window)
        for limit in (1, 2, 5):
            s.get("user", "/jobs", state_in=state, limit=limit)
        s.get("user", "/files", state_in=state)


READING: Final = plays_of(reading_lists, reading_filters, needs="reading")
LISTING = plays_of(filters, paging, ended_leave, selections, odd_ids)
