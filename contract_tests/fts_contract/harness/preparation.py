"""Before the generated requests: find data that exist, and in profile `full` make some."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs
import requests

from fts_contract.harness.exchange import Exchange
from fts_contract.harness.proxy_signing import CannotSignError, sign_request
from fts_contract.harness.tailoring import Findings

if TYPE_CHECKING:
    from fts_contract.harness.credential import Credential
    from fts_contract.harness.server import Identity
    from fts_contract.harness.session import GuardedSession

__all__ = ["DelegationKeeper", "explore", "prepare"]

Sink = Callable[[Exchange], None]

_STATES = "SUBMITTED,READY,ACTIVE,STAGING,FINISHED,FINISHEDDIRTY,FAILED,CANCELED"
_ENOUGH = 3
_SEED_JOBS: tuple[dict[str, Any], ...] = (
    {
        "files": [
            {
                "sources": ["mock://source.example.org/file1?size=1048576"],
                "destinations": ["mock://destination.example.org/file1?size_post=1048576&time=2"],
                "checksum": "ADLER32:1a2b3c4d",
                "filesize": 1048576,
                "metadata": {"made-by": "fts-contract"},
            }
        ],
        "params": {"overwrite": True, "job_metadata": {"made-by": "fts-contract"}},
    },
    {
        "files": [
            {
                "sources": [f"mock://source.example.org/long{number}?size=1"],
                "destinations": [
                    f"mock://destination.example.org/long{number}?size_post=1&time=600"
                ],
            }
            for number in (1, 2)
        ],
        "params": {"priority": 2},
    },
)


def explore(session: GuardedSession, identity: Identity, sink: Sink) -> Findings:
    """Find jobs and files that the caller may read; sends only what reads.

    Returns:
        What was found; empty when the server does not answer, which later requests will show.
    """
    job_ids: list[str] = []
    for path in ("/jobs", f"/jobs?limit=10&state_in={_STATES}"):
        listed = _ask(session, "GET", path, sink)
        if listed is not None and isinstance(listed.json, list):
            job_ids += [
                job["job_id"]
                for job in listed.json[:_ENOUGH]
                if isinstance(job, dict) and isinstance(job.get("job_id"), str)
            ]
    unique = tuple(dict.fromkeys(job_ids))
    return Findings(
        identity=identity, job_ids=unique, file_ids=_file_ids(session, unique[:1], sink)
    )


def prepare(
    session: GuardedSession,
    known: Findings,
    credential: Credential,
    sink: Sink,
    own_jobs: list[str],
) -> tuple[Findings, DelegationKeeper]:
    """Delegate and submit, so that the operations on credentials and jobs have something to work on.

    Args:
        session: Sends the requests.
        known: What `explore` found.
        credential: Signs the delegated proxy; a token delegates nothing.
        sink: Takes the exchanges.
        own_jobs: Filled by the sink with the ids of submitted jobs.

    Returns:
        What is known now, and the keeper of the delegated credential, to be told of each exchange: submissions need
        one, also after a test that deletes it.
    """
    keeper = DelegationKeeper(session, known.identity.delegation_id, credential, sink)
    keeper.delegate()
    for job in _SEED_JOBS:
        _ask(session, "POST", "/jobs", sink, json=job)
    own = tuple(own_jobs)
    extended = attrs.evolve(
        known,
        own_job_ids=own,
        file_ids=_file_ids(session, own[:1], sink) or known.file_ids,
        credential_pem=keeper.pem,
    )
    return extended, keeper


@attrs.define
class DelegationKeeper:
    """Delegates, and delegates again.

    Attributes:
        session: Sends the requests.
        delegation_id: The caller's.
        credential: Signs.
        sink: Takes the exchanges.
        pem: The credential that was delegated last; None for none.
    """

    session: GuardedSession
    delegation_id: str
    credential: Credential
    sink: Sink
    pem: str | None = None

    def delegate(self) -> None:
        """Fetch the server's request, sign it and hand the proxy over."""
        if self.credential.kind != "certificate":
            return
        base = f"/delegation/{self.delegation_id}"
        answer = _ask(self.session, "GET", f"{base}/request", self.sink)
        if answer is None or answer.status != requests.codes.ok:
            return
        try:
            self.pem = sign_request(answer.body, self.credential)
        except CannotSignError:
            # The request itself is judged as an answer; without a proxy, submissions will say 419.
            return
        _ask(
            self.session,
            "PUT",
            f"{base}/credential",
            self.sink,
            data=self.pem.encode(),
            headers={"Content-Type": "application/x-pem-file"},
        )

    def restore(self, exchange: Exchange) -> None:
        """Delegate again after a successful DELETE."""
        deleted = exchange.method == "DELETE" and "/delegation/" in exchange.target
        if deleted and exchange.status == requests.codes.no_content:
            self.delegate()


def _file_ids(session: GuardedSession, job_ids: tuple[str, ...], sink: Sink) -> tuple[int, ...]:
    for job_id in job_ids:
        answer = _ask(session, "GET", f"/jobs/{job_id}/files", sink)
        if answer is not None and isinstance(answer.json, list):
            return tuple(
                entry["file_id"]
                for entry in answer.json[:_ENOUGH]
                if isinstance(entry, dict) and isinstance(entry.get("file_id"), int)
            )
    return ()


def _ask(
    session: GuardedSession, method: str, path: str, sink: Sink, **content: Any
) -> Exchange | None:
    try:
        exchange = session.ask(method, path, phase="preparation", **content)
    except requests.RequestException:
        # The generated requests meet the same trouble and report it with their operation.
        return None
    sink(exchange)
    return exchange
