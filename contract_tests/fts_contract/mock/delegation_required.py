"""419: operations that act for the user need a delegated credential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fts_contract.mock.errors import APIError

if TYPE_CHECKING:
    from fts_contract.mock.exchange import Call
    from fts_contract.mock.identity import Caller

_NEEDED_S: Final = 3600


def no_delegation(caller: Caller) -> APIError:
    """The answer to a submission without a delegated credential."""
    return APIError(419, f'No delegation found for "{caller.user_dn}"')


def need_delegation_to_submit(call: Call) -> None:
    """Demand a delegated credential with an hour left.

    Raises:
        APIError: 419.

    Source: observed on FTS 3.13.4.
    """
    caller = call.caller
    credential = call.state.delegations.get(caller)
    if credential is None:
        raise no_delegation(caller)
    left = credential.ends_at - call.now
    if left <= 0:
        raise APIError(
            419,
            f"The delegated credentials expired {int(-left)} seconds ago ({caller.delegation_id})",
        )
    if left < _NEEDED_S:
        raise APIError(
            419,
            f"The delegated credentials has less than one hour left ({caller.delegation_id})",
        )


def need_delegation_for_storage(call: Call) -> None:
    """Demand a delegated credential that has not ended, for `/dm/*`.

    Raises:
        APIError: 419.

    Source: observed on FTS 3.13.4.
    """
    credential = call.state.delegations.get(call.caller)
    if credential is None:
        raise APIError(419, "No delegated proxy available")
    if credential.ends_at <= call.now:
        raise APIError(419, f"Delegated proxy expired ({call.caller.delegation_id})")
