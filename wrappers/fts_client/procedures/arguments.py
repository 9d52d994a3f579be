"""Check what callers name - jobs, files, filters - and write it as requests need it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from operator import index
from typing import Any, Final, SupportsFloat, SupportsIndex, TypeVar

from fts_client.errors import FTSUsageError

T = TypeVar("T")

IDS_PER_REQUEST: Final = 100
"""Job ids in one path. Source: observed on FTS 3.13.4: 109 pass, 110 are answered 404 by the web server."""

_JOB_ID: Final = re.compile(r"[0-9A-Za-z_-]+")


def expect(value: object, kind: type[Any], what: str) -> None:
    """Refuse a value of another type."""
    if not isinstance(value, kind):
        raise FTSUsageError(f"{what} is required, got {type(value).__name__}")


def seconds_of_waits(
    *, timeout_s: object, poll_s: object, max_poll_s: object
) -> tuple[float, float, float]:
    """Return a time-out and pauses as seconds; a time-out may not be negative, and a pause not be nothing."""
    waits = (timeout_s, poll_s, max_poll_s)
    try:
        # Numbers of other libraries become numbers of Python, but a text does not become a number.
        timeout, poll, longest = (
            float(wait) if isinstance(wait, SupportsFloat | SupportsIndex) else math.nan
            for wait in waits
        )
    except (TypeError, ValueError, OverflowError):
        timeout, poll, longest = (math.nan,) * 3
    # Comparisons with NaN are false.
    if timeout >= 0 and 0 < poll <= longest:
        return timeout, poll, longest
    raise FTSUsageError(
        "timeout_s must be a number and not negative, poll_s more than 0 and max_poll_s not less than poll_s, "
        f"got {timeout_s!r}, {poll_s!r} and {max_poll_s!r}"
    )


def one_job_id(job_id: object) -> str:
    """Return a job id after checking its form."""
    # Any other text could lead to another path: "cancel the job all" would cancel all jobs.
    if not isinstance(job_id, str) or not _JOB_ID.fullmatch(job_id) or job_id == "all":
        raise FTSUsageError(f"One job id is required, got {job_id!r}")
    return job_id


def several_job_ids(job_ids: Iterable[str]) -> list[str]:
    """Return a list of job ids after checking the form of each; a single text is refused."""
    if isinstance(job_ids, str):
        raise FTSUsageError(f"A list of job ids is required, got the text {job_ids!r}")
    expect(job_ids, Iterable, "A list of job ids")
    return [one_job_id(job_id) for job_id in job_ids]


def file_id_of(file_id: object) -> int:
    """Return a file id as an int; integers of other libraries, such as numpy's, are accepted."""
    if not isinstance(file_id, SupportsIndex) or isinstance(file_id, bool):
        raise FTSUsageError(f"A file id must be an integer, got {file_id!r}")
    return index(file_id)


def chunks(ids: Sequence[T]) -> list[Sequence[T]]:
    """Split ids into as many as one path can hold."""
    return [ids[start : start + IDS_PER_REQUEST] for start in range(0, len(ids), IDS_PER_REQUEST)]


def query_of(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the filters that are None, and join lists with commas: of a repeated name FTS reads the first only."""
    query: dict[str, Any] = {}
    for name, value in filters.items():
        if value is None:
            continue
        many = isinstance(value, Iterable) and not isinstance(value, str)
        try:
            query[name] = ",".join(value) if many else value
        except TypeError:
            raise FTSUsageError(f"{name} must hold texts, got {value!r}") from None
        if many and not query[name]:
            # The server would take it for no filter at all.
            raise FTSUsageError(f"{name} is empty; leave it out, or give at least one value")
    return query
