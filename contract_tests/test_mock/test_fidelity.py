"""The mock beside the recordings of a real server: submissions, and what anybody may ask.

Each recording is sent as its identity. Compared are status, content type, the set of methods in `Allow`, the names and types
of JSON fields, and texts with their numbers blanked out. Left out, each by a rule: answers 500 (the mock
owes a 4xx), HEAD and OPTIONS (compared elsewhere), and recordings whose set-up is more than an earlier recording.
"""

from __future__ import annotations

import http.client
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from fts_contract.mock import MockFTS

RECORDINGS = Path(__file__).parents[1] / "fts_contract" / "recordings"
# What differs on purpose: the mock keeps SQL to itself, and no history of transfers is kept yet.
ON_PURPOSE = {"submit-tokens-with-certificate", "submit-source-tokens-only-with-certificate"}
FREE = {"job_id", "submit_time", "file_id", "hashed_id", "max_time_in_queue", "dn"}
JOB_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def load(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((RECORDINGS / f"{name}.json").read_text())
    return found


def raw_body(recording: dict[str, Any]) -> bytes | None:
    body = recording["request"]["body"]
    headers = recording["request"]["headers"]
    if body is None:
        return None
    if isinstance(body, str):
        # Bytes that are no text stand as \\xNN in the recordings.
        return re.sub(r"\\x([0-9a-f]{2})", lambda m: chr(int(m[1], 16)), body).encode("latin-1")
    if headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        return "&".join(f"{key}={value}" for key, value in body.items()).encode()
    return json.dumps(body).encode()


def exchange(
    mock: MockFTS,
    tls: Callable[..., ssl.SSLContext],
    recording: dict[str, Any],
    ids: dict[str, str],
) -> tuple[int, dict[str, str], Any]:
    request = recording["request"]
    path = JOB_ID.sub(lambda m: ids.get(m[0], m[0]), request["path"])
    credential = None if recording["as"] == "anonymous" else str(mock.credential(recording["as"]))
    connection = http.client.HTTPSConnection(
        "localhost", mock.port, context=tls(credential, str(mock.ca_file))
    )
    try:
        connection.putrequest(request["method"], path, skip_accept_encoding=True)
        for name, value in request["headers"].items():
            connection.putheader(name, value.replace("localhost:8446", f"localhost:{mock.port}"))
        body = raw_body(recording)
        connection.putheader("Content-Length", str(len(body or b"")))
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read()
        headers = {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()
    try:
        return answer.status, headers, json.loads(content)
    except ValueError:
        return answer.status, headers, content.decode("latin-1")


def differences(recorded: Any, ours: Any, where: str = "") -> list[str]:
    if isinstance(recorded, dict) and isinstance(ours, dict):
        found = [f"{where}.{key}: only on one side" for key in recorded.keys() ^ ours.keys()]
        for key in recorded.keys() & ours.keys():
            found += differences(recorded[key], ours[key], f"{where}.{key}")
        return found
    if isinstance(recorded, list) and isinstance(ours, list):
        if len(recorded) != len(ours):
            return [f"{where}: {len(recorded)} members, {len(ours)} here"]
        pairs = enumerate(zip(recorded, ours, strict=True))
        return [d for i, (a, b) in pairs for d in differences(a, b, f"{where}[{i}]")]
    if type(recorded) is not type(ours):
        return [f"{where}: {recorded!r}, {ours!r} here"]
    if "BEGIN CERTIFICATE" in str(recorded):
        recorded, ours = str(recorded).count("BEGIN"), str(ours).count("BEGIN")
    key = where.rpartition(".")[2].partition("[")[0]
    if key in FREE or re.sub(r"\d+", "N", str(recorded)) == re.sub(r"\d+", "N", str(ours)):
        return []
    return [f"{where}: {recorded!r}, {ours!r} here"]


def compare(recording: dict[str, Any], answer: tuple[int, dict[str, str], Any]) -> list[str]:
    status, headers, body = answer
    expected = recording["response"]
    if status != expected["status"]:
        return [f"status {expected['status']}, {status} here: {str(body)[:200]}"]
    found = []
    if expected["headers"].get("content-type") != headers.get("content-type"):
        found.append(f"content type {headers.get('content-type')}")
    if "allow" in expected["headers"] and set(expected["headers"]["allow"].split(", ")) != set(
        headers.get("allow", "").split(", ")
    ):
        found.append(f"Allow: {headers.get('allow')}")
    return found + differences(expected["body"], body)


def replayable(recording: dict[str, Any], seen: set[str]) -> bool:
    setup: str = recording["setup"]
    follows = re.match(r"the job was just submitted by recording '(.+?)'", setup)
    return (
        recording["response"]["status"] != 500
        and recording["request"]["method"] not in ("HEAD", "OPTIONS")
        and recording["id"] not in ON_PURPOSE
        and (
            follows[1] in seen if follows else not setup or setup.startswith("the server's limit")
        )
    )


@pytest.mark.parametrize(
    ("name", "at_least"), [("root", 25), ("whoami", 15), ("jobs-submit", 480)]
)
def test_recordings_are_answered_as_the_real_server_answered(
    mock: MockFTS, tls: Callable[..., ssl.SSLContext], name: str, at_least: int
) -> None:
    seen: set[str] = set()
    ids: dict[str, str] = {}
    wrong: dict[str, list[str]] = {}
    for recording in load(name):
        if not replayable(recording, seen) or recording["request"]["query"]:
            continue
        if recording["as"] != "anonymous":
            mock.state.delegate(recording["as"])
        answer = exchange(mock, tls, recording, ids)
        seen.add(recording["id"])
        expected = recording["response"]["body"]
        if recording["request"]["method"] in ("POST", "PUT") and isinstance(expected, dict):
            ids |= (
                {expected["job_id"]: answer[2]["job_id"]}
                if "job_id" in expected and "job_id" in answer[2]
                else {}
            )
        if found := compare(recording, answer):
            wrong[recording["id"]] = found

    assert wrong == {}
    assert len(seen) >= at_least
