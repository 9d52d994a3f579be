"""One trial of a tool that does not know FTS: a mock behind a forwarder, and the document cut down to the operations of the task."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import attrs
import httpx

from fts_contract.defects.trial import Outcome, Task, serving_task
from fts_contract.spec import load_spec
from other_tools.document import tailored
from other_tools.forwarder import forwarding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["LIMIT_S", "Failure", "Place", "shape_of", "tried"]

Failure = tuple[str, str, str]
LIMIT_S: Final = 600
_CHANGING: Final = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|`.*?`|'.*?'|\".*?\"|[0-9a-f]{8,}|\d+|Value .*"
)
_ALL: Final = "FINISHED,FAILED,FINISHEDDIRTY,CANCELED,ACTIVE,SUBMITTED,READY,STAGING,STARTED"


@attrs.frozen
class Place:
    """What a tool is given.

    Attributes:
        url: Where the server seems to be, in plain HTTP; every request carries the caller's certificate.
        document: The API document, see `tailored`.
        folder: For its files.
    """

    url: str
    document: dict[str, Any]
    folder: Path


def shape_of(text: str) -> str:
    """Leave out of a message what changes from run to run."""
    return " ".join(_CHANGING.sub("…", text).split())


def tried(task: Task, use: Callable[[Place], Iterable[Failure]]) -> Outcome:
    """Let a tool judge a mock with a defect.

    Args:
        task: The run.
        use: Runs the tool; gives its failures as operation, kind and shape of the message.
    """
    started = time.monotonic()
    failures: tuple[Failure, ...] = ()
    error: str | None = None
    with (
        serving_task(task) as (endpoint, hits),
        forwarding(
            urlsplit(endpoint.url).port or 0,
            credential=endpoint.credentials[task.caller],
            ca_file=endpoint.ca_file,
        ) as forwarder,
        tempfile.TemporaryDirectory(prefix="fts-other-tools-") as folder,
    ):
        values = _real_values(forwarder.url)
        document = tailored(load_spec(), operations=task.operations, values=values)
        before = forwarder.requests
        try:
            failures = tuple(dict.fromkeys(use(Place(forwarder.url, document, Path(folder)))))
        except (OSError, RuntimeError, TimeoutExpired) as trouble:
            error = str(trouble)
        requests = forwarder.requests - before
    return Outcome(
        task=task,
        failures=failures,
        hits=hits[0],
        requests=requests,
        elapsed_s=time.monotonic() - started,
        error=error,
    )


def _real_values(url: str) -> dict[str, str]:
    """Find ids that the server knows, because those of the examples lead to nothing but 404."""
    values = {}
    try:
        with httpx.Client(base_url=url, trust_env=False) as client:
            values["delegation_id"] = client.get("/whoami").json()["delegation_id"]
            jobs = client.get("/jobs", params={"state_in": _ALL, "limit": "0"}).json()
            values["job_id"] = values["job_ids"] = jobs[0]["job_id"]
            files = client.get(f"/jobs/{jobs[0]['job_id']}/files").json()
            values["file_id"] = values["file_ids"] = str(files[0]["file_id"])
    except (httpx.HTTPError, LookupError, TypeError, ValueError):
        pass  # The defect is in the way: the examples of the document remain.
    return values
