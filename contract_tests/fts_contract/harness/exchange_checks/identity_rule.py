"""`identity-rule`: `GET /whoami` derives identity, VOs and ids from the certificate by the rules of FTS.

Clients compute job ids and delegation ids by the same rules; with other values they cannot find their jobs and credentials.

Source: "Who is the caller" as observed on FTS 3.13.4.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fts_contract.harness.exchange_checks.model import Check, Context, Flaw

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["IDENTITY_RULE"]

_DIGITS = 16
_GROUP = re.compile(r"/(.+?)(?:/Role=.*|/Capability=.*)?$")
_ROLE = re.compile(r"/Role=([^/]+)")
_OPERATIONS = ("admin", "config", "datamanagement", "deleg", "transfer")


def _judge(context: Context) -> Iterator[Flaw]:
    data = context.body
    if context.name != "whoami" or context.status != HTTPStatus.OK or not isinstance(data, dict):
        return
    # Other rules hold for tokens, and nothing is derived for anonymous callers.
    if data.get("method") != "certificate":
        return
    fqans, user_dn = _texts(data.get("voms_cred")), data.get("user_dn")
    if isinstance(user_dn, str):
        digest = hashlib.sha1(f"{user_dn}{''.join(fqans)}".encode(), usedforsecurity=False)
        yield from _same(data, "delegation_id", digest.hexdigest()[:_DIGITS])
        if _texts(data.get("dn"))[:1] != [user_dn]:
            yield Flaw(f"{data.get('dn')!r} does not start with {user_dn!r}", "dn")
    if fqans:
        groups = [found[1] for fqan in fqans if (found := _GROUP.match(fqan))]
        yield from _same_set(data, "vos", groups)
    roles = [found[1] for fqan in fqans if (found := _ROLE.search(fqan))]
    yield from _same_set(data, "roles", [role for role in roles if role != "NULL"])
    yield from _vo_ids(data)
    if isinstance(data.get("level"), list):
        # Only anonymous callers get an array. Source: recordings whoami-anonymous, whoami-alice.
        yield Flaw("level is an array, as for anonymous callers; expected an object", "level")
    if data.get("is_root") is True:
        yield from _same(data, "level", dict.fromkeys(_OPERATIONS, "all"))


def _vo_ids(data: dict[str, Any]) -> Iterator[Flaw]:
    try:
        base_id = uuid.UUID(data.get("base_id"))
    except (AttributeError, TypeError, ValueError):
        # A schema failure reports that.
        return
    expected = [str(uuid.uuid5(base_id, vo)) for vo in _texts(data.get("vos"))]
    yield from _same(data, "vos_id", expected)


def _same_set(data: dict[str, Any], key: str, expected: list[str]) -> Iterator[Flaw]:
    if set(_texts(data.get(key))) != set(expected):
        yield Flaw(f"{key} is {data.get(key)!r}, expected {expected!r}", key)


def _same(data: dict[str, Any], key: str, expected: Any) -> Iterator[Flaw]:
    if data.get(key) != expected:
        yield Flaw(f"{key} is {data.get(key)!r}, expected {expected!r}", key)


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


IDENTITY_RULE = Check(
    "identity-rule",
    "GET /whoami does not derive identity, VOs or ids from the certificate by the rules",
    _judge,
)
