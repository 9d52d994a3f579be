"""Record what the commands on the pages show on a terminal: `make terminals`, and check that they still do: `--check`.

Each runs in a terminal of 80 columns, against a mock. `docs/builder/recorded` keeps the screens as text with colours; the pictures are
drawn from them when the site is built.
"""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyte

from fts_client import FTSClient
from fts_contract.defects.injection import inject
from fts_contract.defects.sets import defect_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.mock import MockFTS

__all__ = ["main", "recorded"]

FOLDER: Final = Path(__file__).parent / "recorded"
REPORT: Final = Path(__file__).parents[1] / "assets" / "contract-report.html"
COLUMNS: Final = 80
LINES: Final = 60
DEFECT: Final = "list-announced-as-html"
CHECK: Final = (
    "fts contract run --operations 'GET /(whoami|jobs|files)$' --max-examples 5 --report report"
)
COMMANDS: Final = {
    "submit-watch": "fts submit -f pairs.csv --campaign nightly --watch --poll 0.5",
    "doctor": "fts doctor",
    "contract-run": CHECK,
}
"""By the name of the picture. `contract-run` meets a mock with a defect, the others one without."""

_PORT: Final = re.compile(r"localhost:\d{5}")
_FRAME_S: Final = 0.9


def recorded(name: str, folder: Path, *, pace: float = 1.0) -> list[list[Any]]:
    """Run a command of `COMMANDS` in a terminal.

    Args:
        name: Its name.
        folder: An empty folder, where it leaves its files.
        pace: Seconds of the mock's clock per second.

    Returns:
        The screens that it showed, the last one as it stayed; each a list of lines, each a list of texts with their colours.
    """
    (folder / "pairs.csv").write_text(_pairs(), "utf-8")
    with _server(name, folder) as mock:
        mock.clock.run(scale=pace)
        shutil.copy(mock.credential("alice"), folder / "proxy.pem")
        environment = {
            "FTS_ENDPOINT": mock.endpoint,
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "TERM": "xterm",
            "TZ": "UTC",
            "X509_CERT_DIR": str(mock.ca_dir),
            "X509_USER_PROXY": "proxy.pem",
        }
        screens = [screen for screen in _screens(COMMANDS[name], folder, environment) if screen]
    return [_anonymous(screen, mock) for screen in screens]


@contextmanager
def _server(name: str, folder: Path) -> Iterator[MockFTS]:
    defects = [defect_named(DEFECT)] if name == "contract-run" else []
    with inject(*defects, pki=folder / "pki").mock as mock:
        alice = mock.credential("alice")
        with FTSClient(mock.endpoint, credential=alice, ca_dir=mock.ca_dir, proxy=False) as fts:
            fts.delegate()
        yield mock


def _pairs() -> str:
    """Name six files, which end one after the other; the third is missing."""
    lines = ["source,destination,filesize"]
    for number in range(1, 7):
        size, missing = number * 100_000_000, "&errno=2" if number == 3 else ""  # noqa: PLR2004
        source = f"mock://a.example.org/f{number}?size={size}{missing}"
        lines.append(
            f"{source},mock://b.example.org/f{number}?size_post={size}&time={number},{size}"
        )
    return "\n".join([*lines, ""])


def _screens(command: str, folder: Path, environment: dict[str, str]) -> Iterator[list[Any]]:
    """Run a command in a pseudo-terminal, and look at its screen from time to time."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    main_end, other_end = pty.openpty()
    size = f"stty rows {LINES} cols {COLUMNS}; "
    with subprocess.Popen(  # noqa: S602 - our own commands
        size + command,
        shell=True,
        cwd=folder,
        env=environment,
        stdin=other_end,
        stdout=other_end,
        stderr=other_end,
    ):
        os.close(other_end)
        looked = time.monotonic()
        while True:
            try:
                data = os.read(main_end, 65536)
            except OSError:
                break
            stream.feed(data)
            if time.monotonic() - looked > _FRAME_S:
                looked = time.monotonic()
                yield _lines(screen)
    os.close(main_end)
    yield _lines(screen)


def _lines(screen: pyte.Screen) -> list[Any]:
    lines = []
    for number in range(LINES):
        runs: list[list[str]] = []
        for column in range(COLUMNS):
            character = screen.buffer[number][column]
            style = f"{'bold ' if character.bold else ''}{character.fg}".replace(
                "default", ""
            ).strip()
            if runs and runs[-1][1] == style:
                runs[-1][0] += character.data
            else:
                runs.append([character.data, style])
        runs[-1][0] = runs[-1][0].rstrip()
        lines.append([run for run in runs if run[0]])
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _anonymous(screen: list[Any], mock: MockFTS) -> list[Any]:
    text = json.dumps(screen, ensure_ascii=False).replace(str(mock.ca_dir), "certificates")
    shown: list[Any] = json.loads(_PORT.sub("localhost:38446", text))
    return shown


def _text(screen: list[Any]) -> str:
    """What a screen says, without what differs from run to run: numbers, ids, lengths of bars, progress under way."""
    text = "\n".join("".join(run[0] for run in line) for line in screen)
    text = re.sub(r" · (about [^·\n]+ left|[\d.]+ [KMG]iB/s)", "", text)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16}", "ID", text)
    return re.sub(r"\d[\d.,]*", "0", re.sub(r"[━╸╺█░ ]+", " ", text))


def main() -> int:
    """Run the script.

    Returns:
        The exit code: 1 when `--check` finds a command that shows something else.
    """
    check = "--check" in sys.argv[1:]
    wanted = [name for name in sys.argv[1:] if name in COMMANDS] or list(COMMANDS)
    differ = []
    for name in wanted:
        kept = FOLDER / f"{name}.json"
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            # The last screen, which is compared, is the same at any pace.
            screens = recorded(name, folder, pace=5.0 if check else 1.0)
            if not check:
                lines = ",\n".join(json.dumps(screen, ensure_ascii=False) for screen in screens)
                kept.write_text(f"[\n{lines}\n]\n", "utf-8")
                if name == "contract-run":
                    page = (folder / "report" / "report.html").read_text("utf-8")
                    REPORT.write_text(_PORT.sub("localhost:38446", page), "utf-8")
            elif _text(screens[-1]) != _text(json.loads(kept.read_text("utf-8"))[-1]):
                differ.append(name)
    if differ:
        sys.stderr.write(
            f"they show something else now: {', '.join(differ)}; run make terminals\n"
        )
    return int(bool(differ))


if __name__ == "__main__":
    raise SystemExit(main())
