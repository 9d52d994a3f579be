"""What `easy` does differently: it sends several requests at once, and its errors are caught by old and new programs."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from fts_client import easy, record_exchanges
from fts_client.easy import exceptions
from fts_client.easy.request import Request
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS


def _context(mock: MockFTS, **more: Any) -> easy.Context:
    return easy.Context(mock.endpoint, ucert=mock.credential("alice"), capath=mock.ca_dir, **more)


def _submit(context: easy.Context) -> str:
    transfer = easy.new_transfer("mock://a.example/f", "mock://b.example/f?time=900")
    return easy.submit(context, easy.new_job([transfer]))


def test_get_job_status_with_files_sends_its_three_requests_at_the_same_time(
    mock_fts: MockFTS,
) -> None:
    began = threading.Barrier(3, timeout=5)

    class Together(easy.Context):
        def fetch(self, method: str, path: str, body: str | None = None) -> Any:
            if path.startswith("/jobs/"):
                # Three calls must wait here at once, or the barrier breaks.
                began.wait()
            return super().fetch(method, path, body)

    context = Together(
        mock_fts.endpoint, ucert=mock_fts.credential("alice"), capath=mock_fts.ca_dir
    )
    job_id = _submit(context)
    status = easy.get_job_status(context, job_id, list_files=True)
    assert status["job_id"] == job_id
    assert len(status["files"]) == 1
    assert status["dm"] == []


def test_other_request_class_gets_one_request_at_a_time(mock_fts: MockFTS) -> None:
    seen: list[str] = []
    busy = threading.Lock()

    class Careful(Request):
        def method(self, method: str, url: str, **more: Any) -> str:  # type: ignore[override]
            assert busy.acquire(blocking=False)
            try:
                seen.append(url)
                return super().method(method, url, **more)
            finally:
                busy.release()

    context = _context(mock_fts, request_class=Careful)
    job_id = _submit(context)
    easy.get_job_status(context, job_id, list_files=True)
    assert [url.rpartition("/jobs/")[2] for url in seen[-3:]] == [
        job_id,
        f"{job_id}/files",
        f"{job_id}/dm",
    ]


def test_get_job_status_raises_when_the_files_cannot_be_read(mock_fts: MockFTS) -> None:
    context = _context(mock_fts)
    job_id = _submit(context)
    mock_fts.faults.add(Fault("status", "GET /jobs/.*/files", status=500))
    with pytest.raises(exceptions.ServerError):
        easy.get_job_status(context, job_id, list_files=True)


def test_answer_that_is_not_json_is_a_value_error_and_a_server_error(
    mock_fts: MockFTS,
) -> None:
    context = _context(mock_fts)
    mock_fts.faults.add(Fault("malformed", "POST /ban/se"))
    with pytest.raises(ValueError, match="not JSON") as caught:
        easy.ban_se(context, "mock://a.example")
    assert isinstance(caught.value, exceptions.ServerError)


def test_requests_of_easy_are_recorded_too(mock_fts: MockFTS) -> None:
    context = _context(mock_fts)
    with record_exchanges() as seen:
        easy.whoami(context)
    assert "/whoami" in seen[0].curl()
    assert str(mock_fts.credential("alice")) in seen[0].curl()
