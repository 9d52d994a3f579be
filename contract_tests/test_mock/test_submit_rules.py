from __future__ import annotations

import copy
import json
import uuid
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_contract.mock import MockFTS

SOURCE = "https://src.example.org:8443/data/f"
DEST = "davs://dst.example.org:8443/data/f"
ONE: dict[str, Any] = {"sources": [SOURCE], "destinations": [DEST]}
INVALID = "Invalid value within the request: "
MALFORMED = "Malformed request: "
REPLICAS = {"sources": [f"https://r{i}.example.org/f" for i in (1, 2, 3)], "destinations": [DEST]}
HOPS = [
    {"sources": ["https://r1.example.org/f"], "destinations": ["https://r2.example.org/f"]},
    {"sources": ["https://r2.example.org/f"], "destinations": ["https://r3.example.org/f"]},
]


def body(*, files: Any = None, params: Any = None, **file: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"files": [{**ONE, **file}] if files is None else files}
    if params is not None:
        made["params"] = params
    return made


def url(value: Any) -> dict[str, Any]:
    return body(sources=[value])


# Statuses and messages as the real server answered; where it answers 500, the mock answers a 4xx (below).
@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"files": None}, "No transfers operations specified"),
        ({"params": {}}, "No transfers operations specified"),
        ({"transfers": [ONE]}, "No transfers operations specified"),
        ({"files": []}, "No valid pairs available"),
        ({"files": {}}, "No valid pairs available"),
        (body(sources=[]), "No valid pairs available"),
        ({"files": 5}, MALFORMED + "'int' object is not iterable"),
        ({"files": [{}]}, "Missing parameter: 'sources'"),
        ({"files": [{"sources": [SOURCE]}]}, "Missing parameter: 'destinations'"),
        (body(destinations=3), MALFORMED + "'int' object is not iterable"),
        (body(sources=None), MALFORMED + "'NoneType' object is not iterable"),
        (body(sources="https://x/y"), INVALID + "Missing scheme (h)"),
        ({"files": [ONE], "params": None}, MALFORMED + "'NoneType' object is not iterable"),
        (
            body(params="x"),
            INVALID + "dictionary update sequence element #0 has length 1; 2 is required",
        ),
        (url("/data/f"), INVALID + "Missing scheme (/data/f)"),
        (url("//h/data/f"), INVALID + "Missing scheme (//h/data/f)"),
        (url(""), INVALID + "Missing scheme ()"),
        (url("file:///data/f"), INVALID + "Can not transfer local files (file:///data/f)"),
        (url("https://h.org"), INVALID + "Missing path (https://h.org)"),
        (url("https://h.org/"), INVALID + "Missing path (https://h.org/)"),
        (url("https:/data/f"), INVALID + "Missing host (https:///data/f)"),
        (url("https://:8443/f"), INVALID + "Missing host (https://:8443/f)"),
        (url("https://[x/f"), INVALID + "Invalid IPv6 URL"),
        (body(filesize="big"), INVALID + "could not convert string to float: 'big'"),
        (body(scitag=64), INVALID + "Invalid SciTag value: 64 (not in [65, 65535] range)"),
        (body(scitag=65536), INVALID + "Invalid SciTag value: 65536 (not in [65, 65535] range)"),
        (
            body(scitag="65"),
            INVALID + "Invalid SciTag value: 65. Must be an integer in the [65, 65535] range!",
        ),
        (
            body(scitag=True),
            INVALID + "Invalid SciTag value: True (not in [65, 65535] range)",
        ),
        (body(metadata=5), INVALID + "Metadata neither JSON nor String"),
        (body(staging_metadata="x"), INVALID + "Staging metadata not in JSON format"),
        (body(archive_metadata="x"), INVALID + "Archive metadata not in JSON format"),
        (body(params={"job_metadata": [1]}), INVALID + "Metadata neither JSON nor String"),
        ({"files": [{"sources": []}]}, "No valid pairs available"),
        ({"files": [{"sources": ["mock://a/f"]}]}, "Missing parameter: 'destinations'"),
        (
            body(source_tokens=[1]),
            "Source token is not a string: type(src_token)=<class 'int'>",
        ),
        (body(checksum=1234), MALFORMED + "object of type 'int' has no len()"),
        (body(params={"verify_checksum": 1}), MALFORMED + "'int' object is not subscriptable"),
        (body(params={"verify_checksum": {}}), "Missing parameter: 0"),
        (
            body(params={"retry": ""}),
            INVALID + "invalid literal for int() with base 10: ''",
        ),
        (
            body(params={"priority": "high"}),
            INVALID + "invalid literal for int() with base 10: 'high'",
        ),
        (
            body(params={"retry_delay": "10m"}),
            INVALID + "invalid literal for int() with base 10: '10m'",
        ),
        (
            body(params={"overwrite": True, "overwrite_on_retry": True}),
            "Incompatible overwrite flags used at the same time",
        ),
        (
            body(params={"overwrite_hop": True}),
            "'overwrite-hop' requires multihop job submission",
        ),
        (
            body(params={"overwrite_when_only_on_disk": True}),
            "'overwrite-when-only-on-disk' requires 'archive-timeout' to be set",
        ),
        (
            body(
                destinations=["root://d.org//f"],
                params={"overwrite_when_only_on_disk": True, "archive_timeout": 9},
            ),
            (
                "'overwrite-when-only-on-disk' requires destination to be HTTPs endpoint "
                "(Tape REST API required)"
            ),
        ),
        (
            body(files=[REPLICAS], params={"multihop": True}),
            "Can not request multiple replica job together with multihop or session reuse at the same time",
        ),
        (
            body(files=[REPLICAS, ONE]),
            "Multiple replica jobs must only have one unique file",
        ),
        (
            body(files=HOPS, params={"reuse": True}),
            "Reuse jobs must only contain transfers for the same source ad destination storage",
        ),
        (
            body(files=[{**REPLICAS, "selection_strategy": "best"}]),
            "best algorithm is not supported by Scheduler",
        ),
        (
            body(params={"id_generator": "deterministic"}),
            "Need sid for deterministic job id generation",
        ),
        (
            body(params={"id_generator": "deterministic", "sid": 1}),
            MALFORMED + 'can only concatenate str (not "int") to str',
        ),
    ],
)
def test_bad_submission_is_400_with_the_words_of_the_real_server(
    alice: httpx.Client, mock: MockFTS, sent: dict[str, Any], message: str
) -> None:
    answer = alice.post("/jobs", json=sent)

    assert answer.status_code == 400
    assert answer.json() == {"status": "400 Bad Request", "message": message}
    assert mock.state.job_count == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"files": ["x"]},
        {"files": [None]},
        {"files": dict(ONE)},
        url(7),
        url(None),
        body(params={"verify_checksum": ""}),
        body(params={"verify_checksum": ["both"]}),
        body(filesize=1e30),
        body(checksum="x" * 101),
        body(activity="x" * 256),
        body(selection_strategy="x" * 33),
        url("https://h.org/" + "x" * 1100),
        body(params={"retry": 2**31}),
        body(params={"bring_online": 2**31}),
        body(params={"max_time_in_queue": 1000000}),
        body(params={"nostreams": 10**300}),
        body(source_tokens=["a", "b"]),
        {**body(), "request": 1},
        {**body(), "self": 1},
    ],
)
def test_what_the_real_server_answers_500_is_400_here(
    alice: httpx.Client, mock: MockFTS, sent: dict[str, Any]
) -> None:
    answer = alice.post("/jobs", json=sent)

    assert answer.status_code == 400
    assert set(answer.json()) == {"status", "message"}
    assert mock.state.job_count == 0


@pytest.mark.parametrize(
    ("filesize", "kept"),
    [
        (2**53 - 1, 2**53 - 1),
        (2**53 + 1, 2**53),
        (2**53 + 2, 2**53 + 2),
        (2**63 - 512, 2**63 - 1),
        (2**63 - 1, 2**63 - 1),
    ],
)
def test_filesizes_are_kept_as_far_as_a_double_holds_them(
    alice: httpx.Client, filesize: int, kept: int
) -> None:
    job_id = alice.post("/jobs", json=body(filesize=filesize)).json()["job_id"]

    assert alice.get(f"/jobs/{job_id}/files").json()[0]["user_filesize"] == kept


def test_not_a_number_as_filesize_is_400(alice: httpx.Client) -> None:
    text = '{"files": [{"sources": ["%s"], "destinations": ["%s"], "filesize": NaN}]}'
    answer = alice.post(
        "/jobs",
        content=(text % (SOURCE, DEST)).encode(),
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("content_type", "sent", "status", "message"),
    [
        ("application/json", b"nonsense", 400, "Badly formatted JSON request"),
        ("application/json", b"", 400, "Badly formatted JSON request"),
        ("application/json", b'{"files": [],}', 400, "Badly formatted JSON request"),
        ("application/json", b'{"files": "\xe9"}', 400, "Badly formatted JSON request"),
        ("application/json", b"[]", 400, "Expecting a dictionary"),
        ("application/json", b"null", 400, "Expecting a dictionary"),
        (
            "Application/JSON",
            b"{}",
            400,
            "Expecting application/json or application/x-www-form-urlencoded",
        ),
        (
            "text/plain",
            b"{}",
            400,
            "Expecting application/json or application/x-www-form-urlencoded",
        ),
        ("application/x-www-form-urlencoded", b"x=1", 400, "No transfers operations specified"),
        ("application/json; charset=utf-8", json.dumps(body()).encode(), 200, None),
        ("application/json", json.dumps(body()).encode("utf-16"), 200, None),
        ("application/json", b"\xef\xbb\xbf" + json.dumps(body()).encode(), 200, None),
    ],
)
def test_body_formats(
    alice: httpx.Client, content_type: str, sent: bytes, status: int, message: str | None
) -> None:
    answer = alice.post("/jobs", content=sent, headers={"Content-Type": content_type})

    assert (answer.status_code, answer.json().get("message")) == (status, message)


def test_put_reads_json_without_a_type(alice: httpx.Client) -> None:
    assert alice.put("/jobs", content=json.dumps(body()).encode()).status_code == 200


def test_put_with_a_form_type_sees_no_body(alice: httpx.Client) -> None:
    answer = alice.put(
        "/jobs",
        content=json.dumps(body()).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert answer.json()["message"] == "Badly formatted JSON request"


def test_put_as_multipart_sees_no_body(alice: httpx.Client) -> None:
    answer = alice.put(
        "/jobs",
        content=json.dumps(body()).encode(),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )

    assert answer.status_code == 400
    assert answer.json()["message"] == "Badly formatted JSON request"


def test_deletion_jobs_are_405_without_allow(alice: httpx.Client) -> None:
    answer = alice.post("/jobs", json={"delete": ["https://h.org/f"]})

    assert answer.status_code == 405
    assert answer.json()["message"] == "Deletion jobs are no longer supported by FTS"
    assert "allow" not in answer.headers


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        # Each pair breaks two rules; the first one in the order of the real server answers.
        ({"delete": [], "params": {"job_metadata": 5}}, 400),
        ({"delete": [], "files": None}, 405),
        (body(params={"retry": "x"}, sources=["nonsense"]), 400),
    ],
)
def test_order_of_checks(alice: httpx.Client, sent: dict[str, Any], status: int) -> None:
    assert alice.post("/jobs", json=sent).status_code == status


def test_malformed_body_comes_before_a_missing_delegation(
    connect: Callable[..., httpx.Client],
) -> None:
    client = connect("alice")
    headers = {"Content-Type": "application/json"}

    assert client.post("/jobs", content=b"{", headers=headers).status_code == 400
    assert client.post("/jobs", json={}).status_code == 419


def test_anonymous_submission_is_403_before_everything(
    connect: Callable[..., httpx.Client],
) -> None:
    answer = connect("anonymous").post("/jobs", content=b"nonsense")

    assert (answer.status_code, answer.json()["message"]) == (403, "Not enough permissions")


def _submitted(client: httpx.Client, sent: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    answer = client.post("/jobs", json=sent)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"job_id"}
    job_id = answer.json()["job_id"]
    return client.get(f"/jobs/{job_id}").json(), client.get(f"/jobs/{job_id}/files").json()


@pytest.mark.parametrize(
    ("sent", "stored"), [(["a"], "a"), ([7], "7"), (True, "1"), ({"a": 1}, "{'a': 1}"), ("b", "b")]
)
def test_text_of_another_type_is_stored_as_the_database_reads_it(
    alice: httpx.Client, sent: Any, stored: str
) -> None:
    _, files = _submitted(alice, body(activity=sent))

    assert files[0]["activity"] == stored


@pytest.mark.parametrize("name", ["activity", "checksum", "selection_strategy"])
def test_list_of_null_in_place_of_a_text_is_stored_as_null(alice: httpx.Client, name: str) -> None:
    _, files = _submitted(alice, body(**{name: [None]}))

    assert files[0][name] is None


def test_minimal_job_has_every_default(alice: httpx.Client, mock: MockFTS) -> None:
    job, files = _submitted(alice, body())

    assert len(job) == 30
    assert len(files[0]) == 42
    assert job["job_state"] == files[0]["file_state"] == "SUBMITTED"
    assert uuid.UUID(job["job_id"]).version == 1
    assert job["submit_time"] == mock.clock.now().strftime("%Y-%m-%dT%H:%M:%S")
    expected = {
        "job_type": "N",
        "verify_checksum": "n",
        "priority": 3,
        "retry": 0,
        "retry_delay": 0,
        "bring_online": -1,
        "copy_pin_lifetime": -1,
        "archive_timeout": -1,
        "max_time_in_queue": None,
        "internal_job_params": None,
        "overwrite_flag": None,
        "job_metadata": {"auth_method": "certificate"},
        "source_se": "https://src.example.org",
        "dest_se": "davs://dst.example.org",
        "vo_name": "testvo",
        "cred_id": "7ba5c996de416fe2",
        "http_status": "200 Ok",
    }
    assert {key: job[key] for key in expected} == expected
    assert files[0]["checksum"] == "ADLER32"
    assert files[0]["user_filesize"] == 0
    assert files[0]["file_id"] > 2**32


@pytest.mark.parametrize(
    ("params", "field", "stored"),
    [
        ({"verify_checksum": True}, "verify_checksum", "b"),
        ({"verify_checksum": "source"}, "verify_checksum", "s"),
        ({"verify_checksum": "xyz"}, "verify_checksum", "x"),
        ({"priority": 99}, "priority", 5),
        ({"priority": -1}, "priority", 1),
        ({"priority": "4"}, "priority", 4),
        ({"retry": -50}, "retry", -50),
        ({"bring_online": "1h"}, "bring_online", -1),
        ({"reuse": "true"}, "job_type", "N"),
        ({"reuse": "yes"}, "job_type", "Y"),
        ({"multihop": "N"}, "job_type", "H"),
        ({"overwrite": True}, "overwrite_flag", "Y"),
        ({"overwrite_on_retry": True}, "overwrite_flag", "R"),
        ({"multihop": True, "overwrite_hop": True}, "overwrite_flag", "M"),
        (
            {"overwrite_when_only_on_disk": True, "archive_timeout": 9},
            "overwrite_flag",
            "D",
        ),
        (
            {
                "multihop": True,
                "overwrite_hop": True,
                "overwrite_when_only_on_disk": True,
                "archive_timeout": 9,
            },
            "overwrite_flag",
            "Q",
        ),
        ({"overwrite": "N", "overwrite_hop": "N", "multihop": True}, "overwrite_flag", "Y"),
        (
            {"job_metadata": "label"},
            "job_metadata",
            {"label": "label", "auth_method": "certificate"},
        ),
        (
            {"job_metadata": {"auth_method": "mine"}},
            "job_metadata",
            {"auth_method": "certificate"},
        ),
        (
            {
                "nostreams": 4,
                "timeout": 3600,
                "buffer_size": 1048576,
                "strict_copy": True,
                "disable_cleanup": True,
                "ipv4": True,
                "ipv6": True,
                "s3alternate": True,
            },
            "internal_job_params",
            "nostreams:4,timeout:3600,buffersize:1048576,strict,disable-cleanup,ipv4,s3alternate",
        ),
        ({"nostreams": 0}, "internal_job_params", None),
        (
            {"nostreams": "0", "timeout": 0.5, "buffer_size": " 0 "},
            "internal_job_params",
            "nostreams:0,timeout:0,buffersize:0",
        ),
        ({"nostreams": "", "timeout": [], "buffer_size": {}}, "internal_job_params", None),
        ({"nostreams": {}, "timeout": "", "buffer_size": []}, "internal_job_params", None),
        ({"verify_checksum": [1]}, "verify_checksum", "1"),
        ({"verify_checksum": [None, None]}, "verify_checksum", None),
        ({"verify_checksum": ["b"]}, "verify_checksum", "b"),
        ({"source_spacetoken": "T"}, "source_spacetoken", None),
        ({"bring_online": 60}, "job_state", "STAGING"),
        ({"copy_pin_lifetime": 60}, "job_state", "STAGING"),
        ({"target_qos": ""}, "job_state", "QOS_TRANSITION"),
        ({"target_qos": "x", "bring_online": 60}, "job_state", "STAGING"),
        ({"retry": None, "priority": None}, "retry", 0),
        ([["retry", 2]], "retry", 2),
    ],
)
def test_parameters_are_stored_as_the_real_server_stores_them(
    alice: httpx.Client, params: Any, field: str, stored: Any
) -> None:
    job, _files = _submitted(alice, body(params=params))

    assert job[field] == stored


@pytest.mark.parametrize(
    ("given", "hours"),
    [
        (2, 2),
        (True, 1),
        ("36000s", 10),
        ("120M", 2),
        ("1d", 24),
        (" 1_0 h", 10),
        ("0s", 0),
        ("-1H", -1),
        (0, None),
        (False, None),
        (1.5, None),
        ("10", None),
        ("h", None),
        ("2h ", None),
        ("", None),
    ],
)
def test_queue_limit_is_an_absolute_time(
    alice: httpx.Client, mock: MockFTS, given: Any, hours: int | None
) -> None:
    job, _files = _submitted(alice, body(params={"max_time_in_queue": given}))

    expected = None if hours is None else int(mock.clock.time()) + hours * 3600
    assert job["max_time_in_queue"] == expected


@pytest.mark.parametrize(
    ("kind", "limit", "path"),
    [
        ("job", 2048, ("params", "job_metadata")),
        ("file", 4096, ("files", 0, "metadata")),
        ("staging", 1024, ("files", 0, "staging_metadata")),
        ("archive", 1024, ("files", 0, "archive_metadata")),
    ],
)
def test_metadata_may_be_as_long_as_its_limit(
    alice: httpx.Client, kind: str, limit: int, path: tuple[Any, ...]
) -> None:
    def sent(length: int) -> dict[str, Any]:
        value = {"k": "x" * (length - len('{"k": ""}'))}
        made = copy.deepcopy(body(params={}))
        target: Any = made
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = value
        return made

    assert alice.post("/jobs", json=sent(limit)).status_code == 200, kind
    answer = alice.post("/jobs", json=sent(limit + 1))
    assert answer.json()["message"] == (
        f"{INVALID}Job Submission Refused, metadata exceeds size limit of {limit}"
    )


@pytest.mark.parametrize(
    ("given", "stored", "storage"),
    [
        ("HTTPS://H.Org:99/a b", "https://H.Org:99/a b", "https://h.org"),
        (" https://h.org/f\n", "https://h.org/f", "https://h.org"),
        ("srm://h.org/?SFN=/x", "srm://h.org/?SFN=/x", "srm://h.org"),
        ("https://u:p@h.org/f#x", "https://u:p@h.org/f#x", "https://h.org"),
        ("foo://h.org:bad/f", "foo://h.org:bad/f", "foo://h.org"),
    ],
)
def test_urls_are_kept_and_their_storage_is_named(
    alice: httpx.Client, given: str, stored: str, storage: str
) -> None:
    _job, files = _submitted(alice, url(given))

    assert (files[0]["source_surl"], files[0]["source_se"]) == (stored, storage)


def test_replicas_start_with_the_first_source(alice: httpx.Client) -> None:
    job, files = _submitted(alice, body(files=[REPLICAS]))

    assert job["job_type"] == "R"
    assert job["source_se"] is None
    assert [f["file_state"] for f in files] == ["SUBMITTED", "NOT_USED", "NOT_USED"]
    assert {f["file_index"] for f in files} == {0}
    assert len({f["hashed_id"] for f in files}) == 1


def test_replicas_prefer_the_shorter_queue(alice: httpx.Client) -> None:
    busy = {"sources": [REPLICAS["sources"][0]], "destinations": [DEST]}
    alice.post("/jobs", json=body(files=[busy, busy]))

    _job, files = _submitted(alice, body(files=[REPLICAS]))

    assert [f["file_state"] for f in files] == ["NOT_USED", "SUBMITTED", "NOT_USED"]


def test_orderly_replicas_ignore_queues(alice: httpx.Client) -> None:
    busy = {"sources": [REPLICAS["sources"][0]], "destinations": [DEST]}
    alice.post("/jobs", json=body(files=[busy, busy]))

    _job, files = _submitted(alice, body(files=[{**REPLICAS, "selection_strategy": "orderly"}]))

    assert [f["file_state"] for f in files] == ["SUBMITTED", "NOT_USED", "NOT_USED"]


def test_several_destinations_all_start(alice: httpx.Client) -> None:
    file = {"sources": [SOURCE], "destinations": [DEST, "https://other.example.org/f"]}
    job, files = _submitted(alice, body(files=[file]))

    assert job["job_type"] == "R"
    assert [f["file_state"] for f in files] == ["SUBMITTED", "SUBMITTED"]


def test_multihop_starts_with_the_first_hop(alice: httpx.Client) -> None:
    job, files = _submitted(alice, body(files=HOPS, params={"multihop": True}))

    assert (job["source_se"], job["dest_se"]) == (
        "https://r1.example.org",
        "https://r3.example.org",
    )
    assert [f["file_state"] for f in files] == ["SUBMITTED", "NOT_USED"]


def test_staging_from_root_tells_the_activity(alice: httpx.Client) -> None:
    sent = body(
        sources=["root://t.org//f?a=1"], activity="Data Export", params={"bring_online": 9}
    )
    _job, files = _submitted(alice, sent)

    assert files[0]["source_surl"] == "root://t.org//f?a=1&activity=Data+Export"


def test_deterministic_id_is_the_one_of_the_real_server(alice: httpx.Client) -> None:
    params = {"id_generator": "deterministic", "sid": "jsub-sid-1"}
    job, _files = _submitted(alice, body(params=params))

    assert job["job_id"] == "464b8641-37fe-50d4-a359-d57b15e5b65c"


def test_sid_used_twice_in_a_vo_is_409(
    alice: httpx.Client, connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    sent = body(params={"id_generator": "deterministic", "sid": "s"})
    job_id = alice.post("/jobs", json=sent).json()["job_id"]
    alice.delete(f"/jobs/{job_id}")
    mock.state.delegate("bob")
    mock.state.delegate("alice-novoms")

    for client in (alice, connect("bob")):
        answer = client.post("/jobs", json=sent)
        assert answer.status_code == 409
        assert answer.json() == {
            "status": "409 Conflict",
            "message": "The sid provided by the user is duplicated",
        }
    assert connect("alice-novoms").post("/jobs", json=sent).status_code == 200
    nonsense = {**sent, "files": [{**ONE, "sources": ["nonsense"]}]}
    assert alice.post("/jobs", json=nonsense).status_code == 400


def test_sid_without_generator_is_ignored(alice: httpx.Client) -> None:
    for _ in range(2):
        job, _files = _submitted(alice, body(params={"sid": "s"}))
        assert uuid.UUID(job["job_id"]).version == 1


def test_tokens_beside_a_certificate_are_another_409(alice: httpx.Client) -> None:
    answer = alice.post("/jobs", json=body(source_tokens=["x.y.z"]))

    assert answer.status_code == 409
    assert answer.json()["message"].startswith("The submission is duplicated")
    assert "sid" not in answer.json()["message"]
    assert alice.post("/jobs", json=body(source_tokens=[])).status_code == 200


@pytest.mark.parametrize(
    ("status", "vo", "expected", "state"),
    [
        ("CANCEL", "testvo", 403, None),
        ("WAIT", "testvo", 403, None),
        ("CANCEL", "*", 403, None),
        ("CANCEL", "othervo", 200, "SUBMITTED"),
        ("WAIT_AS", "testvo", 200, "ON_HOLD"),
    ],
)
def test_banned_storage(  # noqa: PLR0917 - one column each
    alice: httpx.Client, mock: MockFTS, status: str, vo: str, expected: int, state: str | None
) -> None:
    mock.state.ban_storage("https://src.example.org", vo=vo, status=status)

    answer = alice.post("/jobs", json=body())

    assert answer.status_code == expected
    if expected == 403:
        assert answer.json()["message"] == "https://src.example.org is banned"
    else:
        files = alice.get(f"/jobs/{answer.json()['job_id']}/files").json()
        assert files[0]["file_state"] == state


@pytest.mark.parametrize(("checksum", "stored"), [({}, "n"), ([], "n"), ({"a": 1}, "t")])
def test_empty_checksum_object_is_none_to_verify(
    alice: httpx.Client, checksum: Any, stored: str
) -> None:
    job, _files = _submitted(alice, body(checksum=checksum, params={"verify_checksum": False}))

    assert job["verify_checksum"] == stored


@pytest.mark.parametrize("name", ["source_tokens", "destination_tokens"])
def test_empty_object_in_place_of_tokens_is_taken(alice: httpx.Client, name: str) -> None:
    assert alice.post("/jobs", json=body(**{name: {}})).status_code == 200


@pytest.mark.parametrize("wrong", [["x" * 2000], [1] * 2000, "x" * 2000])
@pytest.mark.parametrize("kind", ["staging", "archive"])
def test_size_of_metadata_is_checked_before_its_form(
    alice: httpx.Client, kind: str, wrong: Any
) -> None:
    answer = alice.post("/jobs", json=body(**{f"{kind}_metadata": wrong}))

    assert answer.json()["message"] == (
        f"{INVALID}Job Submission Refused, metadata exceeds size limit of 1024"
    )
