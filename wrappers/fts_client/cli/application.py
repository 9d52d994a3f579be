"""The application: our own commands, and those that other packages add (entry-point group `fts.commands`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from fts_client._version import __version__
from fts_client.cli.commands import banning, doctor, identity, jobs, proxy, server, submit
from fts_client.cli.commands import cancel as changing
from fts_client.cli.exits import EXIT_CODES, WRONG_USE
from fts_client.cli.help_pages import Commands, GroupedCommand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from importlib.metadata import EntryPoint

__all__ = ["application", "run"]

GROUP: Final = "fts.commands"
# Which extra of this package brings a module that may be missing.
_EXTRA_OF: Final = {
    "httptools": "mock",
    "uvicorn": "mock",
    "schemathesis": "contract",
    "pytest": "contract",
    "yaml": "contract",
    "jsonschema": "contract",
}
_INTRODUCTION: Final = """\
Client of CERN's File Transfer Service (FTS3).

\b
Examples:
  export FTS_ENDPOINT=https://fts3-public.cern.ch:8446
  fts doctor                              # is everything in place?
  fts submit davs://a.org/f davs://b.org/f --watch
  fts list --mine

Every command explains itself with --help, prints JSON with --json, and with
--curl shows what it would send. The credential is found as grid tools find it.
"""
_COMMANDS: Final[Mapping[str, Callable[..., None]]] = {
    "whoami": identity.whoami,
    "delegate": identity.delegate,
    "doctor": doctor.doctor,
    "submit": submit.submit,
    "status": jobs.status,
    "list": jobs.list_jobs,
    "files": jobs.files,
    "cancel": changing.cancel,
    "priority": changing.priority,
    "bans": banning.bans,
}
_GROUPS: Final[Mapping[str, typer.Typer]] = {
    "proxy": proxy.proxy,
    "ban": banning.ban,
    "unban": banning.unban,
    "server": server.server,
}


def run(arguments: Sequence[str]) -> int:
    """Run the command line.

    Args:
        arguments: Without the name of the program.

    Returns:
        The exit code.
    """
    own = next((name for name in arguments[:1] if name in {*_COMMANDS, *_GROUPS}), None)
    # What other packages add may take a while to load, and so do twenty commands that are not called.
    app = application(_additions()) if own is None else application((), only=own)
    try:
        app(args=list(arguments), prog_name="fts")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    return 0


def _additions() -> Iterable[EntryPoint]:
    from importlib.metadata import entry_points  # noqa: PLC0415 - see run

    return entry_points(group=GROUP)


def application(additions: Iterable[EntryPoint], *, only: str | None = None) -> typer.Typer:
    """Build the application.

    Args:
        additions: Commands of other packages: a `typer.Typer` becomes a group, a function a command. One that cannot be
            imported is listed all the same, and says what is missing when it is called.
        only: The one of our own commands or groups to build; None for all of them.

    Returns:
        The application.
    """
    app = typer.Typer(
        name="fts",
        cls=Commands,
        help=_help(),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_common)
    for name, command in _COMMANDS.items():
        if only in {None, name}:
            app.command(name, cls=GroupedCommand)(command)
    for name, group in _GROUPS.items():
        if only in {None, name}:
            app.add_typer(group, name=name)
    for addition in sorted(additions, key=lambda entry: entry.name):
        _add(app, addition)
    return app


def _help() -> str:
    codes = "\n".join(f"  {code:<4} {meaning}" for code, meaning in EXIT_CODES.items())
    return f"{_INTRODUCTION}\n\b\nExit codes:\n{codes}\n"


def _add(app: typer.Typer, addition: EntryPoint) -> None:
    try:
        loaded = addition.load()
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        extra = _EXTRA_OF.get(missing, addition.name)
        hint = f"not installed: pip install 'fts-client[{extra}]'"
        app.command(
            addition.name,
            help=f"({hint})",
            context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
        )(_stub(addition.name, f"{hint} ({error})"))
        return
    if isinstance(loaded, typer.Typer):
        app.add_typer(loaded, name=addition.name)
    else:
        app.command(addition.name, cls=GroupedCommand)(loaded)


def _stub(name: str, hint: str) -> Callable[[], None]:
    def command() -> None:
        typer.echo(f"fts {name}: {hint}", err=True)
        raise typer.Exit(WRONG_USE)

    return command


def _show_version(*, value: bool) -> None:
    if value:
        typer.echo(f"fts-client {__version__}")
        raise typer.Exit


def _common(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    pass
