"""What a flow that waits does to other tasks."""

from __future__ import annotations

import asyncio
from threading import Lock
from typing import TYPE_CHECKING

from fts_client.clock import Clock
from fts_client.procedures import driver

if TYPE_CHECKING:
    import pytest


async def test_task_does_not_wait_for_ever_for_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "_TURN_S", 0.03)
    lock = Lock()
    with lock:
        assert await asyncio.wait_for(driver._take(lock), 10) is None
    assert await driver._take(lock) is lock


async def test_clock_lets_other_tasks_run() -> None:
    other = asyncio.create_task(asyncio.sleep(0))
    await Clock().async_sleep(0.01)
    assert other.done()
