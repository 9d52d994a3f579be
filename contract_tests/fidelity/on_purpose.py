"""Where the mock differs from FTS 3.13.4 on purpose. Such answers still count as different."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

if TYPE_CHECKING:
    from fidelity.compare import Answer
    from fidelity.recorded import Recording


@attrs.frozen
class Purpose:
    """A difference that is wanted.

    Attributes:
        request: Regular expression for `METHOD /path?query`.
        recorded: Status of the real server.
        ours: Status of the mock.
        reason: Why.
        setup: Regular expression for words of the set-up.
    """

    request: str
    recorded: int
    ours: int
    reason: str
    setup: str = ""


TABLE: Final = (
    Purpose(
        r"POST /optimizer/current(\?.*)?",
        200,
        403,
        "anybody may write there, even without a certificate; the mock asks for level config",
    ),
    Purpose(
        r"GET /jobs/[^/]+/files/[^/]+/retries",
        200,
        200,
        "retries of files of other VOs can be read there; the mock shows only those of the job",
        setup="the file belongs to a job of VO",
    ),
    Purpose(r"(POST|PUT) /jobs", 409, 409, "SQL in a message; the message of the mock has none"),
    Purpose(
        r"GET /jobs\?.*fields=.*(__|is[A-Z]|metadata).*",
        200,
        200,
        "FTS answers names of attributes that are not fields of a job; the mock answers only fields",
    ),
    Purpose(
        r"GET /(jobs|archive)/[^/]+/\w+",
        200,
        404,
        "FTS answers names of attributes that are not fields of a job; the mock answers only fields",
    ),
)


def reason_for(recording: Recording, answer: Answer) -> str | None:
    """Say why a difference is wanted; None when it is not."""
    request = f"{recording.method} {recording.path}"
    for purpose in TABLE:
        if re.search(purpose.setup, recording.setup) is None:
            continue
        if re.fullmatch(purpose.request, request) and (recording.status, answer.status) == (
            purpose.recorded,
            purpose.ours,
        ):
            return purpose.reason
    return None
