"""Plays about the life of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.compare.play import plays_of

if TYPE_CHECKING:
    from fts_contract.compare.script import Script

__all__ = ["PLAYS"]


def a_job(s: Script) -> None:
    """A job is submitted and read by everybody."""
    s.submit("plain", s.file("plain"), s.file("second"))
    s.look(
        "plain",
        "anonymous",
        "user",
        "colleague",
        "stranger",
        "administrator",
        "root",
        "other-attributes",
        "token",
    )


def cancel(s: Script) -> None:
    """A job is cancelled by its owner."""
    s.submit("mine", s.file("mine"), s.file("mine-too"))
    s.later(5)
    s.delete("user", "/jobs/{mine}")
    s.look("mine")
    s.delete("user", "/jobs/{mine}")


PLAYS = plays_of(a_job, cancel)
