"""The commands of `fts contract` that need no server: `checks`, `recordings`, `judge` and `diff`."""

from __future__ import annotations

import json
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from fts_contract.commands.endings import CONFORMS, DIFFERS, fail, need
from fts_contract.commands.options import AsJson, Deviations  # noqa: TC001 - typer reads the annotations

__all__ = ["checks", "diff", "judge", "recordings"]


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


def judge(
    report: Annotated[
        Path,
        typer.Argument(
            metavar="REPORT", help="Folder that `run --report` wrote, or its report.json."
        ),
    ],
    deviations: Deviations = None,
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
