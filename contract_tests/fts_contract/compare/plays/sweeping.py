"""Plays derived from the document: each field of each body and each parameter, with values of every kind."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, Final

from fts_contract.compare.performing.play import plays_of
from fts_contract.compare.plays.texts import ODD_VALUES, TEXTS
from fts_contract.harness.contract.operations import read_operations
from fts_contract.harness.contract.pointers import follow
from fts_contract.harness.sending.own_names import MARK
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_contract.compare.performing.script import Script

__all__ = ["SWEEPING", "SWEEPING_READS"]

# fmt: off
# One step a line.

_A, _B = "mock://fts-contract-a.example.org", "mock://fts-contract-b.example.org"
_BODIES: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "/config/links": ({"symbolicname": f"{MARK}-s", "source": _A, "destination": _B}, f"/config/links/{MARK}-s"),
    "/config/shares": ({"source": _A, "destination": _B, "vo": f"{MARK}-s", "share": 5}, f"/config/shares?source={_A}&destination={_B}&vo={MARK}-s"),
    "/config/global": ({"vo_name": f"{MARK}-s"}, f"/config/global?vo_name={MARK}-s"),
    "/config/authorize": ({"dn": "/DC=org/DC=example/CN=fts-contract s", "operation": "transfer"}, "/config/authorize?dn=/DC=org/DC=example/CN=fts-contract%20s"),
    "/config/activity_shares": ({"vo": f"{MARK}-s", "share": {"a": 1}}, f"/config/activity_shares/{MARK}-s"),
    "/config/cloud_storage": ({"storage_name": f"{MARK}-s"}, f"/config/cloud_storage/{MARK}-s"),
    "/ban/se": ({"storage": _A}, f"/ban/se?storage={_A}"),
    "/ban/dn": ({"user_dn": "/DC=org/DC=example/CN=fts-contract s"}, "/ban/dn?user_dn=/DC=org/DC=example/CN=fts-contract%20s")}
"""A valid body of each operation that makes an entry, and what removes the entry."""
_SAMPLE: Final = 5


def _fields(path: str) -> list[str]:
    """Name the fields of the JSON body of a POST, as the document has them."""
    document = load_spec()
    operation = next(o for o in read_operations(document) if (o.method, o.path) == ("POST", path))
    pointer = operation.request_body.content["application/json"] if operation.request_body else ""
    return list(follow(document, pointer)[1].get("properties", {}))


def _properties(*names: str) -> list[str]:
    schemas = load_spec()["components"]["schemas"]
    return [field for name in names for field in schemas.get(name, {}).get("properties", {})]


def _sample(s: Script, values: Iterable[Any], what: str) -> list[Any]:
    """Choose some values besides null and an empty text; each seed chooses others."""
    return [None, "", *s.chance_for(what).sample(list(values), _SAMPLE)]


def bodies(s: Script) -> None:
    """Every field of every body of the configuration, with values of every type."""
    for path, (body, remove) in _BODIES.items():
        for field in _fields(path):
            s.post("administrator", path, {name: value for name, value in body.items() if name != field})
            s.get("administrator", path)
            for value in _sample(s, ODD_VALUES, f"{path} {field}"):
                if field in body and isinstance(value, str):
                    value = f"{MARK}-{value}"  # noqa: PLW2901 - our own name
                s.post("administrator", path, body | {field: value})
                s.get("administrator", path)
            s.delete("administrator", remove)
        for kind in ("application/x-www-form-urlencoded", "text/plain"):
            data = "&".join(f"{name}={value}" for name, value in body.items()).encode()
            s.ask("administrator", "POST", path, data=data, headers={"Content-Type": kind})
            s.get("administrator", path)
            s.delete("administrator", remove)
        text = json.dumps(body)
        for data in (codecs.BOM_UTF8 + text.encode(), text.encode("utf-16"), text.replace("/", "\\/").encode(), f"\r\n\t{text} ".encode()):
            s.ask("administrator", "POST", path, data=data, headers={"Content-Type": "application/json"})
            s.get("administrator", path)
            s.delete("administrator", remove.replace(MARK, MARK.upper()))
            s.get("administrator", path)
        s.delete("administrator", remove)


def storage_settings(s: Script) -> None:
    """Every setting of a storage, with values of every type."""
    fields = ("inbound_max_active", "outbound_max_active", "inbound_max_throughput", "outbound_max_throughput", "ipv6", "udt", "debug_level", "site",
        "se_metadata", "skip_eviction", "eviction", "overwrite_disk_enabled", "tpc_support", "tape_endpoint")
    for field in fields:
        for value in (*_sample(s, ODD_VALUES, field), "FULL", 100):
            s.post("administrator", "/config/se", {_A: {"se_info": {field: value}}})
            s.get("administrator", "/config/se", se=_A)
        s.delete("administrator", "/config/se", se=_A)
    for value in ODD_VALUES:
        for part in ({"se_info": value}, {"operations": value}, {"operations": {"testvo": value}}, {"operations": {"testvo": {"staging": value}}}):
            s.post("administrator", "/config/se", {_A: part})
        s.post("administrator", "/config/se", {_A: value})
        s.get("administrator", "/config/se", se=_A)
    s.delete("administrator", "/config/se", se=_A)


def submissions(s: Script) -> None:
    """Every parameter of a job and every field of a file, with values of every type."""
    params = (*_properties("SubmissionParams"), "verify_checksum", "reuse", "multihop", "spacetoken", "unmanaged_tokens")
    for field in params:
        for value in _sample(s, ODD_VALUES, field):
            if field == "sid" or (field, value) == ("id_generator", "deterministic"):
                continue
            s.post("user", "/jobs", {"files": [s.file("swept")], "params": {field: value}}, job="job_id")
            s.get("user", "/jobs/{job}")
        s.get("user", "/jobs/{job}/files")
    for field in (*_properties("SubmissionFile", "TransferFile", "SubmittedFile"), "checksum", "filesize", "metadata", "activity", "scitag", "selection_strategy"):
        if field not in {"sources", "destinations"}:
            for value in (*_sample(s, ODD_VALUES, field), 64, 65, 65535, 65536):
                s.post("user", "/jobs", {"files": [s.file("swept", **{field: value})], "params": {}}, job="job_id")
                s.get("user", "/jobs/{job}/files")


def parameters(s: Script) -> None:
    """Every parameter of every reading operation, with texts of every kind and twice."""
    for operation in read_operations(load_spec()):
        if operation.method != "GET" or operation.writes or operation.until:
            continue
        path = operation.path.replace("{job_ids}", "none").replace("{job_id}", "none").replace("{service}", "dropbox").replace("{path}", "x")
        for parameter in operation.parameters:
            if parameter.place == "query":
                for text in (*s.chance_for(str(parameter)).sample(TEXTS, 3), "", "1", "x" * 300):
                    for who in ("user", "administrator"):
                        s.get(who, path, **{f"{parameter.name}_": text})
                    s.get("administrator", path, **{f"{parameter.name.upper()}_": text})


SWEEPING = plays_of(bodies, storage_settings, submissions)
SWEEPING_READS = plays_of(parameters, needs="reading")
