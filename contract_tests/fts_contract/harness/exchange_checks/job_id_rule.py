"""`job-id-rule`: a submitted job has the id that its caller can compute, or a version 1 UUID.

Source: "Ids" as observed on FTS 3.13.4: `uuid5(uuid5(base_id, vo), sid)` for deterministic ids.
"""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fts_contract.harness.exchange_checks.model import Check, Context, Flaw

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["JOB_ID_RULE"]

_MADE_BY_SERVER, _COMPUTED = 1, 5


def _judge(context: Context) -> Iterator[Flaw]:
    if context.name not in {"submit_job", "submit_job_put"} or context.status != HTTPStatus.OK:
        return
    text = context.body.get("job_id") if isinstance(context.body, dict) else None
    try:
        job_id = uuid.UUID(text)
    except (AttributeError, TypeError, ValueError):
        # A schema failure reports that.
        return
    sid = _sid(context.exchange.request_json)
    version = _MADE_BY_SERVER if sid is None else _COMPUTED
    if job_id.version != version:
        yield Flaw(
            f"{text} is a UUID of version {job_id.version}, expected version {version}", "job_id"
        )
    elif sid is not None and context.caller.base_id and context.caller.vo:
        expected = uuid.uuid5(
            uuid.uuid5(uuid.UUID(context.caller.base_id), context.caller.vo), sid
        )
        if job_id != expected:
            yield Flaw(f"the job id for sid {sid!r} is {text}, expected {expected}", "job_id")


def _sid(body: Any) -> str | None:
    """Get the sid that determines the job id; None when the server makes up the id."""
    params = body.get("params") if isinstance(body, dict) else None
    if isinstance(params, list):
        # FTS reads a list of name-value pairs like an object.
        try:
            params = dict(params)
        except (TypeError, ValueError):
            return None
    if not isinstance(params, dict) or params.get("id_generator") != "deterministic":
        return None
    sid = params.get("sid")
    return sid if isinstance(sid, str) else None


JOB_ID_RULE = Check("job-id-rule", "the id of a submitted job does not follow the rules", _judge)
