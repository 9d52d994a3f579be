"""Requests of the harness itself reach the server as they are written."""

from __future__ import annotations

from test_harness.small_servers import SmallServer, json_answer

from fts_contract.harness.sending.safety import safe_lock
from fts_contract.harness.sending.session import GuardedSession


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
