from __future__ import annotations

import copy
import json
import math
import pickle
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from fts_client import UNSET, FTSUsageError, Job, JobParams, Transfer, models
from fts_client.states import is_terminal, is_terminal_file

SECRET = "eyJhbGciOi-SECRET-TOKEN"  # noqa: S105


@pytest.mark.parametrize("name", models.__all__)
def test_every_result_can_be_imported_from_models(name: str) -> None:
    assert getattr(models, name).__name__ == name


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
    transfer = Transfer(
        "mock://a/f", "mock://b/f", source_tokens=SECRET, destination_tokens=[SECRET]
    )
    job = Job([transfer])
    assert SECRET not in repr(job) + str(job)
    assert transfer.to_dict()["source_tokens"] == [SECRET]


def test_job_shows_only_what_was_given() -> None:
    job = Job([Transfer("mock://a/f", "mock://b/f", filesize=0)], params=JobParams(retry=None))
    assert repr(job) == (
        "Job(transfers=(Transfer(sources=('mock://a/f',), destinations=('mock://b/f',), filesize=0),), "
        "params=JobParams(retry=None))"
    )


@pytest.mark.parametrize("scitag", [64, 65536, -1, 0, "64"])
def test_transfer_with_a_scitag_out_of_range_is_refused(scitag: Any) -> None:
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


# --- values --------------------------------------------------------------------------------------


class _Scalar:
    """A number of another library, as numpy's and those of data frames are."""

    def __init__(self, value: Any) -> None:
        self.item = lambda: value


class _Integer:
    def __index__(self) -> int:
        return 4


@pytest.mark.parametrize("number", [4, 4.0, "4", " 4 ", _Scalar(4), _Integer()])
def test_number_of_any_kind_is_sent_as_an_int(number: Any) -> None:
    params = JobParams(priority=number, retry=number, job_metadata={"n": _Scalar(4)}).to_dict()
    assert params == {"priority": 4, "retry": 4, "job_metadata": {"n": 4}}
    assert [type(params[name]) for name in ("priority", "retry")] == [int, int]
    transfer = Transfer("mock://a/f", "mock://b/f", filesize=number, metadata={"n": _Integer()})
    assert json.dumps(transfer.to_dict()["filesize"]) == "4"
    assert transfer.metadata == {"n": 4}


def test_flag_of_another_library_is_sent_as_a_bool() -> None:
    assert JobParams(overwrite=_Scalar(bool("yes"))).overwrite is True  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [1.5, math.nan, "x", Decimal(4), object(), [4]])
def test_number_that_is_not_whole_is_refused_by_the_name_of_its_field(bad: Any) -> None:
    for name in ("retry", "buffer_size", "nostreams", "timeout"):
        with pytest.raises(FTSUsageError, match=f"{name} must be a whole number"):
            JobParams(**{name: bad})
    with pytest.raises(FTSUsageError, match="filesize must be a whole number"):
        Transfer("mock://a/f", "mock://b/f", filesize=bad)


@pytest.mark.parametrize("bad", [Decimal(1), datetime(2026, 1, 1), object(), [True]])  # noqa: DTZ001
def test_value_of_another_type_is_refused_by_the_name_of_its_field(bad: Any) -> None:
    for name in ("overwrite", "verify_checksum", "max_time_in_queue", "target_qos"):
        with pytest.raises(FTSUsageError, match=f"{name} must be "):
            JobParams(**{name: bad})


@pytest.mark.parametrize("bad", [0, 6, -1, "9", 6.0])
def test_priority_out_of_range_is_refused(bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="priority must be 1 to 5"):
        JobParams(priority=bad)


def test_negative_seconds_are_refused() -> None:
    with pytest.raises(FTSUsageError, match="retry_delay must be at least 0"):
        JobParams(retry_delay=-1)


@pytest.mark.parametrize("bad", ["1a2b3c4d", "ADLER32:", ":1a2b", "ADLER32 1a", "MD5:" + "a" * 97])
def test_checksum_that_no_server_can_use_is_refused(bad: str) -> None:
    with pytest.raises(FTSUsageError, match="checksum must be ALGORITHM:value"):
        Transfer("mock://a/f", "mock://b/f", checksum=bad)


@pytest.mark.parametrize("good", ["ADLER32:1a2b3c4d", "md5:" + "a" * 96, "ADLER32", "sha-256", ""])
def test_checksum_with_an_algorithm_is_sent(good: str) -> None:
    transfer = Transfer("mock://a/f", "mock://b/f", checksum=good)
    assert transfer.to_dict()["checksum"] == good


@pytest.mark.parametrize(
    "bad",
    [
        *("/data/f", "word", "//host/f", "https:/host/f", "https:///f", "https://:8443/f"),
        *("file:///etc/hosts", "https://?a", "https://[::1/f", "https://user@/f"),
        *("mock://a/é", "mock://日本/f", "mock://a/" + "f" * 1092, f"mock://{'a' * 249}/f"),
    ],
)
def test_surl_that_no_server_takes_is_refused(bad: str) -> None:
    for pair in ((bad, "mock://b/f"), ("mock://b/f", bad), (["mock://b/f", bad], "mock://c/f")):
        with pytest.raises(FTSUsageError, match="A SURL must"):
            Transfer(*pair)


@pytest.mark.parametrize(
    "good",
    [
        *(
            "mock://a",
            "mock://a?x=1",
            "https://[::1]:8443/f",
            "davs://user:pw@host:1/f",
            " mock://a/f",
        ),
        *(
            "srm://h:8446/srm/v2?SFN=/x y",
            "s3s://b/%C3%A9#x",
            "mock://a/" + "f" * 1091,
            f"mock://{'a' * 248}:1/f",
        ),
    ],
)
def test_surl_that_a_server_may_take_is_sent_as_it_is(good: str) -> None:
    assert Transfer(good, "mock://b/f").sources == (good,)


def test_refused_surl_does_not_show_its_secrets() -> None:
    with pytest.raises(FTSUsageError) as caught:
        Transfer("davs://me:s3cr3t@host/é?authz=t0ken&x=t0ken", "mock://b/f")
    assert "'davs://host/é'" in str(caught.value)
    assert "s3cr3t" not in str(caught.value)
    assert "t0ken" not in str(caught.value)


# --- metadata and what has no field --------------------------------------------------------------


def test_metadata_are_what_the_server_will_see() -> None:
    given: Any = MappingProxyType({7: (1, 2), True: "x", None: {"a": MappingProxyType({})}})
    seen = {"7": [1, 2], "true": "x", "null": {"a": {}}}
    assert JobParams(job_metadata=given).job_metadata == seen
    transfer = Transfer("mock://a/f", "mock://b/f", metadata=given, archive_metadata=given)
    assert transfer.to_dict()["metadata"] == transfer.to_dict()["archive_metadata"] == seen


def test_metadata_encoder_writes_what_json_cannot_hold() -> None:
    when = datetime(2026, 1, 2)  # noqa: DTZ001
    params = JobParams(
        job_metadata={"t": [when]}, metadata_encoder=lambda value: value.isoformat()
    )
    transfer = Transfer("mock://a/f", "mock://b/f", metadata={"t": when}, metadata_encoder=str)
    assert params.to_dict() == {"job_metadata": {"t": ["2026-01-02T00:00:00"]}}
    assert transfer.metadata == {"t": "2026-01-02 00:00:00"}
    assert pickle.loads(pickle.dumps(params)) == copy.deepcopy(params) == params  # noqa: S301


@pytest.mark.parametrize("bad", [{"t": Decimal(1)}, {"a": {1}}, {"a": b"x"}, {"\ud800": 1}])
def test_metadata_that_json_cannot_hold_are_refused_by_name(bad: Any) -> None:
    with pytest.raises(FTSUsageError, match=r"^job_metadata cannot be written as JSON"):
        JobParams(job_metadata=bad)
    with pytest.raises(FTSUsageError, match=r"^staging_metadata cannot be written as JSON"):
        Transfer("mock://a/f", "mock://b/f", staging_metadata=bad)


def test_extra_is_sent_as_it_stands() -> None:
    transfer = Transfer("mock://a/f", "mock://b/f", extra={"new": (1, {"x": None})})
    job = Job([transfer], params=JobParams(retry=1, extra={"account": "root"}), extra={"top": 1})
    body = job.to_dict()
    assert body["files"][0] == {
        **Transfer("mock://a/f", "mock://b/f").to_dict(),
        "new": [1, {"x": None}],
    }
    assert body["params"] == {"retry": 1, "account": "root"}
    assert body["top"] == 1
    assert "root" not in repr(job)


@pytest.mark.parametrize("bad", [5, [("a", 1)], {"a": object()}, {"retry": 1}, {"sid": "x"}])
def test_extra_that_is_not_json_or_has_a_field_is_refused(bad: Any) -> None:
    with pytest.raises(FTSUsageError, match="extra"):
        JobParams(extra=bad)


@pytest.mark.parametrize("name", ["files", "params", "transfers"])
def test_extra_of_a_job_does_not_replace_its_files(name: str) -> None:
    with pytest.raises(FTSUsageError, match="not in extra"):
        Job([Transfer("mock://a/f", "mock://b/f")], extra={name: []})


BODY = {
    "files": [
        {"sources": ["mock://a/f"], "destinations": ["mock://b/f"], "filesize": 0, "new": 1},
        {
            "sources": ["mock://a/g", "mock://c/g"],
            "destinations": ["mock://b/g"],
            "checksum": None,
        },
    ],
    "params": {"verify_checksum": "both", "job_metadata": {"a": [1]}, "account": "root"},
    "top": 1,
}


def test_job_is_built_from_the_body_of_a_request_and_gives_it_back() -> None:
    job = Job.from_dict(BODY)
    assert job.to_dict() == BODY
    assert job.transfers[0].extra == {"new": 1}
    assert (job.params.verify_checksum, job.params.extra) == ("both", {"account": "root"})
    assert Job.from_dict(job.to_dict()) == job
    assert Job.from_dict({**BODY, "params": None}).params == JobParams()


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        {},
        {"files": []},
        {"files": "mock://a/f"},
        {"files": [5]},
        {"files": [{"sources": "mock://a/f"}]},
        {**BODY, "params": [1]},
        {**BODY, "params": {"priority": 9}},
        {**BODY, "transfers": []},
    ],
)
def test_body_that_is_not_a_job_is_refused(bad: Any) -> None:
    with pytest.raises(FTSUsageError):
        Job.from_dict(bad)


def test_file_without_its_surls_cannot_be_transferred_again() -> None:
    with pytest.raises(FTSUsageError, match="no source_surl"):
        Transfer.like({"dest_surl": "mock://b/f"})
