"""What a broken connection is explained by, and whether the request is repeated, over real sockets and real TLS."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest

from fts_client import (
    AsyncFTSClient,
    FTSClient,
    FTSConnectionError,
    RetryPolicy,
    X509Credential,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fts_contract.mock import MockFTS


@pytest.fixture
def closed_endpoint() -> str:
    """An address where no server listens."""
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
            assert "is not trusted" in str(trouble)  # noqa: PT017 - the second call is made in the handler
            with pytest.raises(FTSConnectionError, match=r"Cannot talk to") as caught:
                second.whoami()
    assert "trusted" not in str(caught.value)
    assert len(sleeps) == RetryPolicy().max_retries


def test_refused_connection_says_what_the_network_said(
    mock_fts: MockFTS, closed_endpoint: str
) -> None:
    alice = X509Credential.from_file(mock_fts.credential("alice"))
    with (
        FTSClient(
            closed_endpoint,
            credential=alice,
            ca_dir=mock_fts.ca_dir,
            retry=RetryPolicy(max_retries=0),
        ) as fts,
        pytest.raises(FTSConnectionError, match="Connection refused"),
    ):
        fts.whoami()


async def test_async_refused_connection_says_what_the_network_said(
    mock_fts: MockFTS, closed_endpoint: str
) -> None:
    alice = X509Credential.from_file(mock_fts.credential("alice"))
    async with AsyncFTSClient(
        closed_endpoint, credential=alice, ca_dir=mock_fts.ca_dir, retry=RetryPolicy(max_retries=0)
    ) as fts:
        with pytest.raises(FTSConnectionError, match="Connect call failed"):
            await fts.whoami()


class _DamagingServer:
    """Shows the certificate of the mock, reads each request, and damages its first answers."""

    def __init__(self, mock: MockFTS, listener: socket.socket) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate, key = mock.pki.host_file, mock.pki.directory / "keys" / "host.pem"
        self._context.load_cert_chain(certificate, key)
        self._listener = listener
        self.endpoint = f"https://localhost:{listener.getsockname()[1]}"
        self.damaged = 1
        self.requests: list[bytes] = []

    def serve(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            with self._context.wrap_socket(plain, server_side=True) as connection:
                connection.settimeout(10)
                self.requests.append(connection.recv(65536))
                head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                if len(self.requests) <= self.damaged:
                    connection.sendall(head + b"Content-Length: 100\r\n\r\n{")
                    # A record sent past the TLS layer, not encrypted: it fails its checksum.
                    os.write(connection.fileno(), b"\x17\x03\x03\x00\x40" + bytes(64))
                else:
                    connection.sendall(head + b"Content-Length: 2\r\n\r\n[]")


@pytest.fixture
def damaging_server(mock_fts: MockFTS) -> Iterator[_DamagingServer]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _DamagingServer(mock_fts, listener)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def test_question_whose_answer_is_damaged_under_tls_is_repeated(
    mock_fts: MockFTS, damaging_server: _DamagingServer
) -> None:
    alice = X509Credential.from_file(mock_fts.credential("alice"))
    with FTSClient(damaging_server.endpoint, credential=alice, ca_dir=mock_fts.ca_dir) as fts:
        fts._clock.sleep = lambda _seconds: None
        assert fts.list_jobs() == []
    assert len(damaging_server.requests) == 2


def test_cancellation_whose_answer_is_damaged_under_tls_is_neither_a_refusal_nor_repeated(
    mock_fts: MockFTS, damaging_server: _DamagingServer
) -> None:
    alice = X509Credential.from_file(mock_fts.credential("alice"))
    with FTSClient(damaging_server.endpoint, credential=alice, ca_dir=mock_fts.ca_dir) as fts:
        fts._clock.sleep = pytest.fail  # type: ignore[assignment]
        with pytest.raises(FTSConnectionError, match=r"Cannot talk to .*BAD_RECORD_MAC") as caught:
            fts.cancel_jobs(["a-job"])
    assert caught.value.request_sent
    assert len(damaging_server.requests) == 1
