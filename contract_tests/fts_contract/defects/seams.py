"""The usual ways to make the replies of an operation wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

import attrs

from fts_contract.mock.exchange import JSON, Reply
from fts_contract.mock.faults import Fault

if TYPE_CHECKING:
    from fts_contract.defects.defect import Handler, Seam
    from fts_contract.mock import MockFTS
    from fts_contract.mock.exchange import Call

Edit = Callable[[Any], Any]
_GOOD = range(200, 300)
PRIVATE_KEY: Final = (
    "-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu\n"
    "-----END RSA PRIVATE KEY-----\n"
)


def on_reply(change: Callable[[Reply], Reply], *, statuses: range | set[int] = _GOOD) -> Seam:
    """Change replies with some statuses."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        return change(reply) if reply.status in statuses else reply

    return seam


def on_json(edit: Callable[[Call, Any], Any], *, statuses: range | set[int] = _GOOD) -> Seam:
    """Change the decoded body of replies in JSON: `edit` gets call and body, and returns the new body."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        if reply.status not in statuses:
            return reply
        try:
            before = json.loads(reply.body)
        except ValueError:
            return reply  # A page, or an empty body.
        after = edit(call, json.loads(reply.body))
        if json.dumps(after) == json.dumps(before):
            return reply
        return attrs.evolve(reply, body=json.dumps(after).encode())

    return seam


def on_call(change: Callable[[Call], Call]) -> Seam:
    """Change requests before they are carried out; `change` returns the same object where it changes nothing."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        return carry_on(change(call))

    return seam


def after(act: Callable[[Call, Reply], bool], *, statuses: range | set[int] = _GOOD) -> Seam:
    """Cause a side effect after the request was carried out.

    Args:
        act: Gets call and reply; returns whether it changed anything.
        statuses: Replies after which it acts.
    """

    def seam(call: Call, carry_on: Handler) -> Reply:
        reply = carry_on(call)
        return attrs.evolve(reply) if reply.status in statuses and act(call, reply) else reply

    return seam


def answering(reply: Reply) -> Seam:
    """Always send the same reply, and do nothing."""
    return lambda _call, _carry_on: reply


# Members, by a path such as `files[].reason`: `[]` stands for every entry of an array or object.


def member(path: str, edit: Edit, *, statuses: range | set[int] = _GOOD) -> Seam:
    """Edit a member of the body wherever it appears; an empty path means the whole body."""

    def change(_call: Call, body: Any) -> Any:
        if not path:
            return edit(body)
        for owner, name in owners(body, path):
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


def shifted(*, hours: float) -> Edit:
    """Move a time to another time zone; a value that is not text stays as it is."""

    def shift(text: Any) -> Any:
        if not isinstance(text, str):
            return text
        return (datetime.fromisoformat(text) + timedelta(hours=hours)).isoformat()

    return shift


def _without(
    path: str, act: Callable[[dict[str, Any], str], object], statuses: range | set[int]
) -> Seam:
    def change(_call: Call, body: Any) -> Any:
        for owner, name in owners(body, path):
            act(owner, name)
        return body

    return on_json(change, statuses=statuses)


def owners(body: Any, path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Find the objects that may have the last member of a path, in an object or an array of objects."""
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
    """Send another content type."""
    return on_reply(lambda r: attrs.evolve(r, content_type=content_type), statuses=statuses)


def as_page(*, statuses: range | set[int] = _GOOD) -> Seam:
    """Send a page in place of JSON, as a broken HTTP proxy in front of the server does."""

    def page(reply: Reply) -> Reply:
        body = f"<html><body><h1>{reply.status}</h1><p>Something happened</p></body></html>"
        return attrs.evolve(reply, body=body.encode(), content_type="text/html; charset=utf-8")

    return on_reply(page, statuses=statuses)


def cut(*, to: int | None = None) -> Seam:
    """Cut the body off after `to` bytes; None leaves half of it."""

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
    """Answer 500 to some requests, with the fixed text of FTS or another text."""
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


def accepting(word: bytes, reply: Callable[[Call], Reply]) -> Seam:
    """Answer with success where a request is refused with this word, and do nothing."""

    def seam(call: Call, carry_on: Handler) -> Reply:
        refused = carry_on(call)
        return reply(call) if refused.status == 400 and word in refused.body else refused  # noqa: PLR2004

    return seam


# Before the start


def with_fault(
    kind: Literal["delay", "truncated"], where: str, *, delay_s: float = 0.0
) -> Callable[[MockFTS], None]:
    """Have the mock inject a fault into every answer of an operation; for `Defect.arrange`.

    Args:
        kind: What happens.
        where: Regular expression on method and path.
        delay_s: Seconds before the answer.
    """
    return lambda mock: mock.faults.add(Fault(kind, where, count=None, delay_s=delay_s))
