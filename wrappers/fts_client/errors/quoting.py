"""Read a text as it was before it was quoted: percent-encoding, JSON, Python and HTML, once or several times."""

from __future__ import annotations

import re
from bisect import bisect_left
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Nobody quotes a text more often. A limit, because a server may.
_MOST_LAYERS = 8
_ESCAPE = (
    r"%(?P<percent>[0-7][0-9a-fA-F])"
    r"|(?P<percents>(?:%[89a-fA-F][0-9a-fA-F])++)"
    r"|\\++(?:u00|x)(?P<ascii>[0-7][0-9a-fA-F])"
    r"|(?P<bytes>(?:\\++x[89a-fA-F][0-9a-fA-F])++)"
    r"|(?P<units>(?:\\++u[0-9a-fA-F]{4})++)"
    r"|\\++U(?P<wide>[0-9a-fA-F]{8})"
    r"|\\++(?P<control>[nrtbf])"
    r"|(?P<backslashes>\\++)"
    r"|&\#(?P<decimal>[0-9]{1,7});|&\#[xX](?P<hexadecimal>[0-9a-fA-F]{1,6});"
    r"|(?P<entity>&[A-Za-z][A-Za-z0-9]{1,7};)"
)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class View:
    """A text, perhaps unquoted, that knows where its characters stand in the text that it was made from.

    Attributes:
        text: The characters.
    """

    def __init__(self, text: str, marks: tuple[list[int], list[int]], below: View | None) -> None:
        self.text = text
        self._here, self._there = marks
        self._below = below

    def origin(self, place: int) -> int:
        """Return where a place between two characters stands in the original text."""
        if self._below is None:
            return place
        index = bisect_left(self._here, place)
        if index == len(self._here) or self._here[index] != place:
            index -= 1
        return self._below.origin(self._there[index] + place - self._here[index])

    def unquoted(self) -> View:
        """Return the view with one layer of quotes less; itself when there is none."""
        text, parts = self.text, []
        here, there, place, end = [0], [0], 0, 0
        for escape in re.finditer(_ESCAPE, text):
            start = escape.start()
            meant = _meaning(escape)
            parts += [text[end:start], meant]
            place += start - end
            end = escape.end()
            here += [place, place + len(meant)]
            there += [start, end]
            place += len(meant)
        if not parts:
            return self
        return View("".join([*parts, text[end:]]), (here, there), self)


def _meaning(escape: re.Match[str]) -> str:
    kind, found = str(escape.lastgroup), escape[str(escape.lastgroup)]
    if kind in {"percent", "ascii", "hexadecimal", "decimal", "wide"}:
        number = int(found, 10 if kind == "decimal" else 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"  # noqa: PLR2004 - the last character
    if kind in {"percents", "bytes"}:
        raw = bytes.fromhex("".join(re.findall(r"[0-9a-fA-F]{2}", found)))
        try:
            return raw.decode()
        except UnicodeDecodeError:
            # Python's `ascii` writes characters so.
            return raw.decode("latin-1")
    if kind == "units":
        units = bytes.fromhex("".join(re.findall(r"u([0-9a-fA-F]{4})", found)))
        return units.decode("utf-16-be", "surrogatepass" if len(units) == 2 else "replace")  # noqa: PLR2004 - one unit
    return unescape(found) if kind == "entity" else _CONTROLS.get(found, "")


def views(text: str) -> Iterator[View]:
    """Yield a text as it is, then with one layer of quotes less after the other."""
    view = View(text, ([], []), None)
    yield view
    for _ in range(_MOST_LAYERS):
        before, view = view, view.unquoted()
        if view is before:
            return
        yield view


def plain(text: str) -> str:
    """Return a text without any quotes: the same for a value and for every way to quote it."""
    *_, last = views(text)
    return last.text
