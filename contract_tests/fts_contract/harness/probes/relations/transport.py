"""How answers travel: whole, the same when asked again, and nothing after the header of HEAD."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import requests

from fts_contract.harness.probes.answers import files_in, has_status, listed, record, rows, same
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.harmless_requests import readable, sample
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.probes.relations.lists import STATES
from fts_contract.harness.sending.raw_heads import after_heads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_MANY: Final = 100


def _head(talk: Conversation) -> Iterator[Fault]:
    """Source: RFC 9110, section 9.3.2."""
    if talk.session.proxies:
        raise NotApplicableError("it needs a direct connection, not one through an HTTP proxy")
    samples = {sample(talk, operation).target: operation for operation in readable(talk)}
    try:
        for path, extra in after_heads(talk.session, samples):
            operation = samples[path]
            text = f"the answer to HEAD has a body: {extra[:40]!r}"
            yield Fault(sample(talk, operation), text, "body", operation.operation_id)
    except requests.RequestException:
        raise
    except OSError as error:
        raise NotApplicableError(f"the connection failed during HEAD requests: {error}") from None


def _again(talk: Conversation) -> Iterator[Fault]:
    """The same request gets the same answer, unless the data have changed for good."""
    for operation in readable(talk):
        first = sample(talk, operation)
        second = talk.ask("GET", first.target)
        if _content(second) == _content(first):
            continue
        third = talk.ask("GET", first.target)
        if _content(third) == _content(first):
            text = "the same request is answered differently, and then again as before"
            yield Fault(second, text, "", operation.operation_id)


def _content(answer: Exchange) -> tuple[int, str]:
    body = answer.json
    if isinstance(body, list):
        body = sorted(json.dumps(item, sort_keys=True) for item in body)
    return answer.status, json.dumps(body, sort_keys=True) if body is not None else str(
        answer.body
    )


def _long(talk: Conversation) -> Iterator[Fault]:
    """A long answer arrives whole. Source: "the same id twice: listed twice", as observed on FTS 3.13.4."""
    if not talk.job_ids:
        raise NotApplicableError("it needs a job that the caller sees")
    job_id = talk.job_ids[0]
    one = talk.ask(
        "GET", f"/jobs/{job_id}?files=file_id,source_surl,dest_surl,file_metadata,reason"
    )
    query = one.target.partition("?")[2]
    many = talk.ask("GET", f"/jobs/{','.join([job_id] * _MANY)}?{query}")
    yield from has_status(many, 200, after=f"a request for a job {_MANY} times")
    yield from same(many, "entries", len(listed(many)), _MANY)
    length = many.headers.get("content-length")
    if length is not None and length.isdigit() and "content-encoding" not in many.headers:
        yield from same(many, "Content-Length", int(length), len(many.body))
    files = {len(files_in(entry)) for entry in rows(many)}
    yield from same(many, "files of each entry", files, {len(files_in(record(one)))})
    yield from _each_its_own(talk)
    small = talk.ask("GET", many.target, headers={"Accept-Encoding": "identity"})
    yield from same(small, "entries", len(listed(small)), _MANY, after="Accept-Encoding: identity")


def _each_its_own(talk: Conversation) -> Iterator[Fault]:
    """Each of many jobs has its own files."""
    some = talk.ask("GET", f"/jobs?state_in={STATES}&limit={_MANY}&fields=job_id")
    ids = list(dict.fromkeys([*talk.job_ids, *(str(job.get("job_id")) for job in rows(some))]))
    answer = talk.ask("GET", f"/jobs/{','.join(ids[:_MANY])},?files=file_id,job_id")
    for job in rows(answer):
        foreign = [file for file in files_in(job) if file.get("job_id") != job.get("job_id")]
        if foreign:
            yield Fault(answer, "a job among many has files of another job", "foreign files")
            return


PROBES = (
    Probe(
        check="head-without-body",
        meaning="the answer to HEAD has a body, which a client takes for the next answer",
        everywhere=True,
        profile="safe",
        run=_head,
    ),
    Probe(
        check="same-again",
        meaning="the same request is answered differently when it is sent again",
        profile="safe",
        run=_again,
    ),
    Probe(
        check="long-answers",
        meaning="a long answer is cut off, lacks some of what a short one has, or mixes up jobs",
        operations=("get_jobs",),
        profile="safe",
        run=_long,
    ),
)
