"""Probes of jobs: silent on the clean mock, and each finds what is wrong with a mock that has one defect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from unittest.mock import ANY

import attrs
import pytest
from test_harness.probes.probe_bench import (
    Bench,
    edited,
    freeing_sids_of,
    ignoring,
    instead,
    remembering_nothing,
    same_put_same_job,
    sent,
    then,
)

from fts_contract.harness.probes.jobs import (
    cancelling,
    life,
    listing,
    modifying,
    once,
    submitting,
)
from fts_contract.mock.clock import wire_time
from fts_contract.mock.errors import APIError
from fts_contract.mock.exchange import json_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from test_harness.probes.probe_bench import Change

    from fts_contract.mock import MockFTS
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.records import Job

    Handler = Callable[[Call], Reply]

MODULES = (cancelling, life, listing, modifying, once, submitting)
# Probes that need a level have tests of their own.
CHECKS = [
    "hundred-ids",
    "storage-files",
    *(probe.check for module in MODULES for probe in module.PROBES if probe.level is None),
]

SUBMIT, CANCEL, MODIFY = "POST /jobs", "DELETE /jobs/{job_ids}", "POST /jobs/{job_ids}"
GET, FILES, FIELD = "GET /jobs/{job_ids}", "GET /jobs/{job_id}/files", "GET /jobs/{job_id}/{field}"


def windowed(edit: Callable[[str], str]) -> Change:
    """Let the server read another `time_window` than was sent."""

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            pairs = dict(call.query)
            if "time_window" in pairs:
                pairs["time_window"] = edit(pairs["time_window"])
            return handler(attrs.evolve(call, query=pairs))

        return handle

    return change


in_minutes = windowed(lambda text: f"0:{text}" if text.isdecimal() else text)
ignoring_the_minutes = windowed(lambda _: "1000")


def without(**wrong: Any) -> Callable[[Any, Call], Any]:
    """Put wrong values into an object."""
    return lambda data, _call: {**data, **wrong}


def on_jobs(act: Callable[[Job], object]) -> Change:
    """Do something to the jobs of the path after the request."""

    def handle(call: Call) -> None:
        for job_id in call.params["job_ids"].split(","):
            job = call.state.find(job_id)
            if job is not None:
                act(job)

    return then(handle)


def on_new_job(act: Callable[[Job], object]) -> Change:
    """Do something to a job when it was submitted."""

    def change(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            reply = handler(call)
            job = call.state.find(json.loads(reply.body).get("job_id", ""))
            if job is not None:
                act(job)
            return reply

        return handle

    return change


def revive_files(job: Job) -> None:
    for file in job.files:
        file.file_state = "SUBMITTED"


def wake_waiting(job: Job) -> None:
    for file in job.files:
        if file.file_state == "NOT_USED":
            file.file_state = "SUBMITTED"


def lose_checksum(job: Job) -> None:
    for file in job.files:
        file.checksum = "ADLER32"


def old_priority(job: Job) -> None:
    for file in job.files:
        file.priority = 2


def twice(handler: Handler) -> Handler:
    def handle(call: Call) -> Reply:
        handler(call)
        return handler(call)

    return handle


def one_more(handler: Handler) -> Handler:
    """Give one more than the limit."""

    def handle(call: Call) -> Reply:
        query = dict(call.query)
        if query.get("limit", "0") != "0":
            query["limit"] = str(int(query["limit"]) + 1)
        return handler(attrs.evolve(call, query=query))

    return handle


def any_type(handler: Handler) -> Handler:
    """Cancel files of every kind of job."""

    def handle(call: Call) -> Reply:
        job = call.state.find(call.params["job_id"])
        if job is not None:
            job.job_type = "N"
        return handler(call)

    return handle


def on_any_job(handler: Handler) -> Handler:
    """Change also what has ended."""

    def handle(call: Call) -> Reply:
        for job_id in call.params["job_ids"].split(","):
            job = call.state.find(job_id)
            if job is not None and job.is_terminal:
                job.priority = 1
        return handler(call)

    return handle


def keep_first(handler: Handler) -> Handler:
    """Cancel the first of several jobs only, and say otherwise."""

    def handle(call: Call) -> Reply:
        reply = handler(call)
        for job_id in call.params["job_ids"].split(",")[1:]:
            job = call.state.find(job_id)
            if job is not None:
                job.job_state = "ACTIVE"
        return reply

    return handle


def plain_id(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "params": {**body.get("params", {}), "id_generator": "standard"}}


def keep_after_refusal(handler: Handler) -> Handler:
    """Store a job before it is checked to the end."""

    def handle(call: Call) -> Reply:
        body = json.loads(call.body)
        if len(body["files"]) > 1 and "refused" in str(body["files"][0]):
            first = json.dumps({**body, "files": body["files"][:1]}).encode()
            handler(attrs.evolve(call, body=first))
        return handler(call)

    return handle


def not_staging(job: Job) -> None:
    if job.bring_online == -1:
        job.job_state = "SUBMITTED"


def all_or_nothing(handler: Handler) -> Handler:
    """Start no file when one of them cannot start."""

    def handle(call: Call) -> Reply:
        ids = json.loads(call.body)
        files = {f.file_id: f for j in call.state.jobs_of(None, only_open=False) for f in j.files}
        cannot = [
            {"file_id": number, "error": "x"}
            for number in ids
            if number not in files or files[number].file_state != "SUBMITTED"
        ]
        return json_reply(cannot) if cannot else handler(call)

    return handle


def without_reuse(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "params": {k: v for k, v in body["params"].items() if k != "reuse"}}


def not_found(_call: Call) -> Reply:
    raise APIError(404, "No such file or directory")


DEFECTS: dict[str, tuple[str, dict[str, Change], str]] = {
    "retry delay lost": (
        "submission-kept",
        {SUBMIT: on_new_job(lambda job: setattr(job, "retry_delay", 0))},
        "retry_delay is 0, expected 30",
    ),
    "checksum lost": ("submission-kept", {SUBMIT: on_new_job(lose_checksum)}, "checksum"),
    "queue limit in minutes": (
        "submission-kept",
        {
            SUBMIT: on_new_job(
                lambda job: setattr(
                    job,
                    "max_time_in_queue",
                    job.max_time_in_queue and job.max_time_in_queue - 35400,
                )
            )
        },
        "max_time_in_queue",
    ),
    "size in a float of 32 bits": (
        "submission-kept",
        {SUBMIT: on_new_job(lambda job: setattr(job.files[0], "user_filesize", 2**53))},
        "user_filesize is 9007199254740992",
    ),
    "second file not tried again": (
        "job-life",
        {
            FILES: edited(
                lambda files, _: [
                    {**file, "file_state": "FAILED", "retry": n} for n, file in enumerate(files)
                ]
            )
        },
        "of files that fail alike, one was retried 0 times, another 1",
    ),
    "sessions between any storages": (
        "submission-rules",
        {SUBMIT: sent(without_reuse)},
        "status 200, expected 400, after a submission with session reuse",
    ),
    "file lost": (
        "submission-kept",
        {SUBMIT: on_new_job(lambda job: job.files.pop())},
        "number of files is 1, expected 2",
    ),
    "hops start together": ("submission-kinds", {SUBMIT: on_new_job(wake_waiting)}, "NOT_USED"),
    "priority not brought into range": (
        "submission-kinds",
        {GET: edited(lambda job, _: {**job, "priority": 9} if job.get("priority") == 5 else job)},
        "priority is 9, expected 5",
    ),
    "job doubled": ("submission-once", {SUBMIT: twice}, "jobs is"),
    "refused job stored": (
        "submission-once",
        {SUBMIT: keep_after_refusal},
        "a refused submission left something behind",
    ),
    "second PUT is the first": (
        "submission-once",
        {"PUT /jobs": same_put_same_job()},
        "same job_id",
    ),
    "empty list remembered": ("submission-once", {"GET /jobs": remembering_nothing()}, "jobs is"),
    "absence of a job remembered": (
        "sid-once",
        {FILES: remembering_nothing()},
        "status 404, expected 200, after a submission with this id",
    ),
    "sid of a canceled job is free": (
        "sid-once",
        {SUBMIT: freeing_sids_of("CANCELED")},
        "status 200, expected 409, after one with the sid of a canceled job",
    ),
    "sid of a finished job is free": (
        "job-life",
        {SUBMIT: freeing_sids_of("FINISHED")},
        "status 200, expected 409, after a submission with the sid of a job that has ended",
    ),
    "a pin alone does not stage": (
        "submission-kinds",
        {SUBMIT: on_new_job(not_staging)},
        "the job is staging is False, expected True",
    ),
    "sid ignored": ("sid-once", {SUBMIT: sent(plain_id)}, "status 200, expected 409"),
    "second cancel says 200 Ok": (
        "cancel-idempotent",
        {CANCEL: edited(without(http_status="200 Ok"))},
        "http_status is '200 Ok', expected '304 Not Modified'",
    ),
    "files not canceled": ("cancel-idempotent", {CANCEL: on_jobs(revive_files)}, "file_state"),
    "canceled only in the answer": (
        "cancel-idempotent",
        {CANCEL: on_jobs(lambda job: setattr(job, "job_state", "ACTIVE"))},
        "job_state is 'ACTIVE', expected 'CANCELED', after a cancel",
    ),
    "old state in the field": (
        "cancel-idempotent",
        {FIELD: edited(lambda _value, _call: "SUBMITTED")},
        "job_state is 'SUBMITTED'",
    ),
    "entry missing in a bulk cancel": (
        "cancel-several",
        {CANCEL: edited(lambda data, _: data[:-1] if isinstance(data, list) else data)},
        "entries is 1, expected 2",
    ),
    "only the first canceled": ("cancel-several", {CANCEL: keep_first}, "job_state is"),
    "file cancel does nothing": (
        "cancel-files",
        {"DELETE /jobs/{job_id}/files/{file_ids}": instead(lambda _: json_reply("CANCELED"))},
        "canceled files is []",
    ),
    "hop canceled alone": (
        "cancel-hops-together",
        {"DELETE /jobs/{job_id}/files/{file_ids}": any_type},
        "status 200, expected 400",
    ),
    "priority of files forgotten": (
        "priority-visible",
        {MODIFY: on_jobs(old_priority)},
        "priority of the files is [2, 2]",
    ),
    "priority changed in the answer only": (
        "priority-visible",
        {MODIFY: on_jobs(lambda job: setattr(job, "priority", 2))},
        "priority is 2, expected 5",
    ),
    "entry missing in a bulk change": (
        "modify-several",
        {MODIFY: edited(lambda data, _: data[:-1] if isinstance(data, list) else data)},
        "entries is 2, expected 3",
    ),
    "ended job changed": ("modify-several", {MODIFY: on_any_job}, "the ended job is"),
    "limit off by one": ("list-limit", {"GET /jobs": one_more}, "number of jobs is 2, expected 1"),
    "oldest job first": (
        "list-limit",
        {
            "GET /jobs": edited(
                lambda jobs, _: [
                    {**job, "submit_time": f"2026-01-0{number}T00:00:00"}
                    for number, job in enumerate(jobs, 1)
                ]
            )
        },
        "newest first",
    ),
    "window in minutes": ("list-window", {"GET /jobs": in_minutes}, "is missing"),
    "window without end": ("list-window", {"GET /jobs": ignoring_the_minutes}, "does not match"),
    "source ignored": (
        "list-filter",
        {"GET /jobs": ignoring("source_se")},
        "does not match source_se",
    ),
    "state ignored": (
        "list-filter",
        {"GET /jobs": ignoring("state_in")},
        "does not match state_in",
    ),
    "window ignored": ("list-filter", {"GET /jobs": ignoring("time_window")}, "is missing"),
    "job lost in the list": (
        "list-filter",
        {"GET /jobs": edited(lambda jobs, _: jobs[1:])},
        "a job that matches",
    ),
    "surl ignored": (
        "file-filter",
        {"GET /files": ignoring("dest_surl")},
        "does not match dest_surl",
    ),
    "file listed twice": (
        "file-filter",
        {"GET /files": edited(lambda files, _: files * 2)},
        "an entry is listed twice",
    ),
    "files parameter ignored": ("field-selection", {GET: ignoring("files")}, "files is None"),
    "fields parameter ignored": (
        "field-selection",
        {"GET /jobs": ignoring("fields")},
        "fields is",
    ),
    "attempts of a job that made none": (
        "cancel-idempotent",
        {"GET /jobs/{job_id}/files/{file_id}/retries": instead(lambda _: json_reply([{}]))},
        "retries is [{}]",
    ),
    "deletions of a job of transfers": (
        "cancel-idempotent",
        {"GET /jobs/{job_id}/dm": instead(lambda _: json_reply([{}]))},
        "dm is [{}]",
    ),
    "any field exists": (
        "cancel-idempotent",
        {FIELD: instead(lambda _: json_reply("CANCELED"))},
        "status 200, expected 404",
    ),
    "answers in another order": (
        "hundred-ids",
        {GET: edited(lambda jobs, _: jobs[::-1] if isinstance(jobs, list) else jobs)},
        "not in the order",
    ),
    "every error of a storage is 404": (
        "storage-files",
        {"GET /dm/stat": instead(not_found)},
        "status 404, expected 503, after error 110 of the storage",
    ),
    "at most fifty": (
        "hundred-ids",
        {GET: edited(lambda jobs, _: jobs[:50] if isinstance(jobs, list) else jobs)},
        "entries is 50, expected 100",
    ),
    "finished job canceled": (
        "job-life",
        {CANCEL: on_jobs(lambda job: setattr(job, "job_state", "CANCELED"))},
        "job is",
    ),
    "failure says FINISHED": (
        "job-life",
        {GET: edited(lambda data, _: finish(data))},
        "job_state is 'FINISHED', expected 'FAILED'",
    ),
    "finished file without size": (
        "job-life",
        {FILES: edited(lambda files, _: [{**file, "filesize": None} for file in files])},
        "filesize is None",
    ),
}


def finish(data: Any) -> Any:
    if isinstance(data, list):
        return [finish(job) for job in data]
    return {**data, "job_state": "FINISHED"} if data.get("job_state") == "FAILED" else data


def with_aged_job(mock: MockFTS) -> None:
    """Put a job there that ended two hours ago."""
    now, hour = mock.clock.time(), 3600
    for owner in ("alice", "alice-novoms"):
        mock.state.add_job(
            owner=owner,
            job_state="FINISHED",
            submit_time=wire_time(now - 3 * hour),
            job_finished=wire_time(now - 2 * hour),
            files=({"finish_time": wire_time(now - 2 * hour), "filesize": 1},),
        )


def test_every_probe_of_jobs_has_a_defect() -> None:
    assert {check for check, _, _ in DEFECTS.values()} == set(CHECKS)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as started:
        yield started


@pytest.mark.parametrize("identity", ["alice", "root", "alice-novoms"])
def test_probes_on_the_clean_mock_find_nothing(identity: str, bench: Bench) -> None:
    ran = bench.run(*CHECKS, identity=identity, arrange=with_aged_job)
    assert ran.messages == []
    assert ran.skipped == {}


@pytest.mark.parametrize("name", DEFECTS)
def test_probe_finds_the_defect(name: str, bench: Bench) -> None:
    check, changes, words = DEFECTS[name]
    ran = bench.run(check, changes=changes, arrange=with_aged_job)
    assert any(words in message for message in ran.messages), ran


def test_force_start_must_report_files_that_it_cannot_start(bench: Bench) -> None:
    assert bench.run("force-start-told", identity="root") == ([], {}, ANY)
    ran = bench.run(
        "force-start-told",
        identity="root",
        changes={"POST /admin/force-start": instead(lambda _call: json_reply([]))},
    )
    first, second, *others = ran.messages
    assert first == f"file_id is [], expected [{2**62}], after a file that does not exist"
    assert second.startswith("files that cannot start, and are not reported is [")
    assert (
        others
        == ["a file is SUBMITTED, after force-start of it and of others that cannot start"] * 2
    )
    ran = bench.run(
        "force-start-told",
        identity="root",
        changes={"POST /admin/force-start": all_or_nothing},
    )
    text = "a file is SUBMITTED, after force-start of it and of others that cannot start"
    assert ran.messages == [text, text]
    assert bench.run("force-start-told", identity="alice").skipped == {
        "force-start-told": "the caller has no level admin; run again as an administrator, or add one with --also-cert"
    }


@pytest.mark.parametrize("same", [str.startswith, lambda _vo, _name: True], ids=["prefix", "any"])
def test_cancel_of_a_vo_that_reaches_further_is_found(
    same: Callable[[str, str], bool], bench: Bench
) -> None:
    def reaching_further(handler: Handler) -> Handler:
        def handle(call: Call) -> Reply:
            name = call.params["vo_name"]
            vos = {job.vo_name or "" for job in call.state.jobs_of(None, only_open=True)}
            for vo in vos:
                if same(vo, name):
                    handler(attrs.evolve(call, params={"vo_name": vo}))
            return handler(call)

        return handle

    assert bench.run("cancel-of-one-vo", identity="root") == ([], {}, ANY)
    assert bench.run("cancel-of-one-vo", also=["root"]) == ([], {}, ANY)
    changes: dict[str, Change] = {"DELETE /jobs/vo/{vo_name}": reaching_further}
    for identity, also in (("root", []), ("alice", ["root"])):
        ran = bench.run("cancel-of-one-vo", identity=identity, also=also, changes=changes)
        assert any(" is CANCELED, after a cancel of all jobs of VO " in m for m in ran.messages)
