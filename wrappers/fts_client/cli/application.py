"""The application: our own commands, and those that other packages add (entry-point group `fts.commands`)."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points, version
from typing import TYPE_CHECKING, Annotated

import typer

from fts_client.cli import doctor, identity, jobs, proxy
from fts_client.cli.connection import WRONG_USE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["application", "run"]

GROUP = "fts.commands"
# Which extra of this package brings a module that may be missing.
_EXTRA_OF = {
    "starlette": "mock",
    "uvicorn": "mock",
    "schemathesis": "contract",
    "pytest": "contract",
    "yaml": "contract",
    "jsonschema": "contract",
}


def run(arguments: Sequence[str]) -> int:
    """Run the command line.

    Args:
        arguments: Without the name of the program.

    Returns:
        The exit code.
    """
    try:
        application(entry_points(group=GROUP))(args=list(arguments), prog_name="fts")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    return 0


def application(additions: Iterable[EntryPoint]) -> typer.Typer:
    """Build the application.

    Args:
        additions: Commands of other packages: a `typer.Typer` becomes a group, a function a command. One that cannot be
            imported is listed all the same, and says what is missing when it is called.

    Returns:
        The application.
    """
    app = typer.Typer(
        name="fts",
        help="Client of CERN's File Transfer Service (FTS3).",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_common)
    app.command("whoami")(identity.whoami)
    app.command("delegate")(identity.delegate)
    app.command("doctor")(doctor.doctor)
    app.add_typer(proxy.proxy, name="proxy")
    app.command("submit")(jobs.submit)
    app.command("status")(jobs.status)
    app.command("list")(jobs.list_jobs)
    app.command("cancel")(jobs.cancel)
    for addition in sorted(additions, key=lambda entry: entry.name):
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
            continue
        if isinstance(loaded, typer.Typer):
            app.add_typer(loaded, name=addition.name)
        else:
            app.command(addition.name)(loaded)
    return app


def _stub(name: str, hint: str) -> Callable[[], None]:
    def command() -> None:
        typer.echo(f"fts {name}: {hint}", err=True)
        raise typer.Exit(WRONG_USE)

    return command


def _show_version(*, value: bool) -> None:
    if value:
        typer.echo(f"fts-client {version('fts-client')}")
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
