"""`fts mock`: the mock for people and for programs in other languages."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import Annotated, Any

import typer

from fts_contract.mock.fault_file import read_faults
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
        **({} if mock.state.oauth2 is None else {"tokens": _write_tokens(mock)}),
    }


def _write_tokens(mock: MockFTS) -> dict[str, str]:
    """Write a token of twelve hours for each of two users, for programs in other languages."""
    written = {}
    folder = mock.pki.directory / "tokens"
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in ("carol", "dave"):
        path = folder / name
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(mock.token(sub=name, lifetime=timedelta(hours=12)))
        written[name] = str(path)
    return written


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
    oauth2: Annotated[
        bool,
        typer.Option("--oauth2", help="Accept bearer tokens of a test issuer, and write some."),
    ] = False,
    faults: Annotated[
        Path | None,
        typer.Option(help="JSON file of faults to inject, see the documentation of the mock."),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(help="JSON file of jobs, delegations, bans and settings to begin with."),
    ] = None,
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
        server = MockFTS(pki=pki, host=host, port=port, time_scale=time_scale, oauth2=oauth2)
        for fault in [] if faults is None else read_faults(faults):
            server.faults.add(fault)
        if scenario is not None:
            server.load_scenario(scenario)
    except (OSError, ValueError) as error:
        typer.echo(f"the mock cannot start: {error}", err=True)
        raise typer.Exit(2) from error
    try:
        server.start()
    except OSError as error:
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
