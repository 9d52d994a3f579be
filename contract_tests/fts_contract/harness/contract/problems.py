"""One disagreement between an exchange and the schemas of the contract."""

from __future__ import annotations

from typing import Literal

import attrs

__all__ = ["Problem", "ProblemKind"]

ProblemKind = Literal[
    "operation-unknown",
    "status-undocumented",
    "content-type-undocumented",
    "header-missing",
    "header-mismatch",
    "body-undocumented",
    "body-not-json",
    "body-mismatch",
    "always-missing",
    "parameter-missing",
    "parameter-undocumented",
    "parameter-mismatch",
    "request-body-missing",
]


@attrs.frozen
class Problem:
    """One disagreement with the contract.

    Attributes:
        kind: One of `ProblemKind`, or the name of a check beyond the schemas.
        location: A path into the JSON body such as `[0].files[2].filesize`, or the name of a header or parameter;
            empty for the answer as a whole.
        message: One line for people; values from the answer are shortened.
    """

    kind: ProblemKind | str
    location: str
    message: str

    def __str__(self) -> str:
        return f"at {self.location}: {self.message}" if self.location else self.message
