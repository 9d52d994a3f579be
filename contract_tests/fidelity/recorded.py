"""Recordings, and the rules by which some are left out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import attrs

if TYPE_CHECKING:
    from pathlib import Path

_BYTE = re.compile(r"\\x([0-9a-f]{2})")
_DROPBOX = re.compile("Dropbox application is registered|registration with Dropbox")
_FORM = "application/x-www-form-urlencoded"


@attrs.frozen
class Recording:
    """An exchange with a real server; see the README of the recordings for the fields."""

    id: str
    who: str
    setup: str
    method: str
    path: str
    headers: dict[str, str]
    sent: Any
    status: int
    answer_headers: dict[str, str]
    answer: Any
    note: str

    @property
    def changes(self) -> bool:
        """Whether the request may have changed something."""
        return self.method not in ("GET", "HEAD", "OPTIONS") and self.status < 300  # noqa: PLR2004

    @property
    def is_cut_off(self) -> bool:
        """Whether the server broke the body off."""
        return bool(self.answer == "[")

    def body(self) -> bytes | None:
        """The bytes that were sent; None for none."""
        if self.sent is None:
            return None
        if isinstance(self.sent, str):
            # Bytes that are not UTF-8 are recorded as \xNN.
            text = _BYTE.sub(lambda m: chr(int(m[1], 16)), self.sent)
            try:
                return text.encode("latin-1")
            except UnicodeEncodeError:
                return text.encode()
        if self.is_form:
            return urlencode(self.sent).encode()
        return json.dumps(self.sent).encode()

    @property
    def is_form(self) -> bool:
        """Whether an object was sent as a form: the clients of the recordings name no type then."""
        given = {name.lower(): value for name, value in self.headers.items()}
        return isinstance(self.sent, dict) and given.get("content-type", _FORM).startswith(_FORM)

    def all_headers(self) -> dict[str, str]:
        """Headers to send, with the type that a client adds for a form."""
        if self.is_form and "content-type" not in {name.lower() for name in self.headers}:
            return {**self.headers, "Content-Type": _FORM}
        return dict(self.headers)


def read_recordings(file: Path) -> list[Recording]:
    """Read one file.

    Args:
        file: JSON array of recordings.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not a file of recordings.
    """
    return [_read(entry) for entry in json.loads(file.read_text())]


def _read(entry: dict[str, Any]) -> Recording:
    request, response = entry["request"], entry["response"]
    path = request["path"]
    if request.get("query") and "?" not in path:
        path += "?" + urlencode(request["query"])
    return Recording(
        id=entry["id"],
        who=entry["as"],
        setup=entry["setup"] or "",
        method=request["method"],
        path=path,
        headers=request["headers"],
        sent=request["body"],
        status=response["status"],
        answer_headers=response["headers"],
        answer=response["body"],
        note=entry["note"] or "",
    )


def left_out(recording: Recording) -> str | None:
    """Name the rule by which a recording is not compared; None when it is.

    Rules that need the state of the replay, such as a set-up that is not understood, are applied there.
    """
    # Two certificates: a proxy that was signed for the request of that server, which has another key here.
    is_signed = (
        recording.path.rstrip("/").endswith("/credential")
        and str(recording.sent).count("BEGIN CERTIFICATE") > 1
    )
    rules = {
        "answer-500": recording.status == 500,  # noqa: PLR2004
        "body-cut-off": recording.is_cut_off,
        "head-or-options": recording.method in ("HEAD", "OPTIONS"),
        "credential-for-another-request": is_signed,
        "dropbox": _DROPBOX.search(recording.setup) is not None,
    }
    return next((rule for rule, applies in rules.items() if applies), None)
