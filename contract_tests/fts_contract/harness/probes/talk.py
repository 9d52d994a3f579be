"""What a probe talks with: it sends, hands every answer to the judges, and remembers what to clean up."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import attrs
import requests

from fts_contract.harness.probes.answers import record
from fts_contract.harness.probes.fault import NotApplicableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.harness.contract.contract import Contract
    from fts_contract.harness.contract.operations import Operation
    from fts_contract.harness.sending.credential import Credential
    from fts_contract.harness.sending.exchange import Exchange, Intent
    from fts_contract.harness.sending.session import GuardedSession
    from fts_contract.harness.server import Identity

__all__ = ["Stranger", "Talk"]

_LONG_S = 600


@attrs.frozen(kw_only=True)
class Stranger:
    """Another caller than the one who tests.

    Attributes:
        name: For people: `anonymous`, or a DN.
        session: Sends as this caller.
        identity: What the server sees; None for a caller without certificate.
    """

    name: str
    session: GuardedSession
    identity: Identity | None


@attrs.define(kw_only=True)
class Talk:
    """A conversation with the server.

    Attributes:
        session: Sends as the caller.
        identity: The caller as the server sees it.
        credential: What the caller presents.
        contract: The contract.
        selected: The operations under test.
        strangers: Other callers; the first one has no certificate.
        full: The profile lets probes change something.
        seed: Names that the probe makes up are the same for the same seed.
        job_ids: Jobs that the caller may read.
        sink: Takes every answer.
        delegate: Delegates a credential as the run needs it.
        sleep: Waits so many seconds.
        samples: Answers to plain requests, by operation id.
    """

    session: GuardedSession
    identity: Identity
    credential: Credential
    contract: Contract
    selected: tuple[Operation, ...]
    strangers: tuple[Stranger, ...]
    full: bool
    seed: int
    job_ids: tuple[str, ...]
    sink: Callable[[Exchange], None]
    delegate: Callable[[], object]
    sleep: Callable[[float], None] = time.sleep
    samples: dict[str, Exchange] = attrs.field(factory=dict)
    _submitted: list[str] = attrs.field(factory=list, init=False)

    @property
    def vo(self) -> str:
        """The VO that counts: the first one.

        Raises:
            NotApplicableError: The caller has none.
        """
        if not self.identity.vos:
            raise NotApplicableError("the caller has no VO")
        return self.identity.vos[0]

    def name(self, word: str) -> str:
        """Make up a name that nobody else uses."""
        return f"fts-contract-{self.seed}-{word}"

    def storage(self, word: str) -> str:
        """Make up a storage on which nothing real is."""
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
        exchange = self.session.ask(
            method, path, phase="probe", intent=intent, headers=headers, json=json, data=data
        )
        self.sink(exchange)
        return exchange

    def file(self, word: str, *, takes_s: int = _LONG_S, **fields: Any) -> dict[str, Any]:
        """Describe a transfer between made-up storages.

        Args:
            word: Distinguishes it; part of storages and paths.
            takes_s: Time of the transfer in seconds; long, so that it does not end before the probe.
            fields: Further fields of the submission, or others in place of these.
        """
        return {
            "sources": [f"{self.storage(f'{word}-from')}/file?size=1024"],
            "destinations": [f"{self.storage(f'{word}-to')}/file?size_post=1024&time={takes_s}"],
            **fields,
        }

    def submit(self, *files: dict[str, Any], method: str = "POST", **params: Any) -> str:
        """Submit a job; it is canceled when the probe is over.

        Returns:
            Its id.

        Raises:
            NotApplicableError: The server refused, which the judges of single answers look at.
        """
        # Without `params` a token user gets 500. Source: "Submission" of token users, FTS 3.13.4.
        answer = self.ask(method, "/jobs", json={"files": list(files), "params": params})
        job_id = record(answer).get("job_id")
        if answer.status != requests.codes.ok or not isinstance(job_id, str):
            said = record(answer).get("message", "no message")
            raise NotApplicableError(f"the server took no job (status {answer.status}: {said})")
        self._submitted.append(job_id)
        return job_id

    def clean_up(self) -> None:
        """Cancel the jobs that the probe submitted."""
        ids, self._submitted = self._submitted, []
        if ids:
            self.ask("DELETE", f"/jobs/{','.join(ids)}")

    def undo(self, method: str, path: str, **content: Any) -> None:
        """Send a request that puts things back, for `finally`: when it fails, the first trouble counts."""
        try:
            self.ask(method, path, **content)
        except requests.RequestException:
            return
