"""`POST /jobs`, `PUT /jobs`."""

from __future__ import annotations

from fts_contract.mock.delegation_required import need_delegation_to_submit
from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.oauth2.submission import give_tokens, take_tokens
from fts_contract.mock.submission import Submitter, build_job


def submit_job(call: Call) -> Reply:
    """Accept a job; needs a delegated credential with an hour left, or tokens.

    Source: observed on FTS 3.13.4 (order of checks, 419 texts).
    """
    call.need("transfer")
    body = call.json_object()
    identity, user, oauth2 = call.identity, call.caller.token, call.state.oauth2
    pairs = None
    if user is None or oauth2 is None:
        need_delegation_to_submit(call)
    else:
        body, pairs = take_tokens(body, user=user, oauth2=oauth2, vo=identity.vo, now=call.now)
    job = build_job(
        body,
        submitter=Submitter(
            user_dn=identity.caller.user_dn,
            cred_id=identity.caller.delegation_id or "",
            vo=identity.vo,
            auth_method=identity.caller.method,
        ),
        state=call.state,
        now=call.now,
    )
    if pairs is not None and oauth2 is not None:
        give_tokens(job, pairs, oauth2=oauth2, now=call.now)
    call.state.insert(job)
    call.state.engine.admit(job, call.now)
    return json_reply({"job_id": job.job_id})
