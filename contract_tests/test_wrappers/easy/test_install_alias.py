"""A program of several modules that imports the official client, unchanged, on `fts_client.easy`."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from fts_client.easy.install_alias import install, main

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.mock import MockFTS

PROGRAM = {
    "transfers/__init__.py": "from fts3 import __version__ as version\n",
    "transfers/connecting.py": """
import fts3.rest.client.easy as fts3
from fts3.rest.client.request import Request

class Counting(Request):
    count = 0
    def method(self, *args, **options):
        Counting.count += 1
        return super().method(*args, **options)

def connect(endpoint, proxy, ca_dir):
    return fts3.Context(endpoint, ucert=proxy, capath=ca_dir, request_class=Counting)
""",
    "transfers/submitting.py": """
from fts3.rest.client.easy import new_job, new_transfer, submit
from fts3.rest.client.easy.delegate import delegate
from fts3.rest.client import Submitter
import fts3.rest.client.context

def run(context):
    assert isinstance(context, fts3.rest.client.context.Context)
    assert callable(fts3.rest.client.easy.delegate)
    delegate(context)
    job = new_job([new_transfer("mock://a.example/f", "mock://b.example/f?time=900")])
    first = submit(context, job)
    second = Submitter(context).submit(job["files"], **job["params"])
    return [first, second]
""",
    "transfers/asking.py": """
import fts3.rest.client.easy as fts3
from fts3.rest.client.exceptions import FTS3ClientException, NotFound
import fts3.rest.client.exceptions as errors

def is_there(context, job_id):
    try:
        return fts3.get_job_status(context, job_id)["job_id"] == job_id
    except NotFound as error:
        assert isinstance(error, FTS3ClientException)
        assert isinstance(error, fts3.exceptions.NotFound) and isinstance(error, errors.NotFound)
        return False
""",
    "program.py": """
import sys
from transfers import asking, connecting, submitting, version

def main():
    context = connecting.connect(*sys.argv[-3:])
    jobs = submitting.run(context)
    assert [asking.is_there(context, job) for job in [*jobs, "x"]] == [True, True, False]
    assert connecting.Counting.count > 4
    print("works with fts3", tuple(map(int, version.split("."))) >= (3, 12))

main()
""",
}
RECIPE = """
from fts_client.easy.install_alias import install
install()
import program
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    for name, text in PROGRAM.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _run(program: Path, mock: MockFTS, *options: str) -> str:
    command = [sys.executable, *options, mock.endpoint]
    command += [str(mock.credential("alice")), str(mock.ca_dir)]
    done = subprocess.run(  # noqa: S603
        command, cwd=program, capture_output=True, text=True, check=False, timeout=120
    )
    return done.stdout + done.stderr


def test_unchanged_program_needs_the_official_client_without_the_alias(
    program: Path, mock_fts: MockFTS
) -> None:
    assert "No module named 'fts3'" in _run(program, mock_fts, "program.py")


def test_unchanged_program_runs_after_the_recipe(program: Path, mock_fts: MockFTS) -> None:
    assert _run(program, mock_fts, "-c", RECIPE) == "works with fts3 True\n"


def test_unchanged_program_runs_after_the_installation(program: Path, mock_fts: MockFTS) -> None:
    # Beside the program, as its folder is searched for modules like that of installed packages.
    assert main(program) == 0
    assert _run(program, mock_fts, "program.py") == "works with fts3 True\n"


def test_installation_twice_writes_the_same(
    program: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(program)
    assert main(program) == 0
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    install()
    assert main(program) == 0
    assert str(program / "fts3" / "__init__.py") in capsys.readouterr().out


def test_installation_does_not_replace_the_official_client(
    program: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (program / "fts3").mkdir()
    (program / "fts3" / "__init__.py").write_text('__version__ = "3.14.2"\n', encoding="utf-8")
    monkeypatch.syspath_prepend(program)
    assert main(program / "elsewhere") == 1
    assert "pip uninstall fts3" in capsys.readouterr().err
    assert not (program / "elsewhere").exists()


def test_installation_as_a_command_does_not_replace_the_official_client(tmp_path: Path) -> None:
    (tmp_path / "fts3").mkdir()
    (tmp_path / "fts3" / "__init__.py").touch()
    done = subprocess.run(
        [sys.executable, "-m", "fts_client.easy.install_alias"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "pip uninstall fts3 first" in done.stderr
