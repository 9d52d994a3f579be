"""The official client, used as its documentation shows it. Runs in .venv-peers."""

from __future__ import annotations

import logging
import uuid
from typing import Any

import fts3.rest.client.easy as fts3  # type: ignore[import-not-found, unused-ignore]

from bench.drivers.command_loop import serve, timed

_context: Any = None


def open_client(endpoint: str, credential: str, ca_dir: str) -> None:
    """Make a context and delegate once."""
    global _context  # noqa: PLW0603 - one per process
    _context = fts3.Context(endpoint, ucert=credential, ukey=credential, capath=ca_dir)
    fts3.delegate(_context)


def _job() -> Any:
    name = uuid.uuid4().hex
    transfer = fts3.new_transfer(f"mock://a.example.org/{name}", f"mock://b.example.org/{name}")
    return fts3.new_job([transfer])


def submit(count: int) -> float:
    """Submit one after the other; returns the seconds."""
    jobs = [_job() for _ in range(count)]
    return timed(lambda: [fts3.submit(_context, job) for job in jobs])


def status(job_ids: list[str]) -> float:
    """Get the status of one after the other; returns the seconds."""
    return timed(lambda: [fts3.get_job_status(_context, job_id) for job_id in job_ids])


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    serve({"open": open_client, "submit": submit, "status": status})
