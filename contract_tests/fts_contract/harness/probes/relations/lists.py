"""The lists of the API: their filters, the fields that they select by, and what tells their rows apart."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fts_contract.harness.probes.conversation import Conversation
    from fts_contract.harness.sending.exchange import Exchange

__all__ = ["LISTINGS", "STATES", "Listing", "Query", "Row"]

Row = dict[str, Any]
Query = dict[str, str]
STATES: Final = "SUBMITTED,READY,ACTIVE,STAGING,ARCHIVING,FINISHED,FINISHEDDIRTY,FAILED,CANCELED"


@attrs.frozen(kw_only=True)
class Listing:
    """A list with its filters.

    Attributes:
        operation: Id of the operation.
        path: Its path.
        base: The query of the whole list.
        most: The list is cut off at so many rows.
        filters: Parameter to the field whose value it selects.
        key: Fields that tell rows apart.
        any_case: Filters that compare without case.
        sorted_by: Field by which the newest rows come first, and are kept by a limit; None for no order.
        level: Level that the caller needs.
    """

    operation: str
    path: str
    base: Query
    most: int
    filters: dict[str, str]
    key: tuple[str, ...]
    any_case: frozenset[str] = frozenset()
    sorted_by: str | None = None
    level: str | None = None

    def ask(self, talk: Conversation, query: Query | Iterable[tuple[str, str]]) -> Exchange:
        """Ask for the list, with the parameters in this order."""
        pairs = query.items() if isinstance(query, dict) else query
        text = "&".join(f"{name}={quote(value, safe=',')}" for name, value in pairs)
        return talk.ask("GET", f"{self.path}?{text}" if text else self.path)

    def keys(self, some: Iterable[Row]) -> Counter[str]:
        """Name rows, for comparison."""
        return Counter(" ".join(str(row.get(name)) for name in self.key) for row in some)

    def selects(self, row: Row, query: Query) -> bool:
        """Say whether a row fits the filters of a query."""
        return all(
            self._fits(str(row.get(field)), query[name], name)
            for name, field in self.filters.items()
            if name in query and query[name] != self.base.get(name)
        )

    def _fits(self, value: str, wanted: str, name: str) -> bool:
        if name == "state_in":
            return value in wanted.upper().split(",")
        if name in self.any_case:
            return value.lower() == wanted.lower()
        return value == wanted


_ENDS = {"source_se": "source_se", "dest_se": "dest_se"}
_STORAGES = frozenset(_ENDS)
_OF_JOBS = {
    **_ENDS,
    "state_in": "job_state",
    "user_dn": "user_dn",
    "dlg_id": "cred_id",
    "vo_name": "vo_name",
}
LISTINGS: Final = (
    Listing(
        operation="list_jobs",
        path="/jobs",
        base={"state_in": STATES, "limit": "500"},
        most=500,
        filters=_OF_JOBS,
        key=("job_id",),
        any_case=_STORAGES,
        sorted_by="submit_time",
    ),
    Listing(
        operation="list_jobs",
        path="/jobs",
        base={},
        most=10**6,
        filters=_OF_JOBS,
        key=("job_id",),
        any_case=_STORAGES,
    ),
    Listing(
        operation="list_files",
        path="/files",
        base={},
        most=1000,
        filters={
            **_ENDS,
            "dest_surl": "dest_surl",
            "state_in": "file_state",
            "vo_name": "vo_name",
        },
        key=("file_id",),
    ),
    Listing(
        operation="list_optimizer_current",
        path="/optimizer/current",
        base={},
        most=10**6,
        filters=_ENDS,
        key=("source_se", "dest_se"),
    ),
    Listing(
        operation="list_optimizer_evolution",
        path="/optimizer/evolution",
        base={},
        most=50,
        filters=_ENDS,
        key=("source_se", "dest_se", "datetime", "active", "rationale"),
    ),
    Listing(
        operation="list_grants",
        path="/config/authorize",
        base={},
        most=10**6,
        filters={"dn": "dn", "operation": "operation"},
        key=("dn", "operation"),
        level="config",
    ),
)
