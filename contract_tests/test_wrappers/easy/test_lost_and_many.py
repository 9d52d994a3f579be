"""`easy` when answers are lost or odd, and with more ids than one path can hold."""

from __future__ import annotations

import json
import pickle
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from fts_client import CredentialError, FTSConnectionError, FTSError, easy
from fts_client.easy import exceptions
from fts_client.easy.classes import Submitter
from fts_client.easy.request import Request
from fts_client.transport.credential_source import CredentialSource
from fts_contract.mock import Fault, MockFTS
from fts_contract.mock.app import App
from fts_contract.mock.exchange import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

MISSING = "00000000-0000-0000-0000-000000000000"
LONGEST_PATH = 4_096


class Seen(Request):
    """Notes the URL of each request."""

    urls: list[str]

    def method(self, method: str, url: str, *args: Any, **options: Any) -> str:
        self.urls = [*getattr(self, "urls", []), url]
        return super().method(method, url, *args, **options)


@pytest.fixture(params=[Request, Seen])
def context(mock_fts: MockFTS, request: pytest.FixtureRequest) -> easy.Context:
    return _context(mock_fts, request_class=request.param)


def _context(mock: MockFTS, **more: Any) -> easy.Context:
    return easy.Context(mock.endpoint, ucert=mock.credential("alice"), capath=mock.ca_dir, **more)


def _job(files: int = 1, **more: Any) -> dict[str, Any]:
    return easy.new_job(
        [
            easy.new_transfer(f"mock://a.example/{n}", f"mock://b.example/{n}?time=900")
            for n in range(files)
        ],
        **more,
    )


def _ended(_source: CredentialSource) -> NoReturn:
    raise CredentialError("it has ended")


def _deterministic(sid: str = "one", **more: Any) -> dict[str, Any]:
    return _job(id_generator=easy.JobIdGenerator.deterministic, sid=sid, **more)


# --- a deterministic id --------------------------------------------------------------------------


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("kind", ["reset-after", "truncated"])
@pytest.mark.parametrize("metadata", [None, "text", {"runs": (1, 2), 3: "key"}])
def test_submit_with_a_deterministic_id_whose_answer_is_lost_returns_the_job(
    mock_fts: MockFTS, context: easy.Context, kind: Any, metadata: Any
) -> None:
    easy.delegate(context)
    mock_fts.faults.add(Fault(kind, "POST /jobs"))
    job_id = easy.submit(context, _deterministic(metadata=metadata))
    assert mock_fts.state.find(job_id) is not None
    assert mock_fts.state.job_count == 1


@pytest.mark.usefixtures("pauses")
def test_submit_whose_answer_is_lost_before_a_delegation_that_takes_long_returns_the_job(
    mock_fts: MockFTS, context: easy.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fts_client.procedures.submission._CLOCKS_DIFFER", timedelta(seconds=1))
    easy.delegate(context)
    mock_fts.faults.add(Fault("reset-after", "POST /jobs"))
    mock_fts.faults.add(Fault("need-delegation", "POST /jobs"))
    mock_fts.faults.add(Fault("delay", "PUT /delegation", delay_s=2.5))
    job_id = easy.submit(context, _deterministic())
    assert mock_fts.state.find(job_id) is not None
    assert mock_fts.state.job_count == 1


@pytest.mark.usefixtures("pauses")
def test_submit_that_is_refused_after_a_lost_answer_names_the_job(
    mock_fts: MockFTS, context: easy.Context
) -> None:
    easy.delegate(context)
    mock_fts.faults.add(Fault("reset-after", "POST /jobs"))
    mock_fts.faults.add(Fault("status", "POST /jobs", status=403))
    with pytest.raises(exceptions.Unauthorized) as caught:
        easy.submit(context, _deterministic())
    assert isinstance(caught.value.__cause__, FTSError)
    assert mock_fts.state.find(caught.value.__cause__.job_id or "") is not None


@pytest.mark.usefixtures("pauses")
def test_submit_with_the_sid_of_another_job_whose_answer_is_lost_is_a_conflict(
    mock_fts: MockFTS, context: easy.Context
) -> None:
    easy.submit(context, _deterministic())
    mock_fts.faults.add(Fault("reset", "POST /jobs"))
    with pytest.raises(exceptions.ClientError, match="409"):
        easy.submit(context, _deterministic(files=2))
    assert mock_fts.state.job_count == 1


def test_second_submit_with_the_same_sid_is_a_conflict_as_ever(
    mock_fts: MockFTS, context: easy.Context
) -> None:
    easy.submit(context, _deterministic())
    with pytest.raises(exceptions.ClientError) as caught:
        easy.submit(context, _deterministic())
    assert caught.value.args == ("409",)
    assert mock_fts.state.job_count == 1


@pytest.mark.usefixtures("pauses")
def test_submit_without_any_answer_names_the_job_that_may_exist(
    mock_fts: MockFTS, context: easy.Context
) -> None:
    easy.delegate(context)
    mock_fts.faults.add(Fault("reset-after", "POST /jobs", count=None))
    with pytest.raises(exceptions.ConnectionFailed) as caught:
        easy.submit(context, _deterministic())
    cause = caught.value.__cause__
    assert isinstance(cause, FTSConnectionError)
    assert cause.job_id
    assert mock_fts.state.find(cause.job_id) is not None
    assert str(caught.value).count(cause.job_id) == 1


@pytest.mark.usefixtures("pauses")
def test_submit_that_was_never_sent_does_not_say_that_a_job_may_exist() -> None:
    with MockFTS() as mock:
        context = _context(mock)
        easy.delegate(context)
        job = _deterministic()
        mock.stop()
        with pytest.raises(exceptions.ConnectionFailed) as caught:
            Submitter(context).submit(job["files"], params=job["params"])
    assert isinstance(caught.value.__cause__, FTSError)
    assert caught.value.__cause__.job_id is None
    assert "may exist" not in str(caught.value)


@pytest.mark.parametrize("answer", [{}, [], None, 5, {"job_id": None}])
def test_submit_with_an_answer_without_an_id_is_a_server_error_that_names_the_job(
    context: easy.Context, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    easy.delegate(context)
    fetch = context.fetch
    monkeypatch.setattr(
        context,
        "fetch",
        lambda *asked: answer if asked[:2] == ("POST", "/jobs") else fetch(*asked),
    )
    with pytest.raises(exceptions.ServerError, match=r"no job_id.*Job [0-9a-f-]{36} may exist"):
        easy.submit(context, _deterministic())
    with pytest.raises(exceptions.ServerError, match="no job_id"):
        easy.submit(context, _job())


@pytest.mark.parametrize("answer", ["", "x", "../all", f"{MISSING}\n", MISSING])
def test_submit_accepts_only_the_id_of_the_job(
    context: easy.Context, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    easy.delegate(context)
    monkeypatch.setattr(context, "fetch", lambda *_asked: {"job_id": answer})
    with pytest.raises(exceptions.BadAnswer, match=r"Job [0-9a-f-]{36} may exist"):
        easy.submit(context, _deterministic())
    if answer == MISSING:
        assert easy.submit(context, _job()) == answer
    else:
        with pytest.raises(exceptions.BadAnswer, match="as job id"):
            easy.submit(context, _job())


def test_submit_returns_the_job_although_the_credential_has_just_ended(
    mock_fts: MockFTS, context: easy.Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    easy.delegate(context)
    fetch = context.fetch

    def last(*asked: Any) -> Any:
        answer = fetch(*asked)
        if asked[0] == "POST":
            monkeypatch.setattr(CredentialSource, "snapshot", _ended)
        return answer

    monkeypatch.setattr(context, "fetch", last)
    for job in (_job(), _deterministic()):
        assert mock_fts.state.find(easy.submit(context, job)) is not None
        monkeypatch.undo()
        monkeypatch.setattr(context, "fetch", last)


@pytest.mark.parametrize("answer", [{"job_id": MISSING}, [{"job_id": MISSING}]])
def test_answer_about_another_job_is_refused(
    mock_fts: MockFTS, context: easy.Context, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    job_id = easy.submit(context, _job())
    body = json.dumps(answer).encode()
    monkeypatch.setattr(App, "_answer", lambda *_args, **_seen: Reply(status=200, body=body))
    calls: list[Callable[[], Any]] = [
        lambda: easy.get_job_status(context, job_id),
        lambda: easy.get_job_status(context, job_id, list_files=True),
        lambda: easy.get_jobs_statuses(context, [job_id, job_id.upper()]),
        lambda: easy.cancel(context, job_id),
        lambda: easy.cancel(context, job_id, [1]),
    ]
    for call in calls:
        with pytest.raises(exceptions.BadAnswer, match=f"is about job {MISSING}"):
            call()
    assert mock_fts.state.job_count == 1


# --- many ids ------------------------------------------------------------------------------------


@pytest.mark.parametrize("list_files", [False, True])
@pytest.mark.parametrize("count", [1, 2, 100, 101, 110, 350])
def test_get_jobs_statuses_of_any_number_of_jobs_fits_into_paths(
    mock_fts: MockFTS, *, count: int, list_files: bool
) -> None:
    context = _context(mock_fts, request_class=Seen)
    job_id = easy.submit(context, _job())
    answer = easy.get_jobs_statuses(context, [job_id] * count, list_files=list_files)
    jobs = answer if count > 1 else [answer]
    assert [job["job_id"] for job in jobs] == [job_id] * count
    assert all(("files" in job) == list_files for job in jobs)
    assert max(map(len, context._requester.urls)) < LONGEST_PATH


def test_get_jobs_statuses_of_many_keeps_the_jobs_that_exist(context: easy.Context) -> None:
    job_id = easy.submit(context, _job())
    answer = easy.get_jobs_statuses(context, [MISSING] * 150 + [job_id])
    assert [job["http_status"] for job in answer] == ["404 Not Found"] * 150 + ["200 Ok"]


def test_get_jobs_statuses_of_a_part_that_the_server_refuses_as_a_whole_says_so_of_each_job(
    mock_fts: MockFTS, context: easy.Context
) -> None:
    job_id = easy.submit(context, _job())
    mock_fts.faults.add(Fault("status", f"GET /jobs/{MISSING}", status=404, message="none"))
    answer = easy.get_jobs_statuses(context, [MISSING] * 75 + [job_id] * 75)
    assert [job["http_status"] for job in answer] == ["404 Not Found"] * 75 + ["200 Ok"] * 75
    assert answer[0]["job_id"] == MISSING
    assert answer[0]["http_message"] == "none"


def test_get_jobs_statuses_of_jobs_that_the_server_refuses_as_a_whole_is_not_found(
    mock_fts: MockFTS, context: easy.Context
) -> None:
    mock_fts.faults.add(Fault("status", "GET /jobs/", status=404, count=None))
    ids = [MISSING] * 150
    with pytest.raises(exceptions.NotFound) as caught:
        easy.get_jobs_statuses(context, ids)
    assert caught.value.args == (ids,)


def test_cancel_of_500_files_fits_into_paths(mock_fts: MockFTS) -> None:
    context = _context(mock_fts, request_class=Seen)
    job_id = easy.submit(context, _job(files=500))
    files = easy.get_job_status(context, job_id, list_files=True)["files"]
    ids = (file["file_id"] for file in files)
    assert easy.cancel(context, job_id, ids) == ["CANCELED"] * 500
    assert max(map(len, context._requester.urls)) < LONGEST_PATH


# --- odd answers and arguments -------------------------------------------------------------------


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b'{"job_id": null}', b"<html>"])
def test_answer_that_lacks_what_is_needed_is_a_server_error(
    context: easy.Context, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    easy.delegate(context)
    monkeypatch.setattr(App, "_answer", lambda *_args, **_seen: Reply(status=200, body=body))
    calls: list[Callable[[], object]] = [
        lambda: easy.submit(context, _job()),
        lambda: easy.Delegator(context).get_info(),
    ]
    if not body.startswith(b"{"):
        calls.append(lambda: easy.get_job_status(context, MISSING, list_files=True))
    for call in calls:
        with pytest.raises(exceptions.ServerError):
            call()


@pytest.mark.parametrize("bad", ["\n", "\t", "\x7f", " ", "é"])
def test_job_id_with_a_character_that_no_url_has_is_not_found(
    context: easy.Context, bad: str
) -> None:
    # In front, because the database of FTS ignores blanks at the end.
    job_id = bad + easy.submit(context, _job())
    with pytest.raises(exceptions.NotFound) as caught:
        easy.get_job_status(context, job_id)
    assert caught.value.args == (job_id,)
    with pytest.raises(exceptions.FTS3ClientException):
        easy.cancel(context, job_id)


def test_url_that_is_too_long_is_a_client_error(context: easy.Context) -> None:
    with pytest.raises(exceptions.ClientError):
        context.get("/jobs/" + "x" * 70_000)


class _Scalar:
    def item(self) -> int:
        return 4


def test_numbers_of_another_library_are_sent(context: easy.Context) -> None:
    job = _job(priority=_Scalar(), metadata={"n": _Scalar()})
    status = easy.get_job_status(context, easy.submit(context, job))
    assert status["priority"] == status["job_metadata"]["n"] == 4


def test_value_that_json_cannot_hold_is_a_type_error(context: easy.Context) -> None:
    with pytest.raises(TypeError, match="Object of type object is not JSON serializable"):
        easy.submit(context, _job(metadata=object()))


@pytest.mark.parametrize("blank", [" ", "\n", "\t"])
def test_endpoint_with_a_leading_blank_works(mock_fts: MockFTS, blank: str) -> None:
    context = easy.Context(
        blank + mock_fts.endpoint, ucert=mock_fts.credential("alice"), capath=mock_fts.ca_dir
    )
    assert easy.submit(context, _job())


@pytest.mark.parametrize("user", ["me:s3cr3t", "s3cr3t", ":s3cr3t"])
def test_endpoint_with_a_user_is_refused_without_showing_it(mock_fts: MockFTS, user: str) -> None:
    endpoint = mock_fts.endpoint.replace("https://", f"https://{user}@")
    with pytest.raises(exceptions.BadEndpoint) as caught:
        easy.Context(endpoint, ucert=mock_fts.credential("alice"), capath=mock_fts.ca_dir)
    error: BaseException | None = caught.value
    while error is not None:
        assert "s3cr3t" not in str(error) + repr(error.args)
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        *(("NotFound", args) for args in (("job",), ("url", None), ("url", "text"))),
        *((name, args) for name in ("Unauthorized", "MethodNotAllowed") for args in ((), ("x",))),
        *((name, ("x",)) for name in ("BadEndpoint", "ClientError", "TryAgain", "BadAnswer")),
    ],
)
def test_exception_keeps_the_arguments_that_it_was_given(name: str, arguments: Any) -> None:
    error = getattr(exceptions, name)(*arguments)
    assert error.args == arguments
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(twin), twin.args, str(twin)) == (type(error), error.args, str(error))


def test_forbidden_without_a_message_has_no_arguments(
    mock_fts: MockFTS, context: easy.Context
) -> None:
    with pytest.raises(exceptions.Unauthorized) as caught:
        easy.cancel_all(context)
    assert caught.value.args == ("User does not have root privileges",)
    mock_fts.faults.add(Fault("status", "PUT /x", status=403, message=""))
    with pytest.raises(exceptions.Unauthorized):
        context.put("/x", "")
