"""The embedded mock in a process of its own."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

from bench.drivers.command_loop import serve
from fts_contract.mock import MockFTS

_mocks: list[MockFTS] = []


def open_mock(pki: str, time_scale: float) -> dict[str, str]:
    """Start the mock; returns its endpoint and the credential of alice."""
    mock = MockFTS(pki=pki, time_scale=time_scale)
    mock.start()
    mock.state.delegate("alice")
    _mocks.append(mock)
    return {
        "endpoint": mock.endpoint,
        "credential": str(mock.credential("alice")),
        "ca_dir": str(mock.ca_dir),
        "ca_file": str(mock.ca_file),
    }


def hold(count: int) -> list[str]:
    """Put jobs into it, every second one finished; returns the ids of the last, 1,000 at most."""
    state = _mocks[0].state
    kinds = ("FINISHED", "ACTIVE")
    return [state.add_job(job_state=kinds[number % 2]).job_id for number in range(count)][-1000:]


def big_job(files: int) -> str:
    """Put one finished job with many files into it; returns its id."""
    fields: dict[str, Any] = {
        "filesize": 1048576,
        "checksum": "ADLER32:1a2b3c4d",
        "start_time": "2024-01-01T10:00:00",
        "finish_time": "2024-01-01T10:00:09",
        "tx_duration": 9.0,
        "throughput": 12.5,
        "reason": "",
        "transfer_host": "fts-mock.example.org",
        "file_metadata": {"activity": "bench", "request_id": "0123456789abcdef"},
    }
    job = _mocks[0].state.add_job(
        job_state="FINISHED", files=tuple(dict(fields) for _ in range(files))
    )
    return job.job_id


def memory() -> dict[str, int]:
    """Get the bytes of memory of the process and the number of jobs in it."""
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return {"bytes": int(resident.split()[1]) * 1024, "jobs": _mocks[0].state.job_count}


def forget() -> None:
    """Forget all jobs; alice stays delegated."""
    _mocks[0].reset()
    _mocks[0].state.delegate("alice")


if __name__ == "__main__":
    serve(
        {
            "open": open_mock,
            "hold": hold,
            "big_job": big_job,
            "memory": memory,
            "forget": forget,
        }
    )
    for running in _mocks:
        running.stop()
