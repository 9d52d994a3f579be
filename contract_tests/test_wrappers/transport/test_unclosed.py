"""Asynchronous clients that are never closed leave no open socket and no warning; pytest turns both into failures."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

import pytest

from fts_client import AsyncFTSClient

if TYPE_CHECKING:
    from fts_contract.mock import MockFTS


async def _used(mock: MockFTS) -> AsyncFTSClient:
    client = AsyncFTSClient(mock.endpoint, credential=mock.credential("alice"), ca_dir=mock.ca_dir)
    await asyncio.gather(*(client.whoami() for _ in range(3)))
    return client


async def _dropped_while_the_loop_runs(mock: MockFTS) -> None:
    await _used(mock)
    gc.collect()
    await asyncio.sleep(0.1)


async def _dropped_at_the_end(mock: MockFTS) -> None:
    await _used(mock)


async def _kept_beyond_the_end(mock: MockFTS) -> AsyncFTSClient:
    return await _used(mock)


async def _closed(mock: MockFTS) -> None:
    async with await _used(mock):
        pass


@pytest.mark.parametrize(
    "program", [_dropped_while_the_loop_runs, _dropped_at_the_end, _kept_beyond_the_end, _closed]
)
def test_asynchronous_client_leaves_no_open_connection(
    mock_fts: MockFTS, recwarn: pytest.WarningsRecorder, program: object
) -> None:
    gc.collect()
    recwarn.clear()  # Warnings about what earlier tests left behind.
    kept = asyncio.run(program(mock_fts))  # type: ignore[operator]
    gc.collect()
    del kept
    gc.collect()
    assert not recwarn.list


def test_asynchronous_client_works_again_in_another_loop(mock_fts: MockFTS) -> None:
    client = asyncio.run(_used(mock_fts))
    assert asyncio.run(client.whoami()).vos == ["testvo"]
    asyncio.run(client.aclose())
    gc.collect()
