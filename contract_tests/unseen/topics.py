"""The modules into which each later set is divided, one a topic."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fts_contract.defects.defect import Defect

__all__ = ["catalogue_of"]

_TOPICS: Final = (
    "front",
    "delegation",
    "job_lists",
    "job_reads",
    "job_changes",
    "job_runs",
    "submissions",
    "bans",
    "configuration",
    "services",
)


def catalogue_of(package: str) -> tuple[Defect, ...]:
    """Collect the defects of a set, topic by topic.

    Args:
        package: Its full name; each topic is a module in it with `DEFECTS`.
    """
    modules = (import_module(f"{package}.{topic}") for topic in _TOPICS)
    return tuple(defect for module in modules for defect in module.DEFECTS)
