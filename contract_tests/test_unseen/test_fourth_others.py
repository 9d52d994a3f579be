"""Each other defect of the fourth set shows in the answers, and the mock without it answers rightly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import pytest
from unseen.fourth import bans, configuration, delegation, front, services

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

PEOPLE = "/DC=org/DC=example/O=Users/CN="
SOURCE = "mock://source.example.org"
DEST = "mock://dest.example.org"
TAPE = "root://tape.example.org"
BROKEN = "davs://broken.example.org"


def date_of_answer(talk: Talk) -> Any:
    date = parsedate_to_datetime(talk.ask("", "GET", "/whoami").headers["date"])
    return abs(date - talk.mock.clock.now()) < timedelta(minutes=1)


def many_files(talk: Talk) -> Any:
    files = [{"destinations": [f"mock://to.example.org/{'d' * 200}/f{n}"]} for n in range(300)]
    return isinstance(talk.submit("alice", *files), str), isinstance(talk.submit(), str)


def bearer(talk: Talk) -> Any:
    headers = {"Authorization": "Bearer abc"}
    return [talk.ask(who, "GET", "/whoami", headers=headers).status for who in ("alice", "")]


def kind_of_error(talk: Talk) -> Any:
    headers = {"Accept": "*/*"}
    answers = [
        talk.ask(who, "GET", path, headers=headers)
        for who, path in (("alice", "/jobs/unknown"), ("alice", "/config/links/x"), ("", "/jobs"))
    ]
    return [(answer.status, answer.headers["content-type"]) for answer in answers]


def unban_by_form(talk: Talk) -> Any:
    status = talk.ask("admin", "DELETE", "/ban/se", form={"storage": BROKEN}).status
    return status, len(talk.get("admin", "/ban/se"))


def vos(talk: Talk) -> Any:
    who = talk.get("alice", "/whoami")
    return who["vos"], len(who["vos_id"])


def end_of_delegation(talk: Talk) -> Any:
    shown = talk.get("alice", f"/delegation/{talk.delegation_id()}")["termination_time"]
    left = datetime.fromisoformat(shown).replace(tzinfo=UTC) - talk.mock.clock.now()
    return timedelta(hours=11, minutes=59, seconds=30) < left <= timedelta(hours=12)


def signed_for_three_hours(talk: Talk) -> Any:
    return talk.sign(talk.request_of(), hours=3), isinstance(talk.submit(), str)


def age_of_bans(talk: Talk) -> Any:
    first = talk.get("admin", "/ban/se"), talk.get("admin", "/ban/dn")
    talk.pass_time(5)
    return first == (talk.get("admin", "/ban/se"), talk.get("admin", "/ban/dn"))


def submitting_to_a_waiting_storage(talk: Talk) -> Any:
    ban = {"storage": "mock://to.example.org", "status": "wait", "allow_submit": True}
    talk.post("admin", "/ban/se", ban)
    rows = talk.get("admin", "/ban/se")
    stored = [row["status"] for row in rows if row["se"] == ban["storage"]]
    job = talk.submit()
    return stored, talk.states(job) if isinstance(job, str) else job


def released(talk: Talk) -> Any:
    storage = "mock://from.example.org"
    job = talk.submit(bring_online=3600)
    talk.post("admin", "/ban/se", {"storage": storage, "status": "wait"})
    held = talk.states(job)
    talk.ask("admin", "DELETE", f"/ban/se?storage={storage}")
    after = talk.states(job)
    talk.pass_time(5, steps=6)
    (file,) = talk.files(job)
    return held, after, file["staging_start"] is not None


def links(talk: Talk) -> Any:
    listed = {link["symbolicname"] for link in talk.get("admin", "/config/links")}
    return sorted(listed), isinstance(talk.get("admin", "/config/links/to-tape"), dict)


def share_of_nothing(talk: Talk) -> Any:
    share = {"source": BROKEN, "destination": DEST, "vo": "testvo", "share": 10}
    answer = talk.post("admin", "/config/shares", share)
    stored = talk.get("admin", "/config/shares")
    return answer.status, answer.json, [row for row in stored if row["source"] == BROKEN]


def settings_of_a_banned_storage(talk: Talk) -> Any:
    talk.post("admin", "/config/se", {BROKEN: {"se_info": {"ipv6": 1}}})
    status = talk.ask("admin", "DELETE", f"/config/se?se={BROKEN}").status
    return status, [row["se"] for row in talk.get("admin", "/ban/se")]


def settings_of_all(talk: Talk) -> Any:
    talk.post("admin", "/config/global", {"sec_per_mb": 7})
    shown = talk.get("admin", "/config/global")
    return shown["*"]["sec_per_mb"], shown["testvo"]["sec_per_mb"]


def switched_off(talk: Talk) -> Any:
    shares = {"vo": "testvo", "share": {"default": 1.0}, "active": False}
    status = talk.post("admin", "/config/activity_shares", shares).status
    return status, talk.get("admin", "/config/activity_shares/testvo")


def drained(talk: Talk) -> Any:
    host = {"hostname": "fts-a.example.org", "drain": True}
    talk.post("admin", "/config/drain", host)
    return {row["hostname"]: row["drain"] for row in talk.get("admin", "/config")}


def audited_keys(talk: Talk) -> Any:
    user = {"user_dn": f"{PEOPLE}bob", "access_key": "k3y", "secret_key": "s3cret"}
    status = talk.post("admin", "/config/cloud_storage/S3:s3.example.org", user).status
    return status, b"s3cret" in talk.ask("admin", "GET", "/config/audit").body


def current_rows(talk: Talk) -> Any:
    return [row["dest_se"] for row in talk.get("alice", "/optimizer/current")]


def completed_dns(talk: Talk) -> Any:
    return f"{PEOPLE}alice" in talk.get("admin", "/autocomplete/dn", term="/DC=org")


def directory(talk: Talk) -> Any:
    surl = "mock://h/d?list=sub:40755:0,f:644:5"
    return sorted(talk.get("alice", "/dm/list", surl=surl))


def busy_hosts(talk: Talk) -> Any:
    return talk.get("admin", "/status/hosts")


def only_asked_for(talk: Talk) -> Any:
    talk.post("admin", "/config/cloud_storage", {"storage_name": "dropbox"})
    user = {"user_dn": talk.get("admin", "/whoami")["user_dn"], "request_token": "a token"}
    talk.post("admin", "/config/cloud_storage/dropbox", user)
    return talk.get("admin", "/cs/registered/dropbox")


CONVERSATIONS: dict[str, tuple[Callable[[Talk], Any], Any]] = {
    "date-header-in-local-time": (date_of_answer, True),
    "large-submissions-are-413": (many_files, (True, True)),
    "authorization-header-does-not-arrive": (bearer, [400, 400]),
    "errors-are-pages-unless-json-is-named": (
        kind_of_error,
        [(404, "application/json"), (403, "application/json"), (403, "application/json")],
    ),
    "body-of-a-delete-is-dropped": (unban_by_form, (204, 0)),
    "vo-repeated-for-each-attribute": (vos, (["testvo"], 1)),
    "delegation-ends-at-midnight": (end_of_delegation, True),
    "six-hours-of-delegation-demanded": (signed_for_three_hours, (201, True)),
    "bans-are-always-new": (age_of_bans, True),
    "allow-submit-is-not-read": (
        submitting_to_a_waiting_storage,
        (["WAIT_AS"], ("SUBMITTED", ["ON_HOLD"])),
    ),
    "released-files-skip-staging": (
        released,
        (("STAGING", ["ON_HOLD_STAGING"]), ("STAGING", ["STAGING"]), True),
    ),
    "links-of-any-storage-not-listed": (
        links,
        (["every-link", "source-to-dest", "to-tape"], True),
    ),
    "share-without-a-link-is-stored": (share_of_nothing, (200, 10, [])),
    "settings-take-the-ban-along": (settings_of_a_banned_storage, (204, [BROKEN])),
    "settings-without-vo-are-the-callers": (settings_of_all, (7, 0)),
    "shares-switched-off-are-forgotten": (
        switched_off,
        (200, {"share": {"default": 1.0}, "active": False}),
    ),
    "every-host-drains": (
        drained,
        {"fts-a.example.org": True, "fts-b.example.org": True, "localhost": None},
    ),
    "keys-of-clouds-in-the-audit": (audited_keys, (201, False)),
    "current-rows-by-storage": (current_rows, [TAPE, DEST]),
    "completed-dns-in-lower-case": (completed_dns, True),
    "directories-listed-like-files": (directory, ["f", "sub/"]),
    "staging-counted-under-no-host": (
        busy_hosts,
        {"fts-a.example.org": {"active": 1, "staging": 1}},
    ),
    "asked-for-counts-as-registered": (only_asked_for, False),
}


@pytest.mark.parametrize(
    "defect",
    [
        defect
        for module in (front, delegation, bans, configuration, services)
        for defect in module.DEFECTS
    ],
    ids=lambda defect: defect.name,
)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    conversation, right = CONVERSATIONS[defect.name]
    assert differ(defect, conversation) == right
