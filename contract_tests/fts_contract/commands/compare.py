"""`fts contract compare`."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from fts_client.cli.display.output import complain
from fts_contract.commands.endings import (
    end,
    ended_by_errors,
    fail,
    interrupt_on_sigterm,
    need,
    nothing,
    noting_unwritten,
)
from fts_contract.commands.options import (
    AllowChanges,
    AlsoCert,
    AsJson,
    CaDir,
    CaFile,
    Cert,
    Insecure,
    JUnit,
    ProfileName,
    Timeout,
    TokenFile,
)

__all__ = ["compare"]


def compare(  # noqa: PLR0917 - typer passes by name
    servers: Annotated[
        list[str],
        typer.Argument(
            metavar="[REFERENCE] TARGET",
            help="Two endpoints, or `mock` for an embedded one. REFERENCE is the server that is right; default: mock.",
        ),
    ],
    cert: Cert = None,
    token_file: TokenFile = None,
    also_cert: AlsoCert = None,
    ca_dir: CaDir = None,
    ca_file: CaFile = None,
    insecure: Insecure = False,  # noqa: FBT002 - an option by name
    profile: Annotated[
        ProfileName,
        typer.Option(
            help="safe: only plays that read. full: also submits, cancels and configures, and puts everything back. "
            "Two mocks are always compared in full."
        ),
    ] = ProfileName.safe,
    allow_changes: AllowChanges = False,  # noqa: FBT002 - an option by name
    exclusive: Annotated[  # noqa: FBT002 - an option by name
        bool,
        typer.Option(
            "--exclusive",
            help="In profile full: nobody else uses the servers, so also play what concerns everybody.",
        ),
    ] = False,
    generated: Annotated[
        int, typer.Option(metavar="N", help="Generated plays, beside the written ones.")
    ] = 12,
    plays: Annotated[
        str, typer.Option(metavar="REGEX", help="Only plays whose name matches.")
    ] = "",
    seed: Annotated[int, typer.Option(metavar="N", help="Same seed, same plays.")] = 42,
    timeout: Timeout = 30.0,
    max_time: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Send nothing more after this time."),
    ] = None,
    rate_limit: Annotated[
        float | None,
        typer.Option(metavar="N", help="Most requests per second to each server."),
    ] = None,
    junit: JUnit = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write compare.json, compare.html and junit.xml there; in profile full also the states before and the changes.",
        ),
    ] = None,
    known_differences: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Known differences, written like known deviations."),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - an option by name
) -> None:
    """Hold two servers side by side: what will change for users?

    Both get the same requests of the same callers. Exit code 0: they answer the same, known differences aside. 1: they do not.
    2: they could not be compared. 3: no usable credential. 6: not everything could be put back. 130, 143: interrupted.

    Examples:
      fts contract compare https://fts.example.org:8446 https://fts-2.example.org
      fts contract compare https://fts-2.example.org:8446       # with a mock
      fts contract compare mock mock                            # no differences
    """
    need("contract", "schemathesis", "jsonschema", "rich", "uvicorn")
    from fts_contract.compare.options import MOCK, CompareOptions  # noqa: PLC0415
    from fts_contract.compare.reports.files import (  # noqa: PLC0415
        as_comparison,
        comparison_as_junit,
        write_comparison,
    )
    from fts_contract.compare.reports.terminal import plays_on, show_comparison  # noqa: PLC0415
    from fts_contract.compare.run import run_compare  # noqa: PLC0415
    from fts_contract.harness.options import RunOptions  # noqa: PLC0415
    from fts_contract.harness.reports.reports import write_junit  # noqa: PLC0415
    from fts_contract.harness.reports.terminal import make_console  # noqa: PLC0415

    if len(servers) > 2:  # noqa: PLR2004 - reference and target
        fail(f"expected REFERENCE and TARGET, got {len(servers)} addresses")
    reference, target = servers if len(servers) > 1 else (MOCK, servers[0])
    alone = reference == target == MOCK
    run = RunOptions(
        url="",
        cert=cert,
        token_file=token_file,
        also_cert=tuple(also_cert or ()),
        ca_dir=ca_dir,
        ca_file=ca_file,
        insecure=insecure,
        profile="full" if alone else profile.value,
        allow_changes=allow_changes or alone,
        exclusive=exclusive,
        seed=seed,
        timeout_s=timeout,
        max_time_s=max_time or None,
        rate_limit=rate_limit,
    )
    options = CompareOptions(
        reference=reference,
        target=target,
        run=run,
        known=known_differences,
        generated=generated,
        plays=plays,
    )
    terminated = interrupt_on_sigterm()
    written_by, page = "--report and --junit", None
    with ended_by_errors(written_by=written_by):
        with plays_on(make_console(stderr=True)) as progress:
            result = run_compare(
                options,
                progress=progress,
                record=report,
                tell=complain if run.profile == "full" else nothing,
            )
        with noting_unwritten(written_by=written_by) as unwritten:
            if junit:
                write_junit(comparison_as_junit(result), junit)
            page = write_comparison(result, report) if report else None
    if as_json:
        typer.echo(json.dumps(as_comparison(result), indent=2))
    else:
        show_comparison(result, make_console(), report=page)
    end(
        good=result.same,
        left=result.reference.left or result.target.left,
        interrupted=result.interrupted,
        terminated=terminated,
        unwritten=unwritten,
    )
