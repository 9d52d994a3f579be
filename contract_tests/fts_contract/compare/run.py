"""One comparison from start to verdict."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import TYPE_CHECKING

from fts_contract.compare.comparison import Comparison, Party
from fts_contract.compare.known import Known
from fts_contract.compare.matching.answers import Comparer
from fts_contract.compare.matching.performances import Differences, Jury
from fts_contract.compare.options import MOCK
from fts_contract.compare.plays import plays_for
from fts_contract.compare.servers.sides import Opened, open_mocks, open_servers
from fts_contract.harness.sending.errors import CannotRunError
from fts_contract.spec import load_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from fts_contract.compare.options import CompareOptions
    from fts_contract.compare.performing.play import Play

__all__ = ["run_compare"]


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
        tell: Called with a line that people should see before the run ends.

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
        known = Known.of(options, *(one.side.version for one in opened))
        for one in opened:
            # An embedded mock ends with the command.
            if one.guard.kept is not None and one.side.label != MOCK:
                tell(f"if this run is killed: fts contract restore {one.guard.kept}")
        plays = plays_for(
            options.run.profile,
            generated=options.generated,
            exclusive=options.alone or options.run.exclusive,
            only=options.plays,
        )
        if not plays:
            raise CannotRunError("no play is left", remedy="check --plays and --profile")
        jury = Jury(load_spec(), *(one.side.version for one in opened))
        differences = Differences(
            comparer=Comparer(alone=options.alone),
            jury=jury,
            known=lambda difference: known.explain(difference, jury),
        )
        done = 0  # An interrupted comparison ends here: the guards put both servers back and stop the interrupt.
        with opened[0].guard, opened[1].guard:
            done = _perform(opened, plays, options.run.seed, differences, progress)
    found = differences.found
    seen = {one.known for one in found}
    parties = [
        Party(
            label=one.side.label,
            version=one.side.version,
            requests=sum(session.sent for session in one.side.sessions.values()),
            left=one.guard.left,
            record=one.guard.kept,
        )
        for one in opened
    ]
    budget = opened[1].side.sessions["user"].budget
    return Comparison(
        reference=parties[0],
        target=parties[1],
        differences=found,
        stale=[entry.id for entry in known.entries if entry.id not in seen],
        tallies=differences.tallies,
        plays=done,
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
    differences: Differences,
    progress: Callable[[int, int, Play], None],
) -> int:
    """Perform each play on both servers at the same time, and give the number of plays that came to their end."""
    unique = f"fts-contract-{token_hex(6)}"
    with ThreadPoolExecutor(2) as pool:
        for number, play in enumerate(plays):
            progress(number, len(plays), play)
            futures = [pool.submit(play.perform, one.side, seed, unique) for one in opened]
            try:
                steps = [future.result() for future in futures]
            except KeyboardInterrupt:
                # The plays end with their next request, rather than minutes later with their last one.
                for session in (s for one in opened for s in one.side.sessions.values()):
                    session.budget.over = "interrupted"
                raise
            if None in steps:
                return number
            differences.take(*(one or [] for one in steps))
    return len(plays)
