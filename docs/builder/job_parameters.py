"""Write the tables of parameters into docs/reference/jobs.md, or check that they are there: `--check`."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fts_client import JobParams, Transfer, easy
from fts_client.cli.input.job_options import FILE_OPTIONS, JOB_OPTIONS
from fts_client.cli.input.job_values import option_names
from fts_client.jobs.parameters import Parameter, parameters_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["main", "with_tables"]

PAGE: Final = Path(__file__).parents[1] / "reference" / "jobs.md"
_MARK: Final = "<!-- {name}: made by make generate -->\n"
_TYPES: Final = {"Mapping": "object", "tuple": "list of str"}
# What the builders of easy call otherwise.
_IN_EASY: Final = {"job_metadata": "metadata"}
_OPTIONS: Final = {**FILE_OPTIONS, **JOB_OPTIONS}


def with_tables(page: str) -> str:
    """Replace the tables of a page.

    Args:
        page: Markdown with two marks for each table, one before it and one after it.

    Returns:
        The page with the tables as they should be.
    """
    for name, fields, builder in (
        ("JobParams", JobParams, easy.new_job),
        ("Transfer", Transfer, easy.new_transfer),
    ):
        mark = _MARK.format(name=name)
        before, _, after = page.split(mark)
        page = f"{before}{mark}\n{_table(fields, builder)}\n{mark}{after}"
    return page


def _table(fields: type, builder: Callable[..., object]) -> str:
    defaults = inspect.signature(builder).parameters
    lines = [
        f"| field | type | meaning | server default | `easy.{builder.__name__}` | `fts submit` |",
        "|---|---|---|---|---|---|",
    ]
    for name, parameter in parameters_of(fields).items():
        own = defaults.get(_IN_EASY.get(name, name))
        cells = (
            f"`{name}`",
            _values(parameter),
            parameter.meaning,
            parameter.server_default or "-",
            f"`{own.default!r}`" if own else "-",
            f"`{option_names(name)[0]}`" if name in _OPTIONS else "-",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _values(parameter: Parameter) -> str:
    names = (kind.__name__ for kind in parameter.types)
    text = " or ".join(_TYPES.get(name, name) for name in names)
    limits = parameter.limits
    if limits.unit:
        text += f", {limits.unit}"
    if limits.maximum is not None:
        return f"{text}, {limits.minimum} to {limits.maximum}"
    return text if limits.minimum is None else f"{text}, at least {limits.minimum}"


def main() -> int:
    """Run the script.

    Returns:
        The exit code: 1 when `--check` finds a table that is not as it should be.
    """
    page = PAGE.read_text("utf-8")
    wanted = with_tables(page)
    if "--check" in sys.argv[1:]:
        if page != wanted:
            sys.stderr.write(f"{PAGE} is out of date: run make generate\n")
        return int(page != wanted)
    PAGE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
