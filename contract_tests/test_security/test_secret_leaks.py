"""A marked key and a marked token go through everything public; neither may show in messages, representations or logs."""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import pickle
import traceback
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization

from fts_client import FTSClient, Job, Transfer, errors
from fts_client.credentials import TokenCredential, X509Credential
from fts_client.credentials.discovery import find_credential
from fts_client.proxy import create_proxy
from fts_client.retry import RetryPolicy
from fts_client.trust import client_context
from fts_contract.mock import MockFTS
from fts_contract.mock.pki.authority import pem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fts_contract.mock.pki import Certified, TestPKI

PASSPHRASE = "MARKED-passphrase-0815"  # noqa: S105 - an example
CLAIMS = {"sub": "MARKED-subject", "exp": int(datetime.now(UTC).timestamp()) + 3600}
TOKEN = ".".join(
    base64.urlsafe_b64encode(part).rstrip(b"=").decode()
    for part in (b'{"alg":"RS256","kid":"k"}', json.dumps(CLAIMS).encode(), b"MARKED-signature")
)
OPAQUE = "MARKEDopaquetoken0815"


def marks(*keys: bytes) -> list[str]:
    """Pieces of the secrets that must not appear anywhere: each line of each key, each part of the token."""
    lines = [
        line
        for key in keys
        for line in key.decode().splitlines()
        if len(line) > 20 and not line.startswith("-----")
    ]
    return [*lines, *TOKEN.split("."), OPAQUE, PASSPHRASE]


@pytest.fixture(scope="module")
def alice(pki: TestPKI) -> Certified:
    return pki.certified("alice")


@pytest.fixture
def nothing_shows(
    caplog: pytest.LogCaptureFixture, alice: Certified
) -> Iterator[list[tuple[str, str]]]:
    """Collects what was shown; at the end searches it and everything logged, at the lowest level, for secrets."""
    caplog.set_level(logging.DEBUG)
    shown: list[tuple[str, str]] = []
    yield shown
    assert shown
    texts = [*shown, ("log", caplog.text)]
    for mark in marks(alice.key_pem):
        for what, text in texts:
            assert mark not in text, f"a secret shows in {what}"


def look(value: Any) -> str:
    """Everything that a program or a person may see of an object."""
    seen = [repr(value), str(value)]
    with contextlib.suppress(AttributeError):
        seen.append(value.describe())
    if isinstance(value, BaseException):
        seen += traceback.format_exception(value)
        seen.append(repr(vars(value)))
        if isinstance(value, errors.FTSError):
            seen.append(pickle.dumps(value).decode("latin-1"))
    return "\n".join(seen)


def test_credentials_never_show_their_secret(
    alice: Certified, nothing_shows: list[tuple[str, str]], tmp_path: Path
) -> None:
    path = tmp_path / "both"
    path.write_bytes(alice.pem)
    path.chmod(0o600)
    values = (
        X509Credential.from_file(path),
        X509Credential.from_pem(alice.pem),
        X509Credential.from_pem(alice.pem).info,
        TokenCredential(TOKEN),
        TokenCredential(OPAQUE),
        TokenCredential(lambda: TOKEN),
        find_credential(environ={"X509_USER_CERT": str(path)}, root=tmp_path),
        find_credential(environ={"BEARER_TOKEN": TOKEN}, root=tmp_path),
        client_context(X509Credential.from_pem(alice.pem), verify=False),
    )
    nothing_shows.extend((type(value).__name__, look(value)) for value in values)


def failures(alice: Certified, folder: Path) -> dict[str, Callable[[], object]]:
    """Calls that fail, each with a secret in its hands."""
    encrypted = alice.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"another"),
    )
    certificate = pem_of(alice.certificate)
    expired = base64.urlsafe_b64encode(b'{"exp": 1}').decode()

    def put(name: str, content: bytes, mode: int = 0o600) -> Path:
        path = folder / name
        path.write_bytes(content)
        path.chmod(mode)
        return path

    cut = alice.key_pem[:600]
    return {
        "open to others": lambda: X509Credential.from_file(put("a", alice.pem, 0o644)),
        "key only": lambda: X509Credential.from_file(put("b", alice.key_pem)),
        "key cut off": lambda: X509Credential.from_pem(certificate + cut),
        "key damaged": lambda: X509Credential.from_pem(
            alice.pem.replace(b"KEY-----\nMII", b"KEY-----\nMIJ")
        ),
        "wrong passphrase": lambda: X509Credential.from_pem(
            certificate + encrypted, passphrase=PASSPHRASE
        ),
        "wrong passphrase of PKCS#12": lambda: X509Credential.from_pkcs12(
            put("c", alice.key_pem), passphrase=PASSPHRASE
        ),
        "key as certificate": lambda: create_proxy(alice.key_pem, certificate),
        "key of a proxy that cannot be": lambda: create_proxy(alice.pem, key_size=512),
        "token with a line end": lambda: TokenCredential(f"{TOKEN}\r\nX: y"),
        "token file open to others": lambda: TokenCredential.from_file(
            put("d", TOKEN.encode(), 0o644)
        ),
        "token expired": lambda: TokenCredential(
            f"eyJhbGciOiJSUzI1NiJ9.{expired}.{OPAQUE}"
        ).bearer(),
        "token of a function": lambda: TokenCredential(lambda: f"{OPAQUE} {TOKEN}").bearer(),
        "token where a file is wanted": lambda: X509Credential.from_file(put("e", TOKEN.encode())),
        "pickle": lambda: pickle.dumps(X509Credential.from_pem(alice.pem)),
    }


@pytest.mark.parametrize(
    "case",
    [
        "open to others",
        "key only",
        "key cut off",
        "key damaged",
        "wrong passphrase",
        "wrong passphrase of PKCS#12",
        "key as certificate",
        "key of a proxy that cannot be",
        "token with a line end",
        "token file open to others",
        "token expired",
        "token of a function",
        "token where a file is wanted",
        "pickle",
    ],
)
def test_failing_call_never_shows_the_secret(
    alice: Certified, nothing_shows: list[tuple[str, str]], tmp_path: Path, case: str
) -> None:
    call = failures(alice, tmp_path)[case]
    with pytest.raises((errors.FTSError, TypeError)) as caught:
        call()
    nothing_shows.append((case, look(caught.value)))


@pytest.mark.parametrize("content_type", ["application/json", "text/html", "text/plain"])
def test_error_answer_that_repeats_the_secret_does_not_show_it(
    alice: Certified, nothing_shows: list[tuple[str, str]], content_type: str
) -> None:
    for echo in (alice.pem.decode(), f"Authorization: Bearer {TOKEN}", f"Bearer {OPAQUE}"):
        for body in (
            json.dumps({"status": "400 Bad Request", "message": echo}),
            json.dumps({"http_status": "400", "http_message": echo, "job_id": "x"}),
            f"<html><p>{echo}</p></html>",
            echo,
        ):
            error = errors.error_from_answer(
                400,
                method="GET",
                url=f"https://h/jobs?access_token={OPAQUE}",
                body=body.encode(),
                content_type=content_type,
            )
            nothing_shows.append((body[:30], look(error)))
            broken = errors.FTSResponseError("No JSON", body=body.encode())
            nothing_shows.append((body[:30], look(broken)))


@pytest.fixture(scope="module")
def mock() -> Iterator[MockFTS]:
    with MockFTS() as running:
        yield running


def test_client_calls_with_a_certificate_show_no_secret(
    mock: MockFTS, alice: Certified, nothing_shows: list[tuple[str, str]]
) -> None:
    credential = X509Credential.from_pem(alice.pem)
    with FTSClient(mock.endpoint, credential=credential, ca_dir=mock.ca_dir) as fts:
        values = (fts, fts.raw, fts.whoami(), fts.delegate(lifetime=timedelta(hours=8)))
        nothing_shows.extend((type(value).__name__, look(value)) for value in values)
        job_id = fts.submit(Job([Transfer("mock://a/f?size=1", "mock://b/f?size_post=1")]))
        nothing_shows.append(("job", look(fts.get_job(job_id))))
        with pytest.raises(errors.FTSError) as caught:
            fts.get_job("00000000-0000-0000-0000-000000000000")
        nothing_shows.append(("error", look(caught.value)))


@pytest.mark.parametrize("token", [TOKEN, OPAQUE], ids=["jwt", "opaque"])
def test_client_calls_with_a_refused_token_show_no_secret(
    mock: MockFTS, nothing_shows: list[tuple[str, str]], token: str
) -> None:
    client = FTSClient(
        mock.endpoint,
        credential=TokenCredential(token),
        ca_dir=mock.ca_dir,
        retry=RetryPolicy(max_retries=0),
    )
    with client as fts:
        nothing_shows.append(("client", look(fts) + look(fts.raw)))
        with pytest.raises(errors.FTSError) as caught:
            fts.whoami()
        nothing_shows.append(("error", look(caught.value)))
