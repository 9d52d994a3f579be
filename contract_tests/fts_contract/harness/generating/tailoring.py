"""Tailor the document to one caller, so that a real server accepts the generated requests and acts on them.

Only the copy from which test cases are made changes. Answers, and whether a request is within the contract, are always
judged by the document itself.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from fts_contract.harness.contract.operations import METHODS, Operation
from fts_contract.harness.contract.pointers import dereferenced
from fts_contract.harness.generating.realistic import offer_realistic
from fts_contract.harness.sending.safety import UNKNOWN_JOB_ID, changes_nothing

if TYPE_CHECKING:
    from fts_contract.harness.generating.known_data import KnownData

__all__ = ["tailor"]


def tailor(
    document: dict[str, Any], selected: Sequence[Operation], known: KnownData
) -> dict[str, Any]:
    """Copy a document, keep only the selected operations and links to them, and insert the caller and existing data."""
    wanted = {(operation.path, operation.method.lower()) for operation in selected}
    ids = {operation.operation_id for operation in selected}
    paths = {}
    for path, item in document["paths"].items():
        kept = {
            name: part
            for name, part in item.items()
            if name not in METHODS or (path, name) in wanted
        }
        if any(method in kept for method in METHODS):
            paths[path] = kept
    tailored = copy.deepcopy({**document, "paths": paths})
    for path, item in tailored["paths"].items():
        for method in METHODS:
            if method in item:
                _tailor_operation(tailored, path, method, known)
    offer_realistic(tailored, known)
    _drop_links(tailored, ids)
    # The credential stays the same for the whole run; otherwise schemathesis would make up Authorization headers.
    tailored.pop("security", None)
    tailored.get("components", {}).pop("securitySchemes", None)
    return tailored


def _tailor_operation(document: dict[str, Any], path: str, method: str, known: KnownData) -> None:
    item = document["paths"][path]
    operation = item[method]
    changes = not changes_nothing(method.upper(), path)
    parameters = [
        copy.deepcopy(dereferenced(document, parameter))
        for parameter in [*item.get("parameters", []), *operation.get("parameters", [])]
    ]
    for parameter in parameters:
        fix = _FIXES.get((parameter.get("in"), parameter.get("name")))
        values = fix(known, changes) if fix else None
        if values:
            description = parameter.get("schema", {}).get("description")
            parameter["schema"] = {"type": "string", "enum": values}
            if description:
                parameter["schema"]["description"] = description
            parameter.pop("example", None)
            parameter.pop("examples", None)
    if parameters:
        operation["parameters"] = parameters
    operation.pop("security", None)
    if path.endswith("/credential"):
        _tailor_credential(document, operation, known)


def _tailor_credential(
    document: dict[str, Any], operation: dict[str, Any], known: KnownData
) -> None:
    """Offer the one valid body: a proxy signed for the current request of this server."""
    if known.credential_pem is None:
        return
    body = copy.deepcopy(dereferenced(document, operation.get("requestBody", {})))
    for media in body.get("content", {}).values():
        media["schema"] = {"type": "string", "enum": [known.credential_pem]}
        media.pop("example", None)
        media.pop("examples", None)
    operation["requestBody"] = body


_OFFERED = 10


def _job_id_lists(known: KnownData, changes: bool) -> list[str]:  # noqa: FBT001
    ids = _job_ids(known, changes)
    pair = [",".join(ids[:2])] if len(ids) > 1 else []
    return [*ids, *pair, f"{ids[0]},{UNKNOWN_JOB_ID}"] if ids[0] != UNKNOWN_JOB_ID else ids


def _job_ids(known: KnownData, changes: bool) -> list[str]:  # noqa: FBT001
    existing = known.own_job_ids if changes else (*known.own_job_ids, *known.job_ids)
    return [*list(dict.fromkeys(existing))[:_OFFERED], UNKNOWN_JOB_ID]


def _file_ids(known: KnownData, _changes: bool) -> list[str]:  # noqa: FBT001
    return [str(number) for number in known.file_ids] or ["1"]


_Fix = Callable[["KnownData", bool], list[str]]
_FIXES: dict[tuple[Any, Any], _Fix] = {
    ("path", "job_ids"): _job_id_lists,
    ("path", "job_id"): _job_ids,
    ("path", "file_id"): _file_ids,
    ("path", "file_ids"): _file_ids,
    ("path", "dlg_id"): lambda known, _: [known.identity.delegation_id],
    ("path", "delegation_id"): lambda known, _: [known.identity.delegation_id],
    ("query", "dlg_id"): lambda known, _: [known.identity.delegation_id],
    ("query", "user_dn"): lambda known, _: [known.identity.user_dn],
}


def _drop_links(document: dict[str, Any], ids: set[str]) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            if not isinstance(operation, dict):
                continue
            for response in operation.get("responses", {}).values():
                _keep_links(dereferenced(document, response), document, ids)


def _keep_links(response: dict[str, Any], document: dict[str, Any], ids: set[str]) -> None:
    links = response.get("links", {})
    for name in list(links):
        if dereferenced(document, links[name]).get("operationId") not in ids:
            del links[name]
