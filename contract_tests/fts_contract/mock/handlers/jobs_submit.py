"""`POST /jobs`, `PUT /jobs`."""

from __future__ import annotations

from typing import Final

from fts_contract.mock.errors import APIError
from fts_contract.mock.exchange import Call, Reply, json_reply
from fts_contract.mock.oauth2.submission import give_tokens, take_tokens
from fts_contract.mock.submission import Submitter, build_job

_NEEDED_S: Final = 3600


def submit_job(call: Call) -> Reply:
    """Accept a job; needs a delegated credential with an hour left, or tokens.

    Source: observed on FTS 3.13.4 (order of checks, 419 texts).
    """
    call.need("transfer")
    body = call.json_object()
    identity, user, oauth2 = call.identity, call.caller.token, call.state.oauth2
    pairs = None
    if user is None or oauth2 is None:
        _need_delegation(call)
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


def _need_delegation(call: Call) -> None:
    caller = call.caller
    credential = call.state.delegations.get(caller)
    if credential is None:
        raise APIError(419, f'No delegation found for "{caller.user_dn}"')
    left = credential.ends_at - call.now
    if left <= 0:
        raise APIError(
            419,
            f"The delegated credentials expired {int(-left)} seconds ago ({caller.delegation_id})",
        )
    if left < _NEEDED_S:
        raise APIError(
            419,
            f"The delegated credentials has less than one hour left ({caller.delegation_id})",
        )
