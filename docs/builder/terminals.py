"""Recorded terminals as pictures: screens follow one another, and the last one stays for those who want no motion."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any, Final

from docs.builder.drawing import figure

__all__ = ["NAMES", "terminal"]

FOLDER: Final = Path(__file__).parent / "recorded"
NAMES: Final = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
_COMMANDS: Final = {
    "submit-watch": "fts submit -f pairs.csv --watch",
    "doctor": "fts doctor",
    "contract-run": "fts contract run",
}
_WIDTH, _LINE, _MARGIN = 80 * 7.83, 18, 14
_FRAME_S, _LAST_S = 1.0, 4.0


def terminal(name: str) -> str:
    """Draw a recording.

    Args:
        name: One of `NAMES`.

    Returns:
        A figure in HTML, without empty lines, so that it may stand in Markdown.
    """
    screens: list[list[Any]] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    height = 2 * _MARGIN + 34 + _LINE * max(map(len, screens))
    length = _FRAME_S * (len(screens) - 1) + _LAST_S
    frames = []
    for number, screen in enumerate(screens):
        kind = "last" if number == len(screens) - 1 else "screen"
        style = (
            f"animation: {name}-{kind} {length}s step-end {number * _FRAME_S - length:g}s infinite"
        )
        shown = style if len(screens) > 1 else ""
        frames.append(f'<g class="{kind}" style="{shown}">{_lines(screen)}</g>')
    keyframes = _keyframes(f"{name}-screen", _FRAME_S / length)
    keyframes += _keyframes(f"{name}-last", _LAST_S / length)
    width = _WIDTH + 2 * _MARGIN
    parts = (
        f"<style>{keyframes}</style>"
        f'<rect class="window" width="{width:g}" height="{height}" rx="8"/>'
        f'<text class="title" x="{width / 2:g}" y="22" text-anchor="middle">$ {_COMMANDS[name]}</text>'
    )
    return figure(
        (width, height),
        "\n".join([parts, *frames]),
        f"What {_COMMANDS[name]} shows on a terminal",
        kind="terminal",
    )


def _keyframes(name: str, share: float) -> str:
    return f"@keyframes {name}{{0%{{opacity:1}}{100 * share:.2f}%,100%{{opacity:0}}}}"


def _lines(screen: list[Any]) -> str:
    lines = []
    for number, line in enumerate(screen):
        y = _MARGIN + 34 + _LINE * number + 8
        column, runs = 0, []
        for text, style in line:
            if text.strip():
                x = _MARGIN + column * _WIDTH / 80
                # The length keeps the columns, whatever font a reader has.
                length = len(text) * _WIDTH / 80
                kind = " ".join(f"t-{part}" for part in style.split())
                runs.append(
                    f'<text xml:space="preserve" x="{x:.1f}" y="{y}" textLength="{length:.1f}" '
                    f'lengthAdjust="spacingAndGlyphs" class="{kind}">{escape(text)}</text>'
                )
            column += len(text)
        lines.append("".join(runs))
    return "".join(lines)
