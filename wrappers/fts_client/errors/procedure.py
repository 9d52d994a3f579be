"""Errors of procedures that take several requests or are about several jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fts_client.errors.base import FTSError
from fts_client.errors.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DelegationError", "DelegationStep", "PartialFailureError"]

DelegationStep = Literal["whoami", "look up", "request", "check request", "sign", "send", "verify"]


class DelegationError(FTSError):
    """Delegating a credential to the server failed.

    Attributes:
        step: The step that failed.
        user_dn: DN of the user; None when it was not known yet.
        delegation_id: Id of the delegation; None when it was not known yet.
    """

    default_remedy = "Examine credential and server with fts doctor."

    def __init__(
        self,
        message: str,
        *,
        step: DelegationStep,
        user_dn: str | None = None,
        delegation_id: str | None = None,
        remedy: str | None = None,
    ) -> None:
        who = f" of {user_dn}" if user_dn else ""
        where = f" (delegation id {delegation_id})" if delegation_id else ""
        super().__init__(
            f"Delegation{who}{where} failed at step '{step}': {message}", remedy=remedy
        )
        self.step: DelegationStep = step
        self.user_dn = user_dn
        self.delegation_id = delegation_id


class PartialFailureError(FTSError):
    """Some jobs of a bulk answer failed; raised only by `BulkResult.raise_for_failures()`.

    Attributes:
        failures: The server's words for each job that failed, by job id.
    """

    default_remedy = "Look at `failures`, which says what the server said of each job."

    def __init__(
        self, message: str, *, failures: Mapping[str, str], remedy: str | None = None
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.failures = {job_id: redact(reason) for job_id, reason in failures.items()}
