"""Errors of procedures that take several requests or are about several jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fts_client.errors.base import FTSError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["DelegationError", "DelegationStep", "IdentityChangedError", "PartialFailureError"]

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
        self.failures = dict(failures)


class IdentityChangedError(FTSError):
    """The credential became another identity in the middle of `submit_many`, for instance a proxy of another VO.

    No job was submitted as the other identity: it would have another job id, and a later run would submit it again.

    Attributes:
        before: DN and VO of the jobs that were submitted.
        now: DN and VO of the credential now.
        campaign: Key of the campaign; None without one.
        job_ids: The jobs that were submitted, and those that existed before.
    """

    default_remedy = "Run it again with a credential of the identity before."

    def __init__(
        self, *, before: str, now: str, campaign: str | None, job_ids: Sequence[str]
    ) -> None:
        key = f"campaign {campaign!r}" if campaign is not None else "submit_many"
        super().__init__(
            f"The credential changed in the middle of {key} from {before} to {now}; "
            "the jobs submitted before are named in job_ids",
            remedy=f"Run it again with the campaign {campaign!r} and a credential of {before}: only what is missing is submitted."
            if campaign is not None
            else f"Submit the rest, with a credential of {before} or as a new submission.",
        )
        self.before = before
        self.now = now
        self.campaign = campaign
        self.job_ids = job_ids
