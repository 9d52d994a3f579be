"""Defects of bans: what they forget, whom else they hit, and how they are lifted and shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import Defect, defect_of
from fts_contract.defects.seams import on_json
from fts_contract.mock.exchange import NO_CONTENT
from fts_contract.mock.fields import parameter
from unseen.seams import OK

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Handler
    from fts_contract.mock import MockFTS
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import DNBan


def _staging_goes_on(call: Call, carry_on: Handler) -> Reply:
    jobs = list(call.state.jobs_of(call.identity.vo, only_open=True))
    staging = [f for job in jobs for f in job.files if f.file_state == "STAGING"]
    reply = carry_on(call)
    held = [file for file in staging if file.file_state == "ON_HOLD_STAGING"]
    if reply.status != OK or not held:
        return reply
    for file in held:
        call.state.resume_file(file, "STAGING")
    untouched = {
        job.job_id for job in jobs if not any(f.file_state == "ON_HOLD" for f in job.files)
    }
    named = [job_id for job_id in json.loads(reply.body) if job_id not in untouched]
    return attrs.evolve(reply, body=json.dumps(named).encode())


def _same_case_only(call: Call, carry_on: Handler) -> Reply:
    storage = parameter(call, "storage")
    banned = [ban.storage for ban in call.state.bans if ban.vo == call.identity.vo]
    known = storage.lower() in {name.lower() for name in banned}
    if storage in banned or not known or not call.identity.may("config"):
        return carry_on(call)
    return attrs.evolve(NO_CONTENT)


class _BannedBeginnings(dict[str, "DNBan"]):
    """Banned users, of whom the beginning of the DN counts."""

    count: Callable[[], None]

    def __contains__(self, dn: object) -> bool:
        if super().__contains__(dn):
            return True
        found = isinstance(dn, str) and any(dn.startswith(banned) for banned in self)
        if found:
            self.count()
        return found


def _longer_names_too(mock: MockFTS, count: Callable[[], None]) -> None:
    banned = _BannedBeginnings(mock.state.banned_dns)
    banned.count = count
    mock.state.banned_dns = banned


def _banned_by_themselves(_call: Call, body: Any) -> Any:
    return [{**row, "admin_dn": row["dn"]} for row in body]


DEFECTS: Final = (
    defect_of(
        "waiting-ban-forgets-staging",
        "POST /ban/se with status=wait holds what is SUBMITTED; what is STAGING goes on",
        "state-machine",
        _staging_goes_on,
        operation="ban_se",
        resource="ban/se",
        with_operations=("unban_se", "submit_job", "get_jobs", "list_job_files"),
    ),
    defect_of(
        "ban-lifted-in-same-case-only",
        "DELETE /ban/se?storage=MOCK://HOST answers 204 and leaves the ban of mock://host",
        "lost-change",
        _same_case_only,
        operation="unban_se",
        resource="ban/se",
        with_operations=("ban_se", "list_banned_se"),
    ),
    Defect(
        name="ban-of-user-hits-longer-names",
        description="POST /ban/dn of .../CN=rob shuts out .../CN=robert as well: the beginning of the DN is compared",
        kind="refuses-valid",
        resource="ban/dn",
        with_operations=("ban_dn", "unban_dn", "whoami", "list_jobs"),
        caller="admin",
        inside=_longer_names_too,
    ),
    defect_of(
        "users-banned-by-themselves",
        "GET /ban/dn shows the banned user in admin_dn as well, in place of who banned them",
        "wrong-value",
        on_json(_banned_by_themselves),
        operation="list_banned_dn",
        resource="ban/dn",
        safe=True,
    ),
)
