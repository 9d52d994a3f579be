"""Each other defect of the second set shows in the answers, and the mock without it answers rightly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from unseen.second import bans, configuration, delegation, front, services

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

PEOPLE = "/DC=org/DC=example/O=Users/CN="
SOURCE = "mock://source.example.org"
DEST = "mock://dest.example.org"
TAPE = "root://tape.example.org"
HOST = "fts-a.example.org"


def unknown_accent(talk: Talk) -> Any:
    answer = talk.ask("alice", "GET", "/jobs/%C3%A9")
    return answer.status, answer.body.rstrip().endswith(b"}")


def head(talk: Talk) -> Any:
    answers = [talk.ask("alice", method, "/whoami") for method in ("GET", "HEAD")]
    lengths = [answer.headers["content-length"] for answer in answers]
    return lengths[0] == lengths[1]


def preferred(talk: Talk) -> Any:
    accept = {"Accept": "application/json, text/html;q=0.1"}
    return talk.ask("admin", "GET", "/config/links", headers=accept).headers["content-type"]


def name_with_blank(talk: Talk) -> Any:
    grant = {"dn": "/CN=Ann Lee", "operation": "config"}
    talk.post("admin", "/config/authorize", grant)
    return talk.get("admin", "/config/authorize", dn="/CN=Ann Lee")


def tape_held(talk: Talk) -> Any:
    jobs = [
        talk.add_job(job_state=state, source_se=TAPE).job_id for state in ("STAGING", "SUBMITTED")
    ]
    said = talk.post("admin", "/ban/se", {"storage": TAPE, "status": "wait"}).json
    return [job in said for job in jobs], [talk.states(job)[1] for job in jobs]


def lifted_in_capitals(talk: Talk) -> Any:
    talk.post("admin", "/ban/se", {"storage": "davs://new.example.org"})
    answer = talk.ask("admin", "DELETE", "/ban/se?storage=DAVS://NEW.example.org")
    banned = [row["se"] for row in talk.get("admin", "/ban/se")]
    return answer.status, "davs://new.example.org" in banned


def shorter_name_banned(talk: Talk) -> Any:
    talk.post("admin", "/ban/dn", {"user_dn": f"{PEOPLE}ali"})
    return talk.ask("alice", "GET", "/whoami").status


def who_banned(talk: Talk) -> Any:
    return [row["admin_dn"] for row in talk.get("admin", "/ban/dn")]


def two_delegations(talk: Talk) -> Any:
    talk.mock.state.delegate("alice-novoms")
    path = f"/delegation/{talk.delegation_id('alice-novoms')}"
    talk.ask("alice", "DELETE", f"/delegation/{talk.delegation_id()}")
    return talk.get("alice-novoms", path) is not None


def vo_forgotten(talk: Talk) -> Any:
    for vo in ("one", "two"):
        talk.post("admin", "/config/global", {"vo_name": vo, "retry": 1})
    talk.ask("admin", "DELETE", "/config/global?vo_name=one")
    return sorted(talk.get("admin", "/config/global"))


def third_share(talk: Talk) -> Any:
    share = {"source": SOURCE, "destination": DEST, "vo": "new", "share": 5}
    talk.post("admin", "/config/shares", share)
    return [(row["vo"], row["share"]) for row in talk.get("admin", "/config/shares")]


def drained_and_back(talk: Talk) -> Any:
    for drain in (True, False):
        talk.post("admin", "/config/drain", {"hostname": HOST, "drain": drain})
    return [h["drain"] for h in talk.get("admin", "/config") if h["hostname"] == HOST]


def one_of_two_grants(talk: Talk) -> Any:
    for operation in ("config", "transfer"):
        talk.post("admin", "/config/authorize", {"dn": "/CN=new", "operation": operation})
    talk.ask("admin", "DELETE", "/config/authorize?dn=/CN=new&operation=config")
    return [row["operation"] for row in talk.get("admin", "/config/authorize", dn="/CN=new")]


def storage_deleted(talk: Talk) -> Any:
    talk.ask("admin", "DELETE", f"/config/se?se={TAPE}")
    return sorted(talk.get("admin", "/config/se"))


def keys_of_two_clouds(talk: Talk) -> Any:
    for name in ("A", "B"):
        talk.post("admin", "/config/cloud_storage", {"storage_name": name})
        talk.post("admin", f"/config/cloud_storage/{name}", {"vo_name": "testvo"})
    talk.ask("admin", "DELETE", "/config/cloud_storage/A/testvo")
    return [len(talk.get("admin", f"/config/cloud_storage/{name}")) for name in ("A", "B")]


def destinations(path: str) -> Callable[[Talk], Any]:
    return lambda talk: [row["dest_se"] for row in talk.get("alice", path, dest_se=TAPE)]


CONVERSATIONS: dict[str, tuple[Callable[[Talk], Any], Any]] = {
    "length-counted-in-characters": (unknown_accent, (404, True)),
    "head-announces-empty-body": (head, True),
    "quality-of-accept-not-read": (preferred, "application/json"),
    "plus-in-query-is-no-blank": (
        name_with_blank,
        [{"dn": "/CN=Ann Lee", "operation": "config"}],
    ),
    "waiting-ban-forgets-staging": (
        tape_held,
        ([True, True], [["ON_HOLD_STAGING"], ["ON_HOLD"]]),
    ),
    "ban-lifted-in-same-case-only": (lifted_in_capitals, (204, False)),
    "ban-of-user-hits-longer-names": (shorter_name_banned, 200),
    "users-banned-by-themselves": (who_banned, ["/CN=root"]),
    "no-role-is-a-role": (
        lambda talk: [talk.get(who, "/whoami")["roles"] for who in ("alice", "bob")],
        [["production"], []],
    ),
    "delegations-of-other-attributes-deleted": (two_delegations, True),
    "posted-credential-is-200": (lambda talk: talk.sign(talk.request_of(), method="POST"), 201),
    "settings-of-all-vos-deleted": (vo_forgotten, ["*", "testvo", "two"]),
    "one-share-for-each-link": (third_share, [("new", 5), ("public", 20), ("testvo", 80)]),
    "drain-cannot-be-ended": (drained_and_back, [False]),
    "revoking-one-operation-revokes-all": (one_of_two_grants, ["transfer"]),
    "deleted-storage-keeps-its-limits": (storage_deleted, [SOURCE]),
    "keys-removed-from-all-cloud-storages": (keys_of_two_clouds, [0, 1]),
    "storage-chosen-in-same-case-only": (
        lambda talk: list(talk.get("admin", "/config/se", se=SOURCE.upper())),
        [SOURCE],
    ),
    "optimizer-ignores-destination-alone": (destinations("/optimizer/evolution"), [TAPE]),
    "completed-storages-repeated": (
        lambda talk: talk.get("admin", "/autocomplete/storage", term=""),
        ["*", SOURCE, TAPE, DEST],
    ),
    "timeout-of-storage-is-500": (
        lambda talk: (
            talk.ask("alice", "GET", f"/dm/stat?surl={SOURCE}/f%3Ferrno%3D110").status,
            talk.ask("alice", "GET", f"/dm/stat?surl={SOURCE}/f%3Ferrno%3D16").status,
        ),
        (503, 503),
    ),
    "staging-counted-as-transfers": (
        lambda talk: talk.get("root", "/status/hosts"),
        {HOST: {"active": 1, "staging": 1}},
    ),
}


@pytest.mark.parametrize(
    "defect",
    [
        defect
        for module in (front, bans, delegation, configuration, services)
        for defect in module.DEFECTS
    ],
    ids=lambda defect: defect.name,
)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    conversation, right = CONVERSATIONS[defect.name]
    assert differ(defect, conversation) == right
