"""Each unseen defect of bans shows in what is refused, stopped and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from unseen import bans, user_bans

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

    Talk = Any

BANNED = "mock://from.example.org"
SLOW = {"destinations": ["mock://to.example.org/f?time=300"]}


def ban(talk: Talk, storage: str = BANNED, **options: Any) -> Any:
    return talk.post("admin", "/ban/se", {"storage": storage, **options}).status


def unban(talk: Talk, storage: str = BANNED) -> None:
    talk.ask("admin", "DELETE", f"/ban/se?storage={storage}")


def after_ban(*sources: str) -> Callable[[Talk], Any]:
    def conversation(talk: Talk) -> Any:
        ban(talk)
        made = talk.submit("alice", {"sources": list(sources)})
        return made if isinstance(made, int) else 200

    return conversation


def ban_twice(talk: Talk) -> Any:
    answers = [ban(talk, message=text) for text in ("first", "second")]
    shown = {row["se"]: row["message"] for row in talk.get("admin", "/ban/se")}
    return answers, shown[BANNED]


def waiting(talk: Talk) -> Any:
    job = talk.submit("alice", SLOW)
    talk.pass_time(5)
    ban(talk, status="wait")
    return talk.states(job)


def ban_and_unban(talk: Talk) -> Any:
    job = talk.add_job(files=({"source_se": BANNED},)).job_id
    ban(talk)
    unban(talk)
    return talk.states(job)


def ban_user(talk: Talk, *, state: str = "SUBMITTED", owner: str = "bob") -> Any:
    job = talk.add_job(owner=owner, job_state=state).job_id
    dn = talk.get("bob", "/whoami")["user_dn"]
    talk.post("admin", "/ban/dn", {"user_dn": dn})
    return talk.job(job)["job_state"], talk.job(job)["reason"]


def banned_asks(talk: Talk) -> Any:
    ban_user(talk)
    return [talk.ask("bob", method, "/jobs").status for method in ("GET", "POST")]


CONVERSATIONS: dict[str, Callable[[Talk], Any]] = {
    "ban-evaded-by-port-in-url": after_ban("mock://from.example.org:8443/f"),
    "ban-hits-longer-host-names": after_ban("mock://from.example.org.uk/f"),
    "ban-looks-at-first-pair-only": after_ban("mock://good.example.org/f", f"{BANNED}/f"),
    "first-ban-of-a-storage-stays": ban_twice,
    "waiting-ban-stops-running-transfers": waiting,
    "canceled-by-ban-comes-back": ban_and_unban,
    "bans-of-own-vo-listed-only": lambda talk: len(talk.get("root", "/ban/se")),
    "staging-jobs-survive-ban-of-user": lambda talk: ban_user(talk, state="STAGING"),
    "ban-of-user-ends-jobs-of-the-vo": lambda talk: ban_user(talk, owner="alice"),
    "banned-user-may-read": banned_asks,
    "reason-of-banned-user-lost": ban_user,
}


@pytest.mark.parametrize(
    "defect", [*bans.DEFECTS, *user_bans.DEFECTS], ids=lambda defect: defect.name
)
def test_defect_shows(defect: Defect, differ: Any) -> None:
    differ(defect, CONVERSATIONS[defect.name])
