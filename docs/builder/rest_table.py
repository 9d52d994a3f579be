"""Tables from the paths of the REST interface to the methods and functions that send them, made from the API document."""

from __future__ import annotations

import re

from openapi.api_page import read_document
from openapi.code_samples import WRAPPED
from openapi.examples import operations_of

__all__ = ["rest_functions", "rest_methods"]

_MORE = {
    "cancel_jobs": ("cancel_job", "cancel_jobs"),
    "get_delegation_request": ("ensure_delegation", "delegate"),
    "get_jobs": ("get_job", "get_jobs", "wait_for_job", "watch_jobs"),
    "modify_jobs": ("modify_job", "modify_jobs"),
    "set_delegation_credential": ("ensure_delegation", "delegate"),
    "submit_job": ("submit", "submit_many"),
}
"""Operations that several methods send."""


def rest_methods() -> str:
    """Write the table of the operations that methods of `FTSClient` send."""
    rows = ["| request | `FTSClient` | what it does |", "|---|---|---|"]
    for path, method, operation in operations_of(read_document()):
        name = operation["operationId"]
        if name not in WRAPPED:
            continue
        (first,) = re.findall(r"^fts\.(\w+)", WRAPPED[name])
        methods = ", ".join(
            f"[`{one}`](reference/client.md#fts_client.client.FTSClient.{one})"
            for one in _MORE.get(name, (first,))
        )
        rows.append(f"| {_request(path, method, name)} | {methods} | {operation['summary']} |")
    return "\n".join(rows)


def rest_functions() -> str:
    """Write the table of all other operations, with their functions of `fts_api`."""
    rows = ["| request | function below `fts_api.api` | what it does |", "|---|---|---|"]
    for path, method, operation in operations_of(read_document()):
        name = operation["operationId"]
        if name not in WRAPPED:
            function = f"`{operation['tags'][0]}.{name}`"
            rows.append(
                f"| {_request(path, method, name)} | {function} | {operation['summary']} |"
            )
    return "\n".join(rows)


def _request(path: str, method: str, name: str) -> str:
    return f"[`{method.upper()} {path}`](api.html#{name})"
