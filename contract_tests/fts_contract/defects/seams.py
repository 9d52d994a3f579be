"""The usual ways to make an operation wrong; defects that need more are functions of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import attrs

from fts_contract.mock.exchange import JSON, Reply

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler, Seam
    from fts_contract.mock.exchange import Call

Edit = Callable[[Any], Any]
_GOOD = range(200, 300)


def on_reply(change: Callable[[Reply], Reply], *, statuses: range | set[int] = _GOOD) -> Seam:
    """Change answers of some statuses."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        return change(reply) if reply.status in statuses else reply

    return seam


def on_json(edit: Callable[[Call, Any], Any], *, statuses: range | set[int] = _GOOD) -> Seam:
    """Change the decoded body of answers in JSON: `edit` gets call and body, and gives the new body."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        if reply.status not in statuses:
            return reply
        try:
            before = json.loads(reply.body)
        except ValueError:
            return reply  # a page, or nothing
        after = edit(call, json.loads(reply.body))
        if json.dumps(after) == json.dumps(before):
            return reply
        return attrs.evolve(reply, body=json.dumps(after).encode())

    return seam


def on_call(change: Callable[[Call], Call]) -> Seam:
    """Change requests before they are carried out; one that stays as it is must be given back itself."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        return carry_on(change(call))

    return seam


def after(act: Callable[[Call, Reply], bool], *, statuses: range | set[int] = _GOOD) -> Seam:
    """Do something behind the back of the caller, after the request was carried out.

    Args:
        act: Gets call and reply; says whether it did anything.
        statuses: Answers that it is for.
    """

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        return attrs.evolve(reply) if reply.status in statuses and act(call, reply) else reply

    return seam


def answering(reply: Reply) -> Seam:
    """Answer always the same, and do nothing."""
    return lambda _call, _carry_on: reply


# Members, by a path such as `files[].reason`: `[]` goes into every entry, of an object too.


def member(path: str, edit: Edit, *, statuses: range | set[int] = _GOOD) -> Seam:
    """Edit one member of the body wherever it is; an empty path means the whole body."""

    def change(_call: Call, body: Any) -> Any:
        if not path:
            return edit(body)
        for owner, name in _owners(body, path):
            if name in owner:
                owner[name] = edit(owner[name])
        return body

    return on_json(change, statuses=statuses)


def dropped(path: str, *, statuses: range | set[int] = _GOOD) -> Seam:
    """Leave a member out."""
    return _without(path, lambda owner, name: owner.pop(name, None), statuses)


def renamed(path: str, new: str, *, statuses: range | set[int] = _GOOD) -> Seam:
    """Give a member another name."""

    def rename(owner: dict[str, Any], name: str) -> None:
        if name in owner:
            owner[new] = owner.pop(name)

    return _without(path, rename, statuses)


def nulled(path: str) -> Seam:
    """Send null in place of a member."""
    return member(path, lambda _value: None)


def _without(
    path: str, act: Callable[[dict[str, Any], str], object], statuses: range | set[int]
) -> Seam:
    def change(_call: Call, body: Any) -> Any:
        for owner, name in _owners(body, path):
            act(owner, name)
        return body

    return on_json(change, statuses=statuses)


def _owners(body: Any, path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Find the objects that may have the last member of a path.

    A body may be one object or a list of such.
    """
    *above, name = path.split(".")
    found = body if isinstance(body, list) else [body]
    for step in above:
        key = step.removesuffix("[]")
        values = (
            [owner[key] for owner in found if isinstance(owner, dict) and key in owner]
            if key
            else found
        )
        if step.endswith("[]"):
            values = [
                entry
                for value in values
                for entry in (value.values() if isinstance(value, dict) else value or ())
            ]
        found = values
    for owner in found:
        if isinstance(owner, dict):
            yield owner, name


# Whole answers


def status(new: int, *, instead_of: int) -> Seam:
    """Answer with another status, and the same body."""
    return on_reply(lambda reply: attrs.evolve(reply, status=new), statuses={instead_of})


def typed(content_type: str | None, *, statuses: range | set[int] = _GOOD) -> Seam:
    """Announce another content type."""
    return on_reply(lambda r: attrs.evolve(r, content_type=content_type), statuses=statuses)


def as_page(*, statuses: range | set[int] = _GOOD) -> Seam:
    """Answer with a page in place of JSON, as a server behind a broken proxy does."""

    def page(reply: Reply) -> Reply:
        body = f"<html><body><h1>{reply.status}</h1><p>Something happened</p></body></html>"
        return attrs.evolve(reply, body=body.encode(), content_type="text/html; charset=utf-8")

    return on_reply(page, statuses=statuses)


def cut(*, to: int | None = None) -> Seam:
    """Break the body off; None leaves half of it."""

    def broken(reply: Reply) -> Reply:
        body = reply.body[: len(reply.body) // 2 if to is None else to]
        return reply if body == reply.body else attrs.evolve(reply, body=body)

    return on_reply(broken)


def header(name: str, value: str | None) -> Seam:
    """Send another value of a header; None leaves it out."""

    def change(reply: Reply) -> Reply:
        kept = {key: old for key, old in reply.headers.items() if key != name}
        return attrs.evolve(reply, headers=kept if value is None else {**kept, name: value})

    return on_reply(change)


def failing(when: Callable[[Call], bool] = lambda _call: True, *, text: str | None = None) -> Seam:
    """Answer 500 to some requests, with the fixed text of FTS or another one."""
    message = text or (
        "The server encountered an internal error and was unable to complete your request. Either the server is "
        "overloaded or there is an error in the application."
    )

    def seam(call: Call, carry_on: Handler) -> Reply:
        if not when(call):
            return carry_on(call)
        body = {"status": "500 Internal Server Error", "message": message}
        return Reply(status=500, body=json.dumps(body).encode(), content_type=JSON)

    return seam


# Requests


def unheard(*names: str) -> Seam:
    """Ignore parameters of the query."""
    return query(lambda pairs: {k: v for k, v in pairs.items() if k not in names})


def query(change: Callable[[dict[str, str]], dict[str, str]]) -> Seam:
    """Read the query in another way."""

    def changed(call: Call) -> Call:
        after_change = change(dict(call.query))
        return call if after_change == call.query else attrs.evolve(call, query=after_change)

    return on_call(changed)


def sent_json(edit: Callable[[dict[str, Any]], Any]) -> Seam:
    """Read the JSON object that a request carries in another way; `edit` changes it in place or gives another."""

    def changed(call: Call) -> Call:
        try:
            before = json.loads(call.body)
        except ValueError:
            return call
        if not isinstance(before, dict):
            return call
        given = json.loads(call.body)
        edited = edit(given)
        body = given if edited is None else edited
        if body == before:
            return call
        return attrs.evolve(call, body=json.dumps(body).encode())

    return on_call(changed)


def unread(*names: str) -> Seam:
    """Ignore members of the JSON object that a request carries, by dotted path."""

    def forget(body: dict[str, Any]) -> None:
        for path in names:
            for owner, name in _owners(body, path):
                owner.pop(name, None)

    return sent_json(forget)


def doing_nothing(
    reply: Callable[[Call], Reply], *, when: Callable[[Call], bool] = lambda _call: True
) -> Seam:
    """Answer as if it were done, and do nothing."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        return reply(call) if when(call) else carry_on(call)

    return seam


def as_somebody(change: Callable[[Call], Call]) -> Seam:
    """Take the caller for somebody else where the request is refused to them: a hole, not another identity."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        if reply.status not in {401, 403}:
            return reply
        return carry_on(change(call))

    return seam


def accepting(word: bytes, reply: Callable[[Call], Reply]) -> Seam:
    """Answer well where a request is refused with this word, and do nothing."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        refused = carry_on(call)
        return reply(call) if refused.status == 400 and word in refused.body else refused  # noqa: PLR2004

    return seam
