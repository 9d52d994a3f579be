"""No key and no token in any log line, repr or error, whatever is called."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import (
    FTSClient,
    FTSError,
    Job,
    RetryPolicy,
    TokenCredential,
    Transfer,
    X509Credential,
    easy,
)
from fts_client.easy.exceptions import FTS3ClientException
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.mock import MockFTS

TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJTRUNSRVQifQ.c2lnbmF0dXJl"  # noqa: S105 - made up


def _everything(fts: FTSClient) -> list[Callable[[], Any]]:
    job = Job(
        [
            Transfer(
                "mock://a.example/f",
                "mock://b.example/f",
                source_tokens=TOKEN,
                destination_tokens=TOKEN,
            )
        ]
    )
    return [
        fts.server_info,
        fts.whoami,
        fts.delegate,
        fts.delegation_info,
        lambda: fts.submit(job),
        lambda: fts.get_job("x"),
        lambda: fts.get_jobs(["x", "y"]),
        fts.list_jobs,
        fts.list_files,
        lambda: fts.list_job_files("x"),
        lambda: fts.wait_for_job("x", timeout_s=0),
        lambda: fts.cancel_jobs(["x"]),
        lambda: fts.cancel_files("x", [1]),
        lambda: fts.modify_jobs(["x"], priority=2),
    ]


def _secrets(mock: MockFTS) -> list[str]:
    pem = mock.credential("alice").read_text()
    key = pem.split("PRIVATE KEY-----")[1].split("-----END")[0]
    return [TOKEN, *(line for line in key.splitlines() if line)]


def _text_of(error: BaseException) -> str:
    texts = []
    seen: BaseException | None = error
    while seen is not None:
        texts += [str(seen), repr(seen), repr(getattr(seen, "__dict__", ""))]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(texts)


@pytest.mark.parametrize("kind", ["x509", "token"])
@pytest.mark.parametrize("fault", [None, "malformed", "reset", "status"])
@pytest.mark.usefixtures("pauses")
def test_no_secret_comes_out_of_any_call(
    mock_fts: MockFTS, caplog: pytest.LogCaptureFixture, kind: str, fault: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = _secrets(mock_fts)
    credential: TokenCredential | X509Credential = (
        TokenCredential(TOKEN)
        if kind == "token"
        else X509Credential.from_file(mock_fts.credential("alice"))
    )
    if fault:
        # The worst a server can do: repeat what it was sent.
        mock_fts.faults.add(
            Fault(fault, count=None, message=f"Bearer {TOKEN} {mock_fts.credential().read_text()}")
        )
    out = []
    with FTSClient(
        mock_fts.endpoint,
        credential=credential,
        ca_dir=mock_fts.ca_dir,
        retry=RetryPolicy(max_retries=0),
    ) as fts:
        out += [repr(fts), str(vars(fts)), repr(fts.raw)]
        for call in _everything(fts):
            try:
                out.append(repr(call()))
            except FTSError as error:
                out.append(_text_of(error))
        try:
            context = easy.Context(
                mock_fts.endpoint,
                ucert=mock_fts.credential("alice"),
                capath=mock_fts.ca_dir,
                fts_access_token=TOKEN if kind == "token" else None,
            )
            out += [repr(context), repr(context._requester)]
            easy.submit(context, easy.new_job([easy.new_transfer("mock://a/f", "mock://b/f")]))
        except FTS3ClientException as error:
            out.append(_text_of(error))
    text = "\n".join(out) + caplog.text
    assert len(out) > 15
    assert [secret for secret in secrets if secret in text] == []
