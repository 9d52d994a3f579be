"""Requests of the callers of a play, and names for what the server answers."""

from __future__ import annotations

import random
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import attrs
import requests

from fts_contract.compare.performing.step import NOTHING_TO_BORROW, Step
from fts_contract.harness.sending.budget import OverError
from fts_contract.harness.sending.errors import LockedRequestError
from fts_contract.harness.sending.raw import ask_raw
from fts_contract.harness.sending.session import unanswered

if TYPE_CHECKING:
    from fts_contract.compare.servers.side import Side
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["Asking", "part_of"]

_NAME: Final = re.compile(r"\{([\w.-]+)\}")
_OF_THE_FRONT: Final = {"server", "date", "keep-alive", "via", "age"}


@attrs.define
class Asking:
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
        settled: Nothing moves by itself any more.
        borrowed: Names of what was there before.
        jobs: Callers and the jobs that they have submitted.
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
            found = part_of(answer, place)
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

    def together(self, *asked: tuple[str, str, str, Any], name: str = "") -> None:
        """Send requests at the same time.

        Args:
            asked: Role, method, path and body of each.
            name: For the jobs that they submit: `name0`, `name1` and so on.
        """
        asked = tuple(one for one in asked if one[0] in self.side.sessions)
        with ThreadPoolExecutor(len(asked)) as pool:
            sent = [
                pool.submit(self.side.sessions[who].ask, method, path, phase=self.play, json=body)
                for who, method, path, body in asked
            ]
        for number, ((who, *_), future) in enumerate(zip(asked, sent, strict=True)):
            try:
                exchange = future.result()
            except LockedRequestError as error:
                self._note(who, None, f"not sent: {error}")
                continue
            except requests.RequestException as error:
                self._note(who, unanswered(error, "none"), type(error).__name__)
                continue
            if job_id := part_of(exchange.json, "job_id"):
                self.names[f"{name}{number}"] = str(job_id)
                self.jobs.append((who, str(job_id)))
            self._note(who, exchange)

    def get(self, who: str, path: str, **query: Any) -> Any:
        """Read; `in_` stands for the parameter `in`."""
        return self.ask(who, "GET", _with(path, query))

    def delete(self, who: str, path: str, **query: Any) -> Any:
        """Delete or cancel."""
        return self.ask(who, "DELETE", _with(path, query))

    def post(self, who: str, path: str, json: Any = None, **keep: str) -> Any:
        """Send JSON, and keep parts of the answer under names."""
        return self.ask(who, "POST", path, json, keep=keep)

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


def part_of(value: Any, place: str) -> Any:
    """Go into a JSON value by names and numbers with dots between them; None when there is nothing."""
    for part in place.split("."):
        if isinstance(value, list):
            value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value
