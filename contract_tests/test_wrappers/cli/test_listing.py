"""`fts list` and the filters that it shares with `fts files`: what is shown, how many requests, and what is refused."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Literal

import attrs
import pytest

from fts_contract.mock import Fault
from fts_contract.mock.app import App

if TYPE_CHECKING:
    from collections.abc import Callable

    from test_wrappers.cli.conftest import Fts, Terminal, Wire

    from fts_contract.mock import MockFTS

    Start = Callable[..., Terminal]

A, B = "davs://a.example.org", "davs://b.example.org"


def test_a_row_tells_files_submission_vo_user_and_link(fts: Fts, mock: MockFTS) -> None:
    job = mock.state.add_job(
        job_state="ACTIVE",
        files=({"file_state": "FINISHED"}, {"file_state": "ACTIVE"}),
        source_se=A,
        dest_se=B,
        submit_time="2026-01-02T03:04:05",
    )
    expected = f"{job.job_id}  ACTIVE  1/2  2026-01-02 03:04:05 UTC  testvo  alice  {A} -> {B}\n"
    assert fts("list").out == expected


def test_sources_that_differ_are_shown_as_several(fts: Fts, mock: MockFTS) -> None:
    mock.state.add_job(source_se=None, dest_se=B)
    assert fts("list").out.endswith(f"  (several) -> {B}\n")


def test_terminal_shows_a_header_and_folds_rows(terminal: Start, mock: MockFTS) -> None:
    jobs = [mock.state.add_job(source_se=A, dest_se=B) for _ in range(2)]
    shown = terminal("list", columns=80)
    assert shown.end() == 0
    first, second, *rest = [line for line in shown.lines if line]
    assert first.startswith("JOB ID ")
    assert "FILES  SUBMITTED" in first
    assert second.strip() == "VO      USER   SOURCE -> DESTINATION"
    assert [line[:36] for line in rest[::2]] == [job.job_id for job in reversed(jobs)]
    # Indented, so that commands that read job ids skip them.
    assert all(line == f"  testvo  alice  {A} -> {B}" for line in rest[1::2])
    assert max(map(len, shown.lines)) <= 80
    wide = terminal("list", columns=200)
    assert wide.end() == 0
    assert len([line for line in wide.lines if line]) == 3


def test_list_takes_two_small_requests(fts: Fts, mock: MockFTS, wire: Wire) -> None:
    for _ in range(3):
        mock.state.add_job()
    assert fts("list").code == 0
    (_, first, _), (_, second, _) = wire.requests
    assert first.startswith("/jobs?")
    assert "fields=job_id" in first
    assert second.endswith("?files=file_state")


def test_hundred_newest_jobs_are_shown_and_all_on_demand(fts: Fts, mock: MockFTS) -> None:
    jobs = [
        mock.state.add_job(submit_time=f"2026-01-01T{n // 60:02}:{n % 60:02}:00").job_id
        for n in range(103)
    ]
    some = fts("list")
    assert [line.split()[0] for line in some.out.splitlines()] == jobs[:2:-1]
    assert some.err == "fts: these are the 100 newest jobs; --all lists all of them\n"
    everything = fts("list", "--all", "--quiet")
    assert everything.out.split() == jobs[::-1]
    assert everything.err == ""


def test_exactly_a_hundred_jobs_are_all(fts: Fts, mock: MockFTS) -> None:
    for _ in range(100):
        mock.state.add_job()
    assert fts("list").err == ""


def test_jobs_that_ended_are_found_without_limit_and_window(fts: Fts, mock: MockFTS) -> None:
    job_id = mock.state.add_job(job_state="FINISHED").job_id
    assert fts("list", "--state", "finished", "-q").out == f"{job_id}\n"
    assert fts("list", "--state", "FINISHED", "--all", "-q").out == f"{job_id}\n"


def test_time_window_alone_finds_every_job_that_ended(fts: Fts, mock: MockFTS) -> None:
    mock.state.add_job()
    ended = {mock.state.add_job(job_state=state).job_id for state in ("FINISHED", "FAILED")}
    assert set(fts("list", "--time-window", "1", "-q").out.split()) == ended
    two = fts("list", "--time-window", "1", "-q", "--state", "FINISHED,FAILED")
    assert set(two.out.split()) == ended


def test_files_of_more_than_500_jobs_are_not_counted(fts: Fts, mock: MockFTS, wire: Wire) -> None:
    for _ in range(501):
        mock.state.add_job()
    result = fts("list", "--all")
    assert len(result.out.splitlines()) == 501
    assert result.err == "fts: 501 jobs: their files are not counted\n"
    assert re.search(r"  SUBMITTED  -  20", result.out)
    assert len(wire.requests) == 1


def test_json_is_what_the_server_answers(fts: Fts, mock: MockFTS) -> None:
    job_id = mock.state.add_job(priority=4).job_id
    (job,) = json.loads(fts("list", "--json").out)
    assert (job["job_id"], job["priority"]) == (job_id, 4)


def test_quiet_ids_can_be_canceled(fts: Fts, mock: MockFTS) -> None:
    jobs = [mock.state.add_job() for _ in range(2)]
    ids = fts("list", "--quiet").out
    assert set(ids.split()) == {job.job_id for job in jobs}
    assert set(fts("cancel", "-", "--quiet", stdin=ids).out.split()) == set(ids.split())
    assert {job.job_state for job in jobs} == {"CANCELED"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("list", "--state", "FINISHD"), "Did you mean FINISHED?"),
        (("list", "--state", "zzz"), "SUBMITTED"),
        (("files", "--state", "NOTUSED"), "Did you mean NOT_USED?"),
        (("files", "--state", "FAILED"), "job by job"),
        (("list", "--source-se", "a.org"), "davs://a.org"),
        (("files", "--dest-se", "a.org"), "davs://a.org"),
        (("list", "--dest-se", "davs://a.org:443/x"), "Did you mean davs://a.org?"),
        (("list", "--all", "--limit", "3"), "exclude each other"),
        (("list", "--time-window", "1", "--limit", "3"), "exclude each other"),
        (("list", "--time-window", "1", "--state", "ACTIVE"), "have ended"),
    ],
)
def test_filter_that_finds_nothing_is_refused(
    fts: Fts, wire: Wire, arguments: tuple[str, ...], words: str
) -> None:
    result = fts(*arguments)
    assert result.code == 2
    assert words in result.err
    assert wire.requests == []


@pytest.mark.parametrize("command", ["list", "files"])
def test_vo_that_is_not_shown_is_refused_with_candidates(
    fts: Fts, mock: MockFTS, command: str
) -> None:
    mock.state.add_job()
    # FTS lists the jobs of alice's own VO in place of those of another.
    refused = fts(command, "--vo", "atlas")
    assert (refused.code, refused.out) == (1, "")
    assert "only jobs of the VO testvo" in refused.err
    unknown = fts(command, "--vo", "testv", who="root")
    assert (unknown.code, unknown.out) == (1, "")
    assert "testvo" in unknown.err.partition("There are jobs of")[2]
    assert fts(command, "--vo", "testvo").code == 0
    assert fts(command, "--vo", "testvo", who="root").code == 0


# Last, as the server may record a request that it cut off when the next test has begun.
@pytest.mark.parametrize("kind", ["malformed", "truncated"])
@pytest.mark.usefixtures("pauses")
def test_an_answer_that_is_not_a_list_of_jobs_is_an_error_in_a_line(
    fts: Fts, mock: MockFTS, kind: Literal["malformed", "truncated"]
) -> None:
    mock.state.add_job()
    mock.faults.add(Fault(kind, "GET /jobs", count=None))
    result = fts("list")
    assert (result.code, result.out) == (4, "")
    assert result.err.count("\n") == 1
    assert "please report" not in result.err


def test_list_of_something_else_than_jobs_is_an_error(
    fts: Fts, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = App._answer

    def changed(self: App, *arguments: Any, **named: Any) -> Any:
        reply = answer(self, *arguments, **named)
        return attrs.evolve(reply, body=b'[{"job_id": 5}]') if reply.body == b"[]" else reply

    monkeypatch.setattr(App, "_answer", changed)
    result = fts("list")
    assert (result.code, result.out) == (4, "")
    assert "not a list of complete jobs" in result.err


def test_vos_that_may_not_be_listed_leave_the_filter_alone(fts: Fts, mock: MockFTS) -> None:
    mock.faults.add(Fault("status", "GET /autocomplete", status=403, count=None))
    result = fts("list", "--vo", "nobody", who="root")
    assert (result.code, result.out) == (0, "")


def test_time_that_cannot_be_read_is_shown_as_it_is(fts: Fts, mock: MockFTS) -> None:
    mock.state.add_job(submit_time="the other day")
    assert "  the other day  " in fts("list").out
