"""`GET /`."""

from __future__ import annotations

from typing import Any, Final

from fts_contract.mock.exchange import Call, Reply, json_reply


def _link(href: str, title: str | None = None, **extra: Any) -> dict[str, Any]:
    return {"href": href, **({"title": title} if title else {}), **extra}


# Source: recording root-alice (FTS 3.13.4). Two of these links are 404 there, as they are here.
_INFO: Final[dict[str, Any]] = {
    "delegation": {"major": 1, "minor": 0, "patch": 0},
    "api": {"major": 3, "minor": 13, "patch": 4},
    "core": None,
    "schema": {"major": 9, "minor": 1, "patch": 0},
    "_links": {
        "curies": [{"name": "fts", "href": "https://gitlab.cern.ch/fts/fts3"}],
        "fts:whoami": _link("/whoami", "Check user certificate"),
        "fts:joblist": _link(
            "/jobs{?vo_name,user_dn,dlg_id,state_in}", "List of active jobs", templated=True
        ),
        "fts:job": _link(
            "/jobs/{id}", "Job information", templated=True, hints={"allow": ["GET", "DELETE"]}
        ),
        "fts:configaudit": _link("/config/audit", "Configuration"),
        "fts:submitschema": _link("/api-docs/schema/submit", "JSON schema of messages"),
        "fts:apidocs": _link("/api-docs/", "API Documentation"),
        "fts:jobsubmit": _link(
            "/jobs", hints={"allow": ["POST"], "representations": ["fts:submitschema"]}
        ),
        "fts:optimizer": _link("/optimizer/", "Optimizer"),
        "fts:archive": _link("/archive/", "Archive"),
    },
}


def get_server_info(_call: Call) -> Reply:
    """Versions and links; for anyone."""
    return json_reply(_INFO)
