"""Defects of the small services: whoami, the optimizer, the hosts, clouds, and the look at storages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid3

import attrs

from fts_contract.defects.defect import defect_of
from fts_contract.defects.seams import member, on_json, on_reply

if TYPE_CHECKING:
    from fts_contract.mock.exchange import Call, Reply
    from fts_contract.mock.optimizer_rows import Decision

_UINT32: Final = 2**32


def _by_md5(_call: Call, body: Any) -> Any:
    ids = [str(uuid3(UUID(body["base_id"]), vo)) for vo in body["vos"]]
    return {**body, "vos_id": ids}


def _leaf_only(reply: Reply) -> Reply:
    leaf, end, rest = reply.body.partition(b"-----END CERTIFICATE-----\n")
    return attrs.evolve(reply, body=leaf + end) if rest else reply


def _first_decision(call: Call, body: Any) -> Any:
    first: dict[tuple[str, str], Decision] = {}
    for row in call.state.optimizer.decisions:
        first.setdefault((row.source_se, row.dest_se), row)
    return [_as_decided(row, first.get((row["source_se"], row["dest_se"]))) for row in body]


def _as_decided(row: dict[str, Any], decision: Decision | None) -> dict[str, Any]:
    if decision is None:
        return row
    return {name: getattr(decision, name, value) for name, value in row.items()}


def _asked_is_granted(call: Call, body: Any) -> Any:
    storage = call.state.config.clouds.find(call.params["service"])
    user = storage.users.get((call.caller.user_dn, "")) if storage is not None else None
    return body or (user is not None and bool(user.request_token))


def _one_count(_call: Call, body: Any) -> Any:
    return {host: {"active": sum(counts.values())} for host, counts in body.items()}


DEFECTS: Final = (
    defect_of(
        "vo-ids-made-with-md5",
        "GET /whoami gives version 3 UUIDs, made with MD5, as vos_id",
        "wrong-id",
        on_json(_by_md5),
        operation="whoami",
        resource="whoami",
        safe=True,
    ),
    defect_of(
        "certificate-without-its-issuers",
        "GET /whoami/certificate gives the proxy alone, without the certificates that follow it",
        "wrong-value",
        on_reply(_leaf_only),
        operation="get_certificate",
        resource="whoami",
        with_operations=("whoami",),
        safe=True,
    ),
    defect_of(
        "current-decision-is-the-first",
        "GET /optimizer/current shows the oldest decision about a pair in place of the newest",
        "stale-data",
        on_json(_first_decision),
        operation="list_optimizer_current",
        resource="optimizer",
        with_operations=("list_optimizer_evolution",),
        safe=True,
    ),
    defect_of(
        "cloud-access-granted-when-asked-for",
        "GET /cs/registered/{service} says true as soon as access was asked for, without an access token",
        "wrong-value",
        on_json(_asked_is_granted),
        operation="get_cloud_registration",
        resource="cs",
        with_operations=(
            "set_cloud_storage",
            "set_cloud_storage_user",
            "get_cloud_access_request",
        ),
    ),
    defect_of(
        "staging-files-counted-as-active",
        "GET /status/hosts adds the files that a host brings online to those that it transfers",
        "wrong-value",
        on_json(_one_count),
        operation="get_host_activity",
        resource="status/hosts",
        with_operations=("list_files",),
        safe=True,
    ),
    defect_of(
        "file-sizes-of-32-bits",
        "GET /dm/stat gives the size of a file modulo 4 GiB",
        "wrong-value",
        member("size", lambda size: size % _UINT32),
        operation="stat_file",
        resource="dm",
        safe=True,
    ),
)
