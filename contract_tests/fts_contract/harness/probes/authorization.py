"""Who may do what: every operation under test, asked by the caller, by nobody, and by the others that are known.

Nothing that is sent has an effect, whoever may send it: what changes something gets a body that cannot be
accepted, or names what does not exist, and the server must refuse before it finds that out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from fts_contract.harness.probes.addresses import address, body, sample
from fts_contract.harness.probes.answers import record
from fts_contract.harness.probes.probe import Fault, NotApplicableError, Probe
from fts_contract.harness.sending.budget import OverError
from fts_contract.harness.sending.safety import changes_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.probes.talk import Stranger, Talk
    from fts_contract.harness.sending.exchange import Exchange
    from fts_contract.harness.server import Identity

__all__ = ["PROBES"]

_REFUSED = {401, 403}
_UNKNOWN = 404


def _caller(talk: Talk) -> Iterator[Fault]:
    """Source: `x-fts-level` and `x-fts-certificate`; "Levels" as observed on FTS 3.13.4."""
    certificate = talk.credential.kind == "certificate"
    for operation in _sendable(talk):
        may = _may(operation, talk.identity, certificate=certificate)
        if not may and not certificate:
            continue  # What level a token gives is not told. Source: "Identity" of token users, FTS 3.13.4.
        if may and _acts_on_sender(operation):
            continue
        if operation.method == "GET" and changes_nothing("GET", operation.path):
            answer = sample(talk, operation)
        else:
            answer = talk.session.ask(
                operation.method, address(talk, operation), phase="probe", **body(operation)
            )
        yield from _judge(answer, operation, "the caller", may=may)


def _others(talk: Talk) -> Iterator[Fault]:
    for stranger in talk.strangers:
        if not _can_be_told_apart(talk, stranger):
            continue
        job = record(talk.ask("GET", f"/jobs/{talk.job_ids[0]}")) if talk.job_ids else {}
        for operation in _sendable(talk):
            may = _may(operation, stranger.identity, certificate=stranger.identity is not None)
            if "{delegation_id}" in operation.path:
                may = False  # It is the caller's, and nobody has a right on that of another.
            if may and _acts_on_sender(operation):
                continue
            yield from _ask_as(talk, stranger, operation, job=job, may=may)


def _ask_as(
    talk: Talk, stranger: Stranger, operation: Operation, *, job: dict[str, Any], may: bool
) -> Iterator[Fault]:
    job_id = None
    if job and "{job_id" in operation.path and not _archive(operation):
        may = may and _owns(stranger.identity, job)
        # What changes is tried on a job only where it must be refused.
        job_id = None if may and operation.method != "GET" else talk.job_ids[0]
    path = address(talk, operation, job_id=job_id)
    try:
        answer = stranger.session.ask(operation.method, path, phase="probe", **body(operation))
    except OverError:
        raise
    except requests.RequestException:
        return  # The server lets nobody in without a certificate, which is a refusal too.
    yield from _judge(answer, operation, stranger.name, may=may, job_exists=job_id is not None)


def _judge(
    answer: Exchange, operation: Operation, who: str, *, may: bool, job_exists: bool = False
) -> Iterator[Fault]:
    if may:
        # A storage, or a cloud service that is not configured, may refuse what the server lets through.
        if answer.status in _REFUSED and not operation.path.startswith(("/dm/", "/cs/")):
            text = (
                f"{who} is refused with {answer.status}, although level {operation.level} is there"
            )
            yield Fault(answer, text, "refused", operation.operation_id)
        return
    # That there is no such job may be said to anybody. Source: "GET /archive/{id}" as observed on FTS 3.13.4.
    unknown = answer.status == _UNKNOWN and "{job_id" in operation.path and not job_exists
    if answer.status not in _REFUSED and not unknown:
        text = f"{who} gets {answer.status}, although the operation needs {_need(operation)}"
        yield Fault(answer, text, "served", operation.operation_id)


def _sendable(talk: Talk) -> Iterator[Operation]:
    for operation in talk.selected:
        if talk.full or changes_nothing(operation.method, operation.path):
            yield operation


def _acts_on_sender(operation: Operation) -> bool:
    """Say whether an operation changes what belongs to whoever sends it, so that no made-up name makes it harmless."""
    own = operation.path.startswith(("/cs/", "/delegation/"))
    return own and not changes_nothing(operation.method, operation.path)


def _may(operation: Operation, identity: Identity | None, *, certificate: bool) -> bool:
    """Say what the document promises to a caller; None is nobody."""
    # They need somebody, whoever it is. Source: "Levels" as observed on FTS 3.13.4.
    of_somebody = operation.path.startswith("/cs/") or "{delegation_id}" in operation.path
    if of_somebody and identity is None:
        return False
    if operation.needs_certificate and not (certificate and identity is not None):
        return False
    if operation.level in {None, "none"}:
        return True
    if identity is None:
        return False
    return identity.is_root if operation.level == "root" else operation.level in identity.level


def _owns(identity: Identity | None, job: dict[str, Any]) -> bool:
    """Source: "Who may touch a job" as observed on FTS 3.13.4."""
    if identity is None:
        return False
    level = identity.level.get("transfer")
    return (
        level == "all"
        or job.get("user_dn") == identity.user_dn
        or (level == "vo" and job.get("vo_name") in identity.vos)
    )


def _can_be_told_apart(talk: Talk, stranger: Stranger) -> bool:
    if stranger.identity is not None:
        return stranger.identity.delegation_id != talk.identity.delegation_id
    if not talk.session.base_url.startswith("https:"):
        raise NotApplicableError("without TLS the server cannot tell callers apart")
    try:
        stranger.session.ask("GET", "/", phase="probe")
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
        meaning="an operation is refused to a caller who has its level, or served to one who has not",
        profile="safe",
        hold=_caller,
    ),
    Probe(
        check="authorization-others",
        meaning="an operation is served to somebody who has not its level, its job or its delegation, or refused to one who has",
        profile="safe",
        hold=_others,
    ),
)
