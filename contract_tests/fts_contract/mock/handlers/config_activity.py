"""`/config/activity_shares`: the weights of the activities of a VO."""

from __future__ import annotations

import json
from typing import Any, Final

from fts_contract.mock.collation import collated
from fts_contract.mock.configuration import ActivityShares
from fts_contract.mock.errors import APIError, bad_request
from fts_contract.mock.exchange import NO_CONTENT, Call, Reply, json_reply
from fts_contract.mock.fields import latin1
from fts_contract.mock.pages import negotiated

_LONGEST_VO: Final = 100
_LONGEST_SHARES: Final = 1024


def _record_of(shares: ActivityShares) -> dict[str, Any]:
    merged: dict[str, float] = {}
    for share in shares.shares:
        merged.update(share)
    return {"share": merged, "active": shares.active}


def list_activity_shares(call: Call) -> Reply:
    """Activity shares by VO."""
    call.need("config", certificate=True)
    found = sorted(call.state.config.activity_shares.items())
    return negotiated(
        call,
        {shares.vo: _record_of(shares) for _, shares in found},
        title="FTS3 - Activity shares",
    )


def set_activity_shares(call: Call) -> Reply:
    """Replace the activity shares of a VO.

    Source: observed on FTS 3.13.4: the answer repeats `active` as sent, not as stored.
    """
    call.need("config", certificate=True)
    body = call.json_object()
    vo, given = body.get("vo"), body.get("share")
    if not vo:
        raise bad_request("Missing VO")
    if not given:
        raise bad_request("Missing share")
    shares = _read(given)
    if not isinstance(vo, str):
        raise bad_request("Field vo is expected to be str")
    for text, most in ((vo, _LONGEST_VO), (json.dumps(shares), _LONGEST_SHARES)):
        if len(text) > most:
            raise bad_request(f"Length {len(text)} exceeds allowed {most}")
    latin1(vo, name="vo")
    active = body.get("active", True)
    # Of texts only those that begin with y are true: "true" switches the shares off.
    is_active = active[:1] in ("y", "Y") if isinstance(active, str) else bool(active)
    config = call.state.config
    config.activity_shares[collated(vo)] = ActivityShares(vo, tuple(shares), is_active)
    call.record("activity-share", json.dumps({**body, "share": shares, "active": active}))
    return json_reply({"vo": vo, "active": active, "activity_share": shares})


def _read(given: Any) -> list[dict[str, float]]:
    shares = (
        [{name: weight} for name, weight in given.items()] if isinstance(given, dict) else given
    )
    if not isinstance(shares, list) or not all(isinstance(share, dict) for share in shares):
        raise bad_request("Malformed share")  # the reference answers 500
    for share in shares:
        for weight in share.values():
            if isinstance(weight, bool) or not isinstance(weight, int | float):
                raise bad_request("Share weight must be a number")
    return shares


def _find(call: Call) -> ActivityShares:
    vo = latin1(call.params["vo_name"], name="vo_name")
    shares = call.state.config.activity_shares.get(collated(vo))
    if shares is None:
        raise APIError(404, f"No activity shares for {vo}")
    return shares


def get_activity_shares(call: Call) -> Reply:
    """Activity shares of a VO; 404 without any, where FTS 3.13.4 answers 500."""
    call.need("config", certificate=True)
    return json_reply(_record_of(_find(call)))


def delete_activity_shares(call: Call) -> Reply:
    """Forget the activity shares of a VO."""
    call.need("config", certificate=True)
    shares = _find(call)
    del call.state.config.activity_shares[collated(shares.vo)]
    call.record("activity-share", f'Activity share removed for "{call.params["vo_name"]}"')
    return NO_CONTENT
