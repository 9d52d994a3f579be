"""Before the generated requests: find data that exist and, in profile `full`, make some."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs
import requests

from fts_contract.harness.generating.known_data import KnownData
from fts_contract.harness.sending.exchange import Exchange
from fts_contract.harness.sending.proxy_signing import CannotSignError, sign_request

if TYPE_CHECKING:
    from fts_contract.harness.sending.credential import Credential
    from fts_contract.harness.sending.session import GuardedSession
    from fts_contract.harness.server import Identity

__all__ = ["DelegationKeeper", "explore", "prepare"]

Sink = Callable[[Exchange], None]

_STATES = "SUBMITTED,READY,ACTIVE,STAGING,FINISHED,FINISHEDDIRTY,FAILED,CANCELED"
_ENOUGH = 3
_LISTED = 50
_CHOSEN = 8
_PAUSES_S: Final = (0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)
_SEED_JOBS: tuple[dict[str, Any], ...] = (
    {
        "files": [
            {
                "sources": ["mock://fts-contract-source.example.org/file1?size=1048576"],
                "destinations": [
                    "mock://fts-contract-destination.example.org/file1?size_post=1048576&time=2"
                ],
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
                "sources": [f"mock://fts-contract-source.example.org/long{number}?size=1"],
                "destinations": [
                    f"mock://fts-contract-destination.example.org/long{number}?size_post=1&time=600"
                ],
            }
            for number in (1, 2)
        ],
        "params": {"priority": 2},
    },
)


def explore(session: GuardedSession, identity: Identity, sink: Sink) -> KnownData:
    """Find jobs and files that the caller may read, with reading requests only; none when the server does not answer."""
    listed: dict[str, dict[str, Any]] = {}
    for path in ("/jobs", f"/jobs?limit={_LISTED}&state_in={_STATES}"):
        for job in _rows(_ask(session, "GET", path, sink)):
            if isinstance(job.get("job_id"), str):
                listed.setdefault(job["job_id"], job)
    jobs = _various(list(listed.values()))
    job_ids = tuple(job["job_id"] for job in jobs)
    files = [_files(session, job_id, sink) for job_id in job_ids]
    return KnownData(
        identity=identity,
        job_ids=job_ids,
        file_ids=_file_ids(files[0]) if files else (),
        storages=_storages(jobs),
        dest_surls=tuple(surl for rows in files for surl in _texts(rows, "dest_surl"))[:_ENOUGH],
    )


def _various(jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Choose a few jobs, one of each state first: jobs in other states have other fields and files."""
    first: dict[str, dict[str, Any]] = {}
    for job in jobs:
        first.setdefault(str(job.get("job_state")), job)
    rest = [job for job in jobs if first[str(job.get("job_state"))] is not job]
    return [*first.values(), *rest][:_CHOSEN]


def prepare(
    session: GuardedSession,
    known: KnownData,
    credential: Credential,
    sink: Sink,
    own_jobs: Sequence[str],
) -> tuple[KnownData, DelegationKeeper]:
    """Delegate and submit, so that operations on credentials and jobs have something to act on.

    Args:
        session: Sends the requests.
        known: What `explore` found.
        credential: Signs the delegated proxy; a token delegates nothing.
        sink: Takes the exchanges.
        own_jobs: Grows by the ids of submitted jobs.

    Returns:
        What is known now, and the keeper of the delegated credential, which must see each exchange: submissions need
        the credential even after a test has deleted it.
    """
    keeper = DelegationKeeper(session, known.identity.delegation_id, credential, sink)
    keeper.delegate()
    for job in _SEED_JOBS:
        _ask(session, "POST", "/jobs", sink, json=job)
    own = tuple(own_jobs)
    if credential.kind == "token" and own:
        _wait_for_tokens(session, own[-1], sink)
    files = _files(session, own[0], sink) if own else []
    hosts = _ask(session, "GET", "/config", sink) if "config" in known.identity.level else None
    extended = attrs.evolve(
        known,
        own_job_ids=own,
        file_ids=_file_ids(files) or known.file_ids,
        storages=_storages(files) or known.storages,
        dest_surls=_texts(files, "dest_surl") or known.dest_surls,
        hosts=_texts(_rows(hosts), "hostname"),
        credential_pem=keeper.pem,
    )
    return extended, keeper


def _wait_for_tokens(session: GuardedSession, job_id: str, sink: Sink) -> None:
    """Wait until the server has exchanged the token: the files of a first job do not start, nor are they canceled, before that.

    Source: `TOKEN_PREP` in FTS 3.13.4. A token is exchanged once, for all jobs that come with it.
    """
    for pause_s in _PAUSES_S:
        files = _files(session, job_id, sink)
        if all(file.get("file_state") != "TOKEN_PREP" for file in files):
            return
        time.sleep(pause_s)


@attrs.define
class DelegationKeeper:
    """Delegates, and delegates again when needed; `pem` is the credential that was delegated last, None for none."""

    session: GuardedSession
    delegation_id: str
    credential: Credential
    sink: Sink
    pem: str | None = None

    def delegate(self) -> None:
        """Fetch the server's certificate request, sign it and upload the proxy."""
        base = f"/delegation/{self.delegation_id}"
        if self.credential.kind != "certificate" or self.session.lock("DELETE", base, None):
            return
        answer = _ask(self.session, "GET", f"{base}/request", self.sink)
        if answer is None or answer.status != requests.codes.ok:
            return
        try:
            self.pem = sign_request(answer.body, self.credential)
        except CannotSignError:
            # The bad request is found when the answer is judged; submissions will be answered 419.
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


def _files(session: GuardedSession, job_id: str, sink: Sink) -> list[dict[str, Any]]:
    return _rows(_ask(session, "GET", f"/jobs/{job_id}/files", sink))[:_ENOUGH]


def _file_ids(files: list[dict[str, Any]]) -> tuple[int, ...]:
    return tuple(file["file_id"] for file in files if isinstance(file.get("file_id"), int))


def _storages(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_texts(rows, "source_se"), *_texts(rows, "dest_se"))))


def _texts(rows: list[dict[str, Any]], key: str) -> tuple[str, ...]:
    return tuple(row[key] for row in rows if isinstance(row.get(key), str))


def _rows(answer: Exchange | None) -> list[dict[str, Any]]:
    listed = answer.json if answer is not None else None
    return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def _ask(
    session: GuardedSession, method: str, path: str, sink: Sink, **content: Any
) -> Exchange | None:
    try:
        exchange = session.ask(method, path, phase="preparation", **content)
    except requests.RequestException:
        # The generated requests fail in the same way, and are reported with their operation.
        return None
    sink(exchange)
    return exchange
