"""Bearer tokens in the mock: beside the recordings of a real server, and as users of the mock see them."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from fts_contract.mock import MockFTS
from fts_contract.mock.command import ready_line
from fts_contract.mock.oauth2.issuer import MISSING, Issuer
from fts_contract.mock.oauth2.jwt import encode

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

RECORDINGS = Path(__file__).parents[1] / "fts_contract" / "recordings" / "oauth2-tokens.json"
PLACEHOLDER = re.compile(r"<jwt: ((?:[^<>]|<[^<>]*>)*)>")
ITEM = re.compile(
    r"(?:^|, )(?:(iss|aud|scope|sub|exp|nbf|iat|jti|filler|alg|kid|wlcg\.groups|wlcg\.ver)=|"
    r"(no kid|signature altered|nbf missing|iat missing|signed with key \w+ \(not published\)))"
)
ROGUE = rsa.generate_private_key(65537, 2048)
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


# --- beside the recordings -------------------------------------------------------------------------


def value_of(name: str, text: str, now: float) -> Any:
    if name in ("exp", "nbf", "iat") and re.fullmatch(r"[+-]\d+", text):
        return int(now) + int(text)
    if repeated := re.fullmatch(r"\((.) repeated (\d+) times\)", text):
        return repeated[1] * int(repeated[2])
    if name in ("jti", "sub"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def mint(description: str, now: float) -> str:
    """Make the token that a placeholder describes."""
    found = list(ITEM.finditer(description))
    ends = [*[item.start() for item in found[1:]], len(description)]
    claims: dict[str, Any] = dict.fromkeys(("iss", "sub", "aud", "scope", "exp"), MISSING)
    flags, alg = set(), "RS256"
    for item, end in zip(found, ends, strict=True):
        if item[2]:
            flags.add(item[2].partition(" (")[0])
        elif item[1] == "alg":
            alg = description[item.end() : end]
        elif item[1] != "kid":
            claims[item[1]] = value_of(item[1], description[item.end() : end], now)
    for name in ("nbf", "iat"):
        if f"{name} missing" in flags:
            claims[name] = MISSING
    if alg in ("none", "HS256"):
        whole = Issuer().token(now=now, claims=claims).split(".")
        head = encode({}, ROGUE, alg="none").split(".")[0]
        return ".".join([head, whole[1], "" if alg == "none" else whole[2]])
    token = Issuer().token(now=now, claims=claims, alg=alg)
    if "signed with key rogue" in flags or "no kid" in flags:
        payload = token.split(".")[1]
        decoded = json.loads(base64.urlsafe_b64decode(payload + "==="))
        key = ROGUE if "signed with key rogue" in flags else Issuer().keys[0].key
        return encode(decoded, key, kid=None if "no kid" in flags else "rogue")
    return token[:-6] + "AAAAAA" if "signature altered" in flags else token


def fill(value: Any, now: float) -> Any:
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda found: mint(found[1], now), value)
    if isinstance(value, list):
        return [fill(item, now) for item in value]
    if isinstance(value, dict):
        return {key: fill(item, now) for key, item in value.items()}
    return value


# Where the answer depends on what else the server holds, only the status is compared.
STATE = re.compile(r"/(config|ban|optimizer|archive|autocomplete|cs)(/|$)|^/$")
PLAIN = re.compile(r"server with OAuth2 on(; (the issuer|9446 is only)[^;]*)*")


def replayable(recording: dict[str, Any]) -> bool:
    return (
        recording["response"]["status"] != 500 and PLAIN.fullmatch(recording["setup"]) is not None
    )


def blank(value: Any) -> Any:
    """What must be equal: everything but ids and numbers."""
    if isinstance(value, dict):
        return {
            key: "free" if key in ("job_id", "dn") else blank(item) for key, item in value.items()
        }
    if isinstance(value, list):
        return [blank(item) for item in value]
    return re.sub(r"\d+", "N", value) if isinstance(value, str) else value


def test_recordings_of_token_users_are_answered_as_the_real_server_answered(
    mock: MockFTS, ask: Callable[..., httpx.Response]
) -> None:
    wrong, replayed = {}, 0
    for recording in json.loads(RECORDINGS.read_text()):
        request, expected = recording["request"], recording["response"]
        if not replayable(recording):
            continue
        now = mock.clock.time()
        body = fill(request["body"], now)
        answer = ask(
            request["method"],
            request["path"],
            who=None if recording["as"] == "anonymous" else recording["as"],
            params=fill(request["query"], now),
            headers=fill(request["headers"], now),
            content=body if isinstance(body, str) else None if body is None else json.dumps(body),
        )
        replayed += 1
        if answer.status_code != expected["status"]:
            wrong[recording["id"]] = (
                f"{expected['status']}, {answer.status_code} {answer.text[:150]}"
            )
        elif (
            isinstance(expected["body"], dict | list)
            and not STATE.search(request["path"])
            and blank(answer.json()) != blank(expected["body"])
        ):
            wrong[recording["id"]] = f"{expected['body']}, {answer.text[:300]}"
    assert wrong == {}
    assert replayed >= 130


# --- as users see it -------------------------------------------------------------------------------


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
def test_claims_over_which_the_real_server_breaks_are_refused(
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
def test_transfer_tokens_over_which_the_real_server_breaks_are_refused(
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
