from __future__ import annotations

import gc
import json
import math
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn

from fts_contract.mock import Clock, Fault, MockFTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fts_contract.mock.asgi import ASGIApp, Receive, Scope, Send

JOB = {"files": [{"sources": ["mock://a.org/f"], "destinations": ["mock://b.org/f?time=10"]}]}
COMMAND = [
    sys.executable,
    "-W",
    "error",
    "-c",
    "import typer; from fts_contract.commands import mock; typer.run(mock)",
]


def test_two_mocks_side_by_side_are_independent(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    with MockFTS(time_scale=0) as other:
        assert other.endpoint != mock.endpoint
        other.state.delegate("alice")
        job_id = connect("alice", to=other).post("/jobs", json=JOB).json()["job_id"]

        assert connect("alice", to=other).get(f"/jobs/{job_id}").status_code == 200
        assert connect("alice").get(f"/jobs/{job_id}").status_code == 404
        assert connect("alice").post("/jobs", json=JOB).status_code == 419


def test_stopped_mock_refuses_connections(connect: Callable[..., httpx.Client]) -> None:
    with MockFTS() as other:
        client = connect("alice", to=other)
        assert client.get("/whoami").status_code == 200
    other.stop()  # harmless the second time

    with pytest.raises(httpx.ConnectError):
        client.get("/whoami")


def test_web_socket_request_is_answered_as_any_other_request(
    connect: Callable[..., httpx.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Makes uvicorn believe that such a library is installed; the mock speaks HTTP only.
    library = "uvicorn.protocols.http.h11_impl:H11Protocol"
    monkeypatch.setitem(uvicorn.config.WS_PROTOCOLS, "auto", library)
    with MockFTS() as other:
        asked = {"Connection": "Upgrade", "Upgrade": "websocket"}
        assert connect("alice", to=other).get("/whoami", headers=asked).status_code == 200


def test_stop_does_not_wait_for_a_delayed_answer_and_logs_nothing(
    connect: Callable[..., httpx.Client], caplog: pytest.LogCaptureFixture
) -> None:
    with MockFTS() as other, ThreadPoolExecutor() as threads:
        client = connect("alice", to=other)
        other.faults.add(Fault("delay", delay_s=30))
        waiting = threads.submit(client.get, "/whoami")
        while not (other.faults.hits or waiting.done()):
            time.sleep(0.01)
        began = time.monotonic()
        other.stop()

        assert time.monotonic() - began < 0.9
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            waiting.result(timeout=30)
    assert caplog.messages == []


def test_stop_closes_a_connection_that_was_idle_for_too_long(
    connect: Callable[..., httpx.Client],
) -> None:
    with MockFTS() as other:
        connect("alice", to=other).get("/whoami")
        server: Any = other._server
        (connection,) = server.server_state.connections
        # What happens after five idle seconds: the mock ends TLS, and the client, which does not read, does not answer.
        server._loop.call_soon_threadsafe(connection.timeout_keep_alive_handler)
        while not connection.transport.is_closing():
            time.sleep(0.01)
        began = time.monotonic()
        other.stop()

        assert time.monotonic() - began < 0.9
        assert not server.server_state.connections


def test_start_of_a_running_mock_is_refused(mock: MockFTS) -> None:
    with pytest.raises(RuntimeError, match="is running already"):
        mock.start()


def test_port_in_use_is_an_error(mock: MockFTS) -> None:
    with pytest.raises(OSError, match="in use"):
        MockFTS(port=mock.port).start()


def test_mock_listens_on_loopback_only(mock: MockFTS) -> None:
    outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        outside.connect(("192.0.2.1", 9))
        address = outside.getsockname()[0]
    except OSError:
        pytest.skip("no address but loopback here")
    finally:
        outside.close()

    with pytest.raises(OSError, match="refused"):
        socket.create_connection((address, mock.port), timeout=2)


def test_answers_are_not_held_back_by_the_network(
    connect: Callable[..., httpx.Client], mock: MockFTS
) -> None:
    assert connect().get("/whoami").status_code == 200

    assert mock._server is not None
    connections = mock._server.server_state.connections
    sockets = [c.transport.get_extra_info("socket") for c in connections]
    # Without TCP_NODELAY each answer of two packets takes 40 ms.
    assert [s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for s in sockets] == [1]


def test_resumed_connection_still_shows_the_certificate(mock: MockFTS) -> None:
    context = ssl.create_default_context(cafile=str(mock.ca_file))
    context.load_cert_chain(mock.credential("alice"))
    context.maximum_version = ssl.TLSVersion.TLSv1_3

    def ask(session: ssl.SSLSession | None) -> tuple[bytes, ssl.SSLSession | None, bool | None]:
        with (
            socket.create_connection(("127.0.0.1", mock.port)) as plain,
            context.wrap_socket(plain, server_hostname="localhost", session=session) as tls,
        ):
            tls.sendall(b"GET /whoami HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            received = b""
            while part := tls.recv(65536):
                received += part
            return received, tls.session, tls.session_reused

    first, session, _ = ask(None)
    second, _, _reused = ask(session)

    assert b"CN=alice" in first
    assert b"CN=alice" in second


def test_clock_runs_in_real_time_unless_told(connect: Callable[..., httpx.Client]) -> None:
    with MockFTS(time_scale=100) as fast:
        fast.state.delegate("alice")
        client = connect("alice", to=fast)
        job_id = client.post("/jobs", json=JOB).json()["job_id"]
        deadline = time.monotonic() + 20
        while client.get(f"/jobs/{job_id}").json()["job_state"] != "FINISHED":
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_clock_moves_forward_only() -> None:
    real = [0.0]
    clock = Clock(scale=2, monotonic=lambda: real[0])
    begin = clock.time()
    real[0] = 10
    assert clock.time() == pytest.approx(begin + 20)
    clock.advance(5)
    clock.run(scale=0)
    real[0] = 99
    assert clock.time() == pytest.approx(begin + 25)

    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="backwards"):
        clock.run(scale=-1)
    with pytest.raises(ValueError, match="backwards"):
        Clock(scale=-1)
    for scale in (math.nan, math.inf, 1e300):
        with pytest.raises(ValueError, match="out of the calendar"):
            MockFTS(time_scale=scale)
    with pytest.raises(ValueError, match="out of the calendar"):
        clock.advance(math.inf)


def test_reset_forgets_everything(alice: httpx.Client, mock: MockFTS) -> None:
    job_id = alice.post("/jobs", json=JOB).json()["job_id"]

    mock.reset()

    assert mock.state.job_count == 0
    assert alice.get(f"/jobs/{job_id}").status_code == 404
    assert alice.post("/jobs", json=JOB).status_code == 419


def test_reset_takes_back_time_that_was_moved_by_hand(mock: MockFTS) -> None:
    mock.clock.advance(86400)
    scale = mock.clock.scale
    mock.clock.run(scale=50)

    mock.reset()

    assert abs(mock.clock.time() - time.time()) < 60
    assert mock.clock.scale == scale


def test_many_threads_submit_without_losing_a_job(
    mock: MockFTS, connect: Callable[..., httpx.Client]
) -> None:
    mock.state.delegate("alice")
    client = connect("alice")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post("/jobs", json=JOB), range(80)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["job_id"] for answer in answers}) == 80
    files = [f.file_id for a in answers for f in mock.state.job(a.json()["job_id"]).files]
    assert len(set(files)) == 80


def test_state_reports_unknown_names(mock: MockFTS) -> None:
    with pytest.raises(KeyError, match="unknown job"):
        mock.state.job("nosuch")
    with pytest.raises(KeyError, match="unknown test identity"):
        mock.credential("carol")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_prints_one_line_and_ends_with_0(
    mock: MockFTS, tmp_path: Path, number: signal.Signals
) -> None:
    mock.pki.complete()
    shutil.copytree(mock.pki.directory, tmp_path / "pki")
    arguments = ["--port", "0", "--pki", str(tmp_path / "pki"), "--time-scale", "60"]
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            context = ssl.create_default_context(capath=ready["ca_dir"])
            context.load_cert_chain(ready["credentials"]["alice"])
            with httpx.Client(verify=context, trust_env=False) as client:
                assert client.get(f"{ready['endpoint']}/whoami").json()["vos"] == ["testvo"]
        finally:
            process.send_signal(number)
            rest, said = process.communicate(timeout=30)

    assert process.returncode == 0, said
    assert rest == ""
    assert "Traceback" not in said
    assert "stopped; 0 jobs forgotten" in said
    assert set(ready) == {"endpoint", "ca_file", "ca_dir", "credentials"}
    assert {"alice", "bob", "alice-novoms", "admin", "root"} <= set(ready["credentials"])


def test_command_on_a_port_in_use_exits_with_2(mock: MockFTS, tmp_path: Path) -> None:
    mock.pki.complete()
    shutil.copytree(mock.pki.directory, tmp_path / "pki")
    done = subprocess.run(  # noqa: S603
        [*COMMAND, "--port", str(mock.port), "--pki", str(tmp_path / "pki")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot start" in done.stderr
    assert "Traceback" not in done.stderr


def test_command_lists_what_is_missing() -> None:
    done = subprocess.run(  # noqa: S603
        [*COMMAND, "--missing"], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.split("\n")[:-1] == MockFTS(time_scale=0).missing_operations


def test_middleware_finishes_before_the_client_sees_the_answer(
    tls: Callable[[str | None, str], ssl.SSLContext],
) -> None:
    noted = []

    def noting(app: ASGIApp) -> ASGIApp:
        async def note(scope: Scope, receive: Receive, send: Send) -> None:
            await app(scope, receive, send)
            noted.append(scope["path"])

        return note

    with (
        MockFTS(middleware=noting) as mock,
        httpx.Client(
            base_url=mock.endpoint, verify=tls(None, str(mock.ca_file)), trust_env=False
        ) as client,
    ):
        for count in range(1, 101):
            client.get("/whoami")
            assert len(noted) == count


def test_stop_while_clients_connect_leaves_no_connection_open(
    tls: Callable[[str | None, str], ssl.SSLContext],
) -> None:
    def connect_again_and_again(port: int, context: ssl.SSLContext) -> None:
        # Until the mock does not listen any more.
        with suppress(OSError):
            while True:
                with (
                    socket.create_connection(("localhost", port), timeout=10) as connection,
                    context.wrap_socket(connection, server_hostname="localhost"),
                ):
                    pass

    for _ in range(10):
        mock = MockFTS(time_scale=0)
        mock.start()
        context = tls(None, str(mock.ca_file))
        with (
            socket.create_connection(("localhost", mock.port), timeout=10) as silent,
            ThreadPoolExecutor(4) as threads,
        ):
            for _ in range(4):
                threads.submit(connect_again_and_again, mock.port, context)
            time.sleep(0.02)
            mock.stop()
            with suppress(ConnectionResetError):
                assert silent.recv(1) == b""
    # What is still open now complains, and pytest makes that a failure.
    gc.collect()
