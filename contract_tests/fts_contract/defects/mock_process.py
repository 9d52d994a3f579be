"""The server side of a trial: a process of its own that puts defects into mocks when it is asked to.

Hypothesis draws constants from the modules of the project that a process has loaded. So the defects and the mock must
not be loaded where the harness runs, or they would show the harness what to look for.
"""

from __future__ import annotations

import contextlib
import logging
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from pathlib import Path

__all__ = ["Endpoint", "serve", "serving"]


@attrs.frozen
class Endpoint:
    """The address of a mock with a defect, and what a client needs to use it.

    Attributes:
        url: Its endpoint.
        ca_file: The CA of the server and of all credentials.
        credentials: Credential files by test identity.
    """

    url: str
    ca_file: Path
    credentials: dict[str, Path]


def serve(connection: Connection, pki: Path) -> None:
    """Serve until the other end closes: a catalogue and a name start a mock, None stops it and is answered with the number of hits.

    Args:
        connection: Receives (catalogue, name of a defect or empty for a clean mock) and None in turns.
        pki: Directory of the test PKI.
    """
    # A run that gives up on a slow answer closes its connection; uvicorn would log that.
    logging.getLogger("uvicorn.error").disabled = True
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            _serve_one(connection, *connection.recv(), pki=pki)


def _serve_one(connection: Connection, catalogue: str, name: str, *, pki: Path) -> None:
    from fts_contract.defects.injection import inject  # noqa: PLC0415 - see above
    from fts_contract.defects.server_contents import fill  # noqa: PLC0415
    from fts_contract.defects.sets import defect_named  # noqa: PLC0415

    defect = defect_named(name, catalogue) if name else None
    injected = inject(*([defect] if defect else []), pki=pki)
    mock = injected.mock
    fill(mock)
    if defect is not None and defect.arrange is not None:
        defect.arrange(mock)
    with mock:
        names = ("alice", "admin", "root", "bob-novoms")
        connection.send(
            Endpoint(mock.endpoint, mock.ca_file, {n: mock.credential(n) for n in names})
        )
        connection.recv()
    connection.send(injected.hits + len(mock.faults.hits))


@contextlib.contextmanager
def serving(connection: Any, catalogue: str, name: str) -> Iterator[tuple[Endpoint, list[int]]]:
    """Have the other process serve a mock.

    Args:
        connection: To a process that runs `serve`.
        catalogue: Where the defect is, see `defects_of`.
        name: The defect; empty for a clean mock.

    Yields:
        Its endpoint, and a list that contains the number of hits afterwards.
    """
    hits: list[int] = []
    connection.send((catalogue, name))
    endpoint = connection.recv()
    try:
        yield endpoint, hits
    finally:
        connection.send(None)
        hits.append(connection.recv())
