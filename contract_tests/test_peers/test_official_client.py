"""The official client against the mock, and easy compared with it."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import easy
from fts_client.easy import exceptions
from fts_client.easy.install_alias import install

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS

pytestmark = pytest.mark.peer

HERE = Path(__file__).resolve().parent


@pytest.fixture
def official(mock_fts: MockFTS, repository: Path) -> dict[str, Any]:
    """What the official client got from the mock."""
    command: list[str | Path] = [
        repository / ".venv-peers" / "bin" / "python",
        HERE / "official_script.py",
        mock_fts.endpoint,
        mock_fts.credential("alice"),
        mock_fts.ca_dir,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture
def context(mock_fts: MockFTS) -> easy.Context:
    return easy.Context(
        mock_fts.endpoint, ucert=mock_fts.credential("alice"), capath=mock_fts.ca_dir
    )


def _signature_of(value: Any) -> list[list[str]]:
    return [
        [
            item.name,
            item.kind.name,
            "-"
            if item.default is item.empty or item.name == "request_class"
            else repr(item.default),
        ]
        for item in inspect.signature(value).parameters.values()
        # Ours alone: the official client knows only what the environment says.
        if item.name != "proxy"
    ]


def test_official_client_works_against_the_mock(official: dict[str, Any]) -> None:
    assert official["whoami"]["vos"] == ["testvo"]
    assert official["delegation_id"] == official["whoami"]["delegation_id"]
    assert official["status"]["job_state"] == "SUBMITTED"
    assert len(official["status"]["files"]) == 1
    assert [job["job_id"] for job in official["statuses"]] == official["ids"]
    assert {job["job_id"] for job in official["listed"]} == set(official["ids"])
    assert official["cancelled"]["job_state"] == "CANCELED"
    assert official["cancelled again"]["http_status"] == "304 Not Modified"


def test_easy_returns_the_same_dicts_for_the_same_calls(
    official: dict[str, Any], context: easy.Context
) -> None:
    first, second = official["ids"]
    assert context.get_endpoint_info() == official["info"]
    assert easy.whoami(context) == official["whoami"]
    assert easy.delegate(context) == official["delegation_id"]
    transfer = easy.new_transfer(
        "mock://a.example/f", "mock://b.example/f?time=100", metadata={"id": 1}
    )
    job = easy.new_job([transfer], priority=4, metadata={"who": "peer"}, retry=2)
    assert job == official["job"]
    assert _still(easy.get_job_status(context, first, list_files=True)) == _still(
        official["status"]
    )
    assert easy.cancel(context, second) == official["cancelled again"]


def test_easy_submits_the_same_job(official: dict[str, Any], context: easy.Context) -> None:
    ours = easy.get_job_status(context, easy.submit(context, official["job"]))
    theirs = easy.get_job_status(context, official["ids"][0])
    own = {"job_id", "submit_time", "job_state", "job_finished"}
    assert {k: v for k, v in ours.items() if k not in own} == {
        k: v for k, v in theirs.items() if k not in own
    }


def test_easy_has_every_official_function_with_its_parameters(official: dict[str, Any]) -> None:
    ours = {name: _signature_of(getattr(easy, name)) for name in official["surface"]["functions"]}
    assert ours == official["surface"]["functions"]


def test_easy_has_every_official_method_with_its_parameters(official: dict[str, Any]) -> None:
    wanted: dict[str, Any] = official["surface"]["methods"]
    ours = {}
    for name in wanted:
        kind, _, method = name.partition(".")
        ours[name] = _signature_of(getattr(getattr(easy, kind), method))
    assert ours == wanted


def test_easy_has_every_official_exception_with_its_inheritance(official: dict[str, Any]) -> None:
    wanted = official["surface"]["exceptions"]
    ours = {
        name: sorted(base.__name__ for base in getattr(exceptions, name).__mro__[1:-1])
        for name in wanted
    }
    assert ours == wanted


def test_easy_has_the_official_version(official: dict[str, Any]) -> None:
    assert easy.__version__ == official["version"]


def test_alias_has_every_official_module_with_its_names(
    official: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = official["surface"]["names"]
    monkeypatch.setattr(sys, "modules", sys.modules.copy())
    install()
    assert len(wanted) > len(("fts3", "fts3.rest", "fts3.rest.client", "fts3.rest.client.easy"))
    # These make a proxy with M2Crypto, and nothing outside of their module uses them.
    private = {"M2Ctx"}
    absent = [
        f"{module}.{name}"
        for module, names in wanted.items()
        for name in names
        if name not in private and not hasattr(sys.modules[module], name)
    ]
    assert not absent


def _still(job: dict[str, Any]) -> dict[str, Any]:
    """Leave out what the mock's clock changes between two questions."""
    moving = {
        "job_state",
        "file_state",
        "start_time",
        "transfer_host",
        "pid",
        "log_file",
        "reason",
    }
    moving |= {"internal_file_params", "throughput", "filesize", "recoverable", "hashed_id"}
    kept = {key: value for key, value in job.items() if key not in moving}
    if "files" in kept:
        kept["files"] = [
            {key: value for key, value in file.items() if key not in moving}
            for file in job["files"]
        ]
    return kept
