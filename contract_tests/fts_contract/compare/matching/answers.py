"""Hold two answers to the same step side by side."""

from __future__ import annotations

import json
import re
from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.compare.matching.differences import Found
from fts_contract.compare.matching.form import (
    cut,
    falls,
    forms,
    missing_field,
    one_hash,
    other_order,
    shown,
)
from fts_contract.compare.matching.meaning import (
    UUID,
    Meaning,
    depends_on_pace,
    is_ending,
    now_of,
    without_choice,
    without_ties,
)
from fts_contract.compare.performing.step import NOT_SENT, NOTHING_TO_BORROW, OF_THE_FRONT
from fts_contract.harness.contract.json_text import parse_json
from fts_contract.harness.contract.media_types import MediaType
from fts_contract.harness.exchange_checks.model import NO_SENSE
from fts_contract.harness.exchange_checks.slow_answer import SLOW_AFTER_S
from fts_contract.harness.sending.own_names import MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.compare.performing.step import Step
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Comparer"]

# Set by the web server in front of FTS, or compared in another way.
_UNCOMPARED: Final = OF_THE_FRONT | {
    "connection",
    "content-length",
    "content-type",
    "transfer-encoding",
}
# Lists whose order FTS does not promise. Source: "Common rules" and the operations as observed on FTS 3.13.4.
_UNORDERED: Final = re.compile(
    r"GET /(jobs|files|config(/\w+)?|ban/\w+|autocomplete/\w+)/?|POST /ban/\w+|GET /config/cloud_storage/[^/]+"
    r"|DELETE /jobs/[^/]*,[^/]*|GET /optimizer/\w+"
)
# Of a repeated parameter, FTS takes the first.
_LIMITED: Final = re.compile(r"GET /jobs/?\?((?!limit=)[^&]*&)*limit=[1-9]\d*(&|$)")
# Of these, the field by which they are sorted, newest first.
_NEWEST_FIRST: Final = (
    (_LIMITED, "submit_time"),
    (re.compile(r"GET /config/audit"), "datetime"),
    (re.compile(r"GET /optimizer/\w+"), "datetime"),
)
# Objects whose names are those of VOs, storages and hosts.
_KEYED: Final = re.compile(r"GET /(config/(global|se|activity_shares)|status/hosts)/?")
_BY_OWNER: Final = {200, 207, 403}
_MOCK_TOLERANCE_S: Final = 2.0
_TOLERANCE_S: Final = 60.0
_TIMES_AS_LONG: Final = 3.0


@attrs.define(kw_only=True)
class Comparer:
    """Compares the steps of two performances, in their order.

    Attributes:
        alone: Nobody else uses the servers, which held the same before the plays and whose clocks the plays move: all entries of a
            list are compared. Otherwise only those that the plays made; of the others, fields and types are compared.
        slow_after_s: An answer of the target is slow if it takes longer, in seconds, and several times as long as that of the
            reference.
        meaning: Compares single values, and remembers which ids belong together.
    """

    alone: bool
    slow_after_s: float = SLOW_AFTER_S
    meaning: Meaning = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.meaning = Meaning(
            tolerance_s=_MOCK_TOLERANCE_S if self.alone else _TOLERANCE_S, same_pace=self.alone
        )

    def compare(self, one: Step, other: Step) -> Iterator[Found]:
        """Yield what differs between two answers."""
        if not self.alone and any(
            step.trouble.startswith((NOTHING_TO_BORROW, NOT_SENT)) for step in (one, other)
        ):
            return
        if one.lost != other.lost:
            return  # The answers to the earlier request differ.
        a, b = one.exchange, other.exchange
        stumbled = one.trouble.startswith(NO_SENSE)
        if one.trouble != other.trouble or stumbled or (a is None) != (b is None):
            yield Found("answer", "", one.trouble or "an answer", other.trouble or "an answer")
            return
        if a is None or b is None:
            return
        meaning = self.meaning
        meaning.read_clocks(now_of(a, meaning.reference_now), now_of(b, meaning.target_now))
        if one.borrowed and not self.alone and {a.status, b.status} <= _BY_OWNER:
            return  # Whose job it is differs between the servers.
        if a.status != b.status:
            yield Found("status", "", _said(a), _said(b))
            return
        if b.elapsed_s > max(self.slow_after_s, _TIMES_AS_LONG * a.elapsed_s):
            yield Found("slow", "", f"{a.elapsed_s:.1f} s", f"{b.elapsed_s:.1f} s")
        yield from self._headers(a, b)
        for (name, left), (_, right) in zip(one.raw, other.raw, strict=False):
            if left != right:
                yield Found("bytes", name, left, right)
        yield from self._bodies(a, b, settled=one.settled and other.settled, borrowed=one.borrowed)

    def _headers(self, a: Exchange, b: Exchange) -> Iterator[Found]:
        left, right = a.headers.get("content-type", "none"), b.headers.get("content-type", "none")
        if MediaType.parse(left) != MediaType.parse(right):
            yield Found("content type", "", left, right)
        for name in sorted({*a.headers, *b.headers} - _UNCOMPARED):
            values = [one.headers.get(name) for one in (a, b)]
            if name == "allow":
                values = [
                    value and ", ".join(sorted(re.split(r"[,\s]+", value))) for value in values
                ]
            if self.meaning.differ(name, *values, settled=True):
                yield Found("header", name, str(values[0]), str(values[1]))
        if self.alone and ("date" in a.headers) != ("date" in b.headers):
            yield Found(
                "header", "date", a.headers.get("date", "None"), b.headers.get("date", "None")
            )
        lengths = [_length(one) for one in (a, b)]
        if lengths[0] != lengths[1] and self.alone:
            yield Found("bytes", "Content-Length", *lengths)

    def _bodies(
        self, a: Exchange, b: Exchange, *, settled: bool, borrowed: bool
    ) -> Iterator[Found]:
        if a.body == b.body:
            return
        one, other = _read(a.body), _read(b.body)
        if one is _NOT_JSON or other is _NOT_JSON:
            texts = [e.body.decode("utf-8", "backslashreplace") for e in (a, b)]
            if not self.alone and b.headers.get("content-type", "").startswith("text/html"):
                return  # A page that shows entries of others.
            if (one is _NOT_JSON) != (other is _NOT_JSON):
                yield Found("text", "", cut(texts[0]), cut(texts[1]))
            elif found := self.meaning.differ("", *texts, settled=settled):
                yield Found(
                    "another id" if found == "another id" else "text", "", *map(cut, texts)
                )
            return
        line = f"{a.method} {a.target}"
        path = re.sub("/{2,}", "/", line.partition("?")[0])
        unordered = _UNORDERED.fullmatch(path) is not None
        if (order := _lost_order(line, one, other)) is not None:
            yield order
            return
        if not self.alone and (a.method == "GET" or path.startswith("POST /ban/")):
            moving = "time_window" in a.query or (
                not settled and depends_on_pace(a.query.get("state_in", ""))
            )
            # The audit log shows the newest rows only, in any order within a second.
            if borrowed or moving or path == "GET /config/audit":
                yield from forms("", one, other)
                return
            yield from _forms_of_others(path, one, other)
            if _LIMITED.match(line):
                one, other = without_ties(one, other, limit=int(a.query["limit"]))
            one = self._own(one, path, of_target=False)
            other = self._own(other, path, of_target=True)
        # An answer that is a single value, such as /jobs/ID/priority, has the name of its path's last segment.
        key = path.rpartition("/")[2]
        yield from self._values("", key, one, other, settled=settled, unordered=unordered)

    def _own(self, value: Any, path: str, *, of_target: bool) -> Any:
        """Keep the entries that the plays made, of a list or an object in which others have entries too."""
        if isinstance(value, dict) and _KEYED.fullmatch(path):
            return {name: part for name, part in value.items() if MARK in name}
        if not isinstance(value, list) or _UNORDERED.fullmatch(path) is None:
            return value
        known = self.meaning.pairs.get("uuid", {})
        ids = set(known.values()) if of_target else set(known)
        # An id tells the jobs of this comparison from those of earlier ones, which have the same storages.
        return [
            row
            for row in value
            if (
                any(found in ids for found in named)
                if (named := _IDS.findall(text := json.dumps(row)))
                else MARK in text
            )
        ]

    def _values(
        self, place: str, key: str, one: Any, other: Any, *, settled: bool, unordered: bool = False
    ) -> Iterator[Found]:
        if one is other or (
            type(one) is type(other) and one == other and not isinstance(one, dict | list | float)
        ):
            return
        if isinstance(one, dict) and isinstance(other, dict):
            if self.alone and other_order(key, one, other):
                yield Found("order", place, shown(one), shown(other))
            for name in sorted({*one, *other}):
                below = f"{place}/{name}"
                if name not in one or name not in other:
                    yield missing_field(below, name, one, other)
                elif (
                    name == "finish_time" and not self.alone and is_ending(one) != is_ending(other)
                ):
                    continue  # Only on one of the servers was it running.
                else:
                    yield from self._values(below, name, one[name], other[name], settled=settled)
        elif isinstance(one, list) and isinstance(other, list):
            yield from self._lists(place, key, one, other, settled=settled, unordered=unordered)
        elif isinstance(one, dict | list) or isinstance(other, dict | list):
            yield Found("type", place, shown(one), shown(other))
        elif found := self.meaning.differ(key, one, other, settled=settled):
            yield Found(found, place, shown(one), shown(other))

    def _lists(
        self,
        place: str,
        key: str,
        one: list[Any],
        other: list[Any],
        *,
        settled: bool,
        unordered: bool,
    ) -> Iterator[Found]:
        if not self.alone:
            one, other = (without_choice(rows, incomplete=unordered) for rows in (one, other))
        elif one_hash(one) != one_hash(other):
            yield Found("value", f"{place}/*/hashed_id", *map(shown, (one, other)))
        mark = self.meaning.mark()
        found = [
            what
            for a, b in zip(one, other, strict=False)
            for what in self._values(f"{place}/*", key, a, b, settled=settled)
        ]
        if len(one) == len(other) and (not found or len(one) == 1):
            yield from found
            return
        self.meaning.forget(mark)
        left = [self.meaning.sort_key(row, of_target=False) for row in one]
        right = [self.meaning.sort_key(row, of_target=True) for row in other]
        if len(one) != len(other):
            more, fewer = Counter(left), Counter(right)
            missing = [row for row, text in zip(one, left, strict=True) if text in more - fewer]
            extra = [row for row, text in zip(other, right, strict=True) if text in fewer - more]
            said = (
                f"{len(all_)} entries {shown(odd)}"
                for all_, odd in ((one, missing), (other, extra))
            )
            yield Found("rows", place, *said)
            return
        if unordered:
            one = [row for _, row in sorted(zip(left, one, strict=True), key=itemgetter(0))]
            other = [row for _, row in sorted(zip(right, other, strict=True), key=itemgetter(0))]
        elif left != right and sorted(left) == sorted(right):
            yield Found("order", place, shown(one), shown(other))
            return
        for a, b in zip(one, other, strict=True):
            yield from self._values(f"{place}/*", key, a, b, settled=settled)


_NOT_JSON: Final = object()
_IDS: Final = re.compile(UUID)


def _read(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError:
        return _NOT_JSON


def _forms_of_others(path: str, one: Any, other: Any) -> Iterator[Found]:
    """Compare the form of entries that the plays did not make; of those with names, the ones that both servers have."""
    if _KEYED.fullmatch(path) and isinstance(one, dict) and isinstance(other, dict):
        common = one.keys() & other.keys()
        one, other = ({name: side[name] for name in common} for side in (one, other))
    elif _UNORDERED.fullmatch(path) is None:
        return
    yield from forms("", one, other)


def _lost_order(line: str, one: Any, other: Any) -> Found | None:
    for pattern, field in _NEWEST_FIRST:
        if pattern.match(line) and falls(one, field) and not falls(other, field):
            return Found("order", f"/*/{field}", "newest first", "not newest first")
    return None


def _length(exchange: Exchange) -> str:
    """Say whether the length was announced, and whether it is that of the body."""
    text = exchange.headers.get("content-length")
    if text is None:
        return "not announced"
    if exchange.method == "HEAD":
        return "that of no body" if text == "0" else "that of a body"
    return (
        "that of the body" if text == str(len(exchange.body)) else f"{text}, not that of the body"
    )


def _said(exchange: Exchange) -> str:
    return f"{exchange.status} {cut(exchange.shown_body)}"
