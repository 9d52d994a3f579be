"""The words in which plays are written: requests, jobs with names, delegations, and time that passes."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any, Final

import attrs

from fts_contract.compare.matching.meaning import now_of
from fts_contract.compare.performing.asking import Asking, part_of
from fts_contract.harness.exchange_checks.model import stumbled
from fts_contract.harness.sending.own_names import MARK
from fts_contract.harness.sending.proxy_signing import CannotSignError, sign_request
from fts_contract.spec import load_spec

__all__ = ["Script"]

_ENDED: Final = {"FINISHED", "FINISHEDDIRTY", "FAILED", "CANCELED"}
_RUNNING: Final = {"READY", "ACTIVE", "STARTED", "ARCHIVING"}
_STUCK: Final = "the jobs stay as they are"
_IDS: Final = 50
"""Job ids in one path; web servers in front of FTS take about 100."""
_TURNS: Final = 40
_TURN_S: Final = 15.0
_POLL_S: Final = 2.0
_PEM: Final = {"Content-Type": "application/x-pem-file"}


@attrs.define
class Script(Asking):
    """Performs one play on one server."""

    def storage(self, word: str, scheme: str = "mock") -> str:
        """Name a storage that only this project uses."""
        return f"{scheme}://{MARK}-{word}.example.org"

    def file(
        self, word: str, takes: int = 100_000, source: str = "", **fields: Any
    ) -> dict[str, Any]:
        """Describe a transfer between storages that only this project uses.

        Args:
            word: Part of its names.
            takes: How long it takes, in seconds of the server's time.
            source: More of the query of the source.
            fields: Further fields of the submission.
        """
        return {
            "sources": [f"{self.storage(f'{word}-a')}/{word}?size=1024{source}"],
            "destinations": [f"{self.storage(f'{word}-b')}/{word}?size_post=1024&time={takes}"],
            **fields,
        }

    def submit(
        self,
        name: str,
        *files: dict[str, Any],
        by: str = "user",
        method: str = "POST",
        **params: Any,
    ) -> None:
        """Submit a job, and call it by a name; `name.0`, `name.1` are its files, in their order."""
        self.ask(
            by, method, "/jobs", {"files": list(files), "params": params}, keep={name: "job_id"}
        )
        self.files(name, by=by)

    def files(self, name: str, *, by: str = "user") -> None:
        """Read the files of a job, and give them names."""
        rows = self.get(by, f"/jobs/{{{name}}}/files")
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            self.names[f"{name}.{number}"] = str(part_of(row, "file_id"))

    def borrow(self, who: str, path: str, *names: str, place: str = "job_id") -> None:
        """Give names to the first entries of a list. They differ between servers that others use, so only the form of answers about them is compared."""
        rows = self.get(who, path)
        for number, name in enumerate(names):
            self.call(name, part_of(rows, f"{number}.{place}"))
        self.borrowed |= set(names)

    def stumble(self, error: Exception) -> None:
        """Note that an answer made the play end with an error."""
        exchange = self.steps[-1].exchange if self.steps else None
        self._note("user", exchange, stumbled(error))

    def clean_up(self) -> None:
        """Cancel the jobs that the play has submitted, each as its owner."""
        for who in self.side.sessions:
            ids = [job_id for owner, job_id in self.jobs if owner == who]
            for start in range(0, len(ids), _IDS):
                self.delete(who, f"/jobs/{','.join(ids[start : start + _IDS])}")
                if self.side.clock is None:
                    # Which jobs have ended depends on the speed of the server, so the answers are not compared.
                    self.steps.pop()

    def look(self, name: str, *callers: str) -> None:
        """Read a job through every path, as each of these callers."""
        for who in callers or ("user",):
            for path in ("", "/files", "/dm", "/job_state", "/reason"):
                self.get(who, f"/jobs/{{{name}}}{path}")

    def look_together(self, *names: str) -> None:
        """Read jobs in one request, with all that the document knows of their files."""
        fields = load_spec()["components"]["schemas"]["FileFields"]["properties"]
        path = ",".join(f"{{{name}}}" for name in names)
        self.get("user", f"/jobs/{path}", files=",".join(fields))

    def later(self, seconds: float) -> None:
        """Let time pass on the server."""
        self.side.pass_time(seconds)

    def until_ended(self, *names: str, by: str = "user") -> None:
        """Let time pass until these jobs have ended; from then on, states are compared exactly."""
        self._wait(names, by, _ENDED)
        self.settled = True

    def until_running(self, *names: str, by: str = "user") -> None:
        """Wait until these jobs run, unless plays move the server's clock: what a change does depends on whether they run."""
        if self.side.clock is None:
            self._wait(names, by, _ENDED | {"ACTIVE", "STAGING"})

    def _wait(self, names: tuple[str, ...], by: str, states: set[str]) -> None:
        session = self.side.sessions.get(by)
        if session is None:
            return
        ids = ",".join(map(self.value_of, names))
        found: set[str] = set()
        for _ in range(1 if self.side.idle else _TURNS):
            self.later(_TURN_S)
            if self.side.clock is None:
                time.sleep(_POLL_S)
            exchange, trouble = self._send(session, "GET", f"/jobs/{ids}")
            rows = exchange.json if exchange else None
            found = {
                str(row.get("job_state", "FAILED"))
                for row in (rows if isinstance(rows, list) else [rows])
                if isinstance(row, dict)
            }
            if trouble or found <= states:
                break
        else:
            # A server that runs no transfers is waited for once.
            self.side.idle = found.isdisjoint(_RUNNING)
            trouble = _STUCK
        self._note(by, exchange, trouble)
        if trouble:
            self.lost |= {_STUCK}

    def delegate(
        self,
        who: str,
        *,
        lifetime_h: float = 30,
        as_: str | None = None,
        drop_last: bool = False,
        removed_meanwhile: bool = False,
        method: str = "PUT",
    ) -> None:
        """Delegate the credential of a caller, whose delegation id is then called `dlg`.

        Args:
            who: Role of the caller.
            lifetime_h: Hours until it expires; negative for an expired one.
            as_: Role of the caller who signs it; None for `who`.
            drop_last: Leave the issuers out of the chain.
            removed_meanwhile: Delete the earlier delegation between the request and the credential.
            method: HTTP method.
        """
        session, signer = (self.side.sessions.get(role) for role in (who, as_ or who))
        if session is None or signer is None or signer.credential is None:
            return
        self.ask(who, "GET", "/whoami", keep={"dlg": "delegation_id"})
        self.ask(who, "GET", "/delegation/{dlg}/request")
        request = self.steps[-1].exchange
        try:
            pem = (
                ""
                if request is None
                else sign_request(
                    request.body,
                    signer.credential,
                    # Counted from the server's time, which plays move.
                    lifetime=timedelta(hours=lifetime_h, seconds=now_of(request) - time.time()),
                )
            )
        except CannotSignError:
            pem = "not signed"
        if drop_last:
            pem = pem.partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
        if removed_meanwhile:
            self.delete(who, "/delegation/{dlg}")
        self.ask(who, method, "/delegation/{dlg}/credential", data=pem.encode(), headers=_PEM)
