"""How `--help` looks: plain text of 80 columns that can be copied, with the options grouped by subject."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand


class GroupedCommand(TyperCommand):
    """A command that lists its options under the headings they name, and keeps the lines of its examples."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        if settings.get("help"):
            settings["help"] = settings["help"].replace("\nExamples:", "\n\b\nExamples:")
        super().__init__(*arguments, **settings)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options, section by section."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            title = getattr(parameter, "rich_help_panel", None) or "Options"
            if parameter.param_type_name == "argument":
                title = "Arguments"
            sections.setdefault(title, []).append(record)
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)
