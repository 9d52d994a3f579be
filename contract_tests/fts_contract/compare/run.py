"""One comparison from start to verdict."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from fts_contract.compare.comparison import Comparison, Party
from fts_contract.compare.differences import KINDS, Difference
from fts_contract.compare.performing import Jury, compare_performances, perform_play
from fts_contract.compare.play import Performance
from fts_contract.compare.plays import plays_for
from fts_contract.compare.sides import Opened, open_mocks, open_servers
from fts_contract.harness.contract.versions import covers
from fts_contract.harness.exchange_checks.model import Finding
from fts_contract.harness.judging.deviations import explanation, read_deviations
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fts_contract.compare.options import CompareOptions
    from fts_contract.compare.play import Play, Step
    from fts_contract.harness.judging.deviations import Deviation

__all__ = ["run_compare"]

_MOCK_TOLERANCE_S: Final = 2.0
_TOLERANCE_S: Final = 60.0


def run_compare(
    options: CompareOptions,
    *,
    progress: Callable[[int, int, Play], None] = lambda _done, _all, _play: None,
    record: Path | None = None,
    tell: Callable[[str], None] = lambda _text: None,
) -> Comparison:
    """Perform the same plays on two servers, and hold the answers side by side; both are left as they were.

    Args:
        options: What to compare, and how.
        progress: Called before each play with the number of plays done, the number of all, and the play.
        record: Folder for the states before the run and the journals of its changes; None for temporary ones.
        tell: Called with a line for people that must not wait for the end of the run.

    Raises:
        CannotRunError: Nothing could be compared; says why and what to do.
    """
    started = time.monotonic()
    options.check()
    with ExitStack() as stack:
        safe = options.run.profile == "safe"
        opened = (
            open_mocks(stack, timeout_s=options.run.timeout_s, safe=safe)
            if options.alone
            else open_servers(options, stack, record)
        )
        known = _known(options, opened[1].side.version)
        for one in opened:
            if one.guard.kept is not None:
                tell(f"if this run is killed: fts contract restore {one.guard.kept}")
        plays = plays_for(
            options.run.profile,
            seed=options.run.seed,
            generated=options.generated,
            exclusive=options.alone or options.run.exclusive,
        )
        done: tuple[list[Step], list[Step]] = ([], [])
        with opened[0].guard, opened[1].guard:
            _perform(opened, plays, options.run.seed, done, progress)
        performances = [Performance(tuple(steps), options.run.seed) for steps in done]
        jury = Jury(load_spec(), *(one.side.version for one in opened))
        differences, tallies = compare_performances(
            performances[0],
            performances[1],
            jury,
            same_contents=options.alone,
            same_pace=options.alone,
            tolerance_s=_MOCK_TOLERANCE_S if options.alone else _TOLERANCE_S,
            known=lambda difference: _explained(known, difference),
        )
    seen = {one.known for one in differences}
    parties = [
        Party(
            label=one.side.label,
            version=one.side.version,
            requests=performance.requests,
            left=one.guard.left,
            record=one.guard.kept,
        )
        for one, performance in zip(opened, performances, strict=True)
    ]
    budget = opened[1].side.sessions["user"].budget
    return Comparison(
        reference=parties[0],
        target=parties[1],
        differences=sorted(differences, key=lambda one: list(KINDS).index(one.found.kind)),
        stale=[entry.id for entry in known if entry.id not in seen],
        tallies=tallies,
        plays=len({step.play for step in done[0]}),
        notes=[budget.over] if budget.over else [],
        profile=options.run.profile,
        seed=options.run.seed,
        interrupted=any(one.guard.interrupted for one in opened),
        elapsed=timedelta(seconds=time.monotonic() - started),
        finished_at=datetime.now(UTC).replace(microsecond=0),
    )


def _perform(
    opened: tuple[Opened, Opened],
    plays: Sequence[Play],
    seed: int,
    done: tuple[list[Step], list[Step]],
    progress: Callable[[int, int, Play], None],
) -> None:
    """Perform each play on both servers at the same time."""
    unique = f"fts-contract-{token_hex(6)}"
    with ThreadPoolExecutor(2) as pool:
        for number, play in enumerate(plays):
            progress(number, len(plays), play)
            futures = [pool.submit(perform_play, one.side, play, seed, unique) for one in opened]
            steps = [future.result() for future in futures]
            if None in steps:
                return
            for mine, found in zip(done, steps, strict=True):
                mine.extend(found or [])


def _known(options: CompareOptions, version: str) -> list[Deviation]:
    entries = read_deviations(options.known, KINDS) if options.known else []
    return [entry for entry in entries if any(covers(one, version) for one in entry.versions)]


def _explained(known: Sequence[Deviation], difference: Difference) -> str | None:
    if difference.operation is None:
        return None
    found = difference.found
    finding = Finding(found.kind, f"{found.reference} → {found.target}", found.place)
    entry = explanation(known, difference.operation, finding, difference.target.exchange)
    return entry.id if entry else None
