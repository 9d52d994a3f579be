"""Defects of job ids: the deterministic ones, and those that two submissions share."""

from __future__ import annotations

import json
import time
import uuid
from functools import partial
from typing import TYPE_CHECKING, Final

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.request_seams import given, sent_json
from fts_contract.mock.exchange import json_reply
from fts_contract.mock.identity import BASE_ID
from unseen.seams import OK, SUBMIT, in_operations, memory, params_of, replaced

if TYPE_CHECKING:
    from typing import Any

    from fts_contract.defects.defect import Handler
    from fts_contract.mock.exchange import Call, Reply

_CONFLICT: Final = 409
_AT_ONCE_S: Final = 0.25
_TENTHS: Final = 10


def _wanted_id(call: Call) -> str | None:
    params = params_of(given(call))
    sid = params.get("sid")
    if params.get("id_generator") != "deterministic" or not isinstance(sid, str):
        return None
    return str(uuid.uuid5(uuid.uuid5(BASE_ID, call.identity.vo), sid))


def _sid_in_lower_case(body: dict[str, Any]) -> None:
    if isinstance(params_of(body).get("sid"), str):
        body["params"]["sid"] = body["params"]["sid"].lower()


def _standard(body: dict[str, Any]) -> None:
    if params_of(body).get("id_generator") == "deterministic":
        body["params"]["id_generator"] = "standard"


def _free_after_the_end(call: Call, carry_on: Handler) -> Reply:
    reply, job_id = carry_on(call), _wanted_id(call)
    job = call.state.find(job_id or "")
    if reply.status != _CONFLICT or job is None or not job.is_terminal:
        return reply
    call.state.archive(job.job_id)
    return carry_on(attrs.evolve(call))


def _checked_too_late(call: Call, carry_on: Handler) -> Reply:
    """Two submissions that come at once both find the id free."""
    seen: dict[str, float] = memory(call).setdefault("ids", {})
    reply, job_id = carry_on(call), _wanted_id(call)
    if job_id is None:
        return reply
    if reply.status == OK:
        seen[job_id] = time.monotonic()
    elif reply.status == _CONFLICT and time.monotonic() - seen.get(job_id, 0) < _AT_ONCE_S:
        return json_reply({"job_id": job_id})
    return reply


def _id_from_the_time(call: Call, carry_on: Handler) -> Reply:
    def new_job_id() -> str:
        ticks = int(call.now * _TENTHS) * 1_000_000 + 0x01B21DD213814000
        low, middle, high = ticks & 0xFFFFFFFF, ticks >> 32 & 0xFFFF, ticks >> 48 & 0x0FFF
        return str(uuid.UUID(fields=(low, middle, high | 0x1000, 0x80, 0, 0x02FC00000001)))

    if _wanted_id(call) is not None:
        return carry_on(call)
    with replaced(call.state, new_job_id=new_job_id):
        reply = carry_on(call)
    return attrs.evolve(reply) if reply.status == _CONFLICT else reply


def _second_body_wins(call: Call, carry_on: Handler) -> Reply:
    """Insert, or update what is there: the files are those of the second submission."""
    reply, job_id = carry_on(call), _wanted_id(call)
    old = call.state.find(job_id or "")
    if reply.status != _CONFLICT or old is None or b"sid" not in reply.body:
        return reply
    call.state.archive(old.job_id)
    made = json.loads(carry_on(attrs.evolve(call)).body)["job_id"]
    new = call.state.find(made)
    if new is not None:
        new.submit_time = old.submit_time
    return reply if new is None else attrs.evolve(reply)


_submitting = partial(
    in_operations, operations=SUBMIT, resource="jobs", with_operations=("get_jobs",)
)

DEFECTS: Final = (
    _submitting(
        "sid-without-regard-to-case",
        "Deterministic ids are made of the sid in lower case, so that `A` and `a` are the same job",
        "wrong-id",
        sent_json(_sid_in_lower_case),
    ),
    _submitting(
        "sid-free-when-job-has-ended",
        "A sid is accepted again after its first job has ended, and the id means another job then",
        "doubled-job",
        _free_after_the_end,
    ),
    _submitting(
        "two-submissions-at-once-share-a-sid",
        "Two submissions with one sid within a quarter of a second are both answered 200",
        "doubled-job",
        _checked_too_late,
    ),
    _submitting(
        "standard-ids-made-of-tenths-of-a-second",
        "Two submissions without a sid in the same tenth of a second get the same id: the second one is 409",
        "refuses-valid",
        _id_from_the_time,
    ),
    _submitting(
        "refused-repeat-replaces-the-job",
        "A submission with a sid used before answers 409 and has put its files in the place of the first ones",
        "side-effect",
        _second_body_wins,
    ),
    defect_of(
        "put-ignores-the-sid",
        "PUT /jobs gives a random id where a deterministic one was asked for; POST /jobs is right",
        "wrong-id",
        sent_json(_standard),
        operation="submit_job_put",
        resource="jobs",
        with_operations=("get_jobs", "submit_job"),
    ),
)
