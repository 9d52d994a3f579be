"""`fts mock`: the mock for people and for programs in other languages."""

from __future__ import annotations

import json
import signal
import sys
import threading
from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import Annotated, Any

import typer

from fts_contract.mock.operations import missing_operations
from fts_contract.mock.pki.store import IDENTITIES
from fts_contract.mock.server import MockFTS


def ready_line(mock: MockFTS) -> dict[str, Any]:
    """Say where a running mock and its test credentials are: the content of the one line on stdout."""
    return {
        "endpoint": mock.endpoint,
        "ca_file": str(mock.ca_file),
        "ca_dir": str(mock.ca_dir),
        "credentials": {name: str(mock.credential(name)) for name in IDENTITIES},
    }


def mock(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 for any free one.")] = 8446,
    pki: Annotated[
        Path | None,
        typer.Option(help="Directory of the test PKI: made when missing, used again otherwise."),
    ] = None,
    time_scale: Annotated[
        float, typer.Option(help="Seconds of the mock's clock per second; 0 stops it.")
    ] = 1.0,
    missing: Annotated[
        bool, typer.Option("--missing", help="List the operations not imitated yet, and exit.")
    ] = False,
) -> None:
    """Run a mock FTS in the foreground until SIGINT or SIGTERM.

    When it is ready, one line of JSON on stdout says where it listens and where its test credentials are.
    Everything else goes to stderr. State lives in memory and is lost at the end.
    """
    if missing:
        for operation in missing_operations():
            typer.echo(operation)
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _signal, _frame: stop.set())
    try:
        server = MockFTS(pki=pki, host=host, port=port, time_scale=time_scale)
        server.start()
    except (OSError, ValueError) as error:
        typer.echo(f"the mock cannot start on {host}:{port}: {error}", err=True)
        raise typer.Exit(2) from error
    try:
        sys.stdout.write(json.dumps(ready_line(server)) + "\n")
        sys.stdout.flush()
        typer.echo(
            f"mock FTS at {server.endpoint}, test credentials in {server.pki.directory}; Ctrl-C stops it",
            err=True,
        )
        stop.wait()
    finally:
        server.stop()
    typer.echo(f"stopped; {server.state.job_count} jobs forgotten", err=True)
