"""`easy` for administrators, against the mock: bans, and cancelling jobs of all users."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fts_client import easy
from fts_client.easy import exceptions

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS


def as_user(mock: MockFTS, name: str) -> easy.Context:
    return easy.Context(mock.endpoint, ucert=mock.credential(name), capath=mock.ca_dir)


def submitted(context: easy.Context) -> str:
    transfer = easy.new_transfer("mock://a.example/f", "mock://b.example/f?time=100")
    return easy.submit(context, easy.new_job([transfer]))


def test_banned_storage_is_refused_until_the_ban_is_lifted(mock_fts: MockFTS) -> None:
    admin, alice = as_user(mock_fts, "admin"), as_user(mock_fts, "alice")
    job_id = submitted(alice)
    assert easy.ban_se(admin, "mock://a.example") == [job_id]
    with pytest.raises(exceptions.Unauthorized):
        submitted(alice)
    easy.unban_se(admin, "mock://a.example")
    assert submitted(alice)


def test_banned_user_is_refused_until_the_ban_is_lifted(mock_fts: MockFTS) -> None:
    admin, alice = as_user(mock_fts, "admin"), as_user(mock_fts, "alice")
    job_id, dn = submitted(alice), easy.whoami(alice)["user_dn"]
    assert easy.ban_dn(admin, dn) == [job_id]
    with pytest.raises(exceptions.Unauthorized):
        submitted(alice)
    easy.unban_dn(admin, dn)
    assert submitted(alice)


def test_only_root_cancels_the_jobs_of_all_users(mock_fts: MockFTS) -> None:
    root, alice = as_user(mock_fts, "root"), as_user(mock_fts, "alice")
    with pytest.raises(exceptions.Unauthorized):
        easy.cancel_all(alice)
    job_id = submitted(alice)
    assert easy.cancel_all(root, "othervo")["affected_jobs"] == 0
    assert easy.get_job_status(alice, job_id)["job_state"] == "SUBMITTED"
    assert easy.cancel_all(root)["affected_jobs"] == 1
    assert easy.get_job_status(alice, job_id)["job_state"] == "CANCELED"
