"""`easy` against the mock: connections, delegation, errors."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)

from fts_client import CredentialExpiredError, CredentialNotFoundError, easy
from fts_client.easy import exceptions
from fts_client.easy.request import Request
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from fts_contract.mock import MockFTS

MISSING = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def context(mock_fts: MockFTS) -> easy.Context:
    return easy.Context(
        mock_fts.endpoint, ucert=mock_fts.credential("alice"), capath=mock_fts.ca_dir
    )


def _record(mock: MockFTS) -> None:
    mock.faults.add(Fault("delay", delay_s=0.0, count=None))


def _sent(mock: MockFTS) -> list[str]:
    return [request for request, _ in mock.faults.hits]


def _job() -> dict[str, Any]:
    return easy.new_job([easy.new_transfer("mock://a.example/f", "mock://b.example/f?time=100")])


def test_second_submit_is_one_request(mock_fts: MockFTS, context: easy.Context) -> None:
    easy.submit(context, _job())
    _record(mock_fts)
    easy.submit(context, _job())
    assert _sent(mock_fts) == ["POST /jobs"]


def test_submit_after_the_delegation_was_lost_delegates_again(
    mock_fts: MockFTS, context: easy.Context
) -> None:
    easy.submit(context, _job())
    context.delete(f"/delegation/{easy.whoami(context)['delegation_id']}")
    _record(mock_fts)
    easy.submit(context, _job())
    assert _sent(mock_fts).count("POST /jobs") == 2
    assert mock_fts.state.job_count == 2


def test_submit_sends_a_standard_id(mock_fts: MockFTS, context: easy.Context) -> None:
    job_id = easy.submit(context, _job())
    assert job_id[14] == "1"
    assert mock_fts.state.find(job_id) is not None


def test_submit_is_not_repeated_when_its_answer_is_lost(
    mock_fts: MockFTS, context: easy.Context
) -> None:
    easy.delegate(context)
    mock_fts.faults.add(Fault("reset-after", "POST /jobs"))
    with pytest.raises(exceptions.ConnectionFailed):
        easy.submit(context, _job())
    assert mock_fts.state.job_count == 1


def test_delegate_twice_sends_one_certificate(mock_fts: MockFTS, context: easy.Context) -> None:
    _record(mock_fts)
    first = easy.delegate(context, lifetime=timedelta(hours=12))
    second = easy.delegate(context, delegate_when_lifetime_lt=timedelta(hours=4))
    assert first == second
    assert len([one for one in _sent(mock_fts) if one.startswith("PUT")]) == 1


def test_delegate_with_force_sends_another_one(mock_fts: MockFTS, context: easy.Context) -> None:
    _record(mock_fts)
    easy.delegate(context)
    easy.delegate(context, force=True)
    assert len([one for one in _sent(mock_fts) if one.startswith("PUT")]) == 2


def test_delegate_failures_are_client_errors(mock_fts: MockFTS, context: easy.Context) -> None:
    mock_fts.faults.add(Fault("status", "PUT /delegation", status=400))
    with pytest.raises(exceptions.ClientError, match="alice"):
        easy.delegate(context)


def test_get_jobs_statuses_207_keeps_found_jobs(context: easy.Context) -> None:
    job_id = easy.submit(context, _job())
    answer = easy.get_jobs_statuses(context, [job_id, MISSING], list_files=True)
    assert [one["http_status"] for one in answer] == ["200 Ok", "404 Not Found"]
    assert answer[0]["files"][0]["file_state"] == "SUBMITTED"


def test_get_job_status_of_a_missing_job_names_it(context: easy.Context) -> None:
    with pytest.raises(exceptions.NotFound) as caught:
        easy.get_job_status(context, MISSING)
    assert caught.value.resource == MISSING
    assert str(caught.value) == f"Not found: {MISSING}"


def test_get_job_status_with_something_else_than_text_is_refused(context: easy.Context) -> None:
    with pytest.raises(exceptions.FTS3ClientException):
        easy.get_job_status(context, 7)  # type: ignore[arg-type]


def test_cancel_of_files_returns_their_state(context: easy.Context) -> None:
    job_id = easy.submit(context, _job())
    (file,) = easy.get_job_status(context, job_id, list_files=True)["files"]
    assert easy.cancel(context, job_id, [file["file_id"]]) == "CANCELED"


def test_list_jobs_filters_by_state(context: easy.Context) -> None:
    easy.submit(context, _job())
    assert len(easy.list_jobs(context, state_in=["SUBMITTED"])) == 1
    assert easy.list_jobs(context, state_in=["ACTIVE", "READY"]) == []


@pytest.mark.parametrize(
    ("status", "kind", "text"),
    [
        (400, exceptions.ClientError, "Client error: Bad request: told so"),
        (401, exceptions.Unauthorized, "Unauthorized: told so"),
        (403, exceptions.Unauthorized, "Unauthorized: told so"),
        (404, exceptions.NotFound, "told so"),
        (405, exceptions.MethodNotAllowed, "Method Not Allowed: told so"),
        (409, exceptions.ClientError, "Client error: 409"),
        (419, exceptions.NeedDelegation, "Need to delegate credentials"),
        (424, exceptions.FailedDependency, "Failed dependency"),
        (500, exceptions.ServerError, "Server error: 500"),
        (503, exceptions.TryAgain, "Try again: 503"),
    ],
)
def test_error_statuses_raise_the_official_class_with_the_official_text(
    mock_fts: MockFTS, context: easy.Context, status: int, kind: type[Exception], text: str
) -> None:
    mock_fts.faults.add(Fault("status", "PUT /x", status=status, message="told so", count=None))
    with pytest.raises(exceptions.FTS3ClientException) as caught:
        context.put("/x", "body")
    assert type(caught.value) is kind
    assert str(caught.value) == text


def test_context_without_a_server_is_a_bad_endpoint(
    mock_fts: MockFTS, pauses: list[float]
) -> None:
    with pytest.raises(exceptions.BadEndpoint, match="localhost:1"):
        easy.Context(
            "https://localhost:1",
            ucert=mock_fts.credential("alice"),
            capath=mock_fts.ca_dir,
            connectTimeout=1,
        )
    assert pauses


@pytest.mark.parametrize("endpoint", ["", "ftp://localhost", "no address"])
def test_context_with_an_invalid_url_is_a_bad_endpoint(mock_fts: MockFTS, endpoint: str) -> None:
    with pytest.raises(exceptions.BadEndpoint):
        easy.Context(endpoint, ucert=mock_fts.credential("alice"), capath=mock_fts.ca_dir)


def test_context_with_a_missing_file_names_it(mock_fts: MockFTS, tmp_path: Path) -> None:
    with pytest.raises(CredentialNotFoundError, match="nowhere") as caught:
        easy.Context(mock_fts.endpoint, ucert=str(tmp_path / "nowhere.pem"))
    assert isinstance(caught.value, FileNotFoundError)


def test_context_without_credentials_is_anonymous(mock_fts: MockFTS) -> None:
    context = easy.Context(mock_fts.endpoint, no_creds=True, capath=mock_fts.ca_dir)
    assert easy.whoami(context)["user_dn"] == "anon"
    assert not context.has_certificate()
    assert easy.delegate(context) == ""


def test_context_takes_the_proxy_of_the_environment(
    mock_fts: MockFTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X509_USER_PROXY", str(mock_fts.credential("bob")))
    monkeypatch.setenv("X509_CERT_DIR", str(mock_fts.ca_dir))
    assert easy.whoami(easy.Context(mock_fts.endpoint + "/"))["user_dn"].endswith("CN=bob")


def test_context_with_a_token_delegates_nothing(mock_fts: MockFTS) -> None:
    with pytest.raises(exceptions.ClientError, match="OAuth2"):
        easy.Context(mock_fts.endpoint, fts_access_token="abc", capath=mock_fts.ca_dir)  # noqa: S106


def test_request_class_of_the_user_sends_the_requests(mock_fts: MockFTS) -> None:
    seen: list[str] = []

    class Mine(Request):
        def method(self, method: str, url: str, *args: Any, **options: Any) -> str:
            seen.append(f"{method} {url}")
            return super().method(method, url, *args, **options)

    class Foreign:
        """Unrelated to `Request`, with the same constructor and the same `method`."""

        def __init__(self, ucert: Any, ukey: Any, **options: Any) -> None:
            self._inner = Request(ucert, ukey, **options)

        def method(self, method: str, url: str, *args: Any, **options: Any) -> str:
            seen.append(f"{method} {url}")
            return self._inner.method(method, url, *args, **options)

    for kind in (Mine, Foreign):
        seen.clear()
        context = easy.Context(
            mock_fts.endpoint,
            ucert=mock_fts.credential("alice"),
            capath=mock_fts.ca_dir,
            request_class=kind,
        )
        assert json.loads(context.get("/whoami"))["vos"] == ["testvo"]
        assert easy.submit(context, _job())
        assert f"GET {mock_fts.endpoint}/whoami" in seen
        assert f"POST {mock_fts.endpoint}/jobs" in seen


def test_requests_of_the_user_are_sent_as_given(mock_fts: MockFTS, context: easy.Context) -> None:
    job = easy.Submitter.build_submission(
        [easy.new_transfer("mock://a.example/f", "mock://b.example/f")]
    )
    easy.delegate(context)
    for body in (job, json.loads(job)):
        job_id = json.loads(context.post_json("/jobs", body))["job_id"]
        assert mock_fts.state.find(job_id) is not None
    found = json.loads(context.get("/jobs", args={"state_in": "SUBMITTED", "vo_name": "testvo"}))
    assert len(found) == 2
    assert json.loads(context.get("/jobs", args={"source_se": "mock://a.example#"})) == []
    assert context.get_endpoint_info()["url"] == mock_fts.endpoint


def test_submission_that_cannot_delegate_is_refused_as_the_server_does(mock_fts: MockFTS) -> None:
    context = easy.Context(mock_fts.endpoint, no_creds=True, capath=mock_fts.ca_dir)
    mock_fts.faults.add(Fault("status", "POST /jobs", status=419, count=None))
    with pytest.raises(exceptions.NeedDelegation):
        easy.submit(context, _job())
    assert _sent(mock_fts) == ["POST /jobs"]


def test_context_with_an_expired_proxy_says_so(mock_fts: MockFTS, tmp_path: Path) -> None:
    proxy = tmp_path / "proxy.pem"
    proxy.write_bytes(mock_fts.pki.issue("alice", lifetime=timedelta(hours=-1)).pem)
    proxy.chmod(0o600)
    with pytest.raises(CredentialExpiredError):
        easy.Context(mock_fts.endpoint, ucert=proxy, capath=mock_fts.ca_dir)


def test_context_asks_for_the_passphrase_of_an_encrypted_key(
    mock_fts: MockFTS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = mock_fts.pki.certified("alice")
    (tmp_path / "cert.pem").write_bytes(user.pem)
    key = tmp_path / "key.pem"
    key.write_bytes(
        user.key.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"pass word")
        )
    )
    key.chmod(0o600)
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return "pass word"

    monkeypatch.setattr("getpass.getpass", ask)
    context = easy.Context(
        mock_fts.endpoint, ucert=tmp_path / "cert.pem", ukey=key, capath=mock_fts.ca_dir
    )
    assert easy.whoami(context)["user_dn"].endswith("CN=alice")
    assert "Private key password: " in asked


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory in place of the one where grid tools put proxies and hosts their certificates."""
    for name in ("X509_USER_PROXY", "X509_USER_CERT", "X509_USER_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("fts_client.easy.context.default_proxy_path", lambda: tmp_path / "proxy")
    monkeypatch.setattr("fts_client.easy.context._HOST_CERTIFICATE", tmp_path / "hostcert.pem")
    monkeypatch.setattr("fts_client.easy.context._HOST_KEY", tmp_path / "hostkey.pem")
    return tmp_path


def test_context_searches_in_the_order_of_the_official_client(
    mock_fts: MockFTS, places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def who() -> str:
        context = easy.Context(mock_fts.endpoint, capath=mock_fts.ca_dir)
        return str(easy.whoami(context)["user_dn"]).rpartition("CN=")[2]

    def put(name: str, identity: str) -> Path:
        (places / name).write_bytes(mock_fts.credential(identity).read_bytes())
        (places / name).chmod(0o600)
        return places / name

    for name in ("hostcert.pem", "hostkey.pem"):
        put(name, "root")
    assert who() == "localhost"
    monkeypatch.setenv("X509_USER_CERT", str(put("usercert.pem", "bob")))
    assert who() == "bob"
    monkeypatch.setenv("X509_USER_KEY", str(places / "no-such-key.pem"))
    with pytest.raises(CredentialNotFoundError, match="no-such-key"):
        who()
    put("proxy", "alice")
    assert who() == "alice"


@pytest.mark.usefixtures("places")
def test_context_that_finds_no_certificate_warns_and_is_anonymous(
    mock_fts: MockFTS, caplog: pytest.LogCaptureFixture
) -> None:
    context = easy.Context(mock_fts.endpoint, capath=mock_fts.ca_dir)
    assert easy.whoami(context)["user_dn"] == "anon"
    assert caplog.messages == ["No user certificate given!"]


def test_several_ids_are_a_list(context: easy.Context) -> None:
    with pytest.raises(exceptions.ClientError, match="not a list"):
        easy.get_jobs_statuses(context, "a,b")  # type: ignore[arg-type]


def test_answer_about_several_parts_that_is_no_list_is_a_server_error(
    context: easy.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(context, "fetch", lambda *_: {})
    with pytest.raises(exceptions.ServerError, match="not a list"):
        easy.get_jobs_statuses(context, [MISSING] * 150)


def test_refused_submission_of_a_known_id_stays_refused(
    mock_fts: MockFTS, context: easy.Context
) -> None:
    easy.delegate(context)
    job = _job()
    job["params"] |= {"id_generator": "deterministic", "sid": "one"}
    mock_fts.faults.add(Fault("status", "POST /jobs", status=400, count=None))
    with pytest.raises(exceptions.ClientError, match="Bad request"):
        easy.submit(context, job)


def test_user_agent_or_body_that_cannot_be_sent_is_named(
    mock_fts: MockFTS, context: easy.Context
) -> None:
    for bad in ("Jürgen", "日本", 5):
        with pytest.raises(exceptions.BadEndpoint, match="user_agent"):
            easy.Context(
                mock_fts.endpoint,
                ucert=mock_fts.credential("alice"),
                capath=mock_fts.ca_dir,
                user_agent=bad,  # type: ignore[arg-type]
            )
    with pytest.raises(exceptions.ClientError, match="body is neither"):
        context.post_json("/jobs", '{"a": "\ud800"}')
    context.user_agent = "Jürgen"
    with pytest.raises(exceptions.ClientError, match="user_agent"):
        easy.whoami(context)


def test_lost_submission_of_a_program_whose_name_cannot_be_sent_stays_lost(
    mock_fts: MockFTS, context: easy.Context
) -> None:
    easy.delegate(context)
    job = _job()
    job["params"] |= {"id_generator": "deterministic", "sid": "one"}
    context.user_agent = "two\nlines"
    with pytest.raises(exceptions.ConnectionFailed, match="header that HTTP does not allow"):
        easy.Submitter(context).submit(job["files"], params=job["params"])
    assert mock_fts.state.job_count == 0
