"""`job-id-rule`: a submission gets the id that its caller can compute, or a version 1 UUID.

Source: "Ids" as observed on FTS 3.13.4: `uuid5(uuid5(base_id, vo), sid)` for deterministic ids.
"""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fts_contract.harness.exchange_checks.model import Check, Context, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["JOB_ID_RULE"]

_MADE_BY_SERVER, _COMPUTED = 1, 5


def _judge(context: Context) -> Iterator[Finding]:
    if context.name not in {"submit_job", "submit_job_put"} or context.status != HTTPStatus.OK:
        return
    text = context.body.get("job_id") if isinstance(context.body, dict) else None
    try:
        job_id = uuid.UUID(text)
    except (AttributeError, TypeError, ValueError):
        # The schema of the answer says so already.
        return
    sid = _sid(context.exchange.request_json)
    version = _MADE_BY_SERVER if sid is None else _COMPUTED
    if job_id.version != version:
        yield _finding(f"{text} is a UUID of version {job_id.version}, not {version}")
    elif sid is not None and context.caller.base_id and context.caller.vo:
        expected = uuid.uuid5(
            uuid.uuid5(uuid.UUID(context.caller.base_id), context.caller.vo), sid
        )
        if job_id != expected:
            yield _finding(f"{text} for sid {sid!r}, not {expected}")


def _sid(body: Any) -> str | None:
    """Give the text of which a deterministic id is made; None when the server makes the id."""
    params = body.get("params") if isinstance(body, dict) else None
    if isinstance(params, list):
        # Pairs of name and value count like an object.
        try:
            params = dict(params)
        except (TypeError, ValueError):
            return None
    if not isinstance(params, dict) or params.get("id_generator") != "deterministic":
        return None
    sid = params.get("sid")
    return sid if isinstance(sid, str) else None


def _finding(message: str) -> Finding:
    return Finding(JOB_ID_RULE.name, message, "job_id")


JOB_ID_RULE = Check(
    "job-id-rule", "the id of a submitted job is not the one that the rules give", _judge
)
