"""The error tree: classes, messages, both shapes of FTS errors, pickling, redaction."""

from __future__ import annotations

import json
import pickle
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fts_client import easy, errors
from fts_client.errors.chains import chainable
from fts_client.errors.logs import safe_logger
from fts_client.errors.redaction import BODY_LIMIT, InHand, in_hand, redact, redact_body

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "https://fts.example.org:8446/jobs"
JOB = "5c10000f-e6f5-11f1-9d01-02fc0000c001"


def answer(
    status: int, body: bytes, content_type: str | None = None, url: str = URL
) -> errors.FTSAPIError:
    return errors.error_from_answer(
        status, method="GET", url=url, body=body, content_type=content_type
    )


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, errors.BadRequestError),
        (401, errors.AuthenticationError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (405, errors.MethodNotAllowedError),
        (409, errors.ConflictError),
        (419, errors.NeedDelegationError),
        (424, errors.FailedDependencyError),
        (500, errors.ServerError),
        (502, errors.ServerError),
        (503, errors.ServiceUnavailableError),
        (599, errors.ServerError),
        (418, errors.FTSAPIError),
        (600, errors.FTSAPIError),
    ],
)
def test_error_from_answer_status_gives_the_class_of_the_table(
    status: int, expected: type[errors.FTSAPIError]
) -> None:
    error = answer(status, b"{}")
    assert type(error) is expected
    assert error.status_code == status
    assert str(status) in str(error)


ENDPOINT = "it is the REST address alone"


@pytest.mark.parametrize(
    ("status", "method", "path", "message", "remedy"),
    [
        (400, "GET", "/whoami", "Unsupported authentication method: method=OAuth2", "use a proxy"),
        (400, "POST", "/jobs", "No valid pairs available", "Correct what"),
        (401, "GET", "/whoami", "", "Check the credential"),
        (403, "GET", "/", "The user has been banned", "why you are banned"),
        (403, "POST", "/jobs", "The user has been banned", "why you are banned"),
        (403, "PUT", "/delegation/x/credential", "User alice is banned", "why you are banned"),
        (400, "GET", "/whoami", "No required SSL certificate was sent", "wants a certificate"),
        (495, "POST", "/jobs", "", "wants a certificate"),
        (496, "POST", "/jobs", "", "wants a certificate"),
        (408, "POST", "/jobs", "", "Try again"),
        (403, "POST", "/jobs", "davs://user.example is banned", "Use another storage"),
        (403, "POST", "/jobs", "Not enough permissions", "whoami()"),
        (403, "GET", f"/jobs/{JOB}", "Not enough permissions", "whoami()"),
        (404, "GET", "/whoami", "Not Found", ENDPOINT),
        (404, "GET", "/prefix/whoami", "Not Found", ENDPOINT),
        (404, "GET", "/", "", ENDPOINT),
        (404, "POST", "/x/jobs", "The requested URL was not found on this server.", ENDPOINT),
        (404, "GET", f"/jobs/{JOB}", f'No job with the id "{JOB}" has been found', "archive"),
        (404, "GET", f"/archive/{JOB}", "No job with the id", "the archive holds jobs"),
        (404, "GET", "/config/links/x", "Link x does not exist", "Check the name"),
        (405, "POST", "/jobs", "Deletion jobs are no longer supported by FTS", "the storage"),
        (405, "POST", "/x/jobs", "Method Not Allowed", "Check the endpoint"),
        (409, "POST", "/jobs", "The sid provided by the user is duplicated", "Another sid"),
        (409, "PUT", "/jobs", "The submission is duplicated", "same destination"),
        (409, "POST", "/ban/dn", "The user tried to ban (her|his)self", "another user"),
        (413, "POST", "/jobs", "", "Send less"),
        (414, "GET", f"/jobs/{JOB}", "", "fewer jobs"),
        (419, "POST", "/jobs", "No delegation found", "delegate()"),
        (424, "GET", "/whoami", "", "Try again later"),
        (429, "GET", "/jobs", "", "fewer requests"),
        (500, "POST", "/jobs", "", "Check the request"),
        (503, "POST", "/jobs", "", "Try again later"),
    ],
)
def test_remedy_fits_what_was_asked_and_what_the_server_says(
    status: int, method: str, path: str, message: str, remedy: str
) -> None:
    error = errors.error_from_answer(
        status,
        method=method,
        url=f"https://fts.example.org:8446{path}?x=1",
        body=json.dumps({"message": message}).encode(),
        content_type="application/json",
    )
    assert remedy in str(error.remedy)


def test_error_from_answer_flask_shape_gives_the_message() -> None:
    body = b'{"status": "404 Not Found", "message": "No delegation"}'
    error = answer(404, body, "application/json")
    assert error.message == "No delegation"
    assert str(error) == f"GET {URL}: 404 Not Found: No delegation. {error.remedy}"


def test_error_from_answer_single_job_shape_gives_message_and_job_id() -> None:
    body = json.dumps(
        {"job_id": JOB, "http_status": "403 Forbidden", "http_message": "Not yours"}
    ).encode()
    error = answer(403, body, "application/json")
    assert (error.message, error.job_id) == ("Not yours", JOB)


def test_error_from_answer_job_in_the_url_gives_the_job_id() -> None:
    body = b'{"status": "404 Not Found", "message": "x"}'
    assert answer(404, body, url=f"{URL}/{JOB}/files?x=1").job_id == JOB
    assert answer(404, body, url=f"{URL}/{JOB},{JOB}").job_id is None


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/json", None])
def test_error_from_answer_html_page_gives_the_paragraph(content_type: str | None) -> None:
    body = b"<!DOCTYPE HTML>\n<title>400 Bad Request</title>\n<h1>Bad Request</h1>\n<p>Unsupported   authentication &amp; method</p>\n"
    assert answer(400, body, content_type).message == "Unsupported authentication & method"


def test_error_from_answer_list_of_jobs_gives_all_messages_and_no_job() -> None:
    body = json.dumps(
        [
            {"job_id": "a", "http_status": "404 Not Found", "http_message": "no a"},
            {"job_id": "b", "http_status": "404 Not Found", "http_message": "no b"},
        ]
    ).encode()
    error = answer(404, body)
    assert (error.message, error.job_id) == ("no a; no b", None)


@given(st.binary(max_size=200), st.sampled_from([None, "text/html", "application/json"]))
def test_error_from_answer_any_body_never_raises(body: bytes, content_type: str | None) -> None:
    assert answer(500, body, content_type).status_code == 500


def test_error_from_answer_deeply_nested_json_is_read_as_no_message() -> None:
    assert answer(500, b"[" * 200_000).body.startswith("[")


def test_error_from_answer_long_body_is_cut_but_not_before_redaction() -> None:
    key = "-----BEGIN PRIVATE KEY-----\n" + "A" * 30_000
    error = answer(500, key.encode())
    assert "AAAA" not in error.body
    assert len(answer(500, b"x" * 100_000).body) <= 16_384
    assert len(str(answer(500, b"x" * 100_000))) < 3_000


def test_error_from_answer_recorded_errors_give_class_and_message(recordings_folder: Path) -> None:
    seen = 0
    for file in sorted(recordings_folder.glob("*.json")):
        for exchange in json.loads(file.read_text()):
            response: dict[str, Any] = exchange["response"]
            if response["status"] < 400 or exchange["request"]["method"] == "HEAD":
                continue
            body = response["body"]
            raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            content_type = response["headers"].get("content-type")
            error = answer(response["status"], raw, content_type)
            if isinstance(body, dict):
                said = str(body.get("message", body.get("http_message")))
                assert error.message == redact(said)
                assert error.job_id == body.get("job_id")
            elif body:
                assert error.message, exchange["id"]
                assert "<" not in error.message
            seen += 1
    assert seen > 500


def test_api_error_of_credential_names_it_and_the_remedy() -> None:
    error = errors.error_from_answer(
        419,
        method="POST",
        url=URL,
        body=b'{"message": "none"}',
        content_type=None,
        credential="proxy /tmp/x509up_u1 of /CN=a",
    )
    assert str(error) == (
        f"POST {URL} (as proxy /tmp/x509up_u1 of /CN=a): 419 Authentication Timeout: none."
        " Delegate a credential with delegate() and repeat."
    )


NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ALL = [
    errors.FTSError("m", remedy="r"),
    errors.FTSUsageError("m"),
    errors.CredentialError("m", path=Path("/p"), remedy="r"),
    errors.CredentialNotFoundError(
        "m", searched=(errors.SearchedPlace(place="X", reason="not set"),), path=Path("/p")
    ),
    errors.CredentialPermissionError("m", path=Path("/p"), mode_found=0o644, mode_wanted=0o600),
    errors.CredentialExpiredError("m", subject="/CN=a", expired_at=NOW, now=NOW),
    errors.CredentialFormatError("m"),
    errors.DelegationError("m", step="sign", user_dn="/CN=a", delegation_id="0123"),
    errors.FTSConnectionError("m", url=URL, job_id=JOB, request_sent=True),
    errors.FTSTimeoutError("m", phase="read", request_sent=True, url=URL),
    errors.FTSResponseError("m", status_code=200, method="GET", url=URL, body=b"{", job_id=JOB),
    errors.IdentityChangedError(before="/CN=a (VO v)", now="/CN=b", campaign="c", job_ids=[JOB]),
    errors.PartialFailureError("m", failures={JOB: "404 Not Found"}),
    answer(403, b'{"message": "x"}'),
    answer(503, b""),
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
def test_error_pickled_comes_back_the_same(error: errors.FTSError) -> None:
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own object
    assert type(back) is type(error)
    assert (str(back), back.args, back.__dict__) == (str(error), error.args, error.__dict__)
    if isinstance(error, OSError):
        assert isinstance(back, OSError)
        assert (back.errno, back.filename) == (error.errno, error.filename)


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        (errors.FTSUsageError, ValueError),
        (errors.CredentialNotFoundError, FileNotFoundError),
        (errors.CredentialPermissionError, PermissionError),
        (errors.CredentialFormatError, ValueError),
        (errors.FTSConnectionError, ConnectionError),
        (errors.FTSTimeoutError, TimeoutError),
        (errors.FTSTimeoutError, errors.FTSConnectionError),
        (errors.ServiceUnavailableError, errors.ServerError),
        (errors.ServerError, errors.FTSAPIError),
    ],
)
def test_error_class_is_also_the_built_in_one(kind: type, base: type) -> None:
    assert issubclass(kind, base)
    assert issubclass(kind, errors.FTSError)


def test_not_found_error_lists_every_place_and_the_remedy() -> None:
    error = errors.CredentialNotFoundError(
        "None",
        searched=(
            errors.SearchedPlace(place="A", reason="not set"),
            errors.SearchedPlace(place="/b", reason="no such file"),
        ),
        remedy="Make one.",
    )
    assert str(error) == "None; searched A: not set; /b: no such file. Make one."


KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEsecretsecret\nabcd\n-----END RSA PRIVATE KEY-----"
TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"  # noqa: S105 - an example
SECRETS = [
    (KEY, "secret"),
    (KEY.replace("RSA ", ""), "secret"),
    (KEY.replace("RSA", "ENCRYPTED"), "secret"),
    (KEY[:60], "secret"),
    (TOKEN, "c2lnbmF0"),
    (TOKEN.rpartition(".")[0], "eyJzdWIi"),
    ("Authorization: Bearer abc.def~opaque", "opaque"),
    ("authorization: bearer abcdefopaque1", "opaque"),
    ("access_token=opaque123&x=1", "opaque"),
    ('{"refresh_token": "opaque123"}', "opaque"),
    ("https://user:opaque123@host/", "opaque"),
    (str(Path("https://user:opaque123@host/")), "opaque"),
]


@given(
    before=st.text(alphabet="abc .:\n", max_size=20),
    after=st.text(alphabet="abc .:\n", max_size=20),
    secret=st.sampled_from(SECRETS),
)
def test_redact_text_with_a_secret_keeps_the_rest(
    before: str, after: str, secret: tuple[str, str]
) -> None:
    whole, marked = secret
    shown = redact(f"{before} {whole} {after}")
    assert marked not in shown
    assert "removed]" in shown
    assert shown.startswith(before)


@pytest.mark.parametrize(
    "text",
    [
        "GET /jobs: 403 Forbidden: Not enough permissions",
        "-----BEGIN CERTIFICATE-----\nMIID\n-----END CERTIFICATE-----",
        "/DC=org/DC=example/CN=alice",
        "Bearer token ended",
        "Unsupported bearer authentication",
        "https://h:8446/jobs?dlg_id=7ba5c996de416fe2",
        f"GET https://fts.example.org:8446/jobs/{JOB}/files?x=1: 404 Not Found",
        '{"source_spacetoken": "DATADISK", "destination_spacetoken": "SCRATCH", "bringonline_token": "4711"}',
        "srm://se.example.org:8443/srm/managerv2?SFN=/a/b@c%20d&spacetoken=DATADISK",
        "https://host:port/path, davs://[::1]:443/f and mock://a:/b",
        "The token: signature verification failed",
        "Basic authentication is not supported; a cookie or a password will not help",
    ],
)
def test_redact_text_without_a_secret_stays(text: str) -> None:
    assert redact(text) == text


def test_redact_twice_is_the_same() -> None:
    for whole, _ in SECRETS:
        assert redact(redact(whole)) == redact(whole)


@pytest.mark.parametrize(
    "text",
    [
        '{"app_secret": "hidden-value"}',
        '{"access_token_secret": "hidden-value"}',
        '{"source_tokens": ["hidden-value", "hidden-value-too"]}',
        '{"source_tokens": ["a]hidden-value"], "destination_tokens": ["b\\"]hidden-value"]}',
        '{"source_tokens": "hidden-value"}',
        '{"files": [{"destination_tokens": ["hidden-value',
        "https://h.example/f?authz=hidden-value&x=1",
        "https://h.example/f?X-Amz-Signature=hidden-value&X-Amz-Credential=hidden-value&X-Amz-Security-Token=hidden-value",
        "https://h.example/f?AWSAccessKeyId=hidden-value&Signature=hidden-value&Expires=1",
        "https://h.example/f?sv=2020&sig=hidden-value",
        "https://h.example/f?temp_url_sig=hidden-value",
        "swift os_token=hidden-value",
        "davs://user:hidden-value@h.example/f",
        "davs://hidden-value@h.example/f",
        "https://user:/hidden-value@h.example/f",
        "https://user:hidden-value",
        "list_files?dest_surl=davs%3A%2F%2Fuser%3Ahidden-value%40h%2Ff%3Fauthz%3Dhidden-value",
        "davs%253A%252F%252Fuser%253Ahidden-value%2540h%252Ff%253Fauthz%253Dhidden-value",
        '{"secret_key": "ab,&}<; hidden-value"}',
        '{"secret_key": "ab\\\\\\"hidden-value"}',
        '{"secret_key": "cut off hidden-value',
        "{'source_tokens': ['hidden-value'], 'destination_tokens': [\"hidden-value\"]}",
        "{'client_secret': b'hidden-value'}",
        "[('access_token', 'hidden-value')]",
        '"{\\"files\\": [{\\"source_tokens\\": [\\"hidden-value\\"]}]}"',
        "&quot;access_token&quot;: &quot;hidden-value&quot;",
        "<p>Set-Cookie: a=1; session=hidden-value</p>",
        "Authorization: Basic dXNlcjpoaWRkZW4tdmFsdWU=, hidden",
        "authz=Bearer hidden-value",
    ],
)
def test_redact_secrets_of_the_api_are_removed(text: str) -> None:
    shown = redact(text)
    assert "hidden-value" not in shown
    assert "dXNlcjpoaWRk" not in shown
    assert redact(shown) == shown


class _Request:
    headers = {"Authorization": "Basic bWU6YiZjIGRlZmc="}  # noqa: RUF012 - of the one test
    url = "https://h/jobs?dest_surl=davs%3A%2F%2Fh%2Ff%3Fauthz%3Dpick%252Cled"
    content = json.dumps(
        {"files": [{"source_tokens": ['a, b;<c>&}"d\u20ac'], "sources": ["mock://a/f"]}]}
    ).encode()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no b&c defg here", "no [secret removed] here"),
        ("no b%26c%20defg", "no [secret removed]"),
        ("no b%2526c+defg", "no [secret removed]"),
        ("no bWU6YiZjIGRlZmc= here", "no [secret removed] here"),
        (
            "wrong pick%252Cled, pick,led and pick\\u002cled",
            "wrong [secret removed], [secret removed] and [secret removed]",
        ),
        ('token a, b;<c>&}"d\u20ac ends', "token [secret removed] ends"),
        ("token a, b;&lt;c&gt;&amp;}&quot;d\u20ac ends", "token [secret removed] ends"),
        ('token a, b;<c>&}\\\\\\"d\\\\u20ac ends', "token [secret removed] ends"),
        ('token a, b;<c>&}"d\\xe2\\x82\\xac ends', "token [secret removed] ends"),
        ('token a, b;<c>&}\\"d&euro; ends', "token [secret removed] ends"),
        ("cut off: a, b;<c>", "cut off: [secret removed]"),
        ("mock://a/f is missing", "mock://a/f is missing"),
    ],
)
def test_value_of_the_request_in_hand_is_removed_in_every_quoting(said: str, shown: str) -> None:
    request = _Request()
    token = in_hand.set(InHand([lambda: request]))
    try:
        assert redact(said) == shown
        assert str(errors.FTSUsageError(said)) == shown
    finally:
        in_hand.reset(token)
    assert redact(said) == said


@pytest.mark.parametrize("quoted", ["p\\xe9re-k9fX", "p%E9re-k9fX", "p&eacute;re-k9fX"])
def test_value_in_latin_1_is_removed_as_a_whole(quoted: str) -> None:
    token = in_hand.set(InHand([{"X-Token": "p\u00e9re-k9fX"}]))
    try:
        assert redact(f"got {quoted} today") == "got [secret removed] today"
    finally:
        in_hand.reset(token)


def test_text_that_is_set_after_the_error_was_made_holds_no_secret() -> None:
    error = errors.FTSError("fine")
    error.message = f"?access_token={TOKEN}"
    assert "eyJ" not in repr(vars(error))


def test_cause_that_holds_a_secret_is_not_chained() -> None:
    harmless = OSError(2, "No such file", "/x")
    assert chainable(harmless) is harmless
    assert chainable(None) is None
    broken = json.JSONDecodeError("bad", f'{{"access_token": "{TOKEN}"}}', 0)
    assert chainable(broken) is None
    outer = ValueError("outer")
    outer.__context__ = broken
    assert chainable(outer) is None
    assert chainable(AttributeError("x", name="y", obj=[f"Bearer {TOKEN}"])) is None
    assert chainable(OSError(2, "No such file", f"/x/{TOKEN}")) is None


def _fail(kind: type[Exception], handled: Exception) -> None:
    try:
        raise handled
    except type(handled) as error:
        raise kind("it failed") from error


@pytest.mark.parametrize("kind", [errors.FTSUsageError, easy.exceptions.ClientError])
@pytest.mark.parametrize(
    "handled",
    [
        ValueError("Bearer k9fXopaque00"),
        ExceptionGroup("two", [KeyError("x"), OSError(2, "no", "davs://u:k9fXopaque00@h")]),
        UnicodeDecodeError("utf-8", b"k9fXopaque00", 0, 1, "no"),
    ],
)
def test_error_raised_while_another_is_handled_does_not_show_its_secret(
    kind: type[Exception], handled: Exception
) -> None:
    with pytest.raises(kind) as caught:
        _fail(kind, handled)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_error_raised_while_another_is_handled_shows_it_when_it_is_harmless() -> None:
    harmless = OSError("connection refused")
    with pytest.raises(errors.FTSError) as caught:
        _fail(errors.FTSError, harmless)
    assert caught.value.__cause__ is caught.value.__context__ is harmless
    harmless.add_note("it was sent as Bearer k9fXopaque00")
    assert caught.value.__cause__ is None


def test_arguments_of_the_official_exceptions_hold_no_secret() -> None:
    surl = "davs://user:k9fXopaque00@h/p"
    named = easy.exceptions.NotFound(resource=surl, reason=surl)
    for error in (
        named,
        easy.exceptions.NotFound([surl], surl),
        easy.exceptions.ClientError(surl),
    ):
        assert "k9fX" not in f"{error.args} {error} {vars(error)} {pickle.dumps(error)!r}"


def test_log_line_and_its_traceback_hold_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    logger = safe_logger("fts_client.test")
    assert safe_logger("fts_client.test") is logger
    logger.error("failed with %s", TOKEN, exc_info=ValueError(TOKEN))
    logger.warning("a job of %s", "/CN=alice")
    assert TOKEN not in caplog.text
    assert "a job of /CN=alice" in caplog.text


def test_no_recorded_text_is_changed_but_secrets(recordings_folder: Path) -> None:
    changed: set[str] = set()
    seen = 0

    def look(value: Any) -> None:
        nonlocal seen
        if isinstance(value, str):
            seen += 1
            if redact(value) != value:
                changed.add(value[:20])
        for item in (
            value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        ):
            look(item)

    for file in sorted(recordings_folder.glob("*.json")):
        look(json.loads(file.read_text()))
    assert seen > 30_000
    assert changed == {
        "eyJhbGciOiJub25lIn0.",
        "Bearer abc.def.ghi",
        "Bearer not-a-token",
        "bearer not-a-token",
    }


def test_redact_body_token_of_a_transfer_is_removed_whatever_characters_it_holds() -> None:
    job = {"files": [{"sources": ["mock://a/f"], "source_tokens": ["hid]den", 'hid"den']}]}
    body = json.dumps(job).encode()
    assert "mock://a/f" in redact_body(body)
    assert answer(500, body).body == redact_body(body)
    for part in ("hid", "den"):
        assert part not in redact_body(body)


@pytest.mark.parametrize(
    "rest",
    ["://" * 2_000_000, ["://abc def"] * 500_000, {f"token{n}": "hidden" for n in range(300_000)}],
    ids=["text", "list", "object"],
)
def test_large_answer_that_names_a_secret_is_not_read_to_its_end(rest: object) -> None:
    body = json.dumps({"access_token": "s3cret-one", "rest": rest}).encode()
    started_s = time.process_time()
    found = answer(500, body).body
    assert time.process_time() - started_s < 3
    assert found.startswith('{"access_token": "[secret removed]", "rest"')
    assert len(found) <= BODY_LIMIT


def test_large_request_that_holds_a_token_is_recorded_whole() -> None:
    body = json.dumps({"source_tokens": ["s3cret-one"], "files": ["x" * 99_999], "end": 1})
    assert redact_body(body.encode()) == body.replace("s3cret-one", "[secret removed]")


def test_redact_many_beginnings_of_tokens_takes_linear_time() -> None:
    # The quadratic pattern needed hours for this megabyte, which any server may send.
    text = "eyJ" * 350_000
    assert redact(text) == text
    assert "eyJ" not in redact("eyJhbGciOiJSUzI1NiJ9.e30.c2ln")


def _classes(base: type[errors.FTSError]) -> Iterator[type[errors.FTSError]]:
    for kind in base.__subclasses__():
        if kind.__module__.startswith("fts_client."):
            yield kind
            yield from _classes(kind)


def test_every_error_but_those_of_usage_says_what_to_do() -> None:
    silent = {kind for kind in _classes(errors.FTSError) if not kind.default_remedy}
    assert silent == {errors.FTSUsageError}
    for status in (400, 404, 405, 409, 418, 424, 500, 502):
        error = answer(status, b"")
        assert error.remedy
        assert str(error).endswith(error.remedy)


def test_remedy_that_is_given_replaces_the_general_one() -> None:
    error = errors.FTSConnectionError("reset by peer", remedy="Wait.")
    assert str(error) == "reset by peer. Wait."


@pytest.mark.parametrize("name", [name for name in errors.__all__ if name.endswith("Error")])
def test_every_error_can_be_asked_for_the_job_that_it_is_about(name: str) -> None:
    kind = getattr(errors, name)
    assert kind.__new__(kind).job_id is None
