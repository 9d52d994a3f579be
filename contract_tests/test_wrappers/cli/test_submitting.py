"""`fts submit`: what reaches the server, from options and from files."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from fts_client.cli.input.job_options import FILE_OPTIONS, JOB_OPTIONS
from fts_client.jobs import JobParams, Transfer
from fts_client.jobs.parameters import parameters_of
from fts_contract.mock import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from test_wrappers.cli.conftest import Fts, Wire

    from fts_contract.mock import MockFTS

A, B, C = "mock://a.example/f", "mock://b.example/f", "mock://c.example/f"

EVERYTHING = (
    *("--checksum", "ADLER32:1a2b3c4d", "--filesize", "7", "--activity", "express"),
    *("--scitag", "65", "--file-metadata", '{"f": 1}', "--staging-metadata", '{"s": 1}'),
    *("--archive-metadata", '{"a": 1}', "--selection-strategy", "queue"),
    *("-C", "both", "--overwrite-hop", "--overwrite-when-only-on-disk"),
    *("--retry", "-1", "--retry-delay", "60", "-p", "5", "--job-metadata", "nightly"),
    *("--multihop", "--reuse", "--max-time-in-queue", "30m", "--sid", "my-sid"),
    *("--bring-online", "100", "--copy-pin-lifetime", "200", "--archive-timeout", "300"),
    *("--dst-file-report", "--target-qos", "DISK", "--timeout", "3600", "--nostreams", "4"),
    *("--buffer-size", "1024", "--strict-copy", "--disable-cleanup", "--ipv6"),
    *("--s3alternate", "-S", "from", "-t", "to", "--unmanaged-tokens"),
    *("--id-generator", "deterministic"),
)
PARAMS = {
    "verify_checksum": "both",
    "overwrite_hop": True,
    "overwrite_when_only_on_disk": True,
    "retry": -1,
    "retry_delay": 60,
    "priority": 5,
    "job_metadata": "nightly",
    "multihop": True,
    "reuse": True,
    "max_time_in_queue": "30m",
    "id_generator": "deterministic",
    "sid": "my-sid",
    "bring_online": 100,
    "copy_pin_lifetime": 200,
    "archive_timeout": 300,
    "dst_file_report": True,
    "target_qos": "DISK",
    "timeout": 3600,
    "nostreams": 4,
    "buffer_size": 1024,
    "strict_copy": True,
    "disable_cleanup": True,
    "ipv6": True,
    "s3alternate": True,
    "source_spacetoken": "from",
    "destination_spacetoken": "to",
    "unmanaged_tokens": True,
}


def dry(fts: Fts, *arguments: str, stdin: str = "") -> list[Any]:
    """What would be sent: one document, or one in each line."""
    result = fts("submit", *arguments, "--dry-run", stdin=stdin)
    assert result.code == 0, result.err
    try:
        return [json.loads(result.out)]
    except ValueError:
        return [json.loads(line) for line in result.out.splitlines()]


# --- options -------------------------------------------------------------------------------------


def test_there_is_an_option_for_every_field_of_jobs_and_files() -> None:
    assert set(JOB_OPTIONS) == set(parameters_of(JobParams))
    assert {"sources", "destinations", *FILE_OPTIONS} == set(parameters_of(Transfer))


def test_every_option_arrives_in_the_request(fts: Fts) -> None:
    (body,) = dry(fts, A, B, *EVERYTHING)
    assert body["params"] == PARAMS
    assert body["files"] == [
        {
            "sources": [A],
            "destinations": [B],
            "checksum": "ADLER32:1a2b3c4d",
            "filesize": 7,
            "activity": "express",
            "scitag": 65,
            "metadata": {"f": 1},
            "staging_metadata": {"s": 1},
            "archive_metadata": {"a": 1},
            "selection_strategy": "queue",
        }
    ]


def test_options_that_are_not_given_are_not_sent(fts: Fts, wire: Wire) -> None:
    assert fts("submit", A, B).code == 0
    (body,) = wire.submitted
    assert body["files"] == [{"sources": [A], "destinations": [B]}]
    assert set(body["params"]) == {"id_generator", "sid"}


def test_several_pairs_make_one_job(fts: Fts, wire: Wire) -> None:
    fts("submit", A, B, B, C, "--multihop", "--overwrite")
    (body,) = wire.submitted
    assert [(file["sources"], file["destinations"]) for file in body["files"]] == [
        ([A], [B]),
        ([B], [C]),
    ]
    assert body["params"]["multihop"] is body["params"]["overwrite"] is True


def test_checksum_may_follow_a_single_pair(fts: Fts) -> None:
    (body,) = dry(fts, A, B, "MD5:12")
    assert body["files"][0]["checksum"] == "MD5:12"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ((), "SOURCE"),
        ((A,), "destination is missing"),
        ((A, B, C), "destination is missing"),
        ((A, "b"), "A SURL must be like davs://host/path, got 'b'"),
        ((A, B, "-f", "x.json"), "--file cannot"),
        ((A, B, "--ipv4", "--ipv6"), "--ipv4"),
        ((A, B, "-o", "--overwrite-on-retry"), "--overwrite-on-retry"),
        ((A, B, "--overwrite-when-only-on-disk"), "--archive-timeout"),
        ((A, B, "--max-time-in-queue", "soon"), "soon"),
        ((A, B, "--staging-metadata", "text"), "--staging-metadata"),
        ((A, B, "--source-token-file", "/nonexistent"), "/nonexistent"),
        ((A, B, "--campaign", "k", "--sid", "x"), "--sid"),
        ((A, B, "--campaign", ""), "empty"),
        ((A, B, "--priority", "6"), "6"),
        ((A, B, "--wait", "-1"), "--wait"),
        ((A, B, "--watch", "--poll", "0"), "--poll"),
    ],
)
def test_usage_error_sends_nothing(
    fts: Fts, wire: Wire, arguments: tuple[str, ...], word: str
) -> None:
    result = fts("submit", *arguments)
    assert result.code == 2
    assert word in result.err
    assert wire.submitted == []


def test_tokens_are_read_from_files_and_never_printed(fts: Fts, tmp_path: Path) -> None:
    for name in ("source", "destination"):
        (tmp_path / name).write_text(f"MARKED-{name}\n")
    options = (
        *("--source-token-file", str(tmp_path / "source")),
        *("--destination-token-file", str(tmp_path / "destination")),
    )
    shown = [fts("submit", A, B, *options, way) for way in ("--dry-run", "--curl")]
    assert [result.code for result in shown] == [0, 0]
    assert "MARKED" not in "".join(result.out + result.err for result in shown)
    (body,) = dry(fts, A, B, *options)
    assert body["files"][0]["source_tokens"] == ["[token removed]"]


def test_tokens_from_files_are_sent(fts: Fts, wire: Wire, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("MARKED\n")
    fts("submit", A, B, "--source-token-file", str(tmp_path / "token"))
    assert wire.submitted[0]["files"][0]["source_tokens"] == ["MARKED"]


def test_delegation_has_the_given_lifetime(fts: Fts, mock: MockFTS) -> None:
    fts("submit", A, B, "--delegate-lifetime", "3")
    stored = mock.state.delegations.get(mock.caller("alice"))
    assert stored is not None
    left_s = stored.ends_at - time.time()
    assert 2.9 * 3600 < left_s <= 3 * 3600 + 60


# --- without sending -----------------------------------------------------------------------------


def test_dry_run_needs_no_server(fts: Fts) -> None:
    result = fts("submit", A, B, "--dry-run", endpoint="not even an address")
    assert result.code == 0
    assert "nothing was sent" in result.err


def test_dry_run_and_curl_print_no_secrets_of_surls(fts: Fts) -> None:
    surl = "davs://user:MARKED-password@a.example/f?authz=MARKED-token"
    for way in ("--dry-run", "--curl"):
        result = fts("submit", surl, B, way)
        assert result.code == 0
        assert "a.example/f" in result.out
        assert "MARKED" not in result.out + result.err


def test_curl_prints_the_submission_and_sends_nothing(fts: Fts, wire: Wire, mock: MockFTS) -> None:
    result = fts("submit", A, B, "--curl")
    assert result.code == 0
    assert result.out.startswith("curl -X POST ")
    assert f"--cert {mock.credential('alice')}" in result.out
    assert A in result.out
    assert f"{mock.endpoint}/jobs\n" in result.out
    assert wire.requests == []


# --- a job as a JSON document --------------------------------------------------------------------

DOCUMENT = {
    "files": [
        {"sources": [A, C], "destinations": [B], "checksum": "MD5:1"},
        {"sources": [C], "destinations": [B], "metadata": "own"},
    ],
    "params": {
        "retry": 3,
        "priority": 2,
        "checksum": "ADLER32",
        "file_metadata": {"of": "all"},
        "gridftp": None,
        "spacetoken": None,
        "fail_nearline": False,
    },
}


def test_document_of_the_official_client_is_one_job(fts: Fts, tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    path.write_text(json.dumps(DOCUMENT))
    (body,) = dry(fts, "-f", str(path), "--sid", "s", "-p", "5")
    assert body == {
        "files": [
            {
                "sources": [A, C],
                "destinations": [B],
                "checksum": "MD5:1",
                "metadata": {"of": "all"},
            },
            {"sources": [C], "destinations": [B], "checksum": "ADLER32", "metadata": "own"},
        ],
        "params": {"retry": 3, "priority": 5, "id_generator": "deterministic", "sid": "s"},
    }


def test_output_of_a_dry_run_can_be_submitted(fts: Fts) -> None:
    text = fts("submit", A, B, *EVERYTHING, "--dry-run").out
    assert fts("submit", "-f", "-", "--format", "json", "--dry-run", stdin=text).out == text


def test_parameters_without_effect_are_dropped_with_a_warning(fts: Fts) -> None:
    text = json.dumps({**DOCUMENT, "params": {"gridftp": "x", "credential": None}})
    result = fts("submit", "-f", "-", "--format", "json", "--dry-run", stdin=text)
    assert "gridftp" in result.err
    assert "gridftp" not in result.out
    assert "credential" not in result.err


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "JSON"),
        ("[]", "files"),
        ('{"files": {}}', "files"),
        ('{"files": []}', "no transfer"),
        ('{"files": [1]}', "files[0]"),
        ('{"files": [], "params": []}', "params"),
        ('{"files": [{"sources": ["a://b/c"]}]}', "files[0]"),
        (
            '{"files": [{"sources": ["b"], "destinations": ["a://b"]}]}',
            "A SURL must be like davs://host/path, got 'b'",
        ),
        ('{"files": [{"sorces": []}]}', "did you mean 'sources'?"),
        ('{"files": [{}], "params": {"retries": 1}}', "did you mean 'retry'?"),
        ('{"files": [{}], "delete": ["a://b/c"]}', "delete"),
        ('{"files": [{"sources": ["a://b"], "destinations": ["a://c"], "scitag": 1}]}', "scitag"),
    ],
)
def test_invalid_document_is_a_usage_error_that_names_the_place(
    fts: Fts, text: str, word: str
) -> None:
    result = fts("submit", "-f", "-", "--format", "json", stdin=text)
    assert result.code == 2
    assert word in result.err


def test_unreadable_file_is_a_usage_error(fts: Fts, tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(b"\xff\xfe")
    (tmp_path / "latin.json").write_bytes(b"\xff\xfe")
    for name in ("none.csv", "none.json", "none.txt", "latin.csv", "latin.json"):
        result = fts("submit", "-f", str(tmp_path / name))
        assert result.code == 2
        assert name in result.err
        assert result.err.count("\n") == 1


# --- many transfers ------------------------------------------------------------------------------


def test_csv_with_a_header_is_split_by_link_and_by_size(
    fts: Fts, wire: Wire, tmp_path: Path
) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(
        "# replication of today\n"
        "destination,source,filesize,metadata,checksum\n"
        f'{B}1,{A}1,5,"{{""n"": 1}}",MD5:1\n'
        f"{B}2, {A}2,,plain,\n"
        f"{B}3,{A}3\n"
        "\n"
        f"{B}4,{C}4\n"
    )
    result = fts("submit", "-f", str(path), "--files-per-job", "2", "--campaign", "k", "-p", "1")
    assert result.code == 0
    assert len(result.out.splitlines()) == 3
    assert "3 jobs with 4 files submitted; campaign k" in result.err
    bodies = sorted(wire.submitted, key=lambda body: str(body["files"]))
    assert [[file["sources"][0] for file in body["files"]] for body in bodies] == [
        [f"{A}1", f"{A}2"],
        [f"{A}3"],
        [f"{C}4"],
    ]
    first, second = bodies[0]["files"]
    assert first["metadata"] == {"n": 1}
    assert first["filesize"] == 5
    assert second == {"sources": [f"{A}2"], "destinations": [f"{B}2"], "metadata": "plain"}
    assert {body["params"]["priority"] for body in bodies} == {1}


def test_csv_without_a_header_has_source_destination_checksum_and_size(fts: Fts) -> None:
    (body,) = dry(fts, "-f", "-", "--format", "csv", stdin=f"{A},{B},MD5:1,7\n")
    assert body["files"] == [
        {"sources": [A], "destinations": [B], "checksum": "MD5:1", "filesize": 7}
    ]


def test_json_lines_may_name_several_sources(fts: Fts) -> None:
    lines = [
        {"source": A, "destination": B, "activity": "x"},
        {"sources": [A, C], "destinations": [B]},
    ]
    text = "\n\n".join(json.dumps(line) for line in lines)
    bodies = dry(fts, "-f", "-", "--format", "jsonl", "--activity", "y", stdin=text)
    files = sorted((file for body in bodies for file in body["files"]), key=str)
    assert files == [
        {"sources": [A, C], "destinations": [B], "activity": "y"},
        {"sources": [A], "destinations": [B], "activity": "x"},
    ]


@pytest.mark.parametrize(
    ("form", "text", "word"),
    [
        ("csv", f"source,destination\n{A},{B}\n{A},b\n", "line 3"),
        (
            "csv",
            f"source,destinatoin\n{A},{B}\n",
            "line 1: unknown name 'destinatoin'; did you mean 'destination'?",
        ),
        ("csv", f"source,destination,size\n{A},{B},big\n", "'big'"),
        ("csv", f"source,destination,colour\n{A},{B},red\n", "colour"),
        ("csv", f"{A},{B},MD5:1,7,more\n", "columns"),
        ("csv", f"source,destination,sources\n{A},{B},{A}\n", "twice"),
        ("csv", "source,destination\n", "no transfer"),
        ("csv", f'source,destination,metadata\n{A},{B},"{{"\n', "line 2"),
        ("jsonl", f'{{"source": "{A}", "destination": "{B}"}}\n{{', "line 2"),
        ("jsonl", "[]", "line 1"),
        ("jsonl", "", "no transfer"),
    ],
)
def test_invalid_line_is_found_before_anything_is_sent(
    fts: Fts, wire: Wire, form: str, text: str, word: str
) -> None:
    result = fts("submit", "-f", "-", "--format", form, stdin=text)
    assert result.code == 2
    assert word in result.err
    assert wire.requests == []


def pairs(tmp_path: Path, count: int) -> str:
    path = tmp_path / "pairs.csv"
    path.write_text("".join(f"{A}{n},mock://b{n}.example/f\n" for n in range(count)))
    return str(path)


def test_repeated_campaign_submits_only_missing_jobs(
    fts: Fts, mock: MockFTS, tmp_path: Path
) -> None:
    first = fts("submit", "-f", pairs(tmp_path, 2), "--campaign", "k", "--json")
    again = fts("submit", "-f", pairs(tmp_path, 3), "--campaign", "k", "--json")
    assert mock.state.job_count == 3
    before = {json.loads(line)["job_id"] for line in first.out.splitlines()}
    found = [json.loads(line) for line in again.out.splitlines()]
    assert {entry["job_id"] for entry in found if entry["existed"]} == before
    assert sum(not entry["existed"] for entry in found) == 1


def test_refused_job_does_not_stop_the_others(fts: Fts, mock: MockFTS, tmp_path: Path) -> None:
    mock.faults.add(Fault("status", "POST /jobs", status=400, message="not this one", count=1))
    result = fts("submit", "-f", pairs(tmp_path, 3))
    assert result.code == 1
    assert mock.state.job_count == 2
    assert "not this one" in result.err
    assert "1 job refused" in result.err


def test_campaign_that_the_server_stops_says_how_to_resume(
    fts: Fts, mock: MockFTS, tmp_path: Path
) -> None:
    mock.faults.add(Fault("status", "POST /jobs", status=401, message="no more", count=None))
    result = fts("submit", "-f", pairs(tmp_path, 3), "--campaign", "k")
    assert result.code == 1
    assert "0 jobs with 0 files submitted" in result.err
    assert "--campaign k to submit the rest" in result.err


# --- what people see -----------------------------------------------------------------------------


def test_dry_run_of_many_pairs_prints_a_line_for_each_link(fts: Fts, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    lines = [f"{A}{n},{B if n % 4 else C}{n}\n" for n in range(2000)]
    path.write_text("".join(lines))
    result = fts("submit", "-f", str(path), "--dry-run")
    assert result.out == (
        "mock://a.example -> mock://b.example  8 jobs with 1,500 files\n"
        "mock://a.example -> mock://c.example  3 jobs with 500 files\n"
    )
    assert result.err == (
        "11 jobs with 2,000 files; nothing was sent; --json prints every request\n"
    )
    assert len(fts("submit", "-f", str(path), "--dry-run", "--json").out.splitlines()) == 11


def test_dry_run_of_many_links_names_the_largest(fts: Fts, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("".join(f"{A}{n},mock://b{n}.example/f\n" for n in range(120)))
    lines = fts("submit", "-f", str(path), "--dry-run").out.splitlines()
    assert len(lines) == 21
    assert lines[-1] == "and 100 more links"


def test_quiet_prints_bare_ids_of_one_job_and_of_many(fts: Fts, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(f"{A},{B}\n{A},{C}\n")
    ids = fts("submit", "-f", str(path), "-q").out + fts("submit", A, f"{B}9", "-q").out
    assert [len(line) for line in ids.splitlines()] == [36] * 3
    assert fts("status", "-q", "-", stdin=ids).out == ids
    assert fts("submit", A, B, "-q", "--watch").code == 2


def test_quiet_with_wait_prints_nothing_but_the_id(fts: Fts, mock: MockFTS) -> None:
    mock.clock.run(scale=100)
    result = fts("submit", A, B, "-q", "--wait", "30", "--poll", "0.1")
    assert result.code == 0
    assert len(result.out) == len(f"{'x' * 36}\n")


def test_proxy_without_attributes_is_told_its_vo_once(fts: Fts) -> None:
    plain = fts("submit", A, B, who="alice-novoms")
    assert plain.code == 0
    vo = json.loads(fts("whoami", "--json", who="alice-novoms").out)["vos"][0]
    assert plain.err == f"fts: no VO attributes: you submit as VO {vo}\n"
    assert fts("submit", A, f"{B}1").err == ""
