"""Bearer tokens in the mock, as its users see them; the fidelity replay compares it with a real server."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from fts_contract.mock import MockFTS
from fts_contract.mock.command import ready_line
from fts_contract.mock.oauth2.issuer import MISSING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

TRANSFER = {"sources": ["davs://a.example.org/f"], "destinations": ["davs://b.example.org/f"]}


@pytest.fixture(scope="module")
def server() -> Iterator[MockFTS]:
    with MockFTS(time_scale=0, oauth2=True) as mock:
        yield mock


@pytest.fixture
def ask(
    mock: MockFTS, tls: Callable[..., ssl.SSLContext]
) -> Iterator[Callable[..., httpx.Response]]:
    """Send a request with a token, and with a certificate if an identity is named."""
    opened: dict[str | None, httpx.Client] = {}

    def send(
        method: str, path: str, token: str | None = None, *, who: str | None = None, **options: Any
    ) -> httpx.Response:
        if who not in opened:
            credential = None if who is None else str(mock.credential(who))
            opened[who] = httpx.Client(
                base_url=mock.endpoint,
                verify=tls(credential, str(mock.ca_file)),
                trust_env=False,
            )
        headers = {"Accept": "application/json", **options.pop("headers", {})}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return opened[who].request(method, path, headers=headers, **options)

    yield send
    for client in opened.values():
        client.close()


def test_token_of_the_mock_makes_a_user(mock: MockFTS, ask: Callable[..., httpx.Response]) -> None:
    me = ask("GET", "/whoami", mock.token(sub="dave", groups=["/testvo", "/other"])).json()
    assert (me["user_dn"], me["method"], me["vos"]) == ("dave", "oauth2", ["testvo", "other"])


def test_token_ends_by_the_clock_of_the_mock(
    mock: MockFTS, ask: Callable[..., httpx.Response]
) -> None:
    token = mock.token(lifetime=timedelta(minutes=10))
    assert ask("GET", "/whoami", token).json()["method"] == "oauth2"
    mock.clock.advance(601)
    assert ask("GET", "/whoami", token).json()["method"] == "unauthenticated"


def test_submission_waits_for_its_tokens_and_then_finishes(
    mock: MockFTS, ask: Callable[..., httpx.Response]
) -> None:
    token = mock.token()
    body = {"files": [TRANSFER], "params": {}}
    job_id = ask("POST", "/jobs", token, json=body).json()["job_id"]
    (file,) = mock.state.job(job_id).files
    assert (file.file_state, file.file_state_initial) == ("TOKEN_PREP", "SUBMITTED")
    assert mock.state.job(job_id).job_state == "SUBMITTED"
    assert file.src_token_id == file.dst_token_id
    shown = ask("GET", f"/jobs/{job_id}/files", token)
    assert token not in shown.text
    mock.clock.advance(600)
    assert mock.state.job(job_id).job_state == "FINISHED"
    again = ask("POST", "/jobs", token, json=body).json()["job_id"]
    assert mock.state.job(again).files[0].file_state == "SUBMITTED"


def test_files_that_wait_for_tokens_are_found_by_their_state(
    mock: MockFTS, ask: Callable[..., httpx.Response]
) -> None:
    token = mock.token()
    ask("POST", "/jobs", token, json={"files": [TRANSFER], "params": {}})
    found = ask("GET", "/files", token, params={"state_in": "TOKEN_PREP", "vo_name": "testvo"})
    assert [file["file_state"] for file in found.json()] == ["TOKEN_PREP"]
    assert ask("GET", "/jobs", token, params={"state_in": "TOKEN_PREP"}).json() == []


def test_file_without_tokens_waits_for_ever(
    mock: MockFTS, ask: Callable[..., httpx.Response]
) -> None:
    file = {**TRANSFER, "source_tokens": [], "destination_tokens": []}
    answer = ask("POST", "/jobs", mock.token(), json={"files": [file], "params": {}})
    mock.clock.advance(3600)
    assert mock.state.job(answer.json()["job_id"]).files[0].file_state == "TOKEN_PREP"


def test_canceled_job_keeps_its_files_in_token_prep(
    mock: MockFTS, ask: Callable[..., httpx.Response]
) -> None:
    token = mock.token()
    body = {"files": [TRANSFER], "params": {}}
    job_id = ask("POST", "/jobs", token, json=body).json()["job_id"]
    assert ask("DELETE", f"/jobs/{job_id}", token).json()["job_state"] == "CANCELED"
    mock.clock.advance(3600)
    assert mock.state.job(job_id).files[0].file_state == "TOKEN_PREP"


def test_unmanaged_tokens_are_used_as_they_are(
    mock: MockFTS, ask: Callable[..., httpx.Response]
) -> None:
    assert mock.state.oauth2 is not None
    mock.state.oauth2.allows_unmanaged = True
    try:
        states = []
        for scope in ("openid", "openid offline_access"):
            body = {"files": [TRANSFER], "params": {}}
            answer = ask("POST", "/jobs", mock.token(scope=scope), json=body)
            states.append(mock.state.job(answer.json()["job_id"]).files[0].file_state)
    finally:
        mock.state.oauth2.allows_unmanaged = False
    assert states == ["SUBMITTED", "TOKEN_PREP"]


def test_tokens_of_replicas_belong_to_their_urls(
    mock: MockFTS, ask: Callable[..., httpx.Response]
) -> None:
    first, second, target = (mock.token(claims={"jti": text}) for text in "abc")
    file = {
        "sources": ["davs://a.example.org/f", "davs://b.example.org/f"],
        "destinations": ["davs://c.example.org/f"],
        "source_tokens": [first, second],
        "destination_tokens": [target],
    }
    answer = ask("POST", "/jobs", mock.token(), json={"files": [file], "params": {}})
    one, other = mock.state.job(answer.json()["job_id"]).files
    assert one.src_token_id != other.src_token_id
    assert one.dst_token_id == other.dst_token_id


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": MISSING},
        {"sub": 7},
        {"exp": MISSING},
        {"exp": 10**15},
        {"scope": 7},
        {"wlcg.groups": [5]},
    ],
    # Not str: the sentinel would give each worker of pytest-xdist another id.
    ids=["no-sub", "sub-7", "no-exp", "exp-huge", "scope-7", "groups-5"],
)
def test_claims_that_the_real_server_answers_500_are_refused(
    mock: MockFTS, ask: Callable[..., httpx.Response], claims: dict[str, Any]
) -> None:
    assert ask("GET", "/whoami", mock.token(claims=claims)).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"scope": None},
        {"scope": ["a"]},
        {"aud": None},
        {"nbf": 0},
        {"exp": 2**31},
        {"scope": "s" * 1025},
    ],
    ids=lambda claims: f"{next(iter(claims))}",
)
def test_transfer_tokens_that_the_real_server_answers_500_are_refused(
    mock: MockFTS, ask: Callable[..., httpx.Response], claims: dict[str, Any]
) -> None:
    odd = mock.token(claims=claims)
    file = {**TRANSFER, "source_tokens": [odd], "destination_tokens": [odd]}
    answer = ask("POST", "/jobs", mock.token(), json={"files": [file], "params": {}})
    assert answer.status_code == 400
    assert mock.state.job_count == 0


def test_submission_without_params_or_vo_is_refused(
    mock: MockFTS, ask: Callable[..., httpx.Response]
) -> None:
    assert ask("POST", "/jobs", mock.token(), json={"files": [TRANSFER]}).status_code == 400
    body = {"files": [TRANSFER], "params": {}}
    assert ask("POST", "/jobs", mock.token(groups=[]), json=body).status_code == 403


def test_mock_without_oauth2_refuses_every_token() -> None:
    with pytest.raises(RuntimeError, match="oauth2=True"):
        MockFTS().token()


def test_command_writes_tokens_that_only_we_can_read(tmp_path: Path) -> None:
    with MockFTS(pki=tmp_path / "pki", oauth2=True) as mock:
        written = ready_line(mock)["tokens"]
        assert set(written) == {"carol", "dave"}
        path = Path(written["carol"])
        assert path.stat().st_mode & 0o777 == 0o600
        again = Path(ready_line(mock)["tokens"]["carol"])
        assert again.read_text().count(".") == 2
    with MockFTS() as mock:
        assert "tokens" not in ready_line(mock)
