"""Requests of the harness itself reach the server as they are written."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from test_harness.small_servers import Answer, Seen, SmallServer, json_answer

from fts_contract.harness.sending import session as session_module
from fts_contract.harness.sending.safety import safe_lock
from fts_contract.harness.sending.session import GuardedSession

if TYPE_CHECKING:
    import pytest


def test_escapes_are_sent_as_written() -> None:
    target = "/jobs/%30%61%2D%25?source_se=%6Dock%3A%2F%2F%7E&empty="
    with (
        SmallServer(lambda _seen: json_answer(200, [])) as server,
        GuardedSession(
            server.url, credential=None, verify=True, timeout_s=10, lock=safe_lock
        ) as session,
    ):
        exchange = session.ask("GET", target, phase="")
        session.ask("GET", "/jobs/a b\u00e9", phase="")
    assert [seen.target for seen in server.seen] == [target, "/jobs/a%20b%C3%A9"]
    assert exchange.target == target


def test_connection_is_not_used_again_after_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "_IDLE_S", 0.2)
    connections = []

    def respond(_seen: Seen) -> Answer:
        # The server has a thread for each connection.
        connections.append(threading.get_native_id())
        return json_answer(200, [])

    with (
        SmallServer(respond) as server,
        GuardedSession(
            server.url, credential=None, verify=True, timeout_s=10, lock=safe_lock
        ) as session,
    ):
        for pause in (0, 0, 0.3, 0):
            time.sleep(pause)
            session.ask("GET", "/whoami", phase="")
    first, second, third, fourth = connections
    assert first == second != third == fourth
