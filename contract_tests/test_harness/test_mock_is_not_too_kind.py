"""The mock refuses what a real FTS refuses; a client tested only with good requests would learn nothing from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fts_contract.harness.generating.preparation import explore, prepare
from fts_contract.harness.options import RunOptions
from fts_contract.harness.sending.credential import find_credential
from fts_contract.harness.sending.session import GuardedSession
from fts_contract.harness.server import meet_server
from fts_contract.mock import MockFTS

if TYPE_CHECKING:
    from collections.abc import Iterator

UNKNOWN = "11111111-1111-1111-1111-111111111111"
PAIR = {"sources": ["mock://a.org/f"], "destinations": ["mock://b.org/f"]}


@pytest.fixture(scope="module")
def session() -> Iterator[GuardedSession]:
    with MockFTS() as mock:
        options = RunOptions(url=mock.endpoint, cert=mock.credential("alice"))
        credential = find_credential(options.cert)
        with GuardedSession(
            mock.endpoint,
            credential=credential,
            verify=str(mock.ca_dir),
            timeout_s=10,
            lock=lambda _method, _path, _body: None,
        ) as opened:
            server, _ = meet_server(opened)
            known = explore(opened, server.identity, lambda _exchange: None)
            prepare(opened, known, credential, lambda _exchange: None, [])
            yield opened


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"files": [PAIR]}, 200),
        ({}, 400),
        ({"files": []}, 400),
        ({"files": [{"sources": ["mock://a.org/f"]}]}, 400),
        ({"files": [{**PAIR, "sources": ["no scheme"]}]}, 400),
        ({"files": [{**PAIR, "sources": ["file:///f"]}]}, 400),
        ({"files": [{**PAIR, "sources": ["mock://a.org/"]}]}, 400),
        ({"files": [{**PAIR, "scitag": 64}]}, 400),
        ({"files": [{**PAIR, "filesize": "many"}]}, 400),
        ({"files": [PAIR], "params": None}, 400),
        ({"files": [PAIR], "params": {"retry": "often"}}, 400),
        ({"files": [PAIR], "params": {"overwrite": True, "overwrite_on_retry": True}}, 400),
        ({"files": [PAIR], "params": {"id_generator": "deterministic"}}, 400),
        ({"files": [PAIR], "params": {"job_metadata": [1]}}, 400),
        ({"files": [PAIR], "delete": ["mock://a.org/f"]}, 405),
        ([], 400),
    ],
)
def test_submission_is_judged(session: GuardedSession, body: Any, status: int) -> None:
    assert session.ask("POST", "/jobs", phase="test", json=body).status == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/jobs?limit=501", 400),
        ("GET", "/jobs?limit=-1", 400),
        ("GET", "/jobs?user_dn=/CN=somebody", 400),
        ("GET", "/jobs?dlg_id=0123456789abcdef", 403),
        ("GET", f"/jobs/{UNKNOWN}", 404),
        ("GET", f"/jobs/{UNKNOWN},{UNKNOWN}", 207),
        ("GET", f"/jobs/{UNKNOWN}/files", 404),
        ("DELETE", f"/jobs/{UNKNOWN}", 404),
        ("DELETE", f"/jobs/{UNKNOWN}/files/1", 404),
        ("GET", "/delegation/0123456789abcdef", 403),
        ("GET", "/delegation/0123456789abcdef/request", 403),
        ("DELETE", "/delegation/0123456789abcdef", 403),
        ("GET", "/no-such-path", 404),
        ("GET", "/whoami/", 404),
        ("POST", "/whoami", 405),
        ("PATCH", "/jobs", 405),
        ("DELETE", "/", 405),
    ],
)
def test_request_is_judged(session: GuardedSession, method: str, path: str, status: int) -> None:
    assert session.ask(method, path, phase="test").status == status


@pytest.mark.parametrize(
    ("headers", "data"),
    [
        ({"Content-Type": "text/plain"}, b'{"files": []}'),
        ({}, b'{"files": []}'),
        ({"Content-Type": "application/json"}, b'{"files": ['),
        ({"Content-Type": "application/json"}, b""),
        ({"Content-Type": "application/json"}, b"\xff\xfe\xfa"),
    ],
    ids=["text", "no-type", "cut-off", "empty", "binary"],
)
def test_submission_that_is_no_json_is_refused(
    session: GuardedSession, headers: dict[str, str], data: bytes
) -> None:
    answer = session.ask("POST", "/jobs", phase="test", headers=headers, data=data)
    assert answer.status == 400
    assert answer.json["status"] == "400 Bad Request"


def test_garbage_is_no_credential(session: GuardedSession) -> None:
    delegation_id = session.ask("GET", "/whoami", phase="test").json["delegation_id"]
    for data in (
        b"",
        b"garbage",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ):
        answer = session.ask(
            "PUT", f"/delegation/{delegation_id}/credential", phase="test", data=data
        )
        assert answer.status == 400
        assert "Malformed proxy" in answer.json["message"]
