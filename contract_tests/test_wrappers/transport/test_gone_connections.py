"""Requests that may not be repeated, behind fronts that close connections: none of them fails."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest
from test_wrappers.transport.scripted_server import JOB_ID, Asked, Channel, answer, scripted, usual

from fts_client import (
    AsyncFTSClient,
    FTSClient,
    FTSConnectionError,
    FTSError,
    Job,
    JobParams,
    RetryPolicy,
    Transfer,
    easy,
)
from fts_client.easy.exceptions import FTS3ClientException
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from test_wrappers.transport.scripted_server import Script

# FTS_FUZZ=4 sends as many asynchronously.
FACTOR: Final = int(os.environ.get("FTS_FUZZ", "1"))
REQUESTS: Final = 1000
STANDARD: Final = Job(
    [Transfer("mock://a.example/f", "mock://b.example/f")],
    params=JobParams(id_generator="standard"),
)


@attrs.frozen
class Front:
    """What is in front of a server.

    Attributes:
        script: How it answers.
        idle_s: How long it keeps an idle connection; None: as long as the client.
        pace_s: Pause of the client between two requests, seconds.
        requests: How many are sent.
        callers: How many clients share them, so that the pauses pass at the same time.
    """

    script: Script
    idle_s: float | None = None
    pace_s: float = 0.0
    requests: int = REQUESTS
    callers: int = 1


def _closes_in_silence(channel: Channel, asked: Asked) -> None:
    channel.sendall(usual(asked))


def _says_that_it_closes(channel: Channel, asked: Asked) -> None:
    channel.sendall(usual(asked).replace(b"\r\n", b"\r\nConnection: close\r\n", 1))


def _says_that_it_keeps_and_closes(channel: Channel, asked: Asked) -> None:
    channel.sendall(usual(asked).replace(b"\r\n", b"\r\nKeep-Alive: timeout=5, max=99\r\n", 1))


def _closes_after(count: int) -> Script:
    answered: Counter[Channel] = Counter()

    def script(channel: Channel, asked: Asked) -> bytes | None:
        answered[channel] += 1
        if answered[channel] < count:
            return usual(asked)
        channel.sendall(usual(asked))
        return None

    return script


def _keeps(_channel: Channel, asked: Asked) -> bytes:
    return usual(asked)


FRONTS: Final = {
    "closes after each answer": Front(_closes_in_silence),
    "closes after each answer and says so": Front(_says_that_it_closes),
    "closes after each answer and says the opposite": Front(_says_that_it_keeps_and_closes),
    "closes after 3 answers": Front(_closes_after(3)),
    "closes after 10 answers": Front(_closes_after(10)),
    "closes when idle for as long as the pace": Front(
        _keeps, idle_s=0.02, pace_s=0.02, requests=200, callers=4
    ),
    "closes when idle for a little longer": Front(
        _keeps, idle_s=0.1, pace_s=0.098, requests=60, callers=4
    ),
    "closes when idle for a little less": Front(
        _keeps, idle_s=0.1, pace_s=0.103, requests=60, callers=4
    ),
    "keeps connections": Front(_keeps),
}


def _changes(fts: FTSClient, context: easy.Context) -> list[Callable[[], Any]]:
    return [
        lambda: easy.submit(
            context, easy.new_job([easy.new_transfer("mock://a.org/f", "mock://b.org/f")])
        ),
        lambda: fts.modify_jobs([JOB_ID], priority=4),
        lambda: fts.cancel_jobs([JOB_ID]),
        lambda: fts.ban_se("mock://a.org"),
    ]


@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS)
def test_of_a_thousand_changes_none_fails_whatever_the_front_closes(front: Front) -> None:
    pki = shared_pki()
    alice = str(pki.credential("alice"))

    def send(endpoint: str) -> Counter[str]:
        failed: Counter[str] = Counter()
        with FTSClient(endpoint, credential=alice, ca_dir=pki.ca_dir) as fts:
            changes = _changes(fts, easy.Context(endpoint, alice, capath=str(pki.ca_dir)))
            for change in islice(cycle(changes), front.requests // front.callers):
                try:
                    change()
                except (FTSError, FTS3ClientException) as error:
                    failed[str(error)] += 1
                time.sleep(front.pace_s)
        return failed

    with (
        scripted(front.script, idle_s=front.idle_s) as server,
        ThreadPoolExecutor(front.callers) as threads,
    ):
        results = list(threads.map(send, [server.endpoint] * front.callers))
    assert results == [{}] * front.callers


@pytest.mark.parametrize("front", FRONTS.values(), ids=FRONTS)
async def test_async_of_a_thousand_changes_none_fails_whatever_the_front_closes(
    front: Front,
) -> None:
    pki = shared_pki()
    failed: Counter[str] = Counter()
    with scripted(front.script, idle_s=front.idle_s) as server:
        async with AsyncFTSClient(
            server.endpoint, credential=pki.credential("alice"), ca_dir=pki.ca_dir
        ) as fts:
            changes: list[Callable[[], Awaitable[Any]]] = [
                lambda: fts.submit(STANDARD),
                lambda: fts.modify_jobs([JOB_ID], priority=4),
                lambda: fts.cancel_jobs([JOB_ID]),
                lambda: fts.ban_se("mock://a.org"),
            ]
            for change in islice(cycle(changes), front.requests * FACTOR // 4):
                try:
                    await change()
                except FTSError as error:
                    failed[str(error)] += 1
                await asyncio.sleep(front.pace_s)
    assert failed == {}


def test_changes_share_few_connections_with_a_server_that_keeps_them() -> None:
    pki = shared_pki()
    with (
        scripted(_keeps) as server,
        FTSClient(server.endpoint, credential=pki.credential("alice"), ca_dir=pki.ca_dir) as fts,
    ):
        for _ in range(1000):
            fts.modify_jobs([JOB_ID], priority=4)
        assert server.connections < 500
        # Each has been idle for long enough to prove that it is kept.
        time.sleep(0.3)
        before = server.connections
        for _ in range(20):
            fts.modify_jobs([JOB_ID], priority=4)
        assert server.connections < before + 10


def _client(endpoint: str) -> FTSClient:
    pki = shared_pki()
    return FTSClient(endpoint, credential=pki.credential("alice"), ca_dir=pki.ca_dir)


def test_connection_closed_after_an_answer_is_not_blamed_on_the_certificate() -> None:
    def once(_: Channel, asked: Asked) -> bytes | None:
        return None if asked.path == "/jobs" else usual(asked)

    with scripted(once) as server:
        pki = shared_pki()
        credential, retry = pki.credential("alice"), RetryPolicy(max_retries=0)
        with FTSClient(
            server.endpoint, credential=credential, ca_dir=pki.ca_dir, retry=retry
        ) as fts:
            with pytest.raises(FTSConnectionError, match="refuse the client certificate"):
                fts.list_jobs()
            fts.whoami()
            time.sleep(0.1)
            with pytest.raises(FTSConnectionError, match="closed a connection that it had kept"):
                fts.list_jobs()


@pytest.mark.parametrize(
    ("keep_alive", "idle_s", "connections"),
    [
        ("timeout=5, max=100", 0.1, 1),
        ("timeout=1", 0.9, 2),
        ("TIMEOUT = 1", 0.9, 2),
        ("timeout=60", 0.1, 1),
        ("max=0", 0, 2),
        ("timeout=5, max=1", 0, 1),
        ("timeout=soon", 0, 1),
    ],
)
def test_announced_keep_alive_is_honoured(
    keep_alive: str, idle_s: float, connections: int
) -> None:
    def announce(_channel: Channel, asked: Asked) -> bytes:
        return usual(asked).replace(b"\r\n", f"\r\nKeep-Alive: {keep_alive}\r\n".encode(), 1)

    with scripted(announce) as server, _client(server.endpoint) as fts:
        fts.whoami()
        time.sleep(idle_s)
        fts.whoami()
        assert server.connections == connections


def test_change_after_a_pause_longer_than_any_seen_goes_out_on_a_new_connection() -> None:
    with scripted(_keeps) as server, _client(server.endpoint) as fts:
        fts.whoami()
        fts.modify_jobs([JOB_ID], priority=4)
        before = server.connections
        time.sleep(0.3)
        fts.modify_jobs([JOB_ID], priority=4)
        assert server.connections == before + 1


def test_change_whose_connection_breaks_is_sent_once() -> None:
    def breaks(_channel: Channel, asked: Asked) -> bytes | None:
        return None if asked.method == "DELETE" else usual(asked)

    with scripted(breaks) as server, _client(server.endpoint) as fts:
        with pytest.raises(FTSConnectionError) as caught:
            fts.cancel_jobs([JOB_ID])
        assert caught.value.request_sent
        assert [asked.method for asked in server.asked] == ["DELETE"]


def test_closed_connection_is_noticed_where_there_is_no_poll(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # gevent and eventlet take it away.
    monkeypatch.delattr("select.poll")
    with scripted(_closes_in_silence) as server, _client(server.endpoint) as fts:
        for _ in range(3):
            fts.whoami()
            time.sleep(0.05)
        assert server.connections == 3
        assert len(server.asked) == 3


# --- more bytes than the answer has --------------------------------------------------------------

OTHER = "00000000-0000-0000-0000-00000000000b"
MORE: Final = {
    "another answer": answer({"user_dn": "mallory"}),
    "line ends": b"\r\n\r\n",
    "garbage": b"garbage garbage\r\n",
    "408 of a balancer": b"HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
}
LATER: Final = {"in the same record": None, "in a record of its own": 0.0, "a moment later": 0.02}


def _too_much(more: bytes, later_s: float | None) -> Script:
    def script(channel: Channel, asked: Asked) -> bytes:
        if not asked.path.endswith(JOB_ID):
            return usual(asked)
        if later_s is None:
            return usual(asked) + more
        channel.sendall(usual(asked))
        time.sleep(later_s)
        return more

    return script


@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
@pytest.mark.parametrize("later_s", LATER.values(), ids=LATER)
def test_bytes_after_an_answer_are_not_the_next_answer(more: bytes, later_s: float | None) -> None:
    with scripted(_too_much(more, later_s)) as server, _client(server.endpoint) as fts:
        fts.get_job(JOB_ID)
        time.sleep(0.05 if later_s is not None else 0)
        assert fts.get_job(OTHER).job_id == OTHER
        fts.get_job(JOB_ID)
        time.sleep(0.05 if later_s is not None else 0)
        assert fts.cancel_jobs([OTHER]).found[0].job_id == OTHER


@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
@pytest.mark.parametrize("later_s", LATER.values(), ids=LATER)
async def test_async_bytes_after_an_answer_are_not_the_next_answer(
    more: bytes, later_s: float | None
) -> None:
    pki = shared_pki()
    with scripted(_too_much(more, later_s)) as server:
        async with AsyncFTSClient(
            server.endpoint, credential=pki.credential("alice"), ca_dir=pki.ca_dir
        ) as fts:
            await fts.get_job(JOB_ID)
            await asyncio.sleep(0.05 if later_s is not None else 0)
            assert (await fts.get_job(OTHER)).job_id == OTHER
            await fts.get_job(JOB_ID)
            await asyncio.sleep(0.05 if later_s is not None else 0)
            assert (await fts.cancel_jobs([OTHER])).found[0].job_id == OTHER


async def test_async_idle_connection_on_which_bytes_pour_in_fills_no_memory() -> None:
    pki = shared_pki()
    stop = threading.Event()
    poured = Counter[str]()

    def pour(channel: Channel, asked: Asked) -> bytes:
        channel.sendall(usual(asked))
        channel.settimeout(0.2)
        while not stop.is_set():
            poured["bytes"] += channel.send(bytes(1 << 16))
        return b""

    with scripted(pour) as server:
        async with AsyncFTSClient(
            server.endpoint, credential=pki.credential("alice"), ca_dir=pki.ca_dir
        ) as fts:
            await fts.whoami()
            await asyncio.sleep(0.5)
            stop.set()
    # What the buffers of both sides hold.
    assert poured["bytes"] < 32 << 20
