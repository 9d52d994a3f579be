"""Turn a function of a client into a command: open the client, add the common options, explain errors."""

from __future__ import annotations

import functools
import inspect
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from fts_client.cli.display.output import Output, note, write
from fts_client.cli.exits import explained
from fts_client.cli.input.options import COMMON
from fts_client.errors import CredentialError, FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from fts_client.client import FTSClient
    from fts_client.credentials import TokenCredential, X509Credential
    from fts_client.exchanges import Exchange

__all__ = [
    "ask_for_passphrase",
    "connected",
    "named_credential",
    "parameters_of",
    "rehearsed",
    "set_parameters",
    "traced",
]


def connected(function: Callable[..., None], *, offline: str = "") -> Callable[..., None]:
    """Turn a function of a client and an output into a command with the common options.

    Args:
        function: Its first two parameters are the client and the output; the others become options of the command.
        offline: An option that needs no server: with it the client is None.

    Returns:
        The command. An error is printed in one line, and ends it with the exit code that belongs to it. With `--curl` the first
        request of the function is printed in place of being sent.
    """
    own = parameters_of(function)[2:]
    common = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in COMMON.items()
    ]

    @functools.wraps(function)
    def command(**values: Any) -> None:
        options = {name: values.pop(name) for name in COMMON}
        out = Output(options["as_json"])
        with explained(debug=options["debug"]):
            if offline and values[offline]:
                function(None, out, **values)
                return
            way = rehearsed() if options["curl"] else traced(show=options["debug"])
            with _open(options) as fts, way:
                function(fts, out, **values)

    own = [item.replace(kind=inspect.Parameter.KEYWORD_ONLY) for item in own]
    set_parameters(command, [*own, *common])
    return command


def parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """List the parameters of a function, with annotations that typer can read.

    Args:
        function: Its annotations may name the client, which is not imported for its name alone.
    """
    scope = {**inspect.unwrap(function).__globals__, "FTSClient": object, "Output": object}
    return list(inspect.signature(function, globals=scope, eval_str=True).parameters.values())


def set_parameters(function: Callable[..., Any], parameters: list[inspect.Parameter]) -> None:
    """Make a function show other parameters to typer than it has."""
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = {item.name: item.annotation for item in parameters}


@contextmanager
def rehearsed() -> Iterator[None]:
    """Print the first request of this block as a curl command in place of sending it, and leave the block."""
    from fts_client.exchanges import NotSentError, rehearse  # noqa: PLC0415 - see _open

    with rehearse():
        try:
            yield
        except NotSentError as stop:
            write(stop.exchange.curl())


@contextmanager
def traced(*, show: bool) -> Iterator[None]:
    """Print every request of this block as a curl command on standard error, with what came of it.

    Args:
        show: False: do nothing.
    """
    if not show:
        yield
        return
    from fts_client.exchanges import watch_exchanges  # noqa: PLC0415 - see _open

    with watch_exchanges(_show):
        yield


def _show(exchange: Exchange) -> None:
    outcome = exchange.status_code or type(exchange.error).__name__
    write(f"# {outcome} after {exchange.elapsed_s * 1000:.0f} ms", sys.stderr)
    write(exchange.curl(), sys.stderr)


def _open(options: Mapping[str, Any]) -> FTSClient:
    # Not at the top: with it come the HTTP library and TLS, which `--help` and completion do not need.
    from fts_client.client import FTSClient  # noqa: PLC0415

    if not options["endpoint"]:
        raise FTSUsageError("No endpoint", remedy="Give --endpoint, or set FTS_ENDPOINT.")
    credential = named_credential(options["proxy"], options["key"], options["token_file"])
    if options["insecure"]:
        note("fts: warning: the server is not verified (--insecure)")
    return FTSClient(
        options["endpoint"],
        credential=credential,
        verify=not options["insecure"],
        ca_dir=options["ca_dir"],
        ca_file=options["ca_file"],
    )


def named_credential(
    proxy: Path | None, key: Path | None, token_file: Path | None
) -> X509Credential | TokenCredential | None:
    """Read the credential that the options name.

    Args:
        proxy: Proxy or certificate.
        key: Its key; None when it is in the same file.
        token_file: File with a bearer token.

    Returns:
        The credential; None when the options name none.

    Raises:
        FTSUsageError: Options that exclude each other.
        CredentialError: It cannot be read.
    """
    from fts_client.credentials import TokenCredential, X509Credential  # noqa: PLC0415

    if token_file and (proxy or key):
        raise FTSUsageError("Give either --proxy, with or without --key, or --token-file")
    if token_file:
        return TokenCredential.from_file(token_file)
    if proxy:
        return X509Credential.from_file(proxy, key_path=key, passphrase=ask_for_passphrase)
    if key:
        raise FTSUsageError("--key needs --cert")
    return None


def ask_for_passphrase() -> str:
    """Ask at the terminal for the passphrase of a private key.

    Raises:
        CredentialError: There is no terminal.
    """
    if not sys.stdin.isatty():
        raise CredentialError("The private key is encrypted, and there is no terminal to ask at")
    return str(typer.prompt("Passphrase of the private key", hide_input=True, err=True))
