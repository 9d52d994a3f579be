"""The application: our own commands, and those that other packages add (entry-point group `fts.commands`)."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from typer.core import TyperGroup

from fts_client._version import __version__
from fts_client.cli.commands import (
    banning,
    cancel,
    doctor,
    identity,
    jobs,
    listing,
    proxy,
    retry,
    server,
    submit,
)
from fts_client.cli.display.output import complain
from fts_client.cli.exits import EXIT_CODES, FAILED, WRONG_USE, unexpected
from fts_client.cli.help_pages import GroupedCommand
from fts_client.errors.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from importlib.metadata import EntryPoint

GROUP: Final = "fts.commands"
_INTRODUCTION: Final = """\
Client of CERN's File Transfer Service (FTS3).

\b
Examples:
  export FTS_ENDPOINT=https://fts3-public.cern.ch:8446
  fts doctor                              # check the setup
  fts submit davs://a.org/f davs://b.org/f --watch
  fts list --mine

Every command has --help, prints JSON with --json, and shows what it would
send with --curl. Credentials are searched for where grid tools look.
"""


def version() -> None:
    """Show the version of this program.

    Examples:
      fts version
    """
    typer.echo(f"fts-client {__version__}")


_COMMANDS: Final[Mapping[str, Callable[..., None] | typer.Typer]] = {
    "doctor": doctor.doctor,
    "whoami": identity.whoami,
    "proxy": proxy.proxy,
    "delegate": identity.delegate,
    "submit": submit.submit,
    "status": jobs.status,
    "list": listing.list_jobs,
    "files": jobs.files,
    "cancel": cancel.cancel,
    "retry": retry.retry,
    "priority": cancel.priority,
    "server": server.server,
    "bans": banning.bans,
    "ban": banning.ban,
    "unban": banning.unban,
    "version": version,
}
"""Our own commands and groups, in the order in which people need them."""


# Standard output is closed, or the disk is full.
_UNWRITABLE = (errno.EBADF, errno.ENOSPC)


class _Commands(TyperGroup):
    """Lists our own commands in their order, then those of other packages."""

    def list_commands(self, ctx: Any) -> list[str]:
        added = [name for name in super().list_commands(ctx) if name not in _COMMANDS]
        return [*(name for name in _COMMANDS if name in self.commands), *added]

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            # What is wrong on a command line is quoted, and may be a token in the wrong place.
            if isinstance(message := getattr(error, "message", None), str):
                error.message = redact(message)  # type: ignore[attr-defined]
            raise


def run(arguments: Sequence[str]) -> int:
    """Run the command line.

    Args:
        arguments: What follows `fts`.

    Returns:
        The exit code.
    """
    own = next((name for name in arguments[:1] if name in _COMMANDS), None)
    # Start faster: build only the command that is called, and load those of other packages only when one may be meant.
    app = application(_additions()) if own is None else application((), only=own)
    code: object = 0
    try:
        app(args=list(arguments), prog_name="fts")
    except SystemExit as stop:
        code = stop.code
    except Exception as error:  # noqa: BLE001 - a mistake of ours, or of a command of another package
        if isinstance(error, OSError) and error.errno in _UNWRITABLE:
            # The help pages are written by click.
            complain(f"Cannot write the result: {error}")
            return FAILED
        # Commands of other packages have no option --debug.
        hint = "; --debug shows more" if own else ""
        return unexpected(error, debug=not {"--debug", "-v"}.isdisjoint(arguments), hint=hint)
    return code if isinstance(code, int) else FAILED


def _additions() -> Iterable[EntryPoint]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - see run

    return entry_points(group=GROUP)


def application(additions: Iterable[EntryPoint], *, only: str | None = None) -> typer.Typer:
    """Build the application.

    Args:
        additions: Commands of other packages: a `typer.Typer` becomes a group, a function a command. One that cannot be
            imported is still listed, and says what is missing when it is called.
        only: The one of our own commands or groups to build; None for all.

    Returns:
        The application.
    """
    codes = "\n".join(f"  {code:<4} {meaning}" for code, meaning in EXIT_CODES.items())
    app = typer.Typer(
        name="fts",
        cls=_Commands,
        help=f"{_INTRODUCTION}\n\b\nExit codes:\n{codes}\n",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        # Groups and commands inherit them.
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_common)
    for name, command in _COMMANDS.items():
        if only in {None, name}:
            _add(app, name, command)
    for addition in sorted(additions, key=lambda entry: entry.name):
        try:
            _add(app, addition.name, addition.load())
        except ImportError as error:
            _add_missing(app, addition.name, error)
    return app


def _add(app: typer.Typer, name: str, command: Callable[..., None] | typer.Typer) -> None:
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=name)
    else:
        app.command(name, cls=GroupedCommand)(command)


def _add_missing(app: typer.Typer, name: str, error: ImportError) -> None:
    # Our own additions, mock and contract, are called like the extra that they need.
    hint = f"not installed: pip install 'fts-client[{name}]'"
    text = f"fts {name}: {hint} ({error})"
    # Any arguments: what matters is the hint, not how the command was called.
    settings = {"allow_extra_args": True, "ignore_unknown_options": True}

    @app.command(name, help=f"({hint})", context_settings=settings)
    def command() -> None:
        typer.echo(text, err=True)
        raise typer.Exit(WRONG_USE)


def _show_version(*, value: bool) -> None:
    if value:
        version()
        raise typer.Exit


_version_option = typer.Option(
    "--version", callback=_show_version, is_eager=True, help="Show the version."
)


def _common(*, version: Annotated[bool, _version_option] = False) -> None:
    pass
