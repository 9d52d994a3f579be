"""schemathesis, with the settings beside the document and with our checks: it has nothing to say against the mock as it is."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from fts_client import FTSClient
from fts_contract.mock import MockFTS
from spec_tools.environment import OPENAPI, Environment
from spec_tools.result import Result

__all__ = ["call_the_mock", "settings_for_an_own_server"]

_SETTINGS = OPENAPI / "schemathesis.toml"
_SHARED_ONLY = "# What follows keeps a server safe"
_EXAMPLES = 8
_LIFETIME = timedelta(hours=12)


def settings_for_an_own_server() -> str:
    """Give the settings without their end, which keeps everything but reads from a server that others use."""
    text = _SETTINGS.read_text("utf-8")
    return text[: text.index(_SHARED_ONLY)]


def call_the_mock(environment: Environment, folder: Path) -> Result:
    """Run schemathesis on all operations of the mock, by its command.

    Args:
        environment: Runs the command; schemathesis itself is that of this environment, where our checks are.
        folder: Where to put the settings.
    """
    settings = folder / "schemathesis.toml"
    settings.write_text(settings_for_an_own_server(), "utf-8")
    with MockFTS() as mock:
        root = mock.credential("root")
        with FTSClient(mock.endpoint, credential=root, ca_dir=mock.ca_dir) as fts:
            fts.delegate(lifetime=_LIFETIME)
        done = environment.run(
            *(Path(sys.executable).with_name("schemathesis"), "--config-file", settings, "run"),
            *("fts-rest.yaml", "--url", mock.endpoint, "--request-cert", root),
            *("--tls-verify", mock.ca_file, "--seed", "1", "--max-examples", str(_EXAMPLES)),
            "--no-color",
            SCHEMATHESIS_HOOKS="fts_contract.schemathesis_checks",
            COLUMNS=os.environ.get("COLUMNS", "120"),
        )
    return Result.of(
        done,
        good=done.code == 0,
        tool="schemathesis",
        version=version("schemathesis"),
        does="calls every operation of the mock, with `openapi/schemathesis.toml` and our checks",
    )
