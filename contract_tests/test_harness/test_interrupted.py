"""Ctrl-C in the middle of a run: what was judged is reported, and nobody takes it for a good end."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from test_harness.small_servers import Answer, Responder, Seen, SmallServer

FTS = Path(sys.executable).with_name("fts")


# Among the probes, and among the generated requests: schemathesis has a way of its own to end.
@pytest.mark.parametrize("after", [12, 120])
def test_interrupted_run_is_reported_and_does_not_conform(
    after: int,
    stub: SmallServer,
    small_server: Callable[[Responder], SmallServer],
    pem: Path,
    tmp_path: Path,
) -> None:
    started: list[subprocess.Popen[str]] = []

    def respond(seen: Seen) -> Answer:
        if len(server.seen) == after:
            started[0].send_signal(signal.SIGINT)
        return stub.respond(seen)

    server = small_server(respond)
    started.append(
        subprocess.Popen(  # noqa: S603 - our own command
            [
                FTS, "contract", "run", server.url, "--cert", pem, "--max-examples", "100",
                "--operations", "GET /(jobs|files|whoami|)$", "--report", tmp_path / "report",
            ],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
    )  # fmt: skip
    out, err = started[0].communicate(timeout=120)
    assert started[0].returncode == 130, out + err
    assert "Traceback" not in err
    assert "interrupted" in out.splitlines()[-1] + out.splitlines()[-2]
    assert " conforms" not in out
    report = json.loads((tmp_path / "report" / "report.json").read_text())
    assert report["totals"]["conforms"] is False
    assert report["totals"]["requests"] >= after // 2
    assert any("interrupted" in text for text in report["run"]["errors"])
    assert len(server.seen) < after + 30
