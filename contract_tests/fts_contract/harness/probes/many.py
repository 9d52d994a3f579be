"""A hundred ids in one request: what clients send as one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fts_contract.harness.probes.answers import has_status, listed, rows, same
from fts_contract.harness.probes.probe import Fault, Probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fts_contract.harness.probes.talk import Talk

__all__ = ["PROBES"]

_HUNDRED = 100


def _hundred(talk: Talk) -> Iterator[Fault]:
    """Source: "URL length" and "GET /jobs/{ids}" as observed on FTS 3.13.4: 109 ids pass, in the order asked."""
    known = list(talk.job_ids[:1])
    # Well-formed, but nobody's: their node and time are those of no server.
    unknown = [f"00000000-0000-1000-8000-{number:012x}" for number in range(1, _HUNDRED + 1)]
    ids = [*unknown[: _HUNDRED // 2], *known, *unknown[_HUNDRED // 2 :]][:_HUNDRED]
    answer = talk.ask("GET", f"/jobs/{','.join(ids)}")
    yield from has_status(answer, 207, after="a request for 100 ids")
    yield from same(answer, "entries", len(listed(answer)), _HUNDRED)
    got = [row.get("job_id") for row in rows(answer)]
    if len(got) == _HUNDRED and got != ids:
        yield Fault(answer, "the entries are not in the order of the ids", "order")
    for row in rows(answer):
        wanted = "200 Ok" if row.get("job_id") in known else "404 Not Found"
        yield from same(answer, "http_status", row.get("http_status"), wanted)


PROBES = (
    Probe(
        check="hundred-ids",
        meaning="a request for a hundred jobs is not served, or not with one entry for each, in order",
        operations=("get_jobs",),
        profile="safe",
        hold=_hundred,
    ),
)
