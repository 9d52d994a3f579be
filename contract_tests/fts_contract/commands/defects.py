"""`fts contract defects`."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from fts_contract.commands.endings import CONFORMS, DIFFERS, fail, need

__all__ = ["defects"]


def defects(  # noqa: PLR0917 - typer passes by name
    only: Annotated[
        str | None, typer.Option(metavar="REGEX", help="Only defects whose name matches.")
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(metavar="N", help="Only N of these, of as many kinds as possible."),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="N", help="Seed of the sample and of the runs.")
    ] = 42,
    profile: Annotated[
        str, typer.Option(metavar="NAME", help="full, safe (what can be seen there) or both.")
    ] = "both",
    clean: Annotated[
        int, typer.Option(metavar="N", help="Also N runs on a mock without a defect.")
    ] = 0,
    catalogue: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="seen (the packaged one) or a Python module with a CATALOGUE; may be repeated.",
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write everything there, as JSON.")
    ] = None,
) -> None:
    """Prove that a run finds defects.

    Each is put into the mock, which is then tested. Exit code 0: of the packaged defects that were tried (those of --only, --sample
    and --profile), runs caught 95 % in profile full and 60 % in safe, and no clean run failed. 1: fewer, or a clean run failed.
    2: it could not be done. What only a comparison caught does not count, and other catalogues have no threshold.
    The last line is `caught: A of B`.

    Examples:
      fts contract defects --sample 15
      fts contract defects --only '^cancel-' --report defects.json
    """
    need("contract", "schemathesis", "jsonschema", "rich")
    from fts_contract.defects.command import Choice, defects_command  # noqa: PLC0415
    from fts_contract.defects.sets import SEEN  # noqa: PLC0415
    from fts_contract.harness.reports.terminal import make_console  # noqa: PLC0415
    from fts_contract.harness.sending.errors import CannotRunError  # noqa: PLC0415

    choice = Choice(
        catalogues=tuple(catalogue or [SEEN]),
        only=only,
        sample=sample,
        seed=seed,
        profile=profile,
        clean=clean,
        json=report,
    )
    try:
        proven = defects_command(choice, out=make_console(), err=make_console(stderr=True))
    except (CannotRunError, OSError, ValueError) as error:
        fail(error)
    raise typer.Exit(CONFORMS if proven else DIFFERS)
