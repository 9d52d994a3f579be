"""A TLS server that answers by a script, as no FTS and every odd front does."""

from __future__ import annotations

import json
import select
import socket
import ssl
import threading
import uuid
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs

from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

JOB_ID: Final = "00000000-0000-0000-0000-00000000000a"
VO_ID: Final = "7d1e9d1e-0000-5000-8000-000000000001"
WHOAMI: Final = {
    "user_dn": "/DC=org/CN=alice",
    "dn": ["/DC=org/CN=alice"],
    "vos": ["testvo"],
    "vos_id": [VO_ID],
    "roles": [],
    "level": {"transfer": "vo"},
    "delegation_id": "7ba5c996de416fe2",
    "method": "certificate",
    "base_id": "01874efb-4735-4595-bc9c-591aef8240c9",
    "voms_cred": [],
    "is_root": False,
}
_VERSION: Final = {"major": 3, "minor": 13, "patch": 4}


@attrs.frozen
class Asked:
    """A request as it came."""

    method: str
    path: str
    body: bytes


Channel: TypeAlias = ssl.SSLSocket
Script: TypeAlias = "Callable[[Channel, Asked], bytes | None]"
"""Returns the answer, after which the connection is kept; None: it has done all itself, and the connection is closed."""


def answer(
    body: Any, status: str = "200 OK", *, extra: str = "", content_type: str = "application/json"
) -> bytes:
    """Write an answer of HTTP/1.1."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\n{extra}\r\n"
    return head.encode() + data


def job(job_id: str = JOB_ID, state: str = "ACTIVE") -> dict[str, Any]:
    """A job as FTS shows it."""
    return {
        **dict.fromkeys(
            (
                "job_finished",
                "job_metadata",
                "reason",
                "max_time_in_queue",
                "internal_job_params",
                "target_qos",
            ),
        ),
        **dict.fromkeys(
            ("space_token", "source_space_token", "user_dn", "cred_id", "submit_host"), ""
        ),
        **dict.fromkeys(("bring_online", "copy_pin_lifetime", "archive_timeout"), -1),
        **dict.fromkeys(("overwrite_flag", "cancel_job", "dst_file_report"), False),
        "job_id": job_id,
        "job_state": state,
        "http_status": "200 OK",
        "job_type": "N",
        "source_se": "mock://a",
        "dest_se": "mock://b",
        "submit_time": "2026-01-01T00:00:00",
        "vo_name": "testvo",
        "priority": 3,
        "retry": 0,
        "retry_delay": 0,
        "verify_checksum": "n",
        "os_project_id": None,
    }


def usual(asked: Asked) -> bytes:
    """What FTS would say."""
    path = asked.path
    if path.endswith("/whoami"):
        return answer(WHOAMI)
    if path.startswith("/delegation/"):
        return answer({"termination_time": "2099-01-01T00:00:00", "voms_attrs": []})
    if path == "/jobs":
        sid = json.loads(asked.body)["params"].get("sid")
        return answer(
            {"job_id": str(uuid.uuid5(uuid.UUID(VO_ID), sid)) if sid else str(uuid.uuid4())}
        )
    if path.startswith("/jobs/"):
        return answer(job(path.rsplit("/", 1)[-1].partition("?")[0]))
    if path.startswith("/ban"):
        return answer([])
    versions = dict.fromkeys(("delegation", "api", "core", "schema"), _VERSION)
    return answer({**versions, "_links": {}})


class ScriptedServer:
    """Runs a script for each request.

    Attributes:
        endpoint: Address.
        asked: The requests that came.
        connections: How many connections were made.
        idle_s: How long it keeps an idle connection; None: as long as the client.
    """

    def __init__(
        self, script: Script, *, idle_s: float | None = None, certificate: Path | None = None
    ) -> None:
        self._script = script
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        pki = shared_pki()
        self._context.load_cert_chain(
            certificate or pki.host_file, certificate or pki.directory / "keys" / "host.pem"
        )
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.endpoint = f"https://localhost:{self._listener.getsockname()[1]}"
        self.asked: list[Asked] = []
        self.connections = 0
        self.idle_s = idle_s
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                plain = self._listener.accept()[0]
                self.connections += 1
                threading.Thread(target=self._serve, args=[plain], daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        plain.settimeout(30)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with (
            plain,
            suppress(OSError),
            self._context.wrap_socket(plain, server_side=True) as channel,
        ):
            answered = False
            while (asked := self._next(channel, answered=answered)) is not None:
                answered = True
                self.asked.append(asked)
                data = self._script(channel, asked)
                if data is None:
                    channel.shutdown(socket.SHUT_RDWR)
                    return
                channel.sendall(data)

    def _next(self, channel: Channel, *, answered: bool) -> Asked | None:
        if (
            self.idle_s is not None
            and answered
            and not select.select([channel], [], [], self.idle_s)[0]
        ):
            return None
        data = b""
        while b"\r\n\r\n" not in data:
            received = channel.recv(65536)
            if not received:
                return None
            data += received
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:])
        while len(body) < int(fields.get("content-length", 0)):
            body += channel.recv(65536)
        method, path, _ = lines[0].split(" ")
        return Asked(method, path, body)

    def close(self) -> None:
        # Only shutdown() wakes a thread in accept().
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextmanager
def scripted(
    script: Script, *, idle_s: float | None = None, certificate: Path | None = None
) -> Iterator[ScriptedServer]:
    """Run a server for one test; its certificate, with the key, may be one of its own."""
    server = ScriptedServer(script, idle_s=idle_s, certificate=certificate)
    try:
        yield server
    finally:
        server.close()
