"""Turn a function of a client into a command: add the common options, open the client, explain errors."""

from __future__ import annotations

import functools
import getpass
import inspect
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from fts_client.cli.display.output import Output, note, tell, write
from fts_client.cli.exits import explained
from fts_client.cli.input.options import COMMON, CommonOptions
from fts_client.errors import CredentialError, FTSUsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from fts_client.client import FTSClient
    from fts_client.credentials import TokenCredential, X509Credential
    from fts_client.exchanges import Exchange


def connected(function: Callable[..., None], *, offline: str = "") -> Callable[..., None]:
    """Turn a function of a client and an output into a command with the common options.

    Args:
        function: Its first two parameters are the client and the output; the others become options of the command.
        offline: Name of an option that makes the command run without a server: the client is then None.

    Returns:
        The command. It reports an error in one line and ends with the matching exit code. With `--curl` it prints the first
        request of the function and stops.
    """

    @functools.wraps(function)
    def command(options: CommonOptions, **values: Any) -> None:
        out = Output(options.as_json)
        with explained(debug=options.debug):
            if offline and values[offline]:
                function(None, out, **values)
                return
            with _open(options) as fts, shown_requests(curl=options.curl, debug=options.debug):
                function(fts, out, **values)

    return with_common_options(command, hidden=2)


def with_common_options(
    function: Callable[..., None], *, hidden: int = 1, without: Collection[str] = ()
) -> Callable[..., None]:
    """Turn a function of `CommonOptions` into a command.

    Args:
        function: Its first parameter takes the common options.
        hidden: How many of its first parameters are not options of the command.
        without: Names of common options that the command does not have.
    """

    @functools.wraps(function)
    def command(**values: Any) -> None:
        common = {name: values.pop(name) for name in COMMON if name not in without}
        function(CommonOptions(**common), **values)

    keyword = inspect.Parameter.KEYWORD_ONLY
    own = [item.replace(kind=keyword) for item in parameters_of(function)[hidden:]]
    common = [
        inspect.Parameter(name, keyword, annotation=kind, default=default)
        for name, (kind, default) in COMMON.items()
        if name not in without
    ]
    set_parameters(command, [*own, *common])
    return command


def parameters_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """List the parameters of a function, with annotations that typer can read."""
    # Names that commands import for type checkers only.
    unread = dict.fromkeys(("FTSClient", "Output", "CommonOptions"), object)
    scope = {**unread, **inspect.unwrap(function).__globals__}
    return list(inspect.signature(function, globals=scope, eval_str=True).parameters.values())


def set_parameters(function: Callable[..., Any], parameters: list[inspect.Parameter]) -> None:
    """Replace the parameters that typer sees of a function."""
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = {item.name: item.annotation for item in parameters}


@contextmanager
def shown_requests(*, curl: bool, debug: bool) -> Iterator[None]:
    """Show the requests of this block as curl commands.

    Args:
        curl: Print the first one on standard output, do not send it, and leave the block.
        debug: Print every one on standard error, with its outcome.
    """
    from fts_client.exchanges import NotSentError, rehearse, watch_exchanges  # noqa: PLC0415 - see _open

    if curl:
        with rehearse():
            try:
                yield
            except NotSentError as stop:
                write(stop.exchange.curl())
    elif debug:
        with watch_exchanges(_show):
            yield
    else:
        yield


def _show(exchange: Exchange) -> None:
    outcome = exchange.status_code or type(exchange.error).__name__
    tell(f"# {outcome} after {exchange.elapsed_s * 1000:.0f} ms\n{exchange.curl()}")


def _open(options: CommonOptions) -> FTSClient:
    # Imported here because it loads httpx and TLS, which `--help` and completion do not need.
    from fts_client.client import FTSClient  # noqa: PLC0415

    if not options.endpoint:
        raise FTSUsageError("No endpoint", remedy="Give --endpoint, or set FTS_ENDPOINT.")
    credential = named_credential(options)
    if options.insecure:
        note("fts: warning: the server is not verified (--insecure)")
    return FTSClient(
        options.endpoint,
        credential=credential,
        verify=not options.insecure,
        ca_dir=options.ca_dir,
        ca_file=options.ca_file,
        proxy=options.http_proxy,
    )


def named_credential(options: CommonOptions) -> X509Credential | TokenCredential | None:
    """Read the credential that the options name; None when they name none.

    Raises:
        FTSUsageError: The options contradict each other.
        CredentialError: The credential cannot be read.
    """
    from fts_client.credentials import TokenCredential, X509Credential  # noqa: PLC0415 - see _open

    if options.token_file and (options.proxy or options.key):
        raise FTSUsageError("--token-file cannot be combined with --proxy or --key")
    if options.token_file:
        return TokenCredential.from_file(options.token_file)
    if options.proxy:
        return X509Credential.from_file(
            options.proxy, key_path=options.key, passphrase=ask_for_passphrase
        )
    if options.key:
        raise FTSUsageError("--key needs --cert")
    return None


def ask_for_passphrase() -> str:
    """Ask on the terminal for the passphrase of a private key.

    Raises:
        CredentialError: There is no terminal.
        typer.Abort: The terminal was closed, or ended its input.
    """
    if not sys.stdin.isatty():
        raise CredentialError("The private key is encrypted, and there is no terminal to ask on")
    try:
        # typer.prompt() shows its question before getpass() turns the echo off, which drops what was typed until then.
        return getpass.getpass("Passphrase of the private key: ")
    except EOFError:
        raise typer.Abort from None


def confirm(question: str, *, yes: bool, what: str) -> None:
    """Ask before something that cannot be undone, unless nothing will be sent.

    Args:
        question: What is about to happen.
        yes: `--yes` was given: do not ask.
        what: What needs `--yes`, for the message.

    Raises:
        FTSUsageError: There is no terminal to ask on.
        typer.Abort: The answer is no.
    """
    from fts_client.exchanges import rehearsing  # noqa: PLC0415 - see _open

    if yes or rehearsing():
        return
    if not sys.stdin.isatty():
        raise FTSUsageError(f"{what} needs --yes when there is no terminal to ask on")
    typer.confirm(question, abort=True, err=True)
