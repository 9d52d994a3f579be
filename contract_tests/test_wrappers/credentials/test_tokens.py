"""Bearer tokens."""

from __future__ import annotations

import base64
import json
import pickle
import threading
import time
import traceback
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fts_client import errors
from fts_client.credentials import Credential, TokenCredential
from fts_client.tokens import token_expiry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def jwt(**claims: Any) -> str:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'RS256'})}.{part(claims)}.c2lnbmF0dXJl"


def ending(**delta: float) -> str:
    return jwt(sub="alice", exp=int((datetime.now(UTC) + timedelta(**delta)).timestamp()))


def test_token_expiry_is_read_from_the_claim() -> None:
    assert token_expiry(jwt(exp=1_800_000_000)) == datetime(2027, 1, 15, 8, tzinfo=UTC)
    assert token_expiry(jwt(exp=1_800_000_000.5)) is not None


@pytest.mark.parametrize(
    "token",
    [
        "opaque",
        "a.b",
        "a.b.c",
        jwt(),
        jwt(exp="soon"),
        jwt(exp=True),
        jwt(exp=None),
        jwt(exp=10**30),
        jwt(exp=float("inf")),
        "eyJ9.bnVsbA.x",
        "eyJ9.W10.x",
    ],
)
def test_token_expiry_unknown_is_none(token: str) -> None:
    assert token_expiry(token) is None


@given(st.text(max_size=60) | st.tuples(st.text(), st.text(), st.text()).map(".".join))
def test_token_expiry_any_text_never_raises(token: str) -> None:
    found = token_expiry(token)
    assert found is None or found.tzinfo is not None


def test_fixed_token_is_sent_as_it_is() -> None:
    token = ending(hours=1)
    credential: Credential = TokenCredential(f"  {token}\n")
    assert isinstance(credential, TokenCredential)
    assert credential.bearer() == token
    assert credential.expires_at == token_expiry(token)
    assert not credential.changed()
    assert credential.reloaded() is credential
    credential.check()


def test_expired_token_is_refused_before_it_is_sent() -> None:
    credential = TokenCredential(ending(seconds=-1))
    with pytest.raises(errors.CredentialExpiredError, match="expired at"):
        credential.bearer()
    with pytest.raises(errors.CredentialExpiredError):
        credential.check()
    credential.check(now=datetime.now(UTC) - timedelta(hours=1))


@pytest.mark.parametrize("token", ["", " ", "a b", "a\r\nX-Evil: 1", "ümlaut", "a,b", "a\x00b"])
def test_token_with_characters_forbidden_in_a_header_is_refused_without_showing_it(
    token: str,
) -> None:
    with pytest.raises(errors.CredentialFormatError) as caught:
        TokenCredential(token)
    assert not token.strip() or token not in str(caught.value)


def test_function_is_called_again_when_little_is_left() -> None:
    given_out: list[str] = []

    def source() -> str:
        given_out.append(ending(seconds=30 if len(given_out) == 0 else 3600))
        return given_out[-1]

    credential = TokenCredential(source)
    assert given_out == []
    assert credential.bearer() == given_out[0]
    assert credential.bearer() == given_out[1]
    assert credential.bearer() == given_out[1]
    assert len(given_out) == 2


def test_function_of_opaque_tokens_is_called_every_time() -> None:
    count = iter(range(10))
    credential = TokenCredential(lambda: f"opaque{next(count)}")
    assert [credential.bearer(), credential.bearer()] == ["opaque0", "opaque1"]


def test_function_that_gives_an_expired_token_is_an_error() -> None:
    with pytest.raises(errors.CredentialExpiredError):
        TokenCredential(lambda: ending(seconds=-5)).bearer()


class Issuer:
    """A function of tokens that fails when it is told to."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.trouble: Exception | None = None

    def __call__(self) -> str:
        if self.trouble:
            raise self.trouble
        return self.tokens.pop(0)


@pytest.mark.parametrize("make_token", [lambda: ending(seconds=50), lambda: "opaque"])
def test_last_token_stands_in_while_a_function_fails_for_a_moment(
    make_token: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    token = make_token()
    issuer = Issuer(token, "newer")
    credential = TokenCredential(issuer)
    credential.bearer()
    issuer.trouble = OSError("issuer unreachable")
    assert [credential.bearer(), credential.bearer()] == [token, token]
    assert credential.fingerprint()
    assert caplog.text.count("cannot be used yet") == 1
    issuer.trouble = None
    assert credential.bearer() == "newer"


def test_function_that_fails_when_its_last_token_has_expired_may_recover() -> None:
    issuer = Issuer(ending(seconds=1), ending(hours=1))
    credential = TokenCredential(issuer)
    first = credential.bearer()
    time.sleep(1.1)
    issuer.trouble = OSError("issuer unreachable")
    with pytest.raises(errors.CredentialError, match="the function raised OSError") as caught:
        credential.bearer()
    assert caught.value.may_pass
    issuer.trouble = None
    assert credential.bearer() != first


def test_function_that_fails_for_a_minute_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    issuer = Issuer("opaque")
    credential = TokenCredential(issuer)
    credential.bearer()
    issuer.trouble = OSError("issuer unreachable")
    assert credential.bearer() == "opaque"
    monkeypatch.setattr("fts_client.credentials.token._GRACE_S", 0.0)
    with pytest.raises(errors.CredentialError, match="the function raised OSError") as caught:
        credential.bearer()
    assert not caught.value.may_pass


@pytest.mark.parametrize("look", ["bearer", "check", "fingerprint"])
def test_exception_of_a_function_is_one_of_ours_and_quotes_no_token(look: str) -> None:
    issuer = Issuer("AnOpaque.Token+of-Ours")
    credential = TokenCredential(issuer)
    credential.bearer()
    credential._failing_since = -1e9
    issuer.trouble = RuntimeError("cannot renew AnOpaque.Token+of-Ours")
    with pytest.raises(errors.CredentialError, match="the function raised RuntimeError") as caught:
        getattr(credential, look)()
    assert "Opaque" not in "".join(traceback.format_exception(caught.value))
    issuer.trouble = RuntimeError("the issuer is closed on Sundays")
    with pytest.raises(errors.CredentialError) as caught:
        getattr(credential, look)()
    assert "on Sundays" in "".join(traceback.format_exception(caught.value))


def test_function_that_does_not_return_text_is_a_typed_error() -> None:
    with pytest.raises(errors.CredentialFormatError):
        TokenCredential(lambda: None).bearer()  # type: ignore[arg-type, return-value]
    with pytest.raises(errors.FTSUsageError):
        TokenCredential(None)  # type: ignore[arg-type]


def test_function_is_called_once_by_many_threads() -> None:
    calls = []
    token = ending(hours=1)

    def source() -> str:
        calls.append(1)
        time.sleep(0.02)
        return token

    credential = TokenCredential(source)
    threads = [threading.Thread(target=credential.bearer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1


def test_token_file_renewed_on_disk_is_picked_up(tmp_path: Path) -> None:
    path = tmp_path / "bt"
    path.write_text(ending(hours=1) + "\n")
    path.chmod(0o600)
    credential = TokenCredential.from_file(path)
    before = credential.fingerprint()
    newer = ending(hours=2)
    path.write_text(newer)
    assert credential.bearer() == newer
    assert credential.fingerprint() != before


def test_token_file_open_to_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bt"
    path.write_text(ending(hours=1))
    path.chmod(0o644)
    with pytest.raises(errors.CredentialPermissionError, match="0644"):
        TokenCredential.from_file(path)


def test_token_file_missing_or_without_token_is_a_typed_error(tmp_path: Path) -> None:
    with pytest.raises(errors.CredentialNotFoundError):
        TokenCredential.from_file(tmp_path / "none")
    path = tmp_path / "bt"
    path.write_bytes(b"\xff\xfe")
    path.chmod(0o600)
    with pytest.raises(errors.CredentialFormatError):
        TokenCredential.from_file(path)


def test_token_is_never_shown_nor_pickled() -> None:
    token = ending(hours=1)
    credential = TokenCredential(token)
    shown = f"{credential!r} {credential} {credential.describe()} {credential.fingerprint()}"
    assert all(part not in shown for part in token.split("."))
    with suppress(errors.CredentialExpiredError):
        credential.check(now=datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(credential)


def test_file_whose_jwt_was_replaced_by_another_kind_of_token_is_followed_after_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "token"
    path.write_text(ending(hours=1))
    path.chmod(0o600)
    credential = TokenCredential.from_file(path)
    before = credential.bearer()
    path.write_text("opaque")
    assert credential.bearer() == before, "it may be a JWT that is only half written"
    monkeypatch.setattr("fts_client.credentials.token._GRACE_S", 0.0)
    assert credential.bearer() == "opaque"
