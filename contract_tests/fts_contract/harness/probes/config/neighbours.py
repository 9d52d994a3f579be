"""A delete removes the whole entry that it names, and none with a longer, a shorter or a similar name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import attrs

from fts_contract.harness.probes.answers import record, rows
from fts_contract.harness.probes.fault import Fault
from fts_contract.harness.probes.probe import Probe
from fts_contract.harness.sending.own_names import MARK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_Key = tuple[str, ...]
_PAGE: Final = {"Accept": "text/html"}
"""To this, 3.13.4 answers in full on `/config/global`; other answers are cut off after seconds."""
_WORD: Final = "a_b"
_SIMILAR: Final = (f"{_WORD}x", _WORD[:-1], "axb")
"""A longer name, a shorter one, and one that fits when `_` is taken for a wildcard."""
_TIMES: Final = {"addition_time"}


@attrs.frozen(kw_only=True)
class _Kind:
    """A kind of entries. An entry is known by its key: the names in it.

    Attributes:
        key: Makes a key from words, one for each of its parts.
        parts: Number of names in a key.
        path: Where entries are listed, and written unless `write` says otherwise.
        body: Makes the body that writes the smallest entry with a key.
        more: Makes what a larger entry has besides.
        write: Makes the path at which an entry is written; None for `path`.
        entries: Reads the entries in an answer, by key.
        remove: Makes the target of the request that deletes an entry.
        any_case: Whether the server ignores the case of the names.
        similar: Words for the keys of the other entries.
        needs: Makes the request that must come before an entry is written, as path and body, and the target of the one that
            undoes it; None where there is none.
    """

    key: Callable[..., _Key]
    parts: int = 1
    path: str
    body: Callable[[_Key], dict[str, Any]]
    more: Callable[[_Key], dict[str, Any]] = lambda _key: {}
    write: Callable[[_Key], str] | None = None
    entries: Callable[[Exchange], dict[_Key, Any]]
    remove: Callable[[_Key], str]
    any_case: bool = True
    similar: tuple[str, ...] = _SIMILAR
    needs: Callable[[_Key], tuple[str, dict[str, Any], str]] | None = None

    def written(self, talk: Conversation, key: _Key, **more: Any) -> None:
        """Write an entry."""
        _write(talk, self.write(key) if self.write else self.path, self.body(key) | more)

    def seen(self, talk: Conversation) -> tuple[Exchange, dict[_Key, Any]]:
        """Read all entries."""
        answer = talk.ask("GET", self.path)
        return answer, self.entries(answer)

    def neighbours(self) -> list[_Key]:
        """The keys that differ from the first one in one of their parts, or in all."""
        words = [_WORD] * self.parts
        one = [
            [*words[:place], other, *words[place + 1 :]]
            for place in range(self.parts)
            for other in self.similar
        ]
        every = [[other] * self.parts for other in self.similar] if self.parts > 1 else []
        return [self.key(*some) for some in (*one, *every)]


def _kinds(talk: Conversation) -> tuple[_Kind, ...]:
    """Source: the resources of /config and /ban as observed on FTS 3.13.4."""

    def name(word: str) -> _Key:
        return (talk.name(word),)

    def storage(word: str) -> _Key:
        return (f"mock://{talk.name(word)}",)

    def dn(word: str) -> _Key:
        # Blanks, which a query may write as `+`.
        return (f"/DC=org/DC=example/CN={MARK} {talk.seed} {word}",)

    def query(path: str, *names: str) -> Callable[[_Key], str]:
        return lambda key: f"{path}?{urlencode(dict(zip(names, key, strict=True)))}"

    def at(path: str) -> Callable[[_Key], str]:
        return lambda key: "/".join((path, *(quote(part, safe="") for part in key)))

    def link(key: _Key) -> dict[str, Any]:
        ends = [f"mock://{part}" for part in (key[0], f"{key[0]}-to")]
        return {"symbolicname": key[0], "source": ends[0], "destination": ends[1]}

    def link_of_share(key: _Key) -> tuple[str, dict[str, Any], str]:
        found = f"{talk.name('share')}{'-'.join(part.rpartition('-')[2] for part in key[:2])}"
        body = {"symbolicname": found, "source": key[0], "destination": key[1]}
        return "/config/links", body, f"/config/links/{found}"

    def cloud_of_user(key: _Key) -> tuple[str, dict[str, Any], str]:
        path = "/config/cloud_storage"
        return path, {"storage_name": key[0]}, at(path)(key[:1])

    return (
        _Kind(
            key=name, path="/config/links", body=link, more=lambda _: {"nostreams": 4, "max_active": 9},
            entries=_listed("symbolicname"), remove=at("/config/links"),
        ),
        _Kind(
            key=lambda one, two, vo: (*storage(one), *storage(two), *name(vo)), parts=3,
            path="/config/shares", entries=_listed("source", "destination", "vo"),
            body=lambda key: {"source": key[0], "destination": key[1], "vo": key[2], "share": 5},
            remove=query("/config/shares", "source", "destination", "vo"), needs=link_of_share,
        ),
        _Kind(
            key=name, path="/config/global", body=lambda key: {"vo_name": key[0]},
            more=lambda _: {"retry": 7, "no_streaming": True}, entries=_members,
            remove=query("/config/global", "vo_name"),
        ),
        _Kind(
            key=storage, path="/config/se", body=lambda key: {key[0]: {"se_info": {"site": "x"}}},
            more=lambda key: {
                key[0]: {"operations": {talk.name("vo"): {"staging": 7}}, "se_info": {"ipv6": 1}}
            },
            entries=_members, remove=query("/config/se", "se"),
        ),
        _Kind(
            key=lambda user, operation: (*dn(user), f"contract-{operation}"), parts=2,
            path="/config/authorize", entries=_listed("dn", "operation"), any_case=False,
            body=lambda key: {"dn": key[0], "operation": key[1]},
            remove=query("/config/authorize", "dn", "operation"),
        ),
        _Kind(
            key=name, path="/config/activity_shares", entries=_members,
            body=lambda key: {"vo": key[0], "share": {"default": 1}}, more=lambda _: {"active": False},
            remove=at("/config/activity_shares"),
        ),
        _Kind(
            key=lambda one, vo: (*name(one), *name(vo)), parts=2, path="/config/cloud_storage",
            body=lambda key: {"vo_name": key[1]}, more=lambda _: {"access_token": "none"}, entries=_cloud_users,
            # A server that cuts its answer off takes five seconds for each storage. Source: 3.13.4.
            write=lambda key: f"/config/cloud_storage/{key[0]}",
            remove=at("/config/cloud_storage"), similar=_SIMILAR[:1], needs=cloud_of_user,
        ),
        _Kind(
            key=storage, path="/ban/se", body=lambda key: {"storage": key[0]},
            more=lambda _: {"message": "made by a contract test"}, entries=_listed("se"), remove=query("/ban/se", "storage"),
        ),
        _Kind(
            key=dn, path="/ban/dn", body=lambda key: {"user_dn": key[0]}, entries=_listed("dn"),
            more=lambda _: {"message": "made by a contract test"}, remove=query("/ban/dn", "user_dn"), any_case=False,
        ),
    )  # fmt: skip


def _each(talk: Conversation) -> Iterator[Fault]:
    for kind in _kinds(talk):
        if not any(operation.path.startswith(kind.path) for operation in talk.selected):
            continue
        first, others = kind.key(*[_WORD] * kind.parts), kind.neighbours()
        keys = (first, *others)
        needs = (
            {remove: (path, body) for path, body, remove in map(kind.needs, keys)}
            if kind.needs
            else {}
        )
        try:
            for path, body in needs.values():
                _write(talk, path, body)
            for key in others:
                kind.written(talk, key)
            yield from _deleted(talk, kind, first, others)
        finally:
            for target in (*map(kind.remove, keys), *needs):
                # A server that does not read `+` as a blank must lose the entry too.
                talk.undo("DELETE", target.replace("+", "%20"))


def _deleted(talk: Conversation, kind: _Kind, first: _Key, others: list[_Key]) -> Iterator[Fault]:
    before = kind.seen(talk)[1]
    spellings = [first, tuple(part.upper() for part in first)] if kind.any_case else [first]
    for number, spelt in enumerate(spellings):
        # The second time it is written with less, and must not have what the first one had.
        kind.written(talk, first, **({} if number else kind.more(first)))
        answer, seen = kind.seen(talk)
        if first not in seen:
            return  # Other checks find that an entry is not stored.
        yield from _undisturbed(answer, before, seen, others, "a write")
        if number and others[0] in seen:
            made, new = (_bare(seen[key], key) for key in (first, others[0]))
            if made != new:
                text = f"an entry that was deleted and written again is {made}, a new one is {new}"
                yield Fault(answer, text, f"{kind.path} again")
        talk.ask("DELETE", kind.remove(spelt))
        answer, seen = kind.seen(talk)
        if first in seen:
            how = "" if spelt == first else ", by its name in capitals"
            yield Fault(
                answer, f"{' '.join(first)} is still there, after a delete{how}", kind.path
            )
        yield from _undisturbed(answer, before, seen, others, "a delete")


def _undisturbed(
    answer: Exchange,
    before: dict[_Key, Any],
    seen: dict[_Key, Any],
    others: list[_Key],
    after: str,
) -> Iterator[Fault]:
    for key in others:
        if key in before and seen.get(key) != before[key]:
            what = "has changed" if key in seen else "is gone"
            text = f"{' '.join(key)} {what}, after {after} of another entry"
            yield Fault(answer, text, f"others, {after}")
            return


def _write(talk: Conversation, path: str, body: dict[str, Any]) -> None:
    talk.write(path, body, headers=_PAGE if path == "/config/global" else None)


def _bare(entry: Any, key: _Key) -> str:
    """Write an entry as text without its names."""
    text = json.dumps(entry, sort_keys=True)
    for part in sorted(key, key=len, reverse=True):
        text = text.replace(part, "")
    return text


def _listed(*names: str) -> Callable[[Exchange], dict[_Key, Any]]:
    return lambda answer: {
        tuple(str(row.get(name)) for name in names): {
            name: value for name, value in row.items() if name not in _TIMES
        }
        for row in rows(answer)
    }


def _members(answer: Exchange) -> dict[_Key, Any]:
    return {(name,): value for name, value in record(answer).items()}


def _cloud_users(answer: Exchange) -> dict[_Key, Any]:
    return {
        (str(row.get("storage_name")), str(user.get("vo_name"))): user
        for row in rows(answer)
        for user in row.get("users") or ()
        if isinstance(user, dict)
    }


PROBES = (
    Probe(
        check="deletes-only-that",
        meaning="a delete removes entries with similar names too, leaves a part of its own, or finds a name in one spelling only",
        operations=(
            *("set_link", "list_links", "delete_link", "set_share", "list_shares", "delete_share"),
            *("set_global_config", "get_global_config", "delete_global_config"),
            *("set_se_config", "get_se_config", "delete_se_config"),
            *("add_grant", "list_grants", "remove_grants"),
            *("set_activity_shares", "list_activity_shares", "delete_activity_shares"),
            *("set_cloud_storage", "list_cloud_storages", "delete_cloud_storage"),
            *("set_cloud_storage_user", "delete_cloud_storage_user"),
            *("ban_se", "list_banned_se", "unban_se", "ban_dn", "list_banned_dn", "unban_dn"),
        ),
        level="config",
        run=_each,
    ),
)
