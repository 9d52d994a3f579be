"""The parts of `easy` that send nothing: the builders of transfers and jobs, and the exceptions."""

from __future__ import annotations

import json

import pytest

from fts_client import easy
from fts_client.easy import exceptions


def test_new_transfer_with_defaults_is_what_the_official_client_makes() -> None:
    assert easy.new_transfer("mock://a/f", "mock://b/f") == {
        "sources": ["mock://a/f"],
        "destinations": ["mock://b/f"],
        "checksum": "ADLER32",
        "selection_strategy": "auto",
    }


def test_new_transfer_leaves_out_what_is_empty() -> None:
    transfer = easy.new_transfer("a", "b", checksum=None, filesize=0, metadata={}, activity="")
    assert set(transfer) == {"sources", "destinations", "selection_strategy"}


def test_new_transfer_with_one_token_only_is_refused() -> None:
    with pytest.raises(exceptions.ClientError, match="Both source and destination tokens"):
        easy.new_transfer("a", "b", source_token="x")  # noqa: S106 - made up


def test_new_transfer_with_two_tokens_wraps_them_in_lists() -> None:
    transfer = easy.new_transfer("a", "b", source_token="x", destination_token="y")  # noqa: S106
    assert transfer["source_tokens"] == ["x"]
    assert transfer["destination_tokens"] == ["y"]


@pytest.mark.parametrize("scitag", [64, 65536])
def test_new_transfer_with_a_scitag_out_of_range_is_refused(scitag: int) -> None:
    with pytest.raises(exceptions.ClientError, match="SciTag"):
        easy.new_transfer("a", "b", scitag=scitag)


def test_add_alternative_source_appends() -> None:
    transfer = easy.new_transfer("a", "b")
    assert easy.add_alternative_source(transfer, "c") is transfer
    assert transfer["sources"] == ["a", "c"]


def test_new_job_sends_every_parameter_with_the_official_default() -> None:
    job = easy.new_job([])
    assert job["files"] == []
    assert job["delete"] is None
    assert len(job["params"]) == 27
    given = {key: value for key, value in job["params"].items() if value not in (None, False)}
    assert given == {"retry": -1, "id_generator": "standard", "nostreams": 1}
    assert job["params"]["retry_delay"] == 0


def test_new_job_without_transfers_and_deletion_is_refused() -> None:
    with pytest.raises(exceptions.ClientError, match="No transfers"):
        easy.new_job()


def test_new_job_with_an_unknown_checksum_mode_is_refused() -> None:
    with pytest.raises(exceptions.ClientError, match="verify_checksum"):
        easy.new_job([], verify_checksum="sometimes")


@pytest.mark.parametrize(
    ("flags", "allowed"),
    [
        ({"overwrite": True}, True),
        ({"overwrite": True, "overwrite_on_retry": True}, False),
        ({"overwrite": True, "overwrite_hop": True}, False),
        ({"overwrite_hop": True, "overwrite_when_only_on_disk": True}, True),
        (
            {"overwrite_hop": True, "overwrite_when_only_on_disk": True, "overwrite": True},
            False,
        ),
    ],
)
def test_new_job_checks_the_overwrite_flags(flags: dict[str, bool], *, allowed: bool) -> None:
    if allowed:
        easy.new_job([], archive_timeout=100, **flags)  # type: ignore[arg-type]
    else:
        with pytest.raises(exceptions.ClientError, match="Incompatible overwrite flags"):
            easy.new_job([], archive_timeout=100, **flags)  # type: ignore[arg-type]


def test_new_job_only_on_disk_needs_an_archive_timeout() -> None:
    with pytest.raises(exceptions.ClientError, match="archive_timeout"):
        easy.new_job([], overwrite_when_only_on_disk=True, archive_timeout=0)


def test_new_job_warns_about_the_old_space_token() -> None:
    with pytest.warns(DeprecationWarning, match="destination_spacetoken"):
        job = easy.new_job([], spacetoken="OLD")
    assert job["params"]["destination_spacetoken"] == "OLD"


def test_new_staging_job_needs_a_positive_time() -> None:
    with pytest.raises(exceptions.ClientError, match="bring_online"):
        easy.new_staging_job(["mock://a/f"], bring_online=0)


def test_new_staging_job_stages_each_file_onto_itself() -> None:
    entry = {"surl": "mock://b/f", "metadata": {"m": 1}, "staging_metadata": {"s": 2}}
    job = easy.new_staging_job(["mock://a/f", entry], bring_online=60)
    assert [file["sources"] for file in job["files"]] == [["mock://a/f"], ["mock://b/f"]]
    assert job["files"][1]["metadata"] == {"m": 1}
    assert job["files"][1]["staging_metadata"] == {"s": 2}
    assert job["params"]["bring_online"] == 60


def test_build_submission_moves_job_parameters_into_files_that_lack_them() -> None:
    own, other = {"sources": ["a"], "checksum": "MD5:1"}, {"sources": ["b"]}
    body = easy.Submitter.build_submission(
        [own, other], checksum="ADLER32:2", file_metadata={"x": 1}, priority=2
    )
    job = json.loads(body)
    assert [file["checksum"] for file in job["files"]] == ["MD5:1", "ADLER32:2"]
    assert [file["metadata"] for file in job["files"]] == [{"x": 1}] * 2
    assert job["params"] == {"priority": 2}
    assert other == {"sources": ["b"]}


@pytest.mark.parametrize(
    ("name", "bases"),
    [
        ("BadEndpoint", {"FTS3ClientException"}),
        ("Unauthorized", {"FTS3ClientException"}),
        ("ClientError", {"FTS3ClientException"}),
        ("NeedDelegation", {"ClientError"}),
        ("FailedDependency", {"ClientError"}),
        ("ServerError", {"FTS3ClientException"}),
        ("TryAgain", {"ServerError"}),
        ("NotFound", {"FTS3ClientException"}),
        ("MethodNotAllowed", {"FTS3ClientException"}),
    ],
)
def test_exceptions_have_the_official_inheritance(name: str, bases: set[str]) -> None:
    assert {base.__name__ for base in getattr(exceptions, name).__bases__} == bases


def test_new_staging_job_refuses_what_is_neither_a_surl_nor_a_dict() -> None:
    with pytest.raises(AttributeError, match="tuple"):
        easy.new_staging_job([("mock://a/f",)], bring_online=60)  # type: ignore[list-item]


def test_jobs_that_delete_and_stage_are_written_as_the_official_client_does() -> None:
    job = easy.new_delete_job(["mock://a/f"], spacetoken="T", metadata={"m": 1}, priority=4)
    assert job["delete"] == ["mock://a/f"]
    assert job["params"]["source_spacetoken"] == "T"
    assert job["params"]["job_metadata"] == {"m": 1}
    body = easy.Submitter.build_submission(delete=job["delete"], params=job["params"])
    assert json.loads(body) == job
    staged = json.loads(easy.Submitter.build_submission(staging=["mock://a/f"]))
    assert staged == {"staging": ["mock://a/f"], "params": {}}
