"""`/config/links`: settings of the transfers between two storages."""

from __future__ import annotations

import json
from typing import Any, Final
from urllib.parse import unquote

import attrs

from fts_contract.mock.collation import collated
from fts_contract.mock.configuration import Link
from fts_contract.mock.errors import APIError, bad_request
from fts_contract.mock.exchange import HTML, NO_CONTENT, Call, Reply, json_reply
from fts_contract.mock.fields import column, fits, is_latin1, latin1, read_fields, refuse_wide
from fts_contract.mock.pages import negotiated

_LONGEST: Final = 150
_DEFAULT_ACTIVE: Final = 2
# Field to type: an `int | None` is an `int` in requests.
_KINDS: Final = {a.name: str(a.type).partition(" ")[0] for a in attrs.fields(Link)}


def list_links(call: Call) -> Reply:
    """Every link."""
    call.need("config")
    links = [attrs.asdict(link) for link in call.state.config.all_links()]
    return negotiated(call, links, title="FTS3 - Link configuration")


def set_link(call: Call) -> Reply:
    """Create or change a link; fields left out keep their values.

    Source: observed on FTS 3.13.4. A change that the database refuses is answered 201 with the old
    values. A new link that it refuses is 500 there and 400 here.
    """
    call.need("config")
    body = call.json_object()
    if not body.get("symbolicname"):
        raise bad_request("Missing symbolicname")
    ends = {"source": "*", "destination": "*", **body}
    if not ends["source"] or not ends["destination"]:
        raise bad_request("Missing source and/or destination")
    _check_active(body)
    column(ends["symbolicname"], name="symbolicname", longest=_LONGEST)
    config = call.state.config
    known = config.link_named(ends["symbolicname"])
    for name in ("source", "destination"):
        if known is None or not _is_lost(ends[name]):
            column(ends[name], name=name, longest=_LONGEST)
    read = {name: _number(v, name) for name, v in read_fields(body, _KINDS).items()}
    if known is not None:
        answer = attrs.asdict(_changed(call, known, read, audited=json.dumps(body)))
    else:
        refuse_wide(read)
        sent = {
            "source": "*",
            "destination": "*",
            "min_active": _DEFAULT_ACTIVE,
            "max_active": _DEFAULT_ACTIVE,
            **read,
        }
        # The ends are the key: a new name for known ends takes over that link and the settings that the request leaves out.
        taken = config.link_between(sent["source"], sent["destination"])
        if taken is not None:
            config.remove_link(taken.symbolicname)
        config.put_link(attrs.evolve(taken or Link(read["symbolicname"]), **sent))
        call.record("link", json.dumps(body))
        answer = sent
    call.state.links_changed()
    body_bytes = json.dumps(answer).encode()
    return Reply(status=201, body=body_bytes, content_type=HTML)


def _check_active(body: dict[str, Any]) -> None:
    try:
        least = int(body.get("min_active", _DEFAULT_ACTIVE))
        most = int(body.get("max_active", _DEFAULT_ACTIVE))
    except (TypeError, ValueError, OverflowError) as error:
        raise bad_request(f"Active must be an integer ({error})") from error
    # A value left out counts as the default here, not as the stored one.
    if least > most:
        raise bad_request("max_active is lower than min_active")


def _is_lost(value: Any) -> bool:
    """Say whether FTS answers a change to this text with 201 but does not store it."""
    return isinstance(value, str) and len(value) <= _LONGEST and not is_latin1(value)


def _number(value: Any, name: str) -> Any:
    return int(value) if _KINDS[name] == "int" else value


def _changed(call: Call, known: Link, read: dict[str, Any], *, audited: str) -> Link:
    config = call.state.config
    new = attrs.evolve(known, **read)
    other = config.link_between(new.source, new.destination)
    if (other is not None and other is not known) or not all(
        fits(value) and not _is_lost(value) for value in read.values()
    ):
        return known
    config.remove_link(known.symbolicname)
    config.put_link(new)
    call.record("link", audited)
    return new


def _name(call: Call) -> str:
    # Decoded a second time: a name with a literal %41 cannot be addressed.
    return latin1(unquote(call.params["sym_name"]), name="sym_name")


def get_link(call: Call) -> Reply:
    """One link."""
    call.need("config")
    name = _name(call)
    link = call.state.config.link_named(name)
    if link is None:
        raise APIError(404, f"Link {name} does not exist")
    return json_reply(attrs.asdict(link))


def delete_link(call: Call) -> Reply:
    """Remove a link; also 204 when it is unknown. A link with shares stays: 400, where FTS 3.13.4 answers 500."""
    call.need("config")
    name = _name(call)
    config = call.state.config
    link = config.link_named(name)
    if link is not None:
        ends = (collated(link.source), collated(link.destination))
        if any(key[:2] == ends for key in config.shares):
            raise bad_request(f"Link {name} has shares, delete them first")
        config.remove_link(name)
        call.state.links_changed()
    call.record("link-delete", f"Link {name} has been deleted")
    return NO_CONTENT
