"""Each kind of entry that administrators make: how it is read, written and removed through the API.

Source: `/config` and "Banning" as observed on FTS 3.13.4.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

import attrs

from fts_contract.harness.sending.own_names import is_own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = ["KINDS", "Kind", "Request", "Row"]

Row = dict[str, Any]
# For an answer in JSON, 3.13.4 closes the connection in the middle of it.
_PAGE: Final = {"Accept": "text/html"}


@attrs.frozen
class Request:
    """A request that puts something back; `optional` when an error does not matter."""

    method: str
    target: str
    json: Any = None
    headers: Mapping[str, str] | None = None
    optional: bool = False


@attrs.frozen(kw_only=True)
class Kind:
    """One kind of entry.

    Attributes:
        name: For people.
        path: Where all entries are read.
        key: Fields that identify an entry.
        named: Those of them that hold names; an entry is ours when all are ours.
        rows: Takes the answer apart; raises TypeError or ValueError when it has another form.
        put: Requests that write an entry, whether or not there is one; None when it cannot be written.
        remove: Requests that remove an entry; None when it cannot be removed.
        ignored: Fields that need not be the same.
    """

    name: str
    path: str
    key: tuple[str, ...]
    named: tuple[str, ...]
    rows: Callable[[Any], Iterable[Row]]
    put: Callable[[Row], list[Request]] | None = None
    remove: Callable[[Row], list[Request]] | None = None
    ignored: frozenset[str] = frozenset()

    def entries(self, answer: Any) -> dict[str, Row]:
        """Give the entries of an answer by their keys.

        Raises:
            TypeError, ValueError, KeyError, AttributeError: The answer has another form, or an entry could not be put back.
        """
        entries = {self.key_of(row): row for row in self.rows(answer)}
        for row in entries.values():
            for requests in (self.remove, self.put):
                if requests is not None:
                    requests(row)
        return entries

    def key_of(self, row: Row) -> str:
        """The key of an entry, for people too."""
        return " ".join(str(row[field]) for field in self.key)

    def is_own(self, row: Row) -> bool:
        """Say whether an entry is one that only runs of these tests make."""
        return all(is_own(str(row.get(field))) for field in self.named)

    def same(self, one: Row, other: Row) -> bool:
        """Say whether two entries are equal, times and authors aside."""
        return self._kept(one) == self._kept(other)

    def _kept(self, row: Row) -> Row:
        return {name: value for name, value in row.items() if name not in self.ignored}


def _listed(answer: Any) -> list[Row]:
    if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
        raise TypeError("not a list of objects")
    return answer


def _keyed(name: str) -> Callable[[Any], Iterator[Row]]:
    def rows(answer: Any) -> Iterator[Row]:
        for key, fields in dict(answer).items():
            yield {name: key, **fields}

    return rows


def _hosts(answer: Any) -> Iterator[Row]:
    """One row for each host, with the drain of its services: they change together."""
    drains: dict[str, set[bool | None]] = {}
    for row in _listed(answer):
        drains.setdefault(row["hostname"], set()).add(row["drain"])
    for hostname, found in drains.items():
        yield {"hostname": hostname, "drain": found.pop() if len(found) == 1 else None}


def _drain(row: Row) -> list[Request]:
    return [Request("POST", "/config/drain", row)] if row["drain"] is not None else []


def _remove_link(row: Row) -> list[Request]:
    return [Request("DELETE", f"/config/links/{quote(row['symbolicname'], safe='')}")]


def _put_link(row: Row) -> list[Request]:
    """Write a link anew, because null cannot be written; the pair takes over a row of another name."""
    return [
        Request("POST", "/config/links", {k: row[k] for k in row if row[k] is not None}),
        *(
            [*_remove_link(row), Request("POST", "/config/links", _without_nulls(row))]
            if None in row.values()
            else []
        ),
    ]


def _without_nulls(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _query(path: str, row: Row, **fields: str) -> list[Request]:
    asked = urlencode({name: row[field] for name, field in fields.items()}, quote_via=quote)
    return [Request("DELETE", f"{path}?{asked}")]


def _put_storage(row: Row) -> list[Request]:
    body = {part: _without_nulls(row[part]) for part in ("se_info", "operations") if row.get(part)}
    return [
        *_query("/config/se", row, se="storage"),
        Request("POST", "/config/se", {row["storage"]: body}),
    ]


def _put_activities(row: Row) -> list[Request]:
    body = {"vo": row["vo"], "share": row["share"], "active": row["active"]}
    return [Request("POST", "/config/activity_shares", body)]


def _clouds(answer: Any) -> Iterator[Row]:
    """Keep a fingerprint in place of the secrets, which the answer shows in clear."""
    for row in _listed(answer):
        secret = json.dumps(row, sort_keys=True).encode()
        # Slow on purpose: the fingerprint is kept in the report.
        kept = hashlib.scrypt(
            secret, salt=row["storage_name"].encode(), n=1024, r=8, p=1, dklen=16
        )
        yield {"storage_name": row["storage_name"], "fingerprint": kept.hex()}


def _put_storage_ban(row: Row) -> list[Request]:
    status = str(row["status"])
    body = {
        "storage": row["se"],
        "message": row["message"] or "",
        "status": status.partition("_")[0].lower(),
    }
    return [Request("POST", "/ban/se", body | ({"allow_submit": True} if "_" in status else {}))]


_BAN_NOTES: Final = frozenset({"addition_time", "admin_dn"})

KINDS: Final = (
    Kind(
        name="drains", path="/config", key=("hostname",), named=("hostname",), rows=_hosts,
        put=_drain,
    ),
    Kind(
        name="shares", path="/config/shares", key=("source", "destination", "vo"),
        named=("source", "destination"), rows=_listed,
        put=lambda row: [Request("POST", "/config/shares", row)],
        remove=lambda row: _query(
            "/config/shares", row, source="source", destination="destination", vo="vo"
        ),
    ),
    Kind(
        name="links", path="/config/links", key=("symbolicname",), named=("symbolicname",),
        rows=_listed, put=_put_link, remove=_remove_link,
    ),
    Kind(
        name="global settings", path="/config/global", key=("vo_name",), named=("vo_name",),
        rows=_keyed("vo_name"),
        put=lambda row: [Request("POST", "/config/global", row, _PAGE)],
        remove=lambda row: _query("/config/global", row, vo_name="vo_name"),
    ),
    Kind(
        name="settings of storages", path="/config/se", key=("storage",), named=("storage",),
        rows=_keyed("storage"), put=_put_storage,
        remove=lambda row: _query("/config/se", row, se="storage"),
    ),
    Kind(
        name="grants", path="/config/authorize", key=("dn", "operation"), named=("dn",),
        rows=_listed, put=lambda row: [Request("POST", "/config/authorize", row)],
        remove=lambda row: _query("/config/authorize", row, dn="dn", operation="operation"),
    ),
    Kind(
        name="activity shares", path="/config/activity_shares", key=("vo",), named=("vo",),
        rows=_keyed("vo"), put=_put_activities,
        remove=lambda row: [
            Request("DELETE", f"/config/activity_shares/{quote(row['vo'], safe='')}")
        ],
    ),
    Kind(
        name="cloud storages", path="/config/cloud_storage", key=("storage_name",),
        named=("storage_name",), rows=_clouds,
        remove=lambda row: [
            Request("DELETE", f"/config/cloud_storage/{quote(row['storage_name'], safe='')}")
        ],
    ),
    Kind(
        name="bans of storages", path="/ban/se", key=("se",), named=("se",), rows=_listed,
        put=_put_storage_ban, remove=lambda row: _query("/ban/se", row, storage="se"),
        ignored=_BAN_NOTES,
    ),
    Kind(
        name="bans of users", path="/ban/dn", key=("dn",), named=("dn",), rows=_listed,
        put=lambda row: [
            Request("POST", "/ban/dn", {"user_dn": row["dn"], "message": row["message"] or ""})
        ],
        remove=lambda row: _query("/ban/dn", row, user_dn="dn"), ignored=_BAN_NOTES,
    ),
    Kind(
        name="decisions of the optimizer", path="/optimizer/current",
        key=("source_se", "dest_se"), named=("source_se", "dest_se"), rows=_listed,
        ignored=frozenset({"datetime", "ema", "active", "nostreams"}),
    ),
)  # fmt: skip
"""In the order in which entries are removed (shares refer to links); they are written in the opposite order."""
