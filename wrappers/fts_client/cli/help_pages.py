"""How `--help` is laid out: plain text of 80 columns that can be copied, options by subject, commands in the order of use."""

from __future__ import annotations

from typing import Any, Final

from typer.core import TyperCommand, TyperGroup

__all__ = ["Commands", "GroupedCommand"]

_ORDER: Final = (
    *("doctor", "whoami", "proxy", "delegate"),
    *("submit", "status", "list", "files", "cancel", "priority"),
    *("server", "bans", "ban", "unban"),
)


class GroupedCommand(TyperCommand):
    """A command that shows its options under the headings that they name, and its examples as they are written."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        if settings.get("help"):
            settings["help"] = settings["help"].replace("\nExamples:", "\n\b\nExamples:")
        super().__init__(*arguments, **settings)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options.

        Args:
            ctx: Context of the command.
            formatter: Where to write.
        """
        sections: dict[str, list[tuple[str, str]]] = {"Options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            is_argument = parameter.param_type_name == "argument"
            heading = getattr(parameter, "rich_help_panel", None)
            title = "Arguments" if is_argument else heading or "Options"
            sections.setdefault(title, []).append(record)
        order = sorted(sections, key=lambda title: title != "Arguments")
        for title in order:
            if sections[title]:
                with formatter.section(title):
                    formatter.write_dl(sections[title])


class Commands(TyperGroup):
    """The commands in the order in which people need them, then those of other packages."""

    def list_commands(self, ctx: Any) -> list[str]:
        """List the names.

        Args:
            ctx: Context of the command.
        """
        names = super().list_commands(ctx)
        return sorted(
            names, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER)
        )
