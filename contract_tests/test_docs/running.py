"""Run the blocks of a page as a reader would, against the mock in place of the servers that the page names.

Python blocks share one namespace, as if the page were typed into an interpreter. Waiting costs no time: what the client sleeps
passes on the clock of the mock. A block that starts a mock of its own runs as a program of its own, in real time.
"""

from __future__ import annotations

import asyncio
import doctest
import io
import json
import os
import re
import signal
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from fts_client.clock import Clock
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest
    from test_docs.pages import Block

    from fts_contract.mock import MockFTS

_SERVERS: Final = re.compile(r"https://(?:fts3-public\.cern\.ch|fts(?:-test)?\.example\.org):8446")
_PROXIES: Final = {
    "/tmp/x509up_u1000": "alice",  # noqa: S108 - where grid tools put it
    "/root/admin-proxy.pem": "admin",
}
_SHOWN: Final = "https://fts.example.org:8446"
_END_OF_COMMAND: Final = "\x1e"
_TIMEOUT_S: Final = 300
_CONSOLE_SPEED: Final = 50
_COMPARED: Final = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class BlockError(AssertionError):
    """A block does not do what its page says."""


class Runner:
    """Runs the blocks of one page, in order.

    Args:
        mock: Stands for every server that the page names; its clock is moved.
        folder: Where files are written and commands run.
        monkeypatch: To put the time of the mock into clients.
    """

    def __init__(self, mock: MockFTS, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._mock = mock
        self._folder = folder
        self._namespace: dict[str, Any] = {"__name__": "page"}
        self._environment = {
            "BEARER_TOKEN_FILE": str(folder / "token"),
            "COLUMNS": "80",
            "FTS_ENDPOINT": mock.endpoint,
            "HOME": str(folder),
            "NO_COLOR": "1",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "X509_CERT_DIR": str(mock.ca_dir),
            "X509_USER_PROXY": str(mock.credential("alice")),
        }
        for name, value in self._environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.chdir(folder)
        self._write_credentials()
        monkeypatch.setattr("fts_client.client_base.Clock", self._clock)
        mock.clock.run(scale=0)

    def _clock(self) -> Clock:
        async def sleep(seconds: float) -> None:
            self._mock.clock.advance(seconds)
            await asyncio.sleep(0)

        clock = self._mock.clock
        return Clock(monotonic=clock.time, sleep=clock.advance, async_sleep=sleep)

    def _write_credentials(self) -> None:
        """Give the reader a certificate in ~/.globus, as grid tools want it, and a token."""
        alice = self._mock.pki.certified("alice")
        globus = self._folder / ".globus"
        globus.mkdir()
        key, end = alice.key, BestAvailableEncryption(b"secret")
        files = {
            globus / "usercert.pem": alice.certificate.public_bytes(Encoding.PEM),
            globus / "userkey.pem": key.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
            ),
            globus / "usercred.p12": serialize_key_and_certificates(
                None, key, alice.certificate, None, end
            ),
            self._folder / "token": self._mock.token().encode(),
        }
        for path, content in files.items():
            path.touch(mode=0o600)
            path.write_bytes(content)

    def run(self, blocks: Iterable[Block]) -> None:
        """Run the blocks, but those that say why they are not run.

        Args:
            blocks: Those of a page. Its files are written first: a page may show a command before the file that it reads.

        Raises:
            BlockError: One fails, prints something else, or is of a language that nothing here can run.
        """
        wanted = [block for block in blocks if block.not_run is None]
        for block in wanted:
            if block.title is not None:
                (self._folder / block.title).write_text(self._aimed(block.text), encoding="utf-8")
        for block in wanted:
            self._run(block)

    def _run(self, block: Block) -> None:
        where = f"{block.page.name}:{block.line}"
        for call in block.before:
            eval(f"mock.{call}", {"mock": self._mock, "Fault": Fault})  # noqa: S307 - our own pages
        match block.language:
            case "python" if block.title:
                self._test(block.title, where)
            case "python" if "MockFTS(" in block.text:
                command = [sys.executable, "-W", "error", "-c", block.text]
                self._compare(self._succeed(command, where), block.output, where)
            case "python":
                self._python(block, where)
            case "console":
                self._console(block, where)
            case "sh":
                self._compare(self._shell(block.text, where), block.output, where)
            case "json":
                json.loads(block.text)
            case "yaml":
                yaml.safe_load(block.text)
            case "csv" | "text":
                pass
            case _:
                raise BlockError(
                    f"{where}: nothing runs blocks of {block.language or 'no language'}"
                )

    def _test(self, file: str, where: str) -> None:
        if file.startswith("test_"):
            command = (
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "--rootdir",
                ".",
            )
            self._succeed([*command, file], where)

    def _aimed(self, text: str) -> str:
        text = _SERVERS.sub(self._mock.endpoint, text)
        for path, name in _PROXIES.items():
            text = text.replace(path, str(self._mock.credential(name)))
        return text

    def _compare(self, printed: str, expected: str | None, where: str) -> None:
        if expected is None:
            return
        shown = printed.replace(self._mock.endpoint, _SHOWN)
        for path, name in _PROXIES.items():
            shown = shown.replace(str(self._mock.credential(name)), path)
        if not doctest.OutputChecker().check_output(
            _SERVERS.sub(_SHOWN, expected), shown, _COMPARED
        ):
            raise BlockError(f"{where} prints\n{shown}\nbut the page says\n{expected}")

    def _python(self, block: Block, where: str) -> None:
        # As many empty lines as there are above the block, so that a traceback shows the line of the page.
        text = "\n" * (block.line - 1) + self._aimed(block.text)
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile(text, block.page, "exec"), self._namespace)  # noqa: S102 - our own pages
        self._compare(printed.getvalue(), block.output, where)

    def _shell(self, script: str, where: str) -> str:
        self._mock.clock.run(scale=_CONSOLE_SPEED)
        try:
            return self._succeed(["bash", "-c", self._aimed(script)], where)
        finally:
            self._mock.clock.run(scale=0)

    def _succeed(self, command: list[str], where: str) -> str:
        with subprocess.Popen(  # noqa: S603 - what our own pages say
            command,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                printed, _ = process.communicate(timeout=_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                # With what it has started: a page may leave a server in the background.
                os.killpg(process.pid, signal.SIGKILL)
                printed, _ = process.communicate()
                raise BlockError(f"{where} does not end:\n{printed}") from None
        if process.returncode:
            raise BlockError(f"{where} ended with {process.returncode}:\n{printed}")
        return printed

    def _console(self, block: Block, where: str) -> None:
        commands = list(_commands(block.text))
        script = "".join(
            f"{command}\n__status=$?; printf '{_END_OF_COMMAND}%d{_END_OF_COMMAND}' $__status; (exit $__status)\n"
            for command, _ in commands
        )
        parts = self._shell(f"{script}exit 0", where).split(_END_OF_COMMAND)
        for number, (command, expected) in enumerate(commands):
            printed, status = parts[2 * number], parts[2 * number + 1]
            asked = number + 1 < len(commands) and commands[number + 1][0].startswith("echo $?")
            if status != "0" and not asked:
                raise BlockError(f"{where}: `{command}` ended with {status}:\n{printed}")
            self._compare(printed, expected or None, f"{where}: `{command}`")


def _commands(text: str) -> list[tuple[str, str]]:
    """Split a session at a terminal into commands and what each printed."""
    found: list[tuple[str, str]] = []
    continued = False
    for line in text.splitlines():
        if continued:
            command, _ = found[-1]
            found[-1] = (f"{command}\n{line}", "")
        elif line.startswith("$ "):
            found.append((line[2:], ""))
        else:
            command, printed = found[-1]
            found[-1] = (command, f"{printed}{line}\n")
        continued = (continued or line.startswith("$ ")) and line.endswith("\\")
    return found
