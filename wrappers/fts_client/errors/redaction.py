"""Take secrets out of everything that people, logs and other programs see: texts, attributes, headers and bodies.

Two rules. What the request in hand holds is removed by its value, whatever it is called there and however it was quoted.
What only others can know, such as the signature in a URL of a storage, is recognised by its form or its name.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from contextvars import ContextVar
from functools import cache, cached_property
from pathlib import PurePath
from typing import Any, Final, TypeVar

from fts_client.errors.quoting import plain, views

BODY_LIMIT: Final = 16_384
"""Characters of a body that an error keeps."""

READ_LIMIT: Final = 4 * BODY_LIMIT
"""Bytes of a body that is not JSON that an error is made from."""

T = TypeVar("T")

_TOKEN, _SECRET, _USER = "[token removed]", "[secret removed]", "[user removed]"
# Shorter values are words; in this length they are removed only where they stand alone.
_SHORTEST, _WORD = 4, 8
# So much of a longer value is secret, too: servers cut what they quote.
_PIECE: Final = 12

# Each word begins with a letter and looks back afterwards, which is several times as fast as the other way round.
_NAME = (
    r"(?i:token[_-]?secret|token(?<!bringonline_token)(?<!space_token)(?<!spacetoken)s?|secret[_-]?key|secret|passw(?:or)?d|passphrase|pwd(?<![a-z]pwd)"
    r"|authz(?<![a-z]authz)|authorization|cookie|macaroon|credential|signature|sig(?<![a-z]sig)|assertion"
    r"|(?:access|api|private|session)[_-]?key(?:[_-]?id)?)"
)
_SECRET_NAME = rf"{_NAME}\Z"
_SCHEME = r"(?:(?:bearer|basic)[\s+]{1,8})?"
_QUOTED = r"""(?:"(?P<double>(?:[^"\\]|\\.)*+)"?|'(?P<single>(?:[^'\\]|\\.)*+)'?)"""
_ITEM = rf"(?s){_QUOTED}"
_MARKS = r"\[(?:token|secret|user|private key) removed\]"
# What stands there has been removed before.
_NOT_YET = r"(?!\[(?:token|secret|user) )"
_KEY_BLOCK = (
    r"(?s)(?P<value>-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----(?:(?!-----(?:BEGIN|END) ).)*+"
    r"(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)?)"
)
_FIELD = (
    r"(?i)\b(?:(?:access|refresh|request|id|bearer|x-auth)[_-]?token(?:_secret)?|(?:client|app)_secret|secret_key"
    r"|(?:proxy-)?authorization|authz|passphrase|password)\s{0,8}:\s{0,8}"
    rf"(?P<value>{_SCHEME}(?![\[{{])[^\s\"'&;,<>}}]{{4,}})"
)
# What may follow a name: a field of JSON or Python with a value or a list, a parameter.
_AFTER_NAME: Final = (
    rf"(?s)[\"']\s{{0,8}}[:=,]\s{{0,8}}[bu]?{_QUOTED}",
    r"(?s)[\"']\s{0,8}[:=]\s{0,8}\[(?P<list>(?:[^\]\"']|\"(?:[^\"\\]|\\.)*+\"?|'(?:[^'\\]|\\.)*+'?)*+)",
    rf"(?s)\s{{0,8}}=\s{{0,8}}[bu]?{_QUOTED}",
    rf"(?i)\s{{0,8}}=\s{{0,8}}(?P<value>{_SCHEME}{_NOT_YET}[^\s&\"'<>]++)",
)
# Groups say what is removed: a value, or the items of a list. A value that was cut off reaches to the end of the text.
_FORMS: Final = (
    (_KEY_BLOCK, "[private key removed]"),
    # A word of plain letters after "bearer" is prose ("bearer authentication").
    (
        r"(?i:\bbearer)[\s=:+]{1,8}(?P<value>(?=[a-z]*+[A-Z0-9._~+/=-])[A-Za-z0-9._~+/=-]{4,})",
        _TOKEN,
    ),
    (_FIELD, _SECRET),
    (r"(?i)\b(?:set-)?cookie:\s{0,8}(?P<value>[^\r\n\"'<>]++)", _SECRET),
    # Where a URL is taken for a path, two slashes become one.
    (r"(?<=:/)/?(?P<value>[^/\s@\"'<>]{1,1024})@", _USER),
    # A password may hold a slash, though it should not; a number is a port.
    (
        r"(?<=:/)/?(?P<value>[^/\s@:\[\]\"'<>]{0,256}:(?!(?:\d+|port)(?:\W|\Z))[^\s@\"'<>]{0,1024})@",
        _USER,
    ),
    (
        r"(?<=://)[^/\s@:\[\]\"'<>]{1,256}:(?P<value>(?!(?:\d*|port)(?:\W|\Z))[^\s@/?#\"'<>]++)",
        _SECRET,
    ),
)
# Whole runs of the characters of a JWT take linear time; a pattern that begins at every "eyJ" takes quadratic time.
_JWT_RUN = r"[A-Za-z0-9_.-]{8,}"
_BASIC = r"(?i:\bbasic)[\s:+]{1,8}([A-Za-z0-9+/=]{4,})"
_AUTHENTICATING: Final = frozenset({"authorization", "cookie", "proxy-authorization"})


@cache
def _forms() -> tuple[tuple[re.Pattern[str], str], ...]:
    # Compiled when first used, so that programs without errors start faster.
    return tuple((re.compile(form), mark) for form, mark in _FORMS)


class InHand(tuple[Any, ...]):  # noqa: SLOT001 - it caches
    """Where the secrets of the request in hand stand: headers, texts such as the URL of a proxy, and weak references to requests.

    It is made for every request and read only when something goes wrong.
    """

    def __repr__(self) -> str:
        return "InHand(...)"

    @cached_property
    def secrets(self) -> frozenset[str]:
        """The values that must not be seen, without quotes."""
        found: set[str] = set()
        for source in self:
            if isinstance(source, str):
                found.update(_found_in(source))
            elif isinstance(source, Mapping):
                found.update(_held_by_headers(source))
            elif (request := source()) is not None:
                found.update(_held_by_headers(request.headers), _found_in(str(request.url)))
                found.update(_held_by_body(request.content))
        found |= {plain(value) for value in found if not re.search(_MARKS, value)}
        return frozenset(_spaced(value) for value in found if len(value.strip()) >= _SHORTEST)

    @cached_property
    def words(self) -> re.Pattern[str] | None:
        """The short ones; those that look like words only where they stand alone."""
        alone = r"(?<![A-Za-z0-9]){}(?![A-Za-z0-9])"
        words = [
            (alone if len(value) < _WORD else "{}").format(re.escape(value))
            for value in sorted(self.secrets, key=len, reverse=True)
            if len(value) < _PIECE
        ]
        return re.compile("|".join(words)) if words else None

    @cached_property
    def pieces(self) -> frozenset[str]:
        """Every stretch of the long ones."""
        return frozenset(
            value[start : start + _PIECE]
            for value in self.secrets
            for start in range(len(value) - _PIECE + 1)
        )

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """How they begin: what is left of one when something cut the text in the middle of it."""
        return frozenset(
            value[:length]
            for value in self.secrets
            for length in range(_SHORTEST + 2, min(len(value), _PIECE))
        )


_NOTHING: Final = InHand()
in_hand: ContextVar[InHand] = ContextVar("in_hand", default=_NOTHING)
"""What is being asked, or was asked last, in this context."""


def redact(text: str) -> str:
    """Replace private keys, tokens, passwords and signatures in a text by marks; a text without secrets is returned unchanged."""
    held = in_hand.get()
    spans = sorted(
        (view.origin(start), -view.origin(end), mark)
        for view in views(text)
        for start, end, mark in (*_recognised(view.text), *_known(view.text, held))
        if start < end
    )
    parts: list[str] = []
    place = 0
    for start, minus_end, mark in spans:
        end = -minus_end
        if start > place or not parts:
            old = re.fullmatch(_MARKS, text[start:end])
            parts += [text[place:start], old.group() if old else mark]
        place = max(place, end)
    return "".join([*parts, text[place:]]) if parts else text


def _recognised(text: str) -> Iterator[tuple[int, int, str]]:
    """Find what looks like a secret."""
    end = 0
    for name in re.finditer(_NAME, text):
        # Names within a value are part of it; to look at each would take quadratic time.
        for after in _AFTER_NAME if name.start() >= end else ():
            if found := re.compile(after).match(text, name.end()):
                yield from _values(found, _SECRET)
                end = found.end()
                break
    for pattern, mark in _forms():
        for found in pattern.finditer(text):
            yield from _values(found, mark)
    for run in re.finditer(_JWT_RUN, text):
        # Header and claims are JSON objects, so their base64url always starts with "eyJ". What is left of a token that was cut
        # off after the first dot is still secret.
        start = run.group().find("eyJ")
        if start >= 0 and "." in run.group()[start:]:
            yield run.start() + start, run.end(), _TOKEN
    for run in re.finditer(_BASIC, text):
        if _password_of(run[1]):
            yield *run.span(1), _SECRET


def _values(found: re.Match[str], mark: str) -> Iterator[tuple[int, int, str]]:
    group = str(found.lastgroup)
    if group != "list":
        yield *found.span(group), mark
        return
    for item in re.compile(_ITEM).finditer(found.string, *found.span(group)):
        yield *item.span(str(item.lastgroup)), _TOKEN


def _known(text: str, held: InHand) -> Iterator[tuple[int, int, str]]:
    """Find what the request in hand holds."""
    if not held or not held.secrets:
        return
    text = _spaced(text)
    if held.words:
        yield from ((*found.span(), _SECRET) for found in held.words.finditer(text))
    size = len(text)
    if held.pieces:
        places = (at for at in range(size - _PIECE + 1) if text[at : at + _PIECE] in held.pieces)
        yield from ((at, at + _PIECE, _SECRET) for at in places)
    for length in range(_SHORTEST + 2, _PIECE):
        if text[-length:] in held.beginnings:
            yield size - length, size, _SECRET


def _spaced(text: str) -> str:
    # In a form, a plus stands for a blank.
    return text.replace("+", " ")


def _found_in(text: str) -> Iterator[str]:
    """Yield the secrets that a text shows by their form or name, as they stand in it and without quotes."""
    for view in views(text):
        for start, end, mark in _recognised(view.text):
            value = view.text[start:end]
            yield value
            if mark == _USER:
                yield value.partition(":")[2]
            yield value.partition(" ")[2] or value


def _held_by_headers(headers: Mapping[str, str]) -> Iterator[str]:
    for name, value in headers.items():
        if not re.search(_SECRET_NAME, name):
            yield from _found_in(value)
            continue
        scheme, _, secret = value.partition(" ")
        yield secret.strip() if scheme.lower() in {"bearer", "basic"} else value
        if scheme.lower() == "basic":
            yield _decoded(secret)
            yield _password_of(secret)
        if "cookie" in name.lower():
            yield from (part.partition("=")[2] for part in value.split(";"))


def _password_of(basic: str) -> str:
    """The password in the base64 of user name and password; empty when it is something else."""
    return _decoded(basic).partition(":")[2]


def _decoded(basic: str) -> str:
    with suppress(ValueError):
        return base64.b64decode(
            basic.strip().rstrip("=") + "=" * (-len(basic.strip().rstrip("=")) % 4), validate=True
        ).decode()
    return ""


def _held_by_body(body: bytes) -> Iterator[str]:
    text = body.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        yield from _found_in(text)
    else:
        yield from _held_by_json(value, secret=False)


def _held_by_json(value: Any, *, secret: bool) -> Iterator[str]:
    if isinstance(value, str):
        if secret:
            yield value
        # Most texts are SURLs without anything in them.
        if any(sign in value for sign in "?@=") or "eyJ" in value or "PRIVATE" in value:
            yield from _found_in(value)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _held_by_json(item, secret=secret or bool(re.search(_SECRET_NAME, name)))
    elif isinstance(value, list):
        for item in value:
            yield from _held_by_json(item, secret=secret)


def clean(value: T) -> T:
    """Return a value without secrets: a text, a path, or a collection of them; anything else as it is."""
    cleaned: Any = value
    if isinstance(value, str):
        cleaned = redact(value)
    elif isinstance(value, PurePath):
        cleaned = type(value)(redact(str(value)))
    elif isinstance(value, Mapping):
        cleaned = {name: clean(item) for name, item in value.items()}
    elif isinstance(value, list | tuple):
        cleaned = type(value)(map(clean, value))
    return value if cleaned == value else cleaned


def redact_body(body: bytes, limit: int | None = None) -> str:
    """Decode a body and remove its secrets; JSON stays JSON.

    Args:
        body: The body.
        limit: About how many characters of JSON are read, so that no answer takes long; None: all.
    """
    text = body[:READ_LIMIT].decode("utf-8", errors="replace")
    if _named(text):
        with suppress(ValueError, RecursionError):
            room = [len(body) if limit is None else limit]
            return json.dumps(_without_named(json.loads(body), room))
    return redact(text)


def redact_answer(body: bytes) -> str:
    """Return what an error keeps of an answer: the beginning, without its secrets."""
    return redact_body(body, READ_LIMIT)[:BODY_LIMIT]


def _named(text: str) -> bool:
    return re.search(rf"{_NAME}[\"']", text) is not None


def _without_named(value: Any, room: list[int], *, secret: bool = False) -> Any:
    """Copy a value of JSON without its secrets, as much of it as there is room for."""
    room[0] -= 1
    if isinstance(value, Mapping):
        return {
            redact(_cut(name, room)): _without_named(
                item, room, secret=secret or bool(re.search(_SECRET_NAME, name))
            )
            for name, item in value.items()
            if room[0] > 0
        }
    if isinstance(value, list):
        return [_without_named(item, room, secret=secret) for item in value if room[0] > 0]
    if isinstance(value, str):
        text = _cut(value, room)
        return _SECRET if secret and value else redact(text)
    return value


def _cut(text: str, room: list[int]) -> str:
    text = text[: max(room[0], 0)]
    room[0] -= len(text)
    return text


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Reduce each header that authenticates to its scheme ("basic", "bearer" or "other"), and take secrets out of the others."""
    return {
        name: _scheme(value)
        if name.lower() in _AUTHENTICATING
        else _SECRET
        if re.search(_SECRET_NAME, name)
        else redact(value)
        for name, value in headers.items()
    }


def _scheme(value: str) -> str:
    # A value of one word is the secret itself.
    scheme, _, secret = value.partition(" ")
    return scheme.lower() if secret and scheme.lower() in {"basic", "bearer"} else "other"
