"""Boxes, arrows and text as SVG that stands in a page itself, so that it has the fonts and the colours of the page, light and dark."""

from __future__ import annotations

from html import escape
from typing import Final

__all__ = ["Drawing", "figure"]

LINE_HEIGHT: Final = 17
Point = tuple[float, float]


class Drawing:
    """A drawing.

    Args:
        width: Its width in units, of which a line of text has 17.
        height: Its height.
    """

    def __init__(self, width: float, height: float) -> None:
        self._width, self._height = width, height
        self._parts: list[str] = []

    def text(self, at: Point, text: str, *, kind: str = "", anchor: str = "middle") -> None:
        """Write a line, its baseline at a point.

        Args:
            at: Where its anchor is.
            text: What it says.
            kind: Classes of the style sheet, such as "soft" or "code".
            anchor: "start", "middle" or "end".
        """
        x, y = at
        self._parts.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'
        )

    def box(self, at: Point, size: Point, lines: str, *, kind: str = "") -> None:
        """Draw a box with text in its middle.

        Args:
            at: Its upper left corner.
            size: Its width and height.
            lines: Text; the first line is strong.
            kind: Classes of the style sheet, such as "end" for a final state.
        """
        (x, y), (width, height) = at, size
        self._parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" class="{kind}"/>'
        )
        first, *rest = lines.split("\n")
        top = y + height / 2 - len(rest) * LINE_HEIGHT / 2 + 5
        self.text((x + width / 2, top), first, kind="strong")
        for number, line in enumerate(rest, 1):
            self.text((x + width / 2, top + number * LINE_HEIGHT), line, kind="soft")

    def line(self, *points: Point, arrow: bool = True, dashed: bool = False) -> None:
        """Draw a line through points.

        Args:
            points: At least two.
            arrow: It ends in an arrow head.
            dashed: It is dashed.
        """
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        kind = "dashed" if dashed else ""
        self._parts.append(f'<polyline points="{path}" class="{kind}"/>')
        if arrow:
            self._head(points[-2], points[-1])

    def bar(self, at: Point, size: Point, *, kind: str) -> None:
        """Fill a rectangle.

        Args:
            at: Its upper left corner.
            size: Its width and height.
            kind: Classes of the style sheet.
        """
        (x, y), (width, height) = at, size
        self._parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:.1f}" height="{height:g}" rx="2" class="{kind}"/>'
        )

    def _head(self, before: Point, end: Point) -> None:
        (x0, y0), (x, y) = before, end
        length = ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5
        along, across = ((x - x0) / length * 8, (y - y0) / length * 8), 0.45
        back = (x - along[0], y - along[1])
        corners = (
            (x, y),
            (back[0] - along[1] * across, back[1] + along[0] * across),
            (back[0] + along[1] * across, back[1] - along[0] * across),
        )
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in corners)
        self._parts.append(f'<polygon points="{path}"/>')

    def figure(self, description: str) -> str:
        """Finish the drawing.

        Args:
            description: What it shows, for those who do not see it; also its caption.

        Returns:
            A figure in HTML, without empty lines, so that it may stand in Markdown.
        """
        return figure((self._width, self._height), "\n".join(self._parts), description)


def figure(size: Point, parts: str, description: str, *, kind: str = "") -> str:
    """Put SVG elements into a figure that scrolls where the page is too narrow for it.

    Args:
        size: Width and height in units.
        parts: The elements, without empty lines between them.
        description: What they show, for those who do not see it; also the caption.
        kind: Further classes of the style sheet, such as "terminal".

    Returns:
        A figure in HTML, without empty lines, so that it may stand in Markdown.
    """
    width, height = size
    said = escape(description)
    return (
        f'<figure class="{f"drawing {kind}".rstrip()}" data-search-exclude><div class="scroll">'
        f'<svg viewBox="0 0 {width:g} {height:g}" style="max-width:{width:g}px;min-width:{min(width, 560):g}px" '
        f'role="img" aria-label="{said}">\n{parts}\n</svg></div><figcaption>{said}</figcaption></figure>'
    )
