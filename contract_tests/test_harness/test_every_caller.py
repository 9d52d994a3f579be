"""A run against a server without defects finds none, for each kind of caller, on an empty server and on one in use."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from test_harness.small_servers import pass_time_of

from fts_contract.harness.generating.generator import Generator
from fts_contract.harness.options import RunOptions
from fts_contract.harness.probing import Probing
from fts_contract.harness.run import run_contract
from fts_contract.mock import MockFTS
from fts_contract.mock.cloud_accounts import CloudStorage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fts_contract.harness.run import Run

CASES = (
    ("alice", "empty"),
    ("alice-novoms", "in use"),
    ("bob-novoms", "in use"),
    ("admin", "with a cloud storage"),
    ("root", "in use"),
    ("token", "in use"),
)
FEW = r"list_jobs|list_files|submit_job$|cancel_jobs|GET /cs"
"""Operations whose answers depend most on the caller."""


@contextmanager
def serving(contents: str) -> Iterator[MockFTS]:
    with MockFTS(in_use=contents == "in use", oauth2=True) as mock:
        if contents == "with a cloud storage":
            mock.state.config.clouds.put(CloudStorage("DROPBOX", app_key="application"))
        yield mock


def run_as(mock: MockFTS, who: str, folder: Path, **options: Any) -> Run:
    token_file = folder / "token"
    if who == "token":
        token_file.write_text(mock.token())
        token_file.chmod(0o600)
    others = [name for name in ("bob", "admin", "alice-novoms") if name != who]
    return run_contract(
        RunOptions(
            url=mock.endpoint,
            also_cert=tuple(mock.credential(name) for name in others),
            ca_dir=mock.ca_dir,
            profile="full",
            allow_changes=True,
            cert=None if who == "token" else mock.credential(who),
            token_file=token_file if who == "token" else None,
            **options,
        )
    )


def faults(run: Run) -> list[str]:
    assert list(run.left) == []
    return [
        f"{failure.operation} {failure.finding.check}: {failure.finding.message}"
        for failure in run.results.unexplained
    ]


@pytest.mark.parametrize(("who", "contents"), CASES)
def test_probes_find_nothing(
    who: str, contents: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Generator, "run", lambda _self: iter(()))
    with serving(contents) as mock:
        pass_time_of(mock, monkeypatch)
        assert faults(run_as(mock, who, tmp_path)) == []


def test_generated_requests_of_a_token_find_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Probing, "run", lambda *_: None)
    with serving("in use") as mock:
        assert faults(run_as(mock, "token", tmp_path, max_examples=1, operations=FEW)) == []
