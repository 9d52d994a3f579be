"""`/config/global`: settings of the server by VO."""

from __future__ import annotations

import json
from typing import Any, Final

from fts_contract.mock.collation import collated
from fts_contract.mock.errors import bad_request
from fts_contract.mock.exchange import NO_CONTENT, Call, Reply, json_reply
from fts_contract.mock.fields import column, parameter, read_fields, refuse_wide
from fts_contract.mock.pages import negotiated, table_page, wants_html

_TITLE: Final = "FTS3 - Server Configuration"
_LONGEST_VO: Final = 100
_DEFAULTS: Final[dict[str, Any]] = {
    "retry": 0,
    "max_time_queue": 0,
    "global_timeout": 0,
    "sec_per_mb": 0,
    "no_streaming": False,
    "show_user_dn": False,
}
_KINDS: Final = {"vo_name": "str"} | {n: type(v).__name__ for n, v in _DEFAULTS.items()}


def _shown(call: Call) -> dict[str, Any]:
    rows = call.state.config.settings.values()
    return {"*": {}, **{row["vo_name"]: dict(row) for row in rows}}


def get_global_config(call: Call) -> Reply:
    """Settings by VO; `*` is always there."""
    call.need("config")
    return negotiated(call, _shown(call), title=_TITLE)


def set_global_config(call: Call) -> Reply:
    """Change settings of a VO, those of `*` without one; fields left out keep their values.

    Source: observed on FTS 3.13.4. The reference breaks the JSON body off; this one is complete, and as
    there a browser gets the page inside a JSON string.
    """
    call.need("config")
    sent = {"vo_name": "*", **call.json_object()}
    read = read_fields(sent, _KINDS)
    vo = column(read["vo_name"], name="vo_name", longest=_LONGEST_VO)
    refuse_wide(read)
    read = {name: v if _KINDS[name] == "str" else _stored(v, name) for name, v in read.items()}
    config = call.state.config
    known = config.settings.get(collated(vo))
    config.settings[collated(vo)] = {**_DEFAULTS, **(known or {}), **read}
    call.record(
        "set-globals", json.dumps(read if known is None else config.settings[collated(vo)])
    )
    shown = _shown(call)
    return json_reply(table_page(_TITLE, shown) if wants_html(call) else shown)


def _stored(value: Any, name: str) -> Any:
    return int(value) if _KINDS[name] == "int" else value


def delete_global_config(call: Call) -> Reply:
    """Forget the settings of a VO; those of `*` stay."""
    call.need("config")
    vo = parameter(call, "vo_name")
    if vo in ("", "*"):
        raise bad_request("Missing VO name")
    call.state.config.settings.pop(collated(vo), None)
    return NO_CONTENT
