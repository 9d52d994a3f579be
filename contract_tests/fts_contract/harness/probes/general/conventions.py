"""Rules for every path: content negotiation, slashes, HEAD, OPTIONS, unknown paths and methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.contract.media_types import MediaType
from fts_contract.harness.probes.answers import has_status, record, same
from fts_contract.harness.probes.fault import Fault
from fts_contract.harness.probes.harmless_requests import address, readable, sample
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_OK = 200
_HTML = "text/html"
_JSON = "application/json"
_READING = {"GET", "HEAD", "OPTIONS"}


def _accept(talk: Conversation) -> Iterator[Fault]:
    """Source: "Accept" of all resources as observed on FTS 3.13.4: some lists also have a page, everything else is JSON."""
    for operation in readable(talk):
        plain = sample(talk, operation)
        response = operation.response(_OK)
        documented = set(response.content) if response is not None else set()
        if plain.status == _OK and _JSON not in documented:
            continue
        page = plain.status == _OK and _HTML in documented
        cases = {_HTML: _HTML if page else _JSON}
        if page:
            cases |= {"*/*": _HTML, "image/png": _JSON, f"{_JSON}, {_HTML};q=0.5": _JSON}
        if plain.status == _OK:
            yield from _is(plain, _JSON, accept=_JSON)
        for accept, wanted in cases.items():
            answer = talk.ask("GET", plain.target, headers={"Accept": accept})
            if answer.status != plain.status:
                yield from has_status(answer, plain.status, after=f"Accept: {accept}")
            elif _media(plain) == _JSON:
                yield from _is(answer, wanted, accept=accept)


def _is(answer: Exchange, wanted: str, *, accept: str) -> Iterator[Fault]:
    if _media(answer) != wanted:
        text = f"content type {_media(answer)}, expected {wanted}, for Accept: {accept}"
        yield Fault(answer, text, f"Accept: {accept}")


def _slashes(talk: Conversation) -> Iterator[Fault]:
    """Source: "Methods, paths" as observed on FTS 3.13.4: repeated slashes are merged, and a slash at the end makes another path."""
    for operation in readable(talk):
        plain = sample(talk, operation)
        if operation.path == "/":
            continue
        path, _, query = plain.target.partition("?")
        query = f"?{query}" if query else ""
        merged = talk.ask("GET", path.replace("/", "//") + query)
        yield from has_status(merged, plain.status, after="`/` was written as `//`")
        yield from same(
            merged, "content type", _media(merged), _media(plain), after="`/` was written as `//`"
        )
        closed = talk.ask("GET", f"{path}/{query}", intent="unknown")
        wanted = plain.status if operation.trailing_slash else 404
        for fault in has_status(closed, wanted, after="a slash at the end of the path"):
            yield _blame(fault, operation)


def _methods(talk: Conversation) -> Iterator[Fault]:
    """Source: HEAD and OPTIONS as observed on FTS 3.13.4."""
    for operation in readable(talk):
        plain = sample(talk, operation)
        head = talk.ask("HEAD", plain.target, intent="unknown")
        for fault in (
            *has_status(head, plain.status, after="HEAD in place of GET"),
            *same(head, "content type", _media(head), _media(plain), after="HEAD in place of GET"),
            *_length(talk, head, plain),
        ):
            yield _blame(fault, operation)
        options = talk.ask("OPTIONS", plain.target, intent="unknown")
        allowed = _allow(options)
        wanted = talk.contract.methods(plain.target.partition("?")[0]) | _READING
        for fault in (
            *has_status(options, _OK, after="OPTIONS"),
            *same(
                options, "methods missing in Allow", sorted(wanted - allowed), [], after="OPTIONS"
            ),
        ):
            yield _blame(fault, operation)


def _length(talk: Conversation, head: Exchange, plain: Exchange) -> Iterator[Fault]:
    """Source: RFC 9110, section 8.6: HEAD announces the length that GET has, or none."""
    told = head.headers.get("content-length")
    if told in {None, str(len(plain.body))} or "content-encoding" in head.headers:
        return
    again = talk.ask("GET", plain.target)
    if len(again.body) == len(plain.body):  # Otherwise the data have changed.
        yield from same(head, "Content-Length", told, str(len(plain.body)), after="HEAD")


def _wrong_method(talk: Conversation) -> Iterator[Fault]:
    """Source: 405 as observed on FTS 3.13.4: sent before any other check, with `Allow`."""
    paths: dict[str, Operation] = {}
    for operation in talk.selected:
        paths.setdefault(operation.path, operation)
    for operation in paths.values():
        path = address(talk, operation).partition("?")[0]
        answer = talk.ask("PATCH", path, intent="unknown")
        missing = sorted((talk.contract.methods(path) | _READING) - _allow(answer))
        for fault in (
            *has_status(answer, 405, after="PATCH"),
            *same(answer, "methods missing in Allow", missing, [], after="PATCH"),
            *_is_error(answer),
        ):
            yield _blame(fault, operation)
        if "GET" not in talk.contract.methods(path):
            missing_get = talk.ask("GET", path, intent="unknown")
            for fault in has_status(missing_get, 404, after="GET of a path without GET"):
                yield _blame(fault, operation)


def _unknown(talk: Conversation) -> Iterator[Fault]:
    """Source: "Methods, paths" as observed on FTS 3.13.4: paths are case-sensitive."""
    for path in (f"/{talk.name('nothing')}", f"/jobs-{talk.name('nothing')}/x", "/WhoAmI"):
        answer = talk.ask("GET", path, intent="unknown")
        yield from has_status(answer, 404, after="GET of an unknown path")
        yield from _is_error(answer)
    if talk.full:
        answer = talk.ask("DELETE", f"/{talk.name('nothing')}", intent="unknown")
        yield from has_status(answer, 405, after="DELETE of an unknown path")


def _is_error(answer: Exchange) -> Iterator[Fault]:
    text = record(answer).get("status")
    if not isinstance(text, str) or not text.startswith(f"{answer.status} "):
        yield Fault(
            answer,
            f"status in the body is {text!r}, expected {answer.status} and its reason",
            "status",
        )


def _origin(talk: Conversation) -> Iterator[Fault]:
    """Source: `Origin` as observed on FTS 3.13.4: a host other than that of `Host` is refused before anything else."""
    for origin in ("https://fts-contract.example.org", "null"):
        answer = talk.ask("GET", "/whoami", headers={"Origin": origin})
        yield from has_status(answer, 403, after=f"Origin: {origin}")


def _blame(fault: Fault, operation: Operation) -> Fault:
    """Blame the operation of the path, when the request itself has no operation."""
    return Fault(fault.exchange, fault.message, fault.where, operation.operation_id)


def _allow(answer: Exchange) -> set[str]:
    return {method.strip().upper() for method in answer.headers.get("allow", "").split(",")}


def _media(answer: Exchange) -> str:
    return MediaType.parse(answer.headers.get("content-type", "")).name


PROBES = (
    Probe(
        check="content-negotiation",
        meaning="the type of the answer does not follow `Accept` as documented",
        everywhere=True,
        profile="safe",
        run=_accept,
    ),
    Probe(
        check="slashes",
        meaning="`//` is not read as `/`, or a slash at the end of a path is not treated as documented",
        everywhere=True,
        profile="safe",
        run=_slashes,
    ),
    Probe(
        check="head-and-options",
        meaning="HEAD differs from GET, or OPTIONS does not list the methods",
        everywhere=True,
        profile="safe",
        run=_methods,
    ),
    Probe(
        check="method-not-allowed",
        meaning="a method that the path lacks is not refused with 405, JSON and `Allow`",
        everywhere=True,
        run=_wrong_method,
    ),
    Probe(
        check="foreign-origin",
        meaning="a request from a script on another site is served with the certificate of the user",
        operations=("whoami",),
        profile="safe",
        run=_origin,
    ),
    Probe(
        check="unknown-path",
        meaning="an unknown path is not answered with 404 (405 for DELETE) in JSON",
        operations=("get_server_info",),
        profile="safe",
        run=_unknown,
    ),
)
