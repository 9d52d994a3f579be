"""Plays that repeat the recorded requests to a real server."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from fts_contract.compare.performing.play import Play
from fts_contract.harness.recordings.recorded import exchange_of

if TYPE_CHECKING:
    from fts_contract.compare.performing.script import Script

__all__ = ["recorded_plays"]

_FOLDER: Final = Path(__file__).resolve().parents[2] / "recordings"
_RECORDED_AT: Final = "localhost:8446"
_SID: Final = re.compile(rb'("sid": *")(?=[^"])')
_ROLES: Final = {
    "alice": "user", "bob": "colleague", "bob-novoms": "stranger", "alice-novoms": "other-attributes", "admin": "administrator", "root": "root",
    "anonymous": "anonymous",
}  # fmt: skip


def recorded_plays() -> list[Play]:
    """Make a play of each file of recordings."""
    return [
        Play(
            f"the recorded requests of {path.stem}",
            partial(_repeat, json.loads(path.read_text("utf-8"))),
        )
        for path in sorted(_FOLDER.glob("*.json"))
    ]


def _repeat(recordings: list[dict[str, Any]], s: Script) -> None:
    for recording in recordings:
        exchange = exchange_of(recording)
        headers = dict(exchange.request_headers)
        # Recordings do not contain the tokens that were sent, and the mock has no files of pages.
        if (
            recording["as"] not in _ROLES
            or "<" in str(headers.get("Authorization"))
            or exchange.target.startswith("/css/")
        ):
            continue
        session = s.side.sessions.get(_ROLES[recording["as"]])
        if "Origin" in headers and session is not None:
            # Of the server itself, in recordings of another one.
            own = urlsplit(session.base_url).netloc
            headers["Origin"] = headers["Origin"].replace(_RECORDED_AT, own)
        keep = {"job": "job_id"} if exchange.method in {"POST", "PUT"} else None
        s.ask(
            _ROLES[recording["as"]],
            exchange.method,
            exchange.target,
            data=_with_sid(exchange.request_body, s.unique),
            headers=headers,
            keep=keep,
        )
        if keep and exchange.target == "/jobs" and recording["response"]["status"] == 200:  # noqa: PLR2004 - it was accepted
            s.get(_ROLES[recording["as"]], "/jobs/{job}")
            s.get(_ROLES[recording["as"]], "/jobs/{job}/files")


def _with_sid(body: bytes | None, unique: str) -> bytes | None:
    """Make the `sid` in a submission one that no earlier comparison has used."""
    return body and _SID.sub(lambda found: found[1] + unique.encode(), body)
