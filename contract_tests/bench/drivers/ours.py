"""Our client, and bare httpx to measure what the client adds."""

from __future__ import annotations

import asyncio
import cProfile
import json
import ssl
import tracemalloc
import uuid
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import attrs
import httpx

import fts_client
import fts_client.easy as fts3
from bench.drivers.calls import calls_in
from bench.drivers.command_loop import serve, timed
from bench.drivers.shares import shares
from fts_client import AsyncFTSClient, FTSClient, Job, Transfer
from fts_client.credentials import X509Credential
from fts_client.transport.connection import RawAnswer
from fts_client.transport.pools import ConnectionPool
from fts_client.transport.route import Route
from fts_client.trust import client_context

if TYPE_CHECKING:
    from collections.abc import Callable

_JSON: Final = {"Accept": "application/json", "Content-Type": "application/json"}


@attrs.define
class _Open:
    """What is open: one client of each kind to the same server."""

    endpoint: str
    credential: str
    ca_dir: str
    context: fts3.Context
    client: FTSClient
    bare: httpx.Client


_now: dict[str, _Open] = {}


def _bare(credential: str, ca_dir: str, endpoint: str) -> httpx.Client:
    context = client_context(X509Credential.from_file(credential), ca_dir=ca_dir)
    return httpx.Client(
        verify=context,
        base_url=endpoint,
        trust_env=False,
        timeout=30,
        headers=_JSON,
    )


def open_clients(endpoint: str, credential: str, ca_dir: str) -> None:
    """Make the clients; each has a connection and a delegation afterwards."""
    context = fts3.Context(endpoint, ucert=credential, ukey=credential, capath=ca_dir)
    fts3.delegate(context)
    client = FTSClient(endpoint, credential=credential, ca_dir=ca_dir)
    client.delegate()
    bare = _bare(credential, ca_dir, endpoint)
    bare.get("/whoami").raise_for_status()
    _now["open"] = _Open(endpoint, credential, ca_dir, context, client, bare)


# --- work: each returns seconds ------------------------------------------------------------------


def _easy_job() -> dict[str, Any]:
    name = uuid.uuid4().hex
    transfer = fts3.new_transfer(f"mock://a.example.org/{name}", f"mock://b.example.org/{name}")
    return fts3.new_job([transfer])


def _job() -> Job:
    name = uuid.uuid4().hex
    return Job([Transfer(f"mock://a.example.org/{name}", f"mock://b.example.org/{name}")])


def easy_submit(count: int) -> float:
    """Submit one after the other, as programs for the official client do."""
    here = _now["open"]
    jobs = [_easy_job() for _ in range(count)]
    return timed(lambda: [fts3.submit(here.context, job) for job in jobs])


def easy_status(job_ids: list[str]) -> float:
    """Get the status of one after the other, as programs for the official client do."""
    here = _now["open"]
    return timed(lambda: [fts3.get_job_status(here.context, job_id) for job_id in job_ids])


def bulk_status(job_ids: list[str]) -> float:
    """Get the status of all at once."""
    here = _now["open"]

    def work() -> None:
        if len(here.client.get_jobs(job_ids).found) != len(job_ids):
            raise RuntimeError("not all jobs were found")

    return timed(work)


def submit(count: int) -> float:
    """Submit one after the other."""
    here = _now["open"]
    jobs = [_job() for _ in range(count)]
    return timed(lambda: [here.client.submit(job) for job in jobs])


def submit_calls() -> dict[str, int]:
    """Count the calls of our functions in one more submission, and the files they are in."""
    here = _now["open"]
    here.client.submit(_job())
    job = _job()
    files = calls_in(fts_client, lambda: here.client.submit(job))
    return {"calls": len(files), "files": len(set(files))}


def async_submit(count: int) -> float:
    """Submit all at once, with a delegation and without open connections."""
    here = _now["open"]

    async def work() -> float:
        async with AsyncFTSClient(
            here.endpoint, credential=here.credential, ca_dir=here.ca_dir
        ) as client:
            await client.delegate()
            jobs = [_job() for _ in range(count)]
            start = perf_counter()
            await asyncio.gather(*(client.submit(job) for job in jobs))
            return perf_counter() - start

    return asyncio.run(work())


def get_job(job_id: str, count: int) -> float:
    """Get the same job repeatedly."""
    here = _now["open"]
    return timed(lambda: [here.client.get_job(job_id) for _ in range(count)])


def bare_get(job_id: str, count: int) -> float:
    """Send the same request with bare httpx, and decode it into a plain dict."""
    here = _now["open"]
    return timed(lambda: [here.bare.get(f"/jobs/{job_id}").json() for _ in range(count)])


def bare_submit(count: int) -> float:
    """Submit the same jobs with bare httpx."""
    here = _now["open"]
    bodies = [json.dumps(_job().to_dict()) for _ in range(count)]
    return timed(
        lambda: [
            here.bare.post("/jobs", content=body).raise_for_status().json() for body in bodies
        ]
    )


def ready() -> float:
    """Make a client up to its pool of connections: credential, TLS context, everything but the handshake."""
    here = _now["open"]

    def work() -> None:
        with FTSClient(here.endpoint, credential=here.credential, ca_dir=here.ca_dir) as client:
            transport = client._transport  # noqa: SLF001 - otherwise made at the first request
            transport._pools.blocking(transport.source.snapshot())  # noqa: SLF001

    return timed(work)


# --- a large answer --------------------------------------------------------------------------------


class _Canned(ConnectionPool):
    """Returns the same answer to every request, in place of the network."""

    def __init__(self, body: bytes) -> None:
        route = Route(context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
        super().__init__(route, max_connections=1)
        self._body = body

    def exchange(self, request: httpx.Request, *, repeatable: bool = True) -> RawAnswer:
        del request, repeatable
        return RawAnswer(200, [(b"Content-Type", b"application/json")], self._body)


def _canned_client(body: bytes) -> FTSClient:
    here = _now["open"]
    client = FTSClient(here.endpoint, credential=here.credential, ca_dir=here.ca_dir)
    transport = client._transport  # noqa: SLF001 - everything of the client but the network
    transport._pools._blocking[transport.source.snapshot()] = _Canned(body)  # noqa: SLF001
    return client


def large_fetch(job_id: str, path: str) -> int:
    """Store the answer with all files of a job in a file; returns its size."""
    here = _now["open"]
    answer = here.bare.get(f"/jobs/{job_id}/files").raise_for_status()
    Path(path).write_bytes(answer.content)
    return len(answer.content)


def large_models(path: str, times: int) -> float:
    """Turn the stored answer into models with all that the client does but the network; seconds for one."""
    body = Path(path).read_bytes()
    client, job_id = _canned_client(body), json.loads(body)[0]["job_id"]
    return timed(lambda: [client.list_job_files(job_id) for _ in range(times)]) / times


def large_dicts(path: str, times: int) -> float:
    """Turn the stored answer into plain dicts; seconds for one."""
    body = Path(path).read_bytes()
    return timed(lambda: [json.loads(body) for _ in range(times)]) / times


def _traced(work: Callable[[], object]) -> tuple[int, int]:
    tracemalloc.start()
    result = work()
    size, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del result
    return size, peak


def large_memory(path: str) -> dict[str, int]:
    """Measure memory: of the plain dicts, and the peak until the models are there."""
    body = Path(path).read_bytes()
    client, job_id = _canned_client(body), json.loads(body)[0]["job_id"]
    dicts, _ = _traced(lambda: json.loads(body))
    models, peak = _traced(lambda: client.list_job_files(job_id))
    return {"dicts": dicts, "models": models, "peak": peak}


def profile(what: str, arguments: dict[str, Any]) -> dict[str, float]:
    """Run a command under the profiler; returns each part's share of the time."""
    profiler = cProfile.Profile()
    profiler.runcall(_COMMANDS[what], **arguments)
    return shares(profiler)


_COMMANDS: Final[dict[str, Callable[..., Any]]] = {
    "open": open_clients,
    "easy_submit": easy_submit,
    "easy_status": easy_status,
    "bulk_status": bulk_status,
    "submit": submit,
    "submit_calls": submit_calls,
    "async_submit": async_submit,
    "get_job": get_job,
    "bare_get": bare_get,
    "bare_submit": bare_submit,
    "ready": ready,
    "large_fetch": large_fetch,
    "large_models": large_models,
    "large_dicts": large_dicts,
    "large_memory": large_memory,
    "profile": profile,
}


if __name__ == "__main__":
    serve(_COMMANDS)
