"""The locks: what a profile may send, however a server might read the path."""

from __future__ import annotations

import re

import pytest

from fts_contract.harness.contract.operations import read_operations
from fts_contract.harness.sending.errors import LockedRequestError
from fts_contract.harness.sending.safety import (
    UNKNOWN_JOB_ID,
    FullLock,
    changes_nothing,
    safe_lock,
)
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.spec import load_spec

OWN = "5c100017-e6f5-11f1-9d01-02fc0000a001"
FOREIGN = "5c100018-e6f5-11f1-9d01-02fc0000a001"


@pytest.mark.parametrize(
    "path",
    [
        "/delegation/7ba5c996de416fe2/request",
        "//delegation//7ba5c996de416fe2//request",
        "/delegation/7ba5c996de416fe2/request/",
        "/delegation/x/%72equest",
        "/delegation/x%2Frequest",
        "/delegation/x/%2572equest",
        "/Delegation/x/Request",
        "/jobs/../delegation/x/request",
        "/jobs/%2e%2e/delegation/x/request?files=a",
        "/delegation/{delegation_id}/request",
        "/cs/access_request/dropbox/request",
        "/cs/access_grant/dropbox",
        "/cs/access_grant/drop%2Fbox",
        "/cs/access_grant/..%2Fdropbox",
        "/cs/access_grant/%252e%252e%252fdropbox",
        "/delegation/x%2F..%2Fy/request",
        "/oauth2/revoke/63f5bb0e-0a5f-4b87-a7a4-1f4d4a4d3b0a",
        "/oauth2/revoke/{client_id}",
        "/oauth2/token?grant_type=authorization_code",
    ],
)
def test_safe_lock_refuses_reads_that_write(path: str) -> None:
    assert safe_lock("GET", path) is not None


def test_every_get_that_the_document_marks_as_writing_is_refused() -> None:
    told = {
        operation.operation_id
        for operation in read_operations(load_spec())
        if operation.method == "GET"
        and re.search(r"GET\s+that\s+writes|stores", operation.raw.get("description", ""))
    }
    marked = {
        operation.operation_id
        for operation in read_operations(load_spec())
        if operation.method == "GET" and not changes_nothing("GET", operation.path)
    }
    assert len(told) >= 4
    assert told <= marked
    # Not observed: a code is used up. Source: RFC 6749 section 4.1.2.
    assert marked - told == {"get_oauth2_token"}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "QUERY", "TRACE"])
def test_safe_lock_refuses_every_other_method(method: str) -> None:
    assert safe_lock(method, "/jobs") is not None


def test_safe_lock_passes_head_and_options_where_get_only_reads() -> None:
    assert safe_lock("HEAD", "/jobs") is None
    assert safe_lock("HEAD", "/delegation/x/request") is not None
    assert safe_lock("OPTIONS", "/delegation/x/request") is None


@pytest.mark.parametrize(
    "path", ["/", "/jobs", "/jobs?limit=1", "/delegation/x", "/jobs/x/request", "/cs/registered/s"]
)
def test_safe_lock_passes_reads(path: str) -> None:
    assert safe_lock("GET", path) is None
    assert changes_nothing("GET", path)


@pytest.mark.parametrize("method", ["DELETE", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        f"/jobs/{FOREIGN}",
        f"/jobs/{OWN},{FOREIGN}",
        f"/jobs/{OWN}%2C{FOREIGN}",
        f"/jobs/{FOREIGN.upper()}",
        f"/jobs/%20{FOREIGN}%20",
        f"//jobs//{FOREIGN}",
        f"/jobs/{FOREIGN.replace('-', '')}",
        f"/jobs/{FOREIGN},x%2F..%2F{OWN}",
    ],
)
def test_full_lock_refuses_to_change_jobs_of_others(method: str, path: str) -> None:
    assert FullLock(own_job_ids=[OWN])(method, path) is not None


def test_full_lock_refuses_to_cancel_files_of_foreign_jobs() -> None:
    assert FullLock(own_job_ids=[OWN])("DELETE", f"/jobs/{FOREIGN}/files/1") is not None
    assert FullLock(own_job_ids=[OWN])("DELETE", f"/jobs/{OWN}/files/1") is None


@pytest.mark.parametrize("path", ["/jobs/all", "/jobs/vo/testvo", "/jobs/ALL", "//jobs/%61ll"])
def test_full_lock_refuses_to_cancel_everything(path: str) -> None:
    assert FullLock(own_job_ids=[OWN])("DELETE", path) is not None


def test_full_lock_passes_own_and_invented_jobs() -> None:
    own: list[str] = []
    lock = FullLock(own_job_ids=own)
    assert lock("DELETE", f"/jobs/{OWN}") is not None
    own.append(OWN)
    assert lock("DELETE", f"/jobs/{OWN}") is None
    assert lock("DELETE", f"/jobs/{OWN},{UNKNOWN_JOB_ID}") is None
    assert lock("POST", "/jobs/no-uuid") is None
    assert lock("POST", "/jobs") is None


def test_session_sends_nothing_that_the_lock_refuses() -> None:
    # Nobody listens there: a request that got past the lock would be a connection error.
    with GuardedSession(
        "http://127.0.0.1:1", credential=None, verify=True, timeout_s=1, lock=safe_lock
    ) as session:
        with pytest.raises(LockedRequestError, match="DELETE /jobs/x"):
            session.ask("DELETE", "/jobs/x", phase="test")
        with pytest.raises(LockedRequestError, match="leaves"):
            session.request("GET", "http://127.0.0.1:2/")
        assert session.sent == 0
