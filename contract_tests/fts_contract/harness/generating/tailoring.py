"""Tailor the document to one caller, so that a real server accepts the generated requests and acts on them.

Only the copy from which test cases are made changes. Answers, and whether a request is within the contract, are always
judged by the document itself.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from fts_contract.harness.contract.operations import METHODS, Operation
from fts_contract.harness.contract.pointers import dereferenced
from fts_contract.harness.generating.realistic import offer_realistic
from fts_contract.harness.sending.safety import UNKNOWN_JOB_ID, changes_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

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
                values = _existing(known, changes=not changes_nothing(method.upper(), path))
                _tailor_operation(tailored, item, item[method], values)
                _drop_links(tailored, item[method], ids)
                if path.endswith("/credential") and known.credential_pem:
                    _tailor_credential(tailored, item[method], known.credential_pem)
    offer_realistic(tailored, known)
    # The credential stays the same for the whole run; otherwise schemathesis would make up Authorization headers.
    tailored.pop("security", None)
    tailored.get("components", {}).pop("securitySchemes", None)
    return tailored


_OFFERED = 10


def _existing(known: KnownData, *, changes: bool) -> dict[tuple[Any, Any], list[str]]:
    """List the values of parameters that refer to existing data; only jobs of this run may be changed."""
    jobs = known.own_job_ids if changes else (*known.own_job_ids, *known.job_ids)
    ids = [*list(dict.fromkeys(jobs))[:_OFFERED], UNKNOWN_JOB_ID]
    pairs = [",".join(ids[:2]), f"{ids[0]},{UNKNOWN_JOB_ID}"] if len(ids) > 1 else []
    files = [str(number) for number in known.file_ids] or ["1"]
    delegation = [known.identity.delegation_id]
    return {
        ("path", "job_ids"): list(dict.fromkeys([*ids, *pairs])),
        ("path", "job_id"): ids,
        ("path", "file_id"): files,
        ("path", "file_ids"): files,
        ("path", "dlg_id"): delegation,
        ("path", "delegation_id"): delegation,
        ("query", "dlg_id"): delegation,
        ("query", "user_dn"): [known.identity.user_dn],
    }


def _tailor_operation(
    document: dict[str, Any],
    item: dict[str, Any],
    operation: dict[str, Any],
    existing: dict[tuple[Any, Any], list[str]],
) -> None:
    parameters = [
        copy.deepcopy(dereferenced(document, parameter))
        for parameter in [*item.get("parameters", []), *operation.get("parameters", [])]
    ]
    for parameter in parameters:
        if values := existing.get((parameter.get("in"), parameter.get("name"))):
            description = parameter.get("schema", {}).get("description")
            _allow_only(parameter, values)
            if description:
                parameter["schema"]["description"] = description
    if parameters:
        operation["parameters"] = parameters
    operation.pop("security", None)


def _tailor_credential(document: dict[str, Any], operation: dict[str, Any], pem: str) -> None:
    """Offer the one valid body: a proxy signed for the current request of this server."""
    body = copy.deepcopy(dereferenced(document, operation.get("requestBody", {})))
    for media in body.get("content", {}).values():
        _allow_only(media, [pem])
    operation["requestBody"] = body


def _allow_only(owner: dict[str, Any], values: list[str]) -> None:
    owner["schema"] = {"type": "string", "enum": values}
    owner.pop("example", None)
    owner.pop("examples", None)


def _drop_links(document: dict[str, Any], operation: dict[str, Any], ids: set[str]) -> None:
    for response in operation.get("responses", {}).values():
        links = dereferenced(document, response).get("links", {})
        for name in list(links):
            if dereferenced(document, links[name]).get("operationId") not in ids:
                del links[name]
