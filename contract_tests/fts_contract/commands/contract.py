"""`fts contract`."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from fts_client.cli.display.output import complain
from fts_client.cli.help_pages import GroupedCommand
from fts_contract.commands.endings import fail, interrupt_on_sigterm, need

__all__ = ["contract"]

CONFORMS, DIFFERS, NOT_PUT_BACK, INTERRUPTED, TERMINATED = 0, 1, 6, 130, 143
_SAFE_MAX_TIME_S = 110.0
"""A first try gives a verdict within two minutes, even on a distant server."""

contract = typer.Typer(
    name="contract",
    help="Check that a server conforms to the OpenAPI document.",
    no_args_is_help=True,
)


AsJson = Annotated[bool, typer.Option("--json", "-j", help="Print JSON.")]


Cert = Annotated[
    Path | None,
    typer.Option(
        "--cert",
        "--proxy",
        metavar="PEM",
        help="Proxy or certificate with chain and key. Default: X509_USER_PROXY, /tmp/x509up_u<uid>, X509_USER_CERT.",
    ),
]
TokenFile = Annotated[Path | None, typer.Option(metavar="FILE", help="File with a bearer token.")]
AlsoCert = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="PEM",
        help="Another caller (of another VO, an administrator), to test what each is refused; may be repeated.",
    ),
]
CaDir = Annotated[
    Path | None,
    typer.Option(
        "--ca-dir",
        "--capath",
        metavar="DIR",
        help="Hashed directory of CAs. Default: X509_CERT_DIR, /etc/grid-security/certificates.",
    ),
]
CaFile = Annotated[Path | None, typer.Option(metavar="FILE", help="PEM file of CAs.")]
Insecure = Annotated[
    bool, typer.Option("--insecure", help="Do not verify the server's certificate.")
]
HTTPProxy = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="HTTP proxy to go through, '' for none. Default: HTTPS_PROXY, ALL_PROXY and NO_PROXY.",
    ),
]


class ProfileName(StrEnum):
    """Profiles of a run."""

    safe = "safe"
    full = "full"


@contract.command(cls=GroupedCommand)
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
    allow_changes: Annotated[  # noqa: FBT002 - an option by name
        bool,
        typer.Option(
            "--allow-changes", help="Required for --profile full; for test servers only."
        ),
    ] = False,
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
            help="With --exclusive: also ban each --also-cert caller for a moment, which ends its jobs.",
        ),
    ] = False,
    max_examples: Annotated[
        int, typer.Option(metavar="N", help="Generated requests per operation and phase.")
    ] = 20,
    seed: Annotated[int, typer.Option(metavar="N", help="Same seed, same requests.")] = 42,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", help="Limit for each answer.")
    ] = 30.0,
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
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a JUnit report there.")
    ] = None,
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
    deviations: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Known deviations, in place of the bundled ones."),
    ] = None,
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
    from fts_contract.harness.sending.errors import CannotRunError  # noqa: PLC0415
    from fts_contract.spec import SpecError  # noqa: PLC0415

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
    try:
        with progress_on(make_console(stderr=True), max_time_s=max_time or None) as progress:
            result = run_contract(
                options,
                progress=progress,
                watch=recorder.take if recorder else _nothing,
                record=report,
                tell=complain if profile is ProfileName.full else _nothing,
            )
        if record and recorder:
            recorder.write(record)
        if junit:
            write_junit(as_junit(result), junit)
        page = write_reports(result, report) if report else None
    except KeyboardInterrupt:
        # Before anything was judged.
        complain("interrupted")
        raise typer.Exit(INTERRUPTED) from None
    except (CannotRunError, SpecError) as error:
        fail(error)
    except OSError as error:
        fail(f"cannot write the report ({error}); check --report, --junit and --record")
    if as_json:
        typer.echo(json.dumps(as_report(result), indent=2))
    else:
        show_run(result, make_console(), report=page)
    if result.left:
        raise typer.Exit(NOT_PUT_BACK)
    if result.interrupted:
        raise typer.Exit(TERMINATED if terminated else INTERRUPTED)
    raise typer.Exit(CONFORMS if result.conforms else DIFFERS)


@contract.command(cls=GroupedCommand)
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

    It also helps after a run that could not put everything back itself. Give the callers of that run again. Exit code 0: everything is as it was. 2: it could not be tried.
    3: no usable credential. 6: something could not be put back; it is listed with the request that would.

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


@contract.command(cls=GroupedCommand)
def checks(*, as_json: AsJson = False) -> None:
    """List the checks of a run with their meaning.

    Examples:
      fts contract checks
      fts contract run --without slow        # switches one off
    """
    need("contract", "jsonschema")
    from fts_contract.harness.judging.check_names import CHECKS  # noqa: PLC0415

    if as_json:
        typer.echo(json.dumps(CHECKS, indent=2))
        return
    width = max(map(len, CHECKS))
    for name, meaning in CHECKS.items():
        typer.echo(f"{name:<{width}}  {meaning}")


@contract.command(cls=GroupedCommand)
def recordings(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Directory, or one file, of recordings.")
    ],
    as_json: AsJson = False,  # noqa: FBT002 - an option by name
) -> None:
    """Check recorded exchanges with a server against the contract.

    Exit code 0: all conform. 1: some do not. 2: none could be checked. The last line is `conform: A of B`.

    Examples:
      fts contract run --record exchanges
      fts contract recordings exchanges
    """
    need("contract", "jsonschema", "rich")
    from fts_contract.harness.recordings.check import RecordingsError, check_recordings  # noqa: PLC0415
    from fts_contract.harness.recordings.recordings_view import as_data, show_recordings  # noqa: PLC0415
    from fts_contract.harness.reports.terminal import make_console  # noqa: PLC0415
    from fts_contract.spec import SpecError  # noqa: PLC0415

    try:
        result = check_recordings(directory)
    except (RecordingsError, SpecError) as error:
        fail(error)
    if not result.checked:
        fail(f"no recording in {directory} can be checked; each was skipped by a rule")
    if as_json:
        typer.echo(json.dumps(as_data(result), indent=2))
    else:
        show_recordings(result, make_console())
    raise typer.Exit(CONFORMS if result.ok else DIFFERS)


@contract.command(cls=GroupedCommand)
def judge(
    report: Annotated[
        Path,
        typer.Argument(
            metavar="REPORT", help="Folder that `run --report` wrote, or its report.json."
        ),
    ],
    deviations: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Known deviations, in place of the bundled ones."),
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002 - an option by name
) -> None:
    """Judge the failures of an earlier run again, without a server.

    They are compared with the document, checks and known deviations of this version. Exit code 0: every failure is known.
    1: some are not. 2: the report could not be read. The last line is `unexplained: N`.

    Examples:
      fts contract judge fts-report
      fts contract judge fts-report --deviations site.yaml
    """
    need("contract", "jsonschema", "rich")
    from fts_contract.harness.judging.past_report import judge_report  # noqa: PLC0415
    from fts_contract.harness.reports.judgement_view import as_data, show_judgement  # noqa: PLC0415
    from fts_contract.harness.reports.terminal import make_console  # noqa: PLC0415
    from fts_contract.harness.sending.errors import CannotRunError  # noqa: PLC0415
    from fts_contract.spec import SpecError  # noqa: PLC0415

    try:
        judgement = judge_report(report, deviations)
    except (CannotRunError, SpecError) as error:
        fail(error)
    if as_json:
        typer.echo(json.dumps(as_data(judgement), indent=2))
    else:
        show_judgement(judgement, make_console())
    raise typer.Exit(DIFFERS if judgement.results.unexplained else CONFORMS)


@contract.command(cls=GroupedCommand)
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
    allow_changes: Annotated[  # noqa: FBT002 - an option by name
        bool,
        typer.Option(
            "--allow-changes", help="Required for --profile full; for test servers only."
        ),
    ] = False,
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
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", help="Limit for each answer.")
    ] = 30.0,
    max_time: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Send nothing more after this time."),
    ] = None,
    rate_limit: Annotated[
        float | None,
        typer.Option(metavar="N", help="Most requests per second to each server."),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a JUnit report there.")
    ] = None,
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
    from fts_contract.harness.sending.errors import CannotRunError  # noqa: PLC0415
    from fts_contract.spec import SpecError  # noqa: PLC0415

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
    try:
        with plays_on(make_console(stderr=True)) as progress:
            result = run_compare(
                options,
                progress=progress,
                record=report,
                tell=complain if run.profile == "full" else _nothing,
            )
        if junit:
            write_junit(comparison_as_junit(result), junit)
        page = write_comparison(result, report) if report else None
    except KeyboardInterrupt:
        complain("interrupted")
        raise typer.Exit(INTERRUPTED) from None
    except (CannotRunError, SpecError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"cannot write the report ({error}); check --report and --junit")
    if as_json:
        typer.echo(json.dumps(as_comparison(result), indent=2))
    else:
        show_comparison(result, make_console(), report=page)
    if result.reference.left or result.target.left:
        raise typer.Exit(NOT_PUT_BACK)
    if result.interrupted:
        raise typer.Exit(TERMINATED if terminated else INTERRUPTED)
    raise typer.Exit(CONFORMS if result.same else DIFFERS)


@contract.command(cls=GroupedCommand)
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="OpenAPI document, YAML or JSON.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The same of another version.")],
    as_json: AsJson = False,  # noqa: FBT002 - an option by name
) -> None:
    """List what changed between two OpenAPI documents.

    Exit code 0: nothing breaks clients of the old one. 1: something does. 2: a document could not be read.

    Examples:
      fts contract diff fts-rest-3.13.yaml fts-rest.yaml
    """
    need("contract", "yaml")
    from fts_contract.spec import SpecError, read_spec  # noqa: PLC0415
    from fts_contract.spec_diff.documents import compare_documents  # noqa: PLC0415
    from fts_contract.spec_diff.view import as_data, as_lines  # noqa: PLC0415

    try:
        before, after = read_spec(old), read_spec(new)
        changes = compare_documents(before, after)
    except SpecError as error:
        fail(error)
    if as_json:
        typer.echo(json.dumps(as_data(before, after, changes), indent=2))
    else:
        for line in as_lines(before, after, changes):
            typer.echo(line)
    raise typer.Exit(DIFFERS if any(change.breaking for change in changes) else CONFORMS)


@contract.command(cls=GroupedCommand)
def defects(  # noqa: PLR0917 - typer passes by name
    only: Annotated[
        str | None, typer.Option(metavar="REGEX", help="Only defects whose name matches.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option(metavar="N", help="Only N of them, of all kinds.")
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

    Each is put into the mock, which is then tested. Exit code 0: enough of the packaged ones were caught (95 % in profile full,
    60 % in safe), and nothing on a clean mock. 1: too few, or something. 2: it could not be done. The last line is `caught: A of B`.

    Examples:
      fts contract defects --sample 15
      fts contract defects --only '^cancel-' --report defects.json
    """
    need("contract", "schemathesis", "jsonschema", "rich")
    from fts_contract.defects.command import Choice, defects_command  # noqa: PLC0415
    from fts_contract.harness.reports.terminal import make_console  # noqa: PLC0415

    choice = Choice(
        only=only,
        sample=sample,
        seed=seed,
        profile=profile,
        clean=clean,
        json=report,
        **({"catalogues": tuple(catalogue)} if catalogue else {}),
    )
    try:
        proven = defects_command(choice, out=make_console(), err=make_console(stderr=True))
    except (OSError, ValueError) as error:
        fail(error)
    raise typer.Exit(CONFORMS if proven else DIFFERS)


def _nothing(*_: object) -> None:
    """Keep no exchanges."""
