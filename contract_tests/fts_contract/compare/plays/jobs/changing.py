"""Plays about cancelling and modifying jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.compare.performing.play import plays_of
from fts_contract.compare.plays.texts import NUMBERS
from fts_contract.compare.servers.side import ROLES
from fts_contract.harness.sending.safety import UNKNOWN_JOB_ID

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["CHANGING"]

# fmt: off
# One step a line.

_NO_JOB = UNKNOWN_JOB_ID


def cancel_by_others(s: Script) -> None:
    """A job is cancelled by somebody else, alone and in a list."""
    for who in ROLES:
        s.submit("one", s.file("one"), s.file("two"))
        s.submit("more", s.file("more"))
        s.submit("own", s.file("own"), by=who)
        s.delete(who, "/jobs/{one}/files/{one.0}")
        s.delete(who, "/jobs/{one}/files/{one.0},{one.1}")
        s.look("one")
        s.post(who, "/jobs/{more}", {"params": {"priority": 5}})
        s.post(who, "/jobs/{own},{more}", {"params": {"priority": 4}})
        s.look("more")
        s.delete(who, "/jobs/{own},{more}")
        s.look("more")
        s.look("own", who)
        s.delete(who, "/jobs/{one}")
        s.look("one")
        s.delete("user", "/jobs/{one},{more}")
        s.delete(who, "/jobs/{own}")


def cancel_of_others(s: Script) -> None:
    """A user cancels the jobs of others."""
    for who in ROLES:
        s.submit("theirs", s.file("theirs"), by=who)
        s.submit("mine", s.file("mine"))
        s.delete("user", "/jobs/{mine},{theirs}")
        s.look("theirs", who, "user")
        s.look("mine")
        s.delete(who, "/jobs/{theirs}")


def cancel_lists(s: Script) -> None:
    """Lists of jobs, of which some have ended or do not exist, are cancelled."""
    for ids in ("{a},{b}", "{a},", ",{a}", ",", "{a},{a}", "{a}," + _NO_JOB, _NO_JOB, f"{_NO_JOB},{_NO_JOB}", "{b},{a},{c}",
        "{a}%2C{b}", "{a};{b}", "{a} ", "%27", "x,y", "%20,{a}", "{a},{b}," + ",".join([_NO_JOB] * 60)):
        for name in "abc":
            s.submit(name, s.file(name))
        s.delete("user", "/jobs/{c}")
        s.delete("user", f"/jobs/{ids}")
        s.get("user", f"/jobs/{ids}")
        s.get("user", "/jobs/{a},{b},{c}")
        s.post("user", f"/jobs/{ids}", {"params": {"priority": 1}})
        s.delete("user", "/jobs/{a},{b},{c}")


def cancel_files(s: Script) -> None:
    """Single files are cancelled: files of the job, files of another job, and ids that do not exist."""
    s.submit("other", s.file("other"), s.file("other-too"))
    for ids in ("{job.0}", "{job.0},{job.2}", "{job.1},", "{other.0}", "{job.0},{other.0}", "{job.0},{job.0}", "0", "x", ",",
        "{job.0}abc", "-1", "99999999999999999999", "{job.0},{job.1},{job.2}", "%27", "{job.0} "):
        s.submit("job", s.file("f0"), s.file("f1"), s.file("f2"))
        s.delete("user", f"/jobs/{{job}}/files/{ids}")
        s.look("job")
        s.get("user", "/jobs/{other}/files")
        s.delete("user", f"/jobs/{{job}}/files/{ids}")
        s.delete("user", "/jobs/{job}")
        s.delete("user", "/jobs/{job}/files/{job.0}")
        s.look("job")
    s.delete("user", f"/jobs/{_NO_JOB}/files/{{other.0}}")
    s.delete("user", "/jobs/{other}")


def cancel_ended(s: Script) -> None:
    """Jobs that have ended, and their files, are cancelled: what is finished stays finished."""
    s.submit("good", s.file("good", takes=1), s.file("good-too", takes=1))
    s.submit("bad", s.file("bad", takes=1, source="&errno=2"))
    s.submit("half", s.file("half", takes=1), s.file("slow", takes=50_000))
    s.until_ended("good", "bad")
    for job in ("good", "bad", "half"):
        s.delete("user", f"/jobs/{{{job}}}")
        s.look(job)
        s.post("user", f"/jobs/{{{job}}}", {"params": {"priority": 5}})
        s.look(job)
        s.delete("user", f"/jobs/{{{job}}}/files/{{{job}.0}}")
        s.look(job)
    s.later(100)
    for job in ("good", "bad", "half"):
        s.look(job)


def cancel_special(s: Script) -> None:
    """Multihop, reuse, replica and staging jobs are cancelled, whole and in part."""
    files = [s.file("c1"), s.file("c2")]
    several = {"sources": [f"{s.storage(w)}/f?size=9" for w in ("c3", "c4")], "destinations": [f"{s.storage('c5')}/f?size_post=9&time=9999"]}
    for params, given in (({"multihop": True}, files), ({"reuse": True}, [files[0]] * 2), ({}, [several]), ({"bring_online": 600}, files),
        ({"target_qos": "x"}, files), ({"archive_timeout": 9}, files)):
        for wait in (0, 5):
            for ids in ("/files/{job.0}", "/files/{job.0},{job.1}", ""):
                s.submit("job", *given, **params)
                s.later(wait)
                s.delete("user", f"/jobs/{{job}}{ids}")
                s.get("user", "/jobs/{job}", files="file_state,reason,finish_time,dest_surl_uuid")
                s.delete("user", "/jobs/{job}")


def cancel_running(s: Script) -> None:
    """A job is cancelled while it runs, and stays cancelled as time passes."""
    s.submit("runs", s.file("runs", takes=20), s.file("runs-too", takes=20))
    s.later(5)
    s.delete("user", "/jobs/{runs}")
    s.look("runs")
    s.later(60)
    s.look("runs")
    s.get("user", "/files")
    s.get("user", "/jobs")


def modify(s: Script) -> None:
    """The priority of a job is set to values of every JSON type."""
    s.submit("job", s.file("m1"), s.file("m2"))
    for value in NUMBERS:
        s.post("user", "/jobs/{job}", {"params": {"priority": value}})
        s.get("user", "/jobs/{job}/priority")
        s.get("user", "/jobs/{job}", files="priority")
    bodies: tuple[Any, ...] = ({}, {"params": {}}, {"params": None}, {"params": []}, {"params": "x"}, [], "x", None, {"priority": 1},
        {"params": {"retry": 9, "priority": 2}}, {"params": {"job_metadata": "x"}}, {"params": {"priority": []}})
    for body in bodies:
        s.post("user", "/jobs/{job}", body)
        s.get("user", "/jobs/{job}")
    for kind, data in (("application/x-www-form-urlencoded", b"priority=2"), ("application/x-www-form-urlencoded", b"params=2"),
        ("text/plain", b"{}"), ("application/json", b"{"), ("application/json; charset=utf-8", b'{"params": {"priority": 1}}')):
        s.ask("user", "POST", "/jobs/{job}", data=data, headers={"Content-Type": kind})
        s.get("user", "/jobs/{job}/priority")
    s.delete("user", "/jobs/{job}")
    s.post("user", "/jobs/{job}", {"params": {"priority": 5}})
    s.post("user", f"/jobs/{_NO_JOB}", {"params": {"priority": 5}})
    s.post("user", f"/jobs/{_NO_JOB}", {"params": {"priority": "x"}})


def modify_twice(s: Script) -> None:
    """Two changes one after the other, by two callers and of two jobs."""
    s.submit("a", s.file("a"))
    s.submit("b", s.file("b"))
    for who, ids, priority in (("user", "{a}", 4), ("user", "{a}", 2), ("colleague", "{a},{b}", 5), ("user", "{b},{a}", 1)):
        s.post(who, f"/jobs/{ids}", {"params": {"priority": priority}})
        s.get("user", "/jobs/{a}/priority")
        s.get("user", "/jobs/{b}/files")
    s.delete("user", "/jobs/{a},{b}")


def whole_vo(s: Script) -> None:
    """Root cancels all jobs of a VO, then all jobs."""
    s.ask("user", "GET", "/whoami", keep={"vo": "vos.0"})
    vo = s.names.get("vo", "")
    for path in ("/jobs/vo/nobody", f"/jobs/vo/{vo[:-1]}", f"/jobs/vo/{vo}x", f"/jobs/vo/{vo}", f"/jobs/vo/{vo.upper()}", "/jobs/all"):
        for owner in ("user", "stranger", "administrator"):
            s.submit(f"of-{owner}", s.file(f"v-{owner}"), s.file("w"), by=owner)
        s.submit("staged", s.file("staged"), bring_online=600)
        s.submit("ended", s.file("ended"))
        s.delete("user", "/jobs/{ended}")
        for who in (*(role for role in ROLES if role != "root"), "root", "root"):
            s.delete(who, path)
        for name in ("of-user", "of-stranger", "of-administrator", "staged", "ended"):
            s.look(name, "root")
        s.get("root", "/jobs")


CHANGING = (*plays_of(cancel_by_others, cancel_of_others, cancel_lists, cancel_files, cancel_ended),
    *plays_of(cancel_special, cancel_running, modify, modify_twice), *plays_of(whole_vo, needs="exclusive"))
