"""Mutated answers of every recording, and broken HTTP, for every method of both clients: results or our errors, nothing else."""

from __future__ import annotations

import asyncio
import copy
import functools
import inspect
import json
import os
import pickle
import random
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fts_contract
from fts_client import (
    AsyncFTSClient,
    FTSClient,
    FTSError,
    Job,
    Transfer,
    X509Credential,
)
from fts_client.transport.async_pool import AsyncConnectionPool
from fts_client.transport.connection import HTTP1Connection
from fts_client.transport.pools import ConnectionPool
from fts_client.transport.route import Route
from fts_contract.mock.pki import shared_pki

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from fts_client.clock import Clock
    from fts_client.transport.connection import RawAnswer

# FTS_FUZZ=20 makes the search twenty times as long.
FACTOR = int(os.environ.get("FTS_FUZZ", "1"))
ENDPOINT: Final = "https://fts.example.org:8446"
ID: Final = "94560e74-7ca3-11e9-97dd-02163e00d613"
TRANSFER: Final = Transfer("mock://a.example/f", "mock://b.example/f", checksum="ADLER32:1234")
METHODS: Final[dict[str, tuple[tuple[Any, ...], dict[str, Any]]]] = {
    "ban_dn": (("/CN=x",), {}),
    "ban_se": (("mock://a.example",), {}),
    "cancel_all": ((), {}),
    "cancel_files": ((ID, [1, 2]), {}),
    "cancel_job": ((ID,), {}),
    "cancel_jobs": (([ID, ID[:-1] + "4"],), {}),
    "delegate": ((), {"force": True}),
    "delegation_info": ((), {}),
    "ensure_delegation": ((), {}),
    "get_job": ((ID,), {}),
    "get_jobs": (([ID, ID[:-1] + "4"],), {"files": ["file_state"]}),
    "get_se_config": ((), {}),
    "list_banned_dn": ((), {}),
    "list_banned_se": ((), {}),
    "list_files": ((), {}),
    "list_job_files": ((ID,), {}),
    "list_jobs": ((), {}),
    "modify_job": ((ID,), {"priority": 3}),
    "modify_jobs": (([ID, ID[:-1] + "4"],), {"priority": 3}),
    "server_info": ((), {}),
    "set_se_config": (({"mock://a.example": {"se_info": {"inbound_max_active": 5}}},), {}),
    "submit": ((Job([TRANSFER]),), {}),
    "submit_many": (([TRANSFER],), {"campaign": "c"}),
    "unban_dn": (("/CN=x",), {}),
    "unban_se": (("mock://a.example",), {}),
    "wait_for_job": ((ID,), {"timeout_s": 3, "poll_s": 1}),
    "watch_jobs": (([ID],), {"timeout_s": 3, "poll_s": 1}),
    "whoami": ((), {}),
}
_ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1.5, 1e308, 2**70, "", " ", "x", "é\ud83d", "\x00", "a" * 5000),
    *(
        [],
        {},
        [None],
        [[]],
        [{}],
        {"": None},
        {"a": {"b": []}},
        "2024-13-01T99:00:00",
        ID,
        [ID, ID],
    ),
)
_STATUSES: Final = (
    200,
    200,
    200,
    201,
    202,
    203,
    204,
    206,
    207,
    299,
    301,
    304,
    400,
    401,
    403,
    404,
    405,
    409,
    419,
    424,
    429,
    500,
    502,
    503,
    599,
    999,
)
_TYPES: Final = (
    "application/json",
    "text/html",
    "text/plain; charset=utf-16",
    "application/json; charset=x",
    "",
    "\xff",
)


@functools.cache
def recorded() -> dict[str, list[tuple[int, Any]]]:
    """Status and body of each recorded answer, by method and the first word of the path."""
    found: dict[str, list[tuple[int, Any]]] = {}
    for file in sorted((Path(fts_contract.__file__).parent / "recordings").glob("*.json")):
        for item in json.loads(file.read_text("utf-8")):
            request, response = item["request"], item["response"]
            found.setdefault(_kind(request["method"], request["path"]), []).append(
                (response["status"], response["body"])
            )
    return found


def _kind(method: str, path: str) -> str:
    return f"{method} {path.strip('/').partition('?')[0].partition('/')[0]}"


def mutated(value: Any, chance: random.Random) -> Any:
    """Change a place or two of a JSON value."""
    value = copy.deepcopy(value)
    for _ in range(chance.randint(0, 2)):
        place: Any = None
        name: Any = None
        inner: Any = value
        while isinstance(inner, dict | list) and inner and chance.random() < 0.8:
            place = inner
            name = chance.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
            inner = inner[name]
        if place is None:
            value = chance.choice(_ODD)
        elif chance.random() < 0.3:
            del place[name]
        else:
            place[name] = copy.deepcopy(chance.choice(_ODD))
    return value


def answer_to(request: httpx.Request, chance: random.Random) -> bytes:
    """The bytes of an answer that is recorded, mutated, or broken."""
    known = recorded()
    kinds = [known.get(_kind(request.method, request.url.path)) or known["GET jobs"]]
    if chance.random() < 0.1:
        kinds = list(known.values())
    status, body = chance.choice(chance.choice(kinds))
    if chance.random() < 0.6:
        body = mutated(body, chance)
    if chance.random() < 0.2:
        status = chance.choice(_STATUSES)
    text = body if isinstance(body, str) and chance.random() < 0.5 else json.dumps(body)
    data = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.15:
        data = data[: chance.randrange(len(data) + 1)]
    content_type = chance.choice(_TYPES) if chance.random() < 0.2 else _TYPES[0]
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\n"
    )
    if chance.random() < 0.1:
        head += chance.choice(
            (
                "Retry-After: 9999999999\r\n",
                "Content-Encoding: gzip\r\n",
                "Location: //\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Keep-Alive: timeout=x, max=\r\n",
                "Date: x\r\n",
            )
        )
    whole = bytearray(head.encode("latin-1") + b"\r\n" + data)
    if chance.random() < 0.1:
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(whole))
            whole[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
    return bytes(whole)


def _read(request: httpx.Request, data: bytes, chance: random.Random) -> RawAnswer:
    connection = HTTP1Connection(attrs.evolve(_ROUTE, max_bytes=2**20))
    connection.write(request)
    while data:
        size = chance.choice((1, 7, 65536))
        if answer := connection.feed(data[:size] if len(data) < 500 else data):
            return answer
        data = data[size:] if len(data) < 500 else b""
    answer = connection.feed(b"")
    assert answer is not None
    return answer


_ROUTE: Final = Route(context=ssl.create_default_context())


class _Blocking(ConnectionPool):
    """Answers without a network."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(_ROUTE, max_connections=1)
        self._chance = chance

    def exchange(self, request: httpx.Request, *, repeatable: bool = True) -> RawAnswer:
        del repeatable
        return _read(request, answer_to(request, self._chance), self._chance)


class _Async(AsyncConnectionPool):
    """The same for the asynchronous client."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(_ROUTE, max_connections=1)
        self._chance = chance

    async def exchange(self, request: httpx.Request, *, repeatable: bool = True) -> RawAnswer:
        del repeatable
        return _read(request, answer_to(request, self._chance), self._chance)


class _Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self, clock: Clock) -> None:
        self._s = 0.0
        clock.monotonic = lambda: self._s
        clock.sleep = self._pass
        clock.async_sleep = self._pass_by

    def _pass(self, seconds: float) -> None:
        self._s += seconds

    async def _pass_by(self, seconds: float) -> None:
        self._pass(seconds)


@functools.cache
def _credential() -> X509Credential:
    return X509Credential.from_pem(shared_pki().issue("alice").pem)


def _ask(name: str, chance: random.Random) -> Any:
    """Call a method of the synchronous client, and take all of its result."""
    arguments, options = METHODS[name]
    with FTSClient(ENDPOINT, credential=_credential(), ca_file=shared_pki().ca_file) as fts:
        _Time(fts._clock)
        snapshot = fts._transport.source.snapshot()
        fts._transport._pools._blocking[snapshot] = _Blocking(chance)
        result = getattr(fts, name)(*arguments, **options)
        return list(result) if isinstance(result, Iterator) else result


async def _ask_async(name: str, chance: random.Random) -> Any:
    arguments, options = METHODS[name]
    async with AsyncFTSClient(
        ENDPOINT, credential=_credential(), ca_file=shared_pki().ca_file
    ) as fts:
        _Time(fts._clock)
        snapshot = fts._transport.source.snapshot()
        pool = _Async(chance)
        await pool.open()
        fts._transport._pools._async[snapshot] = pool
        result = getattr(fts, name)(*arguments, **options)
        if isinstance(result, AsyncIterator):
            return [one async for one in result]
        return await result


def _only_ours(call: Callable[[], Any]) -> None:
    """Any other exception fails the test; results and errors can be shown and copied."""
    try:
        result = call()
    except FTSError as error:
        result = error
    assert repr(result)
    copy.deepcopy(result)
    pickle.loads(pickle.dumps(result))  # noqa: S301 - our own


HOSTILE = settings(
    max_examples=25 * FACTOR, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def test_every_method_is_asked() -> None:
    methods = {
        name
        for name, _ in inspect.getmembers(FTSClient, inspect.isfunction)
        if not name.startswith("_")
    }
    assert set(METHODS) == methods - {"close", "with_timeouts"}


@pytest.mark.parametrize("name", METHODS)
@HOSTILE
@given(seed=st.integers(0, 2**64))
def test_hostile_answers_give_results_or_our_errors(name: str, seed: int) -> None:
    _only_ours(lambda: _ask(name, random.Random(seed)))  # noqa: S311 - repeatable


@pytest.mark.parametrize("name", METHODS)
@settings(HOSTILE, max_examples=8 * FACTOR)
@given(seed=st.integers(0, 2**64))
def test_hostile_answers_give_results_or_our_errors_asynchronously(name: str, seed: int) -> None:
    _only_ours(lambda: asyncio.run(_ask_async(name, random.Random(seed))))  # noqa: S311 - repeatable
