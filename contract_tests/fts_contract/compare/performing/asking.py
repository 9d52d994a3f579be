"""Send the requests of a play, and give names to values in the answers."""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import attrs
import requests

from fts_contract.compare.performing.step import NOT_SENT, NOTHING_TO_BORROW, OF_THE_FRONT, Step
from fts_contract.harness.sending.budget import OverError
from fts_contract.harness.sending.errors import LockedRequestError
from fts_contract.harness.sending.raw import ask_raw
from fts_contract.harness.sending.session import unanswered

if TYPE_CHECKING:
    from fts_contract.compare.servers.side import Side
    from fts_contract.harness.sending.exchange import Exchange
    from fts_contract.harness.sending.session import GuardedSession

__all__ = ["Asking", "part_of"]

_NAME: Final = re.compile(r"\{([\w.-]+)\}")
_USED: Final = re.compile(r"\{#?([\w.-]+)\}")


@attrs.define
class Asking:
    """Performs one play on one server.

    `{name}` in a path, query or body is replaced by the value that an earlier answer gave this name; a text `{#name}` in a body
    is replaced by the same value as a number.

    Attributes:
        side: The server.
        play: Name of the play.
        seed: Seed of the comparison.
        unique: A text that no other comparison uses.
        steps: The steps so far.
        names: Values from answers, by name.
        settled: Every job has ended, so states no longer change with time.
        borrowed: Names of jobs and files that were there before the play.
        jobs: Callers and the jobs that they have submitted.
        lost: See `Step`; of all steps from now on.
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
    lost: frozenset[str] = frozenset()

    def chance_for(self, what: str) -> random.Random:
        """Give a random generator that makes the same choices on both servers; each purpose has its own."""
        return random.Random(f"{self.seed} {self.play} {what}")  # noqa: S311 - no secret

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
        """Send a request, and return the JSON of the answer.

        Args:
            who: Role of the caller; without a caller in this role, the step is left out.
            method: HTTP method.
            target: Path and query.
            json: The body.
            data: The body as bytes.
            headers: Further headers.
            keep: Names for values of the answer, each with its place: `{"job": "job_id"}`; dots lead into objects and lists.
        """
        session = self.side.sessions.get(who)
        if session is None:
            return None
        used = set(_USED.findall(f"{target} {json}"))
        lost = frozenset(name for name in used if self.names.get(name) == _nothing(name))
        names = self.borrowed & used
        if names & lost:
            self._note(who, None, NOTHING_TO_BORROW)
            return None
        path = self.filled(target, quoted=True)
        exchange, trouble = self._send(
            session, method, path, headers=headers, json=self._filled_in(json), data=data
        )
        answer = exchange.json if exchange is not None else None
        for name, place in (keep or {}).items():
            found = part_of(answer, place)
            self.call(name, found)
            if place == "job_id" and found:
                self.jobs.append((who, str(found)))
        self._note(who, exchange, trouble, borrowed=bool(names), lost=lost)
        return answer

    def call(self, name: str, found: Any) -> None:
        """Give a name to a value of an answer; None is a value that the answer does not have."""
        self.names[name] = str(found) if found else _nothing(name)

    def value_of(self, name: str) -> str:
        """Give the value of a name; a text that stands for nothing when no answer had it."""
        return self.names.get(name, _nothing(name))

    def _send(
        self, session: GuardedSession, method: str, path: str, **content: Any
    ) -> tuple[Exchange | None, str]:
        """Send a request; returns the exchange, None if it was not sent, and the reason if no complete answer came."""
        try:
            return session.ask(method, path, phase=self.play, **content), ""
        except LockedRequestError as error:
            return None, f"{NOT_SENT}: {error}"
        except OverError:
            raise
        except requests.RequestException as error:
            return unanswered(error, session.sender), type(error).__name__

    def _note(
        self,
        who: str,
        exchange: Exchange | None,
        trouble: str = "",
        raw: tuple[tuple[str, str], ...] = (),
        *,
        borrowed: bool = False,
        lost: frozenset[str] = frozenset(),
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
                lost=lost | self.lost,
            )
        )

    def raw(self, who: str, *asked: tuple[str, str, dict[str, str]]) -> None:
        """Send requests over one connection, or over another one when the server closes it, and record what only a reader of bytes sees."""
        session = self.side.sessions.get(who)
        if session is None or session.proxies:
            return
        while asked:
            # After an error, Apache closes the connection; each request is a step on both servers nevertheless.
            try:
                for answer in ask_raw(session, asked, phase=self.play):
                    asked = asked[1:]
                    names = ", ".join(
                        sorted({*answer.exchange.headers} - {*OF_THE_FRONT, "connection"})
                    )
                    seen = {
                        # Clients ignore the reason. Source: RFC 9112 section 4.
                        "version": answer.version.partition(" ")[0],
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
                asked = asked[1:]
                self._note(who, None, type(error).__name__)

    def bearer(self, who: str) -> dict[str, str]:
        """Give the header with the token of a caller; empty without a caller in this role, or without a token."""
        session = self.side.sessions.get(who)
        token = session.credential.token if session is not None and session.credential else None
        return {"Authorization": f"Bearer {token}"} if token else {}

    def together(self, *asked: tuple[str, str, str, Any], name: str = "") -> None:
        """Send requests at the same time.

        Args:
            asked: Role, method, path and body of each.
            name: The jobs that they submit are called `name0`, `name1` and so on.
        """
        asked = tuple(one for one in asked if one[0] in self.side.sessions)
        with ThreadPoolExecutor(len(asked)) as pool:
            sent = [
                pool.submit(self._send, self.side.sessions[who], method, path, json=body)
                for who, method, path, body in asked
            ]
        for number, ((who, *_), future) in enumerate(zip(asked, sent, strict=True)):
            exchange, trouble = future.result()
            if job_id := part_of(exchange and exchange.json, "job_id"):
                self.names[f"{name}{number}"] = str(job_id)
                self.jobs.append((who, str(job_id)))
            self._note(who, exchange, trouble)

    def get(self, who: str, path: str, **query: Any) -> Any:
        """Send a GET; the underscore at the end of `in_` is left out, so that keywords of Python can be parameters."""
        return self.ask(who, "GET", _with(path, query))

    def delete(self, who: str, path: str, **query: Any) -> Any:
        """Send a DELETE."""
        return self.ask(who, "DELETE", _with(path, query))

    def post(self, who: str, path: str, json: Any = None, **keep: str) -> Any:
        """Send JSON, and keep parts of the answer under names."""
        return self.ask(who, "POST", path, json, keep=keep)

    @staticmethod
    def quoted(text: str) -> str:
        """Encode a text as one segment of a path, with the names in it."""
        return quote(text, safe="{}%" if "{" in text else "")

    def filled(self, text: str, *, quoted: bool = False) -> str:
        """Replace the names in a text by their values."""

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
    # Braces stay, because they enclose names.
    text = urlencode({k.rstrip("_"): v for k, v in query.items()}, quote_via=quote, safe="{}")
    return f"{path}?{text}" if text else path


def _nothing(name: str) -> str:
    return f"no-{name}"


def part_of(value: Any, place: str) -> Any:
    """Follow names and numbers, separated by dots, into a JSON value; None if they lead nowhere."""
    for part in place.split("."):
        if isinstance(value, list):
            value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value
