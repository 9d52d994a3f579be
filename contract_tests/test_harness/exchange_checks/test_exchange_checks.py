"""Each check beyond the schemas: an answer with one defect that only this check sees, and its neighbour that is right."""

from __future__ import annotations

import copy
import json
import random
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from fts_contract.harness.contract.contract import Contract
from fts_contract.harness.contract.leniency import relaxed
from fts_contract.harness.exchange_checks import exchange_checks
from fts_contract.harness.exchange_checks.model import Caller, Context
from fts_contract.harness.judging.check_names import CHECKS
from fts_contract.harness.judging.judge import Judge
from fts_contract.harness.recordings.recorded import exchange_of
from fts_contract.harness.sending.exchange import Exchange
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

JOB = "5c100001-e6f5-11f1-9d01-02fc0000a001"
OTHER = "5c100002-e6f5-11f1-9d01-02fc0000a001"
DATE = "Mon, 23 Nov 2026 12:00:00 GMT"
DN = "/DC=org/DC=example/O=Users/CN=alice"
CALLER = Caller(
    user_dn=DN,
    delegation_id="7ba5c996de416fe2",
    vo="testvo",
    transfer_level="vo",
    base_id="01874efb-4735-4595-bc9c-591aef8240c9",
)


@pytest.fixture(scope="module")
def new_judge() -> Callable[[], Judge]:
    document = load_spec()
    strict, lenient = Contract.from_spec(document), Contract.from_spec(relaxed(document))
    return lambda: Judge(strict, lenient, "3.13.4", caller=CALLER)


@pytest.fixture(scope="module")
def recorded(recordings_folder: Path) -> Callable[[str], Exchange]:
    """Give recordings by id, as if they came from a server at work."""
    by_id = {
        recording["id"]: recording
        for path in sorted(recordings_folder.glob("*.json"))
        for recording in json.loads(path.read_text())
    }

    def get(name: str) -> Exchange:
        exchange = exchange_of(by_id[name])
        return attrs.evolve(exchange, headers={**exchange.headers, "date": DATE})

    return get


def ask(
    target: str, body: Any, *, status: int = 200, method: str = "GET", **more: Any
) -> Exchange:
    """Make an exchange."""
    sent = more.pop("sent", None)
    return attrs.evolve(
        Exchange(
            method=method,
            url=f"https://fts.example.org:8446{target}",
            request_headers={"Content-Type": "application/json"} if sent is not None else {},
            request_body=None if sent is None else json.dumps(sent).encode(),
            status=status,
            headers={"content-type": "application/json", "date": DATE},
            body=json.dumps(body).encode(),
            elapsed_s=0.1,
        ),
        **more,
    )


def checks_of(judge: Judge, *exchanges: Exchange) -> set[str]:
    """Name the checks that fail on the last of some exchanges."""
    found: set[str] = set()
    for exchange in exchanges:
        match = judge.contract.find(exchange.method, exchange.target)
        assert match is not None
        found = {finding.check for finding in judge.judge(match, exchange)}
    return found


def edited(exchange: Exchange, edit: Callable[[Any], Any]) -> Exchange:
    """Change the JSON of an answer in place, or replace it by what `edit` returns."""
    body = copy.deepcopy(exchange.json)
    replaced = edit(body)
    return attrs.evolve(exchange, body=json.dumps(body if replaced is None else replaced).encode())


def put(key: str, value: Any, **more: Any) -> Callable[[Any], None]:
    """Set members of the answer, or of each item of the list that it is."""

    def edit(body: Any) -> None:
        for row in body if isinstance(body, list) else [body]:
            row.update({key: value, **more})

    return edit


# Recording, what is changed in its answer, the only check that may fail.
DEFECTS: dict[str, tuple[str, Callable[[Any], Any], str]] = {
    "served-with-a-complaint": (
        "jobs-cancel-as-vo-member",
        put("http_message", "no"),
        "bulk-status",
    ),
    "no-error-in-207": (
        "jobs-get-many-one-unknown",
        lambda rows: [{**rows[0], "job_id": row["job_id"]} for row in rows],
        "bulk-status",
    ),
    "object-for-list": ("jobs-get-trailing-comma", lambda rows: rows[0], "bulk-status"),
    "list-for-object": ("jobs-get-state-submitted", lambda job: [job], "bulk-status"),
    "cancel-not-canceled": (
        "jobs-cancel-as-vo-member",
        lambda job: {**job, "job_state": "ACTIVE", "job_finished": None, "reason": None},
        "bulk-status",
    ),
    "not-modified-but-active": (
        "jobs-modify-terminal-finished",
        lambda job: {**job, "job_state": "ACTIVE", "job_finished": None, "reason": None},
        "bulk-status",
    ),
    "changed-though-ended": (
        "jobs-modify-terminal-finished",
        put("http_status", "200 Ok", http_message=None),
        "bulk-status",
    ),
    "lost-job": ("jobs-get-many", lambda rows: rows[1:], "job-accounts"),
    "doubled-job": ("jobs-get-many", lambda rows: [*rows, rows[0]], "job-accounts"),
    "swapped-jobs": ("jobs-get-many", lambda rows: rows[::-1], "job-accounts"),
    "foreign-job": ("jobs-get-state-active", put("job_id", OTHER), "job-accounts"),
    "foreign-file": ("jobs-files-active", put("job_id", OTHER), "job-accounts"),
    "doubled-file": ("jobs-files-active", lambda rows: [*rows, rows[0]], "job-accounts"),
    "foreign-retry": ("jobs-retries-two", put("file_id", 1), "job-accounts"),
    "lost-cancellation": ("jobs-cancel-file-rest", lambda rows: rows[1:], "job-accounts"),
    "foreign-archived-job": ("archive-failed", put("job_id", OTHER), "job-accounts"),
    "ended-without-time": ("jobs-get-state-finished", put("job_finished", None), "job-state"),
    "active-with-end": (
        "jobs-get-state-active",
        put("job_finished", "2026-11-23T11:59:00"),
        "job-state",
    ),
    "active-with-reason": ("jobs-get-state-active", put("reason", "no"), "job-state"),
    "finished-file-without-end": (
        "jobs-files-query-ignored",
        put("finish_time", None),
        "job-state",
    ),
    "finished-file-with-reason": (
        "jobs-files-query-ignored",
        put("reason", "TRANSFER [5] no"),
        "job-state",
    ),
    "running-file-with-reason": (
        "jobs-files-query-ignored",
        put("reason", "TRANSFER [5] no", file_state="ACTIVE", finish_time=None),
        "job-state",
    ),
    "running-file-in-ended-job": (
        "jobs-get-files-many",
        lambda rows: [
            {**row, "files": [{**file, "file_state": "ACTIVE"} for file in row["files"]]}
            for row in rows
        ],
        "job-state",
    ),
    "limit-ignored": ("jobs-list-limit-1", lambda rows: [*rows, *others(rows)], "filter-ignored"),
    "storage-ignored": (
        "jobs-list-dest-se",
        put("dest_se", "davs://elsewhere.example.org"),
        "filter-ignored",
    ),
    "state-ignored": ("jobs-list-state-one", put("job_state", "READY"), "filter-ignored"),
    "ended-jobs-listed": (
        "jobs-list-window-without-state",
        put("job_state", "FINISHED", job_finished="2026-11-23T05:00:00"),
        "filter-ignored",
    ),
    "fields-ignored": ("jobs-list-dest-se", put("priority", 3), "filter-ignored"),
    "other-vo-listed": ("jobs-list-dest-se", put("vo_name", "other"), "filter-ignored"),
    "files-not-given": (
        "jobs-get-files-empty",
        lambda job: {key: value for key, value in job.items() if key != "files"},
        "filter-ignored",
    ),
    "other-files-listed": (
        "files-dest-surl",
        put("dest_surl", "davs://files-tier2.example.org/f"),
        "filter-ignored",
    ),
    "decisions-oldest-first": ("evolution-source", lambda rows: rows[::-1], "filter-ignored"),
    "replaced-decision-kept": ("current-pair", lambda rows: rows * 2, "filter-ignored"),
    "delegation-id-of-dn-alone": (
        "whoami-alice",
        put("delegation_id", "8748806df667829d"),
        "identity-rule",
    ),
    "vo-with-slash": ("whoami-alice", put("vos", ["/testvo"]), "identity-rule"),
    "other-vo-id": ("whoami-alice-novoms", put("vos_id", [JOB]), "identity-rule"),
    "role-forgotten": ("whoami-alice", put("roles", []), "identity-rule"),
    "dn-of-proxy-first": (
        "whoami-alice",
        lambda data: {**data, "dn": data["dn"][::-1]},
        "identity-rule",
    ),
    "root-without-levels": (
        "whoami-root",
        put("level", {"transfer": "all"}),
        "identity-rule",
    ),
    "throughput-in-bytes": (
        "jobs-files-query-ignored",
        put("throughput", 0.2 * 1024**2, tx_duration=50.0, filesize=10 * 1024**2),
        "throughput-unit",
    ),
    "future": ("jobs-get-state-submitted", put("submit_time", "2026-11-24T12:00:00"), "times"),
    "end-before-start": (
        "jobs-files-query-ignored",
        put("finish_time", "2020-01-01T00:00:00"),
        "times",
    ),
    "milliseconds": ("jobs-files-query-ignored", put("tx_duration", 12731.0), "times"),
    "queue-time-as-duration": ("jobs-get-all-options", put("max_time_in_queue", 7200), "times"),
    "queue-time-not-set": ("jobs-get-all-options", put("max_time_in_queue", 0), "times"),
    "queue-time-in-ms": ("jobs-get-all-options", put("max_time_in_queue", 10**12 * 2), "times"),
    "reason-phrase": ("archive-unknown", put("status", "404 Forbidden"), "error-shape"),
    "form-of-the-other": ("archive-unknown", put("http_status", "404 Not Found"), "error-shape"),
    "statement": (
        "archive-unknown",
        put("message", "(1064) [SQL: SELECT * FROM t_job WHERE x]"),
        "leak",
    ),
    "trace": ("archive-unknown", put("message", "Traceback (most recent call last):"), "leak"),
    "file-of-server": (
        "archive-unknown",
        put("message", "no such file: /usr/lib/python3.9/site-packages/fts/app.cfg"),
        "leak",
    ),
    "module": ("archive-unknown", put("message", "sqlalchemy.exc.DataError"), "leak"),
    "key": (
        "jobs-get-state-submitted",
        put("submit_host", "-----BEGIN RSA PRIVATE KEY-----"),
        "leak",
    ),
}


def others(rows: list[Any]) -> list[Any]:
    """Make other jobs from the last one, older ones, so that only their number is wrong."""
    return [{**rows[-1], "job_id": OTHER, "submit_time": "2026-01-01T00:00:00"}]


@pytest.mark.parametrize("name", DEFECTS)
def test_defect_is_found_by_its_check_alone(
    name: str, new_judge: Callable[[], Judge], recorded: Callable[[str], Exchange]
) -> None:
    recording, edit, check = DEFECTS[name]
    right = recorded(recording)
    assert checks_of(new_judge(), right) == set()
    assert checks_of(new_judge(), edited(right, edit)) == {check}


def test_error_of_the_application_in_html_is_found(
    new_judge: Callable[[], Judge], recorded: Callable[[str], Exchange]
) -> None:
    right = recorded("archive-unknown")
    html = attrs.evolve(right, headers={"content-type": "text/html"}, body=b"<p>Not found</p>")
    assert checks_of(new_judge(), html) == {"error-shape"}
    # What the web server refuses never reaches the application.
    odd = attrs.evolve(html, url=right.url.replace("00000000-", "%2F"))
    assert checks_of(new_judge(), odd) == set()


def submission(params: dict[str, Any], job_id: str) -> Exchange:
    file = {"sources": ["mock://a.example.org/f"], "destinations": ["mock://b.example.org/f"]}
    return ask(
        "/jobs", {"job_id": job_id}, method="POST", sent={"files": [file], "params": params}
    )


DETERMINISTIC = {"id_generator": "deterministic", "sid": "jsub-sid-1"}


@pytest.mark.parametrize(
    ("params", "job_id", "right"),
    [
        (DETERMINISTIC, "464b8641-37fe-50d4-a359-d57b15e5b65c", True),
        (DETERMINISTIC, "464b8641-37fe-50d4-a359-d57b15e5b65d", False),
        (DETERMINISTIC, JOB, False),
        ({}, JOB, True),
        ({"sid": "jsub-sid-1"}, JOB, True),
        ({}, "464b8641-37fe-50d4-a359-d57b15e5b65c", False),
    ],
)
def test_job_id_follows_the_rule(
    params: dict[str, Any],
    job_id: str,
    right: bool,  # noqa: FBT001 - a parameter of the test
    new_judge: Callable[[], Judge],
) -> None:
    found = checks_of(new_judge(), submission(params, job_id))
    assert found == (set() if right else {"job-id-rule"})


# What changes between two answers about the same job.
HISTORIES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "back-to-life": (
        "jobs-get-state-finished",
        lambda job: {**job, "job_state": "ACTIVE", "job_finished": None},
    ),
    "other-owner": ("jobs-get-state-finished", put("user_dn", "/CN=bob")),
    "other-metadata": ("jobs-get-state-active", put("job_metadata", {"other": 1})),
    "lost-file": ("jobs-files-active", lambda rows: rows[1:]),
    "other-source": ("jobs-files-active", put("source_surl", "davs://jobsq-src.example.org/f")),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_answer_that_contradicts_an_earlier_one_is_found(
    name: str, new_judge: Callable[[], Judge], recorded: Callable[[str], Exchange]
) -> None:
    recording, edit = HISTORIES[name]
    right = recorded(recording)
    assert checks_of(new_judge(), right, right) == set()
    assert checks_of(new_judge(), edited(right, edit)) == set()
    assert checks_of(new_judge(), right, edited(right, edit)) == {"job-history"}


def test_submitted_files_are_counted(
    new_judge: Callable[[], Judge], recorded: Callable[[str], Exchange]
) -> None:
    files = recorded("jobs-files-active")
    job_id = files.json[0]["job_id"]
    file = {"sources": ["mock://a.example.org/f"], "destinations": ["mock://b.example.org/f"]}
    for count, checks in ((3, set()), (4, {"job-history"})):
        submitted = ask("/jobs", {"job_id": job_id}, method="POST", sent={"files": [file] * count})
        assert checks_of(new_judge(), submitted, files) == checks


def test_stored_text_of_a_user_is_not_a_leak(
    new_judge: Callable[[], Judge], recorded: Callable[[str], Exchange]
) -> None:
    statement = "DELETE FROM t_job"
    right = recorded("jobs-get-state-submitted")
    stored = edited(right, put("job_metadata", {"label": statement}))
    assert checks_of(new_judge(), stored) == set()
    judge = new_judge()
    echoed = edited(
        recorded("archive-unknown"), put("message", f'No job with the id "{statement}"')
    )
    asked = attrs.evolve(echoed, url=f"https://fts.example.org:8446/archive/{statement}")
    assert checks_of(judge, asked) == set()
    # Sent once, it may come back at any time.
    assert checks_of(judge, edited(right, put("submit_host", statement))) == set()
    assert checks_of(new_judge(), edited(right, put("submit_host", statement))) == {"leak"}


@pytest.mark.parametrize(
    "fields",
    [
        {"throughput": 0.2, "tx_duration": 50.0, "filesize": 10 * 1024**2},
        {"throughput": 300.0, "tx_duration": 50.0, "filesize": 1},  # too small to tell
        {"throughput": 300.0, "tx_duration": 0.1, "filesize": 10 * 1024**2},
        {"throughput": 0.0001, "tx_duration": 50.0, "filesize": 10 * 1024**2},  # failed early
        {"throughput": None, "tx_duration": None, "filesize": None},
    ],
)
def test_throughput_that_fits_size_and_duration_passes(
    fields: dict[str, Any],
    new_judge: Callable[[], Judge],
    recorded: Callable[[str], Exchange],
) -> None:
    exchange = edited(recorded("jobs-files-query-ignored"), put("job_id", JOB, **fields))
    assert "throughput-unit" not in checks_of(new_judge(), exchange)


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ([("FINISHED", None), ("NOT_USED", None)], False),
        ([("FINISHED", 0), ("NOT_USED", 0)], False),
        ([("FINISHED", 0), ("NOT_USED", 1)], True),
        ([("NOT_USED", None), ("NOT_USED", None)], True),
    ],
)
def test_job_of_replicas_may_be_finished_when_one_of_them_is(
    files: list[tuple[str, int | None]],
    found: bool,  # noqa: FBT001
    new_judge: Callable[[], Judge],
    recorded: Callable[[str], Exchange],
) -> None:
    rows = [
        {"file_state": state, **({} if index is None else {"file_index": index})}
        for state, index in files
    ]
    exchange = edited(recorded("jobs-get-state-finished"), put("files", rows))
    exchange = attrs.evolve(exchange, url=f"{exchange.url}?files=file_state,file_index")
    assert ("job-state" in checks_of(new_judge(), exchange)) is found


@pytest.mark.parametrize(
    ("file_state", "job_state", "finish_time", "found"),
    [
        ("FINISHED", "FINISHED", "2026-11-23T05:00:00", False),
        ("FINISHED", "FINISHED", "2026-11-23T05:00:01", True),
        ("CANCELED", "CANCELED", "2026-11-23T05:00:01", False),
    ],
)
def test_file_that_ended_after_its_job_is_found(
    file_state: str,
    job_state: str,
    finish_time: str,
    found: bool,  # noqa: FBT001
    new_judge: Callable[[], Judge],
) -> None:
    file = {"file_state": file_state, "finish_time": finish_time}
    for job_finished, due in (("2026-11-23T05:00:00", found), (1795410000, False)):
        job = {"job_id": JOB, "job_state": job_state, "job_finished": job_finished}
        exchange = ask(f"/jobs/{JOB}?files=file_state,finish_time", {**job, "files": [file]})
        assert ("job-state" in checks_of(new_judge(), exchange)) is due


@pytest.mark.parametrize(
    ("target", "elapsed_s", "limit_s", "slow"),
    [
        ("/jobs", 9.9, 10.0, False),
        ("/jobs", 10.1, 10.0, True),
        ("/jobs", 1.5, 1.0, True),
        ("/dm/stat?surl=mock://a/f", 29.0, 10.0, False),
    ],
)
def test_slow_answer_is_found_unless_it_waits_for_a_storage(
    target: str,
    elapsed_s: float,
    limit_s: float,
    slow: bool,  # noqa: FBT001
    new_judge: Callable[[], Judge],
) -> None:
    judge = new_judge()
    judge.checks = exchange_checks(slow_after_s=limit_s)
    body: Any = [] if target == "/jobs" else None
    found = checks_of(judge, ask(target, body, elapsed_s=elapsed_s))
    assert ("slow-answer" in found) == slow


@pytest.mark.parametrize(
    ("content_type", "wrong"),
    [
        ("application/json", False),
        ("application/json; charset=utf-8", False),
        ('application/json;charset="UTF-8"', False),
        ("application/json; charset=iso-8859-1", True),
        ("application/json; charset=utf-16", True),
        ("application/json; charset=no-such", True),
        ("text/html; charset=iso-8859-1", False),
        ("text/html; charset=utf-32", True),
    ],
)
def test_body_that_is_not_in_its_character_set_is_found(
    content_type: str,
    wrong: bool,  # noqa: FBT001
    new_judge: Callable[[], Judge],
    recorded: Callable[[str], Exchange],
) -> None:
    right = recorded("whoami-alice")
    sent = attrs.evolve(right, headers={**right.headers, "content-type": content_type})
    assert ("charset" in checks_of(new_judge(), sent)) == wrong


def test_link_to_another_host_is_found(
    new_judge: Callable[[], Judge], recorded: Callable[[str], Exchange]
) -> None:
    right = recorded("root-alice")
    assert "leak" not in checks_of(new_judge(), right)

    def inside(body: Any) -> None:
        body["_links"]["fts:job"]["href"] = "http://fts-internal.example.org:8080/jobs/{id}"

    assert "leak" in checks_of(new_judge(), edited(right, inside))
    moved = attrs.evolve(right, headers={**right.headers, "location": "//10.0.0.7/"})
    assert "leak" in checks_of(new_judge(), moved)


def test_storages_exchanged_in_a_file_are_found(
    new_judge: Callable[[], Judge], recorded: Callable[[str], Exchange]
) -> None:
    right = recorded("jobs-files-active")

    def exchange(body: Any) -> None:
        for row in body:
            row["source_se"], row["dest_se"] = row["dest_se"], row["source_se"]

    assert "job-state" not in checks_of(new_judge(), right)
    assert "job-state" in checks_of(new_judge(), edited(right, exchange))


ODD_VALUES: tuple[Any, ...] = (
    None, True, -1, 2**70, 1.5, "", "x", [], ["x"], [[]], {}, {"a": []},
    "2026-11-23T04:33:27", "9999-12-31T23:59:59",
)  # fmt: skip


def test_no_check_raises_on_odd_answers(contract: Contract, recordings_folder: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    for path in sorted(recordings_folder.glob("*.json")):
        for recording in chance.choices(json.loads(path.read_text()), k=20):
            exchange = exchange_of(recording)
            match = contract.find(exchange.method, exchange.target)
            if match is None:
                continue
            for _ in range(5):
                body = with_odd_value(exchange.json, chance)
                context = Context(
                    operation=match.operation,
                    exchange=attrs.evolve(exchange, body=json.dumps(body).encode()),
                    path=match.path_parameters,
                    query=recording["request"]["query"],
                    caller=CALLER,
                )
                for check in exchange_checks():
                    assert {finding.check for finding in check.judge(context)} <= {check.name}


def with_odd_value(value: Any, chance: random.Random) -> Any:
    """Replace one place in a JSON value."""
    copied = copy.deepcopy(value)
    places: list[tuple[Any, Any]] = []

    def walk(part: Any) -> None:
        items = (
            part.items()
            if isinstance(part, dict)
            else enumerate(part)
            if isinstance(part, list)
            else ()
        )
        for key, item in items:
            places.append((part, key))
            walk(item)

    walk(copied)
    if not places:
        return chance.choice(ODD_VALUES)
    owner, key = chance.choice(places)
    owner[key] = chance.choice(ODD_VALUES)
    return copied


def test_every_check_is_listed_with_its_meaning() -> None:
    for check in exchange_checks():
        assert CHECKS[check.name] == check.meaning
