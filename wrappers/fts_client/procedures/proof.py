"""Whether a job on the server is the one that was sent: the same transfers and the same job metadata. No I/O."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fts_client.answers import JobStatus

__all__ = ["PROOF_FIELDS", "is_what_was_sent"]

PROOF_FIELDS: Final = "source_surl,dest_surl"
"""What to ask for of each file."""

# The server appends it to the sources of staging jobs.
_ADDED: Final = re.compile(r"[?&]activity=[^&]*$")


def is_what_was_sent(body: Mapping[str, Any], job: JobStatus) -> bool:
    """Compare a submission with a job.

    Args:
        body: The request.
        job: The job, asked for with `PROOF_FIELDS`.

    Returns:
        True when each transfer of the one is in the other, and the metadata of the job are equal.

    Source: observed on FTS 3.13.4 (recordings of POST /jobs): white space goes, the scheme becomes lower case, several sources
        and destinations become every pair of them, a text as metadata becomes an object with a label, and `auth_method` is added.
    """
    stored = job.to_dict()
    files = stored.get("files") or []
    found = sorted(_pair(file.get("source_surl"), file.get("dest_surl")) for file in files)
    metadata = stored["job_metadata"]
    return found == sorted(_pairs(body)) and _user_metadata(metadata) == _user_metadata(
        body["params"].get("job_metadata")
    )


def _pairs(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for file in body["files"]:
        for source in file["sources"]:
            for destination in file["destinations"]:
                yield _pair(source, destination)


def _pair(source: object, destination: object) -> tuple[str, str]:
    return _surl(source), _surl(destination)


def _surl(text: object) -> str:
    scheme, colon, rest = "".join(str(text).split()).partition(":")
    return scheme.lower() + colon + _ADDED.sub("", rest)


def _user_metadata(value: Any) -> Any:
    if isinstance(value, str):
        return {"label": value}
    return {key: item for key, item in (value or {}).items() if key != "auth_method"}
