"""The conversation of a probe: send requests, hand every answer to the judge, remember what to clean up."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

import attrs
import requests

from fts_contract.harness.probes.answers import record, rows
from fts_contract.harness.probes.fault import NotApplicableError
from fts_contract.harness.sending.budget import OverError
from fts_contract.harness.sending.safety import FullLock

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.harness.callers import OtherCaller
    from fts_contract.harness.contract.contract import Contract
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.sending.credential import Credential
    from fts_contract.harness.sending.exchange import Exchange, Intent
    from fts_contract.harness.sending.session import GuardedSession
    from fts_contract.harness.server import Identity

__all__ = ["Conversation"]

_LONG_S = 600


@attrs.define(kw_only=True)
class Conversation:
    """A conversation with the server.

    Attributes:
        session: Sends requests as the caller.
        identity: The caller as the server sees it.
        credential: The credential of the caller.
        contract: The contract.
        selected: The operations under test.
        others: Other callers; the first one has no certificate.
        full: Whether the profile allows changes.
        seed: The same seed gives the same made-up names.
        job_ids: Jobs that the caller may read.
        sink: Called with every answer.
        delegate: Delegates a credential again, as the run needs it.
        sleep: Waits for a number of seconds.
        samples: Answers to plain requests, by operation id.
        exclusive: The whole server belongs to the run.
        steps: What was asked since the beginning of the probe.
        jobs_session: Sends requests for jobs in place of `session`; None when that does so itself.
        archived: Jobs that may be in the archive, which has no list.
    """

    session: GuardedSession
    identity: Identity
    credential: Credential
    contract: Contract
    selected: tuple[Operation, ...]
    others: tuple[OtherCaller, ...]
    full: bool
    seed: int
    job_ids: tuple[str, ...]
    sink: Callable[[Exchange], None]
    delegate: Callable[[], object]
    sleep: Callable[[float], None] = time.sleep
    samples: dict[str, Exchange] = attrs.field(factory=dict)
    exclusive: bool = False
    jobs_session: GuardedSession | None = None
    archived: tuple[str, ...] = ()
    steps: list[Exchange] = attrs.field(factory=list)
    _submitted: list[str] = attrs.field(factory=list, init=False)

    @property
    def vo(self) -> str:
        """The first VO of the caller, which is the one that FTS uses.

        Raises:
            NotApplicableError: The caller has no VO.
        """
        if not self.identity.vos:
            raise NotApplicableError("the caller has no VO")
        return self.identity.vos[0]

    def job_id_of(self, sid: str) -> str:
        """The id that a deterministic submission with this sid gets.

        Raises:
            NotApplicableError: The server does not tell the namespace of these ids, or the caller has no VO.

        Source: "Ids" as observed on FTS 3.13.4.
        """
        if self.identity.base_id is None:
            raise NotApplicableError("GET /whoami shows no base_id")
        return str(uuid.uuid5(uuid.uuid5(uuid.UUID(self.identity.base_id), self.vo), sid))

    def at_level(self, level: str | None) -> Conversation:
        """Talk as a caller with this level: as the caller, or as an administrator among the others.

        Raises:
            NotApplicableError: No caller has it.
        """
        if level is None or level in self.identity.level:
            return self
        for other in self.others:
            if other.identity and other.session.credential and level in other.identity.level:
                # A ban concerns the jobs of the administrator's VO, level `admin` those of all.
                own_jobs = other.identity.vos[:1] == self.identity.vos[:1] or level == "admin"
                return attrs.evolve(
                    self,
                    session=other.session,
                    identity=other.identity,
                    credential=other.session.credential,
                    jobs_session=self.session if own_jobs else None,
                )
        raise NotApplicableError(
            f"the caller has no level {level}; run again as an administrator, or add one with --also-cert"
        )

    def of(self, other: OtherCaller) -> Conversation:
        """Talk as another caller. Its answers are not judged one by one: what they may show depends on the caller."""
        # Servers close connections that are not used for some seconds, and may do so while a request is on its way.
        other.session.close()
        return attrs.evolve(
            self.unjudged(),
            session=other.session,
            identity=other.identity or self.identity,
            credential=other.session.credential or self.credential,
            jobs_session=None,
        )

    def unjudged(self) -> Conversation:
        """Make a conversation about the same jobs whose answers are not judged one by one."""
        return attrs.evolve(self, sink=_unjudged)

    def name(self, word: str) -> str:
        """Make up a name that is used by no one else."""
        return f"fts-contract-{self.seed}-{word}"

    def storage(self, word: str) -> str:
        """Make up the URL of a storage that does not exist."""
        return f"mock://{self.name(word)}.example.org"

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
        intent: Intent = "valid",
    ) -> Exchange:
        """Send a request.

        Raises:
            requests.RequestException: No complete answer came.
        """
        exchange = self.session_for(path).ask(
            method, path, phase="probe", intent=intent, headers=headers, json=json, data=data
        )
        self.take(exchange)
        return exchange

    def session_for(self, path: str) -> GuardedSession:
        """Get the session that sends requests for a path."""
        if self.jobs_session is not None and path.startswith("/jobs"):
            return self.jobs_session
        return self.session

    def take(self, exchange: Exchange) -> None:
        """Remember an exchange as a step of the probe, and have it judged."""
        self.steps.append(exchange)
        self.sink(exchange)

    def file(self, word: str, *, takes_s: int = _LONG_S, **fields: Any) -> dict[str, Any]:
        """Describe a transfer between made-up storages.

        Args:
            word: Part of the names of its storages, to tell it from others.
            takes_s: Duration of the transfer in seconds; by default it outlasts the probe.
            fields: Further fields of the submission; they may replace these.
        """
        return {
            "sources": [f"{self.storage(f'{word}-from')}/file?size=1024"],
            "destinations": [f"{self.storage(f'{word}-to')}/file?size_post=1024&time={takes_s}"],
            **fields,
        }

    def submit(self, *files: dict[str, Any], method: str = "POST", **params: Any) -> str:
        """Submit a job, which is canceled at the end of the probe.

        Returns:
            The id of the job.

        Raises:
            NotApplicableError: The server refused it; the checks of single answers judge that.
        """
        # Without `params` a token user gets 500. Source: "Submission" of token users, FTS 3.13.4.
        answer = self.ask(method, "/jobs", json={"files": list(files), "params": params})
        job_id = record(answer).get("job_id")
        if answer.status != requests.codes.ok or not isinstance(job_id, str):
            said = record(answer).get("message", "no message")
            raise NotApplicableError(
                f"the server accepted no job (status {answer.status}: {said})"
            )
        self._submitted.append(job_id)
        return job_id

    def note_job(self, answer: Exchange) -> None:
        """Remember the job of a submission that was sent otherwise, so that it is canceled too."""
        job_id = record(answer).get("job_id")
        if answer.status == requests.codes.ok and isinstance(job_id, str):
            self._submitted.append(job_id)

    def own_files(self, job_id: str) -> list[int]:
        """Get the ids of the files of a job that the probe submitted; from now on, requests may name them."""
        found = rows(self.ask("GET", f"/jobs/{job_id}/files"))
        ids = [
            number
            for file in found
            if file.get("job_id") == job_id and isinstance(number := file.get("file_id"), int)
        ]
        if isinstance(self.session.lock, FullLock) and job_id in self._submitted:
            self.session.lock.own_file_ids = (*self.session.lock.own_file_ids, *ids)
        return ids

    def clean_up(self) -> None:
        """Cancel the jobs that the probe submitted."""
        ids, self._submitted = self._submitted, []
        if ids:
            self.ask("DELETE", f"/jobs/{','.join(ids)}")

    def write(self, path: str, body: Any, *, headers: dict[str, str] | None = None) -> None:
        """Send a POST whose change is judged by what is read afterwards, even if no complete answer comes.

        Source: FTS 3.13.4 stores some settings and cuts its answer off.
        """
        try:
            self.ask("POST", path, json=body, headers=headers)
        except OverError:
            raise
        except requests.RequestException:
            return

    def undo(self, method: str, path: str, **content: Any) -> None:
        """Send a request that undoes a change, for `finally`: its failure must not hide an earlier error."""
        try:
            self.ask(method, path, **content)
        except requests.RequestException:
            return


def _unjudged(_exchange: Exchange) -> None:
    """Take an answer that is not judged."""
