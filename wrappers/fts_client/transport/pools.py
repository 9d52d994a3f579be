"""The connections of one client: which pool serves a request, and when pools are made, replaced and closed."""

from __future__ import annotations

import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from fts_client._fork import LockOwner
from fts_client.errors import FTSUsageError
from fts_client.transport.blocking_lanes import BlockingLanes

if TYPE_CHECKING:
    import ssl
    from asyncio import AbstractEventLoop
    from collections.abc import AsyncGenerator, Hashable

    from fts_client.transport.async_pool import Lanes
    from fts_client.transport.target import Wire

__all__ = ["AsyncPool", "Pool", "Pools"]

# Apache closes an idle connection after 5 s (its default): a request must never meet a connection that is just closing.
_KEEPALIVE_EXPIRY_S: Final = 4.0
_CLOSE_AFTER_S: Final = 0.01
# By measurement at 20 ms (docs/benchmarks.md): with fewer the network is the limit, with more the processor is.
_MAX_CONNECTIONS: Final = 24


class Pool:
    """Connections made with one state of the credential; closed when nothing uses them any more."""

    def __init__(self, identity: Hashable, transport: BlockingLanes) -> None:
        self.identity = identity
        self.transport = transport
        # A client that nobody closes (easy.Context usually is) must not leave sockets to the garbage collector.
        self.finalizer = weakref.finalize(self, transport.close)


class AsyncPool:
    """The same for one event loop; connections of another loop cannot be used."""

    def __init__(
        self,
        identity: Hashable,
        loop: AbstractEventLoop,
        transport: Lanes,
    ) -> None:
        self.identity = identity
        self.loop = loop
        self.transport = transport
        self.users = 0
        self.replaced = False
        # A client that nobody closes: its loop closes what it keeps when it ends, see _kept.
        self._keeper = _kept(transport)
        self.finalizer = weakref.finalize(self, _close_soon, loop, self._keeper)
        self.finalizer.atexit = False

    async def open(self) -> None:
        """Let the loop know what to close."""
        await anext(self._keeper)

    async def close(self) -> None:
        """Close all connections."""
        self.finalizer.detach()
        await self._keeper.aclose()

    async def release(self) -> None:
        """Give up one use, and close when it was the last one of a pool that has been replaced."""
        self.users -= 1
        if self.replaced and not self.users:
            await self.close()


async def _kept(transport: Lanes) -> AsyncGenerator[None]:
    """Close connections when this generator is closed, which a loop does with all generators before it ends."""
    try:
        yield
    finally:
        await transport.aclose()


def _close_soon(loop: AbstractEventLoop, keeper: AsyncGenerator[None]) -> None:
    """Close connections on their own loop, from wherever the garbage collector runs."""
    # A little later: a loop that is about to end does not wait for new tasks, but it closes the generators.
    # One that has ended already cannot close anything.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(
            loop.call_later, _CLOSE_AFTER_S, lambda: loop.create_task(keeper.aclose())
        )


# Pools inherited through fork(): their sockets belong to the parent, so the child neither uses nor closes them.
_inherited: list[object] = []


class Pools(LockOwner):
    """The pools of one client, made when they are first needed and again when the credential has changed.

    Args:
        wire: The server, and as whom to talk to it.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._closed = False
        self._pool: Pool | None = None
        self._async_pool: AsyncPool | None = None
        self._own_lock()

    def refuse_closed(self) -> None:
        """Raise FTSUsageError after `close`."""
        if self._closed:
            raise FTSUsageError(f"The client of {self._wire.endpoint} is closed.")

    def blocking(self) -> Pool:
        """Return the pool for synchronous requests.

        Raises:
            FTSUsageError: The client is closed.
            CredentialError: The credential cannot be used any more.
        """
        identity = self._wire.identity()
        with self._lock:
            self.refuse_closed()
            if self._pool is None or self._pool.identity != identity:
                # The old pool closes itself when the last request that uses it is done.
                transport = BlockingLanes(
                    self._context(), most=_MAX_CONNECTIONS, expiry_s=_KEEPALIVE_EXPIRY_S
                )
                self._pool = Pool(identity, transport)
            return self._pool

    async def of_this_loop(self) -> AsyncPool:
        """Return the pool of the running event loop, to be released after one request.

        Raises:
            CredentialError: The credential cannot be used any more.
        """
        identity, loop = self._wire.identity(), _running_loop()
        old = self._async_pool
        if old is None or old.identity != identity or old.loop is not loop:
            context = self._context()
            from fts_client.transport.async_pool import Lanes  # noqa: PLC0415 - see Clock

            transport = Lanes(context, most=_MAX_CONNECTIONS, expiry_s=_KEEPALIVE_EXPIRY_S)
            self._async_pool = pool = AsyncPool(identity, loop, transport)
            await pool.open()
            pool.users += 1
            if old is not None and old.loop is loop:
                old.replaced = True
                if not old.users:
                    await old.close()
            return pool
        old.users += 1
        return old

    def _context(self) -> ssl.SSLContext | None:
        make = self._wire.make_context
        return make() if make else None

    def close(self) -> None:
        """Close the synchronous pool; nothing can be sent any more."""
        with self._lock:
            self._closed = True
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.finalizer()

    async def aclose(self) -> None:
        """Close both pools, as far as the running event loop can."""
        self.close()
        pool, self._async_pool = self._async_pool, None
        if pool is not None and pool.loop is _running_loop():
            await pool.close()

    def _after_fork(self) -> None:
        # New ones are made on demand.
        for pool in (self._pool, self._async_pool):
            if pool is not None:
                pool.finalizer.detach()
        _inherited.extend(pool for pool in (self._pool, self._async_pool) if pool is not None)
        self._pool = self._async_pool = None


def _running_loop() -> AbstractEventLoop:
    import asyncio  # noqa: PLC0415 - see Clock

    return asyncio.get_running_loop()
