"""Why a run could not be made at all: exit code 2, always with a remedy."""

from __future__ import annotations

__all__ = ["CannotRunError", "LockedRequestError"]


class CannotRunError(Exception):
    """The contract could not be judged: nothing is known about the server's conformance.

    Attributes:
        problem: What went wrong, with the file, host or option it concerns.
        remedy: What the user can do about it.
    """

    def __init__(self, problem: str, *, remedy: str) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy


class LockedRequestError(RuntimeError):
    """The second lock stopped a request that the profile does not allow; nothing was sent.

    It means a defect in the choice of test cases: the first lock is that such cases are never made.
    """
