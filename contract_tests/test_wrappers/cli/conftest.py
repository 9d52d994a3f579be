from __future__ import annotations

import asyncio
import io
import json
import os
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from contextlib import contextmanager
from fcntl import ioctl
from typing import TYPE_CHECKING, Any, Protocol, Self

import attrs
import pytest

from fts_client.cli.application import run
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import TracebackType

_COMMAND = ("-c", "from fts_client.cli import main; main()")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@attrs.frozen
class Result:
    """How a command ended.

    Attributes:
        code: Exit code.
        out: Standard output.
        err: Standard error.
    """

    code: int
    out: str
    err: str


class Fts(Protocol):
    """Runs `fts` in this process, by default as alice."""

    def __call__(
        self, *arguments: str, who: str = "alice", endpoint: str | None = None, stdin: str = ""
    ) -> Result:
        """Run one command."""
        ...


class Wire:
    """Records the requests that reach the server."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, Any]] = []
        self._open = True
        self._held = 0

    @contextmanager
    def submissions_held(self) -> Iterator[Callable[[], None]]:
        """Hold submissions back from the server until the block ends; yields a function that waits for the first of them."""
        self._open = False
        try:
            yield lambda: self._wait_until(lambda: self._held > 0)
        finally:
            self._open = True
            self._wait_until(lambda: self._held == 0)

    @staticmethod
    def _wait_until(true: Callable[[], bool]) -> None:
        end = time.monotonic() + 30
        while not true():
            assert time.monotonic() < end
            time.sleep(0.01)

    def wrap(self, app: Any) -> Any:
        """Record the requests of a server."""

        async def observed(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            body = b""

            async def received() -> Any:
                nonlocal body
                message = await receive()
                body += message.get("body", b"")
                return message

            holds = not self._open and (scope["method"], scope["path"]) == ("POST", "/jobs")
            self._held += holds
            while holds and not self._open:  # noqa: ASYNC110 - opened by another thread
                await asyncio.sleep(0.01)
            await app(scope, received, send)
            query = scope["query_string"].decode()
            target = scope["path"] + (f"?{query}" if query else "")
            try:
                value = json.loads(body)
            except ValueError:
                value = None
            self.requests.append((scope["method"], target, value))
            self._held -= holds

        return observed

    @property
    def submitted(self) -> list[Any]:
        """The bodies of the submissions."""
        return [
            body for method, path, body in self.requests if (method, path) == ("POST", "/jobs")
        ]


@pytest.fixture(scope="module")
def wire_of_server() -> Wire:
    return Wire()


@pytest.fixture(scope="module")
def server(wire_of_server: Wire) -> Iterator[MockFTS]:
    """A mock whose clock stands still, so that jobs keep their state however slow this machine is."""
    with MockFTS(time_scale=0, middleware=wire_of_server.wrap) as mock:
        yield mock


@pytest.fixture
def mock(server: MockFTS) -> Iterator[MockFTS]:
    yield server
    server.reset()
    server.clock.run(scale=0)


@pytest.fixture
def wire(wire_of_server: Wire) -> Wire:
    """What reaches the server in this test."""
    wire_of_server.requests.clear()
    return wire_of_server


@pytest.fixture
def fts(mock: MockFTS, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Fts:
    def call(
        *arguments: str, who: str = "alice", endpoint: str | None = None, stdin: str = ""
    ) -> Result:
        monkeypatch.setenv("FTS_ENDPOINT", endpoint or mock.endpoint)
        monkeypatch.setenv("X509_CERT_DIR", str(mock.ca_dir))
        monkeypatch.setenv("X509_USER_PROXY", str(mock.credential(who)))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = run(arguments)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


class Terminal:
    """A command in a terminal of its own.

    Args:
        arguments: What follows `fts`.
        environment: Its environment.
        columns: Width of the terminal.
        stdout: Where standard output goes; None: to the terminal too.
    """

    def __init__(
        self,
        arguments: tuple[str, ...],
        environment: Mapping[str, str],
        *,
        columns: int = 80,
        stdout: int | None = None,
    ) -> None:
        self._ours, theirs = os.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, *_COMMAND, *arguments],
            stdin=theirs,
            stdout=theirs if stdout is None else stdout,
            stderr=theirs,
            env={"TERM": "xterm-256color", "PATH": os.environ["PATH"], **environment},
            start_new_session=True,
        )
        os.close(theirs)
        self._seen = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()
        os.close(self._ours)

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self._ours, 65536)
            except OSError:
                # How Linux reports that the other side has been closed.
                return
            if not piece:
                return
            self._seen += piece

    @property
    def raw(self) -> str:
        """Everything that was written, with colours and cursor movements."""
        return self._seen.decode()

    @property
    def lines(self) -> list[str]:
        """Every line that was ever shown, including those that were redrawn."""
        return re.split(r"[\r\n]+", _ESCAPES.sub("", self.raw))

    def wait_for(self, *texts: str) -> None:
        """Wait until all these texts have appeared."""
        end = time.monotonic() + 30
        while not all(text in self.raw for text in texts):
            assert time.monotonic() < end, f"{texts} did not appear: {self.raw}"
            assert self.process.poll() is None or self._reader.is_alive(), self.raw
            time.sleep(0.02)

    def type(self, text: str) -> None:
        """Type something."""
        os.write(self._ours, text.encode())

    def interrupt(self, number: int) -> None:
        """Send a signal, as Ctrl-C does."""
        os.killpg(self.process.pid, number)

    def end(self) -> int:
        """Wait for the command to end and return its exit code."""
        code = self.process.wait(timeout=30)
        self._reader.join(timeout=30)
        return code


@pytest.fixture
def environment(mock: MockFTS) -> dict[str, str]:
    """The variables that name the mock and the credential of alice."""
    return {
        # `make coverage` measures commands in processes of their own only if they get its variables.
        **{name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")},
        "FTS_ENDPOINT": mock.endpoint,
        "X509_CERT_DIR": str(mock.ca_dir),
        "X509_USER_PROXY": str(mock.credential("alice")),
    }


@pytest.fixture
def terminal(environment: dict[str, str]) -> Iterator[Callable[..., Terminal]]:
    """Starts commands in terminals, and ends them after the test."""
    opened: list[Terminal] = []

    def start(
        *arguments: str, columns: int = 80, stdout: int | None = None, **more: str
    ) -> Terminal:
        opened.append(Terminal(arguments, {**environment, **more}, columns=columns, stdout=stdout))
        return opened[-1]

    yield start
    for one in opened:
        one.__exit__(None, None, None)
