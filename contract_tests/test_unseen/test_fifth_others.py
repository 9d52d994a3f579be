"""Each defect of the fifth unseen set that is not about jobs shows in what the server says or remembers."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from unseen.fifth import bans, configuration, delegation, front, services

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

DISK = "davs://disk.example.org"


# Front


def head(talk: Talk) -> Any:
    return [talk.ask("alice", method, "/jobs/unknown").status for method in ("GET", "HEAD")]


def page_and_json(talk: Talk) -> Any:
    return [
        talk.ask("admin", "GET", "/config/links", headers={"Accept": accept}).headers[
            "content-type"
        ]
        for accept in ("text/html", "application/json")
    ]


def long_list(talk: Talk) -> Any:
    answer = talk.ask("alice", "GET", "/files", headers={"Accept-Encoding": "gzip"})
    return answer.body[:1], answer.headers.get("content-encoding")


def clock(talk: Talk) -> Any:
    date = talk.ask("alice", "GET", "/whoami").headers["date"]
    return round((parsedate_to_datetime(date).timestamp() - talk.mock.clock.time()) / 60)


def options(talk: Talk) -> Any:
    answer = talk.ask("alice", "OPTIONS", "/jobs")
    return answer.status, "allow" in answer.headers


# Delegation


def credential_hours(talk: Talk) -> Any:
    stored = talk.get("alice", f"/delegation/{talk.delegation_id()}")
    end = datetime.fromisoformat(f"{stored['termination_time']}+00:00").timestamp()
    return round((end - talk.mock.clock.time()) / 3600)


def delegate(talk: Talk) -> Any:
    talk.ask("alice", "DELETE", f"/delegation/{talk.delegation_id()}")
    return talk.sign(talk.request_of(), hours=6), credential_hours(talk)


def delegate_for_less(talk: Talk) -> Any:
    return credential_hours(talk), talk.sign(talk.request_of(), hours=2), credential_hours(talk)


def short_credential(talk: Talk) -> Any:
    talk.mock.state.delegate("alice", lifetime_s=1800)
    answer = talk.ask("alice", "GET", "/dm/stat?surl=mock://disk.example.org/f?size=1")
    return answer.status


# Bans


def other_scheme(talk: Talk) -> Any:
    made = talk.submit("alice", {"sources": ["root://broken.example.org/f"]})
    return made if isinstance(made, int) else 200


def ban_twice(talk: Talk) -> Any:
    for options in ({"status": "wait", "message": "first"}, {"message": "second"}):
        talk.post("admin", "/ban/se", {"storage": DISK, **options})
    rows = talk.get("admin", "/ban/se")
    return [(row["status"], row["message"]) for row in rows if row["se"] == DISK]


def ban_bob(talk: Talk) -> Any:
    user_dn = talk.mock.caller("bob").user_dn
    return len(talk.post("admin", "/ban/dn", {"user_dn": user_dn}).json)


def lift_bob(talk: Talk) -> Any:
    bob = talk.mock.caller("bob").user_dn
    for user_dn in (bob, f"{bob}by"):
        talk.post("admin", "/ban/dn", {"user_dn": user_dn})
    talk.ask("admin", "DELETE", f"/ban/dn?user_dn={bob}")
    return [row["dn"].rpartition("=")[2] for row in talk.get("admin", "/ban/dn")]


# Configuration


def streams(talk: Talk) -> Any:
    return [link["nostreams"] for link in talk.get("admin", "/config/links")]


def accented_link(talk: Talk) -> Any:
    link = {"symbolicname": "genève", "source": DISK, "destination": "davs://to.example.org"}
    talk.post("admin", "/config/links", link)
    path = f"/config/links/{quote('genève')}"
    found = talk.ask("admin", "GET", path).status
    talk.ask("admin", "DELETE", path)
    return found, [link["symbolicname"] for link in talk.get("admin", "/config/links")]


def settings_and_limits(talk: Talk) -> Any:
    limits = {"testvo": {"staging": 7}}
    talk.post("admin", "/config/se", {DISK: {"se_info": {"site": "X"}, "operations": limits}})
    stored = talk.get("admin", "/config/se", se=DISK)[DISK]
    return stored["se_info"]["site"], stored.get("operations")


def audit_of_a_second(talk: Talk) -> Any:
    talk.mock.clock.run(scale=0)
    for operation in ("transfer", "config"):
        talk.post("admin", "/config/authorize", {"dn": "/CN=x", "operation": operation})
    return [row["action"] for row in talk.get("admin", "/config/audit")]


# Services


def vo_ids(talk: Talk) -> Any:
    return talk.get("alice", "/whoami")["vos_id"]


def certificates(talk: Talk) -> Any:
    return talk.ask("alice", "GET", "/whoami/certificate").body.count(b"BEGIN CERTIFICATE")


def active_now(talk: Talk) -> Any:
    rows = talk.get("alice", "/optimizer/current", dest_se="mock://dest.example.org")
    return [row["active"] for row in rows]


def access_asked_for(talk: Talk) -> Any:
    talk.post("admin", "/config/cloud_storage", {"storage_name": "dropbox"})
    user = {"user_dn": talk.mock.caller("alice").user_dn, "request_token": "asked"}
    talk.post("admin", "/config/cloud_storage/dropbox", user)
    return talk.get("alice", "/cs/registered/dropbox")


def size(talk: Talk) -> Any:
    return talk.get("alice", "/dm/stat", surl="mock://disk.example.org/f?size=5000000000")["size"]


CONVERSATIONS: dict[str, tuple[Callable[[Talk], Any], Any]] = {
    "refused-head-is-200": (head, [404, 404]),
    "cached-form-ignores-accept": (
        page_and_json,
        ["text/html; charset=utf-8", "application/json"],
    ),
    "large-answers-compressed-unannounced": (long_list, (b"[", None)),
    "front-clock-an-hour-ahead": (clock, 0),
    "options-answered-by-a-cors-filter": (options, (200, True)),
    "credential-ends-with-its-last-certificate": (delegate, (201, 6)),
    "shorter-credential-is-dropped": (delegate_for_less, (12, 201, 2)),
    "storage-needs-an-hour-of-credential": (short_credential, 200),
    "bans-cover-every-scheme-of-a-host": (other_scheme, 200),
    "second-ban-keeps-the-first": (ban_twice, [("CANCEL", "second")]),
    "user-ban-stops-at-the-vo-of-the-admin": (ban_bob, 2),
    "user-bans-lifted-by-prefix": (lift_bob, ["bobby", "mallory"]),
    "link-list-shows-null-as-zero": (streams, [None, None, 4]),
    "link-names-in-paths-read-as-latin1": (
        accented_link,
        (200, ["every-link", "to-tape", "source-to-dest"]),
    ),
    "limits-lost-beside-settings": (settings_and_limits, ("X", {"testvo": {"staging": 7}})),
    "audit-of-one-row-a-second": (
        audit_of_a_second,
        ["authorize", "authorize", "share-set", "link", "set-globals"],
    ),
    "vo-ids-made-with-md5": (vo_ids, ["477b9065-8416-5b27-be32-ff1573788e71"]),
    "certificate-without-its-issuers": (certificates, 2),
    "current-decision-is-the-first": (active_now, [28]),
    "cloud-access-granted-when-asked-for": (access_asked_for, False),
    "staging-files-counted-as-active": (
        lambda talk: talk.get("admin", "/status/hosts"),
        {"fts-a.example.org": {"active": 1, "staging": 1}},
    ),
    "file-sizes-of-32-bits": (size, 5_000_000_000),
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
