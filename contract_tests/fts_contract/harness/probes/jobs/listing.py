"""Lists of jobs and files: filters, limits, time windows and fields return exactly what was asked for."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING
from urllib.parse import quote

from fts_contract.harness.exchange_checks.job_rows import ENDED_JOBS
from fts_contract.harness.exchange_checks.times import parse_time
from fts_contract.harness.probes.answers import (
    find,
    listed,
    record,
    rows,
    same,
)
from fts_contract.harness.probes.fault import Fault, NotApplicableError
from fts_contract.harness.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["PROBES"]

_OLD_MIN = 10
_ANCIENT_MIN = 7 * 24 * 60
_ENDED = ",".join(sorted(ENDED_JOBS))
_ACTIVE = "SUBMITTED,READY,ACTIVE"
_ALL = f"{_ACTIVE},STAGING,{_ENDED}"


def _limits(talk: Conversation) -> Iterator[Fault]:
    """Source: `limit` and `state_in` of "GET /jobs" as observed on FTS 3.13.4: the newest jobs first."""
    three = talk.ask("GET", f"/jobs?state_in={_ALL}&limit=3")
    there = len(listed(three))
    if there < 2:  # noqa: PLR2004 - a limit has an effect only where there are more
        raise NotApplicableError("there are fewer than two jobs")
    one = talk.ask("GET", f"/jobs?state_in={_ALL}&limit=1")
    yield from same(one, "number of jobs", len(listed(one)), 1, after="limit=1")
    if there > 3:  # noqa: PLR2004 - the limit
        yield from same(three, "number of jobs", there, 3, after="limit=3")
    times = [parse_time(job.get("submit_time")) for job in rows(three)]
    for newer, older in itertools.pairwise(times):
        if newer is not None and older is not None and newer < older:
            yield Fault(
                three,
                "the jobs are not sorted by submit_time, newest first, although there is a limit",
                "order",
            )
    for job in rows(one):
        wanted = str(job.get("job_state"))
        lower = talk.ask("GET", f"/jobs?state_in={quote(wanted.lower())}&limit=1")
        got = [row.get("job_state") for row in rows(lower)]
        # The job may have changed its state since; then another job is listed, or none.
        if got and got != [wanted]:
            yield from same(lower, "job_state", got, [wanted], after=f"state_in={wanted.lower()}")


def _windows(talk: Conversation) -> Iterator[Fault]:
    """Source: `time_window` of "GET /jobs" as observed on FTS 3.13.4: hours, or hours and minutes, of `job_finished`."""
    ended = talk.ask("GET", f"/jobs?state_in={_ENDED}&limit=50")
    now = ended.date
    # A job that has just ended would be listed even by a server that takes minutes for hours.
    aged = {
        job["job_id"]: (job, (now - end).total_seconds() / 60)
        for job in rows(ended)
        if now is not None and job.get("job_id") and (end := parse_time(job.get("job_finished")))
    }
    fit = [(job, age) for job, age in aged.values() if _OLD_MIN < age < _ANCIENT_MIN]
    if not fit:
        raise NotApplicableError(
            "the caller has no job that ended between 10 minutes and a week ago"
        )
    job, age = min(fit, key=lambda entry: entry[1])
    # Select its storages too, because many jobs may have ended on the server.
    place = "".join(
        f"&{name}={quote(str(job[name]), safe='')}"
        for name in ("source_se", "dest_se")
        if job.get(name)
    )
    hours = int(age // 60) + 2
    job_id = str(job["job_id"])
    for window, there in (
        (f"{hours}", True),
        (f"0:{int(age) + 60}", True),
        (f"0:{int(age) // 2}", False),
    ):
        answer = talk.ask("GET", f"/jobs?state_in={_ENDED}&time_window={window}{place}")
        yield from _holds(answer, [job_id] if there else [], [] if there else [job_id])


def _filters(talk: Conversation) -> Iterator[Fault]:
    """Source: the table of parameters of "GET /jobs" as observed on FTS 3.13.4."""
    mine, other = talk.submit(talk.file("list")), talk.submit(talk.file("list-other"))
    ended = talk.submit(talk.file("list"))
    talk.ask("DELETE", f"/jobs/{ended}")
    source, dest = talk.storage("list-from"), talk.storage("list-to")
    dn, dlg = quote(talk.identity.user_dn, safe=""), talk.identity.delegation_id
    for query, wanted, unwanted in (
        ("", [mine, other], [ended]),
        (f"source_se={source}", [mine], [other, ended]),
        (f"dest_se={dest}", [mine], [other, ended]),
        (f"source_se={source.upper()}", [mine], [other]),
        (f"source_se={source}x", [], [mine, other]),
        (f"source_se={source}&dest_se={talk.storage('list-other-to')}", [], [mine, other]),
        (f"user_dn={dn}&source_se={source}", [mine], [other, ended]),
        (f"dlg_id={dlg}&source_se={source}", [mine], [other, ended]),
        (f"vo_name={talk.vo}&source_se={source}", [mine], [other, ended]),
        (f"state_in={_ACTIVE}&source_se={source}", [mine], [other, ended]),
        (f"state_in={_ACTIVE}&limit=10&source_se={source}", [mine], [other, ended]),
        (f"state_in=CANCELED&source_se={source}", [], [mine, other, ended]),
        (f"state_in=CANCELED&limit=10&source_se={source}", [ended], [mine, other]),
        (f"state_in=CANCELED&limit=0&source_se={source}", [ended], [mine, other]),
        (f"state_in=CANCELED&time_window=1&source_se={source}", [ended], [mine, other]),
        (f"state_in=CANCELED&time_window=0:30&source_se={source}", [ended], [mine, other]),
        (f"state_in={_ACTIVE}&time_window=1&source_se={source}", [], [mine, other, ended]),
        ("state_in=NO_SUCH_STATE&limit=10", [], [mine, other, ended]),
    ):
        yield from _holds(talk.ask("GET", f"/jobs?{query}"), wanted, unwanted)


def _of_files(talk: Conversation) -> Iterator[Fault]:
    """Source: the table of parameters of "GET /files" as observed on FTS 3.13.4."""
    mine, other = talk.submit(talk.file("files")), talk.submit(talk.file("files-other"))
    ended = talk.submit(talk.file("files"))
    talk.ask("DELETE", f"/jobs/{ended}")
    source, dest = talk.storage("files-from"), talk.storage("files-to")
    surl = quote(talk.file("files")["destinations"][0], safe="")
    for query, wanted, unwanted in (
        (f"source_se={source}", [mine], [other, ended]),
        (f"dest_se={dest}", [mine], [other, ended]),
        (f"dest_surl={surl}", [mine], [other, ended]),
        (f"source_se={source}&state_in={_ACTIVE}", [mine], [other, ended]),
        (f"source_se={source}&state_in=CANCELED", [], [mine, other]),
        (f"source_se={source}&dest_se={talk.storage('files-other-to')}", [], [mine, other]),
        (f"source_se={source}&vo_name={talk.vo}", [mine], [other, ended]),
    ):
        yield from _holds(talk.ask("GET", f"/files?{query}"), wanted, unwanted)
    pair = talk.submit(talk.file("files-pair"), talk.file("files-pair"))
    answer = talk.ask("GET", f"/files?source_se={talk.storage('files-pair-from')}")
    got = [row.get("job_id") for row in rows(answer)]
    yield from same(answer, "files", got, [pair] * 2, after="a submission of two files")


def _holds(answer: Exchange, wanted: list[str], unwanted: list[str]) -> Iterator[Fault]:
    query = answer.target.partition("?")[2]
    where = "&".join(sorted(part.partition("=")[0] for part in query.split("&")))
    for job_id in wanted:
        if find(answer, job_id=job_id) is None:
            yield Fault(
                answer, f"a job that matches {query or 'the empty query'} is missing", where
            )
    for job_id in unwanted:
        if find(answer, job_id=job_id) is not None:
            yield Fault(
                answer, f"a job that does not match {query or 'the empty query'} is listed", where
            )
    ids = [(str(row.get("job_id")), str(row.get("file_id"))) for row in rows(answer)]
    if len(set(ids)) < len(ids):
        yield Fault(answer, "an entry is listed twice", where)


def _selections(talk: Conversation) -> Iterator[Fault]:
    """Source: `fields` of "GET /jobs", `files` of "GET /jobs/{ids}" as observed on FTS 3.13.4."""
    job_id = talk.submit(talk.file("select"), talk.file("select-b"))
    answer = talk.ask("GET", f"/jobs/{job_id}?files=file_id,source_surl,no_such_name")
    got = record(answer).get("files")
    keys = (
        [sorted(file) for file in got if isinstance(file, dict)] if isinstance(got, list) else got
    )
    yield from same(
        answer, "files", keys, [["file_id", "source_surl"]] * 2, after="files=file_id,source_surl"
    )
    plain = talk.ask("GET", f"/jobs/{job_id}")
    if "files" in record(plain):
        yield Fault(plain, "the job has files, although the query does not ask for them", "files")
    answer = talk.ask("GET", "/jobs?fields=job_id,priority,no_such_name&limit=2")
    for job in rows(answer):
        yield from same(
            answer, "fields", sorted(job), ["job_id", "priority"], after="fields=job_id,priority"
        )
    whole = talk.ask("GET", f"/jobs/{job_id},{job_id}")
    ids = [job.get("job_id") for job in rows(whole)]
    yield from same(whole, "jobs", ids, [job_id, job_id], after="the same id twice")


PROBES = (
    Probe(
        check="list-limit",
        meaning="a limit returns another number of jobs, or not the newest first",
        operations=("list_jobs",),
        profile="safe",
        run=_limits,
    ),
    Probe(
        check="list-window",
        meaning="`time_window` leaves out jobs that ended within it, or lists older ones",
        operations=("list_jobs",),
        profile="safe",
        run=_windows,
    ),
    Probe(
        check="list-filter",
        meaning="a filter of GET /jobs leaves out jobs that match, or lists others",
        operations=("list_jobs",),
        run=_filters,
    ),
    Probe(
        check="file-filter",
        meaning="a filter of GET /files leaves out files that match, or lists others",
        operations=("list_files",),
        run=_of_files,
    ),
    Probe(
        check="field-selection",
        meaning="`files=` or `fields=` returns other fields than those asked for",
        operations=("get_jobs", "list_jobs"),
        run=_selections,
    ),
)
