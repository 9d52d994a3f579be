"""Small servers to test the harness against: a stub, and a relay in front of the mock that sees and changes everything."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import parse_qsl

import attrs
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from fts_contract.commands import contract as contract_app
from fts_contract.harness.probes.conversation import Conversation

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from fts_contract.mock import MockFTS

JSON = {"Content-Type": "application/json"}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Seen(NamedTuple):
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Responder = Callable[[Seen], Answer]


@attrs.define
class SmallServer:
    """Plain HTTP on loopback: answers with a function and keeps what arrived."""

    respond: Responder
    seen: list[Seen] = attrs.field(factory=list)
    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # A second packet of an answer must not wait for the delayed acknowledgement of the first, 40 ms each time.
            wbufsize = -1
            disable_nagle_algorithm = True

            def handle_any(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                seen = Seen(self.command, self.path, dict(self.headers), self.rfile.read(length))
                outer.seen.append(seen)
                answer = outer.respond(seen)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer.body)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = handle_any  # noqa: N815 - the names that http.server calls
            do_HEAD = do_OPTIONS = do_TRACE = do_QUERY = handle_any  # noqa: N815

            def log_message(self, *_args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"


class Relay(SmallServer):
    """Passes everything to the mock as one of its identities; `change` may replace an answer."""

    def __init__(self, mock: MockFTS, identity: str = "alice") -> None:
        session = requests.Session()
        session.trust_env = False
        session.headers.clear()
        session.cert = str(mock.credential(identity))
        session.verify = str(mock.ca_dir)
        self.change: Callable[[Seen, Answer], Answer] = lambda _seen, answer: answer
        lock = threading.Lock()

        def respond(seen: Seen) -> Answer:
            headers = {
                name: value
                for name, value in seen.headers.items()
                if name.lower() not in {"host", "content-length", "connection", "accept-encoding"}
            }
            with lock:
                answered = session.request(
                    seen.method,
                    mock.endpoint + seen.target,
                    headers=headers,
                    data=seen.body or None,
                    allow_redirects=False,
                    timeout=30,
                )
            kept = {
                name: value
                for name, value in answered.headers.items()
                if name.lower()
                not in {"content-length", "transfer-encoding", "connection", "date", "server"}
            }
            body = answered.content
            if seen.method == "HEAD":
                # Of the length that is announced; it is not sent.
                body = bytes(int(answered.headers.get("content-length", 0)))
            return self.change(seen, Answer(answered.status_code, kept, body))

        super().__init__(respond)
        self._session = session

    def __exit__(self, *args: object) -> None:
        super().__exit__(*args)
        self._session.close()


class Outcome(NamedTuple):
    exit_code: int
    out: str
    err: str


def pass_time_of(mock: MockFTS, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the clock of a mock advance where a probe would wait, so that waiting takes no time."""
    talk = partial(Conversation, sleep=mock.clock.advance)
    monkeypatch.setattr("fts_contract.harness.probing.Conversation", talk)


def run_command(*args: object) -> Outcome:
    """Run `fts contract ...` in this process."""
    result = CliRunner().invoke(contract_app, [str(arg) for arg in args])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


def make_pem(path: Path, *, lifetime: timedelta = timedelta(hours=1)) -> Path:
    """Write a made-up certificate with its key, as a credential for servers that do not check it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + lifetime)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def json_answer(status: int, data: Any) -> Answer:
    return Answer(status, JSON, json.dumps(data).encode())


ALICE = {
    "user_dn": "/DC=org/DC=example/O=Users/CN=alice",
    "dn": ["/DC=org/DC=example/O=Users/CN=alice"],
    "base_id": "01874efb-4735-4595-bc9c-591aef8240c9",
    "voms_cred": [],
    "vos": ["8748806df667829d"],
    "vos_id": ["b13775ab-ce60-5e84-a267-9d1c3fa0a15c"],
    "roles": [],
    "level": {"transfer": "vo", "deleg": "vo", "datamanagement": "all"},
    "delegation_id": "8748806df667829d",
    "method": "certificate",
    "is_root": False,
}


def answers_of_stub(recordings_folder: Path) -> dict[str, Answer]:
    """Give what a just good enough FTS answers to GET, by path."""
    recorded = json.loads((recordings_folder / "root.json").read_text())
    server_info = next(
        recording["response"]["body"]
        for recording in recorded
        if recording["request"]["path"] == "/" and recording["response"]["status"] == 200
    )
    return {
        "/": json_answer(200, server_info),
        "/whoami": json_answer(200, ALICE),
        "/jobs": json_answer(200, []),
        "/files": json_answer(200, []),
        f"/delegation/{ALICE['delegation_id']}": json_answer(200, None),
    }


def stub_responder(answers: dict[str, Answer]) -> Responder:
    """Make a just good enough FTS from answers to GET by path, which are read anew for each request."""
    missing = json_answer(501, {"status": "501 Not Implemented", "message": "not here"})
    wrong = json_answer(
        400, {"status": "400 Bad Request", "message": "limit is not a number from 0 to 500"}
    )
    foreign = json_answer(403, {"status": "403 Forbidden", "message": "not you"})

    def respond(seen: Seen) -> Answer:
        path, _, query = seen.target.partition("?")
        path = re.sub("/+", "/", path)
        path = path.rstrip("/") if path in {"/jobs/", "/files/"} else path
        if seen.method == "OPTIONS":
            return Answer(200, {"Allow": "GET, HEAD, OPTIONS, POST, PUT"}, b"")
        if "origin" in {name.lower() for name in seen.headers}:
            return Answer(
                403, {"Content-Type": "text/html; charset=utf-8"}, b"<p>not this origin</p>"
            )
        asked = dict(reversed(parse_qsl(query)))
        if path == "/jobs" and (
            asked.get("user_dn", ALICE["user_dn"]) != ALICE["user_dn"]
            or asked.get("dlg_id", ALICE["delegation_id"]) != ALICE["delegation_id"]
        ):
            return foreign
        if path == "/jobs" and not re.fullmatch(r"|[1-4]?\d{1,2}|500", asked.get("limit", "")):
            return wrong
        if path not in answers and (single := re.fullmatch(r"/jobs/([^/,]+)", path)):
            # Probes of the list ask for a single job too.
            unknown = {"http_status": "404 Not Found", "http_message": "No job with that id"}
            return json_answer(404, {"job_id": single[1], **unknown})
        return answers.get(path, missing)

    return respond
