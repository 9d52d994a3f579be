"""What `fts doctor` says about a server that it cannot ask, or that stops answering."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fts_client.clock import Clock
from fts_client.credentials import X509Credential
from fts_client.doctor import examine
from fts_client.doctor.server import examine_server
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS


@pytest.mark.parametrize(
    ("endpoint", "topics"), [("ftp://localhost", ["server"]), ("https://localhost:1", ["server"])]
)
def test_endpoint_that_cannot_be_asked_is_reported(
    mock_fts: MockFTS, endpoint: str, topics: list[str]
) -> None:
    credential = X509Credential.from_file(mock_fts.credential("alice"))
    found = examine_server(
        endpoint, credential, ca_dir=mock_fts.ca_dir, ca_file=None, clock=Clock(), proxy=False
    )
    assert [one.topic for one in found] == topics


def test_expired_credential_is_reported_once(mock_fts: MockFTS) -> None:
    expired = X509Credential.from_pem(
        mock_fts.pki.issue("alice", lifetime=timedelta(hours=-1)).pem
    )
    options: dict[str, Any] = {"ca_dir": Path(mock_fts.ca_dir), "ca_file": None, "proxy": False}
    found = list(examine(mock_fts.endpoint, credential=lambda: expired, **options))
    assert [one.topic for one in found if one.level == "fail"].count("credential") == 1
    assert list(examine_server(mock_fts.endpoint, expired, clock=Clock(), **options)) == []


def test_server_that_fails_after_its_first_answer_is_reported(mock_fts: MockFTS) -> None:
    credential = X509Credential.from_file(mock_fts.credential("alice"))
    mock_fts.faults.add(Fault("status", "GET /whoami", status=500, count=None))
    found = list(
        examine_server(
            mock_fts.endpoint,
            credential,
            ca_dir=mock_fts.ca_dir,
            ca_file=None,
            clock=Clock(),
            proxy=False,
        )
    )
    assert [one.topic for one in found] == ["server", "clock", "delegation"]
    assert found[-1].level == "fail"
