"""What a server shows of a job, as the parameters with which it was submitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fts_client import FTSUsageError, Job, JobParams, Transfer
from fts_client.jobs.stored import as_submitted

if TYPE_CHECKING:
    from fts_client import FTSClient

PAIR = Transfer("https://a.org/f", "https://b.org/f", checksum="ADLER32:1a2b3c4d")


@pytest.mark.parametrize(
    "given",
    [
        {"overwrite": True, "verify_checksum": "source"},
        {"overwrite_on_retry": True, "verify_checksum": "both"},
        {"overwrite_when_only_on_disk": True, "archive_timeout": 300},
        {"multihop": True, "overwrite_hop": True},
        {"multihop": True}
        | {"overwrite_hop": True, "overwrite_when_only_on_disk": True, "archive_timeout": 60},
        {"reuse": True, "priority": 1},
        {"bring_online": 100, "copy_pin_lifetime": 200, "target_qos": "DISK"},
        {"retry": -1, "retry_delay": 60, "dst_file_report": True},
        {"nostreams": 4, "timeout": 3600, "buffer_size": 1024, "strict_copy": True},
        {"disable_cleanup": True, "ipv4": True, "s3alternate": True},
        {"job_metadata": "nightly", "max_time_in_queue": "1800s"},
        {"job_metadata": {"a": [1, 2]}},
    ],
    ids=",".join,
)
def test_parameters_come_back_as_they_were_given(
    mock_fts_client: FTSClient, given: dict[str, Any]
) -> None:
    defaults = {"verify_checksum": "target", "priority": 3}
    hop = Transfer("https://b.org/f", "https://c.org/f", checksum="ADLER32:1a2b3c4d")
    hops = [PAIR, hop] if given.get("multihop") else [PAIR]
    job_id = mock_fts_client.submit(Job(hops, params=JobParams(**{**defaults, **given})))
    job = mock_fts_client.get_job(job_id)
    assert JobParams.like(job) == JobParams(**{**defaults, **given})
    assert JobParams.like(job.to_dict()) == JobParams.like(job)


def test_priority_outside_of_what_can_be_submitted_is_brought_into_it() -> None:
    # A change sets any number.
    assert JobParams.like({"priority": 99}) == JobParams(priority=5)
    assert JobParams.like({"priority": -3}) == JobParams(priority=1)


def test_a_job_of_which_nothing_is_known_has_no_parameters() -> None:
    assert JobParams.like({}) == JobParams()
    assert JobParams.like({"internal_job_params": "nostreams:x,new:1"}) == JobParams()


def test_file_without_a_destination_says_what_to_ask_for() -> None:
    with pytest.raises(FTSUsageError, match="Ask for both"):
        as_submitted({"source_surl": "https://a.org/f"})
