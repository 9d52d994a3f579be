from __future__ import annotations

import json

import pytest

from fts_client import UNSET, FTSUsageError, Job, JobParams, Transfer, models
from fts_client.states import is_terminal, is_terminal_file

SECRET = "eyJhbGciOi-SECRET-TOKEN"  # noqa: S105


@pytest.mark.parametrize("name", models.__all__)
def test_every_result_can_be_imported_from_models(name: str) -> None:
    assert getattr(models, name).__name__ == ("Job" if name == "JobRecord" else name)


def test_name_that_models_lacks_raises_attribute_error() -> None:
    with pytest.raises(AttributeError, match="JobError"):
        models.JobError  # type: ignore[attr-defined]  # noqa: B018


def test_transfer_sends_only_what_was_given() -> None:
    assert Transfer("mock://a/f", "mock://b/f").to_dict() == {
        "sources": ["mock://a/f"],
        "destinations": ["mock://b/f"],
    }


def test_transfer_tells_null_from_not_given() -> None:
    transfer = Transfer("mock://a/f", "mock://b/f", checksum=None, filesize=0)
    entry = transfer.to_dict()
    assert entry["checksum"] is None
    assert entry["filesize"] == 0
    assert "activity" not in entry


def test_transfer_takes_several_sources() -> None:
    transfer = Transfer(["mock://a/f", "mock://c/f"], "mock://b/f")
    assert transfer.to_dict()["sources"] == ["mock://a/f", "mock://c/f"]


def test_transfer_never_shows_its_tokens() -> None:
    transfer = Transfer("a", "b", source_tokens=SECRET, destination_tokens=[SECRET])
    job = Job([transfer])
    assert SECRET not in repr(job) + str(job)
    assert transfer.to_dict()["source_tokens"] == [SECRET]


@pytest.mark.parametrize("scitag", [64, 65536, -1])
def test_transfer_with_a_scitag_out_of_range_is_refused(scitag: int) -> None:
    with pytest.raises(FTSUsageError, match="scitag"):
        Transfer("mock://a/f", "mock://b/f", scitag=scitag)


def test_transfer_without_a_source_is_refused() -> None:
    with pytest.raises(FTSUsageError):
        Transfer([], "mock://b/f")


def test_job_always_has_params_since_token_users_need_them() -> None:
    body = Job([Transfer("mock://a/f", "mock://b/f")]).to_dict()
    assert body["params"] == {}
    assert len(body["files"]) == 1


def test_job_params_are_json_and_keep_false() -> None:
    params = JobParams(overwrite=False, job_metadata={"a": [1]}, bring_online=-1)
    assert json.loads(json.dumps(params.to_dict())) == {
        "overwrite": False,
        "job_metadata": {"a": [1]},
        "bring_online": -1,
    }


def test_unset_is_false_and_names_itself() -> None:
    assert not UNSET
    assert repr(UNSET) == "UNSET"


@pytest.mark.parametrize(
    ("state", "terminal"),
    [
        ("FINISHED", True),
        ("FINISHEDDIRTY", True),
        ("FAILED", True),
        ("CANCELED", True),
        ("finished", True),
        ("ARCHIVING", False),
        ("STAGING", False),
        ("A_STATE_OF_NEXT_YEAR", False),
    ],
)
def test_is_terminal(state: str, *, terminal: bool) -> None:
    assert is_terminal(state) is terminal


def test_a_file_that_is_not_used_is_not_terminal() -> None:
    assert not is_terminal_file("NOT_USED")
    assert is_terminal_file("CANCELED")
