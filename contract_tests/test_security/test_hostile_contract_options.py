"""Hostile values for every option and argument of `fts mock` and `fts contract`: an error in a line, never a traceback."""

from __future__ import annotations

import os
import random
import signal
import threading
from importlib.metadata import entry_points
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

import pytest
import typer
from test_security.test_hostile_command_line import INPUTS, VALUES

from fts_client.cli.application import GROUP, application, run
from fts_contract.mock import MockFTS
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# FTS_FUZZ=20 makes the search twenty times as long.
FACTOR: Final = int(os.environ.get("FTS_FUZZ", "1"))
# A call of every command that ends soon, to which a hostile option is added.
QUICK: Final = ("--operations", "^whoami$", "--max-examples", "1", "--max-time", "2")
CALLS: Final[dict[str, tuple[str, ...]]] = {
    "mock": ("--port", "0"),
    "contract run": QUICK,
    "contract restore": (),
    "contract checks": (),
    "contract recordings": (),
    "contract judge": (),
    "contract diff": (),
    # A hostile --only can match every defect: one is enough.
    "contract defects": ("--only", "^no such defect$", "--sample", "1"),
}
REPORTS: Final = (
    *INPUTS,
    *(b"[]", b"{}", b"- id: 5\n", b"a: &a [*a]\n", b"!!python/object/apply:os.getpid []\n"),
    b'{"failures": [{}], "operations": [1], "server": 5, "spec": 5}',
    b'{"failures": [{"operation": 5, "check": [], "request": 5, "response": null}]}',
    b'{"openapi": "3.1.0", "paths": {"/a": {"$ref": "#/paths/~1a"}}}',
    b'{"openapi": "3.1.0", "paths": 5}',
    b'[{"request": {"method": "GET", "path": "//["}, "response": {"status": "x", "body": 1}}]',
    b'[{"kind": "delay", "delay_s": NaN}]',
    b'[{"kind": "status", "operation": "[", "status": 1e400}]',
    b'{"jobs": [{"files": [{"source": 5}], "state": [], "submit_time": "x"}]}',
)


def _parameters() -> Iterator[tuple[str, str | None]]:
    root: Any = typer.main.get_command(application(entry_points(group=GROUP)))
    for path in CALLS:
        command = root
        for word in path.split():
            command = command.commands[word]
        for parameter in command.params:
            if parameter.param_type_name == "argument":
                yield path, None
            elif not parameter.is_flag:
                yield path, parameter.opts[0]


PARAMETERS: Final = tuple(dict.fromkeys(_parameters()))


class _AtOnce(threading.Event):
    """Nobody waits for it."""

    def wait(self, timeout: float | None = None) -> bool:
        del timeout
        return True


@pytest.fixture(scope="module", autouse=True)
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Names of hostile files and of folders that hold one."""
    folder = tmp_path_factory.mktemp("hostile")
    names = []
    for number, content in enumerate(REPORTS):
        (folder / f"folder{number}").mkdir()
        for name in (f"file{number}", f"folder{number}/report.json"):
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o600)
        names += [f"file{number}", f"folder{number}"]
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with MockFTS(time_scale=0) as mock, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("FTS_ENDPOINT", mock.endpoint)
        patch.setenv("X509_CERT_DIR", str(mock.ca_dir))
        patch.setenv("X509_USER_PROXY", str(mock.credential("alice")))
        # The mock of the command ends as soon as it runs.
        patch.setattr("fts_contract.mock.command.threading", SimpleNamespace(Event=_AtOnce))
        patch.setattr("fts_contract.mock.server.TestPKI.at", lambda _: shared_pki())
        yield names
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("deep", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000])
def test_hostile_depth_of_a_file_of_deviations_or_a_document_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], deep: str
) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text(deep)
    for words in (["run", *QUICK, "--deviations", str(path)], ["diff", str(path), str(path)]):
        assert run(["contract", *words]) == 2
        assert "nested too deeply" in capsys.readouterr().err


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda found: f"{found[0]} {found[1]}")
def test_hostile_value_gives_an_error_in_a_line(
    files: list[str],
    capsys: pytest.CaptureFixture[str],
    parameter: tuple[str, str | None],
) -> None:
    path, option = parameter
    chance = random.Random(f"{parameter}")  # noqa: S311 - repeatable
    for value in ("nan", *chance.sample([*VALUES, *files], FACTOR)):
        if option in {"--report", "--record", "--junit"} and value.startswith(("/", "~")):
            continue
        words = [*path.split(), *(() if option == "--port" else CALLS[path])]
        words += [option, value] if option else ["--", value]
        if option and path.endswith(("recordings", "judge", "restore")):
            words.append("file1")
        if path == "contract diff":
            words.append(value)
        code = run(words)
        said = capsys.readouterr().err
        assert code in {0, 1, 2, 3}, (words, said)
        assert "Traceback" not in said, words
        assert "please report" not in said, (words, said)
