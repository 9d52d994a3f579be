"""`fts mock --defect`: a server with seeded defects to try programs and checks on."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from fts_contract.commands import mock as mock_command
from fts_contract.defects.catalogue import CATALOGUE

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION = typer.Typer()
APPLICATION.command()(mock_command)
FTS = [
    sys.executable,
    "-c",
    "import sys; sys.argv[0] = 'fts'; from fts_client.cli import main; main()",
]


def test_mock_has_every_defect_that_was_named(tmp_path: Path) -> None:
    names = (
        "whoami-without-vo-ids",
        "root-without-links",
        "double-slash-not-found",
        "files-cut-off-on-the-way",
    )
    arguments = [f"--defect={name}" for name in names]
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [*FTS, "mock", "--port", "0", "--pki", str(tmp_path), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            context = ssl.create_default_context(capath=ready["ca_dir"])
            context.load_cert_chain(ready["credentials"]["alice"])
            with httpx.Client(
                base_url=ready["endpoint"], verify=context, trust_env=False
            ) as client:

                def ask(path: str) -> Any:
                    return client.get(path, headers={"Accept": "application/json"}).json()

                assert "vos_id" not in ask("/whoami")
                assert ask("/")["_links"] is None
                assert client.get(f"{ready['endpoint']}//whoami").status_code == 404
                with pytest.raises(httpx.RemoteProtocolError):
                    ask("/files")
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
    assert process.returncode == 0


def test_unknown_defect_is_refused_with_names_that_are_close() -> None:
    result = CliRunner().invoke(APPLICATION, ["--defect", "list-ignore-state"])
    assert result.exit_code == 2
    assert "got list-ignore-state: did you mean list-ignores-state" in result.stderr


def test_all_defects_are_listed_with_what_they_do() -> None:
    result = CliRunner().invoke(APPLICATION, ["--defect", "list"])
    assert result.exit_code == 0
    listed = [line.split(maxsplit=1) for line in result.stdout.splitlines()]
    assert listed == [[defect.name, defect.description] for defect in CATALOGUE]


def test_shell_completion_offers_the_names() -> None:
    environment = {
        **os.environ,
        "_FTS_COMPLETE": "complete_bash",
        "COMP_WORDS": "fts mock --defect list-ignores-st",
        "COMP_CWORD": "3",
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter
        FTS, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["list-ignores-state"]
