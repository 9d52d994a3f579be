"""Each unseen defect of the configuration shows in what is read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from unseen import configuration, links

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

OPERATOR = "/DC=org/DC=example/O=Users/CN=operator"
TAPE = "root://tape.example.org"


def both_forms(talk: Talk) -> Any:
    page = talk.ask("admin", "GET", "/config/links", headers={"Accept": "text/html"})
    return [a.headers["content-type"] for a in (page, talk.ask("admin", "GET", "/config/links"))]


def taken_over(talk: Talk) -> Any:
    link = {
        "symbolicname": "new-name",
        "source": "mock://source.example.org",
        "destination": "mock://dest.example.org",
    }
    talk.post("admin", "/config/links", link)
    return talk.get("admin", "/config/links/new-name")


def grants(talk: Talk) -> Any:
    return sorted((g["dn"], g["operation"]) for g in talk.get("admin", "/config/authorize"))


def revoke_shorter(talk: Talk) -> Any:
    talk.ask("admin", "DELETE", f"/config/authorize?dn={OPERATOR[:-3]}")
    return grants(talk)


def audit(talk: Talk) -> Any:
    talk.post("admin", "/config/authorize", {"dn": "/CN=new", "operation": "config"})
    return next(
        row["dn"] for row in talk.get("admin", "/config/audit") if row["action"] == "authorize"
    )


def new_vo(talk: Talk) -> Any:
    talk.post("admin", "/config/global", {"vo_name": "new", "max_time_queue": 1})
    return talk.get("admin", "/config/global")["new"]


def storage(name: str, **parts: Any) -> Callable[[Talk], Any]:
    def conversation(talk: Talk) -> Any:
        talk.post("admin", "/config/se", {name: parts})
        return talk.get("admin", "/config/se", se=name)

    return conversation


def weights(talk: Talk) -> Any:
    talk.post("admin", "/config/activity_shares", {"vo": "new", "share": {"a": 2, "b": 3}})
    return talk.get("admin", "/config/activity_shares/new")


def drain(talk: Talk) -> Any:
    talk.post("admin", "/config/drain", {"hostname": "fts-a.example.org"})
    return [host["drain"] for host in talk.get("admin", "/config")]


def cloud_users(talk: Talk) -> Any:
    talk.post("admin", "/config/cloud_storage", {"storage_name": "S3:s3.example.org"})
    return len(talk.get("admin", "/config/cloud_storage/S3:s3.example.org"))


CONVERSATIONS: dict[str, Callable[[Talk], Any]] = {
    "link-found-by-beginning-of-name": lambda talk: talk.get("admin", "/config/links/every"),
    "missing-link-told-to-everybody": lambda talk: talk.get("alice", "/config/links/none"),
    "page-and-json-share-a-cache": both_forms,
    "link-taken-over-loses-its-settings": taken_over,
    "grants-match-either-filter": lambda talk: talk.get(
        "admin", "/config/authorize", dn=OPERATOR, operation="deleg"
    ),
    "grants-of-longer-names-removed": revoke_shorter,
    "audit-names-whom-it-concerns": audit,
    "new-vo-copies-settings-of-all": new_vo,
    "zero-setting-of-storage-not-stored": storage(TAPE, se_info={"debug_level": 0, "ipv6": 1}),
    "zero-limit-stored": storage(TAPE, operations={"testvo": {"staging": 0}}),
    "unnamed-limits-removed": storage(TAPE, operations={"testvo": {"delete": 5}}),
    "activity-weights-made-to-add-up": weights,
    "one-service-of-the-host-drains": drain,
    "hosts-count-own-vo": lambda talk: talk.get("root", "/status/hosts"),
    "changed-cloud-storage-loses-users": cloud_users,
}


@pytest.mark.parametrize(
    "defect", [*configuration.DEFECTS, *links.DEFECTS], ids=lambda defect: defect.name
)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    differ(defect, CONVERSATIONS[defect.name])
