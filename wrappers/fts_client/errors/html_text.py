"""The text of an HTML page that says why a request was refused."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["text_of_html"]


class _Paragraphs(HTMLParser):
    """Collects the text of the paragraphs, or of the heading when there are none."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: str | None = None
        self.found: dict[str, list[str]] = {"p": [], "h1": [], "title": []}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in self.found:
            self._open = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open or tag in {"body", "html", "head"}:
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open:
            self.found[self._open].append(data)

    def text(self) -> str:
        for tag in ("p", "h1", "title"):
            words = " ".join("".join(self.found[tag]).split())
            if words:
                return words
        return ""


def text_of_html(page: str) -> str:
    """Return what a page says.

    Args:
        page: The page, in whatever state.

    Returns:
        Its paragraphs, else its heading, else its title, in one line; empty when it has none of them.
    """
    parser = _Paragraphs()
    parser.feed(page)
    parser.close()
    return parser.text()
