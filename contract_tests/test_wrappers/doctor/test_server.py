"""What `fts doctor` says about a server that it cannot ask, or that stops answering."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from test_wrappers.transport.scripted_server import scripted

from fts_client.clock import Clock
from fts_client.credentials import X509Credential
from fts_client.doctor import examine, server
from fts_client.doctor.server import examine_server
from fts_contract.mock import Fault
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from test_wrappers.transport.scripted_server import Asked, Channel

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


def test_server_that_drips_its_answer_is_not_waited_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def drip(channel: Channel, _asked: Asked) -> None:
        channel.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        with suppress(OSError):
            for _ in range(200):
                channel.sendall(b"a")
                time.sleep(0.05)

    assert server._LIMIT_S == 30
    monkeypatch.setattr(server, "_LIMIT_S", 0.5)
    pki = shared_pki()
    began = time.monotonic()
    with scripted(drip) as dripping:
        found = list(
            examine_server(
                dripping.endpoint,
                X509Credential.from_file(pki.credential("alice")),
                ca_dir=pki.ca_dir,
                ca_file=None,
                proxy=False,
                clock=Clock(),
            )
        )
    assert [(item.level, item.topic) for item in found] == [("fail", "server")]
    assert time.monotonic() - began < 4
