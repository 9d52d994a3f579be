"""Defects of bans of storages: what they stop, what gets past them, and what lifting them brings back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import given
from fts_contract.defects.seams import after, on_json
from unseen.seams import OK, SUBMIT, in_operations, refusal, reopened, replaced

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import Ban, File

_FORBIDDEN: Final = 403
_NO_CONTENT: Final = 204


def _urls(call: Call) -> Iterator[str]:
    files = given(call).get("files")
    for file in files if isinstance(files, list) else ():
        for name in ("sources", "destinations") if isinstance(file, dict) else ():
            urls = file.get(name)
            yield from (u for u in (urls if isinstance(urls, list) else ()) if isinstance(u, str))


def _bans(call: Call) -> list[Ban]:
    return [
        b for b in call.state.bans if b.vo in (call.identity.vo, "*") and b.status != "WAIT_AS"
    ]


def _is_ban(reply: Reply) -> bool:
    return reply.status == _FORBIDDEN and reply.body.endswith(b'is banned"}')


def _evaded(call: Call, carry_on: Handler) -> Reply:
    with replaced(call.state, bans=[]):
        return carry_on(attrs.evolve(call))


def _text_of_url(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if not _is_ban(reply):
        return reply
    caught = any(url.startswith(f"{ban.storage}/") for url in _urls(call) for ban in _bans(call))
    return reply if caught else _evaded(call, carry_on)


def _longer_names(call: Call, carry_on: Handler) -> Reply:
    for url in _urls(call):
        for ban in _bans(call):
            rest = url.removeprefix(ban.storage)
            if rest != url and rest[:1] not in {"/", ":", "?"}:
                return refusal(403, f"{ban.storage} is banned")
    return carry_on(call)


def _first_pair_only(call: Call, carry_on: Handler) -> Reply:
    reply = carry_on(call)
    if not _is_ban(reply):
        return reply
    file = given(call)["files"][0]
    first = [*file["sources"][:1], *file["destinations"][:1]]
    hit = any(url.startswith(ban.storage) for url in first for ban in _bans(call))
    return reply if hit else _evaded(call, carry_on)


def _first_ban_stays(call: Call, carry_on: Handler) -> Reply:
    before = list(call.state.bans)
    reply = carry_on(call)
    names = {ban.storage.lower() for ban in before}
    again = [ban for ban in call.state.bans if ban not in before and ban.storage.lower() in names]
    if reply.status != OK or not again:
        return reply
    call.state.bans = before
    return attrs.evolve(reply)


def _touches(file: File, storage: str) -> bool:
    return storage.lower() in ((file.source_se or "").lower(), (file.dest_se or "").lower())


def _storage(call: Call) -> str:
    found = given(call).get("storage") or call.form.get("storage") or call.argument("storage")
    return found if isinstance(found, str) else ""


def _running_held_too(call: Call, _reply: Reply) -> bool:
    storage = _storage(call)
    waiting = any(
        ban.storage == storage and ban.status.startswith("WAIT") for ban in call.state.bans
    )
    files = [
        file
        for job in call.state.jobs_of(call.identity.vo, only_open=True)
        for file in job.files
        if waiting and _touches(file, storage) and file.file_state in ("READY", "ACTIVE")
    ]
    for file in files:
        call.state.set_file_state(file, "ON_HOLD")
    return bool(files)


def _canceled_come_back(call: Call, carry_on: Handler) -> Reply:
    reply, storage = carry_on(call), _storage(call)
    hit = False
    for job in call.state.jobs_of(call.identity.vo, only_open=False):
        files = [f for f in job.files if f.reason == "Storage banned" and _touches(f, storage)]
        if reply.status == _NO_CONTENT and files:
            reopened(call.state, job, files)
            hit = True
    return attrs.evolve(reply) if hit else reply


def _own_vo(call: Call, body: Any) -> Any:
    return [ban for ban in body if ban["vo"] == call.identity.vo]


_submitting = partial(
    in_operations,
    operations=SUBMIT,
    resource="ban/se",
    with_operations=("ban_se", "unban_se", "list_banned_se"),
    caller="admin",
)


_ban_se = partial(
    defect_of,
    operation="ban_se",
    resource="ban/se",
    with_operations=("submit_job", "unban_se", "list_banned_se", "get_jobs", "list_job_files"),
)


_unban_se = partial(
    defect_of,
    operation="unban_se",
    resource="ban/se",
    with_operations=("submit_job", "ban_se", "get_jobs", "list_job_files"),
)

DEFECTS: Final = (
    _submitting(
        "ban-evaded-by-port-in-url",
        "A ban is compared with the text of the URL: a port, capitals or a user in it get past the ban",
        "accepts-invalid",
        _text_of_url,
    ),
    _submitting(
        "ban-hits-longer-host-names",
        "A ban of mock://a.example hits mock://a.example.org too: only the beginning is compared",
        "refuses-valid",
        _longer_names,
    ),
    _submitting(
        "ban-looks-at-first-pair-only",
        "A job is accepted when only its later files or replicas use a banned storage",
        "accepts-invalid",
        _first_pair_only,
    ),
    _ban_se(
        "first-ban-of-a-storage-stays",
        "POST /ban/se of a storage that is banned answers 200 and keeps the old status and message",
        "lost-change",
        _first_ban_stays,
    ),
    _ban_se(
        "waiting-ban-stops-running-transfers",
        "POST /ban/se with status=wait puts transfers on hold that have started",
        "state-machine",
        after(_running_held_too),
    ),
    _unban_se(
        "canceled-by-ban-comes-back",
        "DELETE /ban/se queues the files again that the ban has canceled, and their jobs come back",
        "state-machine",
        _canceled_come_back,
    ),
    defect_of(
        "bans-of-own-vo-listed-only",
        "GET /ban/se shows administrators the bans of their own VO in place of all",
        "wrong-filter",
        on_json(_own_vo),
        operation="list_banned_se",
        resource="ban/se",
        safe=True,
        caller="root",
    ),
)
