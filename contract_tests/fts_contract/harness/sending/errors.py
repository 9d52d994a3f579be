"""Why a run was not possible: exit code 2, always with a remedy."""

from __future__ import annotations

__all__ = ["CannotRunError", "LockedRequestError"]


class CannotRunError(Exception):
    """Nothing could be judged.

    Attributes:
        problem: What is wrong, with the file, host or option.
        remedy: What the user can do.
    """

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy


class LockedRequestError(RuntimeError):
    """The session stopped a request that the profile does not allow; nothing was sent.

    This is a defect of the harness, which must not make such test cases in the first place.
    """
