"""Plays about jobs from their submission to their end, on storages of the `mock://` plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fts_contract.compare.performing.play import plays_of

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["LIFE"]

# fmt: off
# One step a line.

def _pair(s: Script, word: str, source: str = "", dest: str = "") -> dict[str, Any]:
    """Describe a transfer by the queries of its two URLs."""
    return {"sources": [f"{s.storage(f'{word}-a')}/{word}?size=1048576{source}"],
        "destinations": [f"{s.storage(f'{word}-b')}/{word}?size_post=1048576&time=4{dest}"]}


def _story(s: Script, *names: str) -> None:
    """Read jobs while they live and when they have ended."""
    for seconds in (0.2, 0.5, 0.5, 1, 1, 2, 5):
        s.later(seconds)
        if s.side.clock is not None:
            for name in names:
                s.get("user", f"/jobs/{{{name}}}", files="file_state,reason,start_time,finish_time")
                s.get("user", f"/jobs/{{{name}}}/files")
            s.get("administrator", "/status/hosts")
    s.until_ended(*names)
    for name in names:
        s.look(name)
        for number in range(3):
            s.get("user", f"/jobs/{{{name}}}/files/{{{name}.{number}}}/retries")
    s.get("user", "/files")
    s.later(4000)
    s.get("user", "/jobs/" + ",".join(f"{{{name}}}" for name in names), files="file_state,retry,reason")
    s.get("user", "/jobs", state_in="FINISHED,FAILED,FINISHEDDIRTY,CANCELED", limit=len(names))
    s.get("user", "/jobs", state_in="FINISHED,FAILED", time_window=1, fields="job_state,reason")


def good_and_bad(s: Script) -> None:
    """Jobs that finish, jobs that fail, and jobs of which some files fail."""
    bad = "&transfer_errno=5"
    s.submit("good", _pair(s, "g1"), _pair(s, "g2"))
    s.submit("bad", _pair(s, "b1", dest=bad), _pair(s, "b2", dest="&transfer_errno=2"))
    s.submit("dirty", _pair(s, "d1"), _pair(s, "d2", dest=bad), retry=-1)
    s.submit("no-source", _pair(s, "n", source="&errno=2"))
    s.submit("denied", _pair(s, "p", source="&errno=13"))
    s.submit("other-size", {**_pair(s, "z"), "destinations": [f"{s.storage('z-b')}/z?size_post=7&time=1"]})
    s.submit("exists", {**_pair(s, "x"), "destinations": [f"{s.storage('x-b')}/x?size_pre=7&size_post=1048576&time=1"]})
    s.submit("replaced", {**_pair(s, "v"), "destinations": [f"{s.storage('v-b')}/v?size_pre=7&size_post=1048576&time=1"]}, overwrite=True)
    s.submit("given-size", _pair(s, "w") | {"filesize": 99})
    s.submit("quick", _pair(s, "q", dest="&time=0"))
    _story(s, "good", "bad", "dirty", "no-source", "denied", "other-size", "exists", "replaced", "given-size", "quick")


def retries(s: Script) -> None:
    """Failures are tried again as often as was asked, and not when it cannot help."""
    for name, retry, errno in (("none", 0, 5), ("one", 1, 5), ("three", 3, 110), ("never", -1, 5), ("useless", 2, 2)):
        s.submit(name, _pair(s, name, dest=f"&transfer_errno={errno}"), retry=retry, retry_delay=3)
    s.submit("alike", *(_pair(s, f"alike{n}", dest="&transfer_errno=5") for n in range(3)), retry=1, retry_delay=3)
    s.submit("both", _pair(s, "both1"), _pair(s, "both2", dest="&transfer_errno=5"), retry=2)
    _story(s, "none", "one", "three", "never", "useless", "both", "alike")
    for who in ("anonymous", "colleague", "stranger", "administrator", "root", "token"):
        s.get(who, "/jobs/{one}/files/{one.0}/retries")
        s.get(who, "/jobs/{two}/files/{one.0}/retries")
    for odd in ("0", "-1", "x", "99999999999", "{good.0}"):
        s.get("user", f"/jobs/{{one}}/files/{odd}/retries")


def checksums(s: Script) -> None:
    """Checksums are verified where that was asked for."""
    for mode in ("source", "target", "both", "none", True, False):
        for number, (given, source, dest) in enumerate((("ADLER32:12345678", "12345678", "12345678"), ("ADLER32:12345678", "12345678", "87654321"),
            ("ADLER32:12345678", "87654321", "12345678"), ("ADLER32", "12345678", "87654321"))):
            name = f"sum-{mode}-{number}".lower()
            file = _pair(s, f"s{number}", source=f"&checksum={source}", dest=f"&checksum={dest}")
            s.submit(name, {**file, "checksum": given}, verify_checksum=mode)
    names = [f"sum-{m}-{n}".lower() for m in ("source", "target", "both", "none", True, False) for n in range(4)]
    s.until_ended(*names)
    for name in names:
        s.get("user", f"/jobs/{{{name}}}", files="file_state,reason,checksum,recoverable")


def multihop(s: Script) -> None:
    """Hops run one after the other, and the job fails with the first of them."""

    def hop(first: str, second: str, query: str = "") -> dict[str, Any]:
        return {"sources": [f"{s.storage(first)}/f?size=1048576"], "destinations": [f"{s.storage(second)}/f?size_post=1048576&time=4{query}"]}

    s.submit("hops", hop("h1", "h2"), hop("h2", "h3"), hop("h3", "h4"), multihop=True)
    s.submit("broken", hop("k1", "k2"), hop("k2", "k3", "&transfer_errno=5"), hop("k3", "k4"), multihop=True, retry=3)
    s.submit("first", hop("l1", "l2", "&transfer_errno=5"), hop("l2", "l3"), multihop=True)
    s.submit("staged", hop("m1", "m2"), hop("m2", "m3"), multihop=True, bring_online=600)
    s.delete("user", "/jobs/{hops}/files/{hops.0}")
    _story(s, "hops", "broken", "first", "staged")


def replicas(s: Script) -> None:
    """When a replica fails, the next one is tried."""

    def choice(word: str, *queries: str, **fields: Any) -> dict[str, Any]:
        return {"sources": [f"{s.storage(f'{word}{n}')}/f?size=1048576{q}" for n, q in enumerate(queries)],
            "destinations": [f"{s.storage(f'{word}-to')}/f?size_post=1048576&time=4"], **fields}

    s.submit("first-good", choice("ra", "", "&errno=2", ""), retry=1)
    s.submit("last-good", choice("rb", "&errno=2", "&errno=5", "", selection_strategy="orderly"))
    s.submit("none-good", choice("rc", "&errno=2", "&errno=2"))
    s.submit("staged", choice("rd", "", "&staging_errno=5", selection_strategy="orderly"), bring_online=600)
    _story(s, "first-good", "last-good", "none-good", "staged")


def tape(s: Script) -> None:
    """Files are brought online and archived, or this fails."""
    s.submit("online", _pair(s, "t1", source="&staging_time=3"), bring_online=600)
    s.submit("no-tape", _pair(s, "t2", source="&staging_time=1&staging_errno=2"), bring_online=600)
    s.submit("pinned", _pair(s, "t3", source="&staging_time=1"), copy_pin_lifetime=600)
    s.submit("archived", _pair(s, "t4", dest="&archiving_time=3"), archive_timeout=600)
    s.submit("not-archived", _pair(s, "t5", dest="&archiving_time=1&archiving_errno=28"), archive_timeout=600)
    s.submit("too-slow", _pair(s, "t6", source="&staging_time=9999"), bring_online=5)
    s.submit("late-archive", _pair(s, "t7", dest="&archiving_time=9999"), archive_timeout=5)
    only = f"{s.storage('t8')}/f?size=9&staging_time=1"
    s.submit("only-staged", {"sources": [only], "destinations": [only]}, bring_online=600)
    s.submit("root", {"sources": ["root://fts-contract-tape//f?a=b"], "destinations": ["root://fts-contract-tape//f?a=b"],
        "activity": "Data Rebalancing"}, bring_online=600)
    s.get("user", "/jobs", state_in="STAGING")
    s.get("user", "/files", state_in="STAGING,STARTED")
    _story(s, "online", "no-tape", "pinned", "archived", "not-archived", "too-slow", "late-archive", "only-staged")
    s.delete("user", "/jobs/{root}")


def other_kinds(s: Script) -> None:
    """Session reuse and quality of service from beginning to end."""
    same = [_pair(s, "same") | {"metadata": {"n": n}} for n in range(3)]
    s.submit("reused", *same, reuse=True)
    s.submit("apart", _pair(s, "e1"), _pair(s, "e2"), reuse=True)
    s.submit("quality", _pair(s, "e3"), target_qos="TAPE")
    s.submit("many-to", {"sources": [f"{s.storage('f')}/f?size=9"], "destinations": [f"{s.storage(w)}/f?size_post=9&time=1" for w in ("f1", "f2")]})
    _story(s, "reused", "apart", "quality", "many-to")


def queues(s: Script) -> None:
    """A job that waits too long in the queue fails."""
    s.submit("hour", s.file("hour"), max_time_in_queue=1)
    s.submit("text", s.file("text"), max_time_in_queue="2h")
    for value in ("90m", "36000s", "1d", "10", "h", 0, -1, 1.5, True, "2H", " 2h", None):
        s.submit("limit", s.file("limit"), max_time_in_queue=value)
        s.get("user", "/jobs/{limit}/max_time_in_queue")
        s.delete("user", "/jobs/{limit}")
    s.later(2)
    s.get("user", "/jobs/{hour},{text}")
    s.delete("user", "/jobs/{hour},{text}")
    s.post("administrator", "/config/links", {"symbolicname": "fts-contract-w", "source": s.storage("w-a"), "destination": s.storage("w-b"), "max_active": 2})
    s.submit("crowd", *(s.file("w", takes=9000) for _ in range(4)), max_time_in_queue=1)
    for seconds in (5, 3000, 700, 9000):
        s.later(seconds)
        if s.side.clock is not None:
            s.get("user", "/jobs/{crowd}", files="file_state,reason")
    s.delete("administrator", "/config/links/fts-contract-w")


def started_by_force(s: Script) -> None:
    """An administrator starts files by force."""
    s.submit("forced", s.file("f1"), s.file("f2"))
    s.submit("gone", s.file("f3"))
    s.delete("user", "/jobs/{gone}")
    for who in ("anonymous", "user", "administrator", "token", "root", "root"):
        s.post(who, "/admin/force-start", ["{#forced.0}", "{#gone.0}", 999999999, "{#forced.0}"])
        s.get("user", "/jobs/{forced}/files")
    bodies: tuple[Any, ...] = ([], {}, "x", ["x"], [1.5], [True], [None], [2**70], [-1], None)
    for body in bodies:
        s.post("root", "/admin/force-start", body)
    s.ask("root", "POST", "/admin/force-start", data=b"[1]", headers={"Content-Type": "application/json; charset=utf-8"})
    s.delete("user", "/jobs/{forced}")


def archived_jobs(s: Script) -> None:
    """Every caller reads the archive."""
    s.submit("not-there", s.file("not-there"))
    for who in ("anonymous", "user", "colleague", "stranger", "administrator", "root", "token"):
        s.get(who, "/archive")
        s.get(who, "/archive/")
        s.get(who, "/archive/{not-there}")
        s.get(who, "/archive/0c4cb6b2-e6f5-11f1-9d01-02fc00000001")
        for field in ("job_state", "files", "submit_time", "user_dn", "nothing", "metadata"):
            s.get(who, f"/archive/0c4cb6b2-e6f5-11f1-9d01-02fc00000001/{field}")
    s.delete("user", "/jobs/{not-there}")


LIFE = plays_of(good_and_bad, retries, checksums, multihop, replicas, tape, other_kinds, queues, started_by_force, archived_jobs)
