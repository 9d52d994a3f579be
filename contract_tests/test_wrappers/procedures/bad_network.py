"""A bad network between a client and a server: it passes bytes on unchanged, also those of TLS, until it cuts or stalls the connection."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from typing import TYPE_CHECKING, Literal, Self

import attrs

if TYPE_CHECKING:
    from types import TracebackType

Kind = Literal["none", "refused", "cut upwards", "cut downwards", "stall", "delay"]


@attrs.frozen
class Fate:
    """What happens to one connection.

    Attributes:
        kind: "refused": closed at once. "cut upwards": closed after so many bytes of the client, which reach the server.
            "cut downwards": closed after so many bytes of the server, which reach the client. "stall": from so many bytes of
            the server on nothing comes any more, and nobody is told. "delay": each piece of an answer is late.
        after: Bytes.
    """

    kind: Kind
    after: int = 0


def seeded_fates(seed: int) -> Fates:
    """A network that cuts most connections after a few exchanges, at any byte.

    A handshake takes about 5,000 bytes each way, a submission 1,000 up and 600 down.
    """
    return Fates(random.Random(seed))  # noqa: S311 - to be repeatable, not secret


class Fates:
    def __init__(self, source: random.Random) -> None:
        self._source = source
        self.counts: Counter[Kind] = Counter()

    def next(self) -> Fate:
        kinds: list[Kind] = ["none", "refused", "cut upwards", "cut downwards", "stall", "delay"]
        (kind,) = self._source.choices(kinds, [5, 5, 40, 40, 2, 8])
        self.counts[kind] += 1
        return Fate(kind, self._source.randrange(20_000))


class BadNetwork:
    """Listens on a port of its own and passes on to a server; runs in a thread of its own.

    Args:
        port: Port of the server on localhost.
        fates: What befalls each connection.
        delay_s: Seconds by which each piece of an answer is late on a connection with that fate.
    """

    def __init__(self, port: int, fates: Fates, *, delay_s: float = 0.01) -> None:
        self._port = port
        self._fates = fates
        self._delay_s = delay_s
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self.endpoint = ""

    def __enter__(self) -> Self:
        self._thread.start()
        server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._accept, "127.0.0.1", 0), self._loop
        ).result()
        self._server = server
        self.endpoint = f"https://localhost:{server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # If the server no longer reads, unsent bytes would keep the socket open.
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        fate = self._fates.next()
        if fate.kind == "refused":
            writer.transport.abort()
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers += (writer, up_writer)
        limit_up = fate.after if fate.kind == "cut upwards" else None
        limit_down = fate.after if fate.kind in {"cut downwards", "stall"} else None
        delay_s = self._delay_s if fate.kind == "delay" else 0.0
        pumps = [
            asyncio.create_task(_pump(reader, up_writer, limit=limit_up)),
            asyncio.create_task(
                _pump(
                    up_reader,
                    writer,
                    limit=limit_down,
                    delay_s=delay_s,
                    stall=fate.kind == "stall",
                )
            ),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # No await before this: the end of the test would cancel it and leave the sockets open.
            for pump in pumps:
                pump.cancel()
            writer.transport.abort()
            # The server gets what the client had sent before the cut.
            up_writer.close()
            await asyncio.gather(*pumps, return_exceptions=True)
            self._tasks.discard(task)


async def _pump(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    limit: int | None,
    delay_s: float = 0.0,
    stall: bool = False,
) -> None:
    """Pass bytes on until one side closes or the limit is reached."""
    passed = 0
    try:
        while data := await reader.read(65536):
            if delay_s:
                await asyncio.sleep(delay_s)
            room = len(data) if limit is None else max(0, limit - passed)
            writer.write(data[:room])
            await writer.drain()
            passed += len(data)
            if limit is not None and passed >= limit:
                if stall:
                    await asyncio.Event().wait()
                return
    except OSError:
        return
