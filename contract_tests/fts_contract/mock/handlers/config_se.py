"""`/config/se`: settings and operation limits of storages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import attrs

from fts_contract.mock.collation import collated
from fts_contract.mock.errors import bad_request
from fts_contract.mock.exchange import NO_CONTENT, Call, Reply, json_reply
from fts_contract.mock.fields import fits, is_latin1, latin1, parameter, read_fields, typed
from fts_contract.mock.pages import negotiated

if TYPE_CHECKING:
    from fts_contract.mock.configuration import StorageConfig

_KINDS: Final = {
    "storage": "str",
    "ipv6": "int",
    "udt": "int",
    "debug_level": "int",
    "inbound_max_active": "int",
    "inbound_max_throughput": "Number",
    "outbound_max_active": "int",
    "outbound_max_throughput": "Number",
    "se_metadata": "str",
    "site": "str",
    "eviction": "int",
    "skip_eviction": "int",
    "tpc_support": "str",
    "overwrite_disk_enabled": "int",
}
_COLUMNS: Final = tuple(name for name in _KINDS if name != "storage")
_HIDDEN: Final = {"eviction"}
_LONGEST: Final = {"storage": 150, "se_metadata": 255, "site": 45}
_LONGEST_VO: Final = 100
_LONGEST_AUDIT: Final = 4000
_ONE_CHARACTER: Final = ("eviction", "skip_eviction", "overwrite_disk_enabled")
_ONE_BYTE: Final = ("ipv6", "udt")
_TPC: Final = ("FULL", "PULL", "PUSH", "NONE")


def _malformed() -> Exception:
    return bad_request("Malformed configuration")


def get_se_config(call: Call) -> Reply:
    """Settings by storage; `se` chooses one."""
    call.need("config")
    wanted = collated(call.argument("se") or "")
    shown: dict[str, Any] = {}
    for name, storage in sorted(call.state.config.storages.items()):
        if wanted and name != wanted:
            continue
        entry: dict[str, Any] = {}
        if storage.info is not None:
            info = storage.info
            entry["se_info"] = {c: info.get(c) for c in _COLUMNS if c not in _HIDDEN}
        if storage.limits:
            entry["operations"] = storage.limits
        shown[storage.name] = entry
    return negotiated(call, shown, title="FTS3 - Storage configuration")


def set_se_config(call: Call) -> Reply:
    """Change storages; the answer is about the last one.

    Source: observed on FTS 3.13.4: an earlier storage stays changed when a later one is refused; a
    change that the database refuses is answered with the old values. What is 500 there is 400 here.
    """
    call.need("config")
    body = call.json_object()
    if not body:
        raise _malformed()
    answer: list[Any] = [None, None]
    for name, wanted in body.items():
        answer = _set_one(call, name, wanted)
    return json_reply(answer)


def _set_one(call: Call, name: str, wanted: Any) -> list[Any]:
    if not name.strip() or not isinstance(wanted, dict):
        raise _malformed()
    info, operations = wanted.get("se_info"), wanted.get("operations")
    # Stricter than FTS 3.13.4, which treats 0, "" and false as missing.
    if any(part is not None and not isinstance(part, dict | list) for part in (info, operations)):
        raise _malformed()
    shown: dict[str, Any] | None = None
    config = call.state.config
    changed: list[StorageConfig] = []
    if info:
        shown, changed = _set_info(call, name, info, wanted)
    if operations:
        storage = _set_limits(call, name, operations, changed)
        if storage is not None:
            changed.append(storage)
    # Both parts of a storage are stored, or neither.
    for storage in changed:
        config.put_storage(storage)
    # What is false changes nothing, and is answered as it was sent.
    return [shown, operations]


def _set_info(
    call: Call, name: str, info: Any, wanted: dict[str, Any]
) -> tuple[dict[str, Any], list[StorageConfig]]:
    """Change the settings of a storage, which `storage` in them renames; its limits keep the name."""
    if not isinstance(info, dict):
        raise _malformed()
    # Null is not looked at, whatever the name of its field.
    sent = read_fields({k: v for k, v in info.items() if v is not None}, _KINDS)
    # As on FTS 3.13.4, an empty name is taken here, though no request can remove the entry then.
    new_name = latin1(sent.pop("storage", name), name="storage")
    tpc = sent.get("tpc_support", _TPC[0])
    if tpc not in _TPC:
        raise bad_request(
            f"Field tpc_support is expected to be one of the following: {', '.join(_TPC)}"
        )
    texts = {"storage": new_name, **sent}
    if any(len(texts[key]) > most for key, most in _LONGEST.items() if key in texts):
        raise _malformed()
    config = call.state.config
    storage, target = config.storage(name), config.storage(new_name)
    renamed = collated(new_name) != collated(name)
    is_new = storage.info is None
    if renamed and not is_new and target.info is not None:
        raise _malformed()  # FTS answers 500.
    changed = []
    kept = storage.info or {}
    if all(_accepted(key, value) for key, value in sent.items()):
        kept = {**kept, **{key: _stored(key, value) for key, value in sent.items()}}
        if renamed and not is_new:
            changed = [attrs.evolve(storage, info=None)]
        changed.append(attrs.evolve(target, info=kept))
        _record(call, "set-se-config", f"Set config {name}: {json.dumps(wanted)}")
    elif is_new:
        raise bad_request("A value is out of range")
    if is_new:
        return {"storage": new_name, **sent}, changed
    shown = new_name if renamed else storage.name
    return {"storage": shown, **{c: kept.get(c) for c in _COLUMNS}}, changed


def _accepted(name: str, value: Any) -> bool:
    """Say whether the column can hold a value."""
    if name in _ONE_CHARACTER:
        return len(str(int(value))) == 1
    if _KINDS[name] == "str":
        return is_latin1(value)
    if name in _ONE_BYTE:
        return fits(value, low=-128, high=127)
    return _KINDS[name] == "Number" or fits(value)


def _stored(name: str, value: Any) -> Any:
    """Give a value as it is read back."""
    if name in _ONE_CHARACTER:
        return str(int(value))
    if _KINDS[name] == "Number":
        return float(f"{float(value):.6g}")  # single precision
    return int(value) if _KINDS[name] == "int" else value


def _set_limits(
    call: Call, name: str, operations: Any, changed: list[StorageConfig]
) -> StorageConfig | None:
    if not isinstance(operations, dict):
        raise _malformed()
    known = next((s for s in changed if collated(s.name) == collated(name)), None)
    storage = known or call.state.config.storage(latin1(name, name="storage"))
    limits = {vo: dict(of_vo) for vo, of_vo in storage.limits.items()}
    can_hold = len(name) <= _LONGEST["storage"]
    for vo, of_vo in operations.items():
        if not isinstance(of_vo, dict):
            raise _malformed()
        for operation, given in of_vo.items():
            limit = int(typed(given, "int", name="concurrent_ops"))
            can_hold = can_hold and fits(limit) and len(vo) <= _LONGEST_VO
            if limit > 0:
                limits.setdefault(vo, {})[operation] = limit
            else:
                limits.get(vo, {}).pop(operation, None)
    if not can_hold:
        return None
    _record(call, "set-se-limits", f"Set limits for {name}: {json.dumps(operations)}")
    return attrs.evolve(storage, limits={vo: of_vo for vo, of_vo in limits.items() if of_vo})


def _record(call: Call, action: str, text: str) -> None:
    if len(text) > _LONGEST_AUDIT:
        raise _malformed()
    call.record(action, text)


def delete_se_config(call: Call) -> Reply:
    """Forget the settings and limits of a storage; also 204 when it is unknown."""
    call.need("config")
    name = parameter(call, "se", missing="Missing storage (se)")
    call.state.config.storages.pop(collated(name), None)
    return NO_CONTENT
