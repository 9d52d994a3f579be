"""`/config/shares`: how much of a link each VO gets."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlparse

import attrs

from fts_contract.mock.collation import collated
from fts_contract.mock.errors import bad_request
from fts_contract.mock.exchange import NO_CONTENT, Call, Reply, json_reply
from fts_contract.mock.fields import column, fits, parameter

_LONGEST_URL: Final = 1100
_LONGEST_VO: Final = 100


def list_shares(call: Call) -> Reply:
    """List every share, always as JSON."""
    call.need("config")
    return json_reply([attrs.asdict(s) for _, s in sorted(call.state.config.shares.items())])


def set_share(call: Call) -> Reply:
    """Give a VO a share of a link; the answer is the share as a bare number.

    Source: observed on FTS 3.13.4: without a link that has exactly these ends nothing is stored, yet the answer is
    the same.
    """
    call.need("config")
    body = call.json_object()
    share = _share(body.get("share"))
    source, destination, vo = body.get("source"), body.get("destination"), body.get("vo")
    if not (source and destination and vo and share):
        raise bad_request("Missing source, destination, vo and/or share")
    source, destination = _storage(source, "source"), _storage(destination, "destination")
    vo = column(vo, name="vo", longest=_LONGEST_VO)
    config = call.state.config
    if config.link_between(source, destination) is not None and fits(share):
        config.add_share(source, destination, vo=vo, share=share)
        call.record("share-set", f"Share {source}, {destination}, {vo} has been set to {share}")
    return json_reply(share)


def _share(value: Any) -> int:
    try:
        share = int(value)
    except (TypeError, ValueError, OverflowError):
        share = -1
    if share < 0:
        raise bad_request("Bad share value")
    return share


def _storage(value: Any, name: str) -> str:
    try:
        # The form of a URL is looked at before the database refuses its characters.
        parts = urlparse(value if isinstance(value, str) else "")
        host = parts.hostname
    except ValueError:
        host = None
    if isinstance(value, str) and (not host or not parts.scheme):
        raise bad_request("Invalid source")  # FTS says this about both ends
    column(value, name=name, longest=_LONGEST_URL)
    return f"{parts.scheme}://{host}".lower()


def delete_share(call: Call) -> Reply:
    """Remove a share; the ends are compared as they were sent. Also 204 when there was no such share."""
    call.need("config")
    missing = "Missing source, destination and/or vo"
    names = ("source", "destination", "vo")
    source, destination, vo = (parameter(call, name, missing=missing) for name in names)
    config = call.state.config
    if (
        config.shares.pop((collated(source), collated(destination), collated(vo)), None)
        is not None
    ):
        call.record("share-delete", f"Share {source}, {destination}, {vo} has been deleted")
    return NO_CONTENT
