"""`fts contract run`, and `restore` after a run that was killed."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated, Final

import typer

from fts_client.cli.display.output import complain
from fts_contract.commands.endings import (
    CONFORMS,
    NOT_PUT_BACK,
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
    Deviations,
    HTTPProxy,
    Insecure,
    JUnit,
    ProfileName,
    Timeout,
    TokenFile,
)

__all__ = ["restore", "run"]

_SAFE_MAX_TIME_S: Final = 110.0
"""A first try gives a verdict within two minutes, even on a distant server."""


def run(  # noqa: PLR0917 - typer passes by name
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL",
            envvar="FTS_ENDPOINT",
            help="Endpoint, such as https://fts3.example.org:8446.",
        ),
    ],
    cert: Cert = None,
    token_file: TokenFile = None,
    also_cert: AlsoCert = None,
    ca_dir: CaDir = None,
    ca_file: CaFile = None,
    insecure: Insecure = False,  # noqa: FBT002 - an option by name
    http_proxy: HTTPProxy = None,
    profile: Annotated[
        ProfileName,
        typer.Option(
            help="safe: only requests that change nothing. full: also submits, cancels and configures, and puts everything back."
        ),
    ] = ProfileName.safe,
    allow_changes: AllowChanges = False,  # noqa: FBT002 - an option by name
    exclusive: Annotated[  # noqa: FBT002 - an option by name
        bool,
        typer.Option(
            "--exclusive",
            help="In profile full: nobody else uses the server, so also test drains, the default link and the global settings.",
        ),
    ] = False,
    optimizer_rows: Annotated[  # noqa: FBT002 - an option by name
        bool,
        typer.Option(
            "--optimizer-rows",
            help="With --exclusive: also write decisions of the optimizer, which no request can remove.",
        ),
    ] = False,
    ban_callers: Annotated[  # noqa: FBT002 - an option by name
        bool,
        typer.Option(
            "--ban-callers",
            help="With --exclusive: also ban an --also-cert caller for a moment, which ends its jobs, and grant one a level.",
        ),
    ] = False,
    max_examples: Annotated[
        int, typer.Option(metavar="N", help="Generated requests per operation and phase.")
    ] = 20,
    seed: Annotated[int, typer.Option(metavar="N", help="Same seed, same requests.")] = 42,
    timeout: Timeout = 30.0,
    max_time: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="Send nothing more after this time; 0 for no limit. Default: 110 in profile safe, none in full.",
        ),
    ] = None,
    rate_limit: Annotated[
        float | None,
        typer.Option(metavar="N", help="Most requests per second; for servers in production."),
    ] = None,
    slow_after: Annotated[
        float, typer.Option(metavar="SECONDS", help="An answer that takes longer is a failure.")
    ] = 10.0,
    junit: JUnit = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write report.json, report.html and junit.xml there; in profile full also the state before the run and its changes.",
        ),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Save exchanges there, without secrets; see `fts contract recordings`.",
        ),
    ] = None,
    hide_dns: Annotated[  # noqa: FBT002 - an option by name
        bool,
        typer.Option("--hide-dns", help="Replace the DNs in what --record saves."),
    ] = False,
    deviations: Deviations = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="CHECK", help="Switch a check off; may be repeated."),
    ] = None,
    operations: Annotated[
        str | None,
        typer.Option(metavar="REGEX", help="Only operations whose id or 'METHOD /path' matches."),
    ] = None,
    archived_job: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID", help="A job in the archive, which has no list; may be repeated."
        ),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - an option by name
) -> None:
    """Test a server against the contract.

    Profile full leaves the server as it was. Exit code 0: it conforms, known deviations aside. 1: it does not.
    2: it could not be tested. 3: no usable credential. 6: not everything could be put back. 130, 143: interrupted.

    Examples:
      fts contract run https://fts.example.org:8446        # changes nothing
      fts contract run --report fts-report --rate-limit 5  # FTS_ENDPOINT, gently
      fts contract run --operations /delegation
      fts contract run https://localhost:8446 --profile full --allow-changes
    """
    need("contract", "schemathesis", "jsonschema", "rich")
    from fts_contract.harness.options import RunOptions  # noqa: PLC0415

    # Imported before the run, not after: Hypothesis draws constants from the loaded modules, so a later import would
    # change the requests of the next run in this process.
    from fts_contract.harness.recordings.recorder import Recorder  # noqa: PLC0415
    from fts_contract.harness.reports.live import progress_on  # noqa: PLC0415
    from fts_contract.harness.reports.report_json import as_report  # noqa: PLC0415
    from fts_contract.harness.reports.report_junit import as_junit  # noqa: PLC0415
    from fts_contract.harness.reports.reports import write_junit, write_reports  # noqa: PLC0415
    from fts_contract.harness.reports.terminal import make_console, show_run  # noqa: PLC0415
    from fts_contract.harness.run import run_contract  # noqa: PLC0415

    if max_time is None and profile is ProfileName.safe:
        max_time = _SAFE_MAX_TIME_S
    options = RunOptions(
        url=url,
        cert=cert,
        token_file=token_file,
        also_cert=tuple(also_cert or ()),
        ca_dir=ca_dir,
        ca_file=ca_file,
        insecure=insecure,
        http_proxy=http_proxy,
        profile=profile.value,
        allow_changes=allow_changes,
        exclusive=exclusive,
        optimizer_rows=optimizer_rows,
        ban_callers=ban_callers,
        max_examples=max_examples,
        seed=seed,
        operations=operations,
        archived_jobs=tuple(archived_job or ()),
        deviations=deviations,
        without=tuple(without or ()),
        timeout_s=timeout,
        max_time_s=max_time or None,
        rate_limit=rate_limit,
        slow_after_s=slow_after,
    )
    recorder = Recorder(hide_dns=hide_dns) if record else None
    terminated = interrupt_on_sigterm()
    written_by, page = "--report, --junit and --record", None
    with ended_by_errors(written_by=written_by):
        with progress_on(make_console(stderr=True), max_time_s=options.max_time_s) as progress:
            result = run_contract(
                options,
                progress=progress,
                watch=recorder.take if recorder else nothing,
                record=report,
                tell=complain if profile is ProfileName.full else nothing,
            )
        with noting_unwritten(written_by=written_by) as unwritten:
            if record and recorder:
                recorder.write(record)
            if junit:
                write_junit(as_junit(result), junit)
            page = write_reports(result, report) if report else None
    if as_json:
        typer.echo(json.dumps(as_report(result), indent=2))
    else:
        show_run(result, make_console(), report=page)
    end(
        good=result.conforms,
        left=result.left,
        interrupted=result.interrupted,
        terminated=terminated,
        unwritten=unwritten,
    )


def restore(  # noqa: PLR0917 - typer passes by name
    report: Annotated[
        Path,
        typer.Argument(
            metavar="REPORT", help="Folder of --report, or the one that the run named."
        ),
    ],
    cert: Cert = None,
    token_file: TokenFile = None,
    also_cert: AlsoCert = None,
    ca_dir: CaDir = None,
    ca_file: CaFile = None,
    insecure: Insecure = False,  # noqa: FBT002 - an option by name
    http_proxy: HTTPProxy = None,
) -> None:
    """Put a server back as it was before a run that was killed.

    It also helps after a run that could not put everything back itself. Give the callers of that run again. Exit code 0: everything
    is as it was. 2: it could not be tried. 3: no usable credential. 6: something could not be put back; it is listed with the
    request that would.

    Examples:
      fts contract restore fts-report
      fts contract restore fts-report --cert alice.pem --also-cert admin.pem
    """
    need("contract", "jsonschema", "rich")
    from fts_contract.harness.reports.terminal import make_console, show_left  # noqa: PLC0415
    from fts_contract.harness.restoring import restore_server  # noqa: PLC0415
    from fts_contract.harness.sending.errors import CannotRunError  # noqa: PLC0415

    try:
        left = restore_server(
            report,
            cert=cert,
            token_file=token_file,
            also_cert=also_cert or (),
            ca_dir=ca_dir,
            ca_file=ca_file,
            insecure=insecure,
            http_proxy=http_proxy,
        )
    except CannotRunError as error:
        fail(error)
    show_left(left, make_console())
    typer.echo(f"not put back: {len(left)}" if left else "the server is as it was before the run")
    raise typer.Exit(NOT_PUT_BACK if left else CONFORMS)
