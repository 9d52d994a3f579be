"""What a connection that broke is blamed on, and whether the request is repeated, over real sockets and real TLS."""

from __future__ import annotations

import shutil
import socket
from typing import TYPE_CHECKING

import pytest

from fts_client import (
    FTSClient,
    FTSConnectionError,
    RetryPolicy,
    X509Credential,
)

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.mock import MockFTS


@pytest.fixture
def closed_endpoint() -> str:
    """An address where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"https://localhost:{listener.getsockname()[1]}"


@pytest.fixture
def strange_ca_dir(mock_fts: MockFTS, tmp_path: Path) -> Path:
    """A directory in which OpenSSL does not find the CA of the mock."""
    shutil.copy(mock_fts.ca_file, tmp_path / "0badcafe.0")
    return tmp_path


def test_refused_connection_while_handling_tls_trouble_of_another_server_is_explained_as_itself(
    mock_fts: MockFTS, closed_endpoint: str, strange_ca_dir: Path
) -> None:
    alice = X509Credential.from_file(mock_fts.credential("alice"))
    sleeps: list[float] = []
    with (
        FTSClient(mock_fts.endpoint, credential=alice, ca_dir=strange_ca_dir) as first,
        FTSClient(closed_endpoint, credential=alice, ca_dir=mock_fts.ca_dir) as second,
    ):
        second._clock.sleep = sleeps.append
        try:
            first.whoami()
        except FTSConnectionError as trouble:
            assert "is not trusted" in str(trouble)  # noqa: PT017 - the second call belongs into the handler
            with pytest.raises(FTSConnectionError, match="Cannot talk to") as caught:
                second.whoami()
    assert "trusted" not in str(caught.value)
    assert len(sleeps) == RetryPolicy().max_retries
