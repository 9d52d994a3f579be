"""Sending recordings to the mock."""

from __future__ import annotations

import http.client
import re
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Self

import attrs

from fidelity.arrange import Scene
from fidelity.arranged_jobs import JobsOfAFile
from fidelity.arranged_rows import RowsOfAFile
from fidelity.compare import Answer, differences
from fidelity.on_purpose import reason_for
from fidelity.recorded import Recording, left_out
from fidelity.tokens import TokenUsers

if TYPE_CHECKING:
    from types import TracebackType

    from fts_contract.mock import MockFTS

_JOB_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_RECORDED_HOST: Final = "localhost:8446"

Compare = Callable[[Recording, Answer], list[str]]


@attrs.frozen
class Result:
    """What became of a recording.

    Attributes:
        id: Its id.
        left_out: The rule by which it was not compared; None when it was.
        differences: What differs; empty when nothing does.
        on_purpose: Why it should differ; None otherwise.
    """

    id: str
    left_out: str | None = None
    differences: tuple[str, ...] = ()
    on_purpose: str | None = None


class Sender:
    """Sends requests as test identities, over TLS connections that stay open.

    Args:
        mock: A running mock.
    """

    def __init__(self, mock: MockFTS) -> None:
        self._mock = mock
        self._open: dict[str, http.client.HTTPSConnection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for connection in self._open.values():
            connection.close()

    def _connection(self, who: str) -> http.client.HTTPSConnection:
        if who not in self._open:
            context = ssl.create_default_context(cafile=str(self._mock.ca_file))
            if who != "anonymous":
                context.load_cert_chain(self._mock.credential(who))
            self._open[who] = http.client.HTTPSConnection(
                "localhost", self._mock.port, context=context
            )
        return self._open[who]

    def send(self, recording: Recording, ids: dict[str, str]) -> Answer:
        """Send a request.

        Args:
            recording: The request.
            ids: Recorded job id to the id of the same job here.
        """
        connection = self._connection(recording.who)
        body = recording.body()
        path = _JOB_ID.sub(lambda m: ids.get(m[0], m[0]), recording.path)
        headers = recording.all_headers()
        has_host = "host" in {name.lower() for name in headers}
        connection.putrequest(
            recording.method, _ascii(path), skip_accept_encoding=True, skip_host=has_host
        )
        for name, value in headers.items():
            connection.putheader(
                name, value.replace(_RECORDED_HOST, f"localhost:{self._mock.port}")
            )
        if "transfer-encoding" not in {name.lower() for name in headers}:
            connection.putheader("Content-Length", str(len(body or b"")))
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        if answer.will_close:
            connection.close()
        return Answer(
            status=answer.status,
            headers={name.lower(): value for name, value in answer.getheaders()},
            body=content,
        )


def _ascii(path: str) -> str:
    return path.encode().decode("latin-1") if not path.isascii() else path


def replay_file(
    mock: MockFTS, recordings: list[Recording], *, compare: Compare = differences
) -> list[Result]:
    """Replay one file against an empty mock.

    Args:
        mock: A running mock with a stopped clock; it is reset first.
        recordings: The file.
        compare: Says what differs between a recording and an answer.

    Returns:
        A result per recording.
    """
    mock.reset()
    with Sender(mock) as sender:
        replay = _Replay(mock, recordings, sender, compare)
        try:
            return [replay.one(position) for position in range(len(recordings))]
        finally:
            replay.end()


class _Replay:
    """The replay of one file."""

    def __init__(
        self, mock: MockFTS, recordings: list[Recording], sender: Sender, compare: Compare
    ) -> None:
        self._mock = mock
        self._compare = compare
        self._recordings = recordings
        self._sender = sender
        self._jobs = JobsOfAFile(recordings)
        self._rows = RowsOfAFile()
        self._tokens = TokenUsers(mock)
        self._scene = Scene(mock, recordings)
        self._ids: dict[str, str] = {}
        self._was_changed = False

    def end(self) -> None:
        """Leave the mock as it was."""
        self._tokens.end()

    def one(self, position: int) -> Result:
        """Arrange, send and compare one recording."""
        recording = self._recordings[position]
        rule = left_out(recording)
        # A change whose answer was broken off took place, and later answers show it.
        if rule is not None and not (recording.is_cut_off and recording.changes):
            return Result(recording.id, left_out=rule)
        if not _is_known(self._mock, recording.who):
            return Result(recording.id, left_out="unknown-identity")
        try:
            to_send = self._tokens.arrange(recording)
            is_arranged = self._arrange(position)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            is_arranged = False  # words or answers that nobody has seen before
        if not is_arranged:
            return Result(recording.id, left_out="set-up-not-arranged")
        try:
            answer = self._sender.send(to_send, self._ids)
        except (OSError, http.client.HTTPException) as error:
            return Result(recording.id, differences=(f"no answer: {error!r}",))
        self._was_changed = self._was_changed or recording.changes
        _learn(recording, answer, self._ids)
        if rule is not None:
            return Result(recording.id, left_out=rule)
        found = tuple(self._compare(recording, answer))
        purpose = reason_for(recording, answer) if found else None
        return Result(recording.id, differences=found, on_purpose=purpose)

    def _arrange(self, position: int) -> bool:
        """Arrange what a recording needs.

        Returns:
            Whether that was possible. Words that are not understood describe what earlier requests did.
        """
        recording = self._recordings[position]
        _delegate(self._mock, recording)
        self._jobs.arrange(position, self._mock.state)
        understood = self._scene.arrange(recording)
        self._rows.arrange(recording, self._mock.state)
        return understood or self._was_changed


def _is_known(mock: MockFTS, who: str) -> bool:
    try:
        return who == "anonymous" or mock.credential(who).exists()
    except KeyError:
        return False


def _delegate(mock: MockFTS, recording: Recording) -> None:
    """Give the delegation that recordings take for granted where something is submitted or moved."""
    path = recording.path.lstrip("/")
    if recording.who != "anonymous" and path.startswith(("jobs", "dm/")):
        mock.state.delegate(recording.who)


def _learn(recording: Recording, answer: Answer, ids: dict[str, str]) -> None:
    """Remember which id a job got here."""
    value: Any = answer.value
    if (
        recording.method in ("POST", "PUT")
        and isinstance(recording.answer, dict)
        and isinstance(value, dict)
        and "job_id" in recording.answer
        and "job_id" in value
    ):
        ids[recording.answer["job_id"]] = value["job_id"]
