"""Servers without TLS: only on request, and never with a credential that the caller did not name."""

from __future__ import annotations

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fts_client import AsyncFTSClient, FTSClient, FTSUsageError, Job, TokenCredential, Transfer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fts_contract.mock import MockFTS


class PlainServer:
    """Speaks HTTP, and asks the mock as alice over TLS.

    Attributes:
        endpoint: Its address.
        authorizations: The header `Authorization` of each request; None where there was none.
    """

    def __init__(self, mock: MockFTS) -> None:
        self.authorizations: list[str | None] = []
        context = ssl.create_default_context(cafile=str(mock.ca_file))
        context.load_cert_chain(mock.credential("alice"))
        behind = httpx.Client(base_url=mock.endpoint, verify=context, trust_env=False)
        authorizations = self.authorizations

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                authorizations.append(self.headers["Authorization"])
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                kept = {k: v for k, v in self.headers.items() if k in {"Accept", "Content-Type"}}
                answer = behind.request(self.command, self.path, content=body, headers=kept)
                self.send_response(answer.status_code)
                self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - theirs

            def log_message(self, *_arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self._behind = behind

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._behind.close()


@pytest.fixture
def plain(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[PlainServer]:
    """A server without TLS, for a caller whose environment names a proxy and a token."""
    token = tmp_path / "token"
    token.touch(0o600)
    token.write_text("found-in-the-environment")
    monkeypatch.setenv("BEARER_TOKEN_FILE", str(token))
    monkeypatch.setenv("X509_USER_PROXY", str(mock_fts.credential("alice")))
    monkeypatch.setenv("X509_CERT_DIR", str(mock_fts.ca_dir))
    server = PlainServer(mock_fts)
    yield server
    server.close()


def test_plain_http_is_refused_unless_it_is_asked_for(plain: PlainServer) -> None:
    with pytest.raises(FTSUsageError, match="not a valid endpoint"):
        FTSClient(plain.endpoint)
    with pytest.raises(FTSUsageError, match="insecure_http must be True or False"):
        FTSClient(plain.endpoint, insecure_http=None)  # type: ignore[arg-type]
    with pytest.raises(FTSUsageError, match="not a valid endpoint"):
        FTSClient("ftp://fts.example.org", insecure_http=True)


@pytest.mark.parametrize("scheme", ["http", "HTTP"])
def test_no_credential_of_the_environment_is_used_over_plain_http(
    plain: PlainServer, scheme: str
) -> None:
    endpoint = plain.endpoint.replace("http", scheme, 1)
    with FTSClient(endpoint, insecure_http=True) as fts:
        assert fts.server_info().api.major == 3
        assert fts._transport.source.snapshot().credential is None
    assert plain.authorizations == [None]


async def test_async_client_uses_no_credential_of_the_environment_either(
    plain: PlainServer,
) -> None:
    async with AsyncFTSClient(plain.endpoint, insecure_http=True) as fts:
        await fts.server_info()
    assert plain.authorizations == [None]


def test_token_that_the_caller_names_is_sent_over_plain_http(plain: PlainServer) -> None:
    with FTSClient(plain.endpoint, credential=TokenCredential("named"), insecure_http=True) as fts:
        fts.server_info()
    assert plain.authorizations == ["Bearer named"]


def test_proxy_that_the_caller_names_is_delegated_through_a_tls_end(
    plain: PlainServer, mock_fts: MockFTS
) -> None:
    alice = mock_fts.credential("alice")
    with FTSClient(plain.endpoint, credential=alice, insecure_http=True) as fts:
        job_id = fts.submit(Job([Transfer("mock://a.org/f", "mock://b.org/f")]))
    assert mock_fts.state.job(job_id).user_dn == mock_fts.caller("alice").user_dn


def test_credential_is_found_as_ever_for_https_with_the_same_argument(
    plain: PlainServer, mock_fts: MockFTS
) -> None:
    del plain  # only its environment
    with FTSClient(mock_fts.endpoint.replace("https", "HTTPS"), insecure_http=True) as fts:
        assert fts._transport.source.snapshot().credential is not None
