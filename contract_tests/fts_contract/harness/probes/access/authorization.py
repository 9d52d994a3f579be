"""Who may do what: every operation under test is sent as the caller, anonymously, and as each other known caller.

No request has an effect, no matter who sends it: operations that change something get a body that cannot be accepted, or
made-up names, and the server must refuse the caller before it looks at those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from fts_contract.harness.probes.answers import record
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.harmless_requests import address, body, sample
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.sending.budget import OverError
from fts_contract.harness.sending.safety import changes_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.callers import OtherCaller
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange
    from fts_contract.harness.server import Identity

__all__ = ["PROBES", "owns"]

_REFUSED = {401, 403}
_UNKNOWN = 404


def _caller(talk: Conversation) -> Iterator[Fault]:
    """Source: `x-fts-level` and `x-fts-certificate`; "Levels" as observed on FTS 3.13.4."""
    certificate = talk.credential.kind == "certificate"
    for operation in _sendable(talk):
        may = _may(operation, talk.identity, certificate=certificate)
        if not may and not certificate:
            continue  # The server does not report which level a token gives. Source: "Identity" of token users, FTS 3.13.4.
        if may and _acts_on_sender(operation):
            continue
        if operation.method == "GET" and changes_nothing("GET", operation.path):
            answer = sample(talk, operation)
        else:
            answer = talk.session.ask(
                operation.method, address(talk, operation), phase="probe", **body(operation)
            )
        yield from _judge(answer, operation, "the caller", may=may)


def _others(talk: Conversation) -> Iterator[Fault]:
    for other in talk.others:
        if not _differs(talk, other):
            continue
        job = record(talk.ask("GET", f"/jobs/{talk.job_ids[0]}")) if talk.job_ids else {}
        for operation in _sendable(talk):
            may = _may(operation, other.identity, certificate=other.identity is not None)
            if "{delegation_id}" in operation.path:
                may = False  # The id belongs to the caller; no one else may use it.
            if may and _acts_on_sender(operation):
                continue
            yield from _ask_as(talk, other, operation, job=job, may=may)


def _ask_as(
    talk: Conversation, other: OtherCaller, operation: Operation, *, job: dict[str, Any], may: bool
) -> Iterator[Fault]:
    job_id = None
    if job and "{job_id" in operation.path and not _archive(operation):
        may = may and owns(other.identity, job)
        # An operation that changes a job is only sent for a real one of the run, and where it must be refused.
        locked = other.session.lock(operation.method, f"/jobs/{talk.job_ids[0]}", None)
        job_id = None if locked or (may and operation.method != "GET") else talk.job_ids[0]
    path = address(talk, operation, job_id=job_id)
    try:
        answer = other.session.ask(operation.method, path, phase="probe", **body(operation))
    except OverError:
        raise
    except requests.RequestException:
        return  # The server closes connections without a certificate, which is a refusal too.
    yield from _judge(answer, operation, other.name, may=may, job_exists=job_id is not None)


def _judge(
    answer: Exchange, operation: Operation, who: str, *, may: bool, job_exists: bool = False
) -> Iterator[Fault]:
    if may:
        # The storage or the cloud service may refuse a request that the server allows.
        if answer.status in _REFUSED and not operation.path.startswith(("/dm/", "/cs/")):
            text = f"{who} is refused with {answer.status}, although the caller has level {operation.level}"
            yield Fault(answer, text, "refused", operation.operation_id)
        return
    # Any caller may be told that a job does not exist. Source: "GET /archive/{id}" as observed on FTS 3.13.4.
    unknown = answer.status == _UNKNOWN and "{job_id" in operation.path and not job_exists
    if answer.status not in _REFUSED and not unknown:
        text = f"{who} gets {answer.status}, although the operation needs {_need(operation)}"
        yield Fault(answer, text, "served", operation.operation_id)


def _sendable(talk: Conversation) -> Iterator[Operation]:
    for operation in talk.selected:
        # The lock knows what would change something even with a made-up name.
        if talk.session.lock(operation.method, address(talk, operation), None) is None:
            yield operation


def _acts_on_sender(operation: Operation) -> bool:
    """Say whether an operation changes data of its sender, so that made-up names do not make it harmless."""
    own = operation.path.startswith(("/cs/", "/delegation/"))
    return own and not changes_nothing(operation.method, operation.path)


def _may(operation: Operation, identity: Identity | None, *, certificate: bool) -> bool:
    """Say whether the API document allows an operation to a caller; None is the anonymous one."""
    # Any caller with an identity may send these. Source: "Levels" as observed on FTS 3.13.4.
    needs_identity = operation.path.startswith("/cs/") or "{delegation_id}" in operation.path
    if needs_identity and identity is None:
        return False
    if operation.needs_certificate and not (certificate and identity is not None):
        return False
    if operation.level in {None, "none"}:
        return True
    if identity is None:
        return False
    return identity.is_root if operation.level == "root" else operation.level in identity.level


def owns(identity: Identity | None, job: dict[str, Any]) -> bool:
    """Source: "Who may touch a job" as observed on FTS 3.13.4."""
    if identity is None:
        return False
    level = identity.level.get("transfer")
    return (
        level == "all"
        or job.get("user_dn") == identity.user_dn
        or (level == "vo" and job.get("vo_name") in identity.vos)
    )


def _differs(talk: Conversation, other: OtherCaller) -> bool:
    if other.identity is not None:
        return other.identity.delegation_id != talk.identity.delegation_id
    if not talk.session.base_url.startswith("https:"):
        raise NotApplicableError("without TLS the server cannot identify callers")
    try:
        other.session.ask("GET", "/", phase="probe")
    except OverError:
        raise
    except requests.RequestException:
        return False
    return True


def _archive(operation: Operation) -> bool:
    return operation.path.startswith("/archive")


def _need(operation: Operation) -> str:
    needs = [] if operation.level in {None, "none"} else [f"level {operation.level}"]
    if operation.needs_certificate or not needs:
        needs.append("a certificate" if operation.needs_certificate else "a known caller")
    return " and ".join(needs)


PROBES = (
    Probe(
        check="authorization-caller",
        meaning="an operation is refused to a caller who has its level, or served to one who lacks it",
        profile="safe",
        run=_caller,
    ),
    Probe(
        check="authorization-others",
        meaning="an operation is served to another caller without right to it, its job or its delegation, or refused to one who has it",
        profile="safe",
        run=_others,
    ),
)
