"""`fts mock`: its options."""

from __future__ import annotations

import difflib
from functools import partial
from pathlib import Path  # noqa: TC003 - typer reads the annotations when it runs
from typing import TYPE_CHECKING, Annotated

import typer

from fts_contract.commands.endings import fail, need

if TYPE_CHECKING:
    from collections.abc import Callable

    from fts_contract.defects.defect import Defect

__all__ = ["mock"]


def _catalogue() -> dict[str, Defect]:
    from fts_contract.defects.catalogue import CATALOGUE  # noqa: PLC0415 - only for `--defect`

    return {defect.name: defect for defect in CATALOGUE}


def _complete_defect(incomplete: str) -> list[tuple[str, str]]:
    return [
        (name, defect.description)
        for name, defect in _catalogue().items()
        if name.startswith(incomplete)
    ]


def _chosen_defects(names: list[str]) -> list[Defect]:
    known = _catalogue()
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known)
            hint = f"did you mean {' or '.join(close)}?" if close else "see fts mock --defect list"
            fail(f"Expected the name of a seeded defect, got {name}: {hint}")
    return [known[name] for name in names]


def mock(
    *,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65_535, metavar="N", help="Port; 0 for any free one.")
    ] = 8446,
    pki: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Directory of the test PKI: made when missing, used again otherwise.",
        ),
    ] = None,
    time_scale: Annotated[
        float,
        typer.Option(metavar="N", help="Seconds of the mock's clock per second; 0 stops it."),
    ] = 1.0,
    oauth2: Annotated[
        bool,
        typer.Option("--oauth2", help="Accept bearer tokens of a test issuer, and write some."),
    ] = False,
    faults: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="JSON file of faults to inject, see the documentation of the mock.",
        ),
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="JSON file of jobs, delegations, bans and settings to begin with.",
        ),
    ] = None,
    in_use: Annotated[
        bool,
        typer.Option("--in-use", help="Begin with jobs, configuration and bans of other people."),
    ] = False,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A setting of the server, see the documentation of the mock; may be repeated.",
        ),
    ] = None,
    defect: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Have this seeded defect; may be repeated. `list` names them all, and exits.",
            autocompletion=_complete_defect,
        ),
    ] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="List the operations not imitated yet, and exit.")
    ] = False,
) -> None:
    """Run an FTS to try things on, until Ctrl-C or SIGTERM.

    When it is ready, one line of JSON on stdout says where it listens and where its test credentials are;
    on a terminal, three lines to paste into another one. Everything else goes to stderr. State lives in
    memory and is lost at the end.

    Examples:
      fts mock
      fts mock --port 0 --pki ./test-pki    # the same certificates next time
      fts mock --time-scale 60              # a minute passes in a second
      fts mock --defect list-ignores-state  # a server with a bug
    """
    need("mock", "uvicorn", "httptools", "cryptography")
    from fts_contract.mock import MockFTS  # noqa: PLC0415
    from fts_contract.mock.command import CannotStartError, serve  # noqa: PLC0415
    from fts_contract.mock.operations import missing_operations  # noqa: PLC0415

    if missing:
        for operation in missing_operations():
            typer.echo(operation)
        return
    make: Callable[..., MockFTS] = MockFTS
    if defect:
        need("contract", "yaml")
        from fts_contract.defects.injection import faulty_mock  # noqa: PLC0415

        if "list" in defect:
            width = max(map(len, _catalogue()))
            for name, description in _complete_defect(""):
                typer.echo(f"{name:<{width}}  {description}")
            return
        make = partial(faulty_mock, _chosen_defects(defect))
    try:
        serve(
            host=host,
            port=port,
            pki=pki,
            time_scale=time_scale,
            oauth2=oauth2,
            faults=faults,
            scenario=scenario,
            in_use=in_use,
            settings=setting or (),
            make=make,
        )
    except CannotStartError as error:
        fail(str(error))
