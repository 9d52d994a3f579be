"""The pictures of the pages, by the name in their mark: `<!-- picture: layers -->`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docs.builder.drawing import Drawing
from fts_client.delegation import DEFAULT_LIFETIME
from fts_client.states import TERMINAL_FILE_STATES, TERMINAL_JOB_STATES

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PICTURES"]

BENCHMARKS: Final = Path(__file__).parents[1] / "benchmarks.md"
_ROW: Final = re.compile(
    r"^\| (?P<row>[^|]+) \|.*\| official (?P<official>[\d.]+) (?P<unit>m?s), ours (?P<ours>[\d.]+) (?P=unit)",
    re.MULTILINE,
)
_MEASURED: Final = re.compile(
    r"^\| (?P<row>[^|]+) \| ≥[^|]+\| (?P<ratio>[\d.]+) \| official", re.MULTILINE
)


def layers() -> str:
    """Draw what is made of what, and what checks what."""
    drawing = Drawing(760, 330)
    size = (170, 56)
    drawing.box((20, 30), size, "fts-rest.yaml\nOpenAPI 3.1, by hand", kind="source")
    drawing.box((295, 30), size, "fts_api\ngenerated client", kind="ours")
    drawing.box((570, 30), size, "fts_client\nthe client, easy", kind="ours")
    drawing.line((190, 58), (295, 58))
    drawing.text((242, 48), "make generate", kind="soft")
    drawing.line((465, 58), (570, 58))
    drawing.text((517, 48), "wrapped by", kind="soft")
    drawing.box((570, 137), size, "your program\nand the command fts")
    drawing.line((655, 86), (655, 137))
    drawing.box((20, 244), size, "fts_contract\nthe contract tests", kind="ours")
    drawing.line((105, 86), (105, 244))
    drawing.text((113, 168), "is what servers are checked against", kind="soft", anchor="start")
    drawing.box((295, 244), size, "MockFTS\nfor your tests", kind="ours")
    drawing.box((570, 244), size, "any FTS\n3.13.4 and others", kind="source")
    drawing.line((190, 272), (295, 272))
    drawing.text((242, 262), "checks", kind="soft")
    drawing.line((105, 300), (105, 318), (690, 318), (690, 300))
    drawing.line((655, 193), (655, 244))
    drawing.text((663, 223), "mutual TLS", kind="soft", anchor="start")
    drawing.line((570, 178), (410, 244))
    return drawing.figure("The layers: one API document, the client made of it, and the tests")


def delegation() -> str:
    """Draw the requests of a delegation."""
    hours = DEFAULT_LIFETIME.total_seconds() / 3600
    steps = (
        ("> GET /whoami", "< your DN, your VO and the delegation id"),
        ("> GET /delegation/{id}", "< null, or when the delegated proxy ends"),
        ("> GET /delegation/{id}/request", "< a certificate request; its key stays on the server"),
        (f". signs it with your proxy: a new proxy, valid for {hours:g} hours", ""),
        ("> PUT /delegation/{id}/credential", "< 201: the server may act for you"),
        ("> POST /jobs", "< the id of the job"),
    )
    drawing = Drawing(760, 470)
    left, right, y = 130, 630, 82.0
    for x, name in ((left, "your program\nfts_client"), (right, "FTS\nserver")):
        drawing.box((x - 85, 10), (170, 48), name, kind="ours" if x == left else "source")
        drawing.line((x, 58), (x, 460), arrow=False, dashed=True)
    middle = (left + right) / 2
    for asked, answered in steps:
        if asked.startswith("."):
            drawing.text((left + 12, y), asked[2:], kind="strong", anchor="start")
            y += 34
            continue
        drawing.text((middle, y), asked[2:], kind="code")
        drawing.line((left, y + 7), (right, y + 7))
        drawing.text((middle, y + 27), answered[2:], kind="soft")
        drawing.line((right, y + 34), (left, y + 34), dashed=True)
        y += 68
    return drawing.figure("A delegation: no private key leaves the machine on which it was made")


def _state(drawing: Drawing, at: tuple[float, float], name: str, ends: frozenset[str]) -> None:
    kind = ("good" if name == "FINISHED" else "bad") if name in ends else "ours"
    drawing.box(at, (132, 34), name, kind=kind)


def job_states() -> str:
    """Draw the states of a job."""
    drawing = Drawing(760, 330)
    places = {
        "STAGING": (20, 30),
        "SUBMITTED": (20, 130),
        "ACTIVE": (220, 130),
        "ARCHIVING": (400, 20),
        "FINISHED": (608, 20),
        "FINISHEDDIRTY": (608, 100),
        "FAILED": (608, 180),
        "CANCELED": (608, 270),
    }
    for name, at in places.items():
        _state(drawing, at, name, TERMINAL_JOB_STATES)
    drawing.line((86, 64), (86, 130))
    drawing.text((94, 101), "on disk", kind="soft", anchor="start")
    drawing.line((152, 147), (220, 147))
    drawing.line((330, 130), (430, 54))
    drawing.text((368, 92), "to tape", kind="soft", anchor="end")
    drawing.line((532, 37), (608, 37))
    drawing.line((352, 141), (608, 48))
    drawing.line((352, 147), (608, 120))
    drawing.line((352, 150), (608, 194))
    drawing.text((505, 104), "all files", kind="soft", anchor="start")
    drawing.text((520, 145), "some", kind="soft", anchor="start")
    drawing.text((490, 192), "none", kind="soft", anchor="start")
    drawing.line((86, 164), (86, 287), (608, 287), dashed=True)
    drawing.text((347, 280), "cancelled, from any state that is not final", kind="soft")
    return drawing.figure("The states of a job; the coloured ones are final")


def file_states() -> str:
    """Draw the states of a file."""
    drawing = Drawing(760, 380)
    places = {
        "STAGING": (20, 20),
        "STARTED": (200, 20),
        "TOKEN_PREP": (20, 110),
        "NOT_USED": (20, 290),
        "SUBMITTED": (200, 160),
        "READY": (360, 160),
        "ACTIVE": (510, 160),
        "ARCHIVING": (510, 60),
        "ON_HOLD": (200, 260),
        "FINISHED": (615, 10),
        "FAILED": (615, 260),
        "CANCELED": (615, 330),
    }
    for name, (x, y) in places.items():
        _state(drawing, (x, y), name, TERMINAL_FILE_STATES)
    drawing.line((152, 37), (200, 37))
    drawing.line((266, 54), (266, 160))
    drawing.text((274, 105), "on disk", kind="soft", anchor="start")
    drawing.line((152, 135), (200, 165))
    drawing.line((332, 177), (360, 177))
    drawing.line((492, 177), (510, 177))
    drawing.line((560, 160), (560, 94))
    drawing.text((552, 130), "to tape", kind="soft", anchor="end")
    drawing.line((600, 60), (650, 44))
    drawing.line((630, 160), (690, 44))
    drawing.line((600, 194), (660, 260))
    drawing.text((650, 232), "after its retries", kind="soft", anchor="start")
    drawing.line((300, 194), (300, 260), arrow=True)
    drawing.line((232, 260), (232, 194))
    drawing.text((222, 231), "unbanned", kind="soft", anchor="end")
    drawing.text((310, 231), "storage banned (WAIT)", kind="soft", anchor="start")
    drawing.line((86, 290), (86, 200), (200, 182))
    drawing.text((94, 250), "its turn", kind="soft", anchor="start")
    drawing.line((545, 194), (545, 347), (615, 347), dashed=True)
    drawing.text((535, 352), "cancelled", kind="soft", anchor="end")
    return drawing.figure(
        "The states of a file. Staging and archiving can fail too; NOT_USED are spare replicas and later hops"
    )


def benchmarks() -> str:
    """Draw the rows of docs/benchmarks.md that compare two times, from the table itself."""
    page = BENCHMARKS.read_text("utf-8")
    ratios = dict(_MEASURED.findall(page))
    rows = [found for found in _ROW.finditer(page) if found["row"] in ratios]
    drawing = Drawing(760, 30 + 52 * len(rows))
    for number, found in enumerate(rows):
        y, name = 20 + 52 * number, found["row"].replace("`", "")
        official, ours = float(found["official"]), float(found["ours"])
        drawing.text((225, y + 20), name, kind="strong", anchor="end")
        drawing.bar((235, y), (400, 13), kind="theirs")
        drawing.bar((235, y + 16), (max(400 * ours / official, 1.5), 13), kind="mine")
        drawing.text(
            (642, y + 11), f"{found['official']} {found['unit']}", kind="soft", anchor="start"
        )
        x = 242 + 400 * ours / official
        label = f"{found['ours']} {found['unit']}, {ratios[found['row']]} times as fast"
        drawing.text((x, y + 27), label, kind="soft", anchor="start")
    return drawing.figure(
        "Time of a call on the mock: the official client (grey) and fts_client (coloured)"
    )


PICTURES: Final[dict[str, Callable[[], str]]] = {
    "layers": layers,
    "delegation": delegation,
    "job-states": job_states,
    "file-states": file_states,
    "benchmarks": benchmarks,
}
