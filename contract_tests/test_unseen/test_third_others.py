"""Each other defect of the third set shows in the answers, and the mock without it answers rightly."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from unseen.third import bans, configuration, delegation, front, services

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

PEOPLE = "/DC=org/DC=example/O=Users/CN="
SOURCE = "mock://source.example.org"
DEST = "mock://dest.example.org"
TAPE = "root://tape.example.org"
BROKEN = "davs://broken.example.org"
NAMES = {"id_generator": "deterministic", "sid": "dataset-1"}


def encoded_comma(talk: Talk) -> Any:
    jobs = talk.submit(), talk.submit()
    answer = talk.ask("alice", "GET", "/jobs/{}%2C{}".format(*jobs))
    return answer.status, len(answer.json)


def final_slashes(talk: Talk) -> Any:
    return [talk.ask("alice", "GET", path).status for path in ("/jobs/", "/files/", "/archive/")]


def job_of_sid(talk: Talk) -> str:
    (vo,) = talk.get("alice", "/whoami")["vos_id"]
    return str(uuid.uuid5(uuid.UUID(vo), NAMES["sid"]))


def asked_again(talk: Talk) -> Any:
    job = job_of_sid(talk)
    statuses = [talk.ask("alice", "GET", f"/jobs/{job}").status]
    talk.submit("alice", **NAMES)
    return [*statuses, talk.ask("alice", "GET", f"/jobs/{job}").status]


def short_proxy(talk: Talk) -> Any:
    signed = talk.sign(talk.request_of(), hours=2)
    ends = datetime.fromisoformat(
        talk.get("alice", f"/delegation/{talk.delegation_id()}")["termination_time"]
    )
    left = ends - talk.mock.clock.now().replace(tzinfo=None)
    return signed, left < timedelta(hours=3)


def two_requests(talk: Talk) -> Any:
    first, second = talk.request_of(), talk.request_of()
    return first == second, talk.sign(first)


def deleted_then_signed(talk: Talk) -> Any:
    request = talk.request_of()
    talk.ask("alice", "DELETE", f"/delegation/{talk.delegation_id()}")
    return talk.sign(request)


def other_scheme(talk: Talk) -> Any:
    return isinstance(talk.submit("alice", {"sources": ["root://broken.example.org/f"]}), str)


def banned_again(talk: Talk) -> Any:
    for status, message in (("cancel", "down"), ("wait", "maintenance")):
        talk.post("admin", "/ban/se", {"storage": TAPE, "status": status, "message": message})
    rows = talk.get("admin", "/ban/se")
    return [(row["status"], row["message"]) for row in rows if row["se"] == TAPE]


def lifted_from_outside(talk: Talk) -> Any:
    status = talk.ask("root", "DELETE", f"/ban/se?storage={BROKEN}").status
    return status, [row["se"] for row in talk.get("admin", "/ban/se")]


def unset_limits(talk: Talk) -> Any:
    info = talk.get("admin", "/config/se", se=SOURCE)[SOURCE]["se_info"]
    return info["inbound_max_active"], info["outbound_max_active"]


def weights(talk: Talk) -> Any:
    listed = talk.get("admin", "/config/activity_shares")["testvo"]["share"]
    return listed, talk.get("admin", "/config/activity_shares/testvo")["share"]


def limits_of_two_vos(talk: Talk) -> Any:
    limits = {"public": {"staging": 10}}
    talk.post("admin", "/config/se", {TAPE: {"operations": limits}})
    return talk.get("admin", "/config/se", se=TAPE)[TAPE]["operations"]


def granted_later(talk: Talk) -> Any:
    statuses = [talk.ask("alice", "GET", "/config/links").status]
    grant = {"dn": f"{PEOPLE}alice", "operation": "config"}
    talk.post("admin", "/config/authorize", grant)
    statuses.append(talk.ask("alice", "GET", "/config/links").status)
    talk.ask("admin", "DELETE", f"/config/authorize?dn={PEOPLE}alice")
    return [*statuses, talk.ask("alice", "GET", "/config/links").status]


def cloud_twice(talk: Talk) -> Any:
    for _ in range(2):
        talk.post("admin", "/config/cloud_storage", {"storage_name": "S3:s3.example.org"})
    return len(talk.get("admin", "/config/cloud_storage/S3:s3.example.org"))


def flags_in_text(talk: Talk) -> Any:
    sent = {"vo_name": "new", "no_streaming": "false", "show_user_dn": "true"}
    shown = talk.post("admin", "/config/global", sent).json["new"]
    link = {"symbolicname": "new", "source": TAPE, "destination": DEST, "no_delegation": "no"}
    talk.post("admin", "/config/links", link)
    stored = talk.get("admin", "/config/links/new")["no_delegation"]
    return shown["no_streaming"], shown["show_user_dn"], stored


def current_rows(talk: Talk) -> Any:
    rows = talk.get("alice", "/optimizer/current", source_se=SOURCE)
    return sorted(row["dest_se"] for row in rows)


def unlinked(talk: Talk) -> Any:
    surls = SOURCE + "/f?errno=2", SOURCE + "/f"
    answers = [talk.post("alice", "/dm/unlink", {"surl": surl}) for surl in surls]
    return [answer.status for answer in answers]


CONVERSATIONS: dict[str, tuple[Callable[[Talk], Any], Any]] = {
    "encoded-comma-separates-nothing": (encoded_comma, (200, 2)),
    "final-slash-leads-to-plain-http": (final_slashes, [200, 200, 200]),
    "unknown-job-stays-unknown": (asked_again, [404, 200]),
    "proxy-lasts-as-long-as-its-certificate": (short_proxy, (201, True)),
    "each-request-has-a-new-key": (two_requests, (True, 201)),
    "deleting-delegation-voids-request": (deleted_then_signed, 201),
    "ids-of-vos-by-md5": (
        lambda talk: job_of_sid(talk) == talk.submit("alice", **NAMES),
        True,
    ),
    "ban-of-a-storage-hits-its-host": (other_scheme, True),
    "ban-stays-as-it-was-first": (banned_again, [("WAIT", "maintenance")]),
    "bans-of-other-vos-lifted": (lifted_from_outside, (204, [BROKEN])),
    "unset-limits-shown-as-zero": (unset_limits, (100, None)),
    "weights-cut-to-integers": (weights, ({"default": 0.5, "Production": 0.5},) * 2),
    "limits-of-other-vos-forgotten": (
        limits_of_two_vos,
        {"testvo": {"staging": 200}, "public": {"staging": 10}},
    ),
    "levels-remembered-from-the-first-request": (granted_later, [403, 200, 403]),
    "cloud-registered-again-loses-its-users": (cloud_twice, 2),
    "text-false-is-true": (flags_in_text, (False, True, False)),
    "one-current-row-for-each-source": (current_rows, [DEST, TAPE]),
    "names-completed-from-the-middle": (
        lambda talk: talk.get("admin", "/autocomplete/destination", term="tape"),
        [],
    ),
    "failed-unlink-is-a-success": (unlinked, [404, 200]),
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
