"""Make a harmless request for each operation: with real names where it reads, with made-up ones where it changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fts_contract.harness.sending.safety import UNKNOWN_JOB_ID, changes_nothing

if TYPE_CHECKING:
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["address", "body", "readable", "sample"]

_QUERIES = {
    "list_jobs": "limit=1",
    "list_directory": f"surl={quote('mock://fts-contract.example.org/dir?list=file:644:1')}",
    "stat_file": f"surl={quote('mock://fts-contract.example.org/file?size=1')}",
}


def address(talk: Conversation, operation: Operation, *, job_id: str | None = None) -> str:
    """Fill in the path of an operation.

    Args:
        talk: Knows the caller, and the data on the server.
        operation: The operation.
        job_id: The job to name; None for one that does not exist.
    """
    values = {
        "job_ids": job_id or UNKNOWN_JOB_ID,
        "job_id": job_id or UNKNOWN_JOB_ID,
        "file_ids": "1",
        "file_id": "1",
        "field": "job_state",
        "delegation_id": talk.identity.delegation_id,
        "service": "dropbox",
        "resource": "job",
    }
    path = re.sub(
        r"\{(\w+)\}", lambda found: values.get(found[1], talk.name("nothing")), operation.path
    )
    query = _QUERIES.get(operation.operation_id)
    return f"{path}?{query}" if query else path


def body(operation: Operation) -> dict[str, Any]:
    """Get content that the server must refuse, so that the request has no effect, no matter who sends it.

    FTS checks the authorization before the body. Source: "Order of checks" as observed on FTS 3.13.4.
    """
    if operation.method not in {"POST", "PUT"}:
        return {}
    if operation.path.endswith("/credential"):
        return {"data": b"no credential", "headers": {"Content-Type": "application/x-pem-file"}}
    if operation.operation_id == "modify_jobs":
        # A bad body would be refused before the job is looked up; this valid one changes nothing.
        return {"json": {"params": {}}}
    # An array where an object is expected; an empty object where an array is accepted, or would make 3.13.4 fail.
    takes_list = operation.path.startswith(
        ("/ban/", "/dm/", "/admin/")
    ) or operation.path.endswith("/voms")
    return {"json": {} if takes_list else []}


def readable(talk: Conversation) -> list[Operation]:
    """Get the selected operations that only read."""
    return [
        operation
        for operation in talk.selected
        if operation.method == "GET" and changes_nothing("GET", operation.path)
    ]


def sample(talk: Conversation, operation: Operation) -> Exchange:
    """Get the answer to a plain request, which is sent once in a run.

    Raises:
        requests.RequestException: No complete answer came.
    """
    known = talk.samples.get(operation.operation_id)
    if known is None:
        job_id = talk.job_ids[0] if talk.job_ids else None
        if operation.path.startswith("/archive"):
            job_id = None
        known = talk.ask("GET", address(talk, operation, job_id=job_id))
        talk.samples[operation.operation_id] = known
    return known
