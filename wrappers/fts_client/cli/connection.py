"""The options that every command has, and what is done with them: open a client, show results, explain errors."""

from __future__ import annotations

import functools
import inspect
import json
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import attrs
import typer

from fts_client.client import FTSClient
from fts_client.credentials import TokenCredential, X509Credential
from fts_client.errors import (
    CredentialError,
    FTSConnectionError,
    FTSError,
    FTSResponseError,
    FTSUsageError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = [
    "FAILED",
    "NO_CREDENTIAL",
    "UNREACHABLE",
    "WRONG_USE",
    "AsJson",
    "CADir",
    "Debug",
    "Endpoint",
    "Key",
    "Output",
    "Proxy",
    "TokenFile",
    "ask_for_passphrase",
    "connected",
    "explained",
    "named_credential",
]

FAILED, WRONG_USE, NO_CREDENTIAL, UNREACHABLE = 1, 2, 3, 4


@attrs.frozen
class Output:
    """Where results go.

    Attributes:
        as_json: True: JSON on standard output, nothing else.
    """

    as_json: bool

    def show(self, value: Any, lines: Iterable[str]) -> None:
        """Print a result.

        Args:
            value: What `--json` prints.
            lines: What people read otherwise.
        """
        if self.as_json:
            typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
        else:
            for line in lines:
                typer.echo(printable(line))


def printable(text: str) -> str:
    """Replace control characters: text of a server must not steer a terminal."""
    return "".join(char if char.isprintable() or char == "\t" else "?" for char in text)


Endpoint = Annotated[
    str,
    typer.Option(
        "--endpoint",
        "-s",
        envvar="FTS_ENDPOINT",
        metavar="URL",
        help="FTS REST endpoint, such as https://fts3-public.cern.ch:8446.",
    ),
]
Proxy = Annotated[
    Path | None,
    typer.Option(
        "--proxy",
        "--cert",
        metavar="PEM",
        help="Proxy, or certificate. Default: found as grid tools find it.",
    ),
]
Key = Annotated[
    Path | None,
    typer.Option(
        "--key", metavar="PEM", help="Private key, if not in the file of the certificate."
    ),
]
TokenFile = Annotated[
    Path | None,
    typer.Option("--token-file", metavar="FILE", help="File with a bearer token."),
]
CADir = Annotated[
    Path | None,
    typer.Option(
        "--ca-dir",
        metavar="DIR",
        help="CA certificates. Default: X509_CERT_DIR, else /etc/grid-security/certificates.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show where an error arose.")]
Insecure = Annotated[
    bool, typer.Option("--insecure", help="Do not verify the server. For tests only.")
]

_OPTIONS: Mapping[str, tuple[Any, Any]] = {
    "endpoint": (Endpoint, ""),
    "proxy": (Proxy, None),
    "key": (Key, None),
    "token_file": (TokenFile, None),
    "ca_dir": (CADir, None),
    "insecure": (Insecure, False),
    "as_json": (AsJson, False),
    "debug": (Debug, False),
}


@contextmanager
def explained(*, debug: bool) -> Iterator[None]:
    """Print an error in one line, and end the command with the exit code that belongs to it.

    Args:
        debug: True: show also where it arose.

    Raises:
        typer.Exit: In place of an error of this package.
    """
    try:
        yield
    except FTSError as error:
        if debug:
            traceback.print_exc()
        typer.echo(f"fts: {printable(str(error))}", err=True)
        raise typer.Exit(_exit_code(error)) from None


def connected(function: Callable[..., None]) -> Callable[..., None]:
    """Turn a function of a client and an output into a command with the common options.

    Args:
        function: Its first two parameters are the client and the output; the others become options of the command.

    Returns:
        The command. An error is printed in one line, and ends it with the exit code that belongs to it.
    """
    own = list(inspect.signature(function, eval_str=True).parameters.values())[2:]
    common = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in _OPTIONS.items()
    ]

    @functools.wraps(function)
    def command(**values: Any) -> None:
        options = {name: values.pop(name) for name in _OPTIONS}
        with explained(debug=options["debug"]), _open(options) as fts:
            function(fts, Output(options["as_json"]), **values)

    keyword_only = [item.replace(kind=inspect.Parameter.KEYWORD_ONLY) for item in own]
    parameters = [*keyword_only, *common]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {item.name: item.annotation for item in parameters}
    return command


def _open(options: Mapping[str, Any]) -> FTSClient:
    if not options["endpoint"]:
        raise FTSUsageError("No endpoint", remedy="Give --endpoint, or set FTS_ENDPOINT.")
    credential = named_credential(options["proxy"], options["key"], options["token_file"])
    if options["insecure"]:
        typer.echo("fts: warning: the server is not verified (--insecure)", err=True)
    return FTSClient(
        options["endpoint"],
        credential=credential,
        verify=not options["insecure"],
        ca_dir=options["ca_dir"],
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
    if proxy and token_file:
        raise FTSUsageError("Give either --proxy or --token-file")
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


def _exit_code(error: FTSError) -> int:
    if isinstance(error, FTSUsageError):
        return WRONG_USE
    if isinstance(error, CredentialError):
        return NO_CREDENTIAL
    if isinstance(error, FTSConnectionError | FTSResponseError):
        return UNREACHABLE
    return FAILED
