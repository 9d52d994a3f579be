"""What a play is written with: requests of several callers, names for what the server answers, and time that passes."""

from __future__ import annotations

import random
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import attrs
import requests

from fts_contract.compare.meaning import now_of
from fts_contract.compare.step import NOTHING_TO_BORROW, Step
from fts_contract.harness.sending.budget import OverError
from fts_contract.harness.sending.errors import LockedRequestError
from fts_contract.harness.sending.own_names import MARK
from fts_contract.harness.sending.proxy_signing import CannotSignError, sign_request
from fts_contract.harness.sending.raw import ask_raw
from fts_contract.harness.sending.session import unanswered

if TYPE_CHECKING:
    from fts_contract.compare.side import Side
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Script"]

_NAME: Final = re.compile(r"\{([\w.-]+)\}")
_ENDED: Final = {"FINISHED", "FINISHEDDIRTY", "FAILED", "CANCELED"}
_IDS: Final = 50
"""Job ids in one path; web servers in front of FTS take about 100."""
_OF_THE_FRONT: Final = {"server", "date", "keep-alive", "via", "age"}
_TURNS: Final = 40
_TURN_S: Final = 15.0
_POLL_S: Final = 2.0
_PEM: Final = {"Content-Type": "application/x-pem-file"}


@attrs.define
class Script:
    """Performs one play on one server.

    `{name}` in a path, query or body stands for what the server answered earlier under this name; in a body, `{#name}` alone for
    the same as a number.

    Attributes:
        side: The server.
        play: Name of the play.
        seed: Of the whole comparison.
        unique: A text that no other comparison uses.
        steps: What was done so far.
        names: What the server answered, by name.
    """

    side: Side
    play: str
    seed: int
    unique: str
    steps: list[Step] = attrs.field(factory=list)
    names: dict[str, str] = attrs.field(factory=dict)
    settled: bool = False
    borrowed: set[str] = attrs.field(factory=set)
    jobs: list[tuple[str, str]] = attrs.field(factory=list)

    def chance_for(self, what: str) -> random.Random:
        """Give a source of chance that is the same on both servers, and another one for something else."""
        return random.Random(f"{self.seed} {self.play} {what}")  # noqa: S311 - no secret

    def storage(self, word: str, scheme: str = "mock") -> str:
        """Make up a storage that only this project uses."""
        return f"{scheme}://{MARK}-{word}.example.org"

    def file(
        self, word: str, takes: int = 100_000, source: str = "", **fields: Any
    ) -> dict[str, Any]:
        """Describe a transfer between made-up storages; it takes so many seconds (of the server's time).

        Args:
            word: Part of its names.
            takes: Seconds.
            source: More of the query of the source.
            fields: Further fields of the submission.
        """
        return {
            "sources": [f"{self.storage(f'{word}-a')}/{word}?size=1024{source}"],
            "destinations": [f"{self.storage(f'{word}-b')}/{word}?size_post=1024&time={takes}"],
            **fields,
        }

    def ask(
        self,
        who: str,
        method: str,
        target: str,
        json: Any = None,
        *,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
        keep: dict[str, str] | None = None,
    ) -> Any:
        """Send a request, and give its JSON.

        Args:
            who: Role of the caller; the step is left out when there is no such caller.
            method: HTTP method.
            target: Path and query.
            json: The body.
            data: The body as bytes.
            headers: Further headers.
            keep: Names for parts of the answer: `{"job": "job_id"}`, with dots to go deeper.
        """
        session = self.side.sessions.get(who)
        if session is None:
            return None
        names = self.borrowed.intersection(_NAME.findall(target))
        if any(self.names[name] == f"no-{name}" for name in names):
            self._note(who, None, NOTHING_TO_BORROW)
            return None
        path = self.filled(target, quoted=True)
        exchange, trouble = None, ""
        try:
            exchange = session.ask(
                method, path, phase=self.play, headers=headers, json=self._filled_in(json),
                data=data,
            )  # fmt: skip
        except LockedRequestError as error:
            trouble = f"not sent: {error}"
        except OverError:
            raise
        except requests.RequestException as error:
            exchange, trouble = unanswered(error, session.sender), type(error).__name__
        answer = exchange.json if exchange is not None else None
        for name, place in (keep or {}).items():
            found = _at(answer, place)
            self.names[name] = str(found) if found else f"no-{name}"
            if place == "job_id" and found:
                self.jobs.append((who, str(found)))
        self._note(who, exchange, trouble, borrowed=bool(names))
        return answer

    def _note(
        self,
        who: str,
        exchange: Exchange | None,
        trouble: str = "",
        raw: tuple[tuple[str, str], ...] = (),
        *,
        borrowed: bool = False,
    ) -> None:
        self.steps.append(
            Step(
                play=self.play,
                number=len(self.steps) + 1,
                who=who,
                exchange=exchange,
                trouble=trouble,
                settled=self.settled,
                raw=raw,
                borrowed=borrowed,
            )
        )

    def raw(self, who: str, *asked: tuple[str, str, dict[str, str]]) -> None:
        """Send requests over one connection, and note what a reader of bytes sees."""
        session = self.side.sessions.get(who)
        if session is None or session.proxies:
            return
        try:
            for answer in ask_raw(session, asked, phase=self.play):
                names = ", ".join(sorted({*answer.exchange.headers} - _OF_THE_FRONT))
                seen = {
                    "version": answer.version,
                    "after the answer": f"{len(answer.extra)} bytes more"
                    if answer.extra
                    else "nothing",
                    "connection": "kept" if answer.kept else "closed",
                    "headers": names,
                }
                self._note(who, answer.exchange, raw=tuple(seen.items()))
        except OverError:
            raise
        except (OSError, ValueError, LockedRequestError) as error:
            self._note(who, None, type(error).__name__)

    def bearer(self, who: str) -> dict[str, str]:
        """Give the header by which a caller shows a token; none when there is no such caller."""
        session = self.side.sessions.get(who)
        token = session.credential.token if session is not None and session.credential else None
        return {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, who: str, path: str, **query: Any) -> Any:
        """Read; `in_` stands for the parameter `in`."""
        return self.ask(who, "GET", _with(path, query))

    def delete(self, who: str, path: str, **query: Any) -> Any:
        """Delete or cancel."""
        return self.ask(who, "DELETE", _with(path, query))

    def post(self, who: str, path: str, json: Any = None, **keep: str) -> Any:
        """Send JSON, and keep parts of the answer under names."""
        return self.ask(who, "POST", path, json, keep=keep)

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

    def at_once(self, who: str, method: str, path: str, *bodies: Any, name: str) -> None:
        """Send several requests at the same time, each over a connection of its own; `name0`, `name1` are the jobs."""
        session = self.side.sessions.get(who)
        if session is None:
            return
        with ThreadPoolExecutor(len(bodies)) as pool:
            sent = [
                pool.submit(session.ask, method, path, phase=self.play, json=body)
                for body in bodies
            ]
        for number, future in enumerate(sent):
            try:
                exchange = future.result()
            except requests.RequestException as error:
                self._note(who, unanswered(error, session.sender), type(error).__name__)
                continue
            self.names[f"{name}{number}"] = job_id = str(_at(exchange.json, "job_id"))
            self.jobs.append((who, job_id))
            self._note(who, exchange)

    def files(self, name: str, *, by: str = "user") -> None:
        """Read the files of a job, and give them names."""
        rows = self.get(by, f"/jobs/{{{name}}}/files")
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            self.names[f"{name}.{number}"] = str(_at(row, "file_id"))

    def borrow(self, who: str, path: str, *names: str, place: str = "job_id") -> None:
        """Give names to what a list shows; it differs on servers that others use, so of what is asked with them only the form counts."""
        rows = self.get(who, path)
        for number, name in enumerate(names):
            found = _at(rows, f"{number}.{place}")
            self.names[name] = str(found) if found else f"no-{name}"
        self.borrowed |= set(names)

    def clean_up(self) -> None:
        """Cancel the jobs that the play has submitted; each caller those of his own."""
        for who in self.side.sessions:
            ids = [job_id for owner, job_id in self.jobs if owner == who]
            for start in range(0, len(ids), _IDS):
                self.delete(who, f"/jobs/{','.join(ids[start : start + _IDS])}")
                if self.side.clock is None:
                    # Which of them have ended meanwhile is a matter of pace.
                    self.steps.pop()

    def look(self, name: str, *callers: str) -> None:
        """Read a job in every way, as each of these callers."""
        for who in callers or ("user",):
            for path in ("", "/files", "/dm", "/job_state", "/reason"):
                self.get(who, f"/jobs/{{{name}}}{path}")

    def later(self, seconds: float) -> None:
        """Let time pass on the server."""
        self.side.pass_time(seconds)

    def until_ended(self, *names: str, by: str = "user") -> None:
        """Let time pass until these jobs have ended; what is read from then on does not change by itself."""
        session = self.side.sessions.get(by)
        ids = ",".join(self.names.get(name, f"no-{name}") for name in names)
        for _ in range(_TURNS if session is not None else 0):
            self.later(_TURN_S)
            if self.side.clock is None:
                time.sleep(_POLL_S)
            try:
                answer = session.ask("GET", f"/jobs/{ids}", phase="waiting") if session else None
            except requests.RequestException:
                break
            rows = answer.json if answer else None
            rows = rows if isinstance(rows, list) else [rows]
            if all(
                not isinstance(r, dict) or r.get("job_state", "FAILED") in _ENDED for r in rows
            ):
                break
        self.settled = True

    def delegate(self, who: str) -> None:
        """Delegate the credential of a caller, whose delegation id is then called `dlg`."""
        self.sign(who)

    def sign(
        self,
        who: str,
        *,
        lifetime_h: float = 7,
        as_: str | None = None,
        drop_last: bool = False,
        method: str = "PUT",
    ) -> None:
        """Delegate a credential that is unusual.

        Args:
            who: Role of the caller.
            lifetime_h: Hours until it ends; negative for one that has ended.
            as_: Who signs it in place of the caller.
            drop_last: Leave the issuers out of the chain.
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
                    # From the server's present, which may be another one.
                    lifetime=timedelta(hours=lifetime_h, seconds=now_of(request) - time.time()),
                )
            )
        except CannotSignError:
            pem = "not signed"
        if drop_last:
            pem = pem.partition("-----END CERTIFICATE-----")[0] + "-----END CERTIFICATE-----\n"
        self.ask(who, method, "/delegation/{dlg}/credential", data=pem.encode(), headers=_PEM)

    @staticmethod
    def quoted(text: str) -> str:
        """Encode a text as one segment of a path, with the names in it."""
        return quote(text, safe="{}%" if "{" in text else "")

    def filled(self, text: str, *, quoted: bool = False) -> str:
        """Put what the server answered in the place of the names in a text."""

        def value(found: re.Match[str]) -> str:
            known = self.names.get(found[1], found[0])
            return quote(known, safe=",:") if quoted else known

        return _NAME.sub(value, text)

    def _filled_in(self, value: Any) -> Any:
        if isinstance(value, str):
            number = value.startswith("{#") and self.names.get(value[2:-1], "")
            return int(number) if number and number.isdigit() else self.filled(value)
        if isinstance(value, list):
            return [self._filled_in(item) for item in value]
        if isinstance(value, dict):
            return {self.filled(name): self._filled_in(item) for name, item in value.items()}
        return value


def _with(path: str, query: dict[str, Any]) -> str:
    # Braces stay, because they hold names.
    text = urlencode({k.rstrip("_"): v for k, v in query.items()}, quote_via=quote, safe="{}")
    return f"{path}?{text}" if text else path


def _at(value: Any, place: str) -> Any:
    for part in place.split("."):
        if isinstance(value, list):
            value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value
