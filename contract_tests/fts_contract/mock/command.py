"""What `fts mock` does: the mock for people and for programs in other languages."""

from __future__ import annotations

import json
import shlex
import signal
import sys
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fts_contract.mock.fault_file import read_faults
from fts_contract.mock.pki.files import write_private
from fts_contract.mock.pki.store import IDENTITIES
from fts_contract.mock.server import MockFTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

__all__ = ["CannotStartError", "ready_line", "serve"]


class CannotStartError(Exception):
    """The mock cannot start; the message says why."""


def ready_line(mock: MockFTS) -> dict[str, Any]:
    """Say where a running mock and its test credentials are: the content of the one line on stdout."""
    return {
        "endpoint": mock.endpoint,
        "ca_file": str(mock.ca_file),
        "ca_dir": str(mock.ca_dir),
        "credentials": {name: str(mock.credential(name)) for name in IDENTITIES},
        **({} if mock.state.oauth2 is None else {"tokens": _write_tokens(mock)}),
    }


def _for_a_shell(ready: Mapping[str, Any]) -> str:
    """Write what a person copies into another terminal to be alice there."""
    settings = {
        "FTS_ENDPOINT": ready["endpoint"],
        "X509_CERT_DIR": ready["ca_dir"],
        "X509_USER_PROXY": ready["credentials"]["alice"],
    }
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in settings.items())


def _write_tokens(mock: MockFTS) -> dict[str, str]:
    """Write a token of twelve hours for each of two users, for programs in other languages."""
    written = {}
    for name in ("carol", "dave"):
        path = mock.pki.directory / "tokens" / name
        write_private(path, mock.token(sub=name, lifetime=timedelta(hours=12)).encode())
        written[name] = str(path)
    return written


def _read_settings(given: Iterable[str]) -> dict[str, str]:
    found = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise ValueError(f"expected --setting NAME=VALUE, got {text!r}")
        found[name.strip()] = value.strip()
    return found


def serve(
    *,
    host: str,
    port: int,
    pki: Path | None,
    time_scale: float,
    oauth2: bool,
    faults: Path | None,
    scenario: Path | None,
    in_use: bool = False,
    settings: Iterable[str] = (),
    make: Callable[..., MockFTS] = MockFTS,
) -> None:
    """Run a mock until SIGINT or SIGTERM.

    Args:
        host: Address to listen on.
        port: Port; 0 for any free one.
        pki: Directory of the test PKI; None for one that is deleted at the end.
        time_scale: Seconds of the mock's clock per second.
        oauth2: Whether it accepts bearer tokens of a test issuer.
        faults: JSON file of the faults to inject, or None.
        scenario: JSON file of what the mock holds at the beginning, or None.
        in_use: Whether it begins with what others have left on a server.
        settings: `NAME=VALUE` of each setting that differs from the default.
        make: Makes the mock from the arguments of `MockFTS`.

    Raises:
        CannotStartError: A file or a setting cannot be used, or the port is taken.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _signal, _frame: stop.set())
    try:
        server = make(
            pki=pki,
            host=host,
            port=port,
            time_scale=time_scale,
            oauth2=oauth2,
            in_use=in_use,
            settings=_read_settings(settings),
        )
        server.pki.complete()
        for fault in [] if faults is None else read_faults(faults):
            server.faults.add(fault)
        if scenario is not None:
            server.load_scenario(scenario)
    except (OSError, ValueError) as error:
        raise CannotStartError(f"the mock cannot start: {error}") from error
    try:
        server.start()
    except (OSError, TypeError, ValueError) as error:
        # The last two come from host names that DNS cannot hold.
        raise CannotStartError(f"the mock cannot start on {host}:{port}: {error}") from error
    try:
        ready = ready_line(server)
        sys.stdout.write(_for_a_shell(ready) if sys.stdout.isatty() else json.dumps(ready) + "\n")
        sys.stdout.flush()
        _say(
            f"mock FTS at {server.endpoint}, test credentials in {server.pki.directory}; Ctrl-C stops it"
        )
        stop.wait()
    finally:
        server.stop()
    _say(f"stopped; {server.state.job_count} jobs forgotten")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
