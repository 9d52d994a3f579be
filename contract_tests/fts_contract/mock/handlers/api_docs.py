"""`GET /api-docs/schema/submit`; the rest of `/api-docs` is 404 on FTS 3.13.4."""

from __future__ import annotations

from typing import Any, Final

from fts_contract.mock.exchange import Call, Reply, json_reply


def _maybe(kind: str, title: str | None = None, **extra: Any) -> dict[str, Any]:
    return {"type": [kind, "null"], **({"title": title} if title else {}), **extra}


def _urls() -> dict[str, Any]:
    return {"type": "array", "items": {"title": "URL", "type": "string"}, "minItems": 1}


# Source: recording schema-submit (FTS 3.13.4). It is older and narrower than what submission accepts.
_PARAMS: Final = {
    "verify_checksum": _maybe("boolean"),
    "reuse": _maybe("boolean", "If set to true, srm sessions will be reused"),
    "destination_spacetoken": _maybe("string", "Destination space token"),
    "bring_online": _maybe("integer", "Bring online operation timeout"),
    "copy_pin_lifetime": _maybe(
        "integer",
        "Minimum lifetime when bring online is used. -1 means no bring online",
        minimum=-1,
    ),
    "job_metadata": _maybe("object"),
    "source_spacetoken": _maybe("string"),
    "overwrite": _maybe("boolean"),
    "dst_file_report": _maybe("boolean"),
    "gridftp": _maybe("string", "Reserved for future usage"),
    "retry": _maybe("integer"),
    "multihop": _maybe("boolean"),
    "timeout": _maybe("integer", "Timeout in seconds"),
    "nostreams": _maybe("integer", "Number of streams"),
    "buffer_size": _maybe("integer", "Buffer size"),
    "strict_copy": _maybe("boolean", "Disable all checks, just copy the file"),
    "disable_cleanup": _maybe(
        "boolean", "Enable/disable the copy clean-up happening when a transfer fails"
    ),
    "priority": _maybe("integer", "Job priority"),
    "ipv4": _maybe("boolean", "Force IPv4 if the underlying protocol supports it"),
    "ipv6": _maybe("boolean", "Force IPv6 if the underlying protocol supports it"),
}
_FILE: Final = {
    "sources": _urls(),
    "destinations": _urls(),
    "priority": _maybe("integer", "Job priority"),
    "metadata": _maybe("object"),
    "filesize": _maybe("integer", minimum=0),
    "checksum": _maybe("string", "User defined checksum in the form algorithm:value"),
    "activity": _maybe("string", "Activity share"),
}
_SCHEMA: Final = {
    "title": "Job submission",
    "type": "object",
    "properties": {
        "params": {"title": "Job parameters", "type": ["object", "null"], "properties": _PARAMS},
        "files": {
            "type": "array",
            "items": {
                "title": "Transfer",
                "type": "object",
                "required": ["sources", "destinations"],
                "properties": _FILE,
            },
        },
        "delete": {"type": "array", "items": {"type": ["object", "string"]}},
    },
}


def get_submit_schema(_call: Call) -> Reply:
    """JSON schema of a submission; for anyone."""
    return json_reply(_SCHEMA)
