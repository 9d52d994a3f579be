"""Why a run was not possible, always with a remedy and an exit code."""

from __future__ import annotations

from typing import ClassVar

__all__ = ["CannotRunError", "LockedRequestError", "NoCredentialError"]


class CannotRunError(Exception):
    """Nothing could be judged.

    Attributes:
        problem: What is wrong, with the file, host or option.
        remedy: What the user can do.
    """

    exit_code: ClassVar = 2

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy


class NoCredentialError(CannotRunError):
    """There is no usable credential. The other commands of `fts` end with the same exit code then."""

    exit_code: ClassVar = 3


class LockedRequestError(RuntimeError):
    """The session stopped a request that the profile does not allow; nothing was sent.

    Unless an odd answer led to the request, this is a defect of the harness, which must not make such test cases.
    """
